"""What requests and events make due: their rows read as occurrences, with dates and the units asked.

Each is opened once, when it is asked or said; later passes only let what stands of it follow the units.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import groupby
from typing import TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, or_
from sqlalchemy import select as sa_select
from sqlmodel import Session, col, select

from calendars.periods import Frequency, Period, numbers_asked
from calendars.rules import parse_rule
from calendars.working_days import WorkingDays
from calendars.zone import local_date
from models.asking import AskedUnit, Happening, ReportRequest
from models.database import chunks
from models.plan import Duty
from reporting.plans.schedule import DutyOccurrence, PlanEdition, asked_occurrence

Asked = TypeVar("Asked", ReportRequest, Happening)


def request_period(request: ReportRequest, zone: ZoneInfo) -> Period:
    return Period.of_request(request.id, local_date(request.at, zone))


def happening_period(happening: Happening, zone: ZoneInfo) -> Period:
    """What is said of the same instant by several shares the first one's, so that their reports make one
    chain."""
    local = happening.happened_at.astimezone(zone)
    return Period.of_event(happening.joins_id or happening.id, local.date(), local.time())


def standing_asked(
    session: Session,
    editions: Sequence[PlanEdition],
    duty: Duty,
    keys: Collection[str],
    days: WorkingDays,
    zone: ZoneInfo,
) -> list[DutyOccurrence]:
    """What requests and events have opened of a duty, of those whose periods are named and that were not
    taken back."""
    by_version = {edition.version_id: edition for edition in editions}
    found = []
    requests = _standing(session, ReportRequest, numbers_asked(keys, Frequency.REQUEST))
    asked = units_asked(session, duty.id, requests)
    for request in requests:
        edition = by_version[request.plan_version_id]
        its = edition.file.duty(duty.key)
        if its is not None:
            period, rule = request_period(request, zone), parse_rule(request.rule)
            units = asked[request.id]
            found.append(asked_occurrence(edition, its, period, units, days, request.at, zone, rule))
    happenings = _standing(session, Happening, numbers_asked(keys, Frequency.EVENT))
    asked = units_asked(session, duty.id, happenings)
    for period, some in groupby(happenings, lambda each: happening_period(each, zone)):
        first, *others = some
        edition = by_version[first.plan_version_id]
        its = edition.file.duty(duty.key)
        if its is not None:
            units = in_all(asked[each.id] for each in (first, *others))
            found.append(asked_occurrence(edition, its, period, units, days, first.at, zone))
    return found


def _standing(session: Session, table: type[Asked], numbers: Collection[int]) -> list[Asked]:
    """Those of these periods that were not taken back, a period's together."""
    if not numbers:
        return []
    mine: list[ColumnElement[bool]] = [col(table.id).in_(numbers)]
    if issubclass(table, Happening):
        mine.append(col(table.joins_id).in_(numbers))
    rows = session.exec(select(table).where(or_(*mine), col(table.withdrawn_at).is_(None)))
    return sorted(rows, key=lambda each: (getattr(each, "joins_id", None) or each.id, each.id))


def units_asked(
    session: Session, duty_id: int | None, askings: Sequence[Asked]
) -> dict[int, frozenset[int] | None]:
    """By the number of a request or an event, ids of the units that owe the duty because of it; None for all
    whom the duty chooses. Without a duty, the units of which an event was said."""
    found: dict[int, set[int]] = {}
    is_request = any(isinstance(each, ReportRequest) for each in askings)
    own = AskedUnit.request_id if is_request else AskedUnit.happening_id
    for some in chunks(each.id for each in askings):
        query = sa_select(col(own), col(AskedUnit.unit_id))
        for id, unit in session.execute(query.where(col(own).in_(some), col(AskedUnit.duty_id) == duty_id)):
            found.setdefault(id, set()).add(unit)
    return {
        each.id: None if each.whole and each.id not in found else frozenset(found.get(each.id, ()))
        for each in askings
    }


def in_all(units: Iterable[frozenset[int] | None]) -> frozenset[int] | None:
    """The units of any of these; None for all."""
    every = list(units)
    return None if None in every else frozenset[int]().union(*(each for each in every if each is not None))
