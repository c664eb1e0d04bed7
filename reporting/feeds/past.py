"""A feed as of an instant: what was known then, and nothing that came later.

Made from the same rows as a feed that is served, each put back to how it was. The words of plans and the
names that rows were opened under are those of now.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from models.decision import Review
from models.obligation import Obligation, Occurrence
from models.settings import Settings
from models.unit import UnitVersion
from models.vocabulary import COUNTED, Lifecycle, Verdict
from reporting.feeds.events import EventContext, count_event, owed_event
from reporting.feeds.rows import NAMES_SHOWN, Counts, count_rows_of, owed_rows_of
from reporting.feeds.sources import Source
from reporting.feeds.text import Speaker
from reporting.feeds.view import FeedWindow
from reporting.obligations.as_of import StandingThen, past_view

COUNTED_STATES = frozenset(state.value for state in COUNTED)


@dataclass(frozen=True, kw_only=True)
class Then:
    """An obligation as it was at `window.moment`. `mend_by`: the correction deadline of a returned report."""

    obligation: Obligation
    stage_period: tuple[int, str]
    name: str
    standing: StandingThen
    mend_by: datetime | None
    window: FeedWindow

    @property
    def counts(self) -> bool:
        return self.standing.state in COUNTED_STATES

    @property
    def is_overdue(self) -> bool:
        deadline, filed = self.standing.deadline, self.standing.first_submitted_at
        return self.counts and filed is None and deadline is not None and deadline <= self.window.moment

    @property
    def is_late(self) -> bool:
        deadline, filed = self.standing.deadline, self.standing.first_submitted_at
        return filed is not None and deadline is not None and filed >= deadline

    @property
    def is_recent(self) -> bool:
        closed = self.standing.closed_at
        return self.counts or (closed is not None and closed > self.window.closed_since)

    @property
    def is_shown(self) -> bool:
        day = self.mend_by or self.standing.deadline
        return day is not None and self.window.since < day <= self.window.until and self.is_recent

    @property
    def changed_at(self) -> datetime:
        if self.obligation.changed_at <= self.window.moment:
            return self.obligation.changed_at
        was = self.standing
        overdue_since = was.deadline if self.is_overdue else None
        known = (was.submitted_at, was.accepted_at, was.closed_at, overdue_since)
        return max([self.obligation.opened_at, *(each for each in known if each is not None)])


def past_events(
    session: Session, settings: Settings, source: Source, window: FeedWindow, speaker: Speaker
) -> list[EventContext]:
    """The source's events as of the window's moment."""
    if source.is_counted:
        return _counted(session, settings, source, window, speaker)
    return _owed(session, settings, source, window, speaker)


def _then(session: Session, source: Source, window: FeedWindow) -> list[Then]:
    at = window.moment
    query = (
        select(Obligation, Occurrence.stage_id, Occurrence.period, UnitVersion.name)
        .join(Occurrence, col(Occurrence.id) == Obligation.occurrence_id)
        .join(UnitVersion, col(UnitVersion.id) == Obligation.unit_version_id)
        .where(source.scope, col(Obligation.opened_at) <= at)
        .order_by(col(Occurrence.revision), col(UnitVersion.name), col(Obligation.id))
    )
    returns = (
        select(Review.obligation_id, Review.correction_deadline)
        .where(col(Review.verdict) == Verdict.RETURNED.value, col(Review.at) <= at)
        .order_by(col(Review.at))
    )
    past, mend_by = past_view(session, at), dict(session.exec(returns).all())
    found = []
    for obligation, stage, period, name in session.exec(query):
        standing = past.standing(obligation)
        is_returned = standing.state == Lifecycle.RETURNED
        found.append(
            Then(
                obligation=obligation,
                stage_period=(stage, period),
                name=name,
                standing=standing,
                mend_by=mend_by.get(obligation.id) if is_returned else None,
                window=window,
            )
        )
    return found


def _owed(
    session: Session, settings: Settings, source: Source, window: FeedWindow, speaker: Speaker
) -> list[EventContext]:
    found = _then(session, source, window)
    newest = {(then.obligation.unit_id, then.stage_period): then for then in found}
    shown = {
        then.obligation.id: then
        for then in found
        if then.is_shown and (then.counts or newest[then.obligation.unit_id, then.stage_period] is then)
    }
    events = []
    for row in owed_rows_of(session, shown):
        then = shown[row.id]
        was = then.standing
        before = row._replace(
            state=was.state,
            deadline=was.deadline or row.deadline,
            correction_deadline=then.mend_by,
            first_submitted_at=was.first_submitted_at,
            closed_at=was.closed_at,
            overdue_since=was.deadline if then.is_overdue else None,
            changed_at=then.changed_at,
        )
        events.append(owed_event(before, settings, speaker))
    return events


def _counted(
    session: Session, settings: Settings, source: Source, window: FeedWindow, speaker: Speaker
) -> list[EventContext]:
    groups: dict[tuple[int, str], list[Then]] = defaultdict(list)
    for then in _then(session, source, window):
        groups[then.stage_period].append(then)
    by_occurrence = {
        max(then.obligation.occurrence_id for then in group): group
        for group in groups.values()
        if any(then.is_recent for then in group)
    }
    key = (source.view.kind, source.view.key)
    numbers = {id_: _numbers(group) for id_, group in by_occurrence.items()}
    events = []
    for row, counts in count_rows_of(session, window, numbers):
        late = [then.name for then in by_occurrence[row.occurrence_id] if then.is_overdue][:NAMES_SHOWN]
        events.append(count_event((row, counts), late, key, settings, speaker))
    return events


def _numbers(group: Sequence[Then]) -> Counts:
    counted = [then for then in group if then.counts]
    closed = [then.standing.closed_at for then in group if then.standing.closed_at is not None]
    return Counts(
        expected=len(counted),
        filed=sum(then.standing.first_submitted_at is not None for then in counted),
        overdue=sum(then.is_overdue for then in counted),
        late=sum(then.is_late for then in counted),
        returned=sum(then.standing.state == Lifecycle.RETURNED for then in counted),
        extended=sum(then.standing.deadline != then.obligation.original_deadline for then in counted),
        versions=sum(then.obligation.row_version + 1 for then in group) - 1,
        opened_at=min(then.obligation.opened_at for then in group),
        changed_at=max(then.changed_at for then in group),
        closed_at=max(closed, default=None),
    )
