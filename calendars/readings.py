"""What a phrase says, and whether it can be written for what comes so often."""

from __future__ import annotations

import re
from dataclasses import dataclass

from calendars.due_rules import DueRule
from calendars.errors import CalendarError, RuleError
from calendars.periods import Frequency
from calendars.rule_faults import RuleFault, RuleRemedy
from calendars.rules import parse_rule

DAY_OF_YEAR = re.compile(r"(?:before|by) (?:\d+:\d+ )?\d{1,2}/\d{1,2}(?: (?:next|previous) year)?")
ALIKE = {
    Frequency.WORKDAY: Frequency.DAY,
    Frequency.NINE_MONTHS: Frequency.YEAR,
    Frequency.YEARS: Frequency.YEAR,
}
"""What a phrase may say of what comes so often."""


@dataclass(frozen=True)
class Piece:
    """A day or a span as plan files write it, and the frequency that its words say."""

    text: str
    said: Frequency | None = None


@dataclass(frozen=True)
class Reading:
    """What a phrase says: the rules, the frequency if it says one, and the day that it plans with."""

    texts: tuple[str, ...]
    said: Frequency | None = None
    planned: str = ""
    other: str = ""
    """A second way to read it."""
    each: tuple[Frequency | None, ...] = ()
    """How often each of several dates comes, where they differ."""

    @property
    def rules(self) -> tuple[DueRule, ...]:
        return tuple(parse_rule(text) for text in self.texts)

    def one_rule(self, text: str) -> DueRule:
        """The only rule; RuleError where the text has several."""
        if len(self.texts) > 1:
            rules = ", ".join(self.texts)
            raise RuleError(RuleFault.SEVERAL_DATES(text=text), RuleRemedy.A_LIST(rules=rules))
        return self.rules[0]


def is_of(read: Reading, said: Frequency | None) -> bool:
    """Whether the date may be that of what comes so often."""
    fits = read.said in (None, said) or all(DAY_OF_YEAR.match(text) for text in read.texts)
    return said is not None and fits and not read.other and not read.each


def is_for(found: Reading, every: Frequency | None) -> bool:
    """Whether it can be written for what comes so often, which it does not say otherwise."""
    if every is None or every is Frequency.ONCE:
        return found.said is every or every is None
    return found.said in (None, every, ALIKE.get(every)) and is_sound(found, every)


def is_sound(found: Reading, every: Frequency | None) -> bool:
    """Whether it can be written, and for what comes so often."""
    try:
        rules = found.rules
        for rule in rules:
            if every is not None:
                rule.fits(every, once_a_year=True)
        return bool(rules)
    except CalendarError:
        return False
