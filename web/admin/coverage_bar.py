"""The coverage bar: where in a document duties are, and where words are that no duty uses."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

WIDTH = 1000
LEAST = 3


@dataclass(frozen=True)
class Stroke:
    """A stretch of the bar, in thousandths of the document."""

    kind: str
    x: int
    width: int


def bar_of(text: str, used: Iterable[tuple[int, int]], unused: Iterable[tuple[int, int]]) -> list[Stroke]:
    """The strokes, those of duties first, so that what is missing stands out."""
    return [
        *(_stroke("used", span, len(text)) for span in sorted(used)),
        *(_stroke("unused", span, len(text)) for span in sorted(unused)),
    ]


def _stroke(kind: str, span: tuple[int, int], length: int) -> Stroke:
    start, end = (WIDTH * place // max(1, length) for place in span)
    return Stroke(kind, min(start, WIDTH - LEAST), max(LEAST, end - start))
