"""Requests: what they open, for whom, by when, who is told, and what takes them back."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from calendars.errors import CalendarError
from models.database import reading, writing
from models.errors import DondocError, IllegalMove, InvalidInput
from models.upkeep import Marker
from reporting.asking.ad_hoc import AdHocDraft, finished_ad_hoc, make_ad_hoc
from reporting.asking.requests import (
    RequestDraft,
    RequestMade,
    make_request,
    preview_request,
    withdraw_request,
)
from reporting.asking.whom import Foreseen, Whom
from reporting.audit.log import entries
from reporting.chain.snapshot import plan_picture
from reporting.mail_ceiling import SUBJECT, mail_ceiling
from reporting.monitoring.grid import grid, years_of
from reporting.obligations.filters import Selection
from reporting.obligations.timeliness import TimelinessAt
from reporting.opening.retirement import retire_plan
from reporting.plans.loading import find_plan
from tests.conftest import at
from tests.reporting.world import UNITS, World
from tests.web.monitor.conftest import add_contacts

PLAN = """\
slug: asked
number: 5/KH-UBND
title: Kế hoạch phòng, chống thiên tai
issuer: UBND tỉnh P
in_force: {from: 2026-01-01, to: 2026-12-31}
monitor: so
duties:
  - id: urgent
    title: Báo cáo nhanh
    every: on-demand
    chain: [{from: {level: grassroots}}]
  - id: regular
    title: Báo cáo định kỳ
    every: unspecified
    chain:
      - {from: {level: grassroots}, lead: 3wd}
      - {from: {kinds: [huyen]}, to: p}
  - id: monthly
    title: Báo cáo tháng
    every: month
    chain: [{from: {level: grassroots}, due: before 18}]
"""
NOW = "2026-04-20 08:00:00"
DUE = "before 14:00 28/4/2026"


@pytest.fixture
def asked(world: World) -> World:
    world.plan(PLAN, "2026-01-01")
    return world


def draft(duty: str = "urgent", due: str = DUE, **more: object) -> RequestDraft:
    whom = {key: more.pop(key) for key in ("units", "branch") if key in more}
    return RequestDraft(plan="asked", duty=duty, due=due, whom=Whom(**whom), **more)  # type: ignore[arg-type]


def foresee(world: World, wish: RequestDraft, when: str = NOW) -> Foreseen:
    with reading(world.engine) as session:
        return preview_request(session, world.settings, wish, at(when))


def ask(world: World, wish: RequestDraft, when: str = NOW) -> RequestMade:
    with writing(world.engine) as session:
        return make_request(session, world.settings, wish, at(when), "Eve")


def rows(world: World, when: str = NOW) -> list[tuple[str, str, str]]:
    zone = world.settings.zone
    return [
        (row.unit, "" if row.deadline is None else f"{row.deadline.astimezone(zone):%d/%m %H:%M}", row.state)
        for row in world.due(when)
        if row.period.startswith("req-")
    ]


ALL = [(unit, "28/04 14:00", "open") for unit in ("x1", "x2", "x3")]


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        (draft(), ALL),
        (draft(due="trước 14 giờ ngày 28/4/2026"), ALL),
        (draft(due="trước 14 giờ 00 phút ngày 28 tháng 4 năm 2026"), ALL),
        (draft(units=("x1", "x3")), [ALL[0], ALL[2]]),
        (draft(branch="d1"), ALL[:2]),
        (draft(due="before 28/4/2026"), [(unit, "28/04 00:00", "open") for unit, _, _ in ALL]),
        (draft(due="by 28/4/2026"), [(unit, "29/04 00:00", "open") for unit, _, _ in ALL]),
        (draft(due="within 4/2026"), [(unit, "01/05 00:00", "open") for unit, _, _ in ALL]),
    ],
)
def test_a_request_opens_a_report_of_each_unit_asked_at_once(
    asked: World, wish: RequestDraft, expected: list[tuple[str, str, str]]
) -> None:
    foreseen = foresee(asked, wish)
    made = ask(asked, wish)
    assert sorted(rows(asked)) == expected
    assert [each.unit for each in foreseen.reports] == [unit for unit, _, _ in expected]
    assert made.opened.obligations == len(expected)
    (period,) = {row.period for row in asked.due(NOW)}
    assert period == f"req-{made.request.id}-20260420"


def test_the_stages_below_count_back_from_the_date_of_the_request(asked: World) -> None:
    """Before Wednesday 29 April: Tuesday, Friday and Thursday; Monday 27 April is off for the Hung Kings."""
    ask(asked, draft("regular", "by 29/4/2026"))
    found = {row.unit: str(row.last_day) for row in asked.due(NOW)}
    assert found["d1"] == found["d2"] == "2026-04-29"
    assert found["x1"] == "2026-04-23"


def test_a_lead_that_leaves_no_time_gives_the_stage_as_long_as_the_one_above(asked: World) -> None:
    ask(asked, draft("regular", "before 16:00 20/4/2026"))
    assert {text for _, text, _ in rows(asked)} == {"20/04 16:00"}


def test_a_unit_asked_brings_those_that_gather_its_report(asked: World) -> None:
    ask(asked, draft("regular", "by 29/4/2026", units=("x1",)))
    assert [unit for unit, _, _ in sorted(rows(asked))] == ["d1", "x1"]
    ask(asked, draft("regular", "by 28/4/2026", units=("d2",)))
    assert [unit for unit, _, _ in sorted(rows(asked))] == ["d1", "d2", "x1"]


@pytest.mark.parametrize(
    ("wish", "error", "words"),
    [
        (draft(due="before 14:00 19/4/2026"), InvalidInput, "has passed already"),
        (draft(due="before 8:00 20/4/2026"), InvalidInput, "has passed already"),
        (
            draft(due="by 28/4/2206"),
            InvalidInput,
            "by 28/4/2206 lies more than 5 years ahead; check the year",
        ),
        *[
            (draft(due=text), InvalidInput, f"'{text}' cannot be read as a last day; write it in full, e.g.")
            for text in (
                *(
                    "before 18",
                    "lead 3wd",
                    "soon",
                    "28/4/2026",
                    "trước ngày 28/4",
                    "thứ sáu",
                    "trong tháng 4",
                ),
                *("28/4/2026 14:00", "within 24h of flood", "trước ngày 18 hằng tháng"),
            )
        ],
        (draft(due="trước 31/4/2026"), CalendarError, "there is no 31/4/2026"),
        (draft(due="trước 25:00 28/4/2026"), CalendarError, "there is no hour 25:00"),
        (draft(units=("d1", "x1")), InvalidInput, "d1 (Huyện Một): not among those who owe"),
        (draft(units=("x1", "x4")), DondocError, "x4"),
        (draft(branch="so"), InvalidInput, "nobody there owes"),
        (draft("monthly"), IllegalMove, "needs no request"),
        (draft("weekly"), DondocError, "it has: urgent, regular, monthly"),
    ],
)
def test_what_is_refused_says_why_and_changes_nothing(
    asked: World, wish: RequestDraft, error: type[Exception], words: str
) -> None:
    for act in (foresee, ask):
        with pytest.raises(error) as refused:
            act(asked, wish)
        assert words in str(refused.value)
    assert asked.due(NOW) == []


@pytest.mark.parametrize("when", ["2025-12-31 23:00:00", "2027-01-01 01:00:00"])
def test_a_plan_asks_only_while_it_is_in_force(asked: World, when: str) -> None:
    with pytest.raises(IllegalMove, match="in force"):
        ask(asked, draft(due="by 28/4/2027"), when)


def test_the_same_request_twice_is_refused_and_another_is_not(asked: World) -> None:
    first = ask(asked, draft(number="12/UBND"))
    with pytest.raises(IllegalMove, match=f"request {first.request.id} asks the same"):
        ask(asked, draft(number="12/UBND"))
    ask(asked, draft(number="13/UBND"))
    assert len(rows(asked)) == 6


def test_passes_neither_cancel_nor_double_what_was_asked(asked: World) -> None:
    ask(asked, draft())
    for when in ("2026-04-20 08:00:00", "2026-04-20 09:00:00", "2026-05-02 08:00:00"):
        asked.tick(when)
        assert sorted(rows(asked)) == ALL
    assert [row.timeliness for row in asked.due("2026-05-02 08:00:00", duty="urgent")] == ["overdue"] * 3


def test_a_unit_that_is_new_ends_or_moves_is_followed(asked: World) -> None:
    ask(asked, draft())
    ask(asked, draft(due="by 30/4/2026", units=("x1", "x2")))
    changed = UNITS.replace("x2,Xã Hai,grassroots,xa,d1,\n", "x9,Xã Chín,grassroots,xa,d2,\n")
    asked.units(changed, as_of="2026-04-22", replace=True)
    asked.tick("2026-04-22 08:00:00")
    assert sorted(rows(asked, "2026-04-22 09:00:00")) == sorted(
        [
            *[(unit, "28/04 14:00", "open") for unit in ("x1", "x3", "x9")],
            ("x2", "28/04 14:00", "cancelled"),
            ("x1", "01/05 00:00", "open"),
            ("x2", "01/05 00:00", "cancelled"),
        ]
    )


def test_a_changed_plan_leaves_what_was_asked_as_it_was(asked: World) -> None:
    ask(asked, draft("regular", "by 29/4/2026"))
    before = sorted(rows(asked))
    gone = PLAN[: PLAN.index("  - id: regular")] + PLAN[PLAN.index("  - id: monthly") :]
    asked.plan(gone, "2026-04-21")
    asked.tick("2026-04-21 08:00:00")
    assert sorted(rows(asked)) == before


def test_a_retired_plan_cancels_what_lies_ahead_and_never_asks_for_it_again(asked: World) -> None:
    ask(asked, draft())
    with writing(asked.engine) as session:
        retire_plan(session, "asked", "thay", at("2026-04-21 08:00"), "Eve")
    assert {state for _, _, state in rows(asked, "2026-04-23 08:00:00")} == {"cancelled"}
    asked.plan(PLAN, "2026-04-22")
    asked.tick("2026-04-22 09:00:00")
    assert {state for _, _, state in rows(asked, "2026-04-23 08:00:00")} == {"cancelled"}
    ask(asked, draft(), "2026-04-22 10:00:00")  # who wants it asks again, once
    assert [each for each in rows(asked, "2026-04-23 08:00:00") if each[2] == "open"] == ALL
    with pytest.raises(IllegalMove, match="request 2 asks the same"):
        ask(asked, draft(), "2026-04-22 10:01:00")


def withdraw(world: World, number: int, when: str = "2026-04-21 09:00:00") -> tuple[int, int]:
    with writing(world.engine) as session:
        done = withdraw_request(session, world.settings, number, "nhầm", at(when), "Eve")
        return len(done.cancelled), len(done.kept)


def test_a_request_withdrawn_after_filing_keeps_what_is_filed(asked: World) -> None:
    made = ask(asked, draft())
    key = f"req-{made.request.id}-20260420"
    asked.submit("x1", key, "2026-04-21 08:00:00")
    assert withdraw(asked, made.request.id) == (2, 1)
    later = "2026-04-22 08:00:00"
    assert {row.unit: row.state for row in asked.due(later, period=key)} == {
        "x1": "submitted",
        "x2": "cancelled",
        "x3": "cancelled",
    }
    asked.tick(later)
    assert asked.rates(later, plan="asked", period=key).total.expected == 1
    with pytest.raises(IllegalMove, match="withdrawn already"):
        withdraw(asked, made.request.id)


def test_it_leaves_an_entry_in_the_audit(asked: World) -> None:
    made = ask(asked, draft(number="12/UBND"))
    withdraw(asked, made.request.id)
    with reading(asked.engine) as session:
        found = [(each.action, each.actor) for each in entries(session, "request", made.request.id)]
    assert found == [("request", "Eve"), ("withdraw", "Eve")]


def test_what_was_asked_stands_in_the_figures_and_the_grid_of_its_year(asked: World) -> None:
    made = ask(asked, draft())
    key = f"req-{made.request.id}-20260420"
    asked.submit("x1", key, "2026-04-21 08:00:00")
    when = "2026-05-02 08:00:00"
    asked.tick(when)
    total = asked.rates(when, plan="asked", duty="urgent", period="2026").total
    assert (total.expected, total.filed, total.overdue) == (3, 1, 2)
    assert asked.rates(when, plan="asked", duty="urgent", period="2025").total.expected == 0
    with reading(asked.engine) as session:
        conditions = Selection(plan="asked", duty="urgent", period="2026").conditions(session)
        found = grid(session, conditions, TimelinessAt(session, asked.settings, at(when)), None)
        assert years_of(session, "asked", "urgent") == ["2026"]
    assert (found.periods, found.units) == ([key], 3)


def test_the_chain_of_a_plan_shows_what_was_asked(asked: World) -> None:
    made = ask(asked, draft("regular", "by 29/4/2026"))
    asked.tick("2026-04-20 09:00:00")
    when = at("2026-04-24 08:00:00")
    with reading(asked.engine) as session:
        picture = plan_picture(session, find_plan(session, "asked"), when, asked.settings.zone, "vi")
    (span,) = [each for each in picture.spans if each.key == f"req-{made.request.id}-20260420"]
    assert span.title == "Báo cáo định kỳ (yêu cầu ngày 20/4/2026)"
    assert [(stage.standing, stage.is_open) for stage in span.stages] == [
        ("overdue", True),
        ("waiting", True),
    ]


VIA = """\
slug: via
title: Kế hoạch
issuer: UBND tỉnh P
in_force: {from: 2026-01-01}
track_from: 2026-03-01
duties:
  - id: urgent
    title: Báo cáo nhanh
    every: on-demand
    chain: [{from: {kinds: [so-nganh, huyen]}, to: [p, d1], via: so}]
"""


def test_recipients_copies_and_via_are_those_of_any_report(world: World) -> None:
    """`so` receives for the others; its own report goes to the province; d1 is below p, and its own report
    has no copy to itself."""
    world.plan(VIA)
    with writing(world.engine) as session:
        wish = RequestDraft(plan="via", duty="urgent", due=DUE)
        made = make_request(session, world.settings, wish, at(NOW), "Eve")
    shown = {each.unit: (each.recipient, each.sent_to.is_via, each.copies) for each in made.foreseen.reports}
    found = {row.unit: (row.recipient, row.via, row.copies) for row in world.due(NOW)}
    assert found == {
        "d1": ("so", True, ("p",)),
        "d2": ("so", True, ("p", "d1")),
        "so": ("p", False, ("d1",)),
        "so-2": ("so", True, ("p", "d1")),
    }
    assert shown == found


def test_what_was_asked_before_a_day_is_untracked_with_the_rest(asked: World) -> None:
    ask(asked, draft())
    asked.plan(PLAN.replace("duties:", "track_from: 2026-05-01\nduties:"), "2026-04-29")
    asked.tick("2026-04-29 08:00:00")
    assert {state for _, _, state in rows(asked, "2026-04-29 09:00:00")} == {"untracked"}


def test_two_requests_at_once_are_two_and_the_same_one_is_made_once(asked: World) -> None:
    """Each waits for the other: both have the plan's row."""

    def one(number: str) -> str:
        try:
            return str(ask(asked, draft(number=number)).request.id)
        except IllegalMove:
            return "refused"

    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(one, ["1", "2", "1", "2"]))
    assert sorted(made) == ["1", "2", "refused", "refused"]
    assert len(rows(asked)) == 6
    asked.tick("2026-04-20 09:00:00")
    assert len(rows(asked)) == 6


def test_a_request_outside_any_plan_is_watched_until_nothing_of_it_waits(asked: World) -> None:
    wish = AdHocDraft(issuer="p", title="Báo cáo thiệt hại", due=DUE, whom=Whom(units=("x1",)))
    with writing(asked.engine) as session:
        made = make_ad_hoc(session, asked.settings, wish, at(NOW), "Carol")
        number, plan = made.request.id, made.request.plan_id

    def finished() -> set[int]:
        with reading(asked.engine) as session:
            return finished_ad_hoc(session)

    assert finished() == set()
    withdraw(asked, number)
    assert finished() == {plan}


def test_who_asks_agrees_to_so_many_mails(asked: World) -> None:
    add_contacts(asked.engine, "x1")
    with writing(asked.engine) as session:
        session.add(Marker(name=SUBJECT, value="0"))
    made = ask(asked, draft())
    with reading(asked.engine) as session:
        assert mail_ceiling(session, asked.settings) == made.opened.people == 1
