"""The working days that hold in this installation: the country's, with the administrator's additions."""

from datetime import date, datetime
from functools import lru_cache

from sqlmodel import Session, col, select

from calendars.working_days import WorkingDays
from models.errors import NotFound
from models.upkeep import SpecialDay
from reporting.auditing import record
from reporting.obligations import require_text
from reporting.visible_changes import day_changed


def working_days(session: Session) -> WorkingDays:
    """Vietnam's working days, with days off and days worked that the government announced later."""
    special = session.exec(select(SpecialDay).order_by(col(SpecialDay.day))).all()
    off = frozenset(day.day for day in special if not day.worked)
    worked = frozenset(day.day for day in special if day.worked)
    return _shared(off, worked)


@lru_cache(maxsize=8)
def _shared(off: frozenset[date], worked: frozenset[date]) -> WorkingDays:
    return WorkingDays.from_country(off=off, worked=worked)


def add_special_day(
    session: Session, day: date, worked: bool, name: str, now: datetime, actor: str
) -> SpecialDay:
    """Make a day off, or worked; said again it changes. Raises `InvalidInput` without a name."""
    special = session.get(SpecialDay, day) or SpecialDay(day=day, worked=worked, name="")
    before = {"worked": special.worked, "name": special.name} if special.name else {}
    special.worked = worked
    special.name = require_text(name, "the day's name", "give it with --name", 100)
    session.add(special)
    record(
        session,
        now,
        actor,
        "set",
        "day",
        day.toordinal(),
        before,
        {"day": day, "worked": worked, "name": name},
    )
    day_changed(session, now, day)
    return special


def remove_special_day(session: Session, day: date, now: datetime, actor: str) -> None:
    """Take back what `add_special_day` made. Raises `NotFound`."""
    special = session.get(SpecialDay, day)
    if special is None:
        raise NotFound(f"{day:%d/%m/%Y} is not a day set here; dondoc days list shows those that are")
    record(session, now, actor, "remove", "day", day.toordinal(), {"day": day, "name": special.name})
    session.delete(special)
    day_changed(session, now, day)
