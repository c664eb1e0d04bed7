"""A document's text with places marked in it, as a tree: a place within another is marked within it.

A line's number stands where the line begins. A place that overlaps another without lying in it is cut there;
its first piece has its name, so that an address can lead to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

Span = tuple[int, int]


@dataclass(frozen=True)
class MarkedPlace:
    """Words to be marked. `name` is the anchor, `kind` says how they look, `about` what they are."""

    start: int
    end: int
    name: str
    kind: str
    about: str = ""
    card: str = ""
    """The card to which the words lead back."""


@dataclass
class MarkedPiece:
    """Of the text: words (`text`), the beginning of a line (`line`), or marked words with what is in them."""

    text: str = ""
    line: int = 0
    start: int = 0
    place: MarkedPlace | None = None
    is_first: bool = True
    is_last: bool = True
    below: list[MarkedPiece] = field(default_factory=list)


def marked(text: str, places: Iterable[MarkedPlace]) -> list[MarkedPiece]:
    """The whole text in pieces."""
    kept = (place for place in places if 0 <= place.start < place.end <= len(text))
    return list(_pieces(text, 0, len(text), _nested(kept), _LineCount()))


class _LineCount:
    def __init__(self) -> None:
        self.next = 1


@dataclass(frozen=True)
class _Cut:
    start: int
    end: int
    place: MarkedPlace


def _nested(places: Iterable[MarkedPlace]) -> list[_Cut]:
    """The places, cut so that of two that overlap one lies in the other, the outer first."""
    found: list[_Cut] = []
    waiting = sorted((_Cut(each.start, each.end, each) for each in places), key=_order, reverse=True)
    within: list[int] = []
    while waiting:
        cut = waiting.pop()
        while within and within[-1] <= cut.start:
            within.pop()
        if within and cut.end > within[-1]:
            rest = _Cut(within[-1], cut.end, cut.place)
            cut = _Cut(cut.start, within[-1], cut.place)
            waiting.append(rest)
            waiting.sort(key=_order, reverse=True)
        within.append(cut.end)
        found.append(cut)
    return found


def _order(cut: _Cut) -> tuple[int, int]:
    return cut.start, -cut.end


def _pieces(
    text: str, start: int, end: int, cuts: Sequence[_Cut], lines: _LineCount
) -> Iterator[MarkedPiece]:
    at, number = start, 0
    while number < len(cuts):
        cut = cuts[number]
        inside = number + 1
        while inside < len(cuts) and cuts[inside].start < cut.end:
            inside += 1
        yield from _words(text, at, cut.start, lines)
        below = list(_pieces(text, cut.start, cut.end, cuts[number + 1 : inside], lines))
        place = cut.place
        yield MarkedPiece(
            start=cut.start,
            place=place,
            is_first=cut.start == place.start,
            is_last=cut.end == place.end,
            below=below,
        )
        at, number = cut.end, inside
    yield from _words(text, at, end, lines)


def _words(text: str, start: int, end: int, lines: _LineCount) -> Iterator[MarkedPiece]:
    """The words, each line's number before its first."""
    while start < end:
        if start == 0 or text[start - 1] == "\n":
            yield MarkedPiece(line=lines.next, start=start)
            lines.next += 1
        stop = text.find("\n", start, end) + 1 or end
        yield MarkedPiece(text=text[start:stop], start=start)
        start = stop
