"""Monitoring of dondoc itself: missing heartbeats, a mail server that is down, stuck or failed notices.

`findings` only reads. A finding is a value; the texts below word it in two languages. A pass can report that
the other one is silent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, exists, func, literal, or_, select
from sqlmodel import Session, col

from calendars.errors import said
from calendars.zone import local_date
from models.notice import Notice
from models.plan import Plan
from models.settings import Settings
from models.upkeep import SENDER, TICK, Heartbeat, Outage
from models.vocabulary import NoticeState
from reporting.reminders.events import raise_alert
from reporting.stops import heard, unpacked
from reporting.units.contacts import marked_number


def raise_findings(
    session: Session, settings: Settings, found: Iterable[HealthFinding], now: datetime
) -> list[HealthFinding]:
    """Queue an alert for each serious finding; returns those that are new today."""
    today = local_date(now, settings.zone)
    serious = [each for each in found if each.is_serious]
    return [
        each
        for each in serious
        if raise_alert(session, settings, f"watch {each.key}", _said(each, settings), now, today)
    ]


def _said(finding: HealthFinding, settings: Settings) -> str:
    words = finding_words(finding, settings.language, settings.zone)
    return f"{words} ({finding_remedy(finding, settings.language)})"


STUCK_AFTER = timedelta(days=2)
"""A notice may wait for the next day's mail, but not for a second one."""
RECENT = timedelta(days=14)
"""Age up to which failed notices are shown."""


class Concern(StrEnum):
    """Kinds of findings."""

    NEVER_RAN = "never ran"
    SILENT = "silent"
    CLOCK_AHEAD = "clock ahead"
    STOPPED = "stopped"
    SERVER_DOWN = "server down"
    STUCK = "stuck"
    FAILED = "failed"
    BOUNCED = "bounced"


ORDINARY = frozenset({Concern.FAILED, Concern.BOUNCED})
"""Concerns about single people, common in a large installation."""


@dataclass(frozen=True, kw_only=True, slots=True)
class HealthFinding:
    """A problem of the running installation.

    `part` is the pass or the server concerned, `since` when it began as far as is known, `number` how many
    notices or contacts, `detail` what the pass or the server said.
    """

    concern: Concern
    part: str = ""
    since: datetime | None = None
    number: int = 0
    detail: str = ""

    @property
    def is_serious(self) -> bool:
        """Whether reminders may come too late."""
        return self.concern not in ORDINARY

    @property
    def key(self) -> str:
        """The same for the same concern, so that it is alerted once."""
        return f"{self.concern}:{self.part}"


def findings(session: Session, now: datetime, settings: Settings) -> list[HealthFinding]:
    """All that is wrong at `now`, the serious first; none where no plan is loaded and nothing waits."""
    heartbeats = _heartbeats(session)
    if heartbeats is None:
        return []
    found = [
        *_silences(heartbeats, now, settings),
        *_outages(session),
        *_notices(session, now, settings),
    ]
    return sorted(found, key=lambda finding: not finding.is_serious)


def silent(session: Session, now: datetime, settings: Settings) -> list[HealthFinding]:
    """Passes that do not run, for the banner of every page; one query."""
    heartbeats = _heartbeats(session)
    return [] if heartbeats is None else list(_silences(heartbeats, now, settings))


def _heartbeats(session: Session) -> dict[str, Heartbeat] | None:
    """The heartbeats of both passes by name; None where no plan is loaded, so that none is due."""
    has_work = exists().where(col(Plan.retired_at).is_(None))
    one = select(literal(1).label("one")).subquery()
    query = select(has_work.label("has_work"), Heartbeat).select_from(one)
    rows = session.execute(query.outerjoin(Heartbeat, col(Heartbeat.name).in_((TICK, SENDER)))).all()
    if not rows[0].has_work:
        return None
    return {row.Heartbeat.name: row.Heartbeat for row in rows if row.Heartbeat is not None}


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
    """A finding where the pass `part` is silent while the pass `by` ran on, by their heartbeats. An outage
    of both is no finding: they come back together."""
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


RUN = {TICK: "dondoc tick", SENDER: "dondoc mail send"}
PARTS = {"vi": {TICK: "lượt chạy", SENDER: "bộ phận gửi thư"}, "en": {TICK: "the tick", SENDER: "the sender"}}
SAID: dict[str, dict[Concern, str]] = {
    "vi": {
        Concern.NEVER_RAN: "{part} chưa chạy lần nào",
        Concern.SILENT: "{part} im lặng từ {since}",
        Concern.CLOCK_AHEAD: "{part} đã chạy lúc {since}, ở tương lai",
        Concern.STOPPED: "{part} phải dừng lúc {since}: {detail}",
        Concern.SERVER_DOWN: "máy chủ thư {part} không phục vụ từ {since}: {detail}",
        Concern.STUCK: "{number} lượt nhắc bị kẹt, lâu nhất từ {since}",
        Concern.FAILED: "{number} lượt nhắc gửi hỏng, sớm nhất từ {since}",
        Concern.BOUNCED: "{number} địa chỉ không nhận thư, sớm nhất từ {since}",
    },
    "en": {
        Concern.NEVER_RAN: "{part} has never run",
        Concern.SILENT: "{part} has been silent since {since}",
        Concern.CLOCK_AHEAD: "{part} ran at {since}, in the future",
        Concern.STOPPED: "{part} had to stop at {since}: {detail}",
        Concern.SERVER_DOWN: "the mail server {part} has not served since {since}: {detail}",
        Concern.STUCK: "{number} notices are stuck, the oldest since {since}",
        Concern.FAILED: "{number} notices failed, the oldest planned at {since}",
        Concern.BOUNCED: "{number} addresses refuse mail, the first since {since}",
    },
}
REMEDY: dict[str, dict[Concern, str]] = {
    "vi": {
        Concern.NEVER_RAN: "chạy vài phút một lần, bằng cron hoặc Prefect: {command}",
        Concern.SILENT: "chạy vài phút một lần, bằng cron hoặc Prefect: {command}",
        Concern.CLOCK_AHEAD: "chỉnh lại đồng hồ của máy",
        Concern.STOPPED: "xem docs/mail.md",
        Concern.SERVER_DOWN: "kiểm tra DONDOC_SMTP_… và máy chủ thư; thư vẫn nằm chờ, không mất",
        Concern.STUCK: "xem: dondoc outbox --state queued; dondoc outbox --state claimed",
        Concern.FAILED: "xem lý do: dondoc outbox --state failed",
        Concern.BOUNCED: "nạp địa chỉ đúng: dondoc units load FILE --as-of DATE; nếu bị đánh dấu nhầm: "
        "dondoc mail refused, rồi dondoc mail trust",
    },
    "en": {
        Concern.NEVER_RAN: "run it every few minutes, by cron or Prefect: {command}",
        Concern.SILENT: "run it every few minutes, by cron or Prefect: {command}",
        Concern.CLOCK_AHEAD: "set the machine's clock right",
        Concern.STOPPED: "see docs/mail.md",
        Concern.SERVER_DOWN: "check DONDOC_SMTP_… and the mail server; the mails wait and are not lost",
        Concern.STUCK: "look at: dondoc outbox --state queued; dondoc outbox --state claimed",
        Concern.FAILED: "see why: dondoc outbox --state failed",
        Concern.BOUNCED: "load the right address: dondoc units load FILE --as-of DATE; if it was marked by "
        "mistake: dondoc mail refused, then dondoc mail trust",
    },
}


def finding_words(finding: HealthFinding, language: str, zone: ZoneInfo) -> str:
    """The finding in one sentence, without its full stop."""
    since = f"{finding.since.astimezone(zone):%H:%M %d/%m/%Y}" if finding.since else ""
    part = PARTS[language].get(finding.part, finding.part)
    words = SAID[language][finding.concern]
    detail, _ = _detail(finding, language)
    return words.format(part=part, since=since, number=finding.number, detail=detail)


def finding_remedy(finding: HealthFinding, language: str) -> str:
    """What to do about it: a pass that stopped says so itself."""
    _, remedy = _detail(finding, language)
    return remedy or REMEDY[language][finding.concern].format(command=RUN.get(finding.part, ""))


def _detail(finding: HealthFinding, language: str) -> tuple[str, str]:
    """Problem and remedy of a pass that stopped; else the detail as it is, and no remedy."""
    if finding.concern is not Concern.STOPPED:
        return said(heard(finding.detail), language), ""
    wrong, _, remedy = said(unpacked(finding.detail), language).partition("; ")
    return wrong, remedy
