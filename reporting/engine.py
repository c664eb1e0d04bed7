"""One pass of the engine at an instant: open what is due, hand over what waits at units that have ended, mark
what became overdue, plan reminders.

All of it happens in the caller's transaction, plan by plan behind savepoints, so that one plan with an error
stops nothing else. A pass is idempotent: one that comes twice, late or not at all does no harm, as every part
asks the database what is already done.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import CursorResult, case, literal, update
from sqlmodel import Session, col, select

from calendars.deadlines import DueDate
from calendars.errors import CalendarError, FaultCode
from calendars.office import OfficeCalendar
from calendars.zone import local_date
from messages.catalogue import N_, translate_plural
from messages.formats import moment_text
from models.columns import Instant
from models.deadline import has_passed
from models.errors import DondocError
from models.obligation import Obligation
from models.plan import Plan
from models.settings import Settings
from models.upkeep import TICK as HEARTBEAT
from models.upkeep import Heartbeat, beat
from models.vocabulary import Lifecycle
from reporting.audit.log import DONDOC, record
from reporting.backup_mark import RECOVERY, SUBJECT, leave_mark, take_back, vouch
from reporting.moves.handover import hand_over
from reporting.opening.opening import FirstLook, Opening, OpeningBasis, OpeningCount
from reporting.reminders.events import raise_alert
from reporting.reminders.ladders import ladders
from reporting.reminders.run import ReminderCount, look_again_if_outdated, plan_reminders
from reporting.reminders.schedule import Schedule
from reporting.special_days import working_days


class NoLadder(FaultCode):
    """What a plan lacks to remind anybody."""

    NOT_LOADED = N_("is not loaded; load it: dondoc ladder load FILE")


@dataclass
class TickCount(OpeningCount):
    """What a pass did, in obligations and notices; `errors` by plan; `clock_back` if time ran backwards;
    `taken_back` if the database was found to be a restored backup."""

    overdue: int = 0
    handed_over: int = 0
    reminders: ReminderCount = field(default_factory=ReminderCount)
    errors: dict[str, str] = field(default_factory=dict)
    clock_back: timedelta | None = None
    taken_back: int | None = None


def tick(session: Session, settings: Settings, now: datetime, plan: Plan | None = None) -> TickCount:
    """One pass at `now`, for one plan or all, in the caller's transaction."""
    count = TickCount(clock_back=_clock_back(session, now))
    days = working_days(session)
    standing = vouch(session, settings, now)
    lost = standing.lost_until
    if lost is not None:
        count.taken_back = _recover(session, settings, lost, now)
        plan = None
    plans = _plans(session, plan)
    look_again_if_outdated(session, settings, days, now)
    basis = OpeningBasis.read(session, settings, days, now)
    for each in plans:
        if not basis.is_opened(each):
            _open(session, each, basis, count)
    count.handed_over = hand_over(session, now, basis.today)
    count.overdue = mark_overdue(session, now, plan)
    only = None if plan is None else plan.id
    count.reminders = plan_reminders(session, settings, days, now, only, lost)
    for slug in sorted(count.reminders.missing_ladders):
        count.errors[f"ladder {slug}"] = NoLadder.NOT_LOADED()
    beat(session, HEARTBEAT, now)
    leave_mark(session, standing, now)
    return count


def rehearse(session: Session, settings: Settings, plan: Plan, now: datetime) -> None:
    """A pass for one plan alone that leaves neither heartbeat nor mark: to foresee, in a transaction that is
    taken back. Raises what the plan is refused for."""
    days = working_days(session)
    basis = OpeningBasis.read(session, settings, days, now)
    if not basis.is_opened(plan):
        Opening(session, plan, basis, first_look(session, plan, basis)).run()
    mark_overdue(session, now, plan)
    plan_reminders(session, settings, days, now, plan.id)


def _recover(session: Session, settings: Settings, lost_until: datetime, now: datetime) -> int:
    """Recover from a restored backup: nothing that was sent in the lost days goes out again, and the
    administrator gets an alert. The number of notices taken back."""
    number = take_back(session, lost_until)
    after = {"lost_until": lost_until, "notices": number}
    record(session, now, DONDOC, RECOVERY, SUBJECT, 0, after=after)
    words = translate_plural(
        settings.language,
        "the database is an older backup, without what was done until %(until)s; %(number)s queued notice "
        "was taken back, see: dondoc outbox --state cancelled",
        "the database is an older backup, without what was done until %(until)s; %(number)s queued notices "
        "were taken back, see: dondoc outbox --state cancelled",
        number,
        until=moment_text(lost_until, settings.zone, settings.language),
    )
    raise_alert(session, settings, "restored", words, now, local_date(now, settings.zone))
    return number


def _plans(session: Session, only: Plan | None) -> Sequence[Plan]:
    """The plans to work on, locked, so that two passes at once work on one after the other."""
    query = select(Plan).where(col(Plan.retired_at).is_(None)).order_by(col(Plan.id)).with_for_update()
    if only is not None:
        query = query.where(col(Plan.id) == only.id)
    return session.exec(query).all()


def _open(session: Session, plan: Plan, basis: OpeningBasis, count: TickCount) -> None:
    try:
        with session.begin_nested():
            count.add(Opening(session, plan, basis, first_look(session, plan, basis)).run())
    except (DondocError, CalendarError) as error:
        count.errors[plan.slug] = str(error).splitlines()[0]


def first_look(session: Session, plan: Plan, basis: OpeningBasis) -> FirstLook:
    """A function from a due date to the first moment of the plan's ladder; `now` without date or ladder."""
    ladder = ladders(session).get(plan.ladder)
    zone = basis.settings.zone
    schedule = None if ladder is None else Schedule(ladder, OfficeCalendar(basis.days, zone))

    def look(due: DueDate | None) -> datetime:
        if due is None or schedule is None:
            return basis.now
        slots = (*schedule.slots(due.deadline(zone), due.safe_day), *schedule.ahead(due.last_day))
        return min((slot.moment for slot in slots), default=basis.now)

    return look


def mark_overdue(session: Session, now: datetime, plan: Plan | None = None) -> int:
    """Note on rows that they became overdue: a change made once, which feeds show. The number of rows."""
    moment = literal(now, Instant())  # a bare value there is stored as it is, in whatever zone
    statement = (
        update(Obligation)
        .where(col(Obligation.state) == Lifecycle.OPEN.value)
        .where(col(Obligation.overdue_since).is_(None), has_passed(col(Obligation.deadline), now))
        .values(
            overdue_since=Obligation.deadline,
            changed_at=case((col(Obligation.changed_at) > now, col(Obligation.changed_at)), else_=moment),
            row_version=Obligation.row_version + 1,
        )
    )
    if plan is not None:
        statement = statement.where(col(Obligation.plan_id) == plan.id)
    result = session.execute(statement, execution_options={"synchronize_session": False})
    return result.rowcount if isinstance(result, CursorResult) else 0


def _clock_back(session: Session, now: datetime) -> timedelta | None:
    """By how much `now` lies before the last pass. Nothing is undone then, and nothing is sent twice."""
    last = session.get(Heartbeat, HEARTBEAT)
    return last.at - now if last is not None and last.at > now else None
