"""Who is notified of what and when, as tables: moments of rungs, what an outage leaves, a late start."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from calendars.office import Measure, OfficeCalendar
from calendars.working_days import WorkingDays
from calendars.zone import HCM
from models.ladder_file import LadderFile, read_ladder
from models.vocabulary import Lifecycle, NoticeState, Role
from reporting.reminders.audience import Audiences, Recipient
from reporting.reminders.ledger import LedgerEntry, ObligationView, PlannedNotice
from reporting.reminders.planner import Planner
from reporting.reminders.schedule import Clock, Schedule, tracks
from tests.conftest import at

CALENDAR = OfficeCalendar(WorkingDays(), HCM)
UNIT, SUPERIOR, TOP, MONITOR = 77, 5, 1, 9
DEADLINE = at("2024-10-18 00:00:00")
"""Before 18/10/2024, a Friday: the safe day is Thursday the 17th."""


def ladder(*rungs: str) -> LadderFile:
    return read_ladder("slug: test\nrungs:\n" + "".join(f"  - {{{rung}}}\n" for rung in rungs), "test.yaml")


FULL = ladder(
    "id: five, at: -5wd, audience: clerk",
    "id: two, at: -2wd, audience: clerk",
    "id: last, at: 0, audience: clerk",
    "id: late, at: +1wd, audience: [clerk, head], repeat: {every: 2wd, max: 2}",
    "id: up, at: +3wd, audience: superior-head",
    "id: top, at: +8wd, audience: next-superior-head",
)


def person(id: int, unit: int, role: Role, address: str) -> Recipient:
    return Recipient(contact_id=id, unit_id=unit, role=role, address=address, valid_from=date(2024, 1, 1))


EVERYBODY = Audiences(
    contacts={
        (UNIT, Role.CLERK): [person(1, UNIT, Role.CLERK, "clerk")],
        (UNIT, Role.HEAD): [person(2, UNIT, Role.HEAD, "head")],
        (SUPERIOR, Role.HEAD): [person(3, SUPERIOR, Role.HEAD, "superior")],
        (TOP, Role.HEAD): [person(4, TOP, Role.HEAD, "top")],
    },
    superiors={SUPERIOR: TOP},
)
VIEW = ObligationView(
    id=1,
    deadline_revision=1,
    deadline=DEADLINE,
    safe_day=date(2024, 10, 17),
    armed_at=at("2024-01-02 08:00:00"),
    state=Lifecycle.OPEN,
    unit_id=UNIT,
    superior_ids=(TOP, SUPERIOR),
    monitor_id=MONITOR,
)


def told(notices: list[PlannedNotice]) -> list[str]:
    """What goes out, as `rung#repeat>recipient:kind`; what does not, as `rung#repeat state`."""
    return [
        f"{n.rung}#{n.repeat}>{n.recipient}:{n.kind}"
        if n.state is NoticeState.QUEUED
        else f"{n.rung}#{n.repeat} {n.state}"
        for n in notices
    ]


def lived(
    view: ObligationView,
    passes: list[str],
    rungs: LadderFile = FULL,
    people: Audiences = EVERYBODY,
    ledger: dict[int, list[LedgerEntry]] | None = None,
) -> list[str]:
    """The passes one after the other, with one ledger: `17 clerk…`, the day first."""
    ledger = {} if ledger is None else ledger
    found = []
    for moment in passes:
        notices = Planner(rungs, CALENDAR, people, ledger).plan([view], at(moment))
        found += [f"{moment[8:10]} {each}" for each in told(notices)]
    return found


@pytest.mark.parametrize(
    ("opens", "deadline", "safe_day", "expected"),
    [
        # a daily report, due by 16:00: once, on its own day
        ("2024-10-17", "2024-10-17 16:00", "2024-10-17", ["17 last"]),
        ("2024-10-19", "2024-10-19 16:00", "2024-10-19", ["19 last"]),  # a Saturday: not on the Friday
        # a window from 10 to 17: what would have come before it comes on its first day
        ("2024-10-11", "2024-10-18 00:00", "2024-10-17", ["11 five", "15 two", "17 last"]),
        ("2024-10-16", "2024-10-18 00:00", "2024-10-17", ["16 two", "17 last"]),  # the newest of two alone
        ("2024-10-10", "2024-10-18 00:00", "2024-10-17", ["10 five", "15 two", "17 last"]),
        # it is open only after the hour of the reminder, so that stays
        ("2024-10-17", "2024-10-17 07:00", "2024-10-17", ["15 two"]),
        (None, "2024-10-18 00:00", "2024-10-17", ["10 five", "15 two", "17 last"]),
    ],
)
def test_nothing_is_said_before_it_can_be_handed_in(
    opens: str | None, deadline: str, safe_day: str, expected: list[str]
) -> None:
    view = replace(
        VIEW,
        deadline=at(deadline),
        safe_day=date.fromisoformat(safe_day),
        opens=None if opens is None else date.fromisoformat(opens),
    )
    rungs = ladder(
        "id: five, at: -5wd, audience: clerk",
        "id: two, at: -2wd, audience: clerk",
        "id: last, at: 0wd, audience: clerk",
    )
    passes = [f"2024-10-{day:02} {hour}" for day in range(1, 20) for hour in ("06:30", "09:00")]
    said = [line.partition("#")[0] for line in lived(view, passes, rungs) if ">clerk" in line]
    assert said == expected


OF_A_DAY = read_ladder(
    """slug: test
rungs:
  - {id: two, at: -2wd, audience: clerk}
  - {id: late, at: +1wd, audience: [clerk, head], until: acknowledged, repeat: {every: 2wd, max: 2}}
daily:
  - {id: that-day, at: 0, audience: clerk}
  - {id: missed-day, at: +1wd, audience: superior-head}
weekly: {on: monday, hour: 07:30, audience: clerk}
""",
    "daily.yaml",
)


@pytest.mark.parametrize(
    ("deadline", "safe_day", "expected"),
    [
        ("2024-10-17 16:00", "2024-10-17", ["17 that-day>clerk", "18 missed-day>superior"]),
        ("2024-10-18 00:00", "2024-10-17", ["17 that-day>clerk", "18 missed-day>superior"]),
        ("2024-10-19 16:00", "2024-10-19", ["19 that-day>clerk", "21 missed-day>superior"]),  # a Saturday
        ("2024-10-17 07:00", "2024-10-17", ["16 that-day>clerk", "18 missed-day>superior"]),  # before 8:00
    ],
)
def test_a_report_of_a_day_has_the_daily_rungs_alone(
    deadline: str, safe_day: str, expected: list[str]
) -> None:
    day = date.fromisoformat(safe_day)
    view = replace(VIEW, deadline=at(deadline), safe_day=day, opens=day, is_daily=True)
    passes = [f"2024-10-{day:02} {hour}" for day in range(1, 32) for hour in ("06:30", "09:00")]
    said = [line.rpartition(":")[0].replace("#0", "") for line in lived(view, passes, OF_A_DAY)]
    assert said == expected


def test_a_ladder_without_daily_rungs_has_the_others_for_all() -> None:
    view = replace(VIEW, is_daily=True)
    passes = [f"2024-10-{day:02} 09:00" for day in range(1, 32)]
    assert lived(view, passes, FULL) == lived(VIEW, passes, FULL)
    assert OF_A_DAY.heeds_acknowledgements(False)
    assert not OF_A_DAY.heeds_acknowledgements(True)


@pytest.mark.parametrize(
    ("offset", "safe_day", "moment"),
    [
        ("-5wd", "2024-10-17", "2024-10-10 08:00:00"),
        ("-5d", "2024-10-17", "2024-10-12 08:00:00"),  # plain days may fall on a Saturday
        ("-1wd", "2024-10-17", "2024-10-16 08:00:00"),
        ("0", "2024-10-17", "2024-10-17 08:00:00"),
        ("+1d", "2024-10-17", "2024-10-18 08:00:00"),
        ("+1wd", "2024-10-17", "2024-10-18 08:00:00"),
        ("+2wd", "2024-10-17", "2024-10-21 08:00:00"),  # over the weekend
        ("+5d", "2024-10-17", "2024-10-22 08:00:00"),
        ("0", "2024-02-17", "2024-02-17 08:00:00"),  # a Saturday, as written
        ("0wd", "2024-02-17", "2024-02-16 08:00:00"),  # the last day the office is open
        ("-2wd", "2024-02-17", "2024-02-15 08:00:00"),  # 16 and 15; Tết was 8 to 14
        ("-3wd", "2024-02-17", "2024-02-07 08:00:00"),  # over Tết
        ("0wd", "2024-02-10", "2024-02-07 08:00:00"),  # the last day is the first of Tết
        ("-1wd", "2024-05-05", "2024-05-04 08:00:00"),  # a Saturday worked in exchange
    ],
)
def test_a_rung_speaks_at_a_moment_reckoned_from_the_deadline(
    offset: str, safe_day: str, moment: str
) -> None:
    safe = date.fromisoformat(safe_day)
    deadline = CALENDAR.at(safe + timedelta(days=1), datetime.min.time())
    schedule = Schedule(ladder(f"id: a, at: {offset}, audience: clerk"), CALENDAR)
    assert [slot.moment for slot in schedule.slots(deadline, safe)] == [at(moment)]


def test_what_comes_after_starts_from_the_day_that_is_really_late() -> None:
    """A plan that reads "before 18" inclusively: reminders aim at the 17th, the 18th is not late."""
    rungs = ladder("id: last, at: 0, audience: clerk", "id: late, at: +1d, audience: clerk")
    slots = Schedule(rungs, CALENDAR).slots(at("2024-10-19 00:00:00"), date(2024, 10, 17))
    assert [slot.moment for slot in slots] == [at("2024-10-17 08:00:00"), at("2024-10-19 08:00:00")]


def test_the_look_ahead_is_of_the_week_of_the_last_day() -> None:
    """The safe day is Friday the 15th, the last day Monday the 18th: "due from the 18th to the 24th"."""
    text = 'slug: t\nrungs: [{id: a, at: 0, audience: clerk}]\nweekly: {hour: "07:30", audience: [clerk]}\n'
    weekly = read_ladder(text, "weekly.yaml")
    view = replace(VIEW, deadline=at("2024-11-19 00:00:00"), safe_day=date(2024, 11, 15))
    (ahead,) = [each for each in tracks(view, Schedule(weekly, CALENDAR), {}) if each.clock is Clock.AHEAD]
    assert [slot.moment for slot in ahead.slots] == [at("2024-11-18 07:30:00")]


def test_a_reminder_that_repeats_stops_at_the_deadline() -> None:
    rungs = ladder("id: a, at: -2d, audience: clerk, repeat: {every: 1d, max: 9}")
    slots = Schedule(rungs, CALENDAR).slots(DEADLINE, date(2024, 10, 17))
    assert [slot.repeat for slot in slots] == [0, 1, 2]


@pytest.mark.parametrize(
    ("on", "safe_day", "moment"),
    [
        ("monday", "2024-10-17", "2024-10-14"),
        ("monday", "2024-10-20", "2024-10-14"),  # a Sunday
        ("friday", "2024-10-17", "2024-10-11"),  # of the week before
        ("sunday", "2024-10-17", "2024-10-14"),  # no office is open on a Sunday
        ("monday", "2024-02-17", "2024-02-15"),  # Tết is 8 to 14 February
        ("monday", "2024-02-15", "2024-02-15"),
        ("monday", "2024-02-14", None),  # due before the office opens again
        ("friday", "2024-02-17", "2024-02-15"),  # the 9th is in Tết
        ("monday", "2024-09-06", "2024-09-04"),  # National Day
        ("monday", "2025-01-30", None),  # Tết 2025: 27 to 31 January, a whole week
        ("monday", "2025-02-02", None),
    ],
)
def test_the_look_ahead_waits_for_the_office_to_open(on: str, safe_day: str, moment: str | None) -> None:
    text = f"slug: t\nrungs: [{{id: a, at: 0, audience: clerk}}]\nweekly: {{on: {on}, audience: clerk}}\n"
    slots = Schedule(read_ladder(text, "t.yaml"), CALENDAR).ahead(date.fromisoformat(safe_day))
    expected = [] if moment is None else [at(f"{moment} 07:30:00")]
    assert [slot.moment for slot in slots] == expected


DAILY = [f"2024-10-{day:02} 09:00:00" for day in range(1, 32)]


def test_an_obligation_climbs_the_whole_ladder_once() -> None:
    assert lived(VIEW, DAILY) == [
        "10 five#0>clerk:coming-due",
        "15 two#0>clerk:coming-due",
        "17 last#0>clerk:last-day",
        "18 late#0>clerk:overdue",
        "18 late#0>head:overdue",
        "22 late#1>clerk:overdue",
        "22 late#1>head:overdue",
        "22 up#0>superior:escalated",
        "24 late#2>clerk:overdue",
        "24 late#2>head:overdue",
        "29 top#0>top:escalated",
    ]


def test_passes_every_five_minutes_tell_no_more_than_passes_every_day() -> None:
    start = at("2024-10-16 20:00:00")
    often = [f"{start + timedelta(minutes=5 * n):%Y-%m-%d %H:%M:%S}" for n in range(48 * 12)]
    assert lived(VIEW, ["2024-10-16 19:00:00", *often]) == [
        "16 five#0 superseded",
        "16 two#0>clerk:coming-due",
        "17 last#0>clerk:last-day",
        "18 late#0>clerk:overdue",
        "18 late#0>head:overdue",
    ]


@pytest.mark.parametrize(
    ("passes", "expected"),
    [
        (["2024-10-09 23:59:59"], []),
        (["2024-10-10 07:59:59"], []),
        (["2024-10-10 08:00:00"], ["10 five#0>clerk:coming-due"]),
        # an outage across two rungs, over while there is still time
        (["2024-10-16 10:00:00"], ["16 five#0 superseded", "16 two#0>clerk:coming-due"]),
        # a rung that comes late tells what is true when it comes
        (
            ["2024-10-10 08:00:00", "2024-10-17 07:00:00"],
            ["10 five#0>clerk:coming-due", "17 two#0>clerk:last-day"],
        ),
        # an outage that ends after the deadline but before the first rung after it: nothing untrue goes out
        (
            ["2024-10-18 01:00:00", "2024-10-18 08:00:00"],
            [
                "18 five#0 superseded",
                "18 two#0 superseded",
                "18 last#0 superseded",
                "18 late#0>clerk:overdue",
                "18 late#0>head:overdue",
            ],
        ),
        # the clock goes back a day after a rung has spoken
        (
            ["2024-10-10 08:00:00", "2024-10-09 08:00:00", "2024-10-10 08:00:00"],
            ["10 five#0>clerk:coming-due"],
        ),
    ],
)
def test_an_outage_leaves_only_the_present_rung(passes: list[str], expected: list[str]) -> None:
    assert lived(VIEW, passes) == expected


@pytest.mark.parametrize(
    ("armed", "expected"),
    [
        ("2024-10-14 10:00:00", ["14 five#0>clerk:coming-due", "15 two#0>clerk:coming-due"]),
        ("2024-10-09 10:00:00", ["10 five#0>clerk:coming-due", "15 two#0>clerk:coming-due"]),
        ("2024-10-20 10:00:00", ["20 late#0>clerk:overdue", "20 late#0>head:overdue"]),
    ],
)
def test_a_plan_loaded_late_starts_with_one_reminder_to_the_unit(armed: str, expected: list[str]) -> None:
    view = replace(VIEW, armed_at=at(armed))
    assert lived(view, [armed, *(moment for moment in DAILY if moment > armed)])[: len(expected)] == expected


FROM_THE_SECOND = [
    "02 late#0>clerk:overdue",
    "02 late#0>head:overdue",
    "05 late#1>clerk:overdue",
    "05 late#1>head:overdue",
    "05 up#0>superior:escalated",
    "09 late#2>clerk:overdue",
    "09 late#2>head:overdue",
    "12 top#0>top:escalated",
]
"""Notified on Monday, 2 December: three working days later their superior is, and so on."""


@pytest.mark.parametrize(
    ("armed", "first"),
    [
        ("2024-12-02 10:00:00", 2),
        ("2024-12-02 06:00:00", 2),
        ("2024-10-20 10:00:00", 2),  # no pass for six weeks: still the unit is notified first
    ],
)
def test_rungs_count_from_the_day_of_the_units_first_notice_of_a_passed_deadline(
    armed: str, first: int
) -> None:
    passes = [f"2024-12-{day:02} 12:00:00" for day in range(first, 31)]
    assert lived(replace(VIEW, armed_at=at(armed)), passes) == FROM_THE_SECOND


@pytest.mark.parametrize("day", [18, 19, 20, 21, 22, 23, 24, 29, 30])
@pytest.mark.parametrize("hour", ["00:00:00", "07:59:59", "08:00:00", "17:30:00"])
def test_a_deadline_that_nobody_could_know_is_never_escalated_within_hours(day: int, hour: str) -> None:
    """Whenever the plan was loaded after it: first the unit, and its superior three working days later."""
    armed = at(f"2024-10-{day} {hour}")
    hours = [f"{armed + timedelta(hours=n):%Y-%m-%d %H:%M:%S}" for n in range(24 * 21)]
    told = lived(replace(VIEW, armed_at=armed), hours)
    assert [each[3:] for each in told[:2]] == ["late#0>clerk:overdue", "late#0>head:overdue"]
    up = next(each for each in told if each[3:] == "up#0>superior:escalated")
    known = date(2024, 10, day)
    due = CALENDAR.later(known, 3, Measure.WORKING_DAYS)
    assert int(up[:2]) == due.day


def test_the_first_notice_goes_at_once_and_no_superior_gets_one_in_its_place() -> None:
    view = replace(VIEW, armed_at=at("2024-10-21 10:00:00"))
    found = Planner(FULL, CALENDAR, EVERYBODY).plan([view], at("2024-10-21 10:00:00"))
    assert [(line.rung, line.recipient, line.immediate) for line in found] == [
        ("late", "clerk", True),
        ("late", "head", True),
    ]
    nobody = replace(
        EVERYBODY, contacts={key: EVERYBODY.contacts[key] for key in EVERYBODY.contacts if key[0] != UNIT}
    )
    passes = [moment.replace("09:00", "11:00") for moment in DAILY[20:25]]
    assert lived(view, passes, people=nobody) == [
        "21 late#0 cancelled",
        "24 late#1 cancelled",
        "24 up#0>superior:escalated",
    ]


def test_a_start_that_was_made_is_not_made_again_when_days_change() -> None:
    """Loaded on the 14th at ten, while the 15th was a day off; then it is worked again."""
    view, ledger = replace(VIEW, armed_at=at("2024-10-14 10:00:00")), dict[int, list[LedgerEntry]]()
    shorter = OfficeCalendar(WorkingDays(off=frozenset({date(2024, 10, 15)})), HCM)
    now = at("2024-10-14 10:05:00")
    notices = Planner(FULL, shorter, EVERYBODY, ledger).plan([view], now)
    assert told(notices) == ["two#0>clerk:coming-due"]
    assert lived(view, [*DAILY[14:17]], ledger=ledger) == ["17 last#0>clerk:last-day"]


def test_without_a_rung_for_the_unit_the_rungs_count_from_the_day_of_loading() -> None:
    rungs = ladder("id: up, at: +3wd, audience: superior-head")
    assert lived(replace(VIEW, armed_at=at("2024-10-21 10:00:00")), DAILY, rungs) == [
        "24 up#0>superior:escalated"
    ]


def test_an_extension_decided_after_its_own_last_day_counts_from_the_decision() -> None:
    ledger = {1: [entry("@extended", revision=2)]}
    view = replace(VIEW, deadline_revision=2, armed_at=at("2024-10-23 10:00:00"))
    assert lived(view, DAILY[22:], ledger=ledger)[:3] == [
        "24 late#0>clerk:overdue",
        "24 late#0>head:overdue",
        "28 late#1>clerk:overdue",
    ]


@pytest.mark.parametrize(
    "state",
    [
        Lifecycle.SUBMITTED,
        Lifecycle.ACCEPTED,
        Lifecycle.WAIVED,
        Lifecycle.CANCELLED,
        Lifecycle.TRANSFERRED,
    ],
)
def test_a_settled_report_gets_no_more_notices(state: Lifecycle) -> None:
    view = replace(VIEW, state=state)
    assert lived(view, DAILY) == []
    assert Planner(FULL, CALENDAR).attention([view], at("2024-10-01 08:00:00")) == {1: None}


def test_a_report_without_a_deadline_gets_no_notice() -> None:
    assert lived(replace(VIEW, deadline=None, safe_day=None), DAILY) == []


def test_a_returned_report_is_nagged_on_its_correction_deadline() -> None:
    ledger = {1: [entry("five"), entry("two"), entry("last")]}
    view = replace(
        VIEW,
        state=Lifecycle.RETURNED,
        deadline_revision=2,
        deadline=at("2024-10-25 00:00:00"),
        safe_day=date(2024, 10, 24),
        armed_at=at("2024-10-22 15:00:00"),
    )
    assert lived(view, [*DAILY[21:], "2024-11-01 09:00:00"], ledger=ledger)[:5] == [
        "23 two#0>clerk:returned",
        "24 last#0>clerk:returned",
        "25 late#0>clerk:overdue",
        "25 late#0>head:overdue",
        "29 late#1>clerk:overdue",
    ]


def entry(
    rung: str, recipient: str = "clerk", state: NoticeState = NoticeState.SENT, revision: int = 1
) -> LedgerEntry:
    return LedgerEntry(deadline_revision=revision, rung=rung, repeat=0, recipient=recipient, state=state)


def test_a_moved_deadline_arms_every_rung_again() -> None:
    ledger = {1: [entry("five"), entry("two"), entry("last"), entry("late")]}
    moved = replace(
        VIEW, deadline_revision=2, deadline=at("2024-11-01 00:00:00"), safe_day=date(2024, 10, 31)
    )
    assert lived(moved, DAILY[17:], ledger=ledger) == [
        "24 five#0>clerk:coming-due",
        "29 two#0>clerk:coming-due",
        "31 last#0>clerk:last-day",
    ]


def test_a_rung_nobody_can_receive_is_noted_and_the_next_speaks_at_once() -> None:
    nobody = replace(
        EVERYBODY, contacts={key: EVERYBODY.contacts[key] for key in EVERYBODY.contacts if key[0] != UNIT}
    )
    assert lived(VIEW, DAILY[:18] + DAILY[21:22], people=nobody) == [
        "10 five#0 cancelled",
        "15 two#0 cancelled",  # at its own time: somebody might have come by then
        "17 last#0 cancelled",
        "18 late#0 cancelled",
        "18 up#0>superior:escalated",
        "22 late#1 cancelled",  # a repeat hastens nothing: the superior knows since the 18th
    ]


def test_a_later_contact_gets_the_rungs_that_are_left() -> None:
    """The unit had nobody when its first rung spoke; that must not use up the rungs to come."""
    nobody = replace(EVERYBODY, contacts={})
    ledger: dict[int, list[LedgerEntry]] = {}
    assert lived(VIEW, ["2024-10-10 09:00:00"], people=nobody, ledger=ledger) == ["10 five#0 cancelled"]
    assert lived(VIEW, ["2024-10-15 09:00:00", "2024-10-17 09:00:00"], ledger=ledger) == [
        "15 two#0>clerk:coming-due",
        "17 last#0>clerk:last-day",
    ]


def test_a_rung_that_means_no_unit_hastens_nothing() -> None:
    rungs = ladder("id: below, at: +1wd, audience: below", "id: up, at: +3wd, audience: superior-head")
    assert lived(VIEW, DAILY, rungs) == ["18 below#0 cancelled", "22 up#0>superior:escalated"]


def test_mails_that_came_back_make_the_next_rung_speak() -> None:
    failed = {1: [entry("five", state=NoticeState.FAILED)]}
    assert lived(VIEW, ["2024-10-10 09:00:00"], ledger=failed) == ["10 two#0>clerk:coming-due"]


def test_a_person_in_two_roles_gets_one_notice() -> None:
    both = replace(
        EVERYBODY,
        contacts={
            (UNIT, Role.CLERK): [person(1, UNIT, Role.CLERK, "one")],
            (UNIT, Role.HEAD): [person(2, UNIT, Role.HEAD, "one")],
        },
    )
    assert lived(VIEW, ["2024-10-17 09:00:00", "2024-10-18 09:00:00"], people=both)[2:] == [
        "17 last#0>one:last-day",
        "18 late#0>one:overdue",
    ]


CLIMB = ladder(
    "id: five, at: -5wd, audience: clerk",
    "id: warned, at: -1wd, audience: superior-clerk",
    "id: late, at: +1wd, audience: [clerk, head], repeat: {every: 3wd, max: 4}",
    "id: watch, at: +2wd, audience: [superior-clerk, monitor]",
    "id: up, at: +5wd, audience: superior-head",
    "id: top, at: +10wd, audience: next-superior-head",
)
THE_OFFICE = replace(
    EVERYBODY,
    contacts={
        **EVERYBODY.contacts,
        (SUPERIOR, Role.CLERK): [person(5, SUPERIOR, Role.CLERK, "district")],
        (MONITOR, Role.MONITOR): [person(6, MONITOR, Role.MONITOR, "monitor")],
    },
)


@pytest.mark.parametrize(
    ("away", "expected"),
    [
        (1, ["late#0>clerk", "late#0>head"]),
        (4, ["late#0>clerk", "late#0>head", "watch#0>district", "watch#0>monitor"]),
        (7, ["late#1>clerk", "late#1>head", "watch#0>district", "watch#0>monitor", "up#0>superior"]),
        (
            40,
            [
                "late#4>clerk",
                "late#4>head",
                "watch#0>district",
                "watch#0>monitor",
                "up#0>superior",
                "top#0>top",
            ],
        ),
        (
            400,
            [
                "late#4>clerk",
                "late#4>head",
                "watch#0>district",
                "watch#0>monitor",
                "up#0>superior",
                "top#0>top",
            ],
        ),
    ],
)
def test_after_an_outage_each_audience_gets_the_newest_of_its_own_rungs(
    away: int, expected: list[str]
) -> None:
    """The last pass was on the last day; the next comes so many days later, in the afternoon."""
    back = f"{at('2024-10-17 15:00:00') + timedelta(days=away):%Y-%m-%d %H:%M:%S}"
    ledger: dict[int, list[LedgerEntry]] = {}
    lived(VIEW, DAILY[:17], CLIMB, THE_OFFICE, ledger)
    told = [each[3:].partition(":")[0] for each in lived(VIEW, [back], CLIMB, THE_OFFICE, ledger)]
    assert sorted(each for each in told if ">" in each) == sorted(expected)
    later = f"{at(back) + timedelta(minutes=5):%Y-%m-%d %H:%M:%S}"
    assert lived(VIEW, [later], CLIMB, THE_OFFICE, ledger) == [], "each of them once"


def test_of_two_audiences_of_one_rung_only_the_one_without_a_newer_rung_gets_the_older() -> None:
    rungs = ladder(
        "id: both, at: +1wd, audience: [clerk, superior-head]", "id: up, at: +3wd, audience: superior-head"
    )
    assert lived(VIEW, ["2024-10-23 09:00:00"], rungs) == [
        "23 both#0>clerk:overdue",
        "23 up#0>superior:escalated",
    ]


def test_rungs_for_two_named_units_do_not_supersede_each_other() -> None:
    rungs = ladder(
        "id: one, at: +1wd, audience: unit, unit: so-1", "id: two, at: +3wd, audience: unit, unit: so-2"
    )
    people = Audiences(
        contacts={
            (11, Role.CLERK): [person(1, 11, Role.CLERK, "first")],
            (12, Role.CLERK): [person(2, 12, Role.CLERK, "second")],
        },
        codes={"so-1": 11, "so-2": 12},
    )
    assert lived(VIEW, ["2024-10-23 09:00:00"], rungs, people) == [
        "23 one#0>first:escalated",
        "23 two#0>second:escalated",
    ]


@pytest.mark.parametrize(
    ("up", "now", "hurries"),
    [
        ("at: +2d", "2024-10-19 09:00:00", True),  # a Saturday: the superior's goes today, so does the unit's
        ("at: +1d, hour: 09:00, immediate: true", "2024-10-19 09:00:00", True),
        ("at: +1d, hour: 09:00", "2024-10-19 09:00:00", False),  # both wait for Monday
        ("at: +1d, hour: 09:00", "2024-10-18 09:00:00", False),  # its own day
    ],
)
def test_what_the_unit_missed_goes_no_later_than_its_superiors_notice(
    up: str, now: str, hurries: bool
) -> None:
    rungs = ladder("id: late, at: +1d, audience: clerk", f"id: up, {up}, audience: superior-head")
    found = Planner(rungs, CALENDAR, EVERYBODY).plan([VIEW], at(now))
    assert {line.recipient: line.immediate for line in found}["clerk"] is hurries
    assert {line.recipient for line in found} == {"clerk", "superior"}


def test_a_repeat_that_comes_while_an_acknowledgement_holds_is_left_out() -> None:
    """The next one speaks again; after the last there is none, so it waits for the expiry."""
    rungs = ladder(
        "id: late, at: +1d, audience: clerk, until: acknowledged, repeat: {every: 2d, max: 3}",
        "id: up, at: +3d, audience: superior-head",
    )
    seen = replace(VIEW, acknowledged_until=at("2024-10-21 09:30:00"))
    ledger: dict[int, list[LedgerEntry]] = {}
    assert lived(VIEW, DAILY[17:18], rungs, ledger=ledger) == ["18 late#0>clerk:overdue"]
    assert lived(seen, DAILY[18:], rungs, ledger=ledger) == [
        "20 late#1 superseded",
        "20 up#0>superior:escalated",
        "22 late#2>clerk:overdue",
        "24 late#3>clerk:overdue",
    ]
    late = replace(VIEW, acknowledged_until=at("2024-10-25 09:30:00"))
    assert lived(late, DAILY[17:], rungs)[-1] == "26 late#3>clerk:overdue"


def test_an_acknowledgement_quiets_until_it_expires() -> None:
    rungs = ladder("id: late, at: +1wd, audience: clerk, until: acknowledged")
    view = replace(VIEW, acknowledged_until=at("2024-10-21 10:00:00"))
    assert lived(view, DAILY[17:22], rungs) == ["22 late#0>clerk:overdue"]
    waits = Planner(rungs, CALENDAR).attention([view], at("2024-10-19 09:00:00"))
    assert waits == {1: at("2024-10-21 10:00:00")}


def test_a_rung_until_accepted_turns_to_the_reviewer_once_it_is_filed() -> None:
    rungs = ladder("id: slow, at: +3wd, audience: [clerk, superior-head], until: accepted")
    filed = replace(VIEW, state=Lifecycle.SUBMITTED)
    assert lived(filed, DAILY, rungs) == ["22 slow#0>superior:reviewer-reminder"]
    assert lived(replace(VIEW, state=Lifecycle.ACCEPTED), DAILY, rungs) == []


@pytest.mark.parametrize("audience", ["clerk", "head", "[clerk, head]", "below"])
@pytest.mark.parametrize("filed", ["2024-10-10 09:00:00", "2024-10-17 10:00:00"])
def test_what_nags_the_unit_until_accepted_turns_to_its_superior_at_its_own_time(
    audience: str, filed: str
) -> None:
    rungs = ladder(
        f"id: late, at: +1wd, audience: {audience}, until: accepted, repeat: {{every: 2wd, max: 1}}",
        "id: up, at: +5wd, audience: superior-head, until: accepted",
    )
    view = replace(VIEW, state=Lifecycle.SUBMITTED, submitted_at=at(filed))
    passes = [moment for moment in DAILY if moment > filed]
    assert lived(view, passes, rungs, THE_OFFICE) == [
        "18 late#0>district:reviewer-reminder",
        "22 late#1>district:reviewer-reminder",
        "24 up#0>superior:reviewer-reminder",
    ]


def test_what_came_before_it_was_handed_in_is_not_for_the_superior() -> None:
    """The pass of that morning was missed, and at ten it was handed in."""
    rungs = ladder("id: late, at: +1wd, audience: clerk, until: accepted, repeat: {every: 2wd, max: 1}")
    filed = replace(VIEW, state=Lifecycle.SUBMITTED, submitted_at=at("2024-10-18 10:00:00"))
    assert lived(filed, ["2024-10-18 10:05:00", "2024-10-22 09:00:00"], rungs, THE_OFFICE) == [
        "22 late#1>district:reviewer-reminder"
    ]


def test_a_rung_of_an_edited_ladder_does_not_speak_of_the_past() -> None:
    since = FULL.model_copy(
        update={"rungs": tuple(r.model_copy(update={"since": at("2024-10-20 00:00:00")}) for r in FULL.rungs)}
    )
    assert lived(VIEW, ["2024-10-20 09:00:00", "2024-10-22 09:00:00"], since) == [
        "22 late#1>clerk:overdue",
        "22 late#1>head:overdue",
        "22 up#0>superior:escalated",
    ]


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2024-10-01 09:00:00", "2024-10-10 08:00:00"),
        ("2024-10-12 09:00:00", "2024-10-15 08:00:00"),  # the first rung has come and was sent
    ],
)
def test_the_tick_looks_again_when_the_next_rung_comes(now: str, expected: str) -> None:
    planner = Planner(FULL, CALENDAR, EVERYBODY)
    planner.plan([VIEW], at(now))
    assert planner.attention([VIEW], at(now)) == {1: at(expected)}


def test_after_the_last_rung_the_tick_never_looks_again() -> None:
    ledger: dict[int, list[LedgerEntry]] = {}
    lived(VIEW, DAILY, ledger=ledger)
    assert Planner(FULL, CALENDAR, ledger=ledger).attention([VIEW], at("2024-11-01 09:00:00")) == {1: None}
