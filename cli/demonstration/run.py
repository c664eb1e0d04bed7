"""The year: each day a pass of the engine at eight, the mails, then what people do until the next pass."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from sqlalchemy import Engine
from sqlmodel import Session

from calendars.office import OfficeCalendar
from cli.console.context import day_text
from cli.console.speech import t, told
from cli.demonstration.behaviour import Behaviour
from cli.demonstration.home import open_sign_ins, shipped
from cli.demonstration.results import WrittenFeed, write_feeds
from cli.demonstration.simulation import People
from messages import counted
from messages.catalogue import N_
from models.database import reading, writing
from models.errors import DondocError
from models.settings import Settings
from notifications.send import send_due
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
    """Load units, contacts and the ladder, and return the number of units."""
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
) -> list[str]:
    """Load those that are in force by `today`, take them from `waiting`, and return their slugs."""
    due = [read for read in waiting if read.plan.in_force.first <= today]
    check_plans(session, due, today)
    for read in due:
        load_plan(session, read.plan, now, ACTOR, read.plan.in_force.first, settings.zone)
        waiting.remove(read)
    return [read.plan.slug for read in due]


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
class Year:
    """A span of days to be lived through. `last` has a pass in the morning and nothing after it."""

    engine: Engine
    settings: Settings
    seed: int
    last: date
    exercise: bool = False
    feeds: list[WrittenFeed] = field(default_factory=list)

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

    def live(self, progress: Progress) -> None:
        """Live it, day by day; each day is committed."""
        waiting = shipped_plans(self.exercise)
        with writing(self.engine) as session:
            units = load_all_units(session, self._morning(FIRST_DAY) - timedelta(hours=1))
            open_sign_ins(session, self.settings, self._morning(FIRST_DAY))
            calendar = OfficeCalendar(working_days(session), self.settings.zone)
        progress(FIRST_DAY, t(counted.UNITS, number=units))
        people = People(self.settings, Behaviour(self.seed, calendar))
        for number in range((self.last - FIRST_DAY).days + 1):
            self._live_day(FIRST_DAY + number * ONE_DAY, waiting, people, progress)

    def _live_day(self, day: date, waiting: list[ReadPlan], people: People, progress: Progress) -> None:
        now = self._morning(day)
        progress(day, ", ".join(self._pass(day, now, waiting, people)))
        # Without a mail server the sender opens the local mailbox.
        sent = send_due(self.engine, self.settings.model_copy(update={"smtp_host": None}), now)
        if sent.stopped or sent.failed:
            text = N_("%(day)s: mails were not sent (%(why)s); see: dondoc doctor")
            raise DondocError(t(text, day=day_text(day), why=told(sent.stopped) if sent.stopped else sent))
        if day == self.calendar_day:
            with reading(self.engine) as session:
                self.feeds = write_feeds(session, self.settings, now)
        until = self._morning(day + ONE_DAY)
        if day < self.last and people.has_plans_before(until):
            with writing(self.engine) as session:
                people.act(session, until)

    def _pass(self, day: date, now: datetime, waiting: list[ReadPlan], people: People) -> list[str]:
        """Load the plans that come into force, run the engine's pass, and return those plans' slugs."""
        # One horizon for the whole run: calendars need the year at once, and days have no opening to do.
        settings = self.settings.model_copy(update={"horizon_days": (self._horizon - day).days})
        with writing(self.engine) as session:
            loaded = load_due_plans(session, settings, waiting, now, day)
            count = tick(session, settings, now)
        if count.errors:
            raise DondocError("; ".join(f"{name}: {told(error)}" for name, error in count.errors.items()))
        if count.opened:
            with reading(self.engine) as session:
                people.meet(owed(session, self.settings, Selection(), now))
        return loaded
