"""A feed as of an instant: what was known then, and nothing that came later.

Made from the same rows as a feed that is served, each put back to how it was. The words of plans and the
names that rows were opened under are those of now.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_
from sqlmodel import Session, col, select

from models.decision import Review
from models.obligation import Obligation
from models.settings import Settings
from models.vocabulary import COUNTED, Lifecycle, Verdict
from reporting.feeds.events import EventContext, count_event, owed_event
from reporting.feeds.rows import NAMES_SHOWN, Counts, OwedRow, count_rows_of, owed_rows
from reporting.feeds.sources import Source
from reporting.feeds.text import Speaker
from reporting.feeds.view import FeedWindow
from reporting.obligations.as_of import StandingThen, past_view


def past_events(
    session: Session, settings: Settings, source: Source, window: FeedWindow, speaker: Speaker
) -> list[EventContext]:
    """The source's events as of the window's moment."""
    rows = _rows(session, source, window.moment)
    if not source.is_counted:
        newest = {(row.unit, _period(row)): row.id for row in rows}
        return [
            owed_event(row, settings, speaker)
            for row in rows
            if _is_shown(row, window) and (_counts(row) or newest[row.unit, _period(row)] == row.id)
        ]
    groups: dict[tuple[str, str, int, str], list[OwedRow]] = defaultdict(list)
    for row in rows:
        groups[_period(row)].append(row)
    shown = [group for group in groups.values() if any(_is_recent(row, window) for row in group)]
    counts = {group[-1].occurrence_id: _counts_of(group) for group in shown}
    late = {
        group[-1].occurrence_id: [row.unit_name for row in group if row.overdue_since][:NAMES_SHOWN]
        for group in shown
    }
    return [
        count_event(counted, late[counted[0].occurrence_id], source.view.of, settings, speaker)
        for counted in count_rows_of(session, window, counts)
    ]


def _rows(session: Session, source: Source, at: datetime) -> list[OwedRow]:
    """The source's obligations as they were."""
    opened = and_(source.scope, col(Obligation.opened_at) <= at, col(Obligation.deadline).is_not(None))
    past = past_view(session, at)
    returns = (
        select(Review.obligation_id, Review.correction_deadline)
        .where(col(Review.verdict) == Verdict.RETURNED.value, col(Review.at) <= at)
        .order_by(col(Review.at))
    )
    mend_by = dict(session.exec(returns).all())
    then = {each.id: past.standing(each) for each in session.exec(select(Obligation).where(opened))}
    return [_as_it_was(row, then[row.id], mend_by.get(row.id), at) for row in owed_rows(session, opened)]


def _as_it_was(row: OwedRow, then: StandingThen, mend_by: datetime | None, at: datetime) -> OwedRow:
    """`mend_by`: the correction deadline of the last return until then."""
    deadline = then.deadline or row.due
    is_owed = Lifecycle(then.state) in COUNTED and then.first_submitted_at is None
    overdue_since = deadline if is_owed and deadline <= at else None
    known = (row.opened_at, then.submitted_at, then.accepted_at, then.closed_at, overdue_since)
    return row._replace(
        state=then.state,
        deadline=deadline,
        correction_deadline=mend_by if then.state == Lifecycle.RETURNED else None,
        first_submitted_at=then.first_submitted_at,
        closed_at=then.closed_at,
        overdue_since=overdue_since,
        changed_at=row.changed_at if row.changed_at <= at else max(each for each in known if each),
    )


def _period(row: OwedRow) -> tuple[str, str, int, str]:
    return row.plan, row.duty, row.stage, row.period


def _counts(row: OwedRow) -> bool:
    return Lifecycle(row.state) in COUNTED


def _is_recent(row: OwedRow, window: FeedWindow) -> bool:
    return _counts(row) or _is_closed_lately(row, window)


def _is_closed_lately(row: OwedRow, window: FeedWindow) -> bool:
    return row.closed_at is not None and row.closed_at > max(window.closed_since, row.opened_at)


def _is_shown(row: OwedRow, window: FeedWindow) -> bool:
    day = row.correction_deadline or row.due
    return window.since < day <= window.until and _is_recent(row, window)


def _counts_of(group: Sequence[OwedRow]) -> Counts:
    counted = [row for row in group if _counts(row)]
    filed = [(row.first_submitted_at, row.due) for row in counted if row.first_submitted_at is not None]
    return Counts(
        expected=len(counted),
        filed=len(filed),
        overdue=sum(row.overdue_since is not None for row in counted),
        late=sum(filed_at >= deadline for filed_at, deadline in filed),
        returned=sum(row.is_returned for row in counted),
        extended=sum(row.deadline != row.original_deadline for row in counted),
        versions=sum(row.row_version + 1 for row in group) - 1,
        opened_at=min(row.opened_at for row in group),
        changed_at=max(row.changed_at for row in group),
        closed_at=max((row.closed_at for row in group if row.closed_at is not None), default=None),
    )
