"""Obligations a page at a time, by id: what a program reads without losing or doubling any meanwhile.

How an obligation stands is computed and not stored, so a page looks through a bounded number of rows and may
come back with fewer than were asked for; the next one begins where it stopped.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, select
from sqlmodel import Session, col

from models.obligation import Obligation
from models.vocabulary import Timeliness
from reporting.due import Owed, owed
from reporting.due_soon import DueSoonFrom
from reporting.selection import Selection

MOST_LOOKS = 4
"""Pages of rows looked through for one page of those that stand as wished."""


@dataclass(frozen=True, kw_only=True)
class Among(Selection):
    """A selection within further conditions, such as what somebody may see."""

    further: tuple[ColumnElement[bool], ...] = ()

    def conditions(self, session: Session) -> list[ColumnElement[bool]]:
        return [*super().conditions(session), *self.further]


def next_page(
    session: Session,
    wish: Among,
    after: int,
    limit: int,
    at: datetime,
    zone: ZoneInfo,
    due_soon_from: DueSoonFrom,
    timely: Collection[Timeliness] | None = None,
) -> tuple[list[Owed], int | None]:
    """At most `limit` obligations with ids beyond `after`, and where to go on; None at the end."""
    found: list[Owed] = []
    conditions = wish.conditions(session)
    for _ in range(MOST_LOOKS if timely else 1):
        query = select(col(Obligation.id)).where(*conditions, col(Obligation.id) > after)
        ids = [id or 0 for id in session.scalars(query.order_by(col(Obligation.id)).limit(limit))]
        if not ids:
            return found, None
        these = Among(further=(col(Obligation.id).in_(ids),))
        rows = sorted(owed(session, these, at, zone, due_soon_from, timely), key=lambda row: row.id)
        room = limit - len(found)
        found += rows[:room]
        if len(rows) > room:
            return found, found[-1].id
        after = ids[-1] or 0
        if len(ids) < limit:
            return found, None
        if len(found) == limit:
            break
    return found, after
