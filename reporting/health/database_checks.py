"""Checks of the database content: whether passes run, and whether plans can reach people.

A fixed number of queries, however many plans and units there are, since a page asks as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

from sqlalchemy import Engine, func, select
from sqlmodel import Session, SQLModel, col

from calendars.zone import local_date
from models.database import HEAD, revision
from models.errors import DatabaseNotReady, InvalidInput
from models.notice import Notice
from models.plan import Plan, PlanVersion
from models.settings import Settings
from models.unit import Contact, Unit
from models.upkeep import SENDER, TICK, Heartbeat, Marker
from models.vocabulary import NoticeState
from reporting.health.checkup import Check, CheckResult, CheckupFinding, fail, ok, warn
from reporting.health.health import RUN, Concern, HealthFinding
from reporting.plans.loading import plan_content
from reporting.plans.named_units import named_units
from reporting.reminders.ladders import missing_ladders
from reporting.special_days import confirmation, exchanged_days, working_days
from reporting.stops import unpacked
from reporting.units.contacts import unreachable_units

DEMO = "demo"
"""The marker that a demonstration leaves in its own database."""
STALE = timedelta(days=1)
BEATS = {TICK: Check.LAST_TICK, SENDER: Check.LAST_SENDER}


def database_finding(engine: Engine) -> CheckupFinding:
    """Whether the database has this version's schema; without it nothing more can be looked at."""
    kind = engine.dialect.name
    try:
        found = revision(engine)
    except DatabaseNotReady as error:
        return fail(Check.DATABASE, CheckResult.DATABASE_AWAY, kind=kind, said=error.reason)
    if found is None:
        return fail(Check.DATABASE, CheckResult.DATABASE_EMPTY, kind=kind)
    if found > HEAD:
        return fail(Check.DATABASE, CheckResult.DATABASE_NEWER, kind=kind, found=found, own=HEAD)
    if found != HEAD:
        return fail(Check.DATABASE, CheckResult.DATABASE_FOREIGN, kind=kind)
    return ok(Check.DATABASE, CheckResult.DATABASE_READY, kind=kind)


def content_findings(session: Session, settings: Settings, now: datetime) -> Iterator[CheckupFinding]:
    """The checks of a database with this version's schema, but for what `dondoc health` finds."""
    today = local_date(now, settings.zone)
    yield from demo_findings(session)
    for name in (TICK, SENDER):
        yield heartbeat_finding(session, name, now)
    yield from loaded_findings(session)
    yield ladders_finding(session)
    yield plan_units_finding(session)
    yield contacts_finding(session, today)
    yield failed_finding(session)
    for year in (today.year, today.year + 1):
        yield holidays_finding(session, year)


def demo_findings(session: Session) -> Iterator[CheckupFinding]:
    if session.get(Marker, DEMO) is not None:
        yield warn(Check.DEMO, CheckResult.DEMO)


def heartbeat_finding(session: Session, name: str, now: datetime) -> CheckupFinding:
    """When the tick, or the sender, last ran."""
    check, command = BEATS[name], RUN[name]
    heartbeat = session.get(Heartbeat, name)
    if heartbeat is None:
        return warn(check, CheckResult.NEVER_RAN, command=command)
    if heartbeat.detail:
        return warn(check, CheckResult.STOPPED, at=heartbeat.at, detail=unpacked(heartbeat.detail))
    if heartbeat.at > now + STALE:
        return warn(check, CheckResult.IN_FUTURE, at=heartbeat.at)
    if heartbeat.at < now - STALE:
        return warn(check, CheckResult.LONG_AGO, at=heartbeat.at, command=command)
    return ok(check, CheckResult.RAN, at=heartbeat.at)


def loaded_findings(session: Session) -> Iterator[CheckupFinding]:
    """Whether units, contacts and plans are loaded."""
    things: dict[Check, tuple[type[SQLModel], CheckResult]] = {
        Check.UNITS: (Unit, CheckResult.NO_UNITS),
        Check.CONTACTS: (Contact, CheckResult.NO_CONTACTS),
        Check.PLANS: (Plan, CheckResult.NO_PLANS),
    }
    for check, (table, none) in things.items():
        number = session.scalar(select(func.count()).select_from(table)) or 0
        yield ok(check, CheckResult.LOADED, number=number) if number else warn(check, none)


def ladders_finding(session: Session) -> CheckupFinding:
    """Plans without a ladder, which remind nobody."""
    missing = missing_ladders(session, session.scalars(select(col(Plan.ladder)).distinct()))
    if missing:
        return fail(Check.LADDERS, CheckResult.LADDERS_MISSING, names=", ".join(missing))
    return ok(Check.LADDERS, CheckResult.LADDERS_KNOWN)


def plan_units_finding(session: Session) -> CheckupFinding:
    """Units that plans name and that are not loaded."""
    known = set(session.scalars(select(col(Unit.code))))
    newest = (col(PlanVersion.plan_id) == col(Plan.id)) & (col(PlanVersion.number) == col(Plan.version))
    columns = select(col(Plan.slug), col(PlanVersion.content))
    query = columns.join_from(Plan, PlanVersion, newest).order_by(col(Plan.slug))
    unknown: list[str] = []
    for slug, content in session.execute(query):
        try:
            codes = dict.fromkeys(code for _, code in named_units(plan_content(content)))
        except InvalidInput as error:
            return fail(Check.PLAN_UNITS, CheckResult.PLAN_UNREADABLE, slug=slug, said=error.reason)
        unknown += [f"{code} ({slug})" for code in codes if known and code not in known]
    if unknown:
        return warn(Check.PLAN_UNITS, CheckResult.UNITS_UNKNOWN, names=tuple(unknown))
    return ok(Check.PLAN_UNITS, CheckResult.UNITS_KNOWN)


def contacts_finding(session: Session, today: date) -> CheckupFinding:
    """Units that owe a report and have no contact."""
    names = tuple(each.name for each in unreachable_units(session, today))
    if names:
        return warn(Check.WHO_IS_TOLD, CheckResult.NOBODY_TOLD, number=len(names), names=names)
    return ok(Check.WHO_IS_TOLD, CheckResult.EVERYONE_TOLD)


def failed_finding(session: Session) -> CheckupFinding:
    """Notices whose delivery was given up."""
    query = select(func.count()).select_from(Notice).where(col(Notice.state) == NoticeState.FAILED)
    number = session.scalar(query) or 0
    if number:
        return warn(Check.OUTBOX, CheckResult.NOTICES_FAILED, number=number)
    return ok(Check.OUTBOX, CheckResult.NO_NOTICE_FAILED)


SAID_ABOVE = frozenset(
    {Concern.NEVER_RAN, Concern.SILENT, Concern.CLOCK_AHEAD, Concern.STOPPED, Concern.FAILED}
)


def health_findings(found: Iterable[HealthFinding]) -> Iterator[CheckupFinding]:
    """What `dondoc health` has found beyond heartbeats and failed notices, which have checks of their own."""
    further = [each for each in found if each.concern not in SAID_ABOVE]
    for each in further:
        make = fail if each.is_serious else warn
        yield make(Check.HEALTH, CheckResult.CONCERN, concern=each)
    if not further:
        yield ok(Check.HEALTH, CheckResult.NO_CONCERN)


def holidays_finding(session: Session, year: int) -> CheckupFinding:
    """Exchanged days off of a year, and whether a person has confirmed them as complete."""
    confirmed = confirmation(session, year)
    if confirmed is not None:
        return ok(Check.HOLIDAYS, CheckResult.DAYS_CONFIRMED, f"{year}", who=confirmed.actor, at=confirmed.at)
    worked = exchanged_days(working_days(session), year)
    if worked:
        return warn(Check.HOLIDAYS, CheckResult.DAYS_KNOWN, f"{year}", days=tuple(worked))
    return warn(Check.HOLIDAYS, CheckResult.DAYS_UNKNOWN, f"{year}")
