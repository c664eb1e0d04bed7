"""The working days that hold in this installation: the country's, with the administrator's additions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session, col, select

from calendars.errors import FaultCode, SaidDay
from calendars.working_days import WorkingDays
from messages.catalogue import N_, Language
from models.errors import InvalidInput, NotFound
from models.upkeep import Marker, SpecialDay
from models.visible_changes import day_changed
from reporting.audit.log import record
from reporting.user_text import TextName, TextRemedy, require_text

MARK = "days-complete-"
FIRST_YEAR, LAST_YEAR = 1990, 2100


class DayFault(FaultCode):
    """What can be wrong with a day or a year."""

    NO_YEAR = N_("%(year)s is no year from %(first)s to %(last)s; name another")
    NOT_CONFIRMED = (
        N_("nobody has confirmed %(year)s"),
        N_("the page of the days off shows what is known"),
        "dondoc days list --year %(year)s",
    )
    NOT_SET = (
        N_("%(day)s is not a day set here"),
        N_("the page of the days off has those that are"),
        "dondoc days list",
    )


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
    """Confirm that all days off and worked of the year are known; a later confirmation replaces it."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise InvalidInput(DayFault.NO_YEAR(year=year, first=FIRST_YEAR, last=LAST_YEAR))
    marker = session.get(Marker, f"{MARK}{year}") or Marker(name=f"{MARK}{year}", value="")
    marker.value = f"{now.isoformat()}|{actor}"
    session.add(marker)
    record(session, now, actor, "confirm", "year", year)


def doubt_year(session: Session, year: int, now: datetime, actor: str) -> None:
    """Take the confirmation back. Raises `NotFound` where there is none."""
    marker = session.get(Marker, f"{MARK}{year}")
    if marker is None:
        raise NotFound(DayFault.NOT_CONFIRMED(year=year))
    session.delete(marker)
    record(session, now, actor, "doubt", "year", year)


def working_days(session: Session) -> WorkingDays:
    """Vietnam's working days, with days off and days worked that the government announced later."""
    special = session.exec(select(SpecialDay).order_by(col(SpecialDay.day))).all()
    off = frozenset(day.day for day in special if not day.worked)
    worked = frozenset(day.day for day in special if day.worked)
    names = {day.day: day.name for day in special}
    return WorkingDays.from_country(off=off, worked=worked, names=names)


def add_special_day(
    session: Session, day: date, worked: bool, name: str, now: datetime, actor: str
) -> SpecialDay:
    """Make a day off, or worked; said again it changes. Raises `InvalidInput` without a name."""
    special = session.get(SpecialDay, day) or SpecialDay(day=day, worked=worked, name="")
    before = {"worked": special.worked, "name": special.name} if special.name else {}
    special.worked = worked
    special.name = require_text(name, TextName.DAY_NAME(), TextRemedy.NAME_THE_DAY(), 100)
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


@dataclass(frozen=True, kw_only=True)
class ExceptionalDay:
    """A weekday off, a weekend day worked, or one that was set here; `own` says the last."""

    day: date
    worked: bool
    name: str
    own: bool


def exceptional_days(session: Session, year: int, language: Language) -> list[ExceptionalDay]:
    """The year's days that are not as their weekday says, and all that were set here."""
    calendar = working_days(session)
    own = {day.day: day for day in session.exec(select(SpecialDay).order_by(col(SpecialDay.day)))}
    found = []
    for number in range(366):
        day = date(year, 1, 1) + timedelta(days=number)
        worked = calendar.is_working(day)
        if day.year == year and (worked != (day.weekday() < 5) or day in own):
            name = own[day].name if day in own else calendar.name(day, language)
            name = name or calendar.worked_name(day, language) or ""
            found.append(ExceptionalDay(day=day, worked=worked, name=name, own=day in own))
    return found


def exchanged_days(days: WorkingDays, year: int) -> list[date]:
    """The weekend days of the year that are worked, each in exchange for a day off."""
    every = (date(year, 1, 1) + timedelta(days=number) for number in range(366))
    return [day for day in every if day.year == year and day.weekday() > 4 and days.is_working(day)]


def remove_special_day(session: Session, day: date, now: datetime, actor: str) -> None:
    """Take back what `add_special_day` made. Raises `NotFound`."""
    special = session.get(SpecialDay, day)
    if special is None:
        raise NotFound(DayFault.NOT_SET(day=SaidDay.of(day)))
    record(session, now, actor, "remove", "day", day.toordinal(), {"day": day, "name": special.name})
    session.delete(special)
    day_changed(session, now, day)
