"""Rate limits that several web processes share: so many attempts in a window, by what and from where."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256

from fastapi import Request
from sqlmodel import Session, col, delete

from models.account import Attempts
from models.database import writing
from models.errors import DondocError
from web.edge import Edge


class TooMany(DondocError):
    """Too many attempts; wait until the window has passed."""


def count_attempt(edge: Edge, what: str, source: str, most: int, window: timedelta, now: datetime) -> None:
    """Count one attempt. Raises `TooMany` beyond `most` in the window."""
    # The source is hashed: who tried what is nobody's business, only how often.
    key = f"{what}:{sha256(source.encode('utf-8', 'replace')).hexdigest()[:32]}"
    with writing(edge.engine) as session:
        number = _counted(session, key, now, window)
    if number > most:
        raise TooMany("too many attempts; wait a few minutes and try again")


def _counted(session: Session, key: str, now: datetime, window: timedelta) -> int:
    row = session.get(Attempts, key, with_for_update=True)
    if row is None or now - row.window_start >= window or now < row.window_start:
        row = row or Attempts(key=key, window_start=now)
        row.window_start, row.count = now, 0
    row.count += 1
    session.add(row)
    return row.count


def forget_attempts(session: Session, before: datetime) -> None:
    """Drop the windows that have passed."""
    session.execute(delete(Attempts).where(col(Attempts.window_start) < before))


def source(request: Request) -> str:
    """Where a request comes from."""
    return request.client.host if request.client else "unknown"
