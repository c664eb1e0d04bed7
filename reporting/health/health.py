"""Monitoring of dondoc itself: missing heartbeats, a mail server that is down, stuck or failed notices.

`findings` only reads. A finding is a value; the texts below word it in two languages. A pass can report that
the other one is silent.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, exists, func, literal, or_, select
from sqlmodel import Session, col

from calendars.errors import Fault
from calendars.zone import local_date
from messages.catalogue import N_, translate, translate_plural
from messages.formats import moment_text
from models.notice import Notice
from models.plan import Plan
from models.settings import Settings
from models.upkeep import SENDER, TICK, Heartbeat, Outage
from models.vocabulary import NoticeState
from reporting.audit.log import entries
from reporting.backup_mark import RECOVERY, SUBJECT, Files, look, read_marks
from reporting.reminders.events import raise_alert
from reporting.stops import packed, translatable, unpacked
from reporting.units.contacts import marked_number


def raise_findings(
    session: Session, settings: Settings, found: Iterable[HealthFinding], now: datetime
) -> list[HealthFinding]:
    """Queue an alert for each serious finding; returns those that are new today."""
    today = local_date(now, settings.zone)
    serious = [each for each in found if each.is_serious]
    if any(each.concern is Concern.STOPPED for each in serious):  # for which the server was, too
        serious = [each for each in serious if each.concern is not Concern.SERVER_DOWN]
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
    BACKUP = "backup"
    RESTORED = "restored"
    SERVER_DOWN = "server down"
    STUCK = "stuck"
    PREFECT_AWAY = "prefect away"
    NO_WORKER = "no worker"
    LATE = "late"
    FAILED = "failed"
    BOUNCED = "bounced"


STOPS = frozenset({Concern.STOPPED, Concern.BACKUP})
"""Concerns that say what a pass itself said when it stopped."""
BY_PREFECT = frozenset({Concern.PREFECT_AWAY, Concern.NO_WORKER, Concern.LATE})
"""Concerns that Prefect is asked about; `findings` knows nothing of them."""
ORDINARY = frozenset({Concern.FAILED, Concern.BOUNCED, Concern.RESTORED})
"""Concerns about single people, common in a large installation; and what has been dealt with."""


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
    marks = read_marks(settings)
    backups = list(_backups(session, marks, now, settings))
    heartbeats = _heartbeats(session)
    if heartbeats is None:
        return backups
    said = {each.detail for each in backups if each.detail}
    found = [
        *backups,
        *(each for each in _silences(heartbeats, now, settings) if each.detail not in said),
        *_outages(session),
        *_notices(session, now, settings),
    ]
    return sorted(found, key=lambda finding: not finding.is_serious)


def _backups(session: Session, marks: Files, now: datetime, settings: Settings) -> Iterator[HealthFinding]:
    """A database that was put back to an earlier state, or may have been; and that it was, some days
    later."""
    standing = look(session, marks)
    standing.is_admitted = True  # the pages' own installation need not be one that sends
    doubt = standing.doubt(settings.zone)
    if doubt:
        yield HealthFinding(concern=Concern.BACKUP, since=standing.lost_until, detail=packed(doubt))
    for entry in entries(session, subject=SUBJECT, since=now - RECENT):
        if entry.action == RECOVERY:
            after = json.loads(entry.after)
            yield HealthFinding(
                concern=Concern.RESTORED,
                since=datetime.fromisoformat(after["lost_until"]),
                number=after["notices"],
            )


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
PARTS = {TICK: N_("the tick"), SENDER: N_("the sender")}
SAID = {
    Concern.NEVER_RAN: N_("%(part)s has never run"),
    Concern.SILENT: N_("%(part)s has been silent since %(since)s"),
    Concern.CLOCK_AHEAD: N_("%(part)s ran at %(since)s, in the future"),
    Concern.STOPPED: N_("%(part)s had to stop at %(since)s: %(detail)s"),
    Concern.BACKUP: N_("nobody is mailed: %(detail)s"),
    Concern.SERVER_DOWN: N_("the mail server %(part)s has not served since %(since)s: %(detail)s"),
    Concern.PREFECT_AWAY: N_("Prefect at %(part)s cannot be asked (%(detail)s)"),
    Concern.NO_WORKER: N_("no worker is online in the pool %(part)s, so nothing runs"),
    Concern.LATE: N_("%(part)s should have run at %(since)s, and nobody has begun it"),
}
RUN_IT = N_("run it every few minutes, by cron or Prefect: %(command)s")
REMEDY = {
    Concern.NEVER_RAN: RUN_IT,
    Concern.SILENT: RUN_IT,
    Concern.CLOCK_AHEAD: N_("set the machine's clock right"),
    Concern.STOPPED: N_("see docs/mail.md"),
    Concern.BACKUP: N_("see docs/mail.md"),
    Concern.RESTORED: N_(
        "have entered again what was filed and decided since the backup; see dondoc outbox --state cancelled"
    ),
    Concern.SERVER_DOWN: N_("check DONDOC_SMTP_… and the mail server; the mails wait and are not lost"),
    Concern.PREFECT_AWAY: N_("start it, or correct PREFECT_API_URL and PREFECT_API_AUTH_STRING"),
    Concern.NO_WORKER: N_("start one: dondoc flows work --pool %(part)s"),
    Concern.LATE: N_("see whether a worker is online and free, and Prefect's own pages"),
    Concern.STUCK: N_("look at: dondoc outbox --state queued; dondoc outbox --state claimed"),
    Concern.FAILED: N_("see why: dondoc outbox --state failed"),
    Concern.BOUNCED: N_(
        "load the right address: dondoc units load FILE --as-of DATE; if it was marked by mistake: "
        "dondoc mail refused, then dondoc mail trust"
    ),
}


def part_words(part: str, language: str) -> str:
    """What a pass is called; a server by its own name."""
    return translate(language, PARTS[part]) if part in PARTS else part


def finding_words(finding: HealthFinding, language: str, zone: ZoneInfo) -> str:
    """The finding in one sentence, without its full stop."""
    since = moment_text(finding.since, zone, language) if finding.since else ""
    if finding.concern not in SAID:
        return _counted(finding.concern, finding.number, since, language)
    part, detail = part_words(finding.part, language), _detail(finding)
    problem = detail.problem(language) if isinstance(detail, Fault) else detail
    return translate(language, SAID[finding.concern], part=part, since=since, detail=problem)


def _counted(concern: Concern, number: int, since: str, language: str) -> str:
    """What is wrong with so many notices or addresses."""
    if concern is Concern.STUCK:
        return translate_plural(
            language,
            "%(number)s notice is stuck, since %(since)s",
            "%(number)s notices are stuck, the oldest since %(since)s",
            number,
            since=since,
        )
    if concern is Concern.FAILED:
        return translate_plural(
            language,
            "%(number)s notice failed, planned at %(since)s",
            "%(number)s notices failed, the oldest planned at %(since)s",
            number,
            since=since,
        )
    if concern is Concern.RESTORED:
        return translate_plural(
            language,
            "the database was restored from a backup, without what was done until %(since)s; %(number)s "
            "queued notice was taken back",
            "the database was restored from a backup, without what was done until %(since)s; %(number)s "
            "queued notices were taken back",
            number,
            since=since,
        )
    return translate_plural(
        language,
        "%(number)s address refuses mail, since %(since)s",
        "%(number)s addresses refuse mail, the first since %(since)s",
        number,
        since=since,
    )


def finding_remedy(finding: HealthFinding, language: str) -> str:
    """What to do about it: a pass that stopped says so itself."""
    detail = _detail(finding)
    own = detail.remedy(language) if isinstance(detail, Fault) else ""
    command = RUN.get(finding.part, "")
    return own or translate(language, REMEDY[finding.concern], command=command, part=finding.part)


def _detail(finding: HealthFinding) -> str:
    """What a pass or a server said: a fault, or a text as it is."""
    return unpacked(finding.detail) if finding.concern in STOPS else translatable(finding.detail)
