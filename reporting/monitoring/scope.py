"""What a monitor's page is about: a selection of obligations, within what the person may see today."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func, or_, select
from sqlmodel import Session, col

from calendars.periods import WHEN_ASKED, Frequency, Period
from models.obligation import Obligation, Occurrence
from models.plan import Duty, Plan
from models.unit import Unit, UnitVersion
from models.validity import sql_is_valid
from reporting.access.rights import Person, followed, for_information
from reporting.obligations.filters import Selection
from reporting.obligations.named import joined_occurrences
from reporting.unit_names import UnitName, names, unit_id

MOST_BELOW = 300
"""Units that a form offers below the chosen one."""


@dataclass(frozen=True)
class MonitorScope:
    """A selection as one person sees it on one day."""

    person: Person
    selection: Selection
    today: date

    def conditions(self, session: Session) -> list[ColumnElement[bool]]:
        """What the person follows. Raises `NotFound` or `InvalidInput` for a name in the selection that means
        nothing."""
        return [followed(self.person, self.today), *self.selection.conditions(session)]

    def for_information(self, session: Session) -> list[ColumnElement[bool]]:
        """What comes to the person's units for information alone. Raises the same."""
        return [for_information(self.person, self.today), *self.selection.conditions(session)]


class KnownPeriod(NamedTuple):
    """A period that there is, and whether its data have begun."""

    period: Period
    has_begun: bool


@dataclass(frozen=True)
class Branch:
    """The page's place in the hierarchy: the unit, those above it, and those right below it."""

    top: int | None
    above: Sequence[UnitName]
    below: Sequence[UnitName]


def branch_of(session: Session, scope: MonitorScope) -> Branch:
    """The branch that is chosen, else the smallest that holds all the person sees."""
    path = _path(session, scope)
    top = path[-1] if path else None
    below = select(col(UnitVersion.unit_id)).where(
        col(UnitVersion.superior_id).is_(None) if top is None else col(UnitVersion.superior_id) == top,
        sql_is_valid(UnitVersion, scope.today),
    )
    ids = list(session.scalars(below.order_by(col(UnitVersion.unit_id)).limit(MOST_BELOW)))
    known = names(session, [*path, *ids])
    return Branch(
        top,
        [known[id] for id in path if id in known],
        sorted((known[id] for id in ids if id in known), key=lambda each: each.code),
    )


def _path(session: Session, scope: MonitorScope) -> list[int]:
    """Ids from the top down to the branch's own unit."""
    if scope.selection.branch is not None:
        return _upwards(session, unit_id(session, scope.selection.branch), scope.today)
    if scope.person.sees_all:
        roots = select(col(UnitVersion.unit_id)).where(
            col(UnitVersion.superior_id).is_(None), sql_is_valid(UnitVersion, scope.today)
        )
        found = list(session.scalars(roots.limit(2)))
        return found if len(found) == 1 else []
    ends = select(func.min(col(Obligation.branch)), func.max(col(Obligation.branch))).where(
        followed(scope.person, scope.today)
    )
    first, last = session.execute(ends).one()
    return common_path(first or "", last or "")


def common_path(first: str, last: str) -> list[int]:
    """What the first and the last of sorted branches have in common, they all have."""
    path = []
    for one, other in zip(first.split("/"), last.split("/"), strict=False):
        if one != other:
            break
        if one:
            path.append(int(one))
    return path


def _upwards(session: Session, unit: int, today: date) -> list[int]:
    chain = (
        select(col(Unit.id).label("unit_id"), func.coalesce(0, 0).label("height"))
        .where(col(Unit.id) == unit)
        .cte("upwards", recursive=True)
    )
    step = (
        select(col(UnitVersion.superior_id), chain.c.height + 1)
        .join(chain, col(UnitVersion.unit_id) == chain.c.unit_id)
        .where(
            col(UnitVersion.superior_id).is_not(None), chain.c.height < 20, sql_is_valid(UnitVersion, today)
        )
    )
    chain = chain.union_all(step)
    return list(session.scalars(select(chain.c.unit_id).order_by(chain.c.height.desc())))


def visible_plans(session: Session, person: Person, today: date) -> list[Plan]:
    """The plans of which the person follows anything, or that their unit watches, newest first; an
    administrator of all sees each."""
    query = select(Plan).order_by(col(Plan.in_force_from).desc(), col(Plan.slug))
    if not person.administers_all:
        seen: Any = select(col(Obligation.id)).where(
            col(Obligation.plan_id) == col(Plan.id), followed(person, today)
        )
        watches = select(col(Unit.code)).where(col(Unit.id).in_(person.units))
        query = query.where(or_(seen.exists(), col(Plan.monitor).in_(watches)))
    return list(session.scalars(query))


def periods_of(
    session: Session, plan_ids: Iterable[int], duty: str = "", *, today: date
) -> list[KnownPeriod]:
    """The periods that the plans have, in order of time; of one duty, or of all."""
    query = joined_occurrences(select(func.min(col(Occurrence.begins)), col(Occurrence.period)), Duty)
    query = query.where(col(Duty.plan_id).in_(plan_ids)).group_by(col(Occurrence.period))
    if duty:
        query = query.where(col(Duty.key) == duty)
    rows = sorted(session.execute(query).tuples())
    return [KnownPeriod(Period.parse(key), begins <= today) for begins, key in rows]


def is_within(period: Period, asked: Period) -> bool:
    """Whether it is the period that is asked for, or one of the year that is."""
    in_year = asked.frequency is Frequency.YEAR and not period.is_once and period.year == asked.year
    return period == asked or in_year


def duties_of(session: Session, plan: Plan) -> list[Duty]:
    """The duties of a plan in its own order."""
    query = select(Duty).where(col(Duty.plan_id) == plan.id).order_by(col(Duty.position))
    return list(session.scalars(query))


def first_choice(duties: Sequence[Duty]) -> str:
    """The key of the duty to show where none is asked for: the first that comes again and again."""
    again = [duty.key for duty in duties if duty.frequency not in (Frequency.ONCE, *WHEN_ASKED)]
    return next(iter(again or [duty.key for duty in duties]), "")
