"""The rows of an opening, written in bulk: inserted, refreshed, cancelled or opened again, never one by one.

The first rows of a stage go in by `executemany`; where the same units owe the next period, the database
copies them itself, which is many times faster than sending them again.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, Table, bindparam, func, literal, update
from sqlalchemy import insert as sa_insert
from sqlalchemy import select as sa_select
from sqlmodel import Session, SQLModel, col

from models.decision import NOT_IN_PLACE, Closing
from models.obligation import Occurrence
from models.plan_file import DutyFile, PlanFile
from models.plan_stage import StageFile
from models.vocabulary import Lifecycle
from reporting.audit.log import DONDOC
from reporting.plans.reporters import owes_only_itself, select_recipients, select_reporters
from reporting.units.hierarchy import Hierarchy, UnitAsOf


@dataclass(frozen=True, slots=True)
class Reporter:
    """One unit that owes a stage's report; all are ids of the units table but `branch`, the path of ids."""

    unit_id: int
    unit_version_id: int
    branch: str
    recipient_id: int | None
    gatherer_id: int | None


def reporters_of(plan: PlanFile, duty: DutyFile, units: Hierarchy) -> list[list[Reporter]]:
    """The reporters of each stage of the duty's chain, from the bottom up, in order of their codes."""
    chosen = [
        [unit for unit in select_reporters(plan, stage, units) if not owes_only_itself(stage, unit)]
        for stage in duty.chain
    ]
    found = []
    for number, stage in enumerate(duty.chain):
        above = {unit.id for unit in chosen[number + 1]} if number + 1 < len(chosen) else set()
        found.append([_reporter(unit, stage, above, units) for unit in chosen[number]])
    return found


def _reporter(unit: UnitAsOf, stage: StageFile, above: Collection[int], units: Hierarchy) -> Reporter:
    recipients = [recipient.id for recipient in select_recipients(stage, unit, units)]
    superior = units.superior(unit)
    if not recipients and superior is not None:
        recipients = [superior.id]  # whom the plan names has ended without a successor
    return Reporter(
        unit_id=unit.id,
        unit_version_id=unit.version_id,
        branch=units.path(unit),
        recipient_id=recipients[0] if recipients else None,
        gatherer_id=_gatherer(unit, stage, recipients, above, units),
    )


def _gatherer(
    unit: UnitAsOf, stage: StageFile, recipients: Sequence[int], above: Collection[int], units: Hierarchy
) -> int | None:
    via = units.standing_for(stage.via, unit) if stage.via else None
    candidates = [via.id] if via is not None else []
    candidates += [*recipients, *(superior.id for superior in units.ancestors(unit))]
    for candidate in candidates:
        if candidate in above and candidate != unit.id:
            return candidate
    only = next(iter(above)) if len(above) == 1 else None
    return only if only != unit.id else None


ROWS: Table = SQLModel.metadata.tables["obligation"]
CLOSINGS: Table = SQLModel.metadata.tables["closing"]
MOST_IDS = 900
UNIT_COLUMNS = ("unit_id", "unit_version_id", "branch", "recipient_id", "gatherer_id")
BACK = "the unit is in place on the day of this report after all"


def insert_obligations(
    session: Session,
    plan_id: int,
    occurrence: Occurrence,
    owing: Sequence[Reporter],
    now: datetime,
    attention_at: datetime | None,
    versions: Mapping[int, int],
) -> int:
    """Insert what is not there yet; gives how many rows are new. Instants are aware.

    `versions` are those of the rows that these replace, by unit: readers follow a row by its version.
    """
    constants = {
        "occurrence_id": occurrence.id,
        "plan_id": plan_id,
        "state": Lifecycle.OPEN.value,
        "deadline": occurrence.deadline,
        "original_deadline": occurrence.deadline,
        "deadline_revision": 1,
        "opened_at": now,
        "changed_at": now,
        "attention_at": attention_at if occurrence.deadline is not None else None,
    }
    present = set(
        session.execute(sa_select(ROWS.c.unit_id).where(ROWS.c.occurrence_id == occurrence.id)).scalars()
    )
    new = [reporter for reporter in owing if reporter.unit_id not in present]
    template = None if present or versions else _template(session, occurrence, owing)
    if template is not None:
        _copy(session, template, constants)
    elif new:
        _insert_new(session, new, constants, versions)
    return len(new)


def _template(session: Session, occurrence: Occurrence, owing: Sequence[Reporter]) -> int | None:
    """An earlier occurrence of the stage that was opened for just these units."""
    earlier = session.execute(
        sa_select(func.max(Occurrence.id)).where(
            col(Occurrence.stage_id) == occurrence.stage_id, col(Occurrence.id) < occurrence.id
        )
    ).scalar()
    if earlier is None or len(owing) < 2:
        return None
    rows = session.execute(
        sa_select(*(ROWS.c[name] for name in UNIT_COLUMNS)).where(ROWS.c.occurrence_id == earlier)
    )
    wanted = {(r.unit_id, r.unit_version_id, r.branch, r.recipient_id, r.gatherer_id) for r in owing}
    return int(earlier) if {tuple(row) for row in rows} == wanted else None


def _copy(session: Session, template: int, constants: Mapping[str, Any]) -> None:
    constants = {**constants, "row_version": 0}
    values = [literal(value, ROWS.c[name].type).label(name) for name, value in constants.items()]
    source = (
        sa_select(*(ROWS.c[name] for name in UNIT_COLUMNS), *values)
        .where(ROWS.c.occurrence_id == template)
        .order_by(ROWS.c.id)
    )
    session.execute(sa_insert(ROWS).from_select([*UNIT_COLUMNS, *constants], source, include_defaults=False))


def _insert_new(
    session: Session, new: Sequence[Reporter], constants: Mapping[str, Any], versions: Mapping[int, int]
) -> None:
    statement = sa_insert(ROWS).values(
        {name: literal(value, ROWS.c[name].type) for name, value in constants.items()}
        | {name: bindparam(name) for name in (*UNIT_COLUMNS, "row_version")}
    )
    rows = [
        {name: getattr(reporter, name) for name in UNIT_COLUMNS}
        | {"row_version": versions.get(reporter.unit_id, -1) + 1}
        for reporter in new
    ]
    session.execute(statement, rows)


def cancel_units(
    session: Session, occurrence: Occurrence, keep: Collection[int], now: datetime, reason: str = NOT_IN_PLACE
) -> int:
    """Cancel what nobody has begun, of units that do not owe it any more; gives how many."""
    rows = session.execute(
        sa_select(ROWS.c.id, ROWS.c.unit_id).where(
            ROWS.c.occurrence_id == occurrence.id, ROWS.c.state == Lifecycle.OPEN.value
        )
    )
    gone = [row.id for row in rows if row.unit_id not in keep]
    if not gone:
        return 0
    session.execute(
        update(ROWS)
        .where(ROWS.c.id == bindparam("row"))
        .values(
            state=Lifecycle.CANCELLED.value,
            closed_at=now,
            changed_at=now,
            attention_at=now,
            row_version=ROWS.c.row_version + 1,
        ),
        [{"row": id} for id in gone],
    )
    kind = Lifecycle.CANCELLED.value
    session.add_all(Closing(obligation_id=id, kind=kind, reason=reason, at=now, actor=DONDOC) for id in gone)
    return len(gone)


def missing_units(session: Session, occurrences: Collection[Occurrence]) -> set[int]:
    """Ids of those of the occurrences of which something is cancelled because its unit was not in place."""
    ids = [each.id for each in occurrences]
    found: set[int] = set()
    for start in range(0, len(ids), MOST_IDS):
        some = ROWS.c.occurrence_id.in_(ids[start : start + MOST_IDS])
        found.update(session.execute(_missing(ROWS.c.occurrence_id).where(some).distinct()).scalars())
    return found


def reopen_units(
    session: Session, occurrence: Occurrence, owes: Mapping[int, Reporter], now: datetime
) -> int:
    """Open again what was cancelled because its unit was not in place, now that it is; gives how many.

    What a person has waived or cancelled stays. Reminders go on where they stopped: the ledger knows what
    was told, and of what lay between the unit is told once.
    """
    missing = _missing(ROWS.c.id, ROWS.c.unit_id, CLOSINGS.c.id.label("closing"))
    rows = session.execute(missing.where(ROWS.c.occurrence_id == occurrence.id))
    back = [row for row in rows if row.unit_id in owes]
    if not back:
        return 0
    session.execute(
        update(ROWS)
        .where(ROWS.c.id == bindparam("row"))
        .values({name: bindparam(f"new_{name}") for name in UNIT_COLUMNS})
        .values(
            state=Lifecycle.OPEN.value,
            closed_at=None,
            changed_at=now,
            attention_at=now,
            row_version=ROWS.c.row_version + 1,
        ),
        [
            {"row": row.id, **{f"new_{name}": getattr(owes[row.unit_id], name) for name in UNIT_COLUMNS}}
            for row in back
        ],
    )
    session.execute(
        update(CLOSINGS)
        .where(CLOSINGS.c.id == bindparam("row"))
        .values(undone_at=now, undone_by=DONDOC, undone_because=BACK),
        [{"row": row.closing} for row in back],
    )
    return len(back)


def _missing(*columns: Any) -> Select[Any]:
    """Obligations of which the cancellation that holds is the pass's own, for want of the unit."""
    return (
        sa_select(*columns)
        .join(CLOSINGS, CLOSINGS.c.obligation_id == ROWS.c.id)
        .where(ROWS.c.state == Lifecycle.CANCELLED.value, ROWS.c.closed_at == CLOSINGS.c.at)
        .where(CLOSINGS.c.reason == NOT_IN_PLACE, CLOSINGS.c.actor == DONDOC, CLOSINGS.c.undone_at.is_(None))
    )


def refresh_units(
    session: Session, occurrence: Occurrence, owes: Mapping[int, Reporter], now: datetime
) -> int:
    """Let untouched obligations that lie ahead follow a unit that was renamed or moved; gives how many."""
    rows = session.execute(
        sa_select(ROWS.c.id, *(ROWS.c[name] for name in UNIT_COLUMNS)).where(
            ROWS.c.occurrence_id == occurrence.id, ROWS.c.state == Lifecycle.OPEN.value
        )
    )
    changed = [
        {"row": row.id, **{f"new_{name}": getattr(owes[row.unit_id], name) for name in UNIT_COLUMNS}}
        for row in rows
        if row.unit_id in owes
        and any(getattr(owes[row.unit_id], name) != getattr(row, name) for name in UNIT_COLUMNS)
    ]
    if changed:
        statement = (
            update(ROWS)
            .where(ROWS.c.id == bindparam("row"))
            .values({name: bindparam(f"new_{name}") for name in UNIT_COLUMNS})
            .values(changed_at=now, row_version=ROWS.c.row_version + 1)
        )
        session.execute(statement, changed)
    return len(changed)
