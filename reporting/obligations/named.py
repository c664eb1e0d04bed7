"""Obligations joined with their names: the one query behind every list, mail, feed and picture.

A view is a NamedTuple whose fields name columns of `COLUMNS`. `obligations(View)` selects just these and
joins just the tables that they or the conditions read. Fields with a default are for the view to fill in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple, TypeVar, cast

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, SQLModel, col

from models.obligation import Obligation, Occurrence
from models.plan import Duty, Plan, PlanVersion, Stage
from models.unit import Unit, UnitVersion

Table = type[SQLModel]
Column = SQLColumnExpression[object]
View = TypeVar("View", bound=NamedTuple)
Rows = TypeVar("Rows", bound=tuple[object, ...])

Recipient = cast(type[Unit], aliased(Unit, name="recipient_unit"))
"""The unit that a report goes to."""
Monitor = cast(type[Unit], aliased(Unit, name="monitor_unit"))
"""The unit that watches the plan."""
_OF_OCCURRENCE = (
    "stage_id period revision period_start cutoff begins opens_at planned hour rule written bound safe_day "
    "membership_day replaced_at"
)
_BY_TABLE: Mapping[Table, dict[str, Column]] = {
    Obligation: {name: col(getattr(Obligation, name)) for name in Obligation.model_fields},
    Occurrence: {
        **{name: col(getattr(Occurrence, name)) for name in _OF_OCCURRENCE.split()},
        "written_deadline": col(Occurrence.deadline),
    },
    Stage: {"stage": col(Stage.position), "stage_name": col(Stage.name), "duty_id": col(Stage.duty_id)},
    Duty: {
        "duty": col(Duty.key),
        "duty_title": col(Duty.title),
        "duty_type": col(Duty.type),
        "duty_position": col(Duty.position),
        "basis": col(Duty.basis),
        "clause": col(Duty.clause),
    },
    Plan: {
        "plan": col(Plan.slug),
        "plan_number": col(Plan.number),
        "plan_title": col(Plan.title),
        "ladder": col(Plan.ladder),
        "ad_hoc": col(Plan.ad_hoc),
    },
    Unit: {"unit": col(Unit.code)},
    UnitVersion: {"unit_name": col(UnitVersion.name), "level": col(UnitVersion.level)},
    Recipient: {"recipient": col(Recipient.code)},
    Monitor: {"monitor_id": col(Monitor.id)},
}
COLUMNS = {name: column for columns in _BY_TABLE.values() for name, column in columns.items()}
"""What a view's field means. `unit_name` and `level` are as they were when the obligation was opened;
`written_deadline` and `safe_day` are the plan's own, before any extension."""
_TABLE_OF = {name: table for table, columns in _BY_TABLE.items() for name in columns}


class _Join(NamedTuple):
    after: Table
    on: ColumnElement[bool]
    is_outer: bool = False


_FROM_OBLIGATION: Mapping[Table, _Join] = {
    Occurrence: _Join(Obligation, col(Occurrence.id) == col(Obligation.occurrence_id)),
    Stage: _Join(Occurrence, col(Stage.id) == col(Occurrence.stage_id)),
    Duty: _Join(Stage, col(Duty.id) == col(Stage.duty_id)),
    Plan: _Join(Obligation, col(Plan.id) == col(Obligation.plan_id)),
    PlanVersion: _Join(Occurrence, col(PlanVersion.id) == col(Occurrence.plan_version_id)),
    Unit: _Join(Obligation, col(Unit.id) == col(Obligation.unit_id)),
    UnitVersion: _Join(Obligation, col(UnitVersion.id) == col(Obligation.unit_version_id)),
    Recipient: _Join(Obligation, col(Recipient.id) == col(Obligation.recipient_id), is_outer=True),
    Monitor: _Join(Plan, col(Monitor.code) == col(Plan.monitor), is_outer=True),
}
"""After which table each is joined, and how; in an order in which that can be done."""
_FROM_OCCURRENCE: Mapping[Table, _Join] = {
    Stage: _FROM_OBLIGATION[Stage],
    Duty: _FROM_OBLIGATION[Duty],
    Plan: _Join(Duty, col(Plan.id) == col(Duty.plan_id)),
    Monitor: _FROM_OBLIGATION[Monitor],
}


def obligations(view: type[View], *tables: Table, **more: Column) -> Select[View]:
    """A query over obligations for the fields of `view`, to be narrowed and then given to `read`.

    `tables` are further ones that conditions read; `more` are columns that are the view's own.
    """
    query = joined(_columns(view, more), *_tables(view, more), *tables)
    return cast(Select[View], query)


def occurrences(view: type[View], *tables: Table, **more: Column) -> Select[View]:
    """The same over occurrences: what all obligations of a stage in a period have in common."""
    query = joined_occurrences(_columns(view, more), *_tables(view, more), *tables)
    return cast(Select[View], query)


def joined(query: Select[Rows], *tables: Table) -> Select[Rows]:
    """Any query over obligations, with these tables joined and those on the way to them."""
    return _joined(query, Obligation, _FROM_OBLIGATION, tables)


def joined_occurrences(query: Select[Rows], *tables: Table) -> Select[Rows]:
    """Any query over occurrences, with these tables joined and those on the way to them."""
    return _joined(query, Occurrence, _FROM_OCCURRENCE, tables)


def read(session: Session, view: type[View], query: Select[View]) -> list[View]:
    """The rows of a query for the view."""
    defaults = tuple(view._field_defaults.values())
    return [view._make((*row, *defaults)) for row in session.execute(query)]


def _columns(view: type[View], more: dict[str, Column]) -> Select[tuple[object, ...]]:
    known = COLUMNS | more
    return select(*(known[name].label(name) for name in _selected(view)))


def _tables(view: type[View], more: dict[str, Column]) -> Iterable[Table]:
    return {_TABLE_OF[name] for name in _selected(view) if name not in more}


def _selected(view: type[View]) -> list[str]:
    return [name for name in view._fields if name not in view._field_defaults]


def _joined(
    query: Select[Rows], root: Table, joins: Mapping[Table, _Join], tables: Iterable[Table]
) -> Select[Rows]:
    wanted: set[Table] = set()
    waiting = list(tables)
    while waiting:
        table = waiting.pop()
        if table is not root and table not in wanted:
            wanted.add(table)
            waiting.append(joins[table].after)
    query = query.select_from(root)
    for table, join in joins.items():
        if table in wanted:
            query = query.join(table, join.on, isouter=join.is_outer)
    return query
