"""What a person may ask for, and of whom: duties of plans that come when asked, and units outside plans."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session, col, select

from calendars.periods import Frequency
from calendars.zone import local_date
from models.errors import InvalidInput
from models.plan import Plan
from models.settings import Settings
from reporting.access.rights import Person
from reporting.asking.faults import AskingFault
from reporting.asking.requests import asked_today, comes_when_asked
from reporting.asking.rights import ASKING, asks_everywhere, not_to_be_asked
from reporting.asking.whom import PlanNow, plan_now, plans_now
from reporting.plans.schedule import DutyOccurrence
from reporting.units.hierarchy import Hierarchy, UnitAsOf, hierarchy


class AskableUnit(NamedTuple):
    """A unit that may be asked, with its superior, under which lists have it."""

    code: str
    name: str
    branch: str
    branch_name: str


class AskableBranch(NamedTuple):
    """A unit that has units below it that may be asked, all of those that owe it; `number` of them."""

    code: str
    name: str
    number: int


class DutyToAsk(NamedTuple):
    """A duty of a plan that may be asked for, and of how many units."""

    plan: str
    plan_number: str
    plan_title: str
    duty: str
    title: str
    every: Frequency
    number: int


@dataclass(frozen=True, kw_only=True)
class Askable:
    """What may be asked for: a duty, or with an empty one anything outside any plan. `is_whole`: all who owe
    it may be asked."""

    plan: str = ""
    plan_number: str = ""
    plan_title: str = ""
    duty: str = ""
    title: str = ""
    every: Frequency = Frequency.ON_DEMAND
    units: Sequence[AskableUnit] = ()
    branches: Sequence[AskableBranch] = ()
    is_whole: bool = False


def duties_to_ask(
    session: Session, settings: Settings, person: Person, now: datetime, plan: str | None = None
) -> list[DutyToAsk]:
    """What the person may ask for today, of all plans or of one."""
    query = select(Plan.slug).where(col(Plan.retired_at).is_(None), col(Plan.ad_hoc).is_(False))
    slugs = session.exec(query.order_by(col(Plan.in_force_from).desc(), col(Plan.slug))).all()
    wanted = [slug for slug in slugs if plan in (None, slug)]
    return [each for at in plans_now(session, settings, wanted, now) for each in _of_plan(at, person)]


def duty_to_ask(
    session: Session, settings: Settings, person: Person, plan: str, duty: str, now: datetime
) -> Askable:
    """One duty, with the units of it that the person may ask. Raises as `preview_request`."""
    at = plan_now(session, settings, plan, now, lock=False)
    units = at.units
    asked = asked_today(at, duty)
    owing, refused = _owing_and_refused(session, person, at, asked)
    if not owing:
        raise InvalidInput(AskingFault.NOBODY(title=asked.duty.title, plan=plan))
    allowed = [units.by_id[id] for id in owing - refused if id in units.by_id]
    return Askable(
        plan=at.plan.slug,
        plan_number=at.plan.number,
        plan_title=at.plan.title,
        duty=duty,
        title=asked.duty.title,
        every=asked.duty.every,
        units=sorted_units(units, allowed),
        branches=_branches(units, allowed, refused),
        is_whole=not refused,
    )


def _owing_and_refused(
    session: Session, person: Person, at: PlanNow, asked: DutyOccurrence
) -> tuple[frozenset[int], frozenset[int]]:
    owing = frozenset(each.unit_id for stage in at.everybody(asked) for each in stage)
    return owing, not_to_be_asked(session, person, at.plan.monitor, owing, at.today)


def _of_plan(at: PlanNow, person: Person) -> Iterator[DutyToAsk]:
    for duty in at.edition.file.duties:
        if not comes_when_asked(duty) or not at.is_in_force(duty, at.today):
            continue
        owing, refused = _owing_and_refused(at.session, person, at, asked_today(at, duty.id))
        if number := len(owing - refused):
            plan = at.plan
            yield DutyToAsk(plan.slug, plan.number, plan.title, duty.id, duty.title, duty.every, number)


def units_to_ask(session: Session, settings: Settings, issuer: str, now: datetime) -> Askable:
    """Whom the unit with this code may ask outside any plan: all below it. Raises `NotFound`."""
    units = hierarchy(session, local_date(now, settings.zone))
    top = units.unit(issuer)
    below = [unit for unit in units.branch(top) if unit.id != top.id]
    return Askable(
        plan_title=top.name,
        units=sorted_units(units, below),
        branches=_branches(units, below, ()),
        is_whole=True,
    )


def issuers(session: Session, settings: Settings, person: Person, now: datetime) -> list[UnitAsOf]:
    """The units for which the person may ask outside any plan: their own, of a role in the whole
    installation all that have units below them."""
    units = hierarchy(session, local_date(now, settings.zone))
    asking = frozenset(units.by_id) if asks_everywhere(person) else person.units_as(*ASKING)
    return [unit for id, unit in units.by_id.items() if id in asking and units.below(unit)]


def _branches(
    units: Hierarchy, allowed: Collection[UnitAsOf], refused: Collection[int]
) -> list[AskableBranch]:
    """The units above those that may be asked, and above none that may not."""
    found = Counter(above for unit in allowed for above in units.ancestors(unit))
    closed = {
        above.id
        for id in refused
        if (unit := units.by_id.get(id)) is not None
        for above in (unit, *units.ancestors(unit))
    }
    own = set(allowed)
    open_ones = [(each, number) for each, number in found.items() if each.id not in closed]
    return sorted(
        (AskableBranch(each.code, each.name, number + (each in own)) for each, number in open_ones),
        key=lambda each: (each.name, each.code),
    )


def sorted_units(units: Hierarchy, chosen: Collection[UnitAsOf]) -> list[AskableUnit]:
    """By the superior's name, then by their own."""
    found = []
    for unit in chosen:
        above = units.superior(unit)
        code, name = (above.code, above.name) if above else ("", "")
        found.append(AskableUnit(code=unit.code, name=unit.name, branch=code, branch_name=name))
    return sorted(found, key=lambda each: (each.branch_name, each.branch, each.name, each.code))
