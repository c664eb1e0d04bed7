"""The words of a calendar event, Vietnamese and English.

State is said in words first, because outside Google a cancelled or filed event looks like any other. The date
is said as the plan writes it ("trước ngày 18/10/2024"), whatever day the event lies on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from calendars.deadline import Deadline, stated
from calendars.ical_text import TITLE_LIMIT, one_line
from calendars.periods import Language, period_words
from calendars.wording import word_date, word_stated
from calendars.working_days import WorkingDays
from calendars.zone import local_date
from models.vocabulary import DutyType, Lifecycle, Timeliness, say
from reporting.feeds.rows import Counted, Counts, DueRow, OwedRow
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


def count_state(counts: Counts) -> str | None:
    if not counts.expected:
        return "cancelled"
    if counts.overdue:
        return "overdue"
    return "filed" if counts.filed == counts.expected else None


def owed_title(row: OwedRow, speaker: Speaker) -> str:
    """E.g. "[Quá hạn] Báo cáo tháng (tháng 2/2024) – Xã Đất Mũi"; the duty's title is what is cut."""
    end = f" – {one_line(row.unit_name, NAME_LIMIT)}"
    return _title(owed_state(row), row.duty_title, _period(row, speaker) + end, speaker)


def count_title(counted: Counted, speaker: Speaker) -> str:
    """E.g. "18/10: 72/101 đã nộp – Báo cáo tháng (tháng 10/2024), Cơ sở"; no figures where none is owed."""
    row, counts = counted
    day = row.written or Deadline(row.written_deadline, speaker.zone).last_day
    on = f"{day.day}/{day.month}"
    figures = speaker.word("counted", on, counts.filed, counts.expected) if counts.expected else on
    end = f", {one_line(row.stage_name, NAME_LIMIT)}"
    title = f"{figures} – {row.duty_title}"
    return _title(count_state(counts), title, _period(row, speaker) + end, speaker)


def owed_description(row: OwedRow, link: str, speaker: Speaker) -> str:
    """The link comes last: Google shows no URL property."""
    is_as_written = row.deadline == row.original_deadline and row.state != Lifecycle.RETURNED
    lines = [
        one_line(row.duty_title),
        speaker.word("unit", row.unit_name),
        speaker.word("recipient", row.recipient_name) if row.recipient_name else "",
        *_due_lines(row, row.original_deadline or row.deadline, speaker),
        _day_off_hint(row, row.deadline, speaker) if is_as_written else "",
        *_moved_lines(row, speaker),
        speaker.word("state", _state_words(row, speaker)),
        link,
    ]
    return "\n".join(filter(None, lines))


def count_description(counted: Counted, late: Sequence[str], link: str, speaker: Speaker) -> str:
    row, counts = counted
    lines = [
        one_line(row.duty_title),
        *_due_lines(row, row.written_deadline, speaker),
        _day_off_hint(row, row.written_deadline, speaker),
        _progress(counts, speaker),
        speaker.word("late units", _some(late, counts.overdue, speaker)) if late else "",
        link,
    ]
    return "\n".join(filter(None, lines))


def _progress(counts: Counts, speaker: Speaker) -> str:
    if not counts.expected:
        return ""
    rest = (counts.overdue, counts.returned, counts.extended)
    return speaker.word("progress", counts.filed, counts.expected, *rest)


def categories(row: DueRow, state: str | None, speaker: Speaker) -> tuple[str, ...]:
    """From a fixed list, because programs colour and sort by them."""
    kind = say(DutyType(row.duty_type), speaker.language)
    return (kind[0].upper() + kind[1:],) + (() if state is None else (speaker.word(state),))


def held_deadline(row: OwedRow, zone: ZoneInfo) -> Deadline:
    """The deadline that holds now: of a returned report the one by which it is to be mended."""
    mending = row.correction_deadline if row.state == Lifecycle.RETURNED else None
    instant = mending or row.deadline
    return stated(instant, row.original_deadline, row.safe_day, zone)


def _title(state: str | None, title: str, end: str, speaker: Speaker) -> str:
    start = "" if state is None else f"[{speaker.word(state)}] "
    if state == "filed":
        start += f"{CHECK} "
    return start + one_line(title, TITLE_LIMIT - len(start) - len(end)) + end


def _period(row: DueRow, speaker: Speaker) -> str:
    label = period_words(row.period, speaker.language)
    return f" ({label})" if label else ""


def _due_lines(row: DueRow, instant: datetime, speaker: Speaker) -> list[str]:
    """`instant` is the deadline as the plan has it."""
    deadline = Deadline(instant, speaker.zone, row.safe_day)
    label = period_words(row.period, speaker.language)
    numbers = ", ".join(filter(None, (row.basis, row.plan_number)))
    basis = " – ".join(filter(None, (numbers, one_line(row.plan_title))))
    return [
        speaker.word("period", label) if label else "",
        speaker.word("basis", basis) if basis else "",
        speaker.word("deadline", word_stated(row.written, row.bound, deadline, speaker.language)),
    ]


def _day_off_hint(row: DueRow, instant: datetime, speaker: Speaker) -> str:
    deadline = Deadline(instant, speaker.zone, row.safe_day)
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
