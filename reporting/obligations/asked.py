"""Who asked for a report, or what has happened: read for many reports by the keys of their periods."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import select as sa_select
from sqlmodel import Session, col, select

from calendars.periods import Frequency, Period, numbers_asked
from models.asking import Happening, ReportRequest
from models.database import chunks, rows_of
from models.mail_address import actor_address, actor_name
from models.plan import Plan
from reporting.unit_names import UnitName, names

Row = TypeVar("Row", ReportRequest, Happening)


class AskedBy(NamedTuple):
    """A request, or an event by its id in the plan file (`event`): who asked or said so, for which unit, and
    when; `happened_at` is the event's instant."""

    id: int
    title: str
    number: str
    note: str
    person: str
    unit: str
    unit_name: str
    at: datetime
    event: str = ""
    happened_at: datetime | None = None
    address: str = ""
    """To whom answers go; empty where none is kept."""
    issuer: str = ""
    """Of the plan, for one that was asked by nobody who is known."""

    @property
    def asked_by(self) -> str:
        """The unit, or the person where it is none, or else the authority whose plan it is."""
        return self.unit_name or self.person or self.issuer

    def request_json(self) -> dict[str, object] | None:
        """For scripts; None of an event."""
        if self.event:
            return None
        return {
            "id": self.id,
            "number": self.number,
            "title": self.title,
            "asked_by": self.asked_by,
            "asked_at": self.at.isoformat(),
            "note": self.note,
        }

    def event_json(self) -> dict[str, object] | None:
        """For scripts; None of a request."""
        if self.happened_at is None:
            return None
        return {
            "id": self.event,
            "title": self.title,
            "instant": self.happened_at.isoformat(),
            "number": self.id,
            "said_by": self.asked_by,
            "said_at": self.at.isoformat(),
        }


Known = Mapping[str, AskedBy]
"""By the key of a period."""


def read_asked(session: Session, keys: Iterable[str], zone: ZoneInfo) -> dict[str, AskedBy]:
    """Who asked, by key, with local times; nothing for a period of the calendar."""
    wanted = {key for key in keys if key.startswith(("req-", "ev-"))}
    if not wanted:
        return {}
    requests = _rows(session, ReportRequest, numbers_asked(wanted, Frequency.REQUEST))
    happenings = _rows(session, Happening, numbers_asked(wanted, Frequency.EVENT))
    rows = (*requests.values(), *happenings.values())
    units = names(session, [row.unit_id for row in rows])
    query = sa_select(col(Plan.id), col(Plan.issuer))
    plans = rows_of(session, query, col(Plan.id), {row.plan_id for row in rows})
    issuers = {row.id: row.issuer for row in plans}
    found = {}
    for key in wanted:
        period = Period.parse(key)
        known = requests if period.frequency is Frequency.REQUEST else happenings
        row = known.get(period.index)
        if row is not None:
            unit = units.get(row.unit_id or 0)
            found[key] = asked_by(row, unit, zone)._replace(
                person=actor_name(row.actor), issuer=issuers[row.plan_id]
            )
    return found


def asked_by(row: ReportRequest | Happening, unit: UnitName | None, zone: ZoneInfo) -> AskedBy:
    """What there is to know of one, and for which unit it was asked or said; an account of a machine as the
    audit has it."""
    event, happened_at = (row.event, row.happened_at) if isinstance(row, Happening) else ("", None)
    return AskedBy(
        id=row.id,
        title=row.title,
        number="" if isinstance(row, Happening) else row.number,
        note=row.note,
        person=actor_name(row.actor) or row.actor,
        unit=unit.code if unit else "",
        unit_name=unit.name if unit else "",
        at=row.at.astimezone(zone),
        event=event,
        happened_at=happened_at and happened_at.astimezone(zone),
        address=actor_address(row.actor),
    )


def _rows(session: Session, table: type[Row], ids: Iterable[int]) -> dict[int, Row]:
    return {
        row.id: row
        for some in chunks(ids)
        for row in session.exec(select(table).where(col(table.id).in_(some)))
    }
