"""What dondoc remembers of itself: heartbeats, a mail server's outage, special days, markers."""

from __future__ import annotations

from datetime import date, datetime

from sqlmodel import Field, Session, SQLModel

from models.columns import instant_field

TICK, SENDER = "tick", "sender"
"""The names under which the two passes leave their heartbeats."""


TICK = "tick"


def beat(session: Session, name: str, now: datetime, detail: str = "") -> None:
    """Note that a part of the program ran; the mark never runs back."""
    heartbeat = session.get(Heartbeat, name) or Heartbeat(name=name, at=now)
    heartbeat.at = max(heartbeat.at, now)
    heartbeat.detail = detail
    session.add(heartbeat)


class Heartbeat(SQLModel, table=True):
    """When a part of the program last ran."""

    name: str = Field(primary_key=True)
    at: datetime = instant_field()
    detail: str = ""


class Outage(SQLModel, table=True):
    """A mail server that did not serve, until it does again: the sender leaves it alone until `retry_at`."""

    server: str = Field(primary_key=True, description="host:port")
    since: datetime = instant_field()
    failures: int = Field(description="passes that it stopped, one after the other")
    retry_at: datetime = instant_field()
    said: str = ""


class SpecialDay(SQLModel, table=True):
    """A day off, or a day worked in exchange, that the government announced later."""

    __tablename__ = "special_day"

    day: date = Field(primary_key=True)
    worked: bool
    name: str


class Marker(SQLModel, table=True):
    """A named value: the revision of the units, this installation's id."""

    name: str = Field(primary_key=True)
    value: str
