"""Effects of loading a ladder file: its rungs compared, and the notices that come or go in the coming weeks.

The ladder is loaded behind a savepoint, the preview is asked before and after, and nothing is kept.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

from sqlalchemy import Select, func, or_, select
from sqlmodel import Session, col

from calendars.office import Measure, OfficeCalendar
from messages.catalogue import NP_, translate, translate_plural
from messages.counted import TIMES
from messages.formats import clock_text
from models.database import chunks
from models.ladder_file import LOOK_AHEAD, LadderFile, Repeat, Rung
from models.notice import Notice
from models.obligation import Obligation
from models.plan import Plan
from models.settings import Settings
from models.vocabulary import Audience, Lifecycle, NoticeState, say
from reporting.reminders.audience import load_audiences
from reporting.reminders.ladders import ladders, load_ladder
from reporting.reminders.ledger import SWITCHED_OFF, ObligationView
from reporting.reminders.ledger_store import read_views
from reporting.reminders.planner import Expected, Planner
from reporting.reminders.run import preview
from reporting.special_days import working_days

AROUND = timedelta(days=60)
"""A rung speaks at most so long before or after its deadline; reports due beyond that are not looked at."""
MOST = 20_000
"""Reports looked at; beyond that the answer is about the first ones, and says so."""


@dataclass
class Rehearsal:
    """Notices by rung, and the people reminded; `capped` says that not all reports were looked at."""

    rungs: Counter[str] = field(default_factory=Counter)
    people: set[str] = field(default_factory=set)
    capped: bool = False

    @property
    def notices(self) -> int:
        return self.rungs.total()


class _Past(NamedTuple):
    """When a report was opened, filed, accepted and closed, and the deadline of its first version."""

    opened: datetime
    filed: datetime | None
    accepted: datetime | None
    closed: datetime | None
    deadline: datetime | None


def _as_of(past: Mapping[int, _Past], view: ObligationView, now: datetime) -> ObligationView | None:
    """The report as it was, None where nobody needed to be reminded of it."""
    then = past[view.id]
    if any(end is not None and end <= now for end in (then.accepted, then.closed)):
        return None
    if then.filed is not None and then.filed <= now:
        return replace(view, state=Lifecycle.SUBMITTED, submitted_at=then.filed, deadline=then.deadline)
    return replace(view, state=Lifecycle.OPEN, submitted_at=None, deadline=then.deadline)


def rehearse(
    session: Session, settings: Settings, ladder: LadderFile, start: datetime, end: datetime
) -> Rehearsal:
    """What it would have sent from `start` until before `end` to the plans that have it; what had come before
    the start is only noted."""
    calendar = OfficeCalendar(working_days(session), settings.zone)
    ids = list(session.scalars(_looked_at(ladder.slug, start, end).limit(MOST + 1)))
    found = Rehearsal(capped=len(ids) > MOST)
    for some in chunks(ids[:MOST]):
        past = _past(session, some)
        views = [view for group in read_views(session, some, calendar).values() for view in group]
        audiences = load_audiences(session, views, calendar.day(start), ladder.every_rung)
        waiting: dict[datetime, list[ObligationView]] = defaultdict(list)
        for view in views:
            waiting[max(start, past[view.id].opened)].append(view)
        for at, notice in Planner(ladder, calendar, audiences).simulate(
            waiting,
            end,
            partial(_as_of, past),
            {id: each.filed for id, each in past.items()},
        ):
            if start < at < end and notice.state is NoticeState.QUEUED:
                found.rungs[notice.rung] += 1
                found.people.add(notice.recipient)
    return found


def really_sent(session: Session, slug: str, start: datetime, end: datetime) -> Counter[str]:
    """What the ledger says was sent in that time by rungs, to the plans that have the ladder."""
    query = (
        select(col(Notice.rung), func.count())
        .join(Obligation, col(Obligation.id) == col(Notice.obligation_id))
        .join(Plan, col(Plan.id) == col(Obligation.plan_id))
        .where(col(Plan.ladder) == slug, col(Notice.state) == NoticeState.SENT.value)
        .where(col(Notice.sent_at) >= start, col(Notice.sent_at) < end)
        .group_by(col(Notice.rung))
    )
    return Counter({row[0]: row[1] for row in session.execute(query) if not row[0].startswith("@")})


def _looked_at(slug: str, start: datetime, end: datetime) -> Select[tuple[int]]:
    return (
        select(col(Obligation.id))
        .join(Plan, col(Plan.id) == col(Obligation.plan_id))
        .where(
            col(Plan.ladder) == slug,
            col(Obligation.opened_at) < end,
            col(Obligation.deadline) >= start - AROUND,
            col(Obligation.deadline) < end + AROUND,
            or_(col(Obligation.closed_at).is_(None), col(Obligation.closed_at) > start),
            or_(col(Obligation.accepted_at).is_(None), col(Obligation.accepted_at) > start),
        )
        .order_by(col(Obligation.id))
    )


def _past(session: Session, ids: Iterable[int]) -> dict[int, _Past]:
    query = select(
        col(Obligation.id),
        col(Obligation.opened_at),
        col(Obligation.first_submitted_at),
        col(Obligation.accepted_at),
        col(Obligation.closed_at),
        col(Obligation.deadline),
    ).where(col(Obligation.id).in_(ids))
    return {id: _Past(*times) for id, *times in session.execute(query)}


AHEAD = timedelta(days=30)


@dataclass(frozen=True, kw_only=True)
class ForeseenNotices:
    """What an edit would do: to the rungs, to the mails of the coming weeks, and to what is queued."""

    before: LadderFile | None
    after: LadderFile
    more: Sequence[Expected]
    fewer: Sequence[Expected]
    silenced: int

    def rungs(self, language: str | None = None) -> list[str]:
        """A line for each rung that comes, goes or changes; without a language as ladder files have it."""
        arrow, says = ("->", describe) if language is None else ("→", partial(rung_words, language=language))
        old = {} if self.before is None else {rung.id: rung for rung in self.before.every_rung}
        new = {rung.id: rung for rung in self.after.every_rung}
        lines = [f"- {id}: {says(rung)}" for id, rung in old.items() if id not in new]
        lines += [f"+ {id}: {says(rung)}" for id, rung in new.items() if id not in old]
        lines += [
            f"~ {id}: {says(old[id])} {arrow} {says(rung)}"
            for id, rung in new.items()
            if id in old and not old[id].same_rule(rung)
        ]
        return lines

    @property
    def is_felt(self) -> bool:
        """Whether anybody would get other notices than before."""
        return bool(self.more or self.fewer or self.silenced)


def describe(rung: Rung) -> str:
    """The rung in one line, as a ladder file has it."""
    repeat = f", repeat every {rung.repeat.every} max {rung.repeat.max}" if rung.repeat else ""
    unit = f" {rung.unit}" if rung.unit else ""
    immediate = ", immediate" if rung.immediate else ""
    return (
        f"{rung.at} {rung.hour:%H:%M} {'+'.join(rung.audience)}{unit} until {rung.until}{repeat}{immediate}"
    )


def rung_words(rung: Rung, language: str) -> str:
    """The rung in one line of words, for those who do not read ladder files."""
    line = translate(
        language,
        "%(moment)s at %(hour)s, to %(audience)s, until %(until)s",
        moment=_moment_words(rung, language),
        hour=clock_text(rung.hour, language),
        audience=", ".join(_audience_words(rung, language)),
        until=say(rung.until, language),
    )
    parts = [line]
    if rung.repeat:
        parts.append(_repeat_words(rung.repeat, language))
    if rung.immediate:
        parts.append(translate(language, "sent at once"))
    return ", ".join(parts)


def _repeat_words(repeat: Repeat, language: str) -> str:
    every, times = repeat.every, translate(language, TIMES, number=repeat.max)
    if every.measure is Measure.DAYS:
        return translate_plural(
            language,
            "again after each day, at most %(times)s",
            "again every %(number)s days, at most %(times)s",
            every.count,
            times=times,
        )
    return translate_plural(
        language,
        "again after each working day, at most %(times)s",
        "again every %(number)s working days, at most %(times)s",
        every.count,
        times=times,
    )


def _moment_words(rung: Rung, language: str) -> str:
    if rung.id == LOOK_AHEAD:
        return translate(language, NP_("rung", "every week"))
    number, is_of_days = abs(rung.at.count), rung.at.measure is Measure.DAYS
    if not number:
        day = NP_("rung", "on the day") if is_of_days else NP_("rung", "on the last working day")
        return translate(language, day)
    if is_of_days and rung.is_after:
        return translate_plural(language, "%(number)s day after", "%(number)s days after", number)
    if is_of_days:
        return translate_plural(language, "%(number)s day before", "%(number)s days before", number)
    if rung.is_after:
        return translate_plural(
            language, "%(number)s working day after", "%(number)s working days after", number
        )
    return translate_plural(
        language, "%(number)s working day before", "%(number)s working days before", number
    )


def _audience_words(rung: Rung, language: str) -> list[str]:
    unit = {Audience.UNIT: f" {rung.unit}"}
    return [f"{say(each, language)}{unit.get(each, '')}" for each in rung.audience]


def foresee_ladder(
    session: Session, settings: Settings, ladder: LadderFile, now: datetime
) -> ForeseenNotices:
    """What loading it at `now` would change in the coming 30 days; nothing is kept."""
    before = ladders(session).get(ladder.slug)
    old = _expected(session, settings, ladder.slug, now)
    silenced = _silenced(session)
    savepoint = session.begin_nested()
    load_ladder(session, ladder, now)
    new = _expected(session, settings, ladder.slug, now)
    silenced = _silenced(session) - silenced
    savepoint.rollback()
    session.expire_all()
    return ForeseenNotices(
        before=before,
        after=ladder,
        more=_without(new, old),
        fewer=_without(old, new),
        silenced=silenced,
    )


def _expected(session: Session, settings: Settings, slug: str, now: datetime) -> list[Expected]:
    found = preview(session, now, now + AHEAD, working_days(session), settings, ladder=slug)
    return [each for each in found if each.notice.state is NoticeState.QUEUED]


def _without(some: list[Expected], others: list[Expected]) -> list[Expected]:
    left = Counter(_key(each) for each in others)
    found = []
    for each in some:
        if left[_key(each)]:
            left[_key(each)] -= 1
        else:
            found.append(each)
    return found


def _key(each: Expected) -> tuple[object, ...]:
    notice = each.notice
    return each.at, notice.obligation_id, notice.rung, notice.repeat, notice.recipient


def _silenced(session: Session) -> int:
    query = select(func.count()).select_from(Notice).where(col(Notice.reason) == SWITCHED_OFF)
    return session.scalar(query) or 0
