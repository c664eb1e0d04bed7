"""Differences between two contents of a plan, in words: document, duties, stages, and dates.

Due rules read as an official writes them, with the first period in which the new date holds.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from calendars.deadlines import DueDate, chain_due_dates
from calendars.periods import Language
from calendars.wording import word_date, word_deadline
from calendars.working_days import WorkingDays
from calendars.zone import HCM
from messages.catalogue import DEFAULT_LANGUAGE, N_, NP_, translate
from models.plan_files.duty import EventFile
from models.plan_files.plan import DutyFile, PlanFile
from models.plan_files.stage import Selector
from reporting.plans.opened import StagePeriod
from reporting.plans.rule_words import NO_DEADLINE, rule_words
from reporting.plans.schedule import DutyOccurrence, PlanEdition, duty_occurrences, longest_period

LOOK_AHEAD = timedelta(days=800)
FIELDS = {
    "number": NP_("plan field", "number"),
    "title": NP_("plan field", "title"),
    "issuer": NP_("plan field", "issuer"),
    "issued_on": NP_("plan field", "day of issue"),
    "in_force": NP_("plan field", "in force"),
    "monitor": NP_("plan field", "monitor"),
    "scope": NP_("plan field", "scope"),
    "roll": NP_("plan field", "on a day off (roll)"),
    "before": NP_("plan field", 'reading of "before"'),
    "ladder": NP_("plan field", "ladder"),
    "cutoff": NP_("plan field", "data cut-off"),
    "correction": NP_("plan field", "working days to correct a returned report"),
    "note": NP_("plan field", "note"),
    "basis": NP_("plan field", "basis"),
    "type": NP_("plan field", "type"),
    "often": NP_("plan field", "every"),
    "period": NP_("plan field", "period"),
    "periods": NP_("plan field", "periods"),
    "event": NP_("plan field", "event"),
    "planned": NP_("plan field", "planned"),
    "track_from": NP_("plan field", "tracked from"),
    "span": NP_("plan field", "holds"),
    "absorbs": NP_("plan field", "absorbs"),
    "reporters": NP_("plan field", "reporters"),
    "to": NP_("plan field", "recipients"),
    "via": NP_("plan field", "through (via)"),
    "name": NP_("plan field", "name of the stage"),
}
STAGE = N_("%(duty)s, stage %(stage)s")
ADDED_DUTY = NP_("part of a plan", "added")
ADDED = N_("added (%(title)s)")
REMOVED = NP_("part of a plan", "removed")
NONE = NP_("plan field", "none")
FIRST = N_("from period %(period)s: %(before)s → %(after)s")
FIRST_DATE = N_("from period %(period)s: %(date)s")
NONE_LEFT = N_("no period is left that it would change")
PLAN_FIELDS = ("number", "title", "issuer", "issued_on", "in_force", "monitor", "scope")
PLAN_SETTINGS = ("roll", "before", "ladder", "cutoff", "correction", "track_from", "note")
DUTY_FIELDS = ("title", "basis", "type", "often", "period", "periods", "event", "cutoff")
DUTY_SETTINGS = ("planned", "absorbs", "note")
STAGE_FIELDS = ("to", "via", "planned", "name", "note")


@dataclass(frozen=True)
class Comparison:
    """Two contents of one plan, the day from which the new one holds, and the language of the lines.

    `kept` names, by duty, the stages and periods that keep what they were opened with; `now` is when the new
    one is loaded: of what was opened, nothing moves to a deadline that has passed.
    """

    old: PlanFile
    new: PlanFile
    applies_from: date
    days: WorkingDays
    language: Language = DEFAULT_LANGUAGE
    kept: Mapping[str, Collection[StagePeriod]] = field(default_factory=dict)
    now: datetime | None = None
    zone: ZoneInfo = HCM

    def lines(self) -> list[str]:
        """One line for each change, in the order of the plan file; empty if nothing changed."""
        return [
            *self._fields(self.old, self.new, PLAN_FIELDS + PLAN_SETTINGS, ""),
            *(line for duty in self.new.duties for line in self._duty(duty)),
            *(
                f"{self.old.called(duty)}: {self._say(REMOVED)}"
                for duty in self.old.duties
                if self.new.duty(duty.id) is None
            ),
        ]

    def _say(self, text: str, **values: object) -> str:
        return translate(self.language, text, **values)

    def _fields(self, old: object, new: object, names: Sequence[str], where: str) -> Iterator[str]:
        for name in names:
            before, after = getattr(old, name), getattr(new, name)
            if before != after:
                yield f"{where}{self._say(FIELDS[name])}: {self._value(before)} → {self._value(after)}"

    def _value(self, value: object) -> str:
        if value is None or value in ("", ()):
            return self._say(NONE)
        if isinstance(value, date):
            return word_date(value, self.language)
        if isinstance(value, EventFile):
            return f"{value.id} ({value.title})" if value.title else value.id
        if isinstance(value, tuple):
            return ", ".join(str(each) for each in value)
        first, last = getattr(value, "first", None), getattr(value, "last", None)
        return self._span((first, last)) if isinstance(first, date) else str(value)

    def _span(self, span: tuple[date, date | None]) -> str:
        return f"{self._value(span[0])} – {'…' if span[1] is None else self._value(span[1])}"

    def _duty(self, new: DutyFile) -> Iterator[str]:
        old = self.old.duty(new.id)
        if old is None:
            yield f"{self.new.called(new)}: {self._say(ADDED_DUTY)}"
            yield from self._first_dates(new)
            return
        called = self.new.called(new)
        yield from self._fields(old, new, DUTY_FIELDS + DUTY_SETTINGS, f"{called}: ")
        if (old.first, old.last) != (new.first, new.last):
            spans = self._span(self.old.span_of(old)), self._span(self.new.span_of(new))
            yield f"{called}: {self._say(FIELDS['span'])}: {spans[0]} → {spans[1]}"
        firsts = self._first_new_periods(new)
        for number in range(max(len(old.chain), len(new.chain))):
            yield from self._stage(old, new, number, firsts.get(number))

    def _first_dates(self, duty: DutyFile) -> Iterator[str]:
        """The first date of each stage of a duty that is added."""
        for number, found in sorted(self._first_new_periods(duty).items()):
            if said := self._first_date(found, number):
                yield f"{self._say(STAGE, duty=self.new.called(duty), stage=number + 1)}: {said}"

    def _first_date(self, found: DutyOccurrence | None, number: int) -> str:
        """The first date of a stage that comes to be; empty without one."""
        if found is None or found.dues[number] is None:
            return ""
        said, period = self._deadline(found.dues[number]), found.period.label(self.language)
        return said if found.period.is_once else self._say(FIRST_DATE, period=period, date=said)

    def _stage(
        self, old: DutyFile, new: DutyFile, number: int, found: DutyOccurrence | None
    ) -> Iterator[str]:
        where = self._say(STAGE, duty=self.new.called(new), stage=number + 1)
        if number >= len(old.chain):
            added = self._say(ADDED, title=new.chain[number].title(number + 1))
            yield f"{where}: {'; '.join(each for each in (added, self._first_date(found, number)) if each)}"
            return
        if number >= len(new.chain):
            yield f"{where}: {self._say(REMOVED)}"
            return
        before, after = old.chain[number], new.chain[number]
        if before.reporters != after.reporters:
            told = self._reporters(before.reporters), self._reporters(after.reporters)
            yield f"{where}: {self._say(FIELDS['reporters'])}: {told[0]} → {told[1]}"
        yield from self._fields(before, after, STAGE_FIELDS, f"{where}: ")
        told_due = "; ".join(each for each in self._due(old, new, number, found) if each)
        if told_due:
            yield f"{where}: {told_due}"

    def _reporters(self, selectors: Sequence[Selector]) -> str:
        return "; ".join(
            ", ".join(
                f"{name} {' '.join(value) if isinstance(value, list) else value}"
                for name, value in each.model_dump(mode="json", by_alias=True, exclude_defaults=True).items()
            )
            for each in selectors
        )

    def _due(self, old: DutyFile, new: DutyFile, number: int, found: DutyOccurrence | None) -> Iterator[str]:
        """The changed rule, then what it does to the first date that it can still change."""
        rules = self._rule(old, number), self._rule(new, number)
        if rules[0] != rules[1]:
            yield f"{rules[0]} → {rules[1]}"
            if found is None:
                yield self._say(NONE_LEFT)
        if found is not None and not _comes_in(old, found):
            yield self._first_date(found, number)
        elif found is not None:
            before, after = self._dates(old, found, number)
            if before != after:
                yield self._say(FIRST, period=found.period.label(self.language), before=before, after=after)

    def _dates(self, old: DutyFile, found: DutyOccurrence, number: int) -> tuple[str, str]:
        plan = self.old
        rules = old.timetable.rules(found.period)
        before = chain_due_dates(rules, found.period, self.days, plan.roll, plan.before)
        return self._deadline(before[number]), self._deadline(found.dues[number])

    def _rule(self, duty: DutyFile, number: int) -> str:
        return rule_words(duty, number, self.language)

    def _deadline(self, due: DueDate | None) -> str:
        return self._say(NO_DEADLINE) if due is None else word_deadline(due, self.language)

    def _first_new_periods(self, duty: DutyFile) -> dict[int, DutyOccurrence]:
        """By stage, the first period in which the new content gives it another date."""
        editions = [
            PlanEdition(version_id=1, file=self.old, first=self.old.in_force.first),
            PlanEdition(version_id=2, file=self.new, first=self.applies_from, loaded_at=self.now),
        ]
        until = self.applies_from + LOOK_AHEAD + longest_period(editions, duty.id)
        firsts: dict[int, DutyOccurrence] = {}
        for found in duty_occurrences(editions, duty.id, until, self.days):
            for number in range(len(duty.chain)):
                if number not in firsts and found.edition.version_id == 2 and self._changes(found, number):
                    firsts[number] = found
        return firsts

    def _changes(self, found: DutyOccurrence, number: int) -> bool:
        if (number + 1, found.period.key) in self.kept.get(found.duty.id, ()):
            return False
        old, due = self.old.duty(found.duty.id), found.dues[number]
        if old is None or number >= len(old.chain) or not _comes_in(old, found):
            # What comes once has its date written out, past or not.
            return found.period.is_once or found.is_ahead_of_edition(number, self.zone)
        if self.now is not None and due is not None and due.deadline(self.zone) <= self.now:
            return False
        if not found.period.is_once and found.membership_day(number) < self.applies_from:
            return False
        before, after = self._dates(old, found, number)
        return before != after


def _comes_in(old: DutyFile, found: DutyOccurrence) -> bool:
    """Whether the duty came in such a period."""
    return old.often == found.duty.often and old.timetable.has(found.period)
