"""What dondoc records about its own work: audit log, heartbeats, outages, days off, markers, witnesses."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index, case
from sqlmodel import Field, Session, SQLModel, col

from models.columns import id_field, insert_into, instant_field

TICK, SENDER = "tick", "sender"
"""Names of the heartbeats of the two passes."""


def beat(session: Session, name: str, now: datetime, detail: str = "") -> None:
    """Record the heartbeat of a pass; its instant never moves back, also where two passes run at once."""
    row = insert_into(session, "heartbeat").values(name=name, at=now, detail=detail)
    latest = case((col(Heartbeat.at) > row.excluded.at, col(Heartbeat.at)), else_=row.excluded.at)
    change = {"at": latest, "detail": row.excluded.detail}
    session.execute(row.on_conflict_do_update(index_elements=["name"], set_=change))


class AuditEntry(SQLModel, table=True):
    """One change: who, when, from what to what. `before` and `after` are JSON objects with the changed fields
    only. Rows are added and never changed, unless a person's data are deleted (`reporting/erasure`)."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_subject", "subject", "subject_id"),)

    id: int = id_field()
    at: datetime = instant_field(index=True)
    actor: str
    action: str
    subject: str = Field(description="what kind of row: obligation, occurrence, plan, unit, contact, …")
    subject_id: int
    before: str = "{}"
    after: str = "{}"


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


class Witness(SQLModel, table=True):
    """A place outside the database that knows how far the passes have come: an installation's mark file."""

    id: str = Field(primary_key=True)
    name: str = Field(description="machine and file, for people")
    commits: int = Field(default=0, description="of passes, that it has seen")
    at: datetime = instant_field(description="the newest of those passes; before the first, when it came")
    epoch: str = Field(description="the life of the database server in which it last found nothing missing")
    admitted: bool = Field(default=False, description="whether its sender may send")
