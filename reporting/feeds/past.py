"""A feed as of an instant: what was known then, and nothing that came later.

Made from the same rows as a feed that is served, each put back to how it stood; nobody follows it, so it is
built whole. The words of plans and the names that rows were opened under are those of now.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from models.decision import Review
from models.obligation import Obligation, Occurrence
from models.settings import Settings
from models.unit import UnitVersion
from models.vocabulary import COUNTED, Lifecycle, Verdict
from reporting.feeds.events import EventContext, count_event, owed_event
from reporting.feeds.rows import NAMES_SHOWN, Mark, count_rows, in_branch, in_plan, owed_rows_of
from reporting.feeds.sources import Source
from reporting.feeds.text import Speaker
from reporting.feeds.view import FeedWindow
from reporting.obligations.as_of import StandingThen, past_view

COUNTED_STATES = frozenset(state.value for state in COUNTED)


@dataclass(frozen=True, kw_only=True)
class Then:
    """An obligation as it stood. `mend_by` is the correction deadline of a report that was returned."""

    obligation: Obligation
    stage_period: tuple[int, str]
    name: str
    standing: StandingThen
    mend_by: datetime | None
    at: datetime

    @property
    def counts(self) -> bool:
        return self.standing.state in COUNTED_STATES

    @property
    def is_overdue(self) -> bool:
        held, unfiled = self.standing.deadline, self.standing.first_submitted_at is None
        return self.counts and unfiled and held is not None and held <= self.at

    @property
    def stands_at(self) -> datetime | None:
        return self.mend_by or self.standing.deadline

    @property
    def changed_at(self) -> datetime:
        if self.obligation.changed_at <= self.at:
            return self.obligation.changed_at
        held = self.standing
        known = (
            held.submitted_at,
            held.accepted_at,
            held.closed_at,
            held.deadline if self.is_overdue else None,
        )
        return max([self.obligation.opened_at, *(each for each in known if each is not None)])


@dataclass(frozen=True)
class PastFeed:
    """What a feed of `source` showed in the window: its marks, and the events by them."""

    marks: list[Mark]
    events: Mapping[int, EventContext]


def past_feed(
    session: Session, settings: Settings, source: Source, window: FeedWindow, speaker: Speaker
) -> PastFeed:
    """The source's events as of the window's moment."""
    if source.view.kind in ("unit", "person"):
        mine = col(Obligation.unit_id).in_(source.ids)
        return _owed(session, settings, _then(session, mine, window), window, speaker)
    (head,) = source.ids
    scope = in_branch(head) if source.view.kind == "branch" else in_plan(head)
    return _counted(session, settings, source, scope, window, speaker)


def _then(session: Session, scope: ColumnElement[bool], window: FeedWindow) -> list[Then]:
    at = window.moment
    query = (
        select(Obligation, Occurrence.stage_id, Occurrence.period, UnitVersion.name)
        .join(Occurrence, col(Occurrence.id) == Obligation.occurrence_id)
        .join(UnitVersion, col(UnitVersion.id) == Obligation.unit_version_id)
        .where(scope, col(Obligation.opened_at) <= at)
        .order_by(col(Occurrence.revision), col(UnitVersion.name), col(Obligation.id))
    )
    past, mended = past_view(session, at), _mend_by(session, at)
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
                mend_by=mended.get(obligation.id) if is_returned else None,
                at=at,
            )
        )
    return found


def _mend_by(session: Session, at: datetime) -> dict[int, datetime | None]:
    query = (
        select(Review.obligation_id, Review.correction_deadline)
        .where(col(Review.verdict) == Verdict.RETURNED.value, col(Review.at) <= at)
        .order_by(col(Review.at))
    )
    return dict(session.exec(query).all())


def _shows(then: Then, window: FeedWindow) -> bool:
    return _is_in(then.stands_at, window) and _recent(then, window)


def _is_in(deadline: datetime | None, window: FeedWindow) -> bool:
    return deadline is not None and window.since < deadline <= window.until


def _owed(
    session: Session, settings: Settings, found: Iterable[Then], window: FeedWindow, speaker: Speaker
) -> PastFeed:
    newest = {(then.obligation.unit_id, then.stage_period): then for then in found}
    shown = {
        then.obligation.id: then
        for then in found
        if _shows(then, window)
        and (then.counts or newest[then.obligation.unit_id, then.stage_period] is then)
    }
    events = {}
    for row in owed_rows_of(session, shown):
        then = shown[row.id]
        held = then.standing
        events[row.id] = owed_event(
            replace(
                row,
                state=held.state,
                deadline=held.deadline or row.deadline,
                correction_deadline=then.mend_by,
                first_submitted_at=held.first_submitted_at,
                closed_at=held.closed_at,
                overdue_since=held.deadline if then.is_overdue else None,
                changed_at=then.changed_at,
            ),
            settings,
            speaker,
        )
    return PastFeed(sorted((id, shown[id].obligation.row_version) for id in events), events)


def _counted(
    session: Session,
    settings: Settings,
    source: Source,
    scope: ColumnElement[bool],
    window: FeedWindow,
    speaker: Speaker,
) -> PastFeed:
    groups: dict[tuple[int, str], list[Then]] = defaultdict(list)
    for then in _then(session, scope, window):
        groups[then.stage_period].append(then)
    by_occurrence = {max(then.obligation.occurrence_id for then in group): group for group in groups.values()}
    events, marks = {}, []
    for row in count_rows(session, scope, by_occurrence):
        group = by_occurrence[row.occurrence_id]
        if not _is_in(row.deadline, window) or not any(_recent(then, window) for then in group):
            continue
        late = [then.name for then in group if then.is_overdue][:NAMES_SHOWN]
        key = (source.view.kind, source.view.key)
        events[row.occurrence_id] = count_event(replace(row, **_numbers(group)), late, key, settings, speaker)
        marks.append((row.occurrence_id, row.versions))
    return PastFeed(sorted(marks), events)


def _recent(then: Then, window: FeedWindow) -> bool:
    closed = then.standing.closed_at
    return then.counts or (closed is not None and closed > window.closed_since)


def _numbers(group: Sequence[Then]) -> dict[str, Any]:
    """The figures of a `CountRow` as they were."""
    counted = [then for then in group if then.counts]
    filed = [then for then in counted if then.standing.first_submitted_at is not None]
    closed = [then.standing.closed_at for then in group if then.standing.closed_at is not None]
    return {
        "expected": len(counted),
        "filed": len(filed),
        "overdue": sum(then.is_overdue for then in counted),
        "late": sum(_is_late(then.standing) for then in filed),
        "returned": sum(then.standing.state == Lifecycle.RETURNED for then in counted),
        "extended": sum(then.standing.deadline != then.obligation.original_deadline for then in counted),
        "opened_at": min(then.obligation.opened_at for then in group),
        "changed_at": max(then.changed_at for then in group),
        "closed_at": max(closed, default=None),
    }


def _is_late(standing: StandingThen) -> bool:
    filed, deadline = standing.first_submitted_at, standing.deadline
    return filed is not None and deadline is not None and filed >= deadline
