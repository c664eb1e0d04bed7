"""Events: foresee what one opens, say that it has happened, take it back.

What is due each time (`every: on-demand`) is opened by each instant once a unit, what is due once a unit by
the first. A unit of which it was said already keeps that, and is told of nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import exists, or_
from sqlalchemy import select as sa_select
from sqlmodel import Session, col, select

from calendars.due_rules import OnDate
from calendars.errors import Fault
from calendars.periods import Frequency, Period
from calendars.rules import written_date
from calendars.wording import read_phrase
from calendars.zone import local_date, moment, require_aware
from models.asking import Happening
from models.decision import Closing
from models.errors import IllegalMove, InvalidInput, NotFound
from models.obligation import Obligation, Occurrence
from models.plan import Duty, Stage
from models.plan_files.duty import EventFile, EventSource
from models.settings import Settings
from models.vocabulary import Lifecycle
from reporting.asking.deed import (
    OfPeriod,
    Opened,
    Withdrawal,
    keep_units,
    lock_asking,
    open_foreseen,
    own_reports,
    period_of,
    withdraw,
)
from reporting.asking.faults import AskingFault
from reporting.asking.whom import ALL, AskedDuty, Foreseen, PlanNow, Whom, plan_now
from reporting.audit.log import DONDOC, record
from reporting.closing_reasons import EVENT_TAKEN_BACK
from reporting.opening.asked import in_all, units_asked
from reporting.reminders.audience import UNFILED
from reporting.units.hierarchy import hierarchy
from reporting.user_text import TextName, optional_text

HOUR_FIRST = re.compile(r"(?P<hour>\d{1,2}) ?[:h] ?(?P<minute>\d{2})?,? +(?P<day>\S+)", re.ASCII)
CANCELLED_BY_A_PERSON = exists().where(
    col(Closing.obligation_id) == col(Obligation.id),
    col(Closing.at) == col(Obligation.closed_at),
    col(Closing.actor) != DONDOC,
    col(Closing.reason).not_like(f"{EVENT_TAKEN_BACK}%"),
)
DAY_FIRST = re.compile(r"(?P<day>\S+?)[ t]+(?P<hour>\d{1,2}) ?[:h] ?(?P<minute>\d{2})?", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class EventDraft:
    """What has happened, by its id in the plan file, when, and to whom."""

    plan: str
    event: str
    happened_at: datetime
    whom: Whom = ALL
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class EventSaid:
    """An event with what it opened."""

    happening: Happening
    foreseen: Foreseen
    opened: Opened


def read_moment(text: str, zone: ZoneInfo) -> datetime:
    """An instant as people write it, local: 14:05 28/4/2026, 24:00 28/4/2026, 2026-04-28 14:05, ISO 8601 with
    an offset, or as documents word it. Raises `InvalidInput`."""
    plain = " ".join(text.strip().lower().split())
    with suppress(ValueError):
        written = datetime.fromisoformat(plain.upper()) if ":" in plain else None
        if written is not None:
            return written if written.tzinfo else moment(written.date(), written.time(), zone)
    match = HOUR_FIRST.fullmatch(plain) or DAY_FIRST.fullmatch(plain)
    try:
        if match is None:
            return _worded(text, zone)
        day = written_date(match["day"])
        hour, minute = int(match["hour"]), int(match["minute"] or 0)
        ends_day = (hour, minute) == (24, 0)
        clock = time.min if ends_day else time(hour, minute)
    except ValueError as error:
        raise InvalidInput(AskingFault.NO_MOMENT(text=text)) from error
    if day is None:
        raise InvalidInput(AskingFault.NO_MOMENT(text=text))
    return moment(day + timedelta(days=ends_day), clock, zone)


def _worded(text: str, zone: ZoneInfo) -> datetime:
    """Raises `ValueError`."""
    rule = read_phrase(text, Frequency.ONCE).one_rule(text)
    if not isinstance(rule, OnDate) or rule.hour is None:
        raise ValueError(text)
    return moment(rule.day, rule.hour, zone)


def find_event(session: Session, settings: Settings, plan: str, event: str, now: datetime) -> EventFile:
    """The event as the plan's file has it: its title, and who says it. Raises `NotFound` or `IllegalMove`."""
    return event_of(plan_now(session, settings, plan, now, lock=False), event)


def preview_event(session: Session, settings: Settings, draft: EventDraft, now: datetime) -> Foreseen:
    """What saying so would open, for whom, by when, and who would be told; changes nothing. Raises
    `NotFound`, `IllegalMove` or `InvalidInput`."""
    return _foresee(plan_now(session, settings, draft.plan, now, lock=False), draft).new


def say_event(
    session: Session,
    settings: Settings,
    draft: EventDraft,
    now: datetime,
    actor: str,
    unit_id: int | None = None,
    speaker: str = "",
) -> EventSaid:
    """Say that it has happened: its reports are open and its notices queued when the transaction ends.

    `unit_id` is for which unit the actor speaks; the person with the address `speaker` gets no mail. Raises
    as `preview_event`.
    """
    require_aware(now)
    found = _foresee(plan_now(session, settings, draft.plan, now, lock=True), draft)
    at = found.at
    happening = Happening(
        plan_id=at.plan.id,
        plan_version_id=at.edition.version_id,
        event=draft.event,
        title=event_of(at, draft.event).title or draft.event,
        whole=found.new.named is None,
        happened_at=_to_the_minute(draft.happened_at),
        joins_id=found.joins_id,
        note=optional_text(draft.note, TextName.NOTE()),
        actor=actor,
        unit_id=unit_id,
        at=now,
    )
    session.add(happening)
    session.flush()
    keep_units(at, happening, found.owed)
    opened = open_foreseen(at, found.new, happening, speaker)
    _record(session, happening, at.plan.slug, opened)
    return EventSaid(happening=happening, foreseen=found.new, opened=opened)


def take_back_event(
    session: Session, settings: Settings, happening_id: int, reason: str, now: datetime, actor: str
) -> Withdrawal:
    """Take back that it happened: what nobody has filed is cancelled, and those who were told are told; what
    is filed stays, and what others need who said the same. Raises `NotFound`, `InvalidInput`, or
    `IllegalMove`, also where something said later rests on what this one opened."""
    happening = lock_asking(session, Happening, happening_id)
    if happening is None:
        raise NotFound(AskingFault.NO_HAPPENING(number=happening_id))
    if happening.withdrawn_at is not None:
        said = happening.withdrawn_at.astimezone(settings.zone)
        raise IllegalMove(AskingFault.TAKEN_BACK(number=happening_id, moment=said))
    others = [each for each in _said(session, happening.plan_id, happening.event) if each is not happening]
    period = period_of(happening, settings.zone)
    sharing = [each for each in others if period_of(each, settings.zone) == period]
    found = own_reports(session, happening, settings.zone)
    needed = _needed(session, {each.duty_id for each in found}, sharing, local_date(now, settings.zone))
    reports = [each for each in found if each.unit_id not in needed[each.duty_id]]
    _require_nothing_rests(session, happening, reports, [each for each in others if each not in sharing])
    return withdraw(session, settings, happening, reason, now, actor, reports)


def _needed(
    session: Session, duties: Collection[int], said: Sequence[Happening], today: date
) -> dict[int, frozenset[int]]:
    """By duty, the units that owe it because of these too."""
    units = hierarchy(session, today)
    found = {}
    for duty in duties:
        asked = in_all(units_asked(session, duty, said).values())
        there = units.by_id if asked is None else asked
        found[duty] = frozenset(there) | {each.id for id in there if (each := units.in_place_of(id, None))}
    return found


def _require_nothing_rests(
    session: Session, happening: Happening, reports: Sequence[OfPeriod], others: Sequence[Happening]
) -> None:
    """What is due once a unit was opened by this one alone, also for those who said it later."""
    once = {each.unit_id for each in reports if each.state in UNFILED and each.frequency == Frequency.ONCE}
    for other, units in _of_units(session, others):
        if once and (units is None or units & once):
            raise IllegalMove(AskingFault.RESTED_ON(number=happening.id, other=other.id))


def _of_units(session: Session, said: Sequence[Happening]) -> list[tuple[Happening, frozenset[int] | None]]:
    """With the units of which it was said; None for all."""
    units = units_asked(session, None, said)
    return [(each, units[each.id]) for each in said]


def _record(session: Session, happening: Happening, plan: str, opened: Opened) -> None:
    after = {
        "plan": plan,
        "title": happening.title,
        "happened_at": happening.happened_at,
        "obligations": opened.obligations,
        "note": happening.note,
    }
    record(session, happening.at, happening.actor, "happen", "event", happening.id, {}, after)


def _to_the_minute(instant: datetime) -> datetime:
    return instant.astimezone(UTC).replace(second=0, microsecond=0)


def event_of(at: PlanNow, key: str) -> EventFile:
    file = at.edition.file
    event = file.event(key)
    if event is None:
        known = tuple(duty.event.id for duty in file.duties if duty.event is not None and duty.event.title)
        raise NotFound(AskingFault.NO_EVENT(plan=file.slug, event=key, events=known or ("–",)))
    return event


@dataclass(frozen=True, kw_only=True)
class _Found:
    """What saying so would make due: all that rests on it (`owed`), and what nobody has opened yet (`new`),
    under the period of what was said of the same instant before, if anything was. `at` is the plan as it was
    when that was said first."""

    at: PlanNow
    owed: Foreseen
    new: Foreseen
    joins_id: int | None


def _foresee(now: PlanNow, draft: EventDraft) -> _Found:
    zone, instant = now.settings.zone, _to_the_minute(draft.happened_at)
    said = _said(now.session, now.plan.id, draft.event)
    same = [each for each in said if each.happened_at == instant]
    at = now.under(same[0].plan_version_id) if same else now
    event = event_of(at, draft.event)
    require_aware(draft.happened_at)
    if draft.happened_at > at.now:
        raise InvalidInput(AskingFault.FUTURE(moment=draft.happened_at.astimezone(zone)))
    if event.by is EventSource.REPORTER and draft.whom.is_all:
        raise InvalidInput(AskingFault.EACH_FOR_ITSELF(event=event.title or event.id))
    duties = [duty for duty in at.edition.file.duties if duty.event is not None and duty.event.id == event.id]
    local = draft.happened_at.astimezone(zone)
    duties = at.in_force(duties, local.date())
    period = Period.of_event(1, local.date(), local.time())
    everything = at.foresee([at.occurrence(duty, period) for duty in duties], draft.whom)
    once = [each for each in everything.duties if each.occurrence.duty.every is Frequency.ONCE]
    owed = _less(at, everything, once, [each for each in said if each not in same])
    new = _less(at, owed, owed.duties, same)
    if not new.duties:
        raise IllegalMove(_why_nothing(at, everything, same))
    joins = same[0].joins_id or same[0].id if same else None
    return _Found(at=at, owed=owed, new=new, joins_id=joins)


def _said(session: Session, plan_id: int, event: str) -> Sequence[Happening]:
    """All that was said of the event, and not taken back."""
    query = select(Happening).where(
        Happening.plan_id == plan_id, Happening.event == event, col(Happening.withdrawn_at).is_(None)
    )
    return session.exec(query.order_by(col(Happening.id))).all()


def _less(at: PlanNow, found: Foreseen, duties: Sequence[AskedDuty], said: Sequence[Happening]) -> Foreseen:
    """Without what these have opened of the duties."""
    for each in duties:
        found = at.without(found, each.duty, _open_for(at, each.duty, said))
    return found


def _why_nothing(at: PlanNow, found: Foreseen, same: Sequence[Happening]) -> Fault:
    for twin, units in reversed(_of_units(at.session, same)):
        if units is None or found.named is None or units & found.named:
            told = {"actor": twin.actor.partition(" <")[0], "moment": twin.at.astimezone(at.settings.zone)}
            return AskingFault.SAID_ALREADY(number=twin.id, **told)
    return AskingFault.ONCE_ALREADY(title=found.duties[0].title)


def _open_for(at: PlanNow, duty: str, said: Sequence[Happening]) -> set[int]:
    """The units that these have made owe the duty, and still do, or have filed it; also where a person has
    waived or cancelled it, which stays so."""
    keys = [period_of(each, at.settings.zone).key for each in said]
    query = (
        sa_select(col(Obligation.unit_id))
        .join(Occurrence, col(Occurrence.id) == col(Obligation.occurrence_id))
        .join(Stage, col(Stage.id) == col(Occurrence.stage_id))
        .join(Duty, col(Duty.id) == col(Stage.duty_id))
        .where(col(Duty.plan_id) == at.plan.id, col(Duty.key) == duty, col(Occurrence.period).in_(keys))
        .where(or_(col(Obligation.state) != Lifecycle.CANCELLED, CANCELLED_BY_A_PERSON))
    )
    return set(at.session.scalars(query)) if keys else set()
