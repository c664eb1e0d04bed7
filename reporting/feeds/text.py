"""The words of a calendar event, Vietnamese and English.

State is said in words first, because outside Google a cancelled or filed event looks like any other. The date
is said as the plan writes it ("trước ngày 18/10/2024"), whatever day the event stands on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from calendars.deadline import Deadline, stated
from calendars.ical_text import TITLE_LIMIT, one_line
from calendars.periods import Language, period_words
from calendars.wording import word_date, word_stated
from calendars.working_days import WorkingDays
from calendars.zone import local_date
from models.vocabulary import DutyType, Lifecycle, Timeliness, say
from reporting.feeds.rows import CountRow, DueFacts, OwedRow
from reporting.obligations.timeliness import filed_timeliness

CHECK = "✓"
NAME_LIMIT = 80
ENDED = frozenset({Lifecycle.WAIVED, Lifecycle.CANCELLED, Lifecycle.TRANSFERRED})

WORDS: dict[Language, dict[str, str]] = {
    "vi": {
        "overdue": "Quá hạn",
        "filed": "Đã nộp",
        "cancelled": "Đã hủy",
        "returned": "Bị trả lại",
        "unit": "Đơn vị: {}",
        "recipient": "Nơi nhận: {}",
        "period": "Kỳ báo cáo: {}",
        "basis": "Căn cứ: {}",
        "deadline": "Thời hạn: {}",
        "extended": "Đã gia hạn đến hết ngày {}",
        "mend": "Nộp lại chậm nhất ngày {}",
        "day off": "Ngày cuối là ngày nghỉ: nên gửi trong ngày {}",
        "send by": "Nên gửi trong ngày {}",
        "state": "Trạng thái: {}",
        "filed on": "đã nộp ngày {} ({})",
        "counted": "{}: {}/{} đã nộp",
        "progress": "Đã nộp {} trên {}; quá hạn {}; bị trả lại {}; được gia hạn {}",
        "late units": "Đang quá hạn: {}",
        "and more": "và {} đơn vị khác",
        "unit feed": "Báo cáo phải nộp: {}",
        "branch feed": "Đôn đốc báo cáo: {}",
        "plan feed": "Đôn đốc {}",
    },
    "en": {
        "overdue": "Overdue",
        "filed": "Filed",
        "cancelled": "Cancelled",
        "returned": "Returned",
        "unit": "Unit: {}",
        "recipient": "Recipient: {}",
        "period": "Period: {}",
        "basis": "Basis: {}",
        "deadline": "Deadline: {}",
        "extended": "Extended to the end of {}",
        "mend": "To be handed in again by {}",
        "day off": "The last day is a day off: send it on {}",
        "send by": "Better send it on {}",
        "state": "State: {}",
        "filed on": "filed on {} ({})",
        "counted": "{}: {} of {} filed",
        "progress": "{} of {} filed; {} overdue; {} returned; {} extended",
        "late units": "Overdue now: {}",
        "and more": "and {} more units",
        "unit feed": "Reports owed: {}",
        "branch feed": "Reports followed: {}",
        "plan feed": "Followed: {}",
    },
}


@dataclass(frozen=True)
class Speaker:
    """Says things in one language, with the days of one zone."""

    language: Language
    zone: ZoneInfo
    days: WorkingDays

    def word(self, key: str, *values: object) -> str:
        return WORDS[self.language][key].format(*values)

    def day(self, instant: datetime) -> str:
        return word_date(local_date(instant, self.zone), self.language)

    def last_day(self, deadline: datetime) -> str:
        return word_date(Deadline(deadline, self.zone).last_day, self.language)


def owed_state(row: OwedRow) -> str | None:
    """The word an event begins with; None for what is simply owed."""
    if row.state in ENDED:
        return "cancelled"
    if row.state == Lifecycle.RETURNED:
        return "returned"
    if row.first_submitted_at is not None:
        return "filed"
    return "overdue" if row.overdue_since is not None else None


def count_state(row: CountRow) -> str | None:
    if not row.expected:
        return "cancelled"
    if row.overdue:
        return "overdue"
    return "filed" if row.filed == row.expected else None


def owed_title(row: OwedRow, speaker: Speaker) -> str:
    """E.g. "[Quá hạn] Báo cáo tháng (tháng 2/2024) – Xã Đất Mũi"; the duty's title is what is cut."""
    end = f" – {one_line(row.unit_name, NAME_LIMIT)}"
    return _title(owed_state(row), row.due.duty_title, _period(row.due, speaker) + end, speaker)


def count_title(row: CountRow, speaker: Speaker) -> str:
    """E.g. "18/10: 72/101 đã nộp – Báo cáo tháng (tháng 10/2024), Cơ sở"; no figures where none is owed."""
    day = row.due.written or Deadline(row.deadline, speaker.zone).last_day
    on = f"{day.day}/{day.month}"
    counted = speaker.word("counted", on, row.filed, row.expected) if row.expected else on
    end = f", {one_line(row.due.stage_name, NAME_LIMIT)}"
    title = f"{counted} – {row.due.duty_title}"
    return _title(count_state(row), title, _period(row.due, speaker) + end, speaker)


def owed_description(row: OwedRow, link: str, speaker: Speaker) -> str:
    """The link comes last: Google shows no URL property."""
    lines = [
        _duty_title(row.due.duty_title),
        speaker.word("unit", row.unit_name),
        speaker.word("recipient", row.recipient_name) if row.recipient_name else "",
        *_due_lines(row.due, row.original_deadline or row.deadline, speaker),
        _day_off_hint(row.due, row.deadline, speaker) if _is_as_written(row) else "",
        *_moved_lines(row, speaker),
        speaker.word("state", _state_words(row, speaker)),
        link,
    ]
    return "\n".join(filter(None, lines))


def count_description(row: CountRow, late: Sequence[str], link: str, speaker: Speaker) -> str:
    lines = [
        _duty_title(row.due.duty_title),
        *_due_lines(row.due, row.deadline, speaker),
        _day_off_hint(row.due, row.deadline, speaker),
        _progress(row, speaker),
        speaker.word("late units", _some(late, row.overdue, speaker)) if late else "",
        link,
    ]
    return "\n".join(filter(None, lines))


def _progress(row: CountRow, speaker: Speaker) -> str:
    if not row.expected:
        return ""
    return speaker.word("progress", row.filed, row.expected, row.overdue, row.returned, row.extended)


def categories(due: DueFacts, state: str | None, speaker: Speaker) -> tuple[str, ...]:
    """From a fixed list, because programs colour and sort by them."""
    kind = say(DutyType(due.duty_type), speaker.language)
    return (kind[0].upper() + kind[1:],) + (() if state is None else (speaker.word(state),))


def _is_as_written(row: OwedRow) -> bool:
    """Whether the deadline that holds is the plan's own, and no decision's."""
    return row.deadline == row.original_deadline and row.state != Lifecycle.RETURNED


def held_deadline(row: OwedRow, zone: ZoneInfo) -> Deadline:
    """The deadline that holds now: of a returned report the one by which it is to be mended."""
    mending = row.correction_deadline if row.state == Lifecycle.RETURNED else None
    instant = mending or row.deadline
    return stated(instant, row.original_deadline, row.due.safe_day, zone)


_duty_title = lru_cache(maxsize=1024)(one_line)
"""A few duties, of many units."""


def _title(state: str | None, title: str, end: str, speaker: Speaker) -> str:
    start = "" if state is None else f"[{speaker.word(state)}] "
    if state == "filed":
        start += f"{CHECK} "
    return start + _duty_title(title, TITLE_LIMIT - len(start) - len(end)) + end


def _period(due: DueFacts, speaker: Speaker) -> str:
    label = period_words(due.period, speaker.language)
    return f" ({label})" if label else ""


@lru_cache(maxsize=1024)
def _due_lines(due: DueFacts, instant: datetime, speaker: Speaker) -> tuple[str, ...]:
    """The same for all units of one stage in one period; `instant` is the deadline as the plan has it."""
    deadline = Deadline(instant, speaker.zone, due.safe_day)
    label = period_words(due.period, speaker.language)
    numbers = ", ".join(filter(None, (due.basis, due.plan_number)))
    basis = " – ".join(filter(None, (numbers, one_line(due.plan_title))))
    return (
        speaker.word("period", label) if label else "",
        speaker.word("basis", basis) if basis else "",
        speaker.word("deadline", word_stated(due.written, due.bound, deadline, speaker.language)),
    )


def _day_off_hint(due: DueFacts, instant: datetime, speaker: Speaker) -> str:
    deadline = Deadline(instant, speaker.zone, due.safe_day)
    if speaker.days.is_working(deadline.safe_day):
        return ""
    key = "day off" if deadline.safe_day == deadline.last_day else "send by"
    return speaker.word(key, word_date(speaker.days.previous_or_same(deadline.safe_day), speaker.language))


def _moved_lines(row: OwedRow, speaker: Speaker) -> list[str]:
    lines = []
    if row.deadline != row.original_deadline and row.original_deadline is not None:
        lines.append(speaker.word("extended", speaker.last_day(row.deadline)))
    if row.state == Lifecycle.RETURNED and row.correction_deadline is not None:
        lines.append(speaker.word("mend", speaker.last_day(row.correction_deadline)))
    return lines


def _state_words(row: OwedRow, speaker: Speaker) -> str:
    """What the row says, never what the hour says: overdue is what the tick has written down."""
    state = Lifecycle(row.state)
    if row.first_submitted_at is not None and state not in ENDED:
        on_time = filed_timeliness(Deadline(row.deadline, speaker.zone), row.first_submitted_at)
        filed = speaker.word("filed on", speaker.day(row.first_submitted_at), say(on_time, speaker.language))
        return filed if state == Lifecycle.SUBMITTED else f"{say(state, speaker.language)}; {filed}"
    if owed_state(row) == "overdue":
        return say(Timeliness.OVERDUE, speaker.language)
    return say(state, speaker.language)


def _some(names: Sequence[str], total: int, speaker: Speaker) -> str:
    shown = ", ".join(one_line(name) for name in names)
    return shown if total <= len(names) else f"{shown} {speaker.word('and more', total - len(names))}"
