"""What stands in a person's mail, in which order, and what is left out at the last moment."""

from __future__ import annotations

from datetime import date

import pytest

from models.vocabulary import Audience, NoticeKind
from notifications.digest import MOST_ITEMS, MOST_UNITS, ORDER, Digest, DigestLine, compose
from tests.conftest import at
from tests.notifications.items import CALENDAR, item

MORNING = at("2024-10-15 08:00:00")


def test_overdue_comes_first_then_by_plan_and_branch() -> None:
    late = {"deadline": at("2024-10-01 00:00:00"), "safe_day": date(2024, 9, 30)}
    items = [
        item(1),
        item(2, plan_number="00/KH"),
        item(3, kind=NoticeKind.ESCALATED, audience=Audience.SUPERIOR_HEAD, branch="B", **late),
        item(4, kind=NoticeKind.ESCALATED, audience=Audience.SUPERIOR_HEAD, branch="A", **late),
        item(5, kind=NoticeKind.OVERDUE, **late),
    ]
    digest = compose(items, CALENDAR, MORNING)
    assert [(section.kind, section.count) for section in digest.sections] == [
        (NoticeKind.OVERDUE, 1),
        (NoticeKind.ESCALATED, 2),
        (NoticeKind.COMING_DUE, 2),
    ]
    assert [line.item.obligation_id for line in lines_of(digest)] == [5, 4, 3, 2, 1]


def test_an_obligation_stands_in_it_once_by_its_gravest_word() -> None:
    late = {"deadline": at("2024-10-01 00:00:00"), "safe_day": date(2024, 9, 30), "obligation_id": 1}
    as_monitor = item(1, kind=NoticeKind.ESCALATED, audience=Audience.MONITOR, **late)
    as_clerk = item(2, kind=NoticeKind.OVERDUE, **late)
    digest = compose([as_monitor, as_clerk], CALENDAR, MORNING)
    assert digest.count == 1
    assert digest.first.item == as_clerk


@pytest.mark.parametrize(
    ("now", "kind", "days_left", "send_by"),
    [
        ("2024-10-15 08:00:00", NoticeKind.COMING_DUE, 2, None),
        ("2024-10-17 08:00:00", NoticeKind.COMING_DUE, 0, None),
        # it waited in the outbox until the deadline had passed
        ("2024-10-18 00:00:00", NoticeKind.OVERDUE, -1, None),
    ],
)
def test_it_tells_how_it_stands_when_it_is_sent(
    now: str, kind: NoticeKind, days_left: int, send_by: date | None
) -> None:
    line = compose([item()], CALENDAR, at(now)).first
    assert (line.kind, line.days_left, line.send_by) == (kind, days_left, send_by)


def test_a_last_day_off_comes_with_the_day_before_it_on_which_the_office_is_open() -> None:
    sunday = item(deadline=at("2024-10-21 00:00:00"), safe_day=date(2024, 10, 20))
    assert compose([sunday], CALENDAR, MORNING).first.send_by == date(2024, 10, 18)
    assert compose([sunday], CALENDAR, at("2024-10-19 08:00:00")).first.send_by is None


def test_a_plan_that_counts_the_written_day_is_not_called_overdue_on_it() -> None:
    inclusive = item(deadline=at("2024-10-19 00:00:00"))
    assert compose([inclusive], CALENDAR, at("2024-10-18 08:00:00")).first.days_left == 0


def test_a_reminder_on_the_safe_day_does_not_call_due_what_may_come_tomorrow() -> None:
    inclusive = item(deadline=at("2024-10-19 00:00:00"), kind=NoticeKind.LAST_DAY)
    line = compose([inclusive], CALENDAR, at("2024-10-17 08:00:00")).first
    assert (line.kind, line.days_left, line.send_by) == (NoticeKind.COMING_DUE, 1, date(2024, 10, 17))
    assert compose([inclusive], CALENDAR, at("2024-10-18 08:00:00")).first.kind is NoticeKind.LAST_DAY


def lines_of(digest: Digest) -> list[DigestLine]:
    """The rows, in order."""
    reports = [report for section in digest.sections for report in section.reports]
    return [line for report in reports for branch in report.branches for line in branch.lines]


def test_every_kind_has_its_place() -> None:
    assert sorted(ORDER) == sorted(NoticeKind)


def test_somebodys_own_words_are_not_lost_behind_a_reminder_of_the_same_obligation() -> None:
    late = {"deadline": at("2024-10-01 00:00:00"), "safe_day": date(2024, 9, 30), "obligation_id": 1}
    digest = compose(
        [item(1, kind=NoticeKind.OVERDUE, **late), item(2, kind=NoticeKind.CHASE, words="Gấp", **late)],
        CALENDAR,
        MORNING,
    )
    assert (digest.count, digest.first.item.words, digest.first.days_late) == (1, "Gấp", 15)


def test_what_many_units_owe_alike_is_one_report_with_a_few_rows() -> None:
    owed = [item(id, unit_name=f"xã {id:03}") for id in range(1, 101)]
    (report,) = compose(owed, CALENDAR, MORNING).sections[0].reports
    assert (report.count, report.left_out) == (100, 100 - MOST_UNITS)
    assert len(report.branches[0].lines) == MOST_UNITS


@pytest.mark.parametrize(
    ("sizes", "rows"),
    [
        ([97, 3], [MOST_UNITS - 3, 3]),  # the small branch is seen whole
        ([50, 50], [MOST_UNITS // 2, MOST_UNITS // 2]),
        ([2, 3], [2, 3]),
        ([1] * 30, [1] * MOST_UNITS),  # more branches than rows
    ],
)
def test_each_branch_has_its_share_of_the_rows(sizes: list[int], rows: list[int]) -> None:
    branches = [f"huyện {number:02}" for number, size in enumerate(sizes) for _ in range(size)]
    owed = [item(id, unit_name=f"xã {id:03}", branch=branch) for id, branch in enumerate(branches, 1)]
    (report,) = compose(owed, CALENDAR, MORNING).sections[0].reports
    assert [len(branch.lines) for branch in report.branches] == rows
    assert [branch.count for branch in report.branches] == sizes[: len(rows)]


def test_what_is_the_same_for_all_is_told_once() -> None:
    owed = [item(1, unit_name="A", holding_up=("X",)), item(2, unit_name="B", holding_up=("Y",))]
    (report,) = compose(owed, CALENDAR, MORNING).sections[0].reports
    assert list(report.common) == ["status", "deadline", "basis", "awaited_by"]
    notes = [report.notes(branch, line) for branch in report.branches for line in branch.lines]
    assert notes == [["holding_up"]] * 2


def test_alerts_are_not_one_because_they_are_about_no_obligation() -> None:
    alerts = [item(id, obligation_id=0, kind=NoticeKind.ALERT, words=f"cảnh báo {id}") for id in (1, 2)]
    assert compose(alerts, CALENDAR, MORNING).count == 2


def test_what_is_too_much_for_one_mail_is_counted() -> None:
    digest = compose(
        [item(id, duty_title=f"Báo cáo {id:03}") for id in range(1, MOST_ITEMS + 8)], CALENDAR, MORNING
    )
    assert (digest.count, digest.sections[0].left_out) == (MOST_ITEMS + 7, 7)
    assert len(lines_of(digest)) == MOST_ITEMS
