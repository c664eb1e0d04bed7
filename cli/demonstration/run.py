"""The year: each day a pass of the engine at eight, the mails, then what people do until the next pass.

The mails go over real SMTP to one local mailbox that stands for the whole run.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session

from calendars.office import OfficeCalendar
from cli.demonstration.behaviour import Temper
from cli.demonstration.home import open_sign_ins, shipped
from cli.demonstration.results import write_feeds
from cli.demonstration.simulation import People
from models.database import reading, writing
from models.errors import DondocError
from models.settings import Settings
from notifications.mailbox import local_mailbox
from notifications.send import MAILBOX, send_due
from reporting.engine import tick
from reporting.obligations.filters import Selection
from reporting.obligations.listing import owed
from reporting.plans.checking import check_plans
from reporting.plans.loading import load_plan
from reporting.plans.reading import ReadPlan, read_plans
from reporting.reminders.ladders import load_ladder, shipped_ladder
from reporting.special_days import working_days
from reporting.units.files import read_unit_files
from reporting.units.loading import load_units

ACTOR = "demo"
EXERCISE = "exercise-four-levels"
UNITS: tuple[tuple[date, tuple[str, ...]], ...] = (
    # The plan of the ministry is of June 2023 and asks for a report of that year.
    (date(2023, 6, 1), ("centre.csv", "bo-tnmt.csv")),
    (date(2024, 1, 1), ("ca-mau-2024.csv", "ca-mau-2024-contacts.csv", "lai-chau.csv", "nghe-an.csv")),
)


def load_all_units(session: Session, now: datetime) -> int:
    """Units, contacts and the ladder; gives how many units."""
    number = 0
    for as_of, names in UNITS:
        rows = read_unit_files([shipped("units", name) for name in names])
        number += len(load_units(session, rows, as_of, now, ACTOR).added)
    load_ladder(session, shipped_ladder(), now)
    return number


def shipped_plans(exercise: bool) -> list[ReadPlan]:
    """The plans of the seed documents, and the exercise if wished, in order of their first day."""
    found = read_plans(sorted(shipped().glob("*.yaml")))
    wanted = (read for read in found if exercise or read.plan.slug != EXERCISE)
    return sorted(wanted, key=lambda read: (read.plan.in_force.first, read.plan.slug))


def load_due_plans(
    session: Session, settings: Settings, waiting: list[ReadPlan], now: datetime, today: date
) -> list[ReadPlan]:
    """Load those that are in force by `today`, and take them from `waiting`; gives those loaded."""
    due = [read for read in waiting if read.plan.in_force.first <= today]
    check_plans(session, due, today)
    for read in due:
        load_plan(session, read.plan, now, ACTOR, read.plan.in_force.first, settings.zone)
        waiting.remove(read)
    return due


def slugs(plans: Iterable[ReadPlan]) -> list[str]:
    return [read.plan.slug for read in plans]


SERVE = "from cli.demonstration.run import serve; serve()"


@contextmanager
def mailbox_server(folder: Path) -> Iterator[tuple[str, int]]:
    """The server's host and port while the block runs. Raises `DondocError` if it does not start."""
    program = [sys.executable, "-c", SERVE, str(folder.absolute())]
    root = Path(__file__).parents[2]
    with subprocess.Popen(
        program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=root, start_new_session=True
    ) as server:
        try:
            said = server.stdout.readline() if server.stdout else ""
            host, _, port = said.strip().partition(" ")
            if not port:
                raise DondocError(f"the local mailbox {folder} did not open; check that it may be written to")
            yield host, int(port)
        finally:
            if server.stdin:
                server.stdin.close()


def serve() -> None:
    """Serve the folder named on the command line until standard input ends; say where, first."""
    asyncio.run(_serve(Path(sys.argv[1])))


async def _serve(folder: Path) -> None:
    async with local_mailbox(folder) as (host, port):
        with suppress(BrokenPipeError):  # whoever asked has been stopped meanwhile, and closes our input
            os.write(1, f"{host} {port}\n".encode())
        await asyncio.to_thread(sys.stdin.read)


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
                people.meet(owed(session, self.settings, Selection(), now))
        return loaded


def _days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += ONE_DAY
