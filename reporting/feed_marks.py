"""Marks: of each row that a feed shows, its id and version; what tells a feed that is out of date from one
that is not, without making any event.

One row's marks are a handful of numbers, so a tick can ask for those of ten thousand feeds in one query.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, and_, bindparam, case, exists, func, or_
from sqlalchemy import select as sa_select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from models.instants import Instant
from models.obligation import Obligation
from models.occurrence import Occurrence
from models.vocabulary import COUNTED, Lifecycle
from reporting.feed_rows import MOST_IDS, in_branch, in_chunks, in_plan
from reporting.feed_views import Window

Mark = tuple[int, int]
"""A row's id and version: an obligation's, or an occurrence's with the versions under it."""

_STANDS_AT = case(
    (
        and_(
            col(Obligation.state) == Lifecycle.RETURNED.value,
            col(Obligation.correction_deadline).is_not(None),
        ),
        col(Obligation.correction_deadline),
    ),
    else_=col(Obligation.deadline),
)
"""A returned report stands on the day by which it must be mended."""
_EXPECTED = func.sum(case((col(Obligation.state).in_([state.value for state in COUNTED]), 1), else_=0))
_PERIOD = (col(Occurrence.stage_id), col(Occurrence.period))
"""What is one event, however often a changed plan gave it other dates: it stands on the newest."""
# One more for each row, so that a unit that joins later counts as a change too.
_VERSIONS = func.sum(col(Obligation.row_version) + 1) - 1


def owed_marks(session: Session, window: Window, unit_ids: Collection[int]) -> dict[int, list[Mark]]:
    """By unit, its obligations in the window; closed ones while recent."""
    found: dict[int, list[Mark]] = defaultdict(list)
    wanted = set(unit_ids)
    for query, values in _narrowed(wanted):
        for unit_id, id_, version in session.execute(query, values | _ends(window)).all():
            if unit_id in wanted:
                found[unit_id].append((id_, version))
    return found


def _narrowed(unit_ids: set[int]) -> Iterable[tuple[Select[Any], dict[str, Any]]]:
    """By name for a few units; for many, all rows in one go are cheaper than naming them."""
    if len(unit_ids) > MOST_IDS:
        return [(_owed_query(named=False), {})]
    return [(_owed_query(named=True), {"unit_ids": some}) for some in in_chunks(unit_ids)]


@lru_cache(maxsize=2)
def _owed_query(*, named: bool) -> Select[Any]:
    """Made once: putting it together takes longer than asking for a unit's rows."""
    since, until, closed_since = (_instant(name) for name in ("since", "until", "closed_since"))
    query = (
        sa_select(col(Obligation.unit_id), col(Obligation.id), col(Obligation.row_version))
        .where(since < _STANDS_AT, until >= _STANDS_AT)
        .where(or_(col(Obligation.closed_at).is_(None), col(Obligation.closed_at) > closed_since))
        .where(or_(col(Obligation.state) != Lifecycle.CANCELLED.value, ~_is_opened_anew()))
    )
    unit_ids: BindParameter[Any] = bindparam("unit_ids", expanding=True)
    return query.where(col(Obligation.unit_id).in_(unit_ids)) if named else query


def _is_opened_anew() -> ColumnElement[bool]:
    """Whether the unit owes the period again on other dates: then that is its event."""
    mine, later, again = aliased(Occurrence), aliased(Occurrence), aliased(Obligation)
    return exists().where(
        col(mine.id) == Obligation.occurrence_id,
        col(mine.replaced_at).is_not(None),
        col(later.stage_id) == mine.stage_id,
        col(later.period) == mine.period,
        col(later.revision) > mine.revision,
        col(again.occurrence_id) == later.id,
        col(again.unit_id) == Obligation.unit_id,
    )


def _instant(name: str) -> BindParameter[Any]:
    return bindparam(name, type_=Instant)


def _ends(window: Window) -> dict[str, Any]:
    return {"since": window.since, "until": window.until, "closed_since": window.closed_since}


def count_marks(session: Session, window: Window, scope: ColumnElement[bool]) -> list[Mark]:
    """Each stage and period in the window with the versions of all its rows in `scope`."""
    query = (
        _counted(window, func.max(col(Occurrence.id)), _VERSIONS)
        .where(scope)
        .group_by(*_PERIOD)
        .having(or_(_EXPECTED > 0, func.max(col(Obligation.closed_at)) > window.closed_since))
    )
    return [(id_, int(versions)) for id_, versions in session.execute(query)]


def plan_marks(session: Session, window: Window, plan_ids: Collection[int]) -> dict[int, list[Mark]]:
    return {plan_id: count_marks(session, window, in_plan(plan_id)) for plan_id in plan_ids}


def branch_marks(session: Session, window: Window, unit_ids: Collection[int]) -> dict[int, list[Mark]]:
    """By the unit at the branch's head. Many branches are summed from one reading of the rows."""
    if len(unit_ids) <= 3:
        return {unit_id: count_marks(session, window, in_branch(unit_id)) for unit_id in unit_ids}
    sums = _branch_sums(session, window, {str(unit_id): unit_id for unit_id in unit_ids})
    found: dict[int, list[Mark]] = defaultdict(list)
    for (unit_id, occurrence_id), (versions, shown) in sums.items():
        if shown:
            found[unit_id].append((occurrence_id, versions - 1))
    return found


def _branch_sums(
    session: Session, window: Window, heads: dict[str, int]
) -> dict[tuple[int, int], tuple[int, bool]]:
    """By branch and newest occurrence of a period: versions, and whether anything of it is owed or was closed
    lately."""
    counted = {state.value for state in COUNTED}
    sums: dict[tuple[int, int, str], tuple[int, int, bool]] = {}
    columns = (
        col(Obligation.branch),
        *_PERIOD,
        col(Occurrence.id),
        col(Obligation.row_version),
        col(Obligation.state),
        col(Obligation.closed_at),
    )
    for branch, stage, period, id_, version, state, closed_at in session.execute(_counted(window, *columns)):
        shows = state in counted or (closed_at is not None and closed_at > window.closed_since)
        for part in branch.strip("/").split("/"):
            if part in heads:
                key = (heads[part], stage, period)
                newest, versions, shown = sums.get(key, (0, 0, False))
                sums[key] = (max(newest, id_), versions + version + 1, shown or shows)
    return {(key[0], newest): (versions, shown) for key, (newest, versions, shown) in sums.items()}


def _counted(window: Window, *columns: Any) -> Select[Any]:
    return (
        sa_select(*columns)
        .select_from(Obligation)
        .join(Occurrence, col(Occurrence.id) == Obligation.occurrence_id)
        .where(col(Occurrence.deadline) > window.since, col(Occurrence.deadline) <= window.until)
    )
