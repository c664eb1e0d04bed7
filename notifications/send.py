"""Entry points of sending: what is checked before a pass, and what it leaves behind.

A server that fails stops the pass and nothing else: the rest stays queued. A pass that would mail more people
than the ceiling allows sends alerts alone and says so. Each pass leaves a heartbeat.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import Session, select

from calendars.errors import said
from messages.catalogue import SOURCE_LANGUAGE
from messages.formats import time_text
from models.database import reading, writing
from models.settings import Settings
from models.upkeep import SENDER as HEARTBEAT
from models.upkeep import Heartbeat, Outage, beat
from notifications.mail_server import server_name
from notifications.mailbox import MAILBOX
from notifications.outbox import next_attempt, people_waiting
from notifications.outcomes import forget_bodies
from notifications.rate_limit import rest
from notifications.send_window import EVERYBODY, SendWindow, Shard
from notifications.sender import MailPass, Progress, SendingCount
from reporting.access.sessions import tidy_sign_ins
from reporting.backup_mark import Trust, leave_mark, vouch
from reporting.health.health import Concern
from reporting.mail_ceiling import mail_ceiling
from reporting.reminders.events import raise_alert
from reporting.stops import Stop, packed, stop

__all__ = ["HEARTBEAT", "MAILBOX", "SendingCount", "daily", "send_alerts", "send_due"]


def send_due(
    engine: Engine,
    settings: Settings,
    now: datetime,
    progress: Progress | None = None,
    *,
    ceiling: int | None = None,
    shard: Shard = EVERYBODY,
) -> SendingCount:
    """Send what may be sent at `now` to the people of a shard.

    `ceiling` stands in for the setting when a person has looked; it is for the people of all shards.
    """
    standing = _standing(engine, settings, now)
    with reading(engine) as session:
        window = SendWindow.at(session, settings, now)
        people = people_waiting(session, window)
        most = mail_ceiling(session, settings) if ceiling is None else ceiling
    count = SendingCount()
    doubt = standing.doubt(settings.zone)
    if doubt:
        return _withheld(engine, settings, window, standing, doubt)
    refused = None
    if people > most:
        refused = stop(Stop.CEILING, people=people, most=most)
        window = replace(window, only_alerts=True)
        with writing(engine) as session:
            raise_alert(session, settings, STOPPED, refused.say(settings.language), now, window.today)
    _run(engine, settings, window, standing, count, shard, progress)
    with writing(engine) as session:
        if count.stopped:
            words = said(count.stopped, settings.language)
            raise_alert(session, settings, STOPPED, words, now, window.today)
        count.stopped = refused or count.stopped
        _beat(session, settings, window, count, shard)
        leave_mark(session, standing, now)
    return count


def _standing(engine: Engine, settings: Settings, now: datetime) -> Trust:
    """Whether the database has all that was sent; asked before anything else."""
    with writing(engine) as session:
        return vouch(session, settings, now)


STOPPED = f"watch {Concern.STOPPED}:{HEARTBEAT}"
"""The alert that a pass had to stop, called as the watch calls it, so that it comes once."""
WITHHELD = f"watch {Concern.BACKUP}:"
"""The alert that says so: the only mail that leaves a database in doubt."""


def _withheld(
    engine: Engine, settings: Settings, window: SendWindow, standing: Trust, doubt: str
) -> SendingCount:
    """Mail nobody but the administrator, whom it tells why."""
    with writing(engine) as session:
        raise_alert(session, settings, WITHHELD, said(doubt, settings.language), window.now, window.today)
        beat(session, HEARTBEAT, window.now, packed(doubt))
        leave_mark(session, standing, window.now)
    count = SendingCount()
    _run(engine, settings, replace(window, only_alert=WITHHELD), standing, count)
    count.stopped = doubt
    return count


def send_alerts(engine: Engine, settings: Settings, now: datetime) -> SendingCount:
    """Send the alerts alone, for a watch that finds the sender silent.

    It leaves no heartbeat, since the sender itself has not run.
    """
    standing = _standing(engine, settings, now)
    alert = WITHHELD if standing.doubt(settings.zone) else None
    with reading(engine) as session:
        window = replace(SendWindow.at(session, settings, now), only_alerts=True, only_alert=alert)
    count = SendingCount()
    _run(engine, settings, window, standing, count)
    return count


def _run(
    engine: Engine,
    settings: Settings,
    window: SendWindow,
    standing: Trust,
    count: SendingCount,
    shard: Shard = EVERYBODY,
    progress: Progress | None = None,
) -> None:
    """A pass, unless the mail server rests or nobody waits."""
    with writing(engine) as session:
        outage = rest(session, server_name(settings), window.now)
    with reading(engine) as session:
        people = people_waiting(session, window, shard)
    is_resting = outage is not None and outage.retry_at > window.now
    if people and not is_resting:
        # All shards together open no more connections than the setting allows.
        share = max(settings.smtp_connections // shard.of, 1)
        own = settings.model_copy(update={"smtp_connections": share})
        failures = outage.failures if outage else 0
        asyncio.run(MailPass(engine, own, window, standing, count, progress, people, shard, failures).run())
    if not (count.mails or count.stopped):
        with reading(engine) as session:
            # Also of the server before the settings changed.
            outage = outage or session.exec(select(Outage)).first()
            waits = window.now if people and is_resting else next_attempt(session, window.now)
        if outage is not None and waits is not None:  # what the server has turned away
            at = time_text(max(waits, outage.retry_at), settings.zone, SOURCE_LANGUAGE, seconds=True)
            count.stopped = stop(Stop.RESTING, server=outage.server, words=outage.said, at=at)


def _beat(
    session: Session, settings: Settings, window: SendWindow, count: SendingCount, shard: Shard
) -> None:
    last = session.get(Heartbeat, HEARTBEAT)
    if last is None or window.calendar.day(last.at) != window.today:
        daily(session, settings, window.now)
    detail = packed(count.stopped)
    if shard != EVERYBODY and last is not None and last.at == window.now:
        detail = detail or last.detail  # another shard of the same pass had to stop
    beat(session, HEARTBEAT, window.now, detail)


def daily(session: Session, settings: Settings, now: datetime) -> int:
    """Clear what signing in left behind and sent texts that were kept long enough; returns the texts' number.

    The first pass of a day does it.
    """
    tidy_sign_ins(session, now)
    return forget_bodies(session, settings.mail_body_days, now)
