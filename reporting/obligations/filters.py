"""Which obligations are meant: the filters that `due`, `rates`, feeds and pages share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, or_, select
from sqlmodel import Session, col

from calendars.errors import CalendarError, FaultCode
from messages.catalogue import N_
from models.errors import InvalidInput, NotFound
from models.obligation import Obligation, Occurrence
from models.plan import Duty, Plan
from models.plan_files.field import remedied
from models.typed_period import read_period
from models.unit import UnitVersion
from models.vocabulary import Level
from reporting.obligations.named import joined_occurrences
from reporting.unit_names import unit_id


class FilterFault(FaultCode):
    """What was asked for and is not there."""

    NO_OBLIGATION = (N_("no obligation %(number)s"), N_("the lists of reports link to each"), "dondoc due")
    NO_LEVEL = N_("'%(text)s' is no level; use one of: %(levels)s")
    NO_PLAN = N_("no plan '%(slug)s'; known are %(known)s")
    NO_PLAN_AT_ALL = (
        N_("no plan '%(slug)s'"),
        N_("load it first"),
        N_("dondoc plan load FILE"),
    )
    NO_DOCUMENT = N_("no document %(number)s of this report; open the report's page again")


@dataclass(frozen=True, kw_only=True)
class Selection:
    """Filters; None lets everything through. `unit` is one unit, `branch` a unit with all below it.

    A year as `period` also means every month, quarter and half of it, and what was asked in it. `further` are
    conditions beside these, such as what somebody may see.
    """

    obligation: int | None = None
    plan: str | None = None
    duty: str | None = None
    unit: str | None = None
    branch: str | None = None
    level: str | None = None
    period: str | None = None
    further: tuple[ColumnElement[bool], ...] = ()

    def conditions(self, session: Session) -> list[ColumnElement[bool]]:
        """The filters in SQL, on columns of obligations alone, so that a query joins only what it shows.

        Raises `NotFound` or `InvalidInput` for a name that means nothing.
        """
        found = list(self.further)
        if self.obligation is not None:
            found.append(col(Obligation.id) == self.obligation)
        if self.plan is not None:
            # By its occurrences, as everything else, so that one index serves all the filters.
            found.append(in_plan(plan_id(session, self.plan)))
        if self.duty is not None:
            found.append(_in_occurrences(col(Duty.key) == self.duty))
        if self.unit is not None:
            found.append(col(Obligation.unit_id) == unit_id(session, self.unit))
        if self.branch is not None:
            found.append(col(Obligation.branch).contains(f"/{unit_id(session, self.branch)}/"))
        if self.level is not None:
            versions = select(col(UnitVersion.id)).where(col(UnitVersion.level) == _level(self.level))
            found.append(col(Obligation.unit_version_id).in_(versions))
        if self.period is not None:
            found.append(_in_occurrences(_period(self.period)))
        return found


def standing_at(at: datetime, begun_by: date | None = None) -> ColumnElement[bool]:
    """Obligations of occurrences that stood at the instant, of those alone which begin by the day."""
    begun = () if begun_by is None else (col(Occurrence.begins) <= begun_by,)
    return _in_occurrences(and_(stood_at(at), *begun))


def stood_at(at: datetime) -> ColumnElement[bool]:
    """Occurrences as of `at`: what a changed plan opened again later was not yet beside the old ones."""
    return or_(col(Occurrence.revision) == 1, col(Occurrence.opened_at) <= at)


def in_plan(plan_id: int, begun_by: date | None = None) -> ColumnElement[bool]:
    """The obligations of a plan, of those alone which begin by the day."""
    begun = () if begun_by is None else (col(Occurrence.begins) <= begun_by,)
    return _in_occurrences(and_(col(Duty.plan_id) == plan_id, *begun))


def _in_occurrences(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Occurrences are few, obligations many: the database looks at the few once."""
    found = joined_occurrences(select(col(Occurrence.id)), Duty).where(condition)
    return col(Obligation.occurrence_id).in_(found)


def _level(text: str) -> str:
    try:
        return Level(text).value
    except ValueError as error:
        raise InvalidInput(FilterFault.NO_LEVEL(text=text, levels=", ".join(Level))) from error


def meant_period(text: str, this_year: int | None = None) -> str:
    """The key of the period that somebody means. Raises `InvalidInput`."""
    try:
        return read_period(text, this_year).key
    except CalendarError as error:
        raise InvalidInput(remedied(error)) from error


def _period(text: str) -> ColumnElement[bool]:
    key = meant_period(text)
    if len(key) == 4 and key.isdigit():
        asked = (f"req-%-{key}____", f"ev-%-{key}____-____")  # of the day on which it was, or it happened
        within = [col(Occurrence.period).like(pattern) for pattern in (f"{key}-%", *asked)]
        return or_(col(Occurrence.period) == key, *within)
    return col(Occurrence.period) == key


def plan_id(session: Session, slug: str) -> int:
    """The plan's id. Raises `NotFound` with the slugs there are."""
    found = session.scalar(select(col(Plan.id)).where(col(Plan.slug) == slug))
    if found is None:
        known = session.scalars(select(col(Plan.slug)).limit(5)).all()
        if not known:
            raise NotFound(FilterFault.NO_PLAN_AT_ALL(slug=slug))
        raise NotFound(FilterFault.NO_PLAN(slug=slug, known=", ".join(known)))
    return found
