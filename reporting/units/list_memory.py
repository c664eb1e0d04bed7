"""What somebody said that headings of offices' lists mean: kept, so that nobody is asked twice."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session, col, select

from models.unit import ListHeading
from reporting.audit.log import record
from reporting.units.headings import ListColumn


def remembered_headings(session: Session) -> dict[str, str]:
    """Of each heading that was explained, by its key, the column."""
    return dict(session.exec(select(col(ListHeading.heading), col(ListHeading.column))).all())


def remember_headings(session: Session, said: Mapping[str, ListColumn], now: datetime, actor: str) -> None:
    """Keep what headings mean; what was said before of the same ones goes."""
    for heading, column in said.items():
        known = session.exec(select(ListHeading).where(col(ListHeading.heading) == heading)).first()
        if known is not None and known.column == column:
            continue
        before = {} if known is None else {"column": known.column}
        kept = known or ListHeading(heading=heading, column=column)
        kept.column = column.value
        session.add(kept)
        session.flush()
        after = {"heading": heading, "column": column.value}
        record(session, now, actor, "explain", "list-heading", kept.id, before, after)
