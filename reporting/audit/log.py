"""Writing the audit: every operation says who changed what, when, from what to what."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import insert
from sqlmodel import Session, col, select

from models.audit import AuditEntry
from models.name_search import holds
from models.tables import metadata

DONDOC = "dondoc"
"""Who acts where no person does: the tick, following a change of plans or units."""
NEW_ENTRY = insert(metadata.tables["audit_entry"])
"""An entry is written and never changed, so the session need not keep it in mind."""


def record(
    session: Session,
    now: datetime,
    actor: str,
    action: str,
    subject: str,
    subject_id: int,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Add one entry to the audit, in the transaction of the change itself."""
    entry = {
        "at": now,
        "actor": actor,
        "action": action,
        "subject": subject,
        "subject_id": subject_id,
        "before": _json(before or {}),
        "after": _json(after or {}),
    }
    session.connection().execute(NEW_ENTRY, entry)


def _json(values: Mapping[str, Any]) -> str:
    return json.dumps(
        {key: _plain(value) for key, value in values.items()}, ensure_ascii=False, sort_keys=True
    )


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, StrEnum):
        return value.value
    return value if isinstance(value, int | float | bool | list | dict | type(None)) else str(value)


@dataclass(frozen=True, kw_only=True)
class Sought:
    """Which entries: of a kind of row, one row, who, what, from when until before when."""

    subject: str = ""
    subject_id: int | None = None
    actor: str = ""
    action: str = ""
    since: datetime | None = None
    until: datetime | None = None


def audit_page(session: Session, sought: Sought, page: int, size: int) -> tuple[list[AuditEntry], bool]:
    """A page of entries, newest first, and whether there are more; `actor` may be part of a name."""
    query = select(AuditEntry).order_by(col(AuditEntry.id).desc())
    if sought.subject:
        query = query.where(AuditEntry.subject == sought.subject)
    if sought.subject_id is not None:
        query = query.where(AuditEntry.subject_id == sought.subject_id)
    if sought.actor:
        query = query.where(holds(col(AuditEntry.actor), sought.actor))
    if sought.action:
        query = query.where(AuditEntry.action == sought.action)
    if sought.since is not None:
        query = query.where(col(AuditEntry.at) >= sought.since)
    if sought.until is not None:
        query = query.where(col(AuditEntry.at) < sought.until)
    found = session.exec(query.offset((page - 1) * size).limit(size + 1)).all()
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
    query = select(AuditEntry)
    if subject is not None:
        query = query.where(AuditEntry.subject == subject)
    if subject_id is not None:
        query = query.where(AuditEntry.subject_id == subject_id)
    if actor is not None:
        query = query.where(holds(col(AuditEntry.actor), actor))
    if since is not None:
        query = query.where(col(AuditEntry.at) >= since)
    newest = session.exec(query.order_by(col(AuditEntry.id).desc()).limit(limit)).all()
    return list(reversed(newest))
