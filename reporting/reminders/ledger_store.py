"""The ledger in the database: obligations with their deadlines read as views, lines read and written.

Everything is read for many obligations at once. Lines are inserted unless they stand there already, so two
passes at the same time write each line once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import BindParameter, Insert, Row, Select, and_, bindparam, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from calendars.deadline import stated
from calendars.office import OfficeCalendar
from models.database import chunks, metadata
from models.decision import Acknowledgement, Closing, Extension, Review
from models.notice import Notice
from models.obligation import Obligation, Occurrence
from models.plan import Plan
from models.unit import Unit
from models.vocabulary import Lifecycle, NoticeState, Verdict
from reporting.reminders.ledger import KEPT_BACK, LedgerEntry, ObligationView, PlannedNotice

Views = dict[str, list[ObligationView]]
"""Views by the slug of their ladder."""

COLUMNS: tuple[Any, ...] = (
    col(Obligation.id),
    col(Obligation.unit_id),
    col(Obligation.branch),
    col(Obligation.recipient_id),
    col(Obligation.gatherer_id),
    col(Obligation.state),
    col(Obligation.deadline),
    col(Obligation.correction_deadline),
    col(Obligation.deadline_revision),
    col(Obligation.opened_at),
    col(Obligation.rearmed_at),
    col(Occurrence.safe_day),
    col(Occurrence.deadline).label("occurrence_deadline"),
    col(Plan.ladder),
    col(Plan.ladder_since),
    col(Obligation.submitted_at),
    col(Unit.id).label("monitor_id"),
)

# Made once, as at each pass they are asked for: to make a statement anew takes longer than to run it.
IDS: BindParameter[Any] = bindparam("ids", expanding=True)
VIEWS = (
    select(*COLUMNS)
    .join(Occurrence, col(Occurrence.id) == col(Obligation.occurrence_id))
    .join(Plan, col(Plan.id) == col(Obligation.plan_id))
    .outerjoin(Unit, col(Unit.code) == col(Plan.monitor))
    .where(col(Obligation.id).in_(IDS))
    .order_by(col(Obligation.id))
)
RETURNED = (
    select(col(Review.obligation_id), func.count(), func.max(col(Review.at)))
    .where(col(Review.obligation_id).in_(IDS), col(Review.verdict) == Verdict.RETURNED)
    .group_by(col(Review.obligation_id))
)
EXTENDED = (
    select(col(Extension.obligation_id), func.max(col(Extension.decided_at)))
    .where(col(Extension.obligation_id).in_(IDS), col(Extension.granted).is_(True))
    .group_by(col(Extension.obligation_id))
)
OWED_AGAIN = (
    select(col(Closing.obligation_id), func.max(col(Closing.undone_at)))
    .where(col(Closing.obligation_id).in_(IDS), col(Closing.undone_at).is_not(None))
    .group_by(col(Closing.obligation_id))
)
SEEN = (
    select(col(Acknowledgement.obligation_id), func.max(col(Acknowledgement.expires_at)))
    .where(col(Acknowledgement.obligation_id).in_(IDS))
    .group_by(col(Acknowledgement.obligation_id))
)
LINES = select(
    col(Notice.obligation_id),
    col(Notice.deadline_revision),
    col(Notice.rung),
    col(Notice.repeat),
    col(Notice.recipient),
    col(Notice.state),
    col(Notice.reason),
    col(Notice.planned_at),
).where(col(Notice.obligation_id).in_(IDS))
OBLIGATION = metadata.tables["obligation"]
WAKE = update(OBLIGATION).where(OBLIGATION.c.id.in_(IDS)).values(attention_at=bindparam("moment"))

KEY = ("obligation_id", "deadline_revision", "rung", "repeat", "recipient")
ARMED_AGAIN = ("contact_id", "kind", "audience", "moment", "planned_at", "state", "reason")
NOTICE_FIELDS = tuple(field.name for field in fields(PlannedNotice))


@dataclass(frozen=True)
class _Decisions:
    """What was decided about some obligations, by their ids."""

    returns: dict[int, int]
    returned_at: dict[int, datetime]
    extended_at: dict[int, datetime]
    owed_again_at: dict[int, datetime]
    acknowledged_until: dict[int, datetime]


def awaiting_attention(session: Session, now: datetime, plan_id: int | None = None) -> list[int]:
    """Ids of the obligations whose moment has come, locked for this transaction; those that another pass
    holds are left to it."""
    query = select(col(Obligation.id)).where(col(Obligation.attention_at) <= now)
    if plan_id is not None:
        query = query.where(col(Obligation.plan_id) == plan_id)
    return sorted(session.scalars(query.with_for_update(skip_locked=True)))


def read_views(session: Session, ids: Sequence[int], calendar: OfficeCalendar) -> Views:
    """The obligations by ladder. At most a few hundred ids at once: see `chunks`."""
    decisions = _decisions(session, ids)
    found: Views = defaultdict(list)
    for row in session.execute(VIEWS, {"ids": ids}):
        found[row.ladder].append(_view(row, decisions, calendar))
    return found


def _view(row: Row, decisions: _Decisions, calendar: OfficeCalendar) -> ObligationView:  # type: ignore[type-arg]
    state = Lifecycle(row.state)
    deadline = row.correction_deadline if state is Lifecycle.RETURNED else row.deadline
    held = stated(deadline, row.occurrence_deadline, row.safe_day, calendar.zone)
    path = tuple(int(part) for part in row.branch.split("/") if part)
    came = (decisions.returned_at, decisions.extended_at, decisions.owed_again_at)
    moved = [row.rearmed_at, *(each.get(row.id) for each in came)]
    return ObligationView(
        id=row.id,
        deadline_revision=row.deadline_revision + decisions.returns.get(row.id, 0),
        deadline=deadline,
        safe_day=held and held.safe_day,
        armed_at=max([row.opened_at, *(at for at in moved if at is not None)]),
        state=state,
        unit_id=row.unit_id,
        superior_ids=path[:-1],
        recipient_id=row.recipient_id,
        gatherer_id=row.gatherer_id,
        monitor_id=row.monitor_id,
        acknowledged_until=decisions.acknowledged_until.get(row.id),
        submitted_at=_reviewer_since(row),
        ladder_since=row.ladder_since,
    )


def _reviewer_since(row: Row) -> datetime | None:  # type: ignore[type-arg]
    """From when the reviewer's clock runs: anew where an acceptance was undone, or another is to review."""
    moments = [each for each in (row.submitted_at, row.rearmed_at) if each is not None]
    return max(moments) if row.submitted_at is not None else None


def _decisions(session: Session, ids: Sequence[int]) -> _Decisions:
    returned = list(session.execute(RETURNED, {"ids": ids}))
    return _Decisions(
        returns={id: count for id, count, _ in returned},
        returned_at={id: at for id, _, at in returned},
        extended_at=_pairs(session, EXTENDED, ids),
        owed_again_at=_pairs(session, OWED_AGAIN, ids),
        acknowledged_until=_pairs(session, SEEN, ids),
    )


def _pairs(session: Session, query: Select[tuple[int, Any]], ids: Sequence[int]) -> dict[int, datetime]:
    return {row[0]: row[1] for row in session.execute(query, {"ids": ids})}


def read_ledger(session: Session, ids: Sequence[int]) -> dict[int, list[LedgerEntry]]:
    found: dict[int, list[LedgerEntry]] = defaultdict(list)
    for id, revision, rung, repeat, recipient, state, reason, planned in session.execute(LINES, {"ids": ids}):
        found[id].append(
            LedgerEntry(
                deadline_revision=revision,
                rung=rung,
                repeat=repeat,
                recipient=recipient,
                state=NoticeState(state),
                reason=reason,
                planned_at=planned,
            )
        )
    return found


def write_notices(session: Session, notices: Sequence[PlannedNotice], now: datetime) -> None:
    """Insert the lines that the ledger lacks; one that was kept back is armed again."""
    if not notices:
        return
    connection = session.connection()
    connection.execute(_upsert(connection.dialect.name), [_row(notice, now) for notice in notices])


@lru_cache(maxsize=2)
def _upsert(dialect: str) -> Insert:
    """The statement, made once: making it takes longer than the database takes for a line."""
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    # The table, not the class: the ORM would make a statement for each mixture of empty columns.
    table = metadata.tables["notice"]
    statement = insert(table)
    armed = {name: statement.excluded[name] for name in ARMED_AGAIN}
    # No IN: what it expands to cannot be run for many lines at once.
    reasons = or_(*(table.c.reason == reason for reason in sorted(KEPT_BACK)))
    kept_back = and_(table.c.state == NoticeState.CANCELLED.value, reasons)
    return statement.on_conflict_do_update(index_elements=KEY, set_=armed, where=kept_back)


def _row(notice: PlannedNotice, now: datetime) -> dict[str, Any]:
    row = {field: getattr(notice, field) for field in NOTICE_FIELDS}
    return row | {"planned_at": now, "attempts": 0}


def write_attention(session: Session, moments: dict[int, datetime | None]) -> None:
    """When each obligation is to be looked at again; those of one moment are written together."""
    by_moment: dict[datetime | None, list[int]] = defaultdict(list)
    for id, moment in moments.items():
        by_moment[moment].append(id)
    for moment, ids in by_moment.items():
        for some in chunks(ids):
            session.execute(WAKE, {"ids": some, "moment": moment})
