"""The language of the command line: chosen once, at the start, for every line it prints.

`--lang` comes first, then DONDOC_LANGUAGE, then the system's LC_ALL, LC_MESSAGES and LANG. JSON, mails and
what is kept do not follow it: they have the languages that the settings and the people name.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress

from calendars.errors import CalendarError, Fault, said
from messages.catalogue import (
    DEFAULT_LANGUAGE,
    NP_,
    SOURCE_LANGUAGE,
    Language,
    Plural,
    languages,
    translate,
    translate_plural,
)
from messages.formats import number_text
from models.env_file import file_variables
from models.errors import DondocError, InvalidInput
from models.setting_faults import SettingFault

OPTION = "--lang"
VARIABLE = "DONDOC_LANGUAGE"
LOCALES = ("LC_ALL", "LC_MESSAGES", "LANG")
_spoken: list[Language] = [SOURCE_LANGUAGE]


def language() -> Language:
    """The language in which this process speaks to the person at the command line."""
    return _spoken[0]


def speak(chosen: Language) -> None:
    """From here on speak this language."""
    _spoken[0] = chosen


def preferred(arguments: Sequence[str], environment: Mapping[str, str], in_file: str | None) -> Language:
    """What the command line, the settings or else the system ask for; `in_file` is what their file has."""
    given = (_option(arguments), environment.get(VARIABLE) or in_file, *_locales(environment))
    return next((found for each in given if each and (found := _known(each))), DEFAULT_LANGUAGE)


def _known(text: str) -> Language | None:
    return next((each for each in languages() if each == text.strip().lower()), None)


def _locales(environment: Mapping[str, str]) -> Iterator[str]:
    """The languages of the locales that are set; C and POSIX name none."""
    for name in LOCALES:
        yield environment.get(name, "").replace("-", "_").partition(".")[0].partition("_")[0]


def _option(arguments: Sequence[str]) -> str | None:
    """The value of `--lang` before the command."""
    for number, each in enumerate(arguments):
        name, equals, value = each.partition("=")
        if name == OPTION:
            return value if equals else next(iter(arguments[number + 1 :]), None)
        if not each.startswith("-"):
            return None
    return None


def language_there_is(code: str | None) -> Language | None:
    """For options that name a language. Raises `InvalidInput` for one without a catalogue."""
    if code is not None and _known(code) is None:
        raise InvalidInput(SettingFault.NO_LANGUAGE(text=code, known=languages()))
    return code if code is None else _known(code)


def of_process(arguments: Sequence[str]) -> Language:
    """`preferred` by this process's environment."""
    in_file = None
    if not os.environ.get(VARIABLE):
        with suppress(InvalidInput):  # said where the settings are read
            in_file = file_variables().get(VARIABLE)
    return preferred(arguments, os.environ, in_file)


def t(text: str | Plural, /, **values: object) -> str:
    """The message in the language of the command line."""
    return translate(language(), text, **values)


def pt(context: str, text: str, /, **values: object) -> str:
    """The message in one of the senses that its English has."""
    return translate(language(), NP_(context, text), **values)


def figure(number: float) -> str:
    """A count for people: 1.106, or 1,106."""
    return number_text(number, language())


def ngettext(one: str, many: str, number: int, /, **values: object) -> str:
    """The message for that number of things; `number` is among the values."""
    return translate_plural(language(), one, many, number, **values)


def refusal(error: DondocError | CalendarError) -> list[str]:
    """What was refused and what to do instead, a line each."""
    if isinstance(error, CalendarError):
        parts = (said(error.problem, language()), said(error.remedy, language()))
        return [": ".join(part for part in parts if part)]
    return [line for reason in error.reasons for line in _with_command(reason).splitlines()]


def _with_command(reason: str) -> str:
    command = reason.command(language()) if isinstance(reason, Fault) else ""
    return f"{told(reason)} ({command})" if command else told(reason)


def refused(error: DondocError) -> str:
    """`refusal` in one line."""
    return "; ".join(refusal(error))


def told(text: str) -> str:
    """A `Fault` of the layers below in the language of the command line, any other text as it is."""
    return said(text, language())
