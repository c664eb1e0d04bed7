"""How often a duty comes and when its stages are due, as an official writes it."""

from __future__ import annotations

from collections.abc import Sequence

from calendars.due_rules import After, DueRule, Lead
from calendars.periods import WHEN_ASKED, Frequency, part_words
from calendars.timetable import Every, Part
from calendars.wording import word_rule
from messages.catalogue import N_, NP_, Language, translate
from models.plan_files.plan import DutyFile, PlanFile

EVERY = {
    Frequency.DAY: NP_("frequency", "every day"),
    Frequency.WORKDAY: NP_("frequency", "every working day"),
    Frequency.WEEK: NP_("frequency", "every week"),
    Frequency.MONTH: NP_("frequency", "every month"),
    Frequency.QUARTER: NP_("frequency", "every quarter"),
    Frequency.HALF_YEAR: NP_("frequency", "every half-year"),
    Frequency.NINE_MONTHS: NP_("frequency", "every nine months"),
    Frequency.YEAR: NP_("frequency", "every year"),
    Frequency.YEARS: NP_("frequency", "every %(years)s years from %(since)s"),
    Frequency.ONCE: NP_("frequency", "once"),
    Frequency.ON_DEMAND: NP_("frequency", "on demand"),
    Frequency.UNSPECIFIED: NP_("frequency", "regularly; the document does not say how often"),
}
ONCE_A_UNIT = N_("%(event)s, once a unit")
OF_REQUEST = NP_("plan", "as the request says")
NO_DEADLINE = NP_("plan", "no deadline")
OF_PERIODS = N_("%(periods)s: %(rule)s")
PARTS = {
    (Frequency.HALF_YEAR, 1): NP_("part of a year", "the first half"),
    (Frequency.HALF_YEAR, 2): NP_("part of a year", "the second half"),
    (Frequency.NINE_MONTHS, 1): NP_("part of a year", "the first nine months"),
    (Frequency.YEAR, 1): NP_("part of a year", "the year"),
}
ROUND = NP_("part of a year", "round %(number)s")


def frequency_words(every: Every, language: Language) -> str:
    """How often something comes, in words."""
    return translate(language, EVERY[every.frequency], years=every.years, since=every.since)


def how_often(plan: PlanFile, duty: DutyFile, language: Language) -> str:
    """How often a duty comes, or what makes it due."""
    if duty.event is None:
        return frequency_words(duty.recurrence, language)
    event = plan.event(duty.event.id)
    title = duty.event.id if event is None or event.title is None else event.title
    return translate(language, ONCE_A_UNIT, event=title) if duty.every is Frequency.ONCE else title


def rule_words(duty: DutyFile, number: int, language: Language) -> str:
    """When the duty's stage is due (0 at the bottom), with the periods that the plan names."""
    rules, parts = duty.chain[number].rules, duty.timetable.parts
    if not rules:
        by_request = number == len(duty.chain) - 1 and duty.every in WHEN_ASKED and duty.event is None
        return translate(language, OF_REQUEST if by_request else NO_DEADLINE)
    if not parts or (len(rules) == 1 and isinstance(rules[0], Lead | After)):
        return word_rule(rules[0], duty.every, language)
    if len(rules) == 1:
        return _of_periods(parts, rules[0], language)
    return "; ".join(_of_periods([part], rule, language) for part, rule in zip(parts, rules, strict=True))


def _of_periods(parts: Sequence[Part], rule: DueRule, language: Language) -> str:
    said = word_rule(rule, parts[0].frequency, language, once_a_year=True)
    return translate(
        language, OF_PERIODS, periods=", ".join(word_part(part, language) for part in parts), rule=said
    )


def word_part(part: Part, language: Language) -> str:
    if part.frequency is Frequency.ROUND:
        return translate(language, ROUND, number=part.index)
    text = PARTS.get((part.frequency, part.index))
    return part_words(part.frequency, part.index, language) if text is None else translate(language, text)
