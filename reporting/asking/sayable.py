"""Of which events of plans in force a person may say that they have happened, and of which units."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from models.plan import Plan, PlanVersion
from models.plan_files.duty import EventSource
from models.plan_files.plan import DutyFile
from models.settings import Settings
from reporting.access.rights import Person
from reporting.asking.choice import AskableUnit, sorted_units
from reporting.asking.happenings import event_of
from reporting.asking.rights import not_to_be_spoken_for
from reporting.asking.whom import PlanNow, plan_now, plans_now
from reporting.plans.reporters import reporters_of

OF_EVENT = '"event": {'
"""What the kept content of a plan with an event has."""


@dataclass(frozen=True, kw_only=True)
class Sayable:
    """An event with the titles of the reports that it makes due, and the units of which the person may say
    it. `is_whole`: all who report; `is_own`: a unit of the person's is among them."""

    plan: str
    plan_number: str
    plan_title: str
    event: str
    title: str
    by: EventSource
    reports: Sequence[str]
    units: Sequence[AskableUnit]
    is_whole: bool
    is_own: bool


def events_to_say(
    session: Session, settings: Settings, person: Person, now: datetime, plan: str | None = None
) -> list[Sayable]:
    """Those of all plans, or of one, that are in force today."""
    query = select(Plan.slug).where(
        col(Plan.retired_at).is_(None),
        col(Plan.id).in_(select(PlanVersion.plan_id).where(col(PlanVersion.content).contains(OF_EVENT))),
    )
    slugs = session.exec(query.order_by(col(Plan.in_force_from).desc(), col(Plan.slug))).all()
    wanted = [slug for slug in slugs if plan in (None, slug)]
    found = [each for at in plans_now(session, settings, wanted, now) for each in _of_plan(at, person)]
    return [each for each in found if each.units]


def own_events(session: Session, settings: Settings, person: Person, now: datetime) -> list[Sayable]:
    """Those that each unit says of itself, where one of the person's units reports."""
    if not person.units:
        return []
    found = events_to_say(session, settings, person, now)
    return [each for each in found if each.by is EventSource.REPORTER and each.is_own]


def event_to_say(
    session: Session, settings: Settings, person: Person, plan: str, event: str, now: datetime
) -> Sayable:
    """One event, with the units of which the person may say it, perhaps none. Raises `NotFound` or
    `IllegalMove`."""
    at = plan_now(session, settings, plan, now, lock=False)
    return _sayable(at, person, event)


def _of_plan(at: PlanNow, person: Person) -> list[Sayable]:
    duties = [duty for duty in at.edition.file.duties if at.is_in_force(duty, at.today)]
    events = dict.fromkeys(duty.event.id for duty in duties if duty.event is not None)
    return [_sayable(at, person, event) for event in events]


def _sayable(at: PlanNow, person: Person, key: str) -> Sayable:
    event, file = event_of(at, key), at.edition.file
    duties = [duty for duty in file.duties if duty.event is not None and duty.event.id == key]
    owing = _owing(at, duties)
    refused = not_to_be_spoken_for(at.session, person, event.by, at.plan.monitor, owing, at.today)
    allowed, units = owing - refused, at.units
    return Sayable(
        plan=at.plan.slug,
        plan_number=at.plan.number,
        plan_title=at.plan.title,
        event=key,
        title=event.title or key,
        by=event.by,
        reports=[duty.title for duty in duties],
        units=sorted_units(units, [units.by_id[id] for id in allowed]),
        is_whole=event.by is EventSource.MONITOR and not refused,
        is_own=bool(allowed & person.units),
    )


def _owing(at: PlanNow, duties: Iterable[DutyFile]) -> frozenset[int]:
    """The units that report in any stage of the duties."""
    units = at.units
    return frozenset(
        reporter.unit_id
        for duty in duties
        for stage in reporters_of(at.edition.file, duty, units)
        for reporter in stage
    )
