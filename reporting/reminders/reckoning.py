"""What the moments of rungs are reckoned from besides the deadline: open days, the zone, the shipped ladder.

Each obligation bears the instant at which a pass must look at it again. When one of these changes, by
`dondoc days`, a setting or a new version of the program, that instant may be too late: the next tick notices
it by a mark in the database and looks at everything once. A ladder that is loaded, or a plan that changes to
another, wakes its own obligations at once.
"""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from hashlib import sha256

from sqlalchemy import select, true
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import CursorResult
from sqlmodel import Session, col

from calendars.deadline import ONE_DAY
from calendars.office import OfficeCalendar
from calendars.working_days import WorkingDays
from models.database import metadata
from models.settings import Settings
from models.upkeep import Marker
from reporting.reminders.ladders import look_again, shipped_ladder

MARK = "moments-reckoned-from"


def is_outdated(session: Session, settings: Settings, days: WorkingDays, now: datetime) -> bool:
    """Whether the instants at which obligations are to be looked at were reckoned from something else. Not
    where no tick has run yet: then nothing was reckoned."""
    return _mark(session) not in (None, _reckoned_from(settings, days, now))


def look_again_if_outdated(session: Session, settings: Settings, days: WorkingDays, now: datetime) -> None:
    """Let the pass at `now` look at everything if they are; of two passes at once, one does."""
    value = _reckoned_from(settings, days, now)
    if _mark(session) == value:
        return
    connection, table = session.connection(), metadata.tables["marker"]
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    statement = insert(table).values(name=MARK, value=value)
    changed = connection.execute(
        statement.on_conflict_do_update(
            index_elements=["name"], set_={"value": value}, where=table.c.value != value
        )
    )
    if isinstance(changed, CursorResult) and changed.rowcount:
        look_again(session, now, true())


def _mark(session: Session) -> str | None:
    return session.scalar(select(col(Marker.value)).where(col(Marker.name) == MARK))


def _reckoned_from(settings: Settings, days: WorkingDays, now: datetime) -> str:
    year = OfficeCalendar(days, settings.zone).day(now).year
    return _digest(days, settings.zone.key, year)


@lru_cache(maxsize=8)
def _digest(days: WorkingDays, zone: str, year: int) -> str:
    """The years in which rungs may lie; a new year is looked at once."""
    first, last = date(year - 1, 1, 1), date(year + 2, 12, 31)
    every = (first + n * ONE_DAY for n in range((last - first).days + 1))
    open_days = "".join("1" if days.is_working(day) else "0" for day in every)
    parts = (open_days, str(year), zone, shipped_ladder().model_dump_json())
    return sha256("|".join(parts).encode()).hexdigest()
