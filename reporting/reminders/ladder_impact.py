"""What loading a ladder file would do: its rungs compared, and what the coming weeks would send differently.

It is found by doing it: the ladder is loaded behind a savepoint, the very preview is asked before and after,
and nothing is kept.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlmodel import Session, col

from calendars.office import Measure, OfficeCalendar
from models.database import chunks
from models.ladder_file import LOOK_AHEAD, LadderFile, Rung
from models.notice import Notice
from models.obligation import Obligation
from models.plan import Plan
from models.settings import Settings
from models.vocabulary import Audience, Lifecycle, NoticeState, say
from reporting.reminders.audience import Audiences, load_audiences
from reporting.reminders.ladders import ladders, load_ladder
from reporting.reminders.ledger import SWITCHED_OFF, LedgerEntry, ObligationView, enter
from reporting.reminders.ledger_store import read_views
from reporting.reminders.planner import attention, plan
from reporting.reminders.run import Expected, preview
from reporting.special_days import working_days

AROUND = timedelta(days=60)
"""A rung speaks at most so long before or after its deadline; reports due beyond that are not looked at."""
MOST = 20_000
"""Reports looked at; beyond that the answer is about the first ones, and says so."""


@dataclass
class Rehearsal:
    """Notices by rung, and the people told; `capped` says that not all reports were looked at."""

    rungs: Counter[str] = field(default_factory=Counter)
    people: set[str] = field(default_factory=set)
    capped: bool = False

    @property
    def notices(self) -> int:
        return self.rungs.total()


@dataclass(frozen=True)
class _Past:
    """When a report was opened, filed, accepted and closed."""

    opened: datetime
    filed: datetime | None
    accepted: datetime | None
    closed: datetime | None
    deadline: datetime | None

    def then(self, view: ObligationView, now: datetime) -> ObligationView | None:
        """The report as it stood, None where nobody needed to be told of it."""
        if any(end is not None and end <= now for end in (self.accepted, self.closed)):
            return None
        if self.filed is not None and self.filed <= now:
            return replace(view, state=Lifecycle.SUBMITTED, submitted_at=self.filed, deadline=self.deadline)
        return replace(view, state=Lifecycle.OPEN, submitted_at=None, deadline=self.deadline)


def rehearse(
    session: Session, settings: Settings, ladder: LadderFile, start: datetime, end: datetime
) -> Rehearsal:
    """What it would have sent from `start` until before `end` to the plans that have it."""
    calendar = OfficeCalendar(working_days(session), settings.zone)
    ids = list(session.scalars(_looked_at(ladder.slug, start, end).limit(MOST + 1)))
    found = Rehearsal(capped=len(ids) > MOST)
    for some in chunks(ids[:MOST]):
        past = _past(session, some)
        views = [view for group in read_views(session, some, calendar).values() for view in group]
        audiences = load_audiences(session, views, calendar.day(start), ladder.every_rung)
        for rung, recipient in _Run(ladder, calendar, audiences, past, start, end).told(views):
            found.rungs[rung] += 1
            found.people.add(recipient)
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


@dataclass(frozen=True)
class _Run:
    """One pass through the time, over a few hundred reports."""

    ladder: LadderFile
    calendar: OfficeCalendar
    audiences: Audiences
    past: dict[int, _Past]
    start: datetime
    end: datetime

    def told(self, views: Sequence[ObligationView]) -> Iterator[tuple[str, str]]:
        """Rung and recipient of each notice. What had come before the start is only noted."""
        waiting: dict[datetime, list[ObligationView]] = defaultdict(list)
        ledger: dict[int, list[LedgerEntry]] = {}
        for view in views:
            waiting[max(self.start, self.past[view.id].opened)].append(view)
        while waiting and (now := min(waiting)) < self.end:
            alive = [then for view in waiting.pop(now) if (then := self.past[view.id].then(view, now))]
            notices = plan(alive, self.ladder, ledger, self.calendar, self.audiences, now)
            enter(ledger, notices, now)
            if now > self.start:
                yield from (
                    (notice.rung, notice.recipient)
                    for notice in notices
                    if notice.state is NoticeState.QUEUED
                )
            for view, moment in self._later(alive, ledger, now):
                waiting[moment].append(view)

    def _later(
        self, views: Sequence[ObligationView], ledger: dict[int, list[LedgerEntry]], now: datetime
    ) -> Iterator[tuple[ObligationView, datetime]]:
        moments = attention(views, self.ladder, ledger, self.calendar, now)
        for view in views:
            filed = self.past[view.id].filed
            coming = [each for each in (moments[view.id], filed) if each is not None and each > now]
            if coming:
                yield view, min(coming)


def _looked_at(slug: str, start: datetime, end: datetime):  # type: ignore[no-untyped-def]
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
    columns = (
        Obligation.id,
        Obligation.opened_at,
        Obligation.first_submitted_at,
        Obligation.accepted_at,
        Obligation.closed_at,
        Obligation.deadline,
    )
    rows = session.execute(select(*columns).where(col(Obligation.id).in_(ids)))  # type: ignore[call-overload]
    return {row[0]: _Past(*row[1:]) for row in rows}


AHEAD = timedelta(days=30)
MEASURES = {Measure.DAYS: "ngày", Measure.WORKING_DAYS: "ngày làm việc"}


@dataclass(frozen=True, kw_only=True)
class ForeseenNotices:
    """What an edit would do: to the rungs, to the mails of the coming weeks, and to what is queued."""

    before: LadderFile | None
    after: LadderFile
    more: Sequence[Expected]
    fewer: Sequence[Expected]
    silenced: int

    def rungs(self, language: str = "en") -> list[str]:
        """A line for each rung that comes, goes or changes."""
        return rung_differences(self.before, self.after, language)

    @property
    def is_felt(self) -> bool:
        """Whether anybody would be told anything else than before."""
        return bool(self.more or self.fewer or self.silenced)


def rung_differences(before: LadderFile | None, after: LadderFile, language: str = "en") -> list[str]:
    """A line for each rung that comes, goes or changes."""
    arrow, says = ("→", rung_words) if language == "vi" else ("->", describe)
    old = {} if before is None else {rung.id: rung for rung in before.every_rung}
    new = {rung.id: rung for rung in after.every_rung}
    lines = [f"- {id}: {says(rung)}" for id, rung in old.items() if id not in new]
    lines += [f"+ {id}: {says(rung)}" for id, rung in new.items() if id not in old]
    lines += [
        f"~ {id}: {says(old[id])} {arrow} {says(rung)}"
        for id, rung in new.items()
        if id in old and not old[id].same_rule(rung)
    ]
    return lines


def describe(rung: Rung) -> str:
    """The rung in one line, as a ladder file has it."""
    repeat = f", repeat every {rung.repeat.every} max {rung.repeat.max}" if rung.repeat else ""
    unit = f" {rung.unit}" if rung.unit else ""
    immediate = ", immediate" if rung.immediate else ""
    return (
        f"{rung.at} {rung.hour:%H:%M} {'+'.join(rung.audience)}{unit} until {rung.until}{repeat}{immediate}"
    )


def rung_words(rung: Rung) -> str:
    """The rung in one line of Vietnamese, for whoever does not read ladder files."""
    parts = [
        f"{_moment_words(rung)} lúc {rung.hour:%H:%M}",
        f"nhắc {', '.join(_audience_words(rung))}",
        say(rung.until, "vi"),
    ]
    if rung.repeat:
        every = rung.repeat.every
        parts.append(
            f"nhắc lại sau mỗi {every.count} {MEASURES[every.measure]}, tối đa {rung.repeat.max} lần"
        )
    return ", ".join([*parts, "gửi ngay"] if rung.immediate else parts)


def _moment_words(rung: Rung) -> str:
    if rung.id == LOOK_AHEAD:
        return "hằng tuần"
    if not rung.at.count:
        return "đúng ngày" if rung.at.measure is Measure.DAYS else "ngày làm việc cuối"
    side = "sau" if rung.is_after else "trước"
    return f"{side} {abs(rung.at.count)} {MEASURES[rung.at.measure]}"


def _audience_words(rung: Rung) -> list[str]:
    unit = {Audience.UNIT: f" {rung.unit}"}
    return [f"{say(each, 'vi')}{unit.get(each, '')}" for each in rung.audience]


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
