"""Translate messages with gettext: ids are English, `locale/LANGUAGE/LC_MESSAGES/dondoc.po` has the others.

The reader's language is known at the edge only, so it is a parameter everywhere. Values go into a text by
name (`%(unit)s`), so that a translation has its own order; a percent sign is written twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup

from messages.formats import number_text

if TYPE_CHECKING:
    from jinja2 import Environment

Language = str
"""A language's code; `languages()` says which there are."""
DOMAIN = "dondoc"
LOCALE = Path(__file__).with_name("locale")
SOURCE_LANGUAGE = "en"
"""The language of the message ids; it needs no catalogue."""
DEFAULT_LANGUAGE = "vi"
SENSE = "\x04"


def N_(text: str) -> str:  # noqa: N802  (gettext's own name)
    """Mark a text for extraction; it is translated where it is shown."""
    return text


def NP_(context: str, text: str) -> str:  # noqa: N802
    """`N_` for one sense of an English word that has several; joined as gettext itself joins them."""
    return f"{context}{SENSE}{text}"


@dataclass(frozen=True)
class Plural:
    """Mark a text that differs by number for extraction; `by` names the value that counts."""

    one: str
    many: str
    by: str = "number"


def word_message(word: StrEnum) -> str:
    """The message of a word of the vocabulary: its enum is the sense."""
    return NP_(type(word).__name__, word.value.replace("-", " "))


@lru_cache(maxsize=8)
def translations(language: str) -> NullTranslations:
    """The compiled catalogue of a language; texts of an unknown one stay English. Kept: 4 ms to read.

    Raises `FileNotFoundError` where the catalogue was never compiled.
    """
    if language == SOURCE_LANGUAGE or language not in languages():
        return NullTranslations()
    compiled = LOCALE / language / "LC_MESSAGES" / f"{DOMAIN}.mo"
    if not compiled.exists():
        raise FileNotFoundError(f"{compiled} is missing; compile it with: make setup")
    with compiled.open("rb") as file:
        return GNUTranslations(file)


@lru_cache(maxsize=1)
def languages() -> tuple[str, ...]:
    """Codes of the languages there are, the default first. Kept: 13 µs of a folder for each mail and text."""
    found = sorted(folder.name for folder in LOCALE.iterdir() if folder.is_dir())
    return tuple(sorted({*found, SOURCE_LANGUAGE}, key=lambda code: (code != DEFAULT_LANGUAGE, code)))


def known_language(text: str | None) -> Language:
    """The code if there is such a language, otherwise the default."""
    return text if text in languages() else DEFAULT_LANGUAGE


def translate(language: str, text: str | Plural, /, **values: object) -> str:
    """The message in that language, its values filled in."""
    if isinstance(text, Plural):
        number = values.pop(text.by)
        assert isinstance(number, int)
        shown = {text.by: number_text(number, language)}
        return translate_plural(language, text.one, text.many, number, **shown, **values)
    return _found(language, text) % values


@lru_cache(maxsize=8192)
def _found(language: str, text: str) -> str:
    """Kept, since an event of a calendar has fifteen messages: 0.1 µs each instead of 1."""
    context, _, text = text.rpartition(SENSE)
    catalogue = translations(language)
    return catalogue.pgettext(context, text) if context else catalogue.gettext(text)


def translate_plural(language: str, one: str, many: str, number: int, /, **values: object) -> str:
    """The message for that number of things; `number` is among the values."""
    said = {"number": number_text(number, language), **values}
    return translations(language).ngettext(one, many, number) % said


def install_translations(environment: Environment, language: str) -> None:
    """Give templates `_`, `pgettext`, `ngettext` and `{% trans %}` in that language.

    Jinja's own functions look every text up again, through its context: 2.5 µs instead of 0.7, and a page has
    a hundred of them.
    """
    catalogue, text = translations(language), Markup if environment.autoescape else str

    @lru_cache(maxsize=8192)
    def plain(message: str) -> str:
        return text(_found(language, message)) % {}

    def gettext(message: str, /, **values: object) -> str:
        return text(_found(language, message)) % values if values else plain(message)

    def pgettext(context: str, message: str, /, **values: object) -> str:
        return gettext(NP_(context, message), **values)

    def ngettext(one: str, many: str, number: int, /, **values: object) -> str:
        return text(catalogue.ngettext(one, many, number)) % {"num": number_text(number, language), **values}

    environment.add_extension("jinja2.ext.i18n")
    environment.newstyle_gettext = True  # type: ignore[attr-defined]
    environment.globals |= {"_": gettext, "gettext": gettext, "pgettext": pgettext, "ngettext": ngettext}
