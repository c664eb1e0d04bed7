"""Text as calendar programs can bear it (RFC 5545, section 3.3.11).

icalendar's own vText reads a backslash before N as a line break, so `D:\\Nộp` and `\\\\NAS01` arrive damaged;
FeedText escapes once and only once. One NUL makes libical drop a whole feed, so control characters go first.
"""

from __future__ import annotations

import re
import unicodedata

from icalendar import vText

TITLE_LIMIT = 200
ELLIPSIS = "…"

# U+2028 and U+2029 are line ends to str.splitlines, hence to parsers that use it, but not to RFC 5545.
_LINE_ENDS = re.compile("\r\n?|\u2028|\u2029")
# Categories Cc and Cs, but for tab and newline.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
# Folded, a longer run could fill a whole line with blanks, which parsers take for a blank line and refuse.
_LONG_BLANKS = re.compile(r"([^\S\n]{20})[^\S\n]+")
FIRST_MARK = "\u0300"
MORE_BLANKS = " " * 21
_BLANKS = re.compile(r"[ \t\n]+")
_ZERO_WIDTH_JOINER = "\u200d"


def clean_text(text: str) -> str:
    """The text in NFC, without control characters and lone surrogates; line ends are all newlines."""
    if _is_clean(text):
        return text
    text = _LINE_ENDS.sub("\n", text)
    text = unicodedata.normalize("NFC", _UNPRINTABLE.sub("", text))
    text = _LONG_BLANKS.sub(r"\1", text)
    return "\n".join(_without_orphan_marks(line).rstrip() for line in text.split("\n"))


def _is_clean(text: str) -> bool:
    """Whether nothing is to be done, as with nearly every text. What `isprintable` takes is neither control
    character nor blank, but for the space."""
    if MORE_BLANKS in text or not unicodedata.is_normalized("NFC", text):
        return False
    return all(
        line.isprintable() and line[-1:] != " " and not (line >= FIRST_MARK and _is_mark(line[0]))
        for line in text.split("\n")
    )


def one_line(text: str, limit: int = TITLE_LIMIT) -> str:
    """The cleaned text on one line of at most `limit` characters, cut between letters as people see them."""
    line = clean_text(text)
    if not line.isprintable() or "  " in line or line[:1] == " ":
        line = _without_orphan_marks(_BLANKS.sub(" ", line).strip(" "))
    if len(line) <= limit:
        return line
    return line[: _safe_cut(line, limit - len(ELLIPSIS))].rstrip(" ") + ELLIPSIS


def escape(text: str) -> str:
    """The four escapes of RFC 5545; the backslash first, so that none is escaped again."""
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


class FeedText(vText):
    """A TEXT value: cleaned when made, escaped exactly once when written."""

    __slots__ = ()

    def __new__(cls, text: str) -> FeedText:
        return super().__new__(cls, clean_text(text))

    @classmethod
    def line(cls, text: str) -> FeedText:
        """On one line, and not too long for a title."""
        return super().__new__(cls, one_line(text))

    def to_ical(self) -> bytes:
        return escape(str(self)).encode("utf-8")


def _is_mark(char: str) -> bool:
    return unicodedata.category(char).startswith("M")


def _without_orphan_marks(line: str) -> str:
    # A combining mark that opens a line has nothing to sit on; after the escape `\n` it would change the n.
    start = 0
    while start < len(line) and _is_mark(line[start]):
        start += 1
    return line[start:]


def _safe_cut(line: str, cut: int) -> int:
    """The nearest place at or before `cut` that splits no letter from its marks and no emoji sequence."""
    while cut > 0 and _sticks(line, cut):
        cut -= 1
    return cut


def _sticks(line: str, cut: int) -> bool:
    before, after = line[cut - 1], line[cut]
    if _is_mark(after) or _ZERO_WIDTH_JOINER in (before, after) or "\U0001f3fb" <= after <= "\U0001f3ff":
        return True
    return _is_flag_half(after) and _flag_halves_before(line, cut) % 2 == 1


def _is_flag_half(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def _flag_halves_before(line: str, cut: int) -> int:
    start = cut
    while start > 0 and _is_flag_half(line[start - 1]):
        start -= 1
    return cut - start
