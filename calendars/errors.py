"""What can be wrong with a date, a period or a due rule. Every message is one line and names the remedy."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum, StrEnum
from zoneinfo import ZoneInfo

from messages.catalogue import SOURCE_LANGUAGE, Plural, translate, word_message
from messages.formats import day_text, moment_text, number_text


class Fault(str):
    """One sentence, `what is wrong; what to do`, with the code and the values it is made of."""

    code: FaultCode
    values: Mapping[str, object]

    def __new__(cls, code: FaultCode, values: Mapping[str, object]) -> Fault:
        self = super().__new__(cls, _whole(code, values, SOURCE_LANGUAGE))
        self.code, self.values = code, values
        return self

    def __reduce__(self) -> tuple[type[Fault], tuple[FaultCode, Mapping[str, object]]]:
        return Fault, (self.code, self.values)

    def say(self, language: str) -> str:
        """The sentence in that language."""
        return _whole(self.code, self.values, language)

    def problem(self, language: str) -> str:
        """What is wrong, without the remedy where the code has one of its own."""
        return _filled(self.code.message, self.values, language)

    def command(self, language: str) -> str:
        """The command that does what the remedy says, for a command line; empty where none does."""
        if self.code.command:
            return _filled(self.code.command, self.values, language)
        nested = (each.command(language) for each in self.values.values() if isinstance(each, Fault))
        return next(filter(None, nested), "")

    def remedy(self, language: str) -> str:
        """What to do; empty where the code has no remedy of its own."""
        return _filled(self.code.remedy, self.values, language) if self.code.remedy else ""


class FaultCode(Enum):
    """A family of codes, each with its message; calling one with its values makes the fault.

    A remedy that is also shown by itself is a message of its own. Pages name no commands: the one to be typed
    stands beside the remedy, and only the command line shows it.
    """

    def __init__(self, message: str | Plural, remedy: str | Plural = "", command: str = "") -> None:
        self.message, self.remedy, self.command = message, remedy, command

    def __call__(self, **values: object) -> Fault:
        return Fault(self, values)


def said(text: str, language: str) -> str:
    """A fault in that language; any other text as it is."""
    return text.say(language) if isinstance(text, Fault) else text


def _whole(code: FaultCode, values: Mapping[str, object], language: str) -> str:
    parts = (code.message, code.remedy) if code.remedy else (code.message,)
    return "; ".join(_filled(part, values, language) for part in parts)


def _filled(message: str | Plural, values: Mapping[str, object], language: str) -> str:
    shown = {name: _value(value, language) for name, value in values.items()}
    return translate(language, message, **shown)


def _value(value: object, language: str) -> object:
    """A value as the sentence shows it: a text stays on its line, a word of the vocabulary is translated."""
    if isinstance(value, Fault):
        return value.say(language)
    if isinstance(value, StrEnum):
        return translate(language, word_message(value))
    if isinstance(value, datetime) and isinstance(value.tzinfo, ZoneInfo):
        return moment_text(value, value.tzinfo, language, seconds=True)
    if isinstance(value, date) and (language != SOURCE_LANGUAGE or isinstance(value, SaidDay)):
        return day_text(value, language)  # English keeps 2024-10-18, as files and commands have it
    if isinstance(value, float):
        return number_text(value, language)
    if isinstance(value, tuple | list):
        return ", ".join(str(_value(each, language)) for each in value)
    if isinstance(value, str):
        return "".join(char for char in " ".join(value.split()) if char.isprintable())
    return value


class SaidDay(date):
    """A day that a fault says as people write it in English, too: 18/10/2024."""

    @classmethod
    def of(cls, day: date) -> SaidDay:
        return cls(day.year, day.month, day.day)


class CalendarError(ValueError):
    """An invalid date, period or rule: the problem and the remedy. Problems in what people write are each a
    `Fault`, so that pages can show them in their language."""

    def __init__(self, problem: str, remedy: str = "") -> None:
        super().__init__(problem, remedy)
        self.problem = problem if isinstance(problem, Fault) else " ".join(problem.split())
        self.remedy = remedy if isinstance(remedy, Fault) else " ".join(remedy.split())

    def __str__(self) -> str:
        return f"{self.problem}: {self.remedy}" if self.remedy else self.problem


class NaiveInstant(CalendarError):
    """A date and time without a zone: nobody can say which instant it is."""


class PeriodError(CalendarError):
    """A reporting period or a cut-off that does not exist."""


class RuleError(CalendarError):
    """A due rule that cannot be read, or that does not fit the duty that carries it."""


class ImpossibleDate(RuleError):
    """A date that no calendar has, such as 30/2."""
