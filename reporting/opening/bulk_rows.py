"""Bulk statements of an opening: obligations inserted, refreshed, cancelled or opened again, set by set.

The first rows of a stage go in by `executemany`; where the same units owe the next period, the database
copies them itself, which is many times faster than sending them again. Further recipients are written for
many reports at once; a report without any costs nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CursorResult,
    Select,
    Table,
    bindparam,
    delete,
    func,
    literal,
    update,
)
from sqlalchemy import insert as sa_insert
from sqlalchemy import select as sa_select
from sqlmodel import Session, SQLModel, col

from models.database import chunks
from models.decision import NOT_IN_PLACE, Closing
from models.obligation import Occurrence
from models.vocabulary import Lifecycle
from reporting.audit.log import DONDOC
from reporting.closing_reasons import BACK
from reporting.plans.reporters import Reporter

ROWS: Table = SQLModel.metadata.tables["obligation"]
COPIES: Table = SQLModel.metadata.tables["obligation_copy"]
CLOSINGS: Table = SQLModel.metadata.tables["closing"]
OWN = Reporter._fields[:-1]
"""What a reporter has in the obligation's row; its copies have rows of their own."""
UNIT_COLUMNS = [ROWS.c[name] for name in OWN]


def insert_obligations(
    session: Session,
    plan_id: int,
    occurrence: Occurrence,
    owing: Sequence[Reporter],
    now: datetime,
    attention_at: datetime | None,
    versions: Mapping[int, int],
    is_tracked: bool = True,
) -> int:
    """Insert what is not there yet; the number of new rows. Instants are aware.

    `versions` are those of the rows that these replace, by unit: readers follow a row by its version. What is
    not tracked is closed from the first.
    """
    if not owing:
        return 0
    constants = {
        "occurrence_id": occurrence.id,
        "plan_id": plan_id,
        "state": (Lifecycle.OPEN if is_tracked else Lifecycle.UNTRACKED).value,
        "deadline": occurrence.deadline,
        "original_deadline": occurrence.deadline,
        "deadline_revision": 1,
        "opened_at": now,
        "changed_at": now,
        "closed_at": None if is_tracked else now,
        "attention_at": attention_at if is_tracked and occurrence.deadline is not None else None,
    }
    present = set(session.scalars(sa_select(ROWS.c.unit_id).where(ROWS.c.occurrence_id == occurrence.id)))
    new = [reporter for reporter in owing if reporter.unit_id not in present]
    template = None if present or versions else _template(session, occurrence, owing)
    if template is not None:
        _copy(session, template, constants)
    elif new:
        _insert_new(session, new, constants, versions)
    _insert_copies(session, occurrence, new)
    return len(new)


def _template(session: Session, occurrence: Occurrence, owing: Sequence[Reporter]) -> int | None:
    """An earlier occurrence of the stage that was opened for just these units."""
    earlier = session.scalar(
        sa_select(func.max(Occurrence.id)).where(
            col(Occurrence.stage_id) == occurrence.stage_id, col(Occurrence.id) < occurrence.id
        )
    )
    if earlier is None or len(owing) < 2:
        return None
    rows = session.execute(sa_select(*UNIT_COLUMNS).where(ROWS.c.occurrence_id == earlier))
    return earlier if set(map(tuple, rows)) == {reporter.row for reporter in owing} else None


def _constants(values: Mapping[str, object]) -> dict[str, ColumnElement[object]]:
    return {name: literal(value, ROWS.c[name].type) for name, value in values.items()}


def _copy(session: Session, template: int, constants: Mapping[str, object]) -> None:
    values = _constants({**constants, "row_version": 0})
    source = (
        sa_select(*UNIT_COLUMNS, *(value.label(name) for name, value in values.items()))
        .where(ROWS.c.occurrence_id == template)
        .order_by(ROWS.c.id)
    )
    columns = [*OWN, *values]
    session.execute(sa_insert(ROWS).from_select(columns, source, include_defaults=False))


def _insert_new(
    session: Session, new: Sequence[Reporter], constants: Mapping[str, object], versions: Mapping[int, int]
) -> None:
    own: dict[str, BindParameter[object]] = {name: bindparam(name) for name in (*OWN, "row_version")}
    rows = [
        dict(zip(OWN, each.row, strict=True)) | {"row_version": versions.get(each.unit_id, -1) + 1}
        for each in new
    ]
    session.execute(sa_insert(ROWS).values({**_constants(constants), **own}), rows)


def _insert_copies(session: Session, occurrence: Occurrence, reporters: Sequence[Reporter]) -> None:
    """Those of these reporters' obligations, which have none yet: one statement for many reports that go to
    the same unit."""
    units: dict[tuple[int, int], list[int]] = defaultdict(list)
    for reporter in reporters:
        for position, copy in enumerate(reporter.copies, start=1):
            units[copy, position].append(reporter.unit_id)
    columns = [COPIES.c.obligation_id, COPIES.c.unit_id, COPIES.c.position]
    mine = ROWS.c.occurrence_id == occurrence.id
    for (copy, position), every in units.items():
        for some in chunks(every):
            source = sa_select(ROWS.c.id, literal(copy), literal(position))
            source = source.where(mine, ROWS.c.unit_id.in_(some))
            session.execute(sa_insert(COPIES).from_select(columns, source, include_defaults=False))


def _copies(session: Session, occurrence: Occurrence) -> dict[int, tuple[int, ...]]:
    """By obligation, its further recipients in their order."""
    rows = session.execute(
        sa_select(COPIES.c.obligation_id, COPIES.c.unit_id)
        .join(ROWS, ROWS.c.id == COPIES.c.obligation_id)
        .where(ROWS.c.occurrence_id == occurrence.id)
        .order_by(COPIES.c.position)
    )
    found: dict[int, tuple[int, ...]] = {}
    for id, unit in rows:
        found[id] = (*found.get(id, ()), unit)
    return found


def cancel_units(
    session: Session, occurrence: Occurrence, keep: Collection[int], now: datetime, reason: str = NOT_IN_PLACE
) -> int:
    """Cancel what nobody has begun, of units that do not owe it any more; the number of obligations."""
    rows = session.execute(_open_rows(occurrence, ROWS.c.unit_id))
    gone = [row.id for row in rows if row.unit_id not in keep]
    kind = Lifecycle.CANCELLED.value
    changes = {"state": kind, "closed_at": now, "changed_at": now, "attention_at": now}
    for some in chunks(gone):
        cancel = update(ROWS).where(ROWS.c.id.in_(some))
        session.execute(cancel.values(**changes, row_version=ROWS.c.row_version + 1))
    session.add_all(Closing(obligation_id=id, kind=kind, reason=reason, at=now, actor=DONDOC) for id in gone)
    return len(gone)


def untrack(session: Session, plan_id: int, before: datetime, now: datetime) -> int:
    """Stop tracking what was due before that instant and nobody has filed; the number of obligations."""
    mine = ROWS.c.state == Lifecycle.OPEN.value, ROWS.c.deadline <= before
    return _set_plan(session, plan_id, mine, {"state": Lifecycle.UNTRACKED.value, "closed_at": now}, now)


def track_again(session: Session, plan_id: int, since: datetime, now: datetime) -> int:
    """Track what was not, lies ahead and is due after that instant; the number of obligations."""
    standing = sa_select(col(Occurrence.id)).where(
        col(Occurrence.replaced_at).is_(None), col(Occurrence.id) == ROWS.c.occurrence_id
    )
    ahead = ROWS.c.deadline > max(since, now)
    mine = ROWS.c.state == Lifecycle.UNTRACKED.value, ahead, standing.exists()
    return _set_plan(session, plan_id, mine, {"state": Lifecycle.OPEN.value, "closed_at": None}, now)


def _set_plan(
    session: Session,
    plan_id: int,
    condition: Sequence[ColumnElement[bool]],
    values: Mapping[str, object],
    now: datetime,
) -> int:
    """Give each of these rows of a plan the values; the number of them."""
    change = update(ROWS).where(ROWS.c.plan_id == plan_id, *condition)
    marks = {"changed_at": now, "attention_at": now, "row_version": ROWS.c.row_version + 1}
    result = session.execute(change.values(**values, **marks))
    return result.rowcount if isinstance(result, CursorResult) else 0


def missing_units(session: Session, occurrences: Collection[Occurrence]) -> set[int]:
    """Ids of those of the occurrences of which something is cancelled because its unit was not in place."""
    return {
        id
        for some in chunks(each.id for each in occurrences)
        for id in session.scalars(
            _missing(ROWS.c.occurrence_id).where(ROWS.c.occurrence_id.in_(some)).distinct()
        )
    }


def reopen_units(
    session: Session,
    occurrence: Occurrence,
    owes: Mapping[int, Reporter],
    now: datetime,
    reason: str = NOT_IN_PLACE,
    because: str = BACK,
) -> int:
    """Open again what was cancelled because its unit was not in place, now that it is; the number of them.

    What a person has waived or cancelled stays. Reminders go on where they stopped: the ledger has what was
    sent, and the unit gets one for all that lay between.
    """
    missing = _missing(ROWS.c.id, ROWS.c.unit_id, CLOSINGS.c.id.label("closing"), reason=reason)
    rows = session.execute(missing.where(ROWS.c.occurrence_id == occurrence.id))
    back = [row for row in rows if row.unit_id in owes]
    changes = {"state": Lifecycle.OPEN.value, "closed_at": None, "changed_at": now, "attention_at": now}
    _set_units(session, occurrence, [(row.id, owes[row.unit_id]) for row in back], changes)
    for some in chunks(row.closing for row in back):
        undo = update(CLOSINGS).where(CLOSINGS.c.id.in_(some))
        session.execute(undo.values(undone_at=now, undone_by=DONDOC, undone_because=because))
    return len(back)


def refresh_units(
    session: Session, occurrence: Occurrence, owes: Mapping[int, Reporter], now: datetime
) -> int:
    """Let untouched obligations ahead follow a unit that was renamed or moved; the number of obligations."""
    rows = session.execute(_open_rows(occurrence, *UNIT_COLUMNS))
    copies = _copies(session, occurrence)
    changed = [
        (id, owes[unit_id])
        for id, unit_id, *rest in rows
        if unit_id in owes and not _is_same((unit_id, *rest), copies.get(id, ()), owes[unit_id])
    ]
    _set_units(session, occurrence, changed, {"changed_at": now})
    return len(changed)


def _is_same(row: Sequence[object], copies: tuple[int, ...], reporter: Reporter) -> bool:
    """Whether the row says what it would if it were opened now; one from before `via` was kept says none."""
    *rest, via = row
    return (*rest, bool(via), copies) == reporter


def _open_rows(occurrence: Occurrence, *columns: ColumnElement[object]) -> Select[tuple[int, object]]:
    mine = ROWS.c.occurrence_id == occurrence.id, ROWS.c.state == Lifecycle.OPEN.value
    return sa_select(ROWS.c.id, *columns).where(*mine)


def _missing(*columns: ColumnElement[int], reason: str = NOT_IN_PLACE) -> Select[tuple[int]]:
    """Obligations of which the cancellation that holds is the pass's own, for want of the unit."""
    return (
        sa_select(*columns)
        .join(CLOSINGS, CLOSINGS.c.obligation_id == ROWS.c.id)
        .where(ROWS.c.state == Lifecycle.CANCELLED.value, ROWS.c.closed_at == CLOSINGS.c.at)
        .where(CLOSINGS.c.reason == reason, CLOSINGS.c.actor == DONDOC, CLOSINGS.c.undone_at.is_(None))
    )


def _set_units(
    session: Session,
    occurrence: Occurrence,
    changed: Sequence[tuple[int, Reporter]],
    values: Mapping[str, object],
) -> None:
    """Give each of these rows its own unit, version and recipients, and all of them the values."""
    if not changed:
        return
    own: dict[str, BindParameter[object]] = {name: bindparam(f"new_{name}") for name in OWN}
    session.execute(
        update(ROWS)
        .where(ROWS.c.id == bindparam("row"))
        .values({**own, **values, "row_version": ROWS.c.row_version + 1}),
        [
            {"row": id, **{f"new_{name}": value for name, value in zip(OWN, reporter.row, strict=True)}}
            for id, reporter in changed
        ],
    )
    for some in chunks(id for id, _ in changed):
        session.execute(delete(COPIES).where(COPIES.c.obligation_id.in_(some)))
    _insert_copies(session, occurrence, [reporter for _, reporter in changed])
