"""How a deadline comes about, step by step: what is written, what it names, what moved it.

`calendars.deadlines` notes each step where it takes it, so that the steps of a due date are those that made
it and end at its last day. What moves a deadline later adds a step of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from enum import Enum
from functools import partial
from typing import NamedTuple
from zoneinfo import ZoneInfo

from calendars.due_rules import DueRule
from calendars.periods import Frequency
from calendars.rule_wording import word_rule
from calendars.working_days import ONE_DAY, USUAL_WEEKEND, WorkingDays
from messages.catalogue import N_, Language, Plural, translate
from messages.formats import clock_text, day_text, moment_text


class StepCode(Enum):
    """The kinds of step, each with its message."""

    RULE = N_("When it is due: %(rule)s.")
    NAMED = N_("In this case (%(period)s) that is %(day)s.")
    NAMED_HOUR = N_("In this case (%(period)s) that is %(hour)s on %(day)s.")
    WRITTEN = N_("The day written is %(day)s.")
    WRITTEN_HOUR = N_("Written is %(hour)s on %(day)s.")
    SHORT_MONTH = N_("The month has no such day; its last day, %(day)s, stands for it.")
    EXCLUSIVE = N_("“Before” leaves that day out: the last day is %(day)s.")
    INCLUDED = N_(
        "This plan reads “before” so that the day itself still counts: the last day is %(day)s (in time "
        "however the text is read: %(safe)s)."
    )
    COUNTED_HOURS = Plural(
        "%(number)s hour from %(start)s on ends at %(hour)s on %(day)s.",
        "%(number)s hours from %(start)s on end at %(hour)s on %(day)s.",
    )
    COUNTED_TO_MIDNIGHT = Plural(
        "%(number)s hour from %(start)s on ends with the day %(day)s.",
        "%(number)s hours from %(start)s on end with the day %(day)s.",
    )
    COUNTED_DAYS = Plural(
        "%(number)s day after %(start)s is %(day)s.", "%(number)s days after %(start)s is %(day)s."
    )
    COUNTED_WORKING_DAYS = Plural(
        "%(number)s working day after %(start)s ends with %(day)s.",
        "%(number)s working days after %(start)s end with %(day)s.",
    )
    COUNTED_MONTHS = Plural(
        "%(number)s month after %(start)s is %(day)s.", "%(number)s months after %(start)s is %(day)s."
    )
    LEAD = Plural(
        "The next stage has until %(upper)s; it is to have the report %(number)s day before: the last day "
        "is %(day)s.",
        "The next stage has until %(upper)s; it is to have the report %(number)s days before: the last day "
        "is %(day)s.",
    )
    LEAD_WORKING = Plural(
        "The next stage has until %(upper)s, and is to have %(number)s whole working day for it: the last "
        "day is %(day)s.",
        "The next stage has until %(upper)s, and is to have %(number)s whole working days for it: the last "
        "day is %(day)s.",
    )
    AFTER = Plural(
        "The stage below has until %(lower)s; %(number)s day after is %(day)s.",
        "The stage below has until %(lower)s; %(number)s days after is %(day)s.",
    )
    AFTER_WORKING = Plural(
        "The stage below has until %(lower)s; %(number)s working day after ends with %(day)s.",
        "The stage below has until %(lower)s; %(number)s working days after end with %(day)s.",
    )
    OFF_MEANWHILE = N_("Days off meanwhile, which do not count: %(days)s.")
    WORKED_MEANWHILE = N_("Days of a weekend that are worked meanwhile, and count: %(days)s.")
    ROLLED_ON = N_(
        "%(off)s is a day off (%(name)s): by the plan the last day moves on to the next working day, %(day)s."
    )
    ROLLED_BACK = N_(
        "%(off)s is a day off (%(name)s): by the plan the last day moves back to the working day before, "
        "%(day)s."
    )
    STAYS = N_("%(day)s is a day off (%(name)s); the last day is not moved for that.")
    AS_LONG = N_(
        "That would have been over when it was asked for, so this stage has as long as the next one: to the "
        "end of %(day)s."
    )


class DerivationStep(NamedTuple):
    """One step: the message of its code, its values, and the last day (with the hour) it comes to; None where
    it comes to none yet. `stage` is the stage of the chain that it is about, 1 at the bottom; None: the one
    whose deadline it is."""

    code: Enum
    values: Mapping[str, object]
    last_day: date | None = None
    hour: time | None = None
    stage: int | None = None

    def say(self, language: Language) -> str:
        shown = {name: _value(value, language) for name, value in self.values.items()}
        return translate(language, self.code.value, **shown)

    def as_json(self, language: Language) -> dict[str, object]:
        """For programs: days as 2024-10-18; what is words stands in the language asked for."""
        return {
            "code": self.code.name.lower().replace("_", "-"),
            "text": self.say(language),
            "stage": self.stage,
            "last_day": self.last_day,
            "hour": None if self.hour is None else f"{self.hour:%H:%M}",
            "values": {name: _plain(value, language) for name, value in self.values.items()},
        }


Steps = tuple[DerivationStep, ...]


class InWords(NamedTuple):
    """A value that is a text of its own in each language."""

    say: Callable[[Language], str]


def rule_step(rule: DueRule, frequency: Frequency) -> DerivationStep:
    return DerivationStep(
        StepCode.RULE,
        {"rule": InWords(lambda said: word_rule(rule, frequency, said, once_a_year=True))},
    )


def day_off_step(code: StepCode, off: date, days: WorkingDays, last_day: date) -> DerivationStep:
    """What a day off does: it moves the last day, or does not."""
    name = InWords(lambda said: days.name(off, said) or "")
    return DerivationStep(code, {"off": off, "name": name, "day": last_day}, last_day)


def meanwhile(days: WorkingDays, after: date, until: date, last_day: date) -> Steps:
    """What is out of the ordinary in working days that are counted: days off that are no weekend, weekends
    that are worked. After the first day, until the second."""
    span = [after + number * ONE_DAY for number in range(1, (until - after).days + 1)]
    off = [day for day in span if day.weekday() not in USUAL_WEEKEND and not days.is_working(day)]
    worked = [day for day in span if day.weekday() in USUAL_WEEKEND and days.is_working(day)]
    found = ((StepCode.OFF_MEANWHILE, off, days.name), (StepCode.WORKED_MEANWHILE, worked, days.worked_name))
    return tuple(
        DerivationStep(code, {"days": InWords(partial(_named_days, some, name))}, last_day)
        for code, some, name in found
        if some
    )


def _named_days(days: Sequence[date], name: Callable[[date, Language], str | None], said: Language) -> str:
    return ", ".join(f"{day_text(day, said)} ({name(day, said)})" for day in days)


def at_stage(steps: Steps, stage: int) -> Steps:
    """The steps said of a stage, but for those that are of another."""
    return tuple(each if each.stage else each._replace(stage=stage) for each in steps)


def local_text(local: datetime, language: Language) -> str:
    """A local time of a day: 28/04/2026 14:05."""
    return f"{day_text(local.date(), language)} {clock_text(local.time(), language)}"


def _value(value: object, language: Language) -> object:
    match value:
        case InWords():
            return value.say(language)
        case datetime(tzinfo=ZoneInfo() as zone):
            return moment_text(value, zone, language)
        case date():
            return day_text(value, language)
        case time():
            return clock_text(value, language)
    return value


def _plain(value: object, language: Language) -> object:
    match value:
        case InWords():
            return value.say(language)
        case datetime() | date():
            return value.isoformat()
        case time():
            return f"{value:%H:%M}"
    return value
