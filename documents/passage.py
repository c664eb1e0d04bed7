"""A stretch of the document in one spelling, with the way back to the letters of the original.

Rules look at `text` (composed, blanks as one) and `low` (small letters, one spelling of what offices write in
several ways); both have the same length, and every position leads back to the original, from which alone
quotes are cut.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from documents.source import Span

DROPPED = frozenset("*\u200b\u200c\u200d\u2060\ufeff\u00ad")
ODD = dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-") | {"\u01f6": "ỳ", "\u01f7": "ỳ"}
"""Dashes, and glyphs that some fonts show for a Vietnamese letter."""
TONED_Y = dict(zip("ỳýỷỹỵ", "ùúủũụ", strict=True))
TONED_OPEN = dict(
    zip(
        ("oà", "oá", "oả", "oã", "oạ", "oè", "oé", "oẻ", "oẽ", "oẹ"),
        ("òa", "óa", "ỏa", "õa", "ọa", "òe", "óe", "ỏe", "õe", "ọe"),
        strict=True,
    )
)
SPELLINGS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"(?<!q)u([ỳýỷỹỵ])\b"), lambda found: TONED_Y[found[1]] + "y"),
    (re.compile(r"o[àáảãạèéẻẽẹ]\b"), lambda found: TONED_OPEN[found[0]]),
    (re.compile(r"\bquí\b"), lambda found: "quý"),
    (re.compile(r"\bkì\b"), lambda found: "kỳ"),
    (re.compile(r"\bhàng(?= (?:ngày|tuần|tháng|quý|năm)\b)"), lambda found: "hằng"),
)
"""One spelling for another of the same length, so that positions stay."""
UPPER = "A-ZĐÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬÈÉẺẼẸÊỀẾỂỄỆÌÍỈĨỊÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢÙÚỦŨỤƯỪỨỬỮỰỲÝỶỸỴ"
"""Capitals, for a class in a pattern: a range of accented letters would hold small ones too."""


@dataclass(frozen=True)
class Passage:
    """`text`, and for each of its characters where it begins in the original; `end` is where the last "
    "ends."""

    text: str
    offsets: tuple[int, ...]
    end: int

    @cached_property
    def low(self) -> str:
        """Small letters, one spelling; as long as `text`."""
        low = "".join(small if len(small := char.lower()) == 1 else char for char in self.text)
        for pattern, spelling in SPELLINGS:
            low = pattern.sub(spelling, low)
        return low

    def span(self, start: int, end: int) -> Span:
        """Where `text[start:end]`, without outer blanks, stands in the original."""
        piece = self.text[start:end]
        start += len(piece) - len(piece.lstrip())
        end -= len(piece) - len(piece.rstrip())
        if end <= start:
            return (self.offsets[start] if start < len(self.offsets) else self.end,) * 2
        return self.offsets[start], self.offsets[end] if end < len(self.offsets) else self.end

    def place(self, offset: int) -> int:
        """The position in `text` of an offset in the original."""
        return bisect_left(self.offsets, offset)


def passage(original: str, start: int, end: int) -> Passage:
    """The stretch `start` to `end` of the original in one spelling."""
    chars: list[str] = []
    offsets: list[int] = []
    for char, at in _clusters(original, start, end):
        blank = char.isspace()
        if blank and (not chars or chars[-1] == " "):
            continue
        chars.append(" " if blank else char)
        offsets.append(at)
    last = end
    if chars and chars[-1] == " ":
        chars.pop()
        last = offsets.pop()
    return Passage("".join(chars), tuple(offsets), last)


def _clusters(original: str, start: int, end: int) -> Iterator[tuple[str, int]]:
    """Letters with their marks composed, each with its place; what has no width is left out."""
    at = start
    while at < end:
        stop = at + 1
        while stop < end and unicodedata.combining(original[stop]):
            stop += 1
        for char in unicodedata.normalize("NFC", original[at:stop]):
            if char not in DROPPED:
                yield ODD.get(char, char), at
        at = stop
