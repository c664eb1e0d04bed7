"""Years of which a person has said that their working days are complete.

The government exchanges days by decisions that come singly, some of them days before. That one of them is
known says nothing of the others, so nothing but a person's word makes a year complete.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from models.errors import InvalidInput, NotFound
from models.upkeep import Marker
from reporting.auditing import record

MARK = "days-complete-"
FIRST_YEAR, LAST_YEAR = 1990, 2100


@dataclass(frozen=True, kw_only=True)
class Confirmation:
    """Who has confirmed a year, and when."""

    at: datetime
    actor: str


def confirmation(session: Session, year: int) -> Confirmation | None:
    """Who has confirmed that the year's days are complete; None if nobody has."""
    marker = session.get(Marker, f"{MARK}{year}")
    if marker is None:
        return None
    at, _, actor = marker.value.partition("|")
    return Confirmation(at=datetime.fromisoformat(at), actor=actor)


def confirm_year(session: Session, year: int, now: datetime, actor: str) -> None:
    """Say that all days off and worked of the year are known; again, it is the newest word that stands."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise InvalidInput(f"{year} is no year from {FIRST_YEAR} to {LAST_YEAR}; name another")
    marker = session.get(Marker, f"{MARK}{year}") or Marker(name=f"{MARK}{year}", value="")
    marker.value = f"{now.isoformat()}|{actor}"
    session.add(marker)
    record(session, now, actor, "confirm", "year", year)


def doubt_year(session: Session, year: int, now: datetime, actor: str) -> None:
    """Take the confirmation back. Raises `NotFound` where there is none."""
    marker = session.get(Marker, f"{MARK}{year}")
    if marker is None:
        raise NotFound(f"nobody has confirmed {year}; dondoc days list --year {year} shows what is known")
    session.delete(marker)
    record(session, now, actor, "doubt", "year", year)
