"""Clean texts from outside, and fold them to plain ASCII: the one place for both.

What is kept is what a screen can show (`str.isprintable`): control characters, lone surrogates and marks that
turn the direction of writing go, as PostgreSQL, XML and terminals refuse or misread them. Texts of calendar
entries have rules of their own (`calendars.ical_text`), and searching has its table (`models.name_search`).
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath, PureWindowsPath


def clean_line(text: str) -> str:
    """The text on one line, runs of blanks as one, composed (NFC)."""
    return _composed(" ".join("".join(c for c in text if c.isprintable() or c.isspace()).split()))


def clean_lines(text: str) -> str:
    """The text without outer blanks, composed (NFC); tabs stay, and line ends are all newlines."""
    shown = (c for c in text.replace("\r\n", "\n") if c.isprintable() or c in "\n\t")
    return _composed("".join(shown).strip())


def last_part(path: str) -> str:
    """The file name at the end of a path of any system: printable characters alone, composed (NFC)."""
    name = PureWindowsPath(PurePosixPath(path).name).name
    return _composed("".join(c for c in name if c.isprintable()))


def without_marks(text: str) -> str:
    """ASCII letters for Vietnamese ones: Đầm Dơi becomes Dam Doi. What has no ASCII letter is left out."""
    plain = unicodedata.normalize("NFKD", text.replace("đ", "d").replace("Đ", "D"))
    return plain.encode("ascii", "ignore").decode()


def slug(text: str) -> str:
    """Small ASCII letters and digits, joined by hyphens: `01/CTr-UBND 2024` becomes `01-ctr-ubnd-2024`."""
    return re.sub(r"[^a-z0-9]+", "-", without_marks(text).lower()).strip("-")


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)
