"""Nothing in a plan file is without effect in silence: each field, where it changes nothing, is told."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine

from calendars.working_days import WorkingDays
from models.account import Account, Grant
from models.database import reading, writing
from models.errors import InputErrors
from models.plan_files.plan import PlanFile
from models.unit import Contact
from reporting.plans.checking import check_plan, known_units, warnings_of
from reporting.plans.reading import read_plan_bytes
from reporting.plans.warnings import Caution, PlanWarning
from reporting.unit_names import unit_id
from reporting.units.hierarchy import Hierarchy, Succeeded, UnitAsOf
from tests.conftest import at
from tests.reporting.opening.test_recipients import plan as plan_text
from tests.reporting.world import World

DAYS = WorkingDays.from_country()
# id, code, level, kind, superior, groups
TABLE = [
    (1, "p", "province", "tinh", None, ""),
    (2, "so", "district", "so-nganh", 1, ""),
    (3, "d1", "district", "huyen", 1, "ven-bien"),
    (4, "d2", "district", "huyen", 1, ""),
    (5, "x1", "grassroots", "xa", 3, "ven-bien"),
    (6, "x2", "grassroots", "phuong", 4, ""),
    (7, "q", "province", "tinh", None, ""),
]
UNITS = Hierarchy(
    date(2024, 1, 1),
    [
        UnitAsOf(
            id=id,
            version_id=id,
            code=code,
            name=code.upper(),
            level=level,
            kind=kind,
            groups=frozenset(groups.split()),
            superior_id=superior,
        )
        for id, code, level, kind, superior, groups in TABLE
    ],
    [Succeeded(99, "so-cu", 2)],
)
HUYEN, GRASSROOTS = {"kinds": ["huyen"]}, {"level": "grassroots"}
IDLE = {each for each in Caution if each.value.startswith("idle-")}
IDLE |= {Caution.NAMED_TWICE, Caution.ABSORBS_NOBODY, Caution.NO_PEOPLE}


def plan(*duties: dict[str, Any], **more: Any) -> PlanFile:
    head: dict[str, Any] = {
        "slug": "a-plan",
        "title": "x",
        "issuer": "x",
        "in_force": {"from": "2024-01-01", "to": "2024-12-31"},
    }
    return PlanFile.model_validate({**head, "duties": duties or [duty()], **more})


def duty(*stages: dict[str, Any], id: str = "d", every: str = "month", **more: Any) -> dict[str, Any]:
    return {"id": id, "title": "x", "every": every, "chain": stages or [stage()], **more}


def stage(
    who: dict[str, Any] | list[dict[str, Any]] = HUYEN, due: str | None = "by 25", **more: Any
) -> dict[str, Any]:
    return {"from": who, **({} if due is None else {"due": due}), **more}


def idle(warnings: list[PlanWarning]) -> list[tuple[Any, ...]]:
    found = []
    for each in warnings:
        if each.concern in IDLE:
            values = each.example("vi")
            found.append(
                (each.concern.value, *(values[name] for name in ("field", "value", "code") if name in values))
            )
    return found


FILE_ALONE = [
    (plan(), [], "a plan in which everything counts"),
    (plan(scope="p"), [], "a scope for kinds"),
    (
        plan(duty(stage({"unit": "d1"}), stage({"units": ["so"]})), scope="p"),
        ["idle-scope"],
        "a scope for codes",
    ),
    (plan(duty(stage({"unit": "d1"}), stage(GRASSROOTS)), scope="p"), [], "for codes and a level"),
    (plan(roll="following"), [], "a roll for dates"),
    (plan(duty(stage(due=None)), roll="following"), ["idle-roll"], "a roll, and no date"),
    (
        plan(duty(stage(due=None), every="on-demand"), roll="following"),
        [],
        "a roll for the dates of requests",
    ),
    (plan(before="inclusive"), ["idle-before"], "how to read before, and no rule says it"),
    (plan(duty(stage(due="before 25")), before="inclusive"), [], "how to read before"),
    (plan(duty(stage(due="before 14:00 25")), before="inclusive"), ["idle-before"], "before an hour"),
    (plan(duty(stage(due=None), every="on-demand"), before="inclusive"), [], "before in requests"),
    (plan(cutoff=20), [], "a cut-off of a month"),
    (plan(duty(cutoff=20), cutoff=10), ["idle-cutoff"], "a cut-off, and each duty has its own"),
    (plan(duty(type="task"), cutoff=20), ["idle-cutoff"], "a cut-off for tasks alone"),
    (plan(duty(type="task"), cutoff="none"), ["idle-cutoff"], "none for tasks alone"),
    (plan(cutoff="none"), [], "none for reports"),
    (plan(duty(stage(due="by 16:00"), every="day"), cutoff=20), ["idle-cutoff"], "a cut-off of days"),
    (plan(cutoff="14/11"), ["idle-cutoff"], "a day of the year for months"),
    (plan(duty(stage(due="by 30/6/2024"), every="once", period="2024-H1")), [], "what a report is about"),
    (
        plan(duty(stage(due="by 30/6/2024"), every="once", period="2024-H1", type="task")),
        ["idle-period"],
        "what a task is about",
    ),
    (
        plan(duty(stage(due="by 30/6/2024"), every="once", period="2024-H1", cutoff="none")),
        ["idle-period"],
        "what a report without a cut-off is about",
    ),
    (plan(duty(**{"from": "2024-03-01", "to": "2024-10-31"})), [], "a span inside the plan's"),
    (plan(duty(**{"from": "2023-03-01"})), [("idle-span", "from")], "a first day before the plan's"),
    (plan(duty(to="2025-03-01")), [("idle-span", "to")], "a last day after the plan's"),
    (
        plan(duty(stage(due="by 30/6/2024"), every="once", to="2024-03-01")),
        ["idle-end"],
        "the end of what comes once",
    ),
    (
        plan(duty(id="m"), duty(id="y", every="year", absorbs="m", chain=[stage(due="by 25/12")])),
        [],
        "absorbs",
    ),
    (
        plan(
            duty(stage(due="by 10 next month"), id="h", every="half-year"),
            duty(stage(due="by 10 next month"), id="n", every="nine-months", absorbs="h"),
        ),
        ["idle-absorbs"],
        "September never stands for June",
    ),
    (
        plan(duty(id="m"), duty(stage(due="by 25/12"), id="y", every="year", absorbs=["m", "m"])),
        [("named-twice", "absorbs", "m")],
        "the same twice",
    ),
    (
        plan(duty(stage({"kinds": ["huyen", "huyen"], "except": ["d1", "d1"], "level": "district"}))),
        [("named-twice", "kinds", "huyen"), ("named-twice", "except", "d1")],
        "kinds and exceptions twice",
    ),
    (
        plan(duty(stage({"unit": "d1", "units": ["d1", "d2"]}))),
        [("named-twice", "units", "d1")],
        "a unit twice",
    ),
    (plan(duty(stage({"groups": ["a", "a"]}))), [("named-twice", "groups", "a")], "a group twice"),
    (plan(duty(stage(to=["p", "so"], via="so"))), [], "through one of them"),
    (plan(duty(stage(via="so"))), [], "through one to the superior"),
    (plan(duty(stage(to="so", via="so"))), [("idle-via", "so")], "through the only one"),
    (
        plan(duty(stage({"unit": "so"}, to="p", via="so"))),
        [("idle-via", "so")],
        "through itself",
    ),
    (plan(duty(stage({"units": ["so", "d1"]}, to="p", via="so"))), [], "through one of those who report"),
    (plan(duty(stage([{"unit": "so"}, HUYEN], to="p", via="so"))), [], "or of some more"),
    (plan(duty(stage({"unit": "so"}, to=["p", "so"]))), [("idle-to", "so")], "a copy for itself"),
    (plan(duty(stage({"units": ["so", "d1"]}, to=["p", "so"]))), [], "for one of those who report"),
    (plan(duty(stage(to=["superior", "so"]))), [], "the superior and another"),
]


@pytest.mark.parametrize(("file", "expected"), [pytest.param(*case[:2], id=case[2]) for case in FILE_ALONE])
def test_what_changes_nothing_by_the_file_alone(file: PlanFile, expected: list[Any]) -> None:
    found = [each if len(each) > 1 else each[0] for each in idle(check_plan(file, None, DAYS))]
    assert found == expected


WITH_UNITS = [
    (stage({"kinds": ["huyen", "huyenn"]}), [("idle-choice", "kinds", "huyenn")], "a kind that nobody is"),
    (stage({"groups": ["ven-bien", "hai-dao"]}), [("idle-choice", "groups", "hai-dao")], "a group of nobody"),
    (stage({"units": ["d1", "so-cu"]}), [("idle-choice", "units", "so-cu")], "a unit that has ended"),
    (stage({**HUYEN, "except": ["d1", "so"]}), [("idle-choice", "except", "so")], "leaving out a stranger"),
    (
        stage({"units": ["d1", "d2"], "level": "district"}),
        [("idle-choice", "level", "district")],
        "a level for codes",
    ),
    (
        stage({"units": ["d1", "x1"], "level": "district"}),
        [("idle-choice", "units", "x1")],
        "a code that the level leaves out",
    ),
    (stage([{"unit": "d1"}, HUYEN]), [("idle-selection", "unit: d1")], "a selection within another"),
    (stage([{"unit": "so"}, HUYEN]), [], "two selections"),
    (stage(to=["superior", "p"]), [("idle-to", "p")], "the superior twice over"),
    (stage([HUYEN, {"unit": "x1"}], to=["superior", "p"]), [], "for some it is another"),
    (stage(to=["p", "so-cu"]), [], "a copy for a successor"),
    (stage(to=["so", "so-cu"]), [("idle-to", "so-cu")], "for one that is named before"),
    (stage(to="p", via="so-cu"), [], "through a successor"),
    (stage(via="p"), [("idle-via", "p")], "through the superior to itself"),
    (stage({"unit": "so"}, to="p", via="so-cu"), [("idle-via", "so-cu")], "through the present reporter"),
]


@pytest.mark.parametrize(("stage", "expected"), [pytest.param(*case[:2], id=case[2]) for case in WITH_UNITS])
def test_what_changes_nothing_among_the_units_there_are(stage: dict[str, Any], expected: list[Any]) -> None:
    assert idle(check_plan(plan(duty(stage)), UNITS, DAYS)) == expected


def test_a_report_absorbs_nothing_of_units_that_owe_only_one_of_the_two() -> None:
    yearly = duty(stage(GRASSROOTS, due="by 25/12"), id="y", every="year", absorbs="m")
    assert idle(check_plan(plan(duty(id="m"), yearly), UNITS, DAYS)) == [("absorbs-nobody",)]
    assert idle(check_plan(plan(duty(id="m"), yearly), None, DAYS)) == []


def test_a_recipient_named_twice_is_an_error_with_its_line() -> None:
    text = plan_text("{from: {unit: d1}, to: [p, so, p], due: before 18}")
    with pytest.raises(InputErrors, match=r"plan.yaml:8: .*chain\[1\].to: 'p' is named twice; name it once"):
        read_plan_bytes(text.encode(), "plan.yaml")


def test_recipients_that_nobody_serves_are_told_once_anybody_is_known(world: World, engine: Engine) -> None:
    text = plan_text("{from: {kinds: [huyen]}, to: [p, so-2, van-phong], via: so, due: before 18}")
    file = read_plan_bytes(text.encode(), "plan.yaml").plan

    def silent() -> list[tuple[int, int, str]]:
        with reading(engine) as session:
            warnings = warnings_of(file, known_units(session, file, date(2024, 2, 1)), DAYS)
        found = [each for each in warnings if each.concern is Caution.NO_PEOPLE]
        return [(each.count, each.total, each.example("vi")["unit"]) for each in found]

    assert silent() == []  # a new set-up: no contact and no account at all
    since = date(2024, 1, 1)
    with writing(engine) as session:
        id = unit_id(session, "so")
        session.add(Contact(unit_id=id, name="A", role="clerk", address="a@so.vn", valid_from=since))
    assert silent() == [(3, 4, "UBND tỉnh P")]
    with writing(engine) as session:
        account = Account(address="b@p.vn", name="B", language="vi", created_at=at("2024-01-01"))
        session.add(account)
        session.flush()
        for unit, ends in (("p", None), ("so-2", since)):
            id = unit_id(session, unit)
            session.add(
                Grant(account_id=account.id, role="clerk", unit_id=id, valid_from=since, valid_to=ends)
            )
    assert silent() == [(2, 4, "Sở Nội vụ")]
