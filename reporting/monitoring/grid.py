"""Units × periods of a duty over a year, the worst units first, a page of them at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, or_, select
from sqlmodel import Session, col

from calendars.deadline import stated
from models.obligation import Obligation, Occurrence
from models.plan import Duty, Plan, Stage
from models.unit import Unit, UnitVersion
from models.vocabulary import Lifecycle, Timeliness
from reporting.obligations.timeliness import DueSoonFrom, timeliness
from reporting.rates.sums import figures

Conditions = Sequence[ColumnElement[bool]]


@dataclass(frozen=True, slots=True, kw_only=True)
class GridCell:
    """One unit's report of one period; `days` is how late it came, or how long it is overdue."""

    obligation_id: int
    stage_name: str
    timeliness: Timeliness
    deadline: datetime | None
    days: int


@dataclass(slots=True, kw_only=True)
class GridRow:
    """A unit's year; more than one cell in a period where it owes at two stages."""

    unit_id: int
    unit: str = ""
    unit_name: str = ""
    overdue: int
    late: int
    filed: int
    expected: int
    cells: dict[str, list[GridCell]] = field(default_factory=dict)


@dataclass(frozen=True)
class Grid:
    """A page of units with the columns in order of time, and how many units there are in all."""

    periods: Sequence[str]
    lines: Sequence[GridRow]
    units: int


def grid(
    session: Session,
    conditions: Conditions,
    now: datetime,
    zone: ZoneInfo,
    soon: DueSoonFrom,
    limit: int | None,
    offset: int = 0,
) -> Grid:
    """The units of the selection with their cells, by number overdue, then number late."""
    lines, units = _lines(session, conditions, now, limit, offset)
    periods: dict[str, date] = {}
    by_unit = {line.unit_id: line for line in lines}
    for row in _rows(session, conditions, list(by_unit), everybody=limit is None):
        line = by_unit[row.unit_id]
        line.unit, line.unit_name = row.code, row.name  # the newest version of the name comes last
        periods.setdefault(row.period, row.period_start)
        line.cells.setdefault(row.period, []).append(_cell(row, now, zone, soon))
    return Grid(sorted(periods, key=lambda key: (periods[key], key)), lines, units)


def _lines(
    session: Session, conditions: Conditions, now: datetime, limit: int | None, offset: int
) -> tuple[list[GridRow], int]:
    expected, filed, on_time, _, overdue, _, _ = figures(now)
    late = filed - on_time
    query = (
        select(col(Obligation.unit_id), overdue, late, filed, expected, func.count().over())
        .where(*conditions)
        .group_by(col(Obligation.unit_id))
        .order_by(overdue.desc(), late.desc(), col(Obligation.unit_id))
        .limit(limit)
        .offset(offset)
    )
    rows = session.execute(query).all()
    names = ("unit_id", "overdue", "late", "filed", "expected")
    lines = [GridRow(**dict(zip(names, row[:5], strict=True))) for row in rows]
    return lines, rows[0][5] if rows else 0


def _rows(session: Session, conditions: Conditions, units: list[int], *, everybody: bool) -> Any:
    """The reports behind the cells; asked for all units at once where the page holds them all."""
    columns: tuple[Any, ...] = (
        col(Obligation.id),
        col(Obligation.unit_id),
        col(Obligation.state),
        col(Obligation.deadline),
        col(Obligation.first_submitted_at),
        col(Occurrence.period),
        col(Occurrence.period_start),
        col(Occurrence.safe_day),
        col(Occurrence.deadline).label("written_deadline"),
        col(Stage.name).label("stage_name"),
        col(Plan.ladder),
        col(Unit.code),
        col(UnitVersion.name),
    )
    query = (
        select(*columns)
        .select_from(Obligation)
        .join(Occurrence, col(Occurrence.id) == col(Obligation.occurrence_id))
        .join(Stage, col(Stage.id) == col(Occurrence.stage_id))
        .join(Duty, col(Duty.id) == col(Stage.duty_id))
        .join(Plan, col(Plan.id) == col(Obligation.plan_id))
        .join(Unit, col(Unit.id) == col(Obligation.unit_id))
        .join(UnitVersion, col(UnitVersion.id) == col(Obligation.unit_version_id))
        .where(*conditions)
        # What a changed plan has replaced stands there again with its new date.
        .where(or_(col(Occurrence.replaced_at).is_(None), col(Obligation.state) != Lifecycle.CANCELLED))
        .order_by(col(UnitVersion.valid_from), col(Stage.position), col(Occurrence.revision))
    )
    if everybody:
        return session.execute(query)
    # By the rows' ids, or SQLite would walk through the whole year to find these few units.
    few = select(col(Obligation.id)).where(col(Obligation.unit_id).in_(units))
    return session.execute(query.where(col(Obligation.id).in_(few)))


def _cell(row: Any, now: datetime, zone: ZoneInfo, soon: DueSoonFrom) -> GridCell:
    deadline = stated(row.deadline, row.written_deadline, row.safe_day, zone)
    first_rung = None if deadline is None else soon(row.ladder, deadline)
    standing = timeliness(row.state, deadline, row.first_submitted_at, now, first_rung)
    days = 0
    if deadline is not None and standing in (Timeliness.OVERDUE, Timeliness.LATE):
        days = deadline.days_late(row.first_submitted_at or now)
    return GridCell(
        obligation_id=row.id,
        stage_name=row.stage_name,
        timeliness=standing,
        deadline=row.deadline,
        days=days,
    )


def years_of(session: Session, plan: str, duty: str) -> list[str]:
    """The years in which the duty has periods, newest first; none for one that has only `once`."""
    query = (
        select(col(Occurrence.period))
        .join(Stage, col(Stage.id) == col(Occurrence.stage_id))
        .join(Duty, col(Duty.id) == col(Stage.duty_id))
        .join(Plan, col(Plan.id) == col(Duty.plan_id))
        .where(col(Plan.slug) == plan, col(Duty.key) == duty)
        .distinct()
    )
    return sorted({key[:4] for key in session.scalars(query) if key[:4].isdigit()}, reverse=True)
