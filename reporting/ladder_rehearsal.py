"""What a ladder would have sent in a time that is over, by what really happened then.

The very function that plans reminders is asked again, over reports as they stood at each moment: open until
they were filed, then waiting to be reviewed. Deadlines are taken as they are now, and a report that was
returned counts as filed. Nothing is written.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlmodel import Session, col

from models.ladder_file import LadderFile
from models.notice import Notice
from models.obligation import Obligation
from models.plan import Plan
from models.settings import Settings
from models.vocabulary import Lifecycle, NoticeState
from reporting.audience import Audiences, chunks, load_audiences
from reporting.ledger import LedgerEntry, ObligationView, enter
from reporting.ledger_rows import read_views
from reporting.reminders import attention, plan
from reporting.rungs import OfficeCalendar
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
