"""What `dondoc doctor` looks at in the database: whether passes run, and whether plans can reach people."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import exists, func, or_, select
from sqlmodel import Session, col

from calendars.working_days import WorkingDays
from calendars.zone import local_date
from cli.demonstration.home import DEMO
from cli.doctor_surroundings import Finding, fail, ok, warn
from cli.output import instant_text
from models.contact import Contact
from models.notice import Notice
from models.obligation import Obligation
from models.plan import Plan
from models.settings import Settings
from models.unit import Unit
from models.upkeep import Heartbeat, Marker, SpecialDay
from models.vocabulary import Lifecycle, NoticeState
from reporting.health import SENDER, TICK, Concern, findings
from reporting.health_words import finding_remedy, finding_words
from reporting.ladders import missing_ladders
from reporting.plan_checking import unit_problems
from reporting.plan_loading import current_plan_file, loaded_plans
from reporting.plan_units import known_units
from reporting.special_days import working_days

STALE = timedelta(days=1)
SHOWN = 3
HEALTH = "mail and notices"
RUN = {TICK: "dondoc tick", SENDER: "dondoc mail send"}


def content_findings(session: Session, settings: Settings, now: datetime) -> Iterator[Finding]:
    """All checks of a database with this version's schema."""
    today = local_date(now, settings.zone)
    yield from demo_findings(session)
    for name in (TICK, SENDER):
        yield heartbeat_finding(session, settings, name, now)
    yield from loaded_findings(session)
    yield ladders_finding(session)
    yield plan_units_finding(session, today)
    yield contacts_finding(session, today)
    yield failed_finding(session)
    yield from health_findings(session, settings, now)
    for year in (today.year, today.year + 1):
        yield holidays_finding(session, year)


def demo_findings(session: Session) -> Iterator[Finding]:
    if session.get(Marker, DEMO) is not None:
        yield warn(
            "demo", "the database is a demo's: its year is over", "for real use set another DONDOC_HOME"
        )


def heartbeat_finding(session: Session, settings: Settings, name: str, now: datetime) -> Finding:
    """When the tick, or the sender, last ran."""
    check = f"last {name}"
    heartbeat = session.get(Heartbeat, name)
    remedy = f"run it every few minutes, by cron or a flow: {RUN[name]}"
    if heartbeat is None:
        return warn(check, "has never run", remedy)
    said = instant_text(heartbeat.at, settings.zone)
    if heartbeat.detail:
        return warn(check, f"{said}: {heartbeat.detail}", "see docs/mail.md")
    if heartbeat.at > now + STALE:
        return warn(check, f"{said}, in the future", "the clock was wrong then, or is now; set it right")
    return warn(check, said, remedy) if heartbeat.at < now - STALE else ok(check, said)


def loaded_findings(session: Session) -> Iterator[Finding]:
    """Whether there is anything to work with."""
    things: dict[str, tuple[type[Any], str]] = {
        "units": (Unit, "dondoc units load FILE --as-of DATE"),
        "contacts": (Contact, "dondoc units load FILE --as-of DATE"),
        "plans": (Plan, "dondoc plan load FILE"),
    }
    for name, (table, command) in things.items():
        number = session.scalar(select(func.count()).select_from(table)) or 0
        yield ok(name, f"{number}") if number else warn(name, "none are loaded", f"load them: {command}")


def ladders_finding(session: Session) -> Finding:
    """A plan without its ladder tells nobody anything."""
    missing = missing_ladders(session, (plan.ladder for plan in loaded_plans(session)))
    if missing:
        return fail("ladders", f"plans name {', '.join(missing)}", "load them: dondoc ladder load FILE")
    return ok("ladders", "every plan has its own")


def plan_units_finding(session: Session, today: date) -> Finding:
    """Units that plans name and nobody has loaded."""
    wrong = []
    for plan in loaded_plans(session):
        content = current_plan_file(session, plan)
        units = known_units(session, content, today)
        if units is None:
            break
        problems = unit_problems(content, units.hierarchy, units.codes)
        wrong += [f"{plan.slug}: {said.partition(';')[0]}" for _, said in problems]
    if wrong:
        remedy = "load the missing units, or correct the plans: dondoc plan check FILE"
        return warn("units of plans", _some(wrong), remedy)
    return ok("units of plans", "all are known")


def contacts_finding(session: Session, today: date) -> Finding:
    """Units that owe something and have nobody who could be told."""
    valid = (
        (col(Contact.unit_id) == col(Obligation.unit_id))
        & (col(Contact.valid_from) <= today)
        & or_(col(Contact.valid_to).is_(None), col(Contact.valid_to) > today)
        & col(Contact.bounced_at).is_(None)
    )
    query = (
        select(col(Unit.code))
        .join(Obligation, col(Obligation.unit_id) == col(Unit.id))
        .where(col(Obligation.state).in_([Lifecycle.OPEN, Lifecycle.RETURNED]), ~exists().where(valid))
        .distinct()
        .order_by(col(Unit.code))
    )
    codes = list(session.scalars(query))
    if codes:
        remedy = "load a contact for each: dondoc units load FILE --as-of DATE"
        return warn(
            "who is told", f"{len(codes)} units owe reports and have no contact: {_some(codes)}", remedy
        )
    return ok("who is told", "every unit that owes a report has a contact")


def failed_finding(session: Session) -> Finding:
    """Mails that were given up."""
    query = select(func.count()).select_from(Notice).where(col(Notice.state) == NoticeState.FAILED)
    number = session.scalar(query) or 0
    if number:
        return warn("outbox", f"{number} notices failed", "see why: dondoc outbox --state failed")
    return ok("outbox", "no notice failed")


SAID_ABOVE = frozenset(
    {Concern.NEVER_RAN, Concern.SILENT, Concern.CLOCK_AHEAD, Concern.STOPPED, Concern.FAILED}
)


def health_findings(session: Session, settings: Settings, now: datetime) -> Iterator[Finding]:
    """What `dondoc health` finds beyond heartbeats and failed notices, which have checks of their own."""
    found = [each for each in findings(session, now, settings) if each.concern not in SAID_ABOVE]
    for each in found:
        said = finding_words(each, "en", settings.zone)
        make = fail if each.is_serious else warn
        yield make(HEALTH, said, finding_remedy(each, "en"))
    if not found:
        yield ok(HEALTH, "nothing is stuck, no mail server is down, no address refuses mail")


def holidays_finding(session: Session, year: int) -> Finding:
    """Whether the days off and worked in exchange are known, which the government announces each autumn."""
    check = f"holidays {year}"
    special = select(func.count()).select_from(SpecialDay)
    within = special.where(col(SpecialDay.day) >= date(year, 1, 1), col(SpecialDay.day) <= date(year, 12, 31))
    if session.scalar(within):
        return ok(check, "known, with the administrator's additions")
    if has_exchanged_days(working_days(session), year):
        return ok(check, "known, with the days worked in exchange")
    remedy = "after the government's announcement: dondoc days off DATE… and dondoc days worked DATE…"
    return warn(check, "no exchange of days is known for it", remedy)


def has_exchanged_days(days: WorkingDays, year: int) -> bool:
    """Whether some weekend day of the year is worked."""
    start = date(year, 1, 1)
    every = (start + timedelta(days=number) for number in range(366))
    return any(day.year == year and day.weekday() > 4 and days.is_working(day) for day in every)


def _some(texts: list[str]) -> str:
    more = f" and {len(texts) - SHOWN} more" if len(texts) > SHOWN else ""
    return ", ".join(texts[:SHOWN]) + more
