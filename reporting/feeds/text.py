"""The words of a calendar event, in the language of its subscription.

State is said in words first, because outside Google a cancelled or filed event looks like any other. The date
is said as the plan writes it ("trước ngày 18/10/2024"), whatever day the event lies on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from calendars.deadline import Deadline
from calendars.ical_text import TITLE_LIMIT, one_line
from calendars.periods import is_daily, period_words
from calendars.wording import word_stated, word_until
from calendars.working_days import WorkingDays
from calendars.zone import local_date
from messages.catalogue import N_, NP_, Language, translate, translate_plural
from messages.formats import clock_text, short_day_text, word_date
from models.vocabulary import COUNTED, DutyType, Lifecycle, Timeliness, say
from reporting.feeds.rows import Counted, Counts, DueRow, OwedRow
from reporting.obligations.timeliness import filed_timeliness

CHECK = "✓"
NAME_LIMIT = 80
CLAUSE_LIMIT = 400
ENDED = frozenset(Lifecycle) - COUNTED

STATES = {
    "overdue": NP_("event", "Overdue"),
    "filed": NP_("event", "Filed"),
    "cancelled": NP_("event", "Cancelled"),
    "returned": NP_("event", "Returned"),
}
NAMES = {
    "unit": N_("Reports owed: %(name)s"),
    "person": N_("Reports owed: %(name)s"),
    "branch": N_("Reports followed: %(name)s"),
    "plan": N_("Followed: %(name)s"),
}
"""What the calendar of each kind of view is called."""


@dataclass(frozen=True)
class Speaker:
    """Says things in one language, with the days of one zone."""

    language: Language
    zone: ZoneInfo
    days: WorkingDays

    def t(self, text: str, **values: object) -> str:
        return translate(self.language, text, **values)

    def day(self, instant: datetime) -> str:
        return word_date(local_date(instant, self.zone), self.language)

    def until(self, deadline: datetime) -> str:
        return word_until(Deadline(deadline, self.zone), self.language)

    def hour(self, deadline: Deadline) -> str:
        """The hour and a space, where the deadline has one: an event of a whole day shows no other."""
        return "" if deadline.hour is None else f"{clock_text(deadline.hour, self.language)} "


def owed_state(row: OwedRow) -> str | None:
    """The word an event begins with; None for what is simply owed."""
    if row.state in ENDED:
        return "cancelled"
    if row.is_returned:
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
    title = speaker.hour(Deadline(row.held_to or row.due, speaker.zone)) + row.duty_title
    return _title(owed_state(row), title, _period(row, speaker) + end, speaker)


def count_title(counted: Counted, speaker: Speaker) -> str:
    """E.g. "18/10: 72/101 đã nộp – Báo cáo tháng (tháng 10/2024), Cơ sở"; no figures where none is owed."""
    row, counts = counted
    deadline = Deadline(row.written_deadline, speaker.zone)
    day = short_day_text(row.written or deadline.last_day, speaker.language)
    figures = f"{day} {speaker.hour(deadline)}".rstrip()
    if counts.expected:
        figures = speaker.t(
            "%(day)s: %(filed)s of %(expected)s filed",
            day=figures,
            filed=counts.filed,
            expected=counts.expected,
        )
    end = f", {one_line(row.stage_name, NAME_LIMIT)}"
    title = f"{figures} – {row.duty_title}"
    return _title(count_state(counts), title, _period(row, speaker) + end, speaker)


def owed_description(row: OwedRow, link: str, speaker: Speaker) -> str:
    """The link comes last: Google shows no URL property."""
    is_as_written = row.deadline == row.original_deadline and not row.is_returned
    lines = [
        one_line(row.duty_title),
        speaker.t("Unit: %(unit)s", unit=row.unit_name),
        speaker.t("Recipient: %(unit)s", unit=row.sent_to.said(speaker.language)) if row.sent_to else "",
        *_due_lines(row, row.original_deadline or row.due, speaker, with_hint=is_as_written),
        *_moved_lines(row, speaker),
        speaker.t("State: %(state)s", state=_state_words(row, speaker)),
        link,
    ]
    return "\n".join(filter(None, lines))


def count_description(counted: Counted, late: Sequence[str], link: str, speaker: Speaker) -> str:
    row, counts = counted
    lines = [
        one_line(row.duty_title),
        *_due_lines(row, row.written_deadline, speaker, with_hint=True),
        _progress(counts, speaker),
        speaker.t("Overdue now: %(units)s", units=_some(late, counts.overdue, speaker)) if late else "",
        link,
    ]
    return "\n".join(filter(None, lines))


def _progress(counts: Counts, speaker: Speaker) -> str:
    if not counts.expected:
        return ""
    return speaker.t(
        "%(filed)s of %(expected)s filed; %(overdue)s overdue; %(returned)s returned; %(extended)s extended",
        filed=counts.filed,
        expected=counts.expected,
        overdue=counts.overdue,
        returned=counts.returned,
        extended=counts.extended,
    )


def categories(row: DueRow, state: str | None, speaker: Speaker) -> tuple[str, ...]:
    """From a fixed list, because programs colour and sort by them."""
    kind = say(DutyType(row.duty_type), speaker.language)
    return (kind[0].upper() + kind[1:],) + (() if state is None else (speaker.t(STATES[state]),))


def _title(state: str | None, title: str, end: str, speaker: Speaker) -> str:
    start = "" if state is None else f"[{speaker.t(STATES[state])}] "
    if state == "filed":
        start += f"{CHECK} "
    return start + one_line(title, TITLE_LIMIT - len(start) - len(end)) + end


def _period(row: DueRow, speaker: Speaker) -> str:
    label = period_words(row.period, speaker.language)
    return f" ({label})" if label else ""


def _due_lines(row: DueRow, instant: datetime, speaker: Speaker, *, with_hint: bool) -> list[str]:
    """`instant` is the deadline as the plan has it; the hint is for a last day on which nobody works."""
    deadline = Deadline(instant, speaker.zone, row.safe_day)
    label = period_words(row.period, speaker.language)
    numbers = ", ".join(filter(None, (row.basis, row.plan_number)))
    title = "" if row.ad_hoc else row.plan_title  # of a single request it is the report's own
    basis = " – ".join(filter(None, (numbers, one_line(title))))
    stated = word_stated(row, deadline, speaker.language)
    with_hint = with_hint and not is_daily(row.period)
    return [
        speaker.t("Period: %(period)s", period=label) if label else "",
        speaker.t("Basis: %(basis)s", basis=basis) if basis else "",
        speaker.t("Words: “%(words)s”", words=one_line(row.clause, CLAUSE_LIMIT)) if row.clause else "",
        speaker.t("Deadline: %(deadline)s", deadline=stated),
        _day_off_hint(deadline, speaker) if with_hint else "",
    ]


def _day_off_hint(deadline: Deadline, speaker: Speaker) -> str:
    if speaker.days.is_working(deadline.safe_day):
        return ""
    day = word_date(speaker.days.previous_or_same(deadline.safe_day), speaker.language)
    if deadline.safe_day == deadline.last_day:
        return speaker.t("The last day is a day off: send it on %(day)s", day=day)
    return speaker.t("Better send it on %(day)s", day=day)


def _moved_lines(row: OwedRow, speaker: Speaker) -> list[str]:
    lines = []
    if row.deadline != row.original_deadline and row.original_deadline is not None:
        lines.append(speaker.t("Extended to %(until)s", until=speaker.until(row.due)))
    if row.is_returned and row.correction_deadline is not None:
        until = speaker.until(row.correction_deadline)
        lines.append(speaker.t("To be handed in again by %(until)s", until=until))
    return lines


def _state_words(row: OwedRow, speaker: Speaker) -> str:
    """What the row says, never what the hour says: overdue is what the tick has written down."""
    state = Lifecycle(row.state)
    if row.first_submitted_at is not None and state not in ENDED:
        on_time = filed_timeliness(Deadline(row.due, speaker.zone), row.first_submitted_at)
        filed = speaker.t(
            "filed on %(day)s (%(timeliness)s)",
            day=speaker.day(row.first_submitted_at),
            timeliness=say(on_time, speaker.language),
        )
        return filed if state == Lifecycle.SUBMITTED else f"{say(state, speaker.language)}; {filed}"
    if owed_state(row) == "overdue":
        return say(Timeliness.OVERDUE, speaker.language)
    return say(state, speaker.language)


def _some(names: Sequence[str], total: int, speaker: Speaker) -> str:
    shown = ", ".join(one_line(name) for name in names)
    if total <= len(names):
        return shown
    return translate_plural(
        speaker.language,
        "%(names)s and %(number)s more unit",
        "%(names)s and %(number)s more units",
        total - len(names),
        names=shown,
    )
