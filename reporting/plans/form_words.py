"""Values of a plan file as a form shows them, in words where there are any, and those words read back.

What a form shows is read by the plan file's own reader wherever that reads words; the tables here have what
it does not: periods, cut-offs, the superior. A word that would not read back as its value is not used.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache

from calendars.due_rules import After, DueRule, Lead
from calendars.errors import CalendarError
from calendars.periods import MOST_ROUNDS, PER_YEAR, Frequency, Period
from calendars.rules import parse_rule, written_date
from calendars.timetable import Every, Part
from calendars.wording import word_rule
from messages.catalogue import N_, NP_, Language, languages, translate, translate_plural
from models.plan_files.field import relative_text
from models.plan_files.phrases import of_event, read_due
from models.plan_files.stage import SUPERIOR
from models.text import folded
from reporting.plans.rule_words import word_part

Values = Mapping[str, object]
"""Some fields of a plan file, as YAML has them."""
THE_SUPERIOR, SUPERIOR_TOO = N_("the superior"), N_("superior")
CUTOFFS = {"end": NP_("cut-off", "the last day of the month"), "none": NP_("cut-off", "none")}
PERIOD_YEARS = range(1990, 2101)
CODE_BEHIND = re.compile(r"\(([^()\s]+)\)$")


@dataclass(frozen=True)
class Lens:
    """What showing values needs: the language, units' names by code, and the duty around a stage."""

    language: Language
    names: Mapping[str, str] = field(default_factory=dict)
    duty: Values = field(default_factory=dict)


def listed(value: object) -> list[str] | None:
    """The entries of a list whose brackets may be left out; None for anything that is none."""
    entries = value if isinstance(value, list) else [value]
    texts = [entry for entry in entries if isinstance(entry, str)]
    return texts if len(texts) == len(entries) else None


def bare(entries: Sequence[str]) -> object:
    """One entry without brackets, as plan files have it."""
    return entries[0] if len(entries) == 1 else list(entries)


def entries_of(text: str, separators: str = r"[;\n]") -> list[str]:
    """The entries of a field, one a line or with semicolons between, or as plan files have them: [a, b]."""
    if as_in_file := BRACKETED.fullmatch(text):
        text, separators = as_in_file[1], r"[,;\n]"
    return [entry for part in re.split(separators, text) if (entry := " ".join(part.split()))]


def joined(entries: Sequence[str]) -> str:
    return "; ".join(entries)


def day_shown(value: str) -> str:
    """A date as it is written here; any other text as it is."""
    with suppress(CalendarError):
        day = written_date(value.strip())
        if day is not None:
            return f"{day:%d/%m/%Y}"
    return value


def unit_shown(code: str, lens: Lens) -> str:
    """A unit by its name, with its code behind."""
    if code == SUPERIOR:
        return translate(lens.language, THE_SUPERIOR)
    name = lens.names.get(code, "").replace(";", ",")
    return f"{name} ({code})" if name else code


def unit_code(entry: str) -> str:
    """The code in `Sở Tài chính (so-tai-chinh)`; another text is taken for a code."""
    if folded(entry) in _superiors():
        return SUPERIOR
    found = CODE_BEHIND.search(entry)
    return found[1] if found else entry


@lru_cache(maxsize=1)
def _superiors() -> frozenset[str]:
    return frozenset(
        folded(translate(language, text)) for language in languages() for text in (THE_SUPERIOR, SUPERIOR_TOO)
    )


BRACKETED = re.compile(r"\s*\[([^\[\]]*)\]\s*")
Labels = Callable[[Language], Iterator[tuple[str, str]]]
"""Values that have words, each with its words."""


def cutoff_labels(language: Language) -> Iterator[tuple[str, str]]:
    return ((key, translate(language, text)) for key, text in CUTOFFS.items())


def part_labels(language: Language) -> Iterator[tuple[str, str]]:
    counts = {**PER_YEAR, Frequency.ROUND: MOST_ROUNDS}
    for frequency, count in counts.items():
        for index in range(1, count + 1):
            part = Part(frequency, index)
            yield str(part), word_part(part, language)


def period_labels(language: Language) -> Iterator[tuple[str, str]]:
    for year in PERIOD_YEARS:
        for frequency, count in PER_YEAR.items():
            for index in range(1, count + 1):
                period = Period(frequency, year, index)
                yield period.key, period.label(language)


@lru_cache(maxsize=64)
def _by_value(labels: Labels, language: Language) -> Mapping[str, str]:
    back = _by_words(labels)
    return {key: words for key, words in labels(language) if back[folded(words)] == key}


@lru_cache(maxsize=16)
def _by_words(labels: Labels) -> Mapping[str, str]:
    """In every language, as a page may be turned into another one while it is filled in."""
    found: dict[str, str] = {}
    for language in languages():
        for key, words in labels(language):
            found.setdefault(folded(words), key)
    return found


def worded(value: str, labels: Labels, language: Language) -> str:
    """The value's words; itself where it has none."""
    return _by_value(labels, language).get(value, value)


def unworded(text: str, labels: Labels) -> str:
    """The value with these words; the text itself, for the file's reader, where none has them."""
    return _by_words(labels).get(folded(" ".join(text.split())), text)


def due_shown(texts: Sequence[str], lens: Lens) -> tuple[str, str]:
    """Due rules as the document would word them, and which field has them: `due`, `lead` or `after`."""
    rule = _rule(texts[0]) if len(texts) == 1 else None
    if isinstance(rule, Lead | After):
        return _relative(rule, texts[0], lens.language)
    return joined([_due_words(text, len(texts) == 1, lens) for text in texts]), "due"


def relative_shown(text: str, word: str, language: Language) -> tuple[str, str]:
    """The same for what a `lead` or an `after` says: `3wd` is "3 working days"."""
    with suppress(CalendarError, ValueError):
        rule = parse_rule(relative_text(*dict.fromkeys((word, "after")))(text))
        if isinstance(rule, Lead | After):
            return _relative(rule, text, language)
    return text, word


def _relative(rule: Lead | After, text: str, language: Language) -> tuple[str, str]:
    word, said = "lead" if isinstance(rule, Lead) else "after", _days(rule, language)
    with suppress(CalendarError, ValueError):
        return (said if relative_text(word)(said) == str(rule) else text), word
    return text, word


def _days(rule: Lead | After, language: Language) -> str:
    if rule.working:
        return translate_plural(language, "%(number)s working day", "%(number)s working days", rule.count)
    return translate_plural(language, "%(number)s day", "%(number)s days", rule.count)


def _due_words(text: str, alone: bool, lens: Lens) -> str:
    rule, every = _rule(text), lens.duty.get("every")
    if rule is None or not isinstance(every, str):
        return text
    with suppress(CalendarError):
        named, often = lens.duty.get("periods"), Every.parse(every).frequency
        part = next(iter(listed(named) or []), None)
        of = Part.parse(part).frequency if part else often
        said = word_rule(rule, of, lens.language, once_a_year=part is not None or not alone)
        found = read_due(said, often, alone=alone, named=named)
        back = tuple(of_event(each, lens.duty.get("event")) for each in found.texts)
        if back == (str(rule),) and not found.planned and ";" not in said:
            return said
    return text


def _rule(text: str) -> DueRule | None:
    try:
        return parse_rule(text)
    except CalendarError:
        return None
