"""What was notified and then undone: real ticks, a real mail server, and nobody is left misinformed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models.database import writing
from models.vocabulary import Lifecycle
from reporting.moves.close import close
from reporting.moves.review import accept, return_for_correction
from reporting.moves.submit import ReportFiling, submit
from reporting.moves.undo import undo, withdraw
from reporting.special_days import working_days
from tests.conftest import at
from tests.timeline.conftest import Begin
from tests.timeline.harness import Timeline
from tests.timeline.test_reminding import DUNG, EVE, FRANK, HOA, MINH, PHUC, quiet_january

FILED = ReportFiling(note="x")


def begun(timeline: Begin) -> Timeline:
    world = timeline()
    quiet_january(world)
    world.file("d2", "2024-02-01 09:00:00")
    return world


def late_until_tuesday(timeline: Begin) -> Timeline:
    """d1 has not filed; its clerk and head on Monday, the monitor on Tuesday were notified of it."""
    world = begun(timeline)
    world.tick("2024-02-19 08:00:00")
    world.send("2024-02-19 08:00:00")
    world.tick("2024-02-20 08:00:00")
    world.send("2024-02-20 08:00:00")
    world.collect()
    return world


@pytest.mark.parametrize("kind", [Lifecycle.WAIVED, Lifecycle.CANCELLED])
def test_a_cancelled_report_is_notified_to_the_unit_and_to_those_notified_that_it_was_late(
    timeline: Begin, kind: Lifecycle
) -> None:
    world = late_until_tuesday(timeline)
    id = world.obligation("d1")
    with writing(world.engine) as session:
        close(session, id, kind, "đã sáp nhập", at("2024-02-20 09:00:00"), "Phuc", "12/QĐ")
    told = "Không còn phải nộp"
    world.pass_at("2024-02-20 09:05:00", (DUNG, told), (HOA, told), (MINH, told))
    assert "đã sáp nhập (12/QĐ)" in world.text(MINH)
    world.nothing_until("2024-02-21 08:00:00", "2024-02-22 12:00:00")
    with writing(world.engine) as session:
        undo(session, id, "nhầm kỳ", at("2024-02-22 14:00:00"), "Phuc")
    again = "Lại phải nộp, quá hạn 5 ngày"
    world.pass_at("2024-02-22 14:05:00", (DUNG, again), (HOA, again), (MINH, again))
    assert "nhầm kỳ" in world.text(DUNG)
    # Nothing is sent again; what comes next counts from that day, as nothing was owed before it.
    world.nothing_until("2024-02-23 08:00:00", "2024-02-28 08:00:00", timedelta(hours=6))
    world.pass_at("2024-02-28 08:00:00", (DUNG, "Quá hạn 11 ngày"), (HOA, "Quá hạn 11 ngày"))
    world.pass_at("2024-02-29 08:00:00", (PHUC, "Quá hạn 12 ngày"))
    world.file("d1", "2024-02-29 09:00:00")
    done = "Đã nộp"
    world.pass_at("2024-03-01 10:00:00", (DUNG, done), (HOA, done), (MINH, done), (PHUC, done))


def test_a_waiver_not_yet_notified_is_undone_in_silence(timeline: Begin) -> None:
    world = begun(timeline)
    id = world.obligation("d1")
    with writing(world.engine) as session:
        close(session, id, Lifecycle.WAIVED, "x", at("2024-02-02 09:00:00"), "Phuc")
        undo(session, id, "nhầm", at("2024-02-02 09:01:00"), "Phuc")
    world.pass_at("2024-02-02 09:05:00")
    # All rungs are armed again, as if it had never been waived.
    world.pass_at("2024-02-05 08:00:00", (DUNG, "Còn 12 ngày"))
    world.pass_at("2024-02-15 08:00:00", (DUNG, "Còn 2 ngày"))


def test_a_rung_that_a_waiver_kept_back_speaks_once_it_is_undone(timeline: Begin) -> None:
    world = begun(timeline)
    id = world.obligation("d1")
    world.tick("2024-02-05 08:00:00")
    with writing(world.engine) as session:
        close(session, id, Lifecycle.WAIVED, "x", at("2024-02-05 08:01:00"), "Phuc")
    world.pass_at("2024-02-05 08:05:00", (DUNG, "Không còn phải nộp"))
    with writing(world.engine) as session:
        undo(session, id, "nhầm", at("2024-02-05 09:00:00"), "Phuc")
    world.pass_at("2024-02-05 09:05:00", (DUNG, "Lại phải nộp, còn 12 ngày"))


def test_those_notified_that_it_is_done_are_notified_that_it_was_withdrawn(timeline: Begin) -> None:
    world = late_until_tuesday(timeline)
    id = world.file("d1", "2024-02-20 09:00:00")
    done = "Đã nộp"
    world.pass_at("2024-02-20 09:05:00", (DUNG, done), (HOA, done))  # Minh has had the mail of the day
    with writing(world.engine) as session:
        withdraw(session, id, at("2024-02-20 09:30:00"), "Alice")
    again = "Lại phải nộp, quá hạn 3 ngày"
    world.pass_at("2024-02-20 09:35:00", (DUNG, again), (HOA, again))
    world.nothing_until("2024-02-21 08:00:00", "2024-02-21 18:00:00", timedelta(hours=5))
    id = world.file("d1", "2024-02-21 18:00:00")
    world.pass_at("2024-02-21 18:05:00", (MINH, done))
    with writing(world.engine) as session:
        withdraw(session, id, at("2024-02-21 19:00:00"), "Alice")
    world.pass_at("2024-02-21 19:05:00", (MINH, "Lại phải nộp, quá hạn 4 ngày"))
    world.file("d1", "2024-02-22 07:00:00")
    world.pass_at("2024-02-22 08:00:00", (MINH, done))


def test_a_receipt_of_what_was_withdrawn_does_not_go_out(timeline: Begin) -> None:
    world = begun(timeline)
    id = world.obligation("d1")
    with writing(world.engine) as session:
        submit(
            session,
            world.settings,
            id,
            ReportFiling(note="x"),
            at("2024-02-02 09:00:00"),
            "Alice",
            receipt=True,
        )
        withdraw(session, id, at("2024-02-02 09:01:00"), "Alice")
    world.pass_at("2024-02-02 09:05:00")
    with writing(world.engine) as session:
        submit(
            session,
            world.settings,
            id,
            ReportFiling(note="x"),
            at("2024-02-02 10:00:00"),
            "Alice",
            receipt=True,
        )
    world.pass_at("2024-02-02 10:05:00", (DUNG, "Đã nhận báo cáo"))


def test_the_unit_is_notified_that_an_acceptance_was_undone(timeline: Begin) -> None:
    world = begun(timeline)
    id = world.file("d1", "2024-02-01 09:00:00")
    with writing(world.engine) as session:
        accept(session, id, at("2024-02-01 10:00:00"), "Phuc")
    world.pass_at("2024-02-01 10:05:00", (DUNG, "Đã tiếp nhận"))
    with writing(world.engine) as session:
        undo(session, id, "tiếp nhận nhầm", at("2024-02-01 11:00:00"), "Phuc")
    world.pass_at("2024-02-01 11:05:00", (DUNG, "Hủy tiếp nhận"))
    assert "tiếp nhận nhầm" in world.text()
    with writing(world.engine) as session:
        accept(session, id, at("2024-02-02 10:00:00"), "Phuc")
    world.pass_at("2024-02-02 10:05:00", (DUNG, "Đã tiếp nhận"))


def test_a_report_returned_before_its_deadline_is_not_called_late_before_it(timeline: Begin) -> None:
    world = begun(timeline)
    id = world.file("d1", "2024-02-01 09:00:00")
    with writing(world.engine) as session:
        days, now = working_days(session), at("2024-02-01 10:00:00")
        return_for_correction(session, world.settings, days, id, "thiếu biểu", now, "Phuc")
    world.pass_at("2024-02-01 10:05:00", (DUNG, "Bị trả lại, còn 16 ngày"))
    assert "tức hết ngày 17/02/2024" in world.text()
    world.nothing_until("2024-02-02 08:00:00", "2024-02-05 08:00:00")
    for day, said in (("05", "còn 12 ngày"), ("15", "còn 2 ngày"), ("16", "còn 1 ngày")):
        world.pass_at(f"2024-02-{day} 08:00:00", (DUNG, f"Bị trả lại, {said}"))
    world.nothing_until("2024-02-17 08:00:00", "2024-02-19 08:00:00")
    late = "Quá hạn nộp lại 2 ngày"
    world.pass_at("2024-02-19 08:00:00", (DUNG, late), (HOA, late))


def test_no_mail_is_left_over_for_who_is_elsewhere(timeline: Begin) -> None:
    """A withdrawal is not notified to people of another unit who had got no mail."""
    world = begun(timeline)
    id = world.file("d1", "2024-02-02 09:00:00")
    with writing(world.engine) as session:
        withdraw(session, id, at("2024-02-02 09:30:00"), "Alice", "nhầm tệp")
    world.pass_at("2024-02-02 10:00:00")
    assert all(recipient not in (EVE, FRANK) for *_, recipient in world.ledger(id))


@pytest.mark.parametrize("passes_between", [False, True])
def test_an_escalation_that_a_step_kept_back_goes_out_once_it_is_undone(
    timeline: Begin, passes_between: bool
) -> None:
    world = begun(timeline)
    world.tick("2024-02-19 08:00:00")
    world.send("2024-02-19 08:00:00")
    world.collect()
    world.tick("2024-02-20 08:00:00")
    id = world.file("d1", "2024-02-20 08:01:00")
    if passes_between:
        world.pass_at("2024-02-20 08:05:00", (DUNG, "Đã nộp"), (HOA, "Đã nộp"))
    with writing(world.engine) as session:
        withdraw(session, id, at("2024-02-20 09:00:00"), "Alice")
    # The unit was notified on Monday that it is late; who was notified that it is done gets owed-again.
    again = [(DUNG, "Lại phải nộp"), (HOA, "Lại phải nộp")] if passes_between else []
    world.pass_at("2024-02-20 09:05:00", (MINH, "Quá hạn 3 ngày"), *again)


def test_filing_and_withdrawing_each_day_puts_no_reminder_off(timeline: Begin) -> None:
    """The unit was notified on Monday the 19th that it is late; the monitor is on Tuesday all the same."""
    world = begun(timeline)
    id = world.obligation("d1")
    world.pass_at("2024-02-19 08:00:00", (DUNG, "Quá hạn 2 ngày"), (HOA, "Quá hạn 2 ngày"))
    with writing(world.engine) as session:
        submit(
            session,
            world.settings,
            id,
            ReportFiling(note="không phát sinh"),
            at("2024-02-19 09:00:00"),
            "Dung",
        )
    with writing(world.engine) as session:
        withdraw(session, id, at("2024-02-19 09:05:00"), "Dung")
    world.pass_at("2024-02-20 08:00:00", (MINH, ""))
