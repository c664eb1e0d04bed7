"""What feeds are made of: the obligations a reader sees one by one, and the counts a superior sees.

Each function is one query, whatever the number of units. Everything comes from frozen rows; which of them a
feed shows is for `feed_marks` to say.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, and_, bindparam, case, exists, func, or_
from sqlalchemy import select as sa_select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from models.columns import Instant
from models.deadline import is_late
from models.obligation import Obligation, Occurrence
from models.plan import Duty, Plan, Stage
from models.unit import Unit, UnitVersion
from models.validity import sql_is_valid
from models.vocabulary import COUNTED, Lifecycle
from reporting.feeds.view import FeedWindow

NAMES_SHOWN = 10
MOST_IDS = 900


@dataclass(frozen=True, kw_only=True, slots=True)
class DueFacts:
    """What is the same for all units of one stage in one period."""

    plan: str
    plan_number: str
    plan_title: str
    duty: str
    duty_title: str
    duty_type: str
    basis: str
    stage: int
    stage_name: str
    period: str
    written: date | None
    bound: str | None
    safe_day: date | None


@dataclass(frozen=True, kw_only=True, slots=True)
class OwedRow:
    """One obligation with the names it was opened under."""

    due: DueFacts
    id: int
    unit: str
    unit_name: str
    recipient_name: str | None
    state: str
    deadline: datetime
    original_deadline: datetime | None
    correction_deadline: datetime | None
    first_submitted_at: datetime | None
    closed_at: datetime | None
    overdue_since: datetime | None
    row_version: int
    opened_at: datetime
    changed_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class CountRow:
    """One stage in one period over many units; `versions` grows with each change of any of them."""

    due: DueFacts
    occurrence_id: int
    deadline: datetime
    expected: int
    filed: int
    overdue: int
    late: int
    returned: int
    extended: int
    versions: int
    opened_at: datetime
    changed_at: datetime
    closed_at: datetime | None


_DUE = (
    col(Plan.slug),
    col(Plan.number),
    col(Plan.title),
    col(Duty.key),
    col(Duty.title),
    col(Duty.type),
    col(Duty.basis),
    col(Stage.position),
    col(Stage.name),
    col(Occurrence.period),
    col(Occurrence.written),
    col(Occurrence.bound),
    col(Occurrence.safe_day),
)
_DUE_FIELDS = tuple(DueFacts.__dataclass_fields__)
_COUNTED = col(Obligation.state).in_([state.value for state in COUNTED])
_OVERDUE = and_(
    _COUNTED, col(Obligation.first_submitted_at).is_(None), col(Obligation.overdue_since).is_not(None)
)

_BY_NAME = (col(UnitVersion.name), col(Obligation.id))


def owed_rows_of(session: Session, obligation_ids: Collection[int]) -> list[OwedRow]:
    """These obligations, those without a deadline left out."""
    return [
        _owed(row)
        for some in in_chunks(obligation_ids)
        for row in session.execute(_owed_of(), {"ids": list(some)})
    ]


@lru_cache(maxsize=1)
def _owed_of() -> Select[Any]:
    """Made once: putting it together takes longer than asking it for a single row."""
    ids: BindParameter[Any] = bindparam("ids", expanding=True)
    return _owed_query().where(col(Obligation.deadline).is_not(None), col(Obligation.id).in_(ids))


def _owed_query() -> Select[Any]:
    recipient = aliased(UnitVersion)
    return (
        _joined(
            *_DUE,
            col(Obligation.id),
            col(Unit.code),
            col(UnitVersion.name),
            recipient.name,
            *(getattr(Obligation, name) for name in _OWN_FIELDS),
        )
        .join(Unit, col(Unit.id) == Obligation.unit_id)
        .join(UnitVersion, col(UnitVersion.id) == Obligation.unit_version_id)
        .outerjoin(recipient, _recipient_of_the_time(recipient))
    )


_OWN_FIELDS = tuple(OwedRow.__dataclass_fields__)[5:]


def _owed(row: Sequence[Any]) -> OwedRow:
    rest = row[len(_DUE) :]
    return OwedRow(due=_due(row), **dict(zip(tuple(OwedRow.__dataclass_fields__)[1:], rest, strict=True)))


def count_rows(
    session: Session, scope: ColumnElement[bool], occurrence_ids: Collection[int]
) -> list[CountRow]:
    """Each of these stages and periods, counted over `scope`; also what an earlier version of the plan opened
    for it and was filed under that."""
    earlier = aliased(Occurrence)
    query = (
        _joined(*_DUE, col(Occurrence.id), col(Occurrence.deadline), *_COUNTS, earlier=earlier)
        .where(scope)
        .group_by(*_DUE, col(Occurrence.id), col(Occurrence.deadline))
    )
    fields = tuple(CountRow.__dataclass_fields__)[1:]
    return [
        CountRow(due=_due(row), **dict(zip(fields, row[len(_DUE) :], strict=True)))
        for some in in_chunks(occurrence_ids)
        for row in session.execute(query.where(col(Occurrence.id).in_(some)))
    ]


def in_chunks(ids: Collection[int]) -> Iterator[list[int]]:
    """In order, as many as one statement may name."""
    ordered = sorted(ids)
    for start in range(0, len(ordered), MOST_IDS):
        yield ordered[start : start + MOST_IDS]


def _counted(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


_COUNTS = (
    _counted(_COUNTED),
    _counted(and_(_COUNTED, col(Obligation.first_submitted_at).is_not(None))),
    _counted(_OVERDUE),
    _counted(and_(_COUNTED, is_late(col(Obligation.deadline), col(Obligation.first_submitted_at)))),
    _counted(col(Obligation.state) == Lifecycle.RETURNED.value),
    _counted(and_(_COUNTED, col(Obligation.deadline) != col(Obligation.original_deadline))),
    # One more for each row, so that a unit that joins later counts as a change too.
    func.sum(col(Obligation.row_version) + 1) - 1,
    func.min(col(Obligation.opened_at)),
    func.max(col(Obligation.changed_at)),
    func.max(col(Obligation.closed_at)),
)


def overdue_names(
    session: Session, scope: ColumnElement[bool], occurrence_ids: Collection[int]
) -> dict[int, list[str]]:
    """By occurrence, the first few units in `scope` that are overdue, in order of their names."""
    names: dict[int, list[str]] = defaultdict(list)
    for some in in_chunks(occurrence_ids):
        for occurrence_id, name in session.execute(_overdue_names(scope, some)):
            names[occurrence_id].append(name)
    return names


def _overdue_names(scope: ColumnElement[bool], occurrence_ids: list[int]) -> Select[Any]:
    place = func.row_number().over(partition_by=col(Obligation.occurrence_id), order_by=_BY_NAME)
    numbered = (
        sa_select(
            col(Obligation.occurrence_id).label("occurrence_id"),
            col(UnitVersion.name).label("name"),
            place.label("place"),
        )
        .join(UnitVersion, col(UnitVersion.id) == Obligation.unit_version_id)
        .where(scope, _OVERDUE, col(Obligation.occurrence_id).in_(occurrence_ids))
        .subquery()
    )
    query = sa_select(numbered.c.occurrence_id, numbered.c.name).where(numbered.c.place <= NAMES_SHOWN)
    return query.order_by(numbered.c.occurrence_id, numbered.c.place)


def in_branch(unit_id: int) -> ColumnElement[bool]:
    """Obligations of the unit and of all that stood below it when they were opened."""
    return col(Obligation.branch).contains(f"/{unit_id}/", autoescape=True)


def in_plan(plan_id: int) -> ColumnElement[bool]:
    return col(Obligation.plan_id) == plan_id


def _joined(*columns: Any, earlier: Any = None) -> Select[Any]:
    """From obligations to their plan; with `earlier`, through it, to each later occurrence of its period."""
    rows = sa_select(*columns).select_from(Obligation)
    if earlier is None:
        rows = rows.join(Occurrence, col(Occurrence.id) == Obligation.occurrence_id)
    else:
        rows = rows.join(earlier, earlier.id == Obligation.occurrence_id).join(
            Occurrence,
            and_(
                col(Occurrence.stage_id) == earlier.stage_id,
                col(Occurrence.period) == earlier.period,
                col(Occurrence.id) >= earlier.id,
            ),
        )
    return (
        rows.join(Stage, col(Stage.id) == Occurrence.stage_id)
        .join(Duty, col(Duty.id) == Stage.duty_id)
        .join(Plan, col(Plan.id) == Obligation.plan_id)
    )


def _due(row: Sequence[Any]) -> DueFacts:
    return _facts(*row[: len(_DUE)])


@lru_cache(maxsize=1024)
def _facts(*values: Any) -> DueFacts:
    """Many units owe what is one."""
    return DueFacts(**dict(zip(_DUE_FIELDS, values, strict=True)))


def _recipient_of_the_time(recipient: Any) -> ColumnElement[bool]:
    """The recipient as it was on the report's day; one that took over later, as it was at first."""
    day = col(Occurrence.membership_day)
    earlier = aliased(UnitVersion)
    is_first = ~exists().where(
        col(earlier.unit_id) == recipient.unit_id, col(earlier.valid_from) < recipient.valid_from
    )
    return and_(
        recipient.unit_id == Obligation.recipient_id,
        or_(sql_is_valid(recipient, day), and_(recipient.valid_from > day, is_first)),
    )


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


def owed_marks(session: Session, window: FeedWindow, unit_ids: Collection[int]) -> dict[int, list[Mark]]:
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
        return [(_owed_marks_query(named=False), {})]
    return [(_owed_marks_query(named=True), {"unit_ids": some}) for some in in_chunks(unit_ids)]


@lru_cache(maxsize=2)
def _owed_marks_query(*, named: bool) -> Select[Any]:
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


def _ends(window: FeedWindow) -> dict[str, Any]:
    return {"since": window.since, "until": window.until, "closed_since": window.closed_since}


def count_marks(session: Session, window: FeedWindow, scope: ColumnElement[bool]) -> list[Mark]:
    """Each stage and period in the window with the versions of all its rows in `scope`."""
    query = (
        _counted_marks(window, func.max(col(Occurrence.id)), _VERSIONS)
        .where(scope)
        .group_by(*_PERIOD)
        .having(or_(_EXPECTED > 0, func.max(col(Obligation.closed_at)) > window.closed_since))
    )
    return [(id_, int(versions)) for id_, versions in session.execute(query)]


def plan_marks(session: Session, window: FeedWindow, plan_ids: Collection[int]) -> dict[int, list[Mark]]:
    return {plan_id: count_marks(session, window, in_plan(plan_id)) for plan_id in plan_ids}


def branch_marks(session: Session, window: FeedWindow, unit_ids: Collection[int]) -> dict[int, list[Mark]]:
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
    session: Session, window: FeedWindow, heads: dict[str, int]
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
    for branch, stage, period, id_, version, state, closed_at in session.execute(
        _counted_marks(window, *columns)
    ):
        shows = state in counted or (closed_at is not None and closed_at > window.closed_since)
        for part in branch.strip("/").split("/"):
            if part in heads:
                key = (heads[part], stage, period)
                newest, versions, shown = sums.get(key, (0, 0, False))
                sums[key] = (max(newest, id_), versions + version + 1, shown or shows)
    return {(key[0], newest): (versions, shown) for key, (newest, versions, shown) in sums.items()}


def _counted_marks(window: FeedWindow, *columns: Any) -> Select[Any]:
    return (
        sa_select(*columns)
        .select_from(Obligation)
        .join(Occurrence, col(Occurrence.id) == Obligation.occurrence_id)
        .where(col(Occurrence.deadline) > window.since, col(Occurrence.deadline) <= window.until)
    )
