"""Whether dondoc does its work: passes that fall silent, a mail server that is down, notices that are stuck.

`findings` only looks. A finding is a value; `reporting.health_words` says it in two languages. The one
who looks need not be the one who was silent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, exists, func, literal, or_, select
from sqlmodel import Session, col

from models.notice import Notice
from models.plan import Plan
from models.settings import Settings
from models.upkeep import Heartbeat, Outage
from models.vocabulary import NoticeState
from reporting.marked_contacts import marked_number

TICK, SENDER = "tick", "sender"
"""The names under which the two passes leave their heartbeats."""
STUCK_AFTER = timedelta(days=2)
"""A notice may wait for the next day's mail; what waits for a second one is stuck."""
RECENT = timedelta(days=14)
"""Failed notices are shown for so long; what is older was seen, or never will be."""


class Concern(StrEnum):
    """What a finding is about."""

    NEVER_RAN = "never ran"
    SILENT = "silent"
    CLOCK_AHEAD = "clock ahead"
    STOPPED = "stopped"
    SERVER_DOWN = "server down"
    STUCK = "stuck"
    FAILED = "failed"
    BOUNCED = "bounced"


ORDINARY = frozenset({Concern.FAILED, Concern.BOUNCED})
"""Concerns of single people, that any large installation has every week."""


@dataclass(frozen=True, kw_only=True, slots=True)
class HealthFinding:
    """Something that is not as it should be.

    `part` is the pass or the server concerned, `since` when it began as far as is known, `number` how many
    notices or contacts, `detail` the words of whoever noticed it.
    """

    concern: Concern
    part: str = ""
    since: datetime | None = None
    number: int = 0
    detail: str = ""

    @property
    def is_serious(self) -> bool:
        """Whether people may not be told in time."""
        return self.concern not in ORDINARY

    @property
    def key(self) -> str:
        """The same for the same concern, so that it is alerted once."""
        return f"{self.concern}:{self.part}"


def findings(session: Session, now: datetime, settings: Settings) -> list[HealthFinding]:
    """All that is wrong at `now`, the serious first; none where no plan is loaded and nothing waits."""
    if not _has_work(session):
        return []
    found = [*_passes(session, now, settings), *_outages(session), *_notices(session, now, settings)]
    return sorted(found, key=lambda finding: not finding.is_serious)


def _has_work(session: Session) -> bool:
    return session.scalar(select(func.count()).select_from(Plan).where(col(Plan.retired_at).is_(None))) != 0


def silent(session: Session, now: datetime, settings: Settings) -> list[HealthFinding]:
    """What the banner of every page says: passes that do not run. One query, so that each page can ask."""
    has_work = exists().where(col(Plan.retired_at).is_(None))
    one = select(literal(1).label("one")).subquery()
    query = select(has_work.label("has_work"), Heartbeat).select_from(one)
    joined = query.outerjoin(Heartbeat, col(Heartbeat.name).in_((TICK, SENDER)))
    rows = session.execute(joined).all()
    if not rows[0].has_work:
        return []
    heartbeats = {row.Heartbeat.name: row.Heartbeat for row in rows if row.Heartbeat is not None}
    return list(_silences(heartbeats, now, settings))


def _passes(session: Session, now: datetime, settings: Settings) -> Iterator[HealthFinding]:
    found = session.scalars(select(Heartbeat).where(col(Heartbeat.name).in_((TICK, SENDER))))
    yield from _silences({heartbeat.name: heartbeat for heartbeat in found}, now, settings)


def _silences(
    heartbeats: Mapping[str, Heartbeat], now: datetime, settings: Settings
) -> Iterator[HealthFinding]:
    for name in (TICK, SENDER):
        heartbeat = heartbeats.get(name)
        if heartbeat is None:
            yield HealthFinding(concern=Concern.NEVER_RAN, part=name)
            continue
        concern = _concern(heartbeat, now, timedelta(minutes=settings.silent_minutes))
        if concern is not None:
            yield HealthFinding(concern=concern, part=name, since=heartbeat.at, detail=heartbeat.detail)


def left_behind(session: Session, part: str, by: str, settings: Settings) -> HealthFinding | None:
    """A pass that fell silent while the other went on, as far as heartbeats tell. An outage of both is none:
    then nobody is to blame, and both come back together."""
    mine, other = session.get(Heartbeat, by), session.get(Heartbeat, part)
    patience = timedelta(minutes=settings.silent_minutes)
    if mine is None:
        return None
    since = other.at if other is not None else _waiting_since(session)
    if since is None or mine.at <= since + patience:
        return None
    concern = Concern.NEVER_RAN if other is None else Concern.SILENT
    return HealthFinding(concern=concern, part=part, since=since)


def _waiting_since(session: Session) -> datetime | None:
    """Since when a notice has waited for a sender that never ran."""
    waiting = col(Notice.state) == NoticeState.QUEUED
    return session.scalar(select(func.min(col(Notice.planned_at))).where(waiting))


def _concern(heartbeat: Heartbeat, now: datetime, patience: timedelta) -> Concern | None:
    if heartbeat.at > now + patience:
        return Concern.CLOCK_AHEAD
    if heartbeat.at < now - patience:
        return Concern.SILENT
    return Concern.STOPPED if heartbeat.detail else None


def _outages(session: Session) -> Iterator[HealthFinding]:
    for outage in session.scalars(select(Outage).order_by(col(Outage.server))):
        yield HealthFinding(
            concern=Concern.SERVER_DOWN,
            part=outage.server,
            since=outage.since,
            number=outage.failures,
            detail=outage.said,
        )


def _notices(session: Session, now: datetime, settings: Settings) -> Iterator[HealthFinding]:
    failed = and_(col(Notice.state) == NoticeState.FAILED, col(Notice.planned_at) >= now - RECENT)
    for concern, condition in ((Concern.STUCK, is_stuck(now, settings)), (Concern.FAILED, failed)):
        query = select(func.count(), func.min(col(Notice.planned_at))).where(condition)
        number, since = session.execute(query).one()
        if number:
            yield HealthFinding(concern=concern, number=number, since=since)
    number, since = marked_number(session, now.astimezone(settings.zone).date())
    if number:
        yield HealthFinding(concern=Concern.BOUNCED, number=number, since=since)


def is_stuck(now: datetime, settings: Settings) -> ColumnElement[bool]:
    """Notices that should have left long ago: ready for two days, or held by a sender that is long dead."""
    patience = timedelta(minutes=settings.silent_minutes)
    ready_since = or_(col(Notice.next_attempt_at).is_(None), col(Notice.next_attempt_at) < now - STUCK_AFTER)
    waiting = and_(
        col(Notice.state) == NoticeState.QUEUED, col(Notice.planned_at) < now - STUCK_AFTER, ready_since
    )
    held = and_(col(Notice.state) == NoticeState.CLAIMED, col(Notice.lease_until) < now - patience)
    return or_(waiting, held)
