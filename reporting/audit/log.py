"""Writing the audit: every operation says who changed what, when, from what to what."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, and_, insert, or_
from sqlalchemy import select as sa_select
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from models.obligation import Obligation
from models.text import holds
from models.unit import Contact
from models.upkeep import AuditEntry
from reporting.unit_names import units_called

DONDOC = "dondoc"
"""Who acts where no person does: the tick, following a change of plans or units."""


Changed = tuple[int, Mapping[str, object], Mapping[str, object]]
"""Whose it is, what was before and what is after."""


def record(
    session: Session,
    now: datetime,
    actor: str,
    action: str,
    subject: str,
    subject_id: int,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> None:
    """Add one entry to the audit, in the transaction of the change itself."""
    record_all(session, now, actor, action, subject, [(subject_id, before or {}, after or {})])


def record_all(
    session: Session, now: datetime, actor: str, action: str, subject: str, changes: Iterable[Changed]
) -> None:
    """Add an entry for each of many changes of one kind, in one statement."""
    entries = [
        {
            "at": now,
            "actor": actor,
            "action": action,
            "subject": subject,
            "subject_id": subject_id,
            "before": _json(before),
            "after": _json(after),
        }
        for subject_id, before, after in changes
    ]
    if entries:
        session.connection().execute(insert(AuditEntry), entries)


def _json(values: Mapping[str, object]) -> str:
    return json.dumps(
        {key: _plain(value) for key, value in values.items()}, ensure_ascii=False, sort_keys=True
    )


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, StrEnum):
        return value.value
    return value if isinstance(value, int | float | bool | list | dict | type(None)) else str(value)


@dataclass(frozen=True, kw_only=True)
class AuditFilter:
    """Filter of audit entries; None is any. `actor` may be part of a name, `unit` of a name that the unit
    has or had: entries about it, its contacts and its reports. `until` is exclusive."""

    subject: str | None = None
    subject_id: int | None = None
    actor: str | None = None
    action: str | None = None
    unit: str | None = None
    since: datetime | None = None
    until: datetime | None = None


def audit_page(session: Session, sought: AuditFilter, page: int, size: int) -> tuple[list[AuditEntry], bool]:
    """A page of entries, newest first, and whether there are more."""
    found = session.exec(_newest_first(sought).offset((page - 1) * size).limit(size + 1)).all()
    return list(found[:size]), len(found) > size


def entries(
    session: Session,
    subject: str | None = None,
    subject_id: int | None = None,
    actor: str | None = None,
    since: datetime | None = None,
    limit: int = 200,
) -> list[AuditEntry]:
    """The newest entries that match, newest last; `actor` may be part of a name."""
    sought = AuditFilter(subject=subject, subject_id=subject_id, actor=actor, since=since)
    return list(reversed(session.exec(_newest_first(sought).limit(limit)).all()))


def _newest_first(sought: AuditFilter) -> SelectOfScalar[AuditEntry]:
    query = select(AuditEntry).order_by(col(AuditEntry.id).desc())
    if sought.subject is not None:
        query = query.where(AuditEntry.subject == sought.subject)
    if sought.subject_id is not None:
        query = query.where(AuditEntry.subject_id == sought.subject_id)
    if sought.actor is not None:
        query = query.where(holds(col(AuditEntry.actor), sought.actor))
    if sought.action is not None:
        query = query.where(AuditEntry.action == sought.action)
    if sought.unit is not None:
        query = query.where(_about_units(units_called(sought.unit)))
    if sought.since is not None:
        query = query.where(col(AuditEntry.at) >= sought.since)
    if sought.until is not None:
        query = query.where(col(AuditEntry.at) < sought.until)
    return query


def _about_units(units: Select[tuple[int]]) -> ColumnElement[bool]:
    """Whether an entry is about one of these units, about a contact or a report of one."""
    of_unit = {
        "unit": units,
        "contact": sa_select(col(Contact.id)).where(col(Contact.unit_id).in_(units)),
        "obligation": sa_select(col(Obligation.id)).where(col(Obligation.unit_id).in_(units)),
    }
    return or_(
        *(
            and_(col(AuditEntry.subject) == subject, col(AuditEntry.subject_id).in_(ids))
            for subject, ids in of_unit.items()
        )
    )
