"""A language that nobody speaks: what a page or mail says in it has gone through the catalogue.

Each message is put in ⟦ ⟧, is 40 % longer, and its letters are wide, as in "⟦Ｓｅｎｄ ～～⟧". So a letter of
the usual alphabets is a value that was put in, such as a name, or a text that cannot be translated. The
language takes the place of Vietnamese, whose code, dates and numbers it keeps: a text that asks "Vietnamese,
or else English?" without the catalogue comes out plain in it.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache, lru_cache
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from messages import catalogue
from messages.update import PACKAGES
from models.text import without_marks

KEPT = re.compile(r"(%\(\w+\)[sd]|%%|\{\w+\}|</?[a-z][^<>]*>|&#?\w+;)")
"""Parts of a message that mean something to the program: values, marks of HTML."""
WIDE = str.maketrans(
    {chr(code): chr(code + 0xFEE0) for code in range(ord("!"), ord("~") + 1) if chr(code).isalpha()}
)
LETTERS = re.compile(r"[^\W\d_]+")
WORD = re.compile(r"[^\W\d_]{2,}")
OURS = re.compile(r"[\uff21-\uff5a]+")
SAID = ("title", "aria-label", "placeholder", "alt", "label", "summary", "content")
SILENT = frozenset({"script", "style", "code", "pre", "textarea"})


def wide(text: str) -> str:
    return without_marks(text).translate(WIDE)


def pseudo(text: str) -> str:
    """The text in that language."""
    parts = [part if KEPT.fullmatch(part) else wide(part) for part in KEPT.split(text)]
    said = sum(len(part) for part in parts if not KEPT.fullmatch(part))
    return f"⟦{''.join(parts)}{' ' + '～' * (said * 2 // 5) if said > 4 else ''}⟧"


def known() -> Catalog:
    """All that the program says: what the Vietnamese catalogue has, as tests/architecture proves. Reading it
    takes a tenth of extracting it."""
    with (catalogue.LOCALE / "vi" / "LC_MESSAGES" / f"{catalogue.DOMAIN}.po").open("rb") as file:
        return read_po(file)


def longer(text: str) -> str:
    """The text with each word 40 % longer, which asks more of a page than more words would."""
    return "".join(
        part
        if KEPT.fullmatch(part)
        else LETTERS.sub(lambda word: word[0] + "m" * round(len(word[0]) * 0.4), part)
        for part in KEPT.split(text)
    )


@cache
def compiled_catalogue(said: Callable[[str], str]) -> bytes:
    """All that the program says, in what `said` makes of the English, or, for `longer`, of the Vietnamese."""
    spoken, written = Catalog(locale="vi", domain=catalogue.DOMAIN), BytesIO()
    for message in known():
        texts = (message.string if said is longer else message.id) or ""
        if isinstance(message.id, str) and message.id:
            spoken.add(message.id, said(str(texts)), context=message.context)
        elif message.id:
            spoken.add(message.id, (said(texts[-1]),), context=message.context)
    write_mo(written, spoken)
    return written.getvalue()


class Texts(HTMLParser):
    """What a page says to those who read or hear it, each with the tag or attribute that has it; but for what
    the page declares to be somebody's own words, translate="no"."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self.open: list[str] = []
        self.own_words: list[int] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.open.append(tag)
        if given.get("translate") == "no":
            self.own_words.append(len(self.open))
        self.found += [(name, given[name] or "") for name in SAID if name in given and tag != "meta"]
        if tag == "input" and given.get("type") in ("submit", "button", "reset"):
            self.found.append(("value", given.get("value") or ""))

    def handle_endtag(self, tag: str) -> None:
        if tag in self.open:
            while self.open.pop() != tag:
                pass
            self.own_words = [depth for depth in self.own_words if depth <= len(self.open)]

    def handle_data(self, data: str) -> None:
        if not SILENT & set(self.open) and not self.own_words:
            self.found.append((self.open[-1] if self.open else "", data))


def texts_of(page: str) -> list[tuple[str, str]]:
    reader = Texts()
    reader.feed(page)
    reader.close()
    return [(place, " ".join(text.split())) for place, text in reader.found if text.strip()]


NOT_TRANSLATED = {
    r"\S*@\S+": "addresses",
    r"\S+\.(pdf|csv|yaml|eml)\b": "names of files",
    r"https?://\S+": "addresses of pages",
    r"(?<!\w)/[\w.-]+/[\w./-]*": "paths of files",
    r"\b\w+/[A-ZĐ]\w*(-[A-ZĐ]+)?\b": "numbers of documents, time zones",
    r"\b[A-Z]+(_[A-Z]+)+\b": "settings",
    r"\bdondoc_\w+": "secrets of programs",
    r"\bdondoc( [a-z-]+(?![\w-]))*( --[a-z-]+)*\b": "commands, our name",
    r"(?<![\w-])--?[a-z][a-z-]*(=\d)?": "options",
    r"\b[a-z]+ \d+(\.\d+)+": "programs with their version",
    r"\bsqlite\b|\bpostgresql\b|\bPrefect\b": "programs",
    r"\bGoogle Calendar\b|\bOutlook\b|\bThunderbird\b|\biPhone, iPad, Mac\b": "calendar programs",
    r"\b(CSV|XLSX|KB|MB)\b": "formats and measures",
    r"\bpdf\b|\b(pdf, )?doc, docx, xls, xlsx, odt, ods, csv, txt, png, jpg, jpeg, zip\b": "kinds of files",
    r"\bTiếng (Việt|Anh)\b|^English$": "names of languages, which Babel has",
    r"(?i:\btháng \d+\b)": "months, which Babel has",
    r"^CN$": "Sunday at the head of a calendar, which Babel has",
    r"\bNgày nghỉ \(thay cho ngày \S+\)": "a day off in exchange, as the package `holidays` names it",
    r"\b(Thứ (Hai|Ba|Tư|Năm|Sáu|Bảy)|Chủ Nhật)\b": "days of the week, which Babel has",
}
"""What is right in every language, and what it is."""


def plain(text: str, data: Iterable[str]) -> list[str]:
    """Words that did not go through the catalogue, but for these texts of users and what has no language."""
    return _plain(text, frozenset(data))


@lru_cache(maxsize=8192)
def _plain(text: str, data: frozenset[str]) -> list[str]:
    """Kept, because a page has most of its texts from others."""
    known = _known(data)
    # A name may hold what is right in every language, such as UBND, and that may hold a name.
    names_first, names_last = known.sub(" ", text), text
    for pattern in NOT_TRANSLATED:
        names_first, names_last = re.sub(pattern, " ", names_first), re.sub(pattern, " ", names_last)
    found = (WORD.findall(OURS.sub(" ", left)) for left in (names_first, known.sub(" ", names_last)))
    return min(found, key=len)


@cache
def _known(data: frozenset[str]) -> re.Pattern[str]:
    longest = sorted((each for each in data if len(each) > 1), key=len, reverse=True)
    return re.compile("|".join(rf"(?<!\w){re.escape(each)}(?!\w)" for each in longest) or "$^", re.IGNORECASE)


def plain_texts(page: str, data: Iterable[str]) -> list[str]:
    """Texts and attributes of the page that came out plain, each with its tag."""
    known = frozenset(data)
    return [f"<{place}> {text}" for place, text in texts_of(page) if plain(text, known)]


@contextmanager
def spoken(folder: Path, said: Callable[[str], str] = pseudo) -> Iterator[None]:
    """The program speaks it instead of Vietnamese."""
    path = folder / "vi" / "LC_MESSAGES" / f"{catalogue.DOMAIN}.mo"
    path.parent.mkdir(parents=True)
    path.write_bytes(compiled_catalogue(said))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(catalogue, "LOCALE", folder)
        forget()
        yield
    forget()


def forget() -> None:
    """Empty all that the program keeps, since texts of a language may be among it."""
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] in PACKAGES:
            for kept in vars(module).values():
                if hasattr(kept, "cache_clear"):
                    kept.cache_clear()
