"""What a plan loaded after it came into force would open as overdue at once, and who would hear of it.

Nothing is opened: it asks what opening asks (`owing`), period by period up to today.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import select as sa_select
from sqlmodel import Session, col

from calendars.periods import PER_YEAR, Frequency, period_of
from calendars.working_days import WorkingDays
from calendars.zone import local_date
from messages.catalogue import N_, Language, translate
from messages.counted import PEOPLE, REPORTS, UNITS
from messages.formats import word_date
from models.database import chunks
from models.plan_files.plan import PlanFile
from models.unit import Contact
from models.validity import sql_is_valid
from models.vocabulary import Role
from reporting.opening.owing import Owing
from reporting.plans.loading import PlanChange, PlanOutcome, editions, find_plan
from reporting.plans.reporters import Reporter
from reporting.plans.schedule import DutyOccurrence, PlanEdition, duty_occurrences

NAMES_SHOWN = 5
LONGEST_CHAIN = timedelta(days=400)
"""How far beyond today the topmost stage may be due of a chain whose lower stages are overdue."""
RUNNING = frozenset({*PER_YEAR, Frequency.DAY, Frequency.WORKDAY, Frequency.WEEK})
"""What always has a period that runs."""
OVERDUE = N_("%(reports)s of %(units)s would be overdue at once; %(people)s would be mailed")
OF_DUTY = N_("%(duty)s: %(number)s overdue (periods: %(periods)s), the oldest due by %(oldest)s")
NAMES = N_("mailed: %(names)s")
NAMES_AND_MORE = N_("mailed: %(names)s and %(more)s more")
OFFER = N_(
    "--track-from %(option)s tracks the plan from %(day)s on: what was due before is not counted and nobody "
    "is reminded of it (%(left)s would still be overdue)"
)


class OverdueDuty(NamedTuple):
    """One duty's part: periods and obligations; the last day of the oldest, a local date."""

    duty: str
    title: str
    periods: int
    obligations: int
    oldest: date


@dataclass(frozen=True, kw_only=True)
class Adoption:
    """What would be overdue at once, by duty; units and clerks who would be mailed, the first by name.

    `track_from` is the day from which to track instead: the first of the running period. `left` is how many
    would still be overdue then.
    """

    overdue: tuple[OverdueDuty, ...] = ()
    units: int = 0
    people: int = 0
    names: tuple[str, ...] = ()
    track_from: date
    left: int = 0

    @property
    def obligations(self) -> int:
        return sum(each.obligations for each in self.overdue)

    def lines(self, language: Language) -> list[str]:
        """What there is to know before loading, a line each, with the option that spares it; nothing where
        nothing would be overdue."""
        if not self.overdue:
            return []
        day, option = word_date(self.track_from, language), f"{self.track_from:%Y-%m-%d}"
        offer = translate(language, OFFER, day=day, option=option, left=self.left)
        return [*self.consequences(language), *([offer] if self.left < self.obligations else [])]

    def consequences(self, language: Language) -> list[str]:
        """What would be overdue, of whom, and who would be mailed."""
        counted = {
            "reports": translate(language, REPORTS, number=self.obligations),
            "units": translate(language, UNITS, number=self.units),
            "people": translate(language, PEOPLE, number=self.people),
        }
        lines = [translate(language, OVERDUE, **counted), *self.by_duty(language)]
        if self.names:
            more = self.people - len(self.names)
            text = NAMES if not more else NAMES_AND_MORE
            lines.append(translate(language, text, names=", ".join(self.names), more=more))
        return lines

    def by_duty(self, language: Language) -> list[str]:
        """What would be overdue of each duty, a line each."""
        return [
            translate(
                language,
                OF_DUTY,
                duty=each.title,
                number=each.obligations,
                periods=each.periods,
                oldest=word_date(each.oldest, language),
            )
            for each in self.overdue
        ]

    def as_json(self) -> dict[str, object]:
        return {
            "overdue": self.obligations,
            "units": self.units,
            "people": self.people,
            "duties": [each._asdict() for each in self.overdue],
            "track_from": self.track_from,
            "left": self.left,
        }


def adoption(
    session: Session, change: PlanChange, days: WorkingDays, now: datetime, zone: ZoneInfo
) -> Adoption:
    """What loading the plan as foreseen would open as overdue at `now`."""
    today = local_date(now, zone)
    if change.outcome is PlanOutcome.UNCHANGED:
        return Adoption(track_from=today)
    known = [] if change.old is None else editions(session, find_plan(session, change.slug))
    coming = PlanEdition(version_id=0, file=change.new, first=change.applies_from, loaded_at=now)
    owing = Owing(session, [*known, coming], today + LONGEST_CHAIN, days, zone)
    offered = track_from(change.new, today)
    overdue, units, left = [], set[int](), 0
    for duty in change.new.duties:
        late = list(_late(owing, duty.id, change.opened.get(duty.id, ()), now, zone))
        if not late:
            continue
        lasts = [last for last, _ in late]
        units.update(reporter.unit_id for _, reporters in late for reporter in reporters)
        left += sum(len(reporters) for last, reporters in late if last >= offered)
        number = sum(len(reporters) for _, reporters in late)
        overdue.append(OverdueDuty(duty.id, duty.title, len(set(lasts)), number, min(lasts)))
    people = _clerks(session, units, today)
    return Adoption(
        overdue=tuple(overdue),
        units=len(units),
        people=len(people),
        names=tuple(sorted(people.values())[:NAMES_SHOWN]),
        track_from=offered,
        left=left,
    )


def track_from(plan: PlanFile, today: date) -> date:
    """Where the running period begins, or the plan."""
    return max(running_since([duty.every for duty in plan.duties], today), plan.in_force.first)


def running_since(every: Iterable[Frequency], today: date) -> date:
    """The first day of the shortest period that runs today; today where none of them has one."""
    running = [period_of(each, today) for each in every if each in RUNNING]
    return max((period.first_day for period in running), default=today)


def _late(
    owing: Owing, key: str, opened: Collection[str], now: datetime, zone: ZoneInfo
) -> Iterator[tuple[date, list[Reporter]]]:
    """Last day and reporters of each stage that would be overdue at `now` and is not open yet."""
    for found in duty_occurrences(owing.editions, key, owing.until, owing.days):
        if found.period.key not in opened:
            yield from _late_stages(owing, found, now, zone)


def _late_stages(
    owing: Owing, found: DutyOccurrence, now: datetime, zone: ZoneInfo
) -> Iterator[tuple[date, list[Reporter]]]:
    tracked = found.edition.file.track_from
    for number, due in enumerate(found.dues):
        if due is None or due.deadline(zone) > now or not owing.is_asked(found, number):
            continue
        if tracked is None or due.last_day >= tracked:
            reporters = owing.owing(found, number, found.membership_day(number))
            if reporters:
                yield due.last_day, reporters


def _clerks(session: Session, units: Collection[int], today: date) -> dict[str, str]:
    """Addresses and names of the units' clerks on the day."""
    found: dict[str, str] = {}
    for some in chunks(units):
        query = sa_select(col(Contact.address), col(Contact.name)).where(
            col(Contact.unit_id).in_(some),
            col(Contact.role) == Role.CLERK.value,
            sql_is_valid(Contact, today),
        )
        found |= {row.address: row.name for row in session.execute(query)}
    return found
