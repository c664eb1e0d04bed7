"""The ledger in the database: obligations read as the planner sees them, lines read and written.

Everything is read for many obligations at once. A line that exists is not inserted again, so two passes at
the same time write each line once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime

from sqlalchemy import ColumnElement, Label, Row, SQLColumnExpression, and_, func, or_, select, update
from sqlmodel import Session, col

from calendars.deadline import stated
from calendars.office import OfficeCalendar
from calendars.periods import is_daily
from models.columns import insert_into
from models.database import chunks, metadata
from models.decision import Acknowledgement, Closing, Extension, Review
from models.notice import Notice
from models.obligation import Obligation, Occurrence, opens_on
from models.plan import Plan
from models.unit import Unit
from models.vocabulary import Lifecycle, NoticeState, Verdict
from reporting.reminders.ledger import KEPT_BACK, LedgerEntry, ObligationView, PlannedNotice

KEY = ("obligation_id", "deadline_revision", "rung", "repeat", "recipient")
ARMED_AGAIN = ("contact_id", "kind", "audience", "moment", "planned_at", "state", "reason")


def awaiting_attention(session: Session, now: datetime, plan_id: int | None = None) -> list[int]:
    """Ids of the obligations whose moment has come, locked for this transaction; those that another pass
    holds are left to it."""
    query = select(col(Obligation.id)).where(col(Obligation.attention_at) <= now)
    if plan_id is not None:
        query = query.where(col(Obligation.plan_id) == plan_id)
    return sorted(session.scalars(query.with_for_update(skip_locked=True)))


def present_revision() -> SQLColumnExpression[int]:
    """The ledger's revision of an obligation in a query: its deadlines, those of returns among them."""
    returns = select(func.count()).where(
        col(Review.obligation_id) == col(Obligation.id), col(Review.verdict) == Verdict.RETURNED
    )
    return col(Obligation.deadline_revision) + returns.correlate(Obligation).scalar_subquery()


def _latest(
    name: str, instant: datetime | None, obligation_id: int, *conditions: ColumnElement[bool]
) -> Label[datetime | None]:
    """The latest of the instants that decisions about an obligation have in this column."""
    query = select(func.max(col(instant))).where(col(obligation_id) == col(Obligation.id), *conditions)
    return query.correlate(Obligation).scalar_subquery().label(name)


OF_OCCURRENCE: Sequence[SQLColumnExpression[object]] = (
    col(Occurrence.safe_day),
    col(Occurrence.period),
    col(Occurrence.begins),
    col(Occurrence.opens_at),
    col(Occurrence.deadline).label("occurrence_deadline"),
)


def read_views(
    session: Session, ids: Sequence[int], calendar: OfficeCalendar
) -> dict[str, list[ObligationView]]:
    """The obligations by the slug of their ladder. At most a few hundred ids at once: see `chunks`."""
    granted = col(Extension.granted).is_(True)
    query = (
        select(
            col(Obligation.id),
            col(Obligation.unit_id),
            col(Obligation.branch),
            col(Obligation.recipient_id),
            col(Obligation.gatherer_id),
            col(Obligation.via),
            col(Obligation.state),
            col(Obligation.deadline),
            col(Obligation.correction_deadline),
            col(Obligation.opened_at),
            col(Obligation.rearmed_at),
            col(Obligation.submitted_at),
            *OF_OCCURRENCE,
            col(Plan.ladder),
            col(Plan.ladder_since),
            col(Unit.id).label("monitor_id"),
            present_revision().label("deadline_revision"),
            _latest("returned_at", Review.at, Review.obligation_id, col(Review.verdict) == Verdict.RETURNED),
            _latest("extended_at", Extension.decided_at, Extension.obligation_id, granted),
            _latest("owed_again_at", Closing.undone_at, Closing.obligation_id),
            _latest("acknowledged_until", Acknowledgement.expires_at, Acknowledgement.obligation_id),
        )
        .join(Occurrence, col(Occurrence.id) == col(Obligation.occurrence_id))
        .join(Plan, col(Plan.id) == col(Obligation.plan_id))
        .outerjoin(Unit, col(Unit.code) == col(Plan.monitor))
        .where(col(Obligation.id).in_(ids))
        .order_by(col(Obligation.id))
    )
    found: dict[str, list[ObligationView]] = defaultdict(list)
    for row in session.execute(query):
        found[row.ladder].append(_view(row, calendar))
    return found


def _view(row: Row[tuple[object, ...]], calendar: OfficeCalendar) -> ObligationView:
    state = Lifecycle(row.state)
    deadline = row.correction_deadline if state is Lifecycle.RETURNED else row.deadline
    held = stated(deadline, row.occurrence_deadline, row.safe_day, calendar.zone)
    armed = (row.opened_at, row.rearmed_at, row.returned_at, row.extended_at, row.owed_again_at)
    # The reviewer's clock starts again where an acceptance was undone, or another unit is to review.
    submitted = row.submitted_at and max(row.submitted_at, row.rearmed_at or row.submitted_at)
    return ObligationView(
        id=row.id,
        deadline_revision=row.deadline_revision,
        deadline=deadline,
        safe_day=held and held.safe_day,
        armed_at=max(at for at in armed if at is not None),
        state=state,
        unit_id=row.unit_id,
        superior_ids=tuple(int(part) for part in row.branch.split("/") if part)[:-1],
        recipient_id=row.recipient_id,
        gatherer_id=row.gatherer_id,
        via=row.via,
        monitor_id=row.monitor_id,
        acknowledged_until=row.acknowledged_until,
        submitted_at=submitted,
        ladder_since=row.ladder_since,
        opens=opens_on(row.period, row.begins, row.opens_at),
        is_daily=is_daily(row.period),
    )


def read_ledger(session: Session, ids: Sequence[int]) -> dict[int, list[LedgerEntry]]:
    """The lines about the obligations, by id. At most a few hundred ids at once."""
    query = select(
        col(Notice.obligation_id),
        col(Notice.deadline_revision),
        col(Notice.rung),
        col(Notice.repeat),
        col(Notice.recipient),
        col(Notice.state),
        col(Notice.reason),
        col(Notice.planned_at),
    ).where(col(Notice.obligation_id).in_(ids))
    found: dict[int, list[LedgerEntry]] = defaultdict(list)
    for id, revision, rung, repeat, recipient, state, reason, planned_at in session.execute(query):
        entry = LedgerEntry(revision, rung, repeat, recipient, NoticeState(state), reason, planned_at)
        found[id].append(entry)
    return found


def write_notices(session: Session, notices: Sequence[PlannedNotice], now: datetime) -> None:
    """Insert the lines that the ledger lacks; one that was kept back is armed again."""
    if not notices:
        return
    names = [field.name for field in fields(PlannedNotice)]
    rows = [
        {name: getattr(notice, name) for name in names} | {"planned_at": now, "attempts": 0}
        for notice in notices
    ]
    statement, line = insert_into(session, "notice"), metadata.tables["notice"].c
    armed = {name: statement.excluded[name] for name in ARMED_AGAIN}
    # No IN: what it expands to cannot be run for many lines at once.
    reasons = or_(*(line.reason == reason for reason in sorted(KEPT_BACK)))
    kept_back = and_(line.state == NoticeState.CANCELLED.value, reasons)
    session.connection().execute(
        statement.on_conflict_do_update(index_elements=KEY, set_=armed, where=kept_back), rows
    )


def write_attention(session: Session, moments: dict[int, datetime | None]) -> None:
    """When each obligation is to be looked at again; those of one moment are written together."""
    by_moment: dict[datetime | None, list[int]] = defaultdict(list)
    for id, moment in moments.items():
        by_moment[moment].append(id)
    for moment, ids in by_moment.items():
        for some in chunks(ids):
            change = update(Obligation).where(col(Obligation.id).in_(some)).values(attention_at=moment)
            session.execute(change.execution_options(synchronize_session=False))
