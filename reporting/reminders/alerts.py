"""Alerts to the administrator: lines of the same ledger that are about no obligation.

The same alert is raised once a day, however many passes see its cause.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from models.database import metadata
from models.settings import Settings
from models.vocabulary import Audience, NoticeKind, NoticeState
from reporting.reminders.ledger import ALERT


def raise_alert(
    session: Session, settings: Settings, name: str, words: str, now: datetime, today: date
) -> bool:
    """Queue the alert `name` with what it says; gives whether it is new today. Needs DONDOC_ADMIN_ADDRESS."""
    if settings.admin_address is None:
        return False
    row = {
        "obligation_id": None,
        "deadline_revision": 0,
        "rung": f"{ALERT}-{name}",
        "repeat": today.toordinal(),
        "recipient": settings.admin_address.strip().lower(),
        "kind": NoticeKind.ALERT.value,
        "audience": Audience.ADMINISTRATOR.value,
        "moment": now,
        "planned_at": now,
        "immediate": True,
        "state": NoticeState.QUEUED.value,
        "reason": "",
        "words": words,
        "attempts": 0,
    }
    connection = session.connection()
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    table = metadata.tables["notice"]
    # Not the count of rows: PostgreSQL's driver gives none for an insertion that returns its keys.
    new = insert(table).values(row).on_conflict_do_nothing().returning(table.c.id)
    return connection.execute(new).first() is not None
