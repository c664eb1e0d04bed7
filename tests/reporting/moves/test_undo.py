"""Steps that are undone: what holds afterwards, who may undo them until when, and what stays on record."""

from __future__ import annotations

import pytest

from models.database import reading, writing
from models.errors import IllegalMove, InvalidInput
from models.obligation import Obligation
from models.vocabulary import Act, Lifecycle
from reporting.audit.log import entries
from reporting.moves.submit import ReportFiling, submit
from reporting.moves.undo import act_to_undo, undo, withdraw
from reporting.obligations.history import HistoryStep, history, versions
from reporting.opening.retirement import retire_plan
from tests.conftest import at
from tests.reporting.world import PLAN, World

FEB = "2024-02"
FILED = "2024-02-05 09:00:00"


@pytest.fixture
def opened(world: World) -> World:
    world.open()
    return world


def take_back(world: World, when: str, unit: str = "x1", period: str = FEB) -> None:
    with writing(world.engine) as session:
        withdraw(session, world.one(unit, period).id, at(when), "Alice", "nhầm tệp", world.settings.zone)


def undo_at(world: World, when: str, unit: str = "x1", reason: str = "nhầm") -> None:
    with writing(world.engine) as session:
        undo(session, world.one(unit, FEB).id, reason, at(when), "Bob")


def times(world: World) -> tuple[object, ...]:
    row = world.one("x1", FEB, "2024-12-31")
    return row.state, row.first_submitted_at, row.submitted_at, row.correction_deadline, row.accepted_at


def replaced(world: World, when: str) -> None:
    with writing(world.engine) as session:
        id = world.one("x1", FEB).id
        submit(session, world.settings, id, ReportFiling(note="x"), at(when), "Alice", replace=True)


def test_a_withdrawn_report_is_as_it_was_before_filing(opened: World) -> None:
    opened.submit("x1", FEB, FILED)
    take_back(opened, "2024-02-05 23:59:59")
    assert times(opened) == ("open", None, None, None, None)
    assert opened.one("x1", FEB, "2024-03-01").timeliness == "overdue"
    with reading(opened.engine) as session:
        id = opened.one("x1", FEB).id
        last = entries(session, "obligation", id)[-1]
        steps = [
            each.step for each in history(session, session.get_one(Obligation, id), versions(session, id))
        ]
    assert (last.action, last.actor) == ("withdraw", "Alice")
    assert "nhầm tệp" in last.after
    assert steps[-2:] == [HistoryStep.FILED, HistoryStep.WITHDRAWN]
    opened.submit("x1", FEB, "2024-02-06 09:00:00")
    assert times(opened)[:2] == ("submitted", at("2024-02-06 09:00:00"))


def test_a_better_version_that_was_withdrawn_leaves_the_one_before(opened: World) -> None:
    opened.submit("x1", FEB, FILED)
    replaced(opened, "2024-02-06 09:00:00")
    take_back(opened, "2024-02-06 10:00:00")
    assert times(opened) == ("submitted", at(FILED), at(FILED), None, None)


def test_a_withdrawn_correction_is_due_again(opened: World) -> None:
    opened.submit("x1", FEB, FILED)
    opened.give_back("x1", FEB, "2024-02-15 09:00:00")
    until = opened.one("x1", FEB, "2024-02-16").correction_deadline
    opened.submit("x1", FEB, "2024-02-16 09:00:00")
    take_back(opened, "2024-02-16 10:00:00")
    assert until is not None
    assert times(opened) == ("returned", at(FILED), at(FILED), until, None)


@pytest.mark.parametrize(
    ("step", "when"),
    [
        pytest.param(None, "2024-02-06 00:00:00", id="the day is over"),
        pytest.param("accept", "2024-02-05 12:00:00", id="accepted"),
        pytest.param("return", "2024-02-05 12:00:00", id="returned"),
        pytest.param("undone", "2024-02-05 12:00:00", id="looked at, though the acceptance was undone"),
        pytest.param("withdraw", "2024-02-05 12:00:00", id="withdrawn already"),
        pytest.param(None, "2024-02-05 08:00:00", id="a clock that went back"),
    ],
)
def test_what_was_looked_at_or_is_of_another_day_is_not_withdrawn(
    opened: World, step: str | None, when: str
) -> None:
    opened.submit("x1", FEB, FILED)
    if step in ("accept", "undone"):
        opened.accept("x1", FEB, "2024-02-05 10:00:00")
    if step == "undone":
        undo_at(opened, "2024-02-05 11:00:00")
    if step == "return":
        opened.give_back("x1", FEB, "2024-02-05 10:00:00")
    if step == "withdraw":
        take_back(opened, "2024-02-05 10:00:00")
    before = times(opened)
    with pytest.raises(IllegalMove):
        take_back(opened, when)
    assert times(opened) == before


def test_an_acceptance_that_was_undone_waits_for_a_review_again(opened: World) -> None:
    opened.submit("x1", FEB, FILED)
    opened.accept("x1", FEB, "2024-02-06 09:00:00")
    assert opened.rates("2024-03-01", period=FEB).total.review_days
    undo_at(opened, "2024-02-06 10:00:00", reason="chưa xem biểu 2")
    assert times(opened) == ("submitted", at(FILED), at(FILED), None, None)
    assert not opened.rates("2024-03-01", period=FEB).total.review_days
    with reading(opened.engine) as session:
        last = entries(session, "obligation", opened.one("x1", FEB).id)[-1]
    assert last.action == "undo-acceptance"
    assert "chưa xem biểu 2" in last.after
    opened.give_back("x1", FEB, "2024-02-07 09:00:00")
    assert times(opened)[0] == "returned"


@pytest.mark.parametrize("kind", [Lifecycle.WAIVED, Lifecycle.CANCELLED])
@pytest.mark.parametrize("returned", [False, True])
def test_a_decision_that_ended_it_is_undone(opened: World, kind: Lifecycle, returned: bool) -> None:
    if returned:
        opened.submit("x1", FEB, FILED)
        opened.give_back("x1", FEB, "2024-02-15 09:00:00")
    before = times(opened)
    opened.close("x1", FEB, "2024-02-15 10:00:00", kind)
    assert opened.rates("2024-03-01", period=FEB, unit="x1").total.expected == 0
    undo_at(opened, "2024-02-20 09:00:00")
    assert times(opened) == before
    assert opened.rates("2024-03-01", period=FEB, unit="x1").total.expected == 1
    opened.close("x1", FEB, "2024-02-21 10:00:00", kind)
    undo_at(opened, "2024-02-21 11:00:00")
    assert times(opened) == before


def test_undoing_wants_a_reason_and_something_to_undo(opened: World) -> None:
    with pytest.raises(IllegalMove, match="cannot undo"):
        undo_at(opened, "2024-02-20 09:00:00")
    opened.close("x1", FEB, "2024-02-15 10:00:00")
    with pytest.raises(InvalidInput, match="reason"):
        undo_at(opened, "2024-02-20 09:00:00", reason="  ")


def test_what_ended_because_the_plan_was_retired_is_not_undone(opened: World) -> None:
    with writing(opened.engine) as session:
        retire_plan(session, "p-2024", "thay bằng kế hoạch khác", at("2024-01-20"), "Bob")
    assert opened.one("x1", FEB, "2024-02-01").state == "cancelled"
    with pytest.raises(IllegalMove, match="not by a decision"):
        undo_at(opened, "2024-02-01 09:00:00")


@pytest.mark.parametrize("kind", [Lifecycle.WAIVED, Lifecycle.CANCELLED])
def test_a_decision_is_undone_though_the_plan_was_changed_since(opened: World, kind: Lifecycle) -> None:
    opened.close("x1", FEB, "2024-01-03 09:00:00", kind)
    opened.plan(PLAN.replace("before 18", "before 20"), applies_from="2024-01-04")
    opened.tick("2024-01-04 08:00:00")
    undo_at(opened, "2024-01-05 09:00:00")
    opened.tick("2024-01-06 08:00:00")
    (row,) = opened.due("2024-01-07", unit="x1", period=FEB)
    assert (row.state, row.timeliness, row.is_replaced) == ("open", "in term", False)
    assert opened.rates("2024-02-20", branch="x1", period=FEB).total.expected == 1


def test_the_recipient_may_undo_an_acceptance_for_a_day_and_then_an_administrator(opened: World) -> None:
    opened.submit("x1", FEB, FILED)
    opened.accept("x1", FEB, "2024-02-06 09:00:00")
    with reading(opened.engine) as session:
        row = session.get_one(Obligation, opened.one("x1", FEB).id)
        assert act_to_undo(row, at("2024-02-07 08:59:59")) is Act.REVIEW
        assert act_to_undo(row, at("2024-02-07 09:00:00")) is Act.CORRECT


@pytest.mark.parametrize(
    ("when", "ahead", "accepted"),
    [
        pytest.param("2024-02-14 16:00:00", False, False, id="before the data of March begin"),
        pytest.param("2024-02-14 16:00:00", True, True, id="and it is meant"),
        pytest.param("2024-02-15 08:00:00", False, True, id="on their first day"),
    ],
)
def test_a_period_that_has_not_begun_is_only_filed_for_if_it_is_meant(
    opened: World, when: str, ahead: bool, accepted: bool
) -> None:
    with writing(opened.engine) as session:
        id = opened.one("x1", "2024-03").id
        try:
            submit(session, opened.settings, id, ReportFiling(note="x"), at(when), "Alice", ahead=ahead)
        except IllegalMove as error:
            assert "15/02/2024" in str(error)
    assert (opened.one("x1", "2024-03", "2024-03-01").state == "submitted") is accepted
