"""To whom a report goes: who receives it, who has it for information, also when units change beforehand."""

from __future__ import annotations

from typing import Any

import pytest
from alembic import command
from sqlalchemy import Engine, func, update
from sqlmodel import col, select

from models.database import migrate, reading, writing
from models.migrations.run import config
from models.obligation import Obligation, ObligationCopy
from models.unit import Unit
from models.vocabulary import Act
from reporting.access.rights import may
from reporting.obligations.listing import row_json
from reporting.reminders.audience import superior_for_clerk
from reporting.reminders.ledger_store import read_views
from reporting.unit_names import unit_id
from tests.conftest import at
from tests.notifications.items import CALENDAR
from tests.reporting.moves.test_handover import clerk_of, succeeded
from tests.reporting.test_query_counts import province_of, statements
from tests.reporting.world import UNITS, World

PLAN = """\
slug: p-2024
number: 1/CTr-UBND
title: Chương trình năm 2024
issuer: UBND tỉnh P
in_force: {from: 2024-01-01, to: 2024-12-31}
scope: p
duties:
  - {id: monthly, title: Báo cáo tháng, every: month, chain: [STAGES]}
"""
DISTRICTS = "{from: {kinds: [huyen]}, to: [p, so-2], via: so, due: before 18}"
"""The districts report to the province and the department of home affairs, through that of planning."""
FEB, MAY = "2024-02", "2024-05"


def plan(*stages: str) -> str:
    return PLAN.replace("STAGES", ", ".join(stages or (DISTRICTS,)))


def opened(world: World, *stages: str) -> World:
    world.plan(plan(*stages))
    world.tick("2024-01-02 08:00")
    return world


def sent_to(world: World, unit: str, period: str = FEB, when: str = "2024-03-20") -> tuple[Any, Any, Any]:
    """Who receives it, who has it for information, and the one it goes through, as programs are told."""
    told = row_json(world.one(unit, period, when), world.settings.zone)
    assert told["recipient"] == told["receiving"]
    return told["receiving"], told["copies"], told["via"]


@pytest.mark.parametrize(
    ("stage", "unit", "receiving", "copies", "via"),
    [
        ("from: {unit: d1}, to: [p, so-2]", "d1", "p", ["so-2"], None),
        ("from: {unit: d1}, to: [so-2, p]", "d1", "so-2", ["p"], None),
        ("from: {unit: d1}, to: [p, so-2], via: so", "d1", "so", ["p", "so-2"], "so"),
        ("from: {unit: d1}, to: [p, so, so-2], via: so", "d1", "so", ["p", "so-2"], "so"),
        ("from: {unit: d1}, via: so", "d1", "so", ["p"], "so"),
        ("from: {unit: d1}, to: so, via: so", "d1", "so", [], "so"),
        ("from: {unit: d1}, via: p", "d1", "p", [], "p"),
        ("from: {kinds: [so-nganh]}, to: [p, d1], via: so", "so-2", "so", ["p", "d1"], "so"),
        ("from: {kinds: [so-nganh]}, to: [p, d1], via: so", "so", "p", ["d1"], None),
        ("from: {units: [so, d1]}, to: [p, so]", "so", "p", [], None),
        ("from: {units: [so, d1]}, to: [p, so]", "d1", "p", ["so"], None),
        ("from: {unit: so}, to: [d1, x1]", "so", "d1", ["x1"], None),
        ("from: {unit: d1}, to: [p, x1]", "d1", "p", ["x1"], None),
        ("from: {unit: x1}, to: [d1, p]", "x1", "d1", ["p"], None),
        ("from: {level: grassroots}, to: [so, superior]", "x1", "so", ["d1"], None),
        ("from: {level: grassroots}, to: [so, superior]", "x3", "so", ["d2"], None),
        ("from: {unit: d1}, to: [superior, p]", "d1", "p", [], None),
    ],
    ids=[
        "the first named receives",
        "whichever that is",
        "or the one in via, the others in their order",
        "via among them is no copy of itself",
        "via without to: the superior has it for information",
        "via alone",
        "via is the superior",
        "of departments, through one of them",
        "that one reports straight to the first",
        "a copy to itself falls away",
        "for the others it does not",
        "one below the other",
        "one below the reporter",
        "both above the reporter",
        "each with its own superior",
        "and another its own",
        "the superior named twice over",
    ],
)
def test_a_report_goes_to(
    world: World, stage: str, unit: str, receiving: str, copies: list[str], via: str | None
) -> None:
    once = plan(f"{{{stage}, due: before 30/6/2024}}").replace("every: month", "every: once")
    world.plan(once)
    world.tick("2024-01-02 08:00")
    assert sent_to(world, unit, "once") == (receiving, copies, via)


def test_every_period_has_its_copies_and_a_report_without_any_has_no_row(world: World) -> None:
    """From the second period on the database copies the reports by itself."""
    opened(world, "{from: {level: grassroots}, lead: 3wd}", DISTRICTS)
    found = [sent_to(world, "d2", f"2024-{month:02}") for month in range(1, 13)]
    assert found == [("so", ["p", "so-2"], "so")] * 12
    with reading(world.engine) as session:
        # Two copies of the reports of two districts, none of those of the communes.
        assert session.scalar(select(func.count()).select_from(ObligationCopy)) == 12 * 2 * 2


def test_opening_asks_as_often_for_two_hundred_communes_as_for_ten(world: World) -> None:
    stage = "{from: {level: grassroots}, to: [so, van-phong, p], due: before 18}"
    found = []
    for number, communes in enumerate((10, 200)):
        world.units(province_of(communes), as_of=f"2024-01-0{number + 2}", replace=True)
        world.tick(f"2024-01-0{number + 2} 08:00")
        world.plan(plan(stage).replace("p-2024", f"p-{number}"))
        with statements(world.engine) as sent:
            world.tick(f"2024-01-0{number + 2} 09:00")
        found.append(sum("INSERT INTO obligation_copy" in each for each in sent))
    assert found == [12 * 2, 12 * 2]  # one for each period and further recipient


def test_who_sums_up_in_the_next_stage_stays_whoever_it_was(world: World) -> None:
    opened(
        world,
        "{from: {level: grassroots}, to: [p, superior], lead: 3wd}",
        "{from: {kinds: [huyen]}, to: p, via: so-2, due: before 18}",
        "{from: {unit: so}, to: p, after: 3wd}",
    )
    with reading(world.engine) as session:
        codes = dict(session.execute(select(col(Unit.id), col(Unit.code))).tuples().all())
        found = {
            codes[each.unit_id]: (codes[each.recipient_id or 0], codes[each.gatherer_id or 0])
            for each in session.scalars(select(Obligation).where(col(Obligation.gatherer_id).is_not(None)))
        }
    assert found == {
        "x1": ("p", "d1"),  # which sums up, and has the communes' reports for information
        "x2": ("p", "d1"),
        "x3": ("p", "d2"),
        "d1": ("so-2", "so"),
        "d2": ("so-2", "so"),
    }


def test_what_lies_ahead_follows_recipients_that_end_and_come_back(world: World) -> None:
    opened(world)
    version = world.one("d1", MAY).row_version
    left = UNITS.replace("so-2,Sở Nội vụ", "so-3,Sở mới").replace("so,Sở Kế hoạch", "so-4,Sở Tài chính")
    world.units(succeeded(left, **{"so-3": "so-2", "so-4": "so"}), "2024-04-01", replace=True)
    assert world.tick("2024-04-01 08:00").refreshed == 2 * 9
    assert sent_to(world, "d1", MAY) == ("so-4", ["p", "so-3"], "so-4")
    assert world.one("d1", MAY, "2024-04-02").row_version > version  # calendars name them
    assert sent_to(world, "d1", FEB) == ("so-4", ["p", "so-3"], "so-4")  # handed over: it is still to come
    world.units(UNITS, "2024-04-02", replace=True)
    world.tick("2024-04-02 08:00")
    assert sent_to(world, "d1", MAY) == ("so", ["p", "so-2"], "so")
    assert sent_to(world, "d1", FEB) == ("so", ["p", "so-2"], "so")


def test_a_changed_plan_opens_what_it_replaces_with_its_own_recipients(world: World) -> None:
    opened(world)
    changed = plan(DISTRICTS.replace("[p, so-2]", "[van-phong]").replace("before 18", "before 20"))
    world.plan(changed, applies_from="2024-03-01")
    world.tick("2024-03-01 08:00")
    assert sent_to(world, "d1", FEB) == ("so", ["p", "so-2"], "so")
    may = [row for row in world.due("2024-03-02", unit="d1", period=MAY) if row.state == "open"]
    assert [(row.recipient, row.copies) for row in may] == [("so", ("van-phong",))]


def test_what_was_open_before_keeps_its_recipient_and_whoever_gathers_reviews_it(
    world: World, engine: Engine
) -> None:
    """The office came first in `to`; the department in `via` gathers, accepted reports and was reminded."""
    world.open()
    with engine.begin() as connection:
        prepared = config()
        prepared.attributes["connection"] = connection
        command.downgrade(prepared, "0011")
        codes = {code: id for id, code in connection.execute(select(col(Unit.id), col(Unit.code)))}
        gathered = col(Obligation.gatherer_id) == codes["so"]
        connection.execute(update(Obligation).where(gathered).values(recipient_id=codes["van-phong"]))
    migrate(engine)
    world.tick("2024-01-03 08:00")
    assert sent_to(world, "d1", FEB) == ("van-phong", [], None)
    id = world.submit("d1", FEB, "2024-02-16 09:00")
    with writing(engine) as session:
        for unit in ("van-phong", "so"):
            assert may(session, clerk_of(session, unit), Act.REVIEW, id, at("2024-02-20").date())
        ((view,),) = read_views(session, [id], CALENDAR).values()
        assert superior_for_clerk(view) == unit_id(session, "so")
    # It is worked out again, as the plan says, where units change before it is due.
    world.units(UNITS.replace("Văn phòng UBND tỉnh", "Văn phòng"), "2024-03-01")
    world.tick("2024-03-01 08:00")
    assert sent_to(world, "d1", MAY) == ("so", ["van-phong"], "so")
    assert sent_to(world, "d1", FEB) == ("van-phong", [], None)
