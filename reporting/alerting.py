"""Alerts to the administrator: lines of the same ledger that are about no obligation.

The same alert is raised once a day, however many passes see its cause.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from calendars.zone import local_date
from models.settings import Settings
from models.tables import metadata
from models.vocabulary import Audience, NoticeKind, NoticeState
from reporting.health import HealthFinding
from reporting.health_words import finding_remedy, finding_words
from reporting.ledger import ALERT


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


def raise_findings(
    session: Session, settings: Settings, found: Iterable[HealthFinding], now: datetime
) -> list[HealthFinding]:
    """Queue an alert for each serious finding; gives those that are new today."""
    today = local_date(now, settings.zone)
    serious = [each for each in found if each.is_serious]
    return [
        each
        for each in serious
        if raise_alert(session, settings, f"watch {each.key}", _said(each, settings), now, today)
    ]


def _said(finding: HealthFinding, settings: Settings) -> str:
    words = finding_words(finding, settings.language, settings.zone)
    return f"{words} ({finding_remedy(finding, settings.language)})"
