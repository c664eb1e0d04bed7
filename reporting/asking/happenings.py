"""Events: foresee what one opens, say that it has happened, take it back.

What is due each time (`every: on-demand`) is opened by each instant once a unit, what is due once a unit by
the first. A unit of which it was said already keeps that, and is told of nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import select as sa_select
from sqlmodel import Session, col, select

from calendars.due_rules import OnDate
from calendars.periods import Frequency, Period
from calendars.rules import written_date
from calendars.wording import read_phrase
from calendars.zone import moment, require_aware
from models.asking import Happening
from models.errors import IllegalMove, InvalidInput, NotFound
from models.obligation import Obligation, Occurrence
from models.plan import Duty, Stage
from models.plan_files.duty import EventFile, EventSource
from models.settings import Settings
from models.vocabulary import Lifecycle
from reporting.asking.deed import Opened, Withdrawal, keep_units, open_foreseen, period_of, withdraw
from reporting.asking.faults import AskingFault
from reporting.asking.whom import EVERYBODY, Foreseen, PlanNow, Whom, plan_now
from reporting.audit.log import record
from reporting.user_text import TextName, optional_text

HOUR_FIRST = re.compile(r"(?P<hour>\d{1,2}) ?[:h] ?(?P<minute>\d{2})?,? +(?P<day>\S+)", re.ASCII)
DAY_FIRST = re.compile(r"(?P<day>\S+?)[ t]+(?P<hour>\d{1,2}) ?[:h] ?(?P<minute>\d{2})?", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class EventDraft:
    """What has happened, by its id in the plan file, when, and to whom."""

    plan: str
    event: str
    happened_at: datetime
    whom: Whom = EVERYBODY
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class EventSaid:
    """An event with what it opened."""

    happening: Happening
    foreseen: Foreseen
    opened: Opened


def read_moment(text: str, zone: ZoneInfo) -> datetime:
    """An instant as people write it, local: 14:05 28/4/2026, 2026-04-28 14:05, or as documents word it.
    Raises `InvalidInput`."""
    plain = " ".join(text.strip().lower().split())
    match = HOUR_FIRST.fullmatch(plain) or DAY_FIRST.fullmatch(plain)
    try:
        if match is None:
            return _worded(text, zone)
        day = written_date(match["day"])
        clock = time(int(match["hour"]), int(match["minute"] or 0))
    except ValueError as error:
        raise InvalidInput(AskingFault.NO_MOMENT(text=text)) from error
    if day is None:
        raise InvalidInput(AskingFault.NO_MOMENT(text=text))
    return moment(day, clock, zone)


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
    return _foresee(plan_now(session, settings, draft.plan, now, lock=False), draft)


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
    at = plan_now(session, settings, draft.plan, now, lock=True)
    foreseen = _foresee(at, draft)
    happening = Happening(
        plan_id=at.plan.id,
        plan_version_id=at.edition.version_id,
        event=draft.event,
        title=event_of(at, draft.event).title or draft.event,
        whole=foreseen.whole,
        happened_at=_to_the_minute(draft.happened_at),
        note=optional_text(draft.note, TextName.NOTE()),
        actor=actor,
        unit_id=unit_id,
        at=now,
    )
    session.add(happening)
    session.flush()
    keep_units(session, happening, foreseen)
    opened = open_foreseen(at, foreseen, period_of(happening, settings.zone), happening.note, speaker)
    _record(session, happening, at.plan.slug, opened)
    return EventSaid(happening=happening, foreseen=foreseen, opened=opened)


def take_back_event(
    session: Session, settings: Settings, happening_id: int, reason: str, now: datetime, actor: str
) -> Withdrawal:
    """Take back that it happened: what nobody has filed is cancelled, and those who were told are told; what
    is filed stays. Raises `NotFound`, `IllegalMove` or `InvalidInput`."""
    query = select(Happening).where(Happening.id == happening_id)
    happening = session.exec(query.with_for_update()).one_or_none()
    if happening is None:
        raise NotFound(AskingFault.NO_HAPPENING(number=happening_id))
    if happening.withdrawn_at is not None:
        said = happening.withdrawn_at.astimezone(settings.zone)
        raise IllegalMove(AskingFault.TAKEN_BACK(number=happening_id, moment=said))
    return withdraw(session, settings, happening, reason, now, actor)


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


def _foresee(at: PlanNow, draft: EventDraft) -> Foreseen:
    event, zone = event_of(at, draft.event), at.settings.zone
    require_aware(draft.happened_at)
    if draft.happened_at > at.now:
        raise InvalidInput(AskingFault.FUTURE(moment=draft.happened_at.astimezone(zone)))
    if event.by is EventSource.REPORTER and draft.whom.is_all:
        raise InvalidInput(AskingFault.EACH_FOR_ITSELF(event=event.title or event.id))
    duties = [duty for duty in at.edition.file.duties if duty.event is not None and duty.event.id == event.id]
    local = draft.happened_at.astimezone(zone)
    for duty in duties:
        at.require_in_force(duty, local.date())
    period = Period.of_event(1, local.date(), local.time())
    found = at.foresee([at.occurrence(duty, period) for duty in duties], draft.whom)
    return _less_what_is_open(at, found, draft)


def _less_what_is_open(at: PlanNow, found: Foreseen, draft: EventDraft) -> Foreseen:
    """Without what the same instant, or for what is due once any, has opened already. Raises `IllegalMove`
    where that is all."""
    said = at.session.exec(
        select(Happening).where(
            Happening.plan_id == at.plan.id,
            Happening.event == draft.event,
            col(Happening.withdrawn_at).is_(None),
        )
    ).all()
    instant = _to_the_minute(draft.happened_at)
    same = [each for each in said if each.happened_at == instant]
    left = found
    for asked in found.duties:
        is_once = asked.occurrence.duty.every is Frequency.ONCE
        left = at.without(left, asked.duty, _open_for(at, asked.duty, said if is_once else same))
    if left.duties:
        return left
    twin = next((each for each in reversed(same) if _opened_any(at, each, found)), None)
    if twin is not None:
        told = {"actor": twin.actor.partition(" <")[0], "moment": twin.at.astimezone(at.settings.zone)}
        raise IllegalMove(AskingFault.SAID_ALREADY(number=twin.id, **told))
    raise IllegalMove(AskingFault.ONCE_ALREADY(title=found.duties[0].title))


def _opened_any(at: PlanNow, happening: Happening, found: Foreseen) -> bool:
    """Whether any of these reports is owed, or filed, because of it."""
    return any(_open_for(at, asked.duty, [happening]) & asked.unit_ids for asked in found.duties)


def _open_for(at: PlanNow, duty: str, said: Sequence[Happening]) -> set[int]:
    """The units that these have made owe the duty, and still do, or have filed it."""
    keys = [period_of(each, at.settings.zone).key for each in said]
    query = (
        sa_select(col(Obligation.unit_id))
        .join(Occurrence, col(Occurrence.id) == col(Obligation.occurrence_id))
        .join(Stage, col(Stage.id) == col(Occurrence.stage_id))
        .join(Duty, col(Duty.id) == col(Stage.duty_id))
        .where(col(Duty.plan_id) == at.plan.id, col(Duty.key) == duty, col(Occurrence.period).in_(keys))
        .where(col(Obligation.state) != Lifecycle.CANCELLED)
    )
    return set(at.session.scalars(query)) if keys else set()
