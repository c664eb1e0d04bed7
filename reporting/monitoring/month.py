"""A month as a calendar: on each day the reports that are due on it, by name or counted, and the days off.

A report stands on its safe day, the same as in feeds: the last day that is in time however the text is read.
Reports of many units for one stage and period are a count; of few each has its name.
"""

from __future__ import annotations

from calendar import Calendar
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import groupby
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, func, not_, or_, select
from sqlmodel import Session, col

from calendars.deadline import Deadline, stated
from calendars.working_days import ONE_DAY, WEEKEND, WorkingDays
from calendars.zone import midnight
from messages.catalogue import translate
from models.database import chunks
from models.obligation import Obligation, Occurrence
from models.settings import Settings
from models.vocabulary import COUNTED, Lifecycle, Timeliness
from reporting.obligations.named import obligations, occurrences, read
from reporting.obligations.timeliness import (
    TimelinessAt,
    held_to,
    in_state,
    is_correction_overdue,
    is_overdue,
)
from reporting.rates.sums import Conditions

NAMED = 5
"""Reports of one stage and day that are named one by one; more are counted."""
MOST_NAMED = 400
"""Reports of a month that are named; the groups beyond are counted."""


@dataclass(frozen=True)
class CalendarMonth:
    """A month of a year."""

    year: int
    number: int

    @property
    def first(self) -> date:
        return date(self.year, self.number, 1)

    @property
    def last(self) -> date:
        return self.next.first - ONE_DAY

    @property
    def next(self) -> CalendarMonth:
        return self._shifted(1)

    @property
    def previous(self) -> CalendarMonth:
        return self._shifted(-1)

    @property
    def weeks(self) -> list[list[date]]:
        """From Monday to Sunday, with the days around the month."""
        return Calendar().monthdatescalendar(self.year, self.number)

    def __str__(self) -> str:
        return f"{self.year:04}-{self.number:02}"

    def _shifted(self, by: int) -> CalendarMonth:
        years, month = divmod(self.number - 1 + by, 12)
        return CalendarMonth(self.year + years, month + 1)


class MonthRow(NamedTuple):
    """A report that is named."""

    id: int
    occurrence_id: int
    plan: str
    plan_number: str
    ladder: str
    duty_title: str
    stage_name: str
    unit: str
    unit_name: str
    period: str
    begins: date
    opens_at: datetime | None
    state: str
    deadline: datetime | None
    written_deadline: datetime | None
    safe_day: date | None
    correction_deadline: datetime | None
    first_submitted_at: datetime | None
    timeliness: Timeliness = Timeliness.NOT_COUNTED

    @property
    def held_to(self) -> datetime | None:
        return self.correction_deadline if self.state == Lifecycle.RETURNED else self.deadline


class MonthCount(NamedTuple):
    """Reports of a stage in a period with the same deadline. `overdue` never came; what is `returned` was
    filed too, and `correction_overdue` where it did not come again by its correction day."""

    occurrence_id: int
    plan: str
    plan_number: str
    duty: str
    duty_title: str
    stage: int
    stage_name: str
    period: str
    written_deadline: datetime | None
    safe_day: date | None
    held: datetime
    expected: int
    filed: int
    overdue: int
    returned: int
    correction_overdue: int


@dataclass(frozen=True)
class MonthEntry:
    """What stands on a day: a report, or a count. `until` is its deadline; `last_day` that of its deadline
    where the day shown is earlier."""

    until: Deadline
    report: MonthRow | None = None
    count: MonthCount | None = None

    @property
    def day(self) -> date:
        return self.until.safe_day

    @property
    def hour(self) -> time | None:
        return self.until.hour if self.until.last_day == self.day else None

    @property
    def last_day(self) -> date | None:
        return None if self.until.last_day == self.day else self.until.last_day


@dataclass(frozen=True)
class MonthDay:
    """A day of the calendar; `off` is what a day off is called that is more than a weekend, `worked` a day of
    the weekend that is worked."""

    day: date
    is_inside: bool
    is_off: bool
    off: str
    worked: str
    entries: Sequence[MonthEntry]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to tell of it: no report, and as its weekday says."""
        return not (self.is_inside and (self.entries or self.worked or self.off))


@dataclass(frozen=True)
class MonthView:
    """The month by weeks; `undated` counts what is owed without a deadline, and stands on no day."""

    month: CalendarMonth
    weeks: Sequence[Sequence[MonthDay]]
    undated: int
    has_many_units: bool

    @property
    def days(self) -> list[MonthDay]:
        return [day for week in self.weeks for day in week]


def month_view(
    session: Session,
    settings: Settings,
    month: CalendarMonth,
    conditions: Conditions,
    days: WorkingDays,
    now: datetime,
    language: str,
) -> MonthView:
    """What the conditions leave of the month, in a bounded number of queries."""
    zone = settings.zone
    owed = [col(Obligation.state).in_([each.value for each in COUNTED]), *conditions]
    counts = _counts(session, [_in_month(month, zone), *owed], now)
    named = _named(session, settings, _few(counts), [_in_month(month, zone), *owed], now)
    entries = [MonthEntry(_until(row, row.held_to, zone), report=row) for row in named]
    taken = {(row.occurrence_id, row.held_to) for row in named}
    entries += [
        MonthEntry(_until(each, each.held, zone), count=each)
        for each in counts
        if (each.occurrence_id, each.held) not in taken
    ]
    by_day: dict[date, list[MonthEntry]] = defaultdict(list)
    for entry in entries:
        by_day[entry.day].append(entry)
    weeks = [[_day(day, month, by_day, days, language) for day in week] for week in month.weeks]
    units = {row.unit for row in named}
    return MonthView(month, weeks, _undated(session, owed), len(units) > 1 or len(taken) < len(counts))


def _day(
    day: date, month: CalendarMonth, by_day: dict[date, list[MonthEntry]], days: WorkingDays, language: str
) -> MonthDay:
    is_inside = (day.year, day.month) == (month.year, month.number)
    name, weekend = days.name(day, language), WEEKEND.get(day.weekday())
    off = "" if name is None or (weekend and name == translate(language, weekend)) else name
    worked = days.worked_name(day, language) or ""
    entries = sorted(by_day.get(day, ()) if is_inside else (), key=_order)
    return MonthDay(day, is_inside, name is not None, off, worked, entries)


def _order(entry: MonthEntry) -> tuple[object, ...]:
    row = entry.report or entry.count
    assert row is not None
    unit = entry.report.unit_name if entry.report else ""
    return entry.until.instant, row.plan_number, row.plan, row.duty_title, unit


def _until(row: MonthRow | MonthCount, held: datetime | None, zone: ZoneInfo) -> Deadline:
    found = stated(held, row.written_deadline, row.safe_day, zone)
    assert found is not None
    return found


def _in_month(month: CalendarMonth, zone: ZoneInfo) -> ColumnElement[bool]:
    """Held to a last day in the month; of what a plan reads so that the day itself counts, and of a safe day
    that a day off has moved, the last day may come after the month."""
    first, end = midnight(month.first, zone), midnight(month.next.first, zone)
    as_written = and_(
        col(Obligation.deadline) == col(Occurrence.deadline),
        col(Occurrence.safe_day) >= month.first,
        col(Occurrence.safe_day) <= month.last,
    )
    return or_(and_(held_to() > first, held_to() <= end), as_written)


def _counts(session: Session, conditions: Conditions, now: datetime) -> list[MonthCount]:
    held, is_returned = held_to().label("held"), in_state(Lifecycle.RETURNED)
    grouped = (
        select(
            col(Obligation.occurrence_id).label("occurrence"),
            held,
            func.count().label("expected"),
            func.count(col(Obligation.first_submitted_at)).label("filed"),
            func.count().filter(and_(is_overdue(now), not_(is_returned))).label("overdue"),
            func.count().filter(is_returned).label("returned"),
            func.count().filter(is_correction_overdue(now)).label("correction_overdue"),
        )
        .join(Occurrence, col(Occurrence.id) == col(Obligation.occurrence_id))
        .where(*conditions)
        .group_by(col(Obligation.occurrence_id), held)
        .subquery()
    )
    query = occurrences(
        MonthCount,
        occurrence_id=grouped.c.occurrence,
        held=grouped.c.held,
        expected=grouped.c.expected,
        filed=grouped.c.filed,
        overdue=grouped.c.overdue,
        returned=grouped.c.returned,
        correction_overdue=grouped.c.correction_overdue,
    ).join(grouped, grouped.c.occurrence == col(Occurrence.id))
    return read(session, MonthCount, query)


def _few(counts: Sequence[MonthCount]) -> set[int]:
    """The occurrences whose reports are named, the smallest first, as long as they are not too many."""
    by_occurrence = sorted(counts, key=lambda each: each.occurrence_id)
    sizes = sorted(
        (sum(each.expected for each in some), id)
        for id, some in groupby(by_occurrence, key=lambda each: each.occurrence_id)
    )
    named, total = set[int](), 0
    for size, id in sizes:
        total += size
        if size > NAMED or total > MOST_NAMED:
            break
        named.add(id)
    return named


def _named(
    session: Session, settings: Settings, few: set[int], conditions: Conditions, now: datetime
) -> list[MonthRow]:
    timeliness = TimelinessAt(session, settings, now)
    return [
        row._replace(timeliness=timeliness.of(row))
        for some in chunks(few)
        for row in read(
            session,
            MonthRow,
            obligations(MonthRow).where(col(Obligation.occurrence_id).in_(some), *conditions),
        )
    ]


def _undated(session: Session, conditions: Conditions) -> int:
    query = (
        select(func.count())
        .select_from(Obligation)
        .where(col(Obligation.deadline).is_(None), col(Obligation.first_submitted_at).is_(None), *conditions)
    )
    return int(session.execute(query).scalar_one())
