"""How fast mails may go, over all sender processes, and how long a mail server in trouble is left alone.

Turns are reserved in the database in the transaction that claims the mails, so two senders share one rate.
The spread of waits comes from the row, not from chance: the same pass gives the same instants.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zlib import crc32

from sqlmodel import Session, delete, select

from models.upkeep import Marker, Outage

TURN = "next-mail-turn"
FIRST_REST, LONGEST_REST = timedelta(minutes=1), timedelta(minutes=15)
EVERY = timedelta(minutes=1)


def spread(key: str) -> float:
    """From 0.8 to 1.2, always the same for the same key, so that not all come back at once."""
    return 0.8 + 0.4 * (crc32(key.encode()) / 2**32)


def backed_off(first: timedelta, times: int, longest: timedelta, key: str) -> timedelta:
    """`first`, doubled each time up to `longest`, spread by a fifth; `times` begins with 1."""
    doubled = first * (1 << min(max(times - 1, 0), 20))
    return min(doubled, longest) * spread(f"{key}{times}")


@dataclass(frozen=True)
class Turns:
    """`number` turns from `first` on, one every `apart`. No limit: as many as wanted, all at once."""

    first: datetime
    apart: timedelta
    number: int

    def until(self, index: int, now: datetime) -> float:
        """Seconds from `now` to the turn with this index, not below 0."""
        return max((self.first + index * self.apart - now).total_seconds(), 0.0)


def reserve(session: Session, per_minute: int, wanted: int, now: datetime, until: datetime) -> Turns:
    """As many of the wanted turns as begin before `until`, for this sender. `per_minute` 0: no limit."""
    if not per_minute:
        return Turns(now, timedelta(0), wanted)
    apart = EVERY / per_minute
    marker = _marker(session, now)
    first = max(now, datetime.fromisoformat(marker.value))
    number = min(wanted, max(-int((first - until) // apart), 0)) if first < until else 0
    marker.value = (first + number * apart).isoformat()
    return Turns(first, apart, number)


def _marker(session: Session, now: datetime) -> Marker:
    """The row is locked until the claim is committed. A turn far ahead is a clock's that went back since."""
    marker = session.exec(select(Marker).where(Marker.name == TURN).with_for_update()).one_or_none()
    if marker is None:
        marker = Marker(name=TURN, value=now.isoformat())
        session.add(marker)
        session.flush()
    if datetime.fromisoformat(marker.value) > now + timedelta(days=1):
        marker.value = now.isoformat()
    return marker


def rest(session: Session, server: str, now: datetime) -> Outage | None:
    """The server's outage, if there is one; it is to be left alone before its `retry_at`."""
    outage = session.get(Outage, server)
    if outage is not None and outage.since > now:
        session.delete(outage)  # the clock went back; what it says of time means nothing
        return None
    return outage


def note_outage(session: Session, server: str, said: str, now: datetime) -> None:
    """Once more it did not serve: leave it alone for a while, longer each time."""
    outage = session.get(Outage, server) or Outage(server=server, since=now, failures=0, retry_at=now)
    outage.failures += 1
    outage.said = said
    outage.retry_at = now + backed_off(FIRST_REST, outage.failures, LONGEST_REST, server)
    session.add(outage)


def note_service(session: Session) -> None:
    """The server in use serves (again); what another one did before the settings changed matters no more."""
    session.execute(delete(Outage))
