"""How many people a plan that may be loaded would have mailed until the next morning of mails.

It is tried, in a transaction that is taken back: loaded, opened and reminded of, now and at each hour of
digests until that of the next working day. So it is what passes at these instants would do if nobody files.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlmodel import Session, col, select

from calendars.deadline import ONE_DAY
from models.notice import Notice
from models.obligation import Obligation
from models.plan import Plan
from models.plan_files.plan import PlanFile
from models.settings import Settings
from notifications.send_window import SendWindow, may_go
from reporting.audit.log import DONDOC
from reporting.engine import rehearse
from reporting.plans.loading import find_plan, load_plan
from reporting.reminders.recheck import read_standings, reason_not_to_send


@dataclass(frozen=True)
class FirstMails:
    """People who are mailed about the plan by `morning`; of these `at_once`, with the next pass."""

    morning: datetime
    people: int
    at_once: int


def first_mails(
    session: Session, settings: Settings, plan_file: PlanFile, since: date, now: datetime
) -> FirstMails:
    """For a session that may write, of which nothing stays."""
    savepoint = session.begin_nested()
    try:
        load_plan(session, plan_file, now, DONDOC, since, settings.zone)
        plan = find_plan(session, plan_file.slug)
        at_once = _mailed(session, settings, plan, now)
        people, morning = at_once, now
        for morning in _mornings(SendWindow.at(session, settings, now)):
            people = people | _mailed(session, settings, plan, morning)
    finally:
        savepoint.rollback()
    return FirstMails(morning, len(people), len(at_once))


def _mornings(window: SendWindow) -> Iterator[datetime]:
    """The hours of digests after the window's instant, until the first on a working day."""
    calendar, day = window.calendar, window.today
    while True:
        morning = calendar.at(day, time(window.digest_hour))
        if morning > window.now:
            yield morning
            if calendar.days.is_working(day):
                return
        day += ONE_DAY


def _mailed(session: Session, settings: Settings, plan: Plan, now: datetime) -> set[str]:
    """Whom a sender that runs after a pass at `now` mails about the plan."""
    rehearse(session, settings, plan, now)
    window = SendWindow.at(session, settings, now)
    query = (
        select(col(Notice.id), col(Notice.recipient))
        .join(Obligation, col(Obligation.id) == col(Notice.obligation_id))
        .where(col(Obligation.plan_id) == plan.id, may_go(window))
    )
    found = {row.id: row.recipient for row in session.execute(query)}
    standings = read_standings(session, found, now, window.today)
    return {found[id] for id, standing in standings.items() if reason_not_to_send(standing) is None}
