"""Clean texts from outside, fold them to plain ASCII, and search in them: the one place for all three.

What is kept is what a screen can show (`str.isprintable`): control characters, lone surrogates and marks that
turn the direction of writing go, as PostgreSQL, XML and terminals refuse or misread them. Texts of calendar
entries have rules of their own (`calendars.ical_text`).

A search finds a name composed or decomposed, in any letter case, with or without marks. `folded` is the one
form in which names and what is looked for are compared; `holds` asks a database for the same. Its lower() and
LIKE know the letters of its own locale only, so both work from one table: the letters come apart from their
marks (NFD), then the table drops the marks, makes small letters and puts d for đ.
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath, PureWindowsPath

from sqlalchemy import ColumnElement, SQLColumnExpression, Text
from sqlalchemy.sql.functions import FunctionElement

from models.columns import sql_function

UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0000-\U000e0fff]"
)
"""Letters and marks that Python calls printable and every screen shows as nothing."""


def is_shown(character: str) -> bool:
    """Whether a screen shows it: a text of others alone is empty."""
    return character.isprintable() and UNSEEN.match(character) is None


def clean_line(text: str) -> str:
    """The text on one line, runs of blanks as one, composed (NFC)."""
    return _composed(" ".join("".join(c for c in text if is_shown(c) or c.isspace()).split()))


def clean_lines(text: str) -> str:
    """The text without outer blanks, composed (NFC); tabs stay, and line ends are all newlines."""
    shown = (c for c in text.replace("\r\n", "\n") if is_shown(c) or c in "\n\t")
    return _composed("".join(shown).strip())


def last_part(path: str) -> str:
    """The file name at the end of a path of any system: printable characters alone, composed (NFC)."""
    name = PureWindowsPath(PurePosixPath(path).name).name
    return _composed("".join(filter(is_shown, name)))


def without_marks(text: str) -> str:
    """ASCII letters for Vietnamese ones: Đầm Dơi becomes Dam Doi. What has no ASCII letter is left out."""
    plain = unicodedata.normalize("NFKD", text.replace("đ", "d").replace("Đ", "D"))
    return plain.encode("ascii", "ignore").decode()


def slug(text: str) -> str:
    """Small ASCII letters and digits, joined by hyphens: `01/CTr-UBND 2024` becomes `01-ctr-ubnd-2024`."""
    return re.sub(r"[^a-z0-9]+", "-", without_marks(text).lower()).strip("-")


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


SQLITE_NAME = "dondoc_folded"
"""Given to each connection by `models.database`: SQLite itself knows A to Z alone."""
ALPHABETS = range(0x41, 0x530)
"""Latin, Greek and Cyrillic."""


def _pairs() -> tuple[str, str]:
    """Letters and their replacements, for `translate()`; marks come last and are dropped."""
    pairs = dict.fromkeys("đĐðÐ", "d")  # converters of old fonts put Ð (U+00D0), which looks like Đ
    for letter in map(chr, ALPHABETS):
        small, has_mark = letter.lower(), unicodedata.normalize("NFD", letter) != letter
        if small != letter and len(small) == 1 and not has_mark:
            pairs.setdefault(letter, small)
    marks = "".join(map(chr, range(0x300, 0x370)))
    return "".join(pairs) + marks, "".join(pairs.values())


LETTERS, STAND_FOR = _pairs()
TABLE = {ord(c): STAND_FOR[n] if n < len(STAND_FOR) else None for n, c in enumerate(LETTERS)}


def folded(text: str) -> str:
    """The text as it is compared: ĐẦM DƠI, Đầm Dơi and dam doi are one."""
    return unicodedata.normalize("NFD", text).translate(TABLE)


def or_none(text: str | None) -> str | None:
    """`folded` for SQL: NULL stays NULL."""
    return None if text is None else folded(text)


@sql_function(
    sqlite=f"{SQLITE_NAME}({{0}})",
    postgresql=f"translate(normalize({{0}}, NFD), '{LETTERS}', '{STAND_FOR}')",  # drops unmatched letters
)
class Folded(FunctionElement[str]):
    """`folded` of a column, within a statement."""

    name = SQLITE_NAME
    type = Text()
    inherit_cache = True


def holds(column: SQLColumnExpression[str], words: str) -> ColumnElement[bool]:
    """Whether the words are part of the column's text."""
    return Folded(column).contains(folded(clean_line(words)), autoescape=True)


def are_in(words: str, *texts: str) -> bool:
    """Whether the words are part of one of the texts: `holds` for values in memory."""
    wanted = folded(clean_line(words))
    return any(wanted in folded(text) for text in texts)
