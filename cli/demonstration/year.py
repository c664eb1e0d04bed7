"""The year: each day a pass of the engine at eight, the mails, then what people do until the next pass.

The mails go over real SMTP to one local mailbox that stands for the whole run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Engine

from cli.demonstration.loading import load_all_units, load_due_plans, shipped_plans, slugs
from cli.demonstration.mailbox import mailbox_server
from cli.demonstration.people import People
from cli.demonstration.results import write_feeds
from cli.demonstration.sign_ins import open_sign_ins
from cli.demonstration.temper import Temper
from models.database import reading, writing
from models.errors import DondocError
from models.settings import Settings
from notifications.sending import MAILBOX, send_due
from reporting.due import owed
from reporting.plan_reading import ReadPlan
from reporting.rungs import OfficeCalendar
from reporting.selection import Selection
from reporting.special_days import working_days
from reporting.tick import tick

FIRST_DAY = date(2024, 1, 19)
LAST_DAY = date(2025, 2, 1)
PASS_HOUR = time(8)
ONE_DAY = timedelta(days=1)
AHEAD = timedelta(days=60)
"""How far beyond the year obligations are opened."""
CALENDAR_DAY = date(2024, 9, 16)
"""The day on which the calendar files are written, or the last one if that comes before."""

Progress = Callable[[date, str], None]
"""Called with each simulated day before it is lived, and what is worth saying of it (or nothing)."""


@dataclass
class Lived:
    """What happened, as counted on the way; the account counts again from the database."""

    passes: int = 0
    opened: int = 0
    mails: int = 0
    feeds: list[dict[str, Any]] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)


@dataclass
class Year:
    """A span of days to be lived through. `last` has a pass in the morning and nothing after it."""

    engine: Engine
    settings: Settings
    seed: int
    last: date
    exercise: bool = False
    lived: Lived = field(default_factory=Lived)

    @property
    def end(self) -> datetime:
        """The instant of the last pass; the account is as of then."""
        return self._morning(self.last)

    @property
    def calendar_day(self) -> date:
        return min(self.last, CALENDAR_DAY)

    @property
    def _horizon(self) -> date:
        return max(self.last, LAST_DAY) + AHEAD

    def _morning(self, day: date) -> datetime:
        return datetime.combine(day, PASS_HOUR, self.settings.zone)

    def live(self, progress: Progress) -> Lived:
        """Live it, day by day; each day is committed."""
        waiting = shipped_plans(self.exercise)
        with writing(self.engine) as session:
            units = load_all_units(session, self._morning(FIRST_DAY) - timedelta(hours=1))
            open_sign_ins(session, self.settings, self._morning(FIRST_DAY))
            calendar = OfficeCalendar(working_days(session), self.settings.zone)
        progress(FIRST_DAY, f"{units} {'đơn vị' if self.settings.language == 'vi' else 'units'}")
        people = People(self.settings, Temper(self.seed, calendar), self.lived.done)
        with mailbox_server(self.settings.home / MAILBOX) as (host, port):
            mailing = self.settings.model_copy(
                update={
                    "smtp_host": host,
                    "smtp_port": port,
                    "smtp_security": "plain",
                    "smtp_user": None,
                    "smtp_connections": 4,
                }
            )
            for day in _days(FIRST_DAY, self.last):
                self._live_day(day, waiting, people, mailing, progress)
        return self.lived

    def _live_day(
        self, day: date, waiting: list[ReadPlan], people: People, mailing: Settings, progress: Progress
    ) -> None:
        now = self._morning(day)
        progress(day, ", ".join(slugs(self._pass(day, now, waiting, people))))
        sent = send_due(self.engine, mailing, now)
        if sent.stopped or sent.failed:
            raise DondocError(
                f"{day:%d/%m/%Y}: mails were not sent ({sent.stopped or sent}); see: dondoc doctor"
            )
        self.lived.mails += sent.mails
        if day == self.calendar_day:
            with reading(self.engine) as session:
                self.lived.feeds = write_feeds(session, self.settings, now)
        until = self._morning(day + ONE_DAY)
        if day < self.last and people.has_plans_before(until):
            with writing(self.engine) as session:
                people.act(session, until)

    def _pass(self, day: date, now: datetime, waiting: list[ReadPlan], people: People) -> list[ReadPlan]:
        """Plans that come into force, and the engine's pass; gives those plans."""
        # One horizon for the whole run: calendars need the year at once, and days have no opening to do.
        settings = self.settings.model_copy(update={"horizon_days": (self._horizon - day).days})
        with writing(self.engine) as session:
            loaded = load_due_plans(session, settings, waiting, now, day)
            count = tick(session, settings, now)
        if count.errors:
            raise DondocError("; ".join(f"{name}: {error}" for name, error in count.errors.items()))
        self.lived.passes += 1
        self.lived.opened += count.opened
        if count.opened:
            with reading(self.engine) as session:
                people.meet(
                    owed(session, Selection(), now, self.settings.zone, lambda _slug, _deadline: None)
                )
        return loaded


def _days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += ONE_DAY
