"""Units × periods of a duty over a year, the worst units first or by name or code, a page at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import Select, or_, select
from sqlmodel import Session, col

from calendars.deadline import Deadline
from calendars.periods import Period
from models.obligation import Obligation, Occurrence
from models.plan import Duty, Plan, Stage
from models.text import folded
from models.unit import UnitVersion
from models.vocabulary import PAST_DUE, Lifecycle, Timeliness
from reporting.obligations.named import joined_occurrences, obligations, read
from reporting.obligations.timeliness import TimelinessAt
from reporting.rates.rates import Tally
from reporting.rates.sums import Conditions, unit_tallies
from reporting.unit_names import UnitName, names


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
    superior: UnitName | None = None
    """Of its newest report."""
    tally: Tally
    cells: dict[str, list[GridCell]] = field(default_factory=dict)


@dataclass(frozen=True)
class Grid:
    """A page of units with the columns in order of time, and how many units there are in all."""

    periods: Sequence[str]
    lines: Sequence[GridRow]
    units: int


class _Report(NamedTuple):
    """A report behind a cell."""

    id: int
    unit_id: int
    state: str
    deadline: datetime | None
    correction_deadline: datetime | None
    first_submitted_at: datetime | None
    period: str
    begins: date
    opens_at: datetime | None
    safe_day: date | None
    written_deadline: datetime | None
    stage_name: str
    ladder: str
    unit: str
    unit_name: str
    branch: str

    @property
    def superior_id(self) -> int | None:
        above = self.branch.split("/")[-3:-2]
        return int(above[0]) if above and above[0] else None


class Order(StrEnum):
    """How the units are sorted; the worst come first."""

    STATE = "state"
    NAME = "name"
    CODE = "code"


def grid(
    session: Session,
    conditions: Conditions,
    timeliness: TimelinessAt,
    limit: int | None,
    offset: int = 0,
    order: Order = Order.STATE,
    *,
    is_reversed: bool = False,
) -> Grid:
    """The units of the selection with their cells."""
    tallies = unit_tallies(session, conditions, timeliness.at)
    units = _sorted(session, tallies, order, is_reversed)
    shown = units[offset : None if limit is None else offset + limit]
    lines = {unit: GridRow(unit_id=unit, tally=tallies[unit]) for unit in shown}
    periods: dict[str, date] = {}
    superiors: dict[int, int | None] = {}
    for row in read(session, _Report, _reports(conditions, None if limit is None else shown)):
        line = lines[row.unit_id]
        line.unit, line.unit_name = row.unit, row.unit_name  # the newest version of the name comes last
        periods.setdefault(row.period, row.begins)
        line.cells.setdefault(row.period, []).append(_cell(row, timeliness))
        superiors[row.unit_id] = row.superior_id
    known = names(session, superiors.values(), timeliness.at.astimezone(timeliness.zone).date())
    for unit, superior in superiors.items():
        lines[unit].superior = known.get(superior or 0)
    columns = sorted(periods, key=lambda key: (periods[key], key))
    return Grid(columns, list(lines.values()), len(units))


def _sorted(session: Session, tallies: Mapping[int, Tally], order: Order, is_reversed: bool) -> list[int]:
    """By number overdue, then number late; or by name or code."""
    if order is Order.STATE:
        return sorted(tallies, key=lambda unit: _worst(tallies[unit], unit), reverse=is_reversed)
    known = names(session, tallies)
    if order is Order.CODE:
        return sorted(tallies, key=lambda unit: known[unit].code, reverse=is_reversed)
    return sorted(tallies, key=lambda unit: _by_name(known[unit]), reverse=is_reversed)


def _by_name(unit: UnitName) -> tuple[str, str, str]:
    """As a dictionary does: letters before their marks."""
    return folded(unit.name), unit.name, unit.code


def _worst(tally: Tally, unit: int) -> tuple[int, int, int]:
    return -(tally.overdue + tally.correction_overdue), -tally.late, unit


def _reports(conditions: Conditions, units: Sequence[int] | None) -> Select[_Report]:
    """The reports behind the cells, of the units of a page; None means all of them."""
    query = (
        obligations(_Report)
        .where(*conditions)
        # What a changed plan has replaced is there again with its new date.
        .where(or_(col(Occurrence.replaced_at).is_(None), col(Obligation.state) != Lifecycle.CANCELLED))
        .order_by(col(UnitVersion.valid_from), col(Stage.position), col(Occurrence.revision))
    )
    if units is None:
        return query
    # By the rows' ids, or SQLite would walk through the whole year to find these few units.
    few = select(col(Obligation.id)).where(col(Obligation.unit_id).in_(units))
    return query.where(col(Obligation.id).in_(few))


def _cell(row: _Report, timeliness: TimelinessAt) -> GridCell:
    found, deadline = timeliness.of(row), row.deadline
    days, until, at = 0, deadline, row.first_submitted_at or timeliness.at
    if found is Timeliness.CORRECTION_OVERDUE:
        until, at = row.correction_deadline, timeliness.at
    if until is not None and found in (*PAST_DUE, Timeliness.LATE):
        days = Deadline(until, timeliness.zone).days_late(at)
    return GridCell(
        obligation_id=row.id, stage_name=row.stage_name, timeliness=found, deadline=deadline, days=days
    )


def years_of(session: Session, plan: str, duty: str) -> list[str]:
    """The years in which the duty has periods, or was asked for; newest first. None for one that has only
    `once`."""
    query = joined_occurrences(select(col(Occurrence.period)), Plan)
    query = query.where(col(Plan.slug) == plan, col(Duty.key) == duty).distinct()
    periods = (Period.parse(key) for key in session.scalars(query))
    return sorted({f"{period.year:04}" for period in periods if not period.is_once}, reverse=True)
