"""What requests and events make due: their rows read as occurrences, with dates and the units asked.

Each is opened once, when it is asked or said; later passes only let what stands of it follow the units.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from calendars.deadlines import DueDates, chain_due_dates
from calendars.due_rules import DueRule, Lead
from calendars.periods import Frequency, Period, numbers_asked
from calendars.rules import parse_rule
from calendars.working_days import WorkingDays
from calendars.zone import local_date
from models.asking import AskedUnit, Happening, ReportRequest
from models.plan_files.plan import DutyFile
from reporting.plans.schedule import DutyOccurrence, PlanEdition, stage_rules

Asked = TypeVar("Asked", ReportRequest, Happening)


def request_period(request: ReportRequest, zone: ZoneInfo) -> Period:
    return Period.of_request(request.id, local_date(request.at, zone))


def happening_period(happening: Happening, zone: ZoneInfo) -> Period:
    local = happening.happened_at.astimezone(zone)
    return Period.of_event(happening.id, local.date(), local.time())


def asked_occurrence(
    edition: PlanEdition,
    duty: DutyFile,
    period: Period,
    asked: Collection[int] | None,
    days: WorkingDays,
    now: datetime,
    zone: ZoneInfo,
    rule: DueRule | None = None,
) -> DutyOccurrence:
    """One duty of a plan's version as a request made at `now` asks for it by `rule`, or as an event does."""
    plan = edition.file
    rules = stage_rules(duty, period, rule)
    dues = chain_due_dates(rules, period, days, plan.roll, plan.before)
    return DutyOccurrence(
        edition=edition,
        duty=duty,
        period=period,
        span=None,
        first=plan.span_of(duty)[0],
        dues=_in_time(dues, rules, now, zone),
        asked_rule=rule,
        asked_of=None if asked is None else frozenset(asked),
    )


def _in_time(dues: DueDates, rules: Sequence[DueRule | None], now: datetime, zone: ZoneInfo) -> DueDates:
    """Where a lead would have ended before anybody was asked, the stage has as long as the one above it."""
    found = list(dues)
    for i in reversed(range(len(found) - 1)):
        due, above = found[i], found[i + 1]
        if isinstance(rules[i], Lead) and due and above and due.deadline(zone) <= now < above.deadline(zone):
            found[i] = above
    return found


def standing_asked(
    session: Session,
    editions: Sequence[PlanEdition],
    duty_key: str,
    keys: Collection[str],
    days: WorkingDays,
    zone: ZoneInfo,
) -> list[DutyOccurrence]:
    """What requests and events have opened of a duty, of those whose periods are named and that were not
    taken back."""
    by_version = {edition.version_id: edition for edition in editions}
    found = []
    for request in _rows(session, ReportRequest, numbers_asked(keys, Frequency.REQUEST)):
        edition = by_version[request.plan_version_id]
        duty = edition.file.duty(duty_key)
        if duty is not None:
            units = units_asked(session, request)
            period, rule = request_period(request, zone), parse_rule(request.rule)
            found.append(asked_occurrence(edition, duty, period, units, days, request.at, zone, rule))
    for happening in _rows(session, Happening, numbers_asked(keys, Frequency.EVENT)):
        edition = by_version[happening.plan_version_id]
        duty = edition.file.duty(duty_key)
        if duty is not None:
            units = units_asked(session, happening)
            period = happening_period(happening, zone)
            found.append(asked_occurrence(edition, duty, period, units, days, happening.at, zone))
    return found


def _rows(session: Session, table: type[Asked], ids: Collection[int]) -> Sequence[Asked]:
    query = select(table).where(col(table.id).in_(ids), col(table.withdrawn_at).is_(None))
    return session.exec(query.order_by(col(table.id))).all() if ids else []


def units_asked(session: Session, asking: ReportRequest | Happening) -> frozenset[int] | None:
    """The ids of the units that it is for; None for all."""
    if asking.whole:
        return None
    own = AskedUnit.request_id if isinstance(asking, ReportRequest) else AskedUnit.happening_id
    return frozenset(session.scalars(select(col(AskedUnit.unit_id)).where(col(own) == asking.id)))
