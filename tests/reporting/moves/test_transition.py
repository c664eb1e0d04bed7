"""The life of an obligation: legal moves, refused ones with the reason, two clocks, the audit of all."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from sqlmodel import col, select

from models.database import reading, writing
from models.decision import Extension, Review
from models.errors import DondocError, IllegalMove, InvalidInput, NotFound
from models.obligation import Submission
from models.upkeep import AuditEntry
from models.vocabulary import Lifecycle, Timeliness
from reporting.moves.close import acknowledge
from reporting.moves.extend import decide_extension, request_extension
from reporting.moves.submit import ReportFiling, submit
from reporting.obligations.as_of import past_view
from tests.conftest import at
from tests.reporting.world import MONTHLY, PLAN, World

FEB = "2024-02"
FILED = "2024-02-10 09:00:00"


@pytest.fixture
def opened(world: World) -> World:
    world.plan(MONTHLY)
    world.tick("2024-01-02 08:00:00")
    return world


def state(world: World, when: str = "2024-12-31", unit: str = "x1") -> tuple[str, str]:
    row = world.one(unit, FEB, when)
    return row.state, row.timeliness.value


@pytest.mark.parametrize(
    ("filed", "expected"),
    [
        ("2024-02-17 23:59:59", "on time"),  # 16:59:59 UTC: the machine's zone plays no part
        ("2024-02-18 00:00:00", "late"),
    ],
)
def test_the_last_second_of_the_safe_day_is_on_time(
    opened: World, monkeypatch: pytest.MonkeyPatch, filed: str, expected: str
) -> None:
    monkeypatch.setenv("TZ", "UTC")
    opened.submit("x1", FEB, filed)
    assert state(opened) == ("submitted", expected)


def test_a_slow_reviewer_never_makes_the_filer_late(opened: World) -> None:
    opened.submit("x1", FEB, FILED)
    opened.accept("x1", FEB, "2024-06-30 09:00:00")
    assert state(opened) == ("accepted", "on time")


def test_a_returned_report_keeps_its_first_time_and_gets_a_correction_deadline(opened: World) -> None:
    opened.submit("x1", FEB, "2024-02-16 09:00:00")
    opened.give_back("x1", FEB, "2024-02-16 15:00:00")  # a Friday
    row = opened.one("x1", FEB, "2024-02-20")
    assert (row.state, row.timeliness) == ("returned", Timeliness.RETURNED)
    assert row.correction_deadline == at("2024-02-21 00:00:00")  # Monday and Tuesday are given
    opened.submit("x1", FEB, "2024-03-01 09:00:00")
    row = opened.one("x1", FEB, "2024-03-02")
    assert (row.state, row.timeliness, row.correction_deadline) == ("submitted", Timeliness.ON_TIME, None)
    assert row.first_submitted_at == at("2024-02-16 09:00:00")


def test_a_plan_says_itself_how_long_mending_takes_for_what_is_opened_under_it(world: World) -> None:
    """The field was read, shown and compared, and had no effect."""
    world.plan(PLAN.replace("monitor: so\n", "monitor: so\ncorrection: 5\n"))
    world.tick("2024-01-02 08:00")
    world.submit("d1", FEB, "2024-02-16 09:00")
    world.plan(PLAN.replace("monitor: so\n", "monitor: so\ncorrection: 9\n"), applies_from="2024-02-17")
    world.give_back("d1", FEB, "2024-02-18 09:00")
    # Five working days from Monday the 19th on, not the setting's two.
    assert world.one("d1", FEB, "2024-02-19").correction_deadline == at("2024-02-24 00:00:00")


@pytest.mark.parametrize(
    ("extended_to", "returned", "expected"),
    [
        pytest.param(None, "2024-02-06 15:00:00", "2024-02-18 00:00:00", id="long before the deadline"),
        pytest.param(None, "2024-02-16 15:00:00", "2024-02-21 00:00:00", id="just before the deadline"),
        pytest.param(None, "2024-02-20 15:00:00", "2024-02-23 00:00:00", id="after the deadline"),
        pytest.param("2024-02-28", "2024-02-16 15:00:00", "2024-02-29 00:00:00", id="before an extended one"),
    ],
)
def test_a_correction_deadline_is_never_earlier_than_the_deadline_that_holds(
    opened: World, extended_to: str | None, returned: str, expected: str
) -> None:
    if extended_to is not None:
        opened.extend("x1", FEB, extended_to, "2024-02-05 09:00:00")
    opened.submit("x1", FEB, "2024-02-05 10:00:00")
    opened.give_back("x1", FEB, returned)
    assert opened.one("x1", FEB, "2024-03-01").correction_deadline == at(expected)


def test_an_extension_changes_the_effective_not_the_original_lateness(opened: World) -> None:
    opened.extend("x1", FEB, "2024-02-20", "2024-02-15 09:00:00")
    opened.submit("x1", FEB, "2024-02-20 16:00:00")
    row = opened.one("x1", FEB, "2024-03-01")
    assert row.timeliness is Timeliness.ON_TIME
    assert str(row.safe_day) == "2024-02-20"
    assert (row.deadline, row.original_deadline) == (at("2024-02-21 00:00:00"), at("2024-02-18 00:00:00"))
    total = opened.rates("2024-03-01", period=FEB, branch="x1").total
    assert (total.on_time, total.original_on_time) == (1, 0)


def test_a_refused_extension_moves_nothing(opened: World) -> None:
    opened.extend("x1", FEB, "2024-02-20", "2024-02-15 09:00:00", granted=False)
    row = opened.one("x1", FEB, "2024-02-19")
    assert (row.timeliness, row.deadline) == (Timeliness.OVERDUE, at("2024-02-18 00:00:00"))


def test_an_extension_before_it_was_granted_did_not_hold_yet(opened: World) -> None:
    opened.extend("x1", FEB, "2024-03-15", "2024-02-20 09:00:00")
    assert opened.one("x1", FEB, "2024-02-19").timeliness is Timeliness.OVERDUE
    assert opened.one("x1", FEB, "2024-02-21").timeliness is Timeliness.IN_TERM
    assert opened.rates("2024-02-19", period=FEB, branch="x1").total.overdue == 1
    assert opened.rates("2024-02-21", period=FEB, branch="x1").total.overdue == 0


def test_a_waived_one_counts_no_more_but_did_before(opened: World) -> None:
    opened.close("x1", FEB, "2024-03-10 09:00:00")
    assert state(opened, "2024-03-01") == ("open", "overdue")
    assert state(opened, "2024-03-11") == ("waived", "not counted")
    assert opened.rates("2024-03-01", period=FEB, branch="x1").total.expected == 1
    assert opened.rates("2024-03-11", period=FEB, branch="x1").total.expected == 0


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("2024-02-10 08:59:59", ("open", None)),
        ("2024-02-10 09:00:00", ("submitted", "2024-02-10 09:00:00")),
        ("2024-02-13 00:00:00", ("returned", "2024-02-10 09:00:00")),
        ("2024-02-14 00:00:00", ("submitted", "2024-02-10 09:00:00")),
        ("2024-02-16 00:00:00", ("accepted", "2024-02-10 09:00:00")),
    ],
)
def test_it_rebuilds_the_state_at_any_instant(
    opened: World, when: str, expected: tuple[str, str | None]
) -> None:
    opened.submit("x1", FEB, "2024-02-10 09:00:00")
    opened.give_back("x1", FEB, "2024-02-12 09:00:00")
    opened.submit("x1", FEB, "2024-02-13 09:00:00")
    opened.accept("x1", FEB, "2024-02-15 09:00:00")
    row = opened.one("x1", FEB, when)
    filed = None if expected[1] is None else at(expected[1])
    assert (row.state, row.first_submitted_at) == (expected[0], filed)


def submitted(world: World) -> None:
    world.submit("x1", FEB, FILED)


def accepted(world: World) -> None:
    submitted(world)
    world.accept("x1", FEB, "2024-02-11 09:00:00")


def waived(world: World) -> None:
    world.close("x1", FEB, FILED)


def returned(world: World) -> None:
    submitted(world)
    world.give_back("x1", FEB, "2024-02-11 09:00:00")


def untouched(world: World) -> None:
    """Leaves it open."""


LATER = "2024-02-12 09:00:00"


@pytest.mark.parametrize(
    ("before", "move", "reason"),
    [
        (untouched, lambda w: w.accept("x1", FEB, LATER), "is open: cannot accept"),
        (untouched, lambda w: w.give_back("x1", FEB, LATER), "is open: cannot return"),
        (submitted, lambda w: w.submit("x1", FEB, LATER), "handed in already"),
        (submitted, lambda w: w.close("x1", FEB, LATER), "is submitted: cannot waive"),
        (submitted, lambda w: w.extend("x1", FEB, "2024-03-01", LATER), "is submitted: cannot extend"),
        (submitted, lambda w: w.accept("x1", FEB, "2024-02-01 09:00:00"), "cannot accept before"),
        (accepted, lambda w: w.submit("x1", FEB, LATER), "is accepted: cannot submit"),
        (accepted, lambda w: w.accept("x1", FEB, LATER), "is accepted: cannot accept"),
        (accepted, lambda w: w.give_back("x1", FEB, LATER), "is accepted: cannot return"),
        (accepted, lambda w: w.close("x1", FEB, LATER), "is accepted: cannot waive"),
        (returned, lambda w: w.accept("x1", FEB, LATER), "is returned: cannot accept"),
        (returned, lambda w: w.submit("x1", FEB, "2024-02-01 09:00:00"), "cannot submit before"),
        (waived, lambda w: w.submit("x1", FEB, LATER), "is waived: cannot submit"),
        (waived, lambda w: w.close("x1", FEB, LATER, Lifecycle.CANCELLED), "is waived: cannot cancel"),
    ],
)
def test_illegal_moves_are_refused_with_the_reason(
    opened: World, before: Callable[[World], None], move: Callable[[World], object], reason: str
) -> None:
    before(opened)
    as_before = opened.one("x1", FEB, "2024-12-31")
    with pytest.raises(IllegalMove, match=reason):
        move(opened)
    assert opened.one("x1", FEB, "2024-12-31") == as_before


@pytest.mark.parametrize(
    ("move", "error", "reason"),
    [
        (lambda w: w.extend("x1", FEB, "2024-02-17", FILED), InvalidInput, "no earlier"),
        (lambda w: w.give_back("x1", FEB, FILED, reason="  "), DondocError, "reason is missing|is open"),
        (lambda w: acknowledge_unknown(w), NotFound, "no obligation 9999"),
    ],
)
def test_bad_input_is_refused_with_the_remedy(
    opened: World, move: Callable[[World], object], error: type[Exception], reason: str
) -> None:
    with pytest.raises(error, match=reason):
        move(opened)


def acknowledge_unknown(world: World) -> None:
    with writing(world.engine) as session:
        acknowledge(session, world.settings, 9999, at(FILED), "Alice")


def test_a_return_needs_a_reason(opened: World) -> None:
    submitted(opened)
    with pytest.raises(InvalidInput, match="--reason"):
        opened.give_back("x1", FEB, LATER, reason=" \n ")


def test_a_clock_set_to_another_age_makes_nobody_punctual(opened: World) -> None:
    with pytest.raises(IllegalMove, match="set the clock right"):
        opened.submit("x1", FEB, "2010-01-01 09:00:00")
    assert state(opened) == ("open", "overdue")


def test_the_audit_keeps_reasons_and_numbers(opened: World) -> None:
    opened.submit("x1", FEB, FILED, document_number="12/BC\nBcc: x", note="bản đầu")
    opened.give_back("x1", FEB, LATER, reason="thiếu biểu 2")
    opened.extend("x2", FEB, "2024-02-20", LATER)
    with reading(opened.engine) as session:
        told = {entry.action: json.loads(entry.after) for entry in session.exec(select(AuditEntry))}
    assert (told["submit"]["document_number"], told["submit"]["note"]) == ("12/BC Bcc: x", "bản đầu")
    assert told["return"]["reason"] == "thiếu biểu 2"
    assert told["request-extension"]["reason"] == "bão"
    assert told["grant-extension"]["document_number"] == "5/QĐ"


def test_a_decision_cannot_come_before_the_request(opened: World) -> None:
    row = opened.one("x1", FEB)
    with writing(opened.engine) as session:
        day = at("2024-02-20").date()
        request_extension(session, row.id, day, "bão", at(LATER), "Alice", opened.settings.zone)
    with pytest.raises(IllegalMove, match="cannot decide before"), writing(opened.engine) as session:
        decide_extension(session, row.id, True, at(FILED), "Bob", zone=opened.settings.zone)


def test_a_better_version_may_replace_one_that_was_not_looked_at(opened: World) -> None:
    submitted(opened)
    row = opened.one("x1", FEB)
    with writing(opened.engine) as session:
        submit(
            session, opened.settings, row.id, ReportFiling(note="bản sửa"), at(LATER), "Alice", replace=True
        )
    with reading(opened.engine) as session:
        versions = session.exec(select(Submission).order_by(col(Submission.version))).all()
    assert [version.version for version in versions] == [1, 2]
    assert opened.one("x1", FEB, "2024-12-31").first_submitted_at == at(FILED)


def test_an_acknowledgement_expires_by_the_setting(opened: World) -> None:
    with writing(opened.engine) as session:
        made = acknowledge(session, opened.settings, opened.one("x1", FEB).id, at(FILED), "Alice", "đang làm")
        assert made.expires_at == at("2024-02-13 09:00:00")


def test_an_acknowledgement_that_would_quiet_nothing_is_refused(opened: World) -> None:
    opened.ladder("{id: late, at: +1wd, audience: clerk}, {id: up, at: +2wd, audience: superior-head}")
    id = opened.one("x1", FEB).id
    with (
        pytest.raises(IllegalMove, match="no reminder of its plan's ladder rests"),
        writing(opened.engine) as session,
    ):
        acknowledge(session, opened.settings, id, at(FILED), "Alice")
    opened.ladder("{id: up, at: +2wd, audience: superior-head, until: acknowledged}")
    with writing(opened.engine) as session:
        assert acknowledge(session, opened.settings, id, at(FILED), "Alice").actor == "Alice"


def test_every_move_is_in_the_audit_log(opened: World) -> None:
    submitted(opened)
    opened.give_back("x1", FEB, "2024-02-11 09:00:00")
    opened.submit("x1", FEB, LATER)
    opened.accept("x1", FEB, "2024-02-13 09:00:00")
    key = opened.one("x1", FEB).id
    with reading(opened.engine) as session:
        query = select(AuditEntry).where(AuditEntry.subject == "obligation", AuditEntry.subject_id == key)
        found = session.exec(query.order_by(col(AuditEntry.id))).all()
    assert [(entry.actor, entry.action) for entry in found] == [
        ("Alice", "submit"),
        ("Bob", "return"),
        ("Alice", "submit"),
        ("Bob", "accept"),
    ]
    states = [(json.loads(entry.before)["state"], json.loads(entry.after)["state"]) for entry in found]
    assert states == [
        ("open", "submitted"),
        ("submitted", "returned"),
        ("returned", "submitted"),
        ("submitted", "accepted"),
    ]


def test_a_decision_keeps_who_when_why_and_both_deadlines(opened: World) -> None:
    opened.extend("x1", FEB, "2024-02-20", "2024-02-15 09:00:00")
    with reading(opened.engine) as session:
        kept = session.exec(select(Extension)).one()
    assert (kept.requested_by, kept.decided_by, kept.reason, kept.document_number) == (
        "Alice",
        "Bob",
        "bão",
        "5/QĐ",
    )
    assert (kept.old_deadline, kept.new_deadline) == (at("2024-02-18 00:00:00"), at("2024-02-21 00:00:00"))


def test_reviews_are_kept_one_by_one(opened: World) -> None:
    returned(opened)
    opened.submit("x1", FEB, LATER)
    opened.accept("x1", FEB, "2024-02-13 09:00:00")
    with reading(opened.engine) as session:
        reviews = session.exec(select(Review).order_by(col(Review.id))).all()
    assert [review.verdict for review in reviews] == ["returned", "accepted"]
    assert reviews[0].reason == "thiếu biểu 2"


def test_the_past_is_asked_only_where_something_changed_since(opened: World) -> None:
    with reading(opened.engine) as session:
        view = past_view(session, at("2030-01-01"))
    assert (view.deadlines, view.returned, view.submitted) == ({}, {}, {})


def test_a_duty_without_a_date_gets_one_by_decision(world: World) -> None:
    world.plan(MONTHLY.replace("every: month", "every: year").replace(", due: before 18", ""))
    world.tick("2024-01-02 08:00:00")
    world.extend("x1", "2024", "2024-11-30", "2024-02-15 09:00:00")
    row = world.one("x1", "2024", "2024-11-30 12:00:00")
    assert (row.timeliness, row.deadline) == (Timeliness.LAST_DAY, at("2024-12-01 00:00:00"))
    assert row.original_deadline is None
