"""One obligation with all that its page shows: what, why, until when, for whom, who waits, who is awaited.

A constant number of queries; everything is read in its present state.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import func, or_, select
from sqlmodel import Session, col

from calendars.data_span import Span
from calendars.deadline import ONE_DAY, Deadline, stated
from calendars.office import OfficeCalendar
from calendars.periods import Period, is_daily
from models.copies import copies_of
from models.decision import Acknowledgement, Extension, Review, pending
from models.errors import NotFound
from models.obligation import Obligation, Occurrence, opens_on, reviewer_of
from models.plan import Attachment, Duty, Plan, PlanVersion, Stage
from models.plan_files.plan import PlanFile
from models.settings import Settings
from models.unit import Unit, UnitVersion
from models.vocabulary import Lifecycle, Timeliness, Verdict
from reporting.obligations.asked import AskedBy, read_asked
from reporting.obligations.filters import FilterFault
from reporting.obligations.named import Monitor, joined, obligations, read
from reporting.obligations.recipients import Desk, SentTo, desk_of
from reporting.obligations.timeliness import TimelinessAt
from reporting.plans.attachments import attached, attached_file
from reporting.plans.loading import plan_content
from reporting.reminders.audience import UNFILED
from reporting.reminders.ladders import quiets_something
from reporting.unit_names import names

NAMED = 8
"""Units named one by one; the rest is a number."""


class Awaiting(NamedTuple):
    """A report further up that is made of this one."""

    unit_name: str
    deadline: datetime | None
    first_submitted_at: datetime | None

    @property
    def is_filed(self) -> bool:
        return self.first_submitted_at is not None


@dataclass(frozen=True, kw_only=True)
class Returned:
    """The last return: why, when, by whom."""

    reason: str
    at: datetime
    actor: str


@dataclass(frozen=True, kw_only=True)
class TimelinessNow:
    """Its timeliness: days are counted to `last_day`, 0 on it, negative when it has passed.

    `deadline` is the one that holds now: the correction deadline while it is returned. `send_by` is the
    working day to send by where that is earlier than the last day.
    """

    timeliness: Timeliness
    deadline: Deadline | None
    written: date | None
    bound: str | None
    opens_at: datetime | None
    planned: date | None
    days: int
    working: int
    send_by: date | None
    days_late: int

    @property
    def last_day(self) -> date | None:
        return None if self.deadline is None else self.deadline.last_day


@dataclass(frozen=True, kw_only=True)
class Facts:
    """The obligation's page as values. `notes` are the plan's own remarks on what is expected; `waits_for`
    names the first of the `missing` reports from below; `made_due_by` is the request or event;
    `heeds_acknowledgements` says that some of its
    reminders would rest."""

    obligation: Obligation
    occurrence: Occurrence
    stage: Stage
    duty: Duty
    plan: Plan
    unit: str
    unit_code: str
    sent_to: SentTo
    desk: Desk
    """Whom to ask at the unit that accepts or returns it."""
    gatherer: str
    monitor: str
    notes: tuple[str, ...]
    attached: tuple[Attachment, ...]
    """The forms of the duty, and the plan's own files."""
    estimated: Span | None
    """First and last day of the data by the plan, where the report is due no later than these end."""
    awaiting: tuple[Awaiting, ...]
    waits_for: tuple[str, ...]
    missing: int
    returned: Returned | None
    asked: Extension | None
    made_due_by: AskedBy | None
    acknowledged: Acknowledgement | None
    heeds_acknowledgements: bool
    standing: TimelinessNow

    @property
    def id(self) -> int:
        return self.obligation.id

    @property
    def reviewer(self) -> str:
        """The unit that is to accept or return it."""
        seats = {self.obligation.recipient_id: self.sent_to.receiving}
        seats[self.obligation.gatherer_id] = self.gatherer
        return seats.get(reviewer_of(self.obligation), "")

    @property
    def state(self) -> Lifecycle:
        return Lifecycle(self.obligation.state)

    @property
    def is_unfiled(self) -> bool:
        """Whether a report can be handed in, or an extension asked for."""
        return self.state in (Lifecycle.OPEN, Lifecycle.RETURNED)

    @property
    def can_be_acknowledged(self) -> bool:
        """Whether to say "we know" would quiet anything that is not quiet already."""
        return self.is_unfiled and self.heeds_acknowledgements and self.acknowledged is None


class _Subject(NamedTuple):
    """The obligation with the rows that it hangs on."""

    obligation: Obligation
    occurrence: Occurrence
    stage: Stage
    duty: Duty
    plan: Plan
    version: PlanVersion
    unit_name: str
    unit_code: str
    monitor_id: int | None


def obligation_facts(
    session: Session, settings: Settings, id: int, calendar: OfficeCalendar, now: datetime
) -> Facts:
    """All about one obligation. Raises `NotFound`."""
    subject = _subject(session, id)
    owed = subject.obligation
    standing = _standing(subject, calendar, TimelinessAt(session, settings, now))
    period, file = subject.occurrence.period, plan_content(subject.version.content)
    missing, below = _waits_for(session, subject)
    copies = copies_of(session, [id]).get(id, [])
    wanted = (owed.recipient_id, owed.gatherer_id, subject.monitor_id, *copies)
    known = names(session, wanted, calendar.day(now))
    recipient, gatherer, monitor, *others = (known[each].name if each in known else "" for each in wanted)
    return Facts(
        obligation=owed,
        occurrence=subject.occurrence,
        stage=subject.stage,
        duty=subject.duty,
        plan=subject.plan,
        unit=subject.unit_name,
        unit_code=subject.unit_code,
        desk=desk_of(session, reviewer_of(owed), calendar.day(now)),
        sent_to=SentTo(receiving=recipient, copies=tuple(others), is_via=bool(owed.via)),
        gatherer=gatherer,
        monitor=monitor,
        notes=_notes(file, subject),
        attached=tuple(attached(session, subject.plan.id, subject.duty.key)),
        estimated=_estimated(file, subject, standing.last_day),
        awaiting=tuple(_awaiting(session, subject)),
        waits_for=below,
        missing=missing,
        returned=_returned(session, owed),
        asked=pending(session, id),
        made_due_by=read_asked(session, [period], calendar.zone).get(period),
        acknowledged=_acknowledged(session, id, now),
        heeds_acknowledgements=quiets_something(session, owed),
        standing=standing,
    )


def attachment_for(session: Session, id: int, number: int) -> Attachment:
    """A file of the report's plan or duty. Raises `NotFound`."""
    query = joined(select(col(Obligation.plan_id), col(Duty.key)), Duty).where(col(Obligation.id) == id)
    row = session.execute(query).one_or_none()
    if row is None:
        raise NotFound(FilterFault.NO_OBLIGATION(number=id))
    return attached_file(session, row.plan_id, number, row.key)


def _subject(session: Session, id: int) -> _Subject:
    rows = (Obligation, Occurrence, Stage, Duty, Plan, PlanVersion)
    columns = (col(UnitVersion.name), col(Unit.code), col(Monitor.id))
    query = joined(select(*rows, *columns), *rows[1:], UnitVersion, Unit, Monitor)
    row = session.execute(query.where(col(Obligation.id) == id)).one_or_none()
    if row is None:
        raise NotFound(FilterFault.NO_OBLIGATION(number=id))
    return _Subject._make(row)


def _notes(file: PlanFile, subject: _Subject) -> tuple[str, ...]:
    """The stage's, the duty's and the plan's own remarks, as the plan had them when this was opened."""
    duty = file.duty(subject.duty.key)
    stages = duty.chain if duty else ()
    place = subject.stage.position - 1
    found = [stages[place].note if place < len(stages) else "", duty.note if duty else "", file.note]
    return tuple(note for note in found if note)


def _estimated(file: PlanFile, subject: _Subject, last_day: date | None) -> Span | None:
    """The span that opening left out because it ends on the last day or later, if that is still so."""
    duty, occurrence = file.duty(subject.duty.key), subject.occurrence
    if duty is None or last_day is None or occurrence.cutoff is not None:
        return None
    span = file.data_span(duty, Period.parse(occurrence.period))
    return span if span and last_day <= span[1] else None


def _awaiting(session: Session, subject: _Subject) -> list[Awaiting]:
    """The next stage's reports for the same period by those above: they cannot be made without this one."""
    owed: Obligation = subject.obligation
    above = {int(part) for part in owed.branch.split("/") if part} | {owed.recipient_id, owed.gatherer_id}
    above -= {owed.unit_id, None}
    query = (
        obligations(Awaiting, Stage, Occurrence)
        .where(
            col(Stage.duty_id) == subject.duty.id,
            col(Stage.position) > subject.stage.position,
            col(Occurrence.period) == subject.occurrence.period,
            col(Obligation.unit_id).in_(sorted(unit for unit in above if unit)),
            col(Obligation.closed_at).is_(None),
        )
        .order_by(col(Stage.position), col(UnitVersion.name))
    )
    return read(session, Awaiting, query)


def _waits_for(session: Session, subject: _Subject) -> tuple[int, tuple[str, ...]]:
    """How many reports of the lower stages are missing in its branch or from those who report to it, and the
    units of the first few: of a ministry's ten thousand nobody reads the names."""
    if subject.stage.position == 1:
        return 0, ()
    unit = subject.obligation.unit_id
    below = or_(
        col(Obligation.branch).contains(f"/{unit}/"),
        col(Obligation.recipient_id) == unit,
        col(Obligation.gatherer_id) == unit,
    )
    missing = (
        col(Stage.duty_id) == subject.duty.id,
        col(Stage.position) < subject.stage.position,
        col(Occurrence.period) == subject.occurrence.period,
        col(Obligation.state).in_(UNFILED),
        col(Obligation.deadline).is_not(None),
        col(Obligation.unit_id) != unit,
        below,
    )
    count = session.scalar(joined(select(func.count()), Stage).where(*missing)) or 0
    name = col(UnitVersion.name)
    first = joined(select(name), Stage, UnitVersion).where(*missing).order_by(name).limit(NAMED)
    return count, tuple(session.scalars(first))


def _returned(session: Session, owed: Obligation) -> Returned | None:
    if owed.state != Lifecycle.RETURNED:
        return None
    query = (
        select(Review)
        .where(col(Review.obligation_id) == owed.id, col(Review.verdict) == Verdict.RETURNED)
        .order_by(col(Review.id).desc())
        .limit(1)
    )
    review = session.scalars(query).first()
    if review is None:
        return None
    return Returned(reason=review.reason, at=review.at, actor=review.actor)


def _acknowledged(session: Session, id: int, now: datetime) -> Acknowledgement | None:
    query = (
        select(Acknowledgement)
        .where(col(Acknowledgement.obligation_id) == id, col(Acknowledgement.expires_at) > now)
        .order_by(col(Acknowledgement.id).desc())
        .limit(1)
    )
    return session.scalars(query).first()


def _standing(subject: _Subject, calendar: OfficeCalendar, at: TimelinessAt) -> TimelinessNow:
    owed, occurrence, now = subject.obligation, subject.occurrence, at.at
    counted = stated(owed.deadline, occurrence.deadline, occurrence.safe_day, calendar.zone)
    instant = owed.correction_deadline if owed.state == Lifecycle.RETURNED else owed.deadline
    deadline = stated(instant, occurrence.deadline, occurrence.safe_day, calendar.zone)
    as_written = instant is not None and instant == occurrence.deadline
    first = owed.first_submitted_at
    opens = opens_on(occurrence.period, occurrence.begins, occurrence.opens_at)
    return TimelinessNow(
        timeliness=at.judged(
            owed.state, counted, first, subject.plan.ladder, opens, owed.correction_deadline
        ),
        deadline=deadline,
        written=occurrence.written if as_written else None,
        bound=occurrence.bound if as_written else None,
        opens_at=occurrence.opens_at if as_written else None,
        planned=occurrence.planned if as_written else None,
        days=deadline.days_left(now) if deadline else 0,
        working=_working_days(deadline, calendar, now) if deadline else 0,
        send_by=_send_by(occurrence.period, deadline, calendar, now),
        days_late=counted.days_late(first) if counted and first else 0,
    )


def _send_by(period: str, deadline: Deadline | None, calendar: OfficeCalendar, now: datetime) -> date | None:
    if deadline is None or is_daily(period):
        return None
    return deadline.send_by(calendar.days, calendar.day(now))


def _working_days(deadline: Deadline, calendar: OfficeCalendar, now: datetime) -> int:
    """Days on which offices are open, from tomorrow to the last day or from the day after it to today."""
    begin, end = sorted((calendar.day(now), deadline.last_day))
    return calendar.days.count(begin + ONE_DAY, end + ONE_DAY)
