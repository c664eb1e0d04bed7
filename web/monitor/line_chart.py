"""A line chart of shares over time, as coordinates for the SVG of a template."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 720, 240
LEFT, RIGHT, TOP, BOTTOM = 44, 12, 12, 30
STEPS = (0, 25, 50, 75, 100)


@dataclass(frozen=True)
class Point:
    x: float
    y: float


@dataclass(frozen=True)
class Series:
    """One line; where there is no value it is interrupted."""

    kind: str
    name: str
    pieces: Sequence[Sequence[Point]]

    @property
    def points(self) -> list[Point]:
        return [point for piece in self.pieces for point in piece]


@dataclass(frozen=True)
class Tick:
    at: float
    text: str


@dataclass(frozen=True)
class LineChart:
    """Shares over time."""

    series: Sequence[Series]
    across: Sequence[Tick]
    up: Sequence[Tick]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    bottom: int = HEIGHT - BOTTOM


def line_chart(labels: Sequence[str], lines: Sequence[tuple[str, str, Sequence[float | None]]]) -> LineChart:
    """From each line's kind, name and shares of 1, one for each label."""
    places = [_x(number, len(labels)) for number in range(len(labels))]
    every = max(1, -(-len(labels) // 13))
    return LineChart(
        [Series(kind, name, _pieces(places, shares)) for kind, name, shares in lines],
        [
            Tick(x, text)
            for number, (x, text) in enumerate(zip(places, labels, strict=True))
            if number % every == 0
        ],
        [Tick(_y(step / 100), f"{step}%") for step in STEPS],
    )


def _x(number: int, of: int) -> float:
    """In the middle of its part of the width."""
    return round(LEFT + (WIDTH - LEFT - RIGHT) * (number + 0.5) / of, 1)


def _y(fraction: float) -> float:
    return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * fraction, 1)


def _pieces(places: Sequence[float], shares: Sequence[float | None]) -> list[list[Point]]:
    pieces: list[list[Point]] = [[]]
    for x, fraction in zip(places, shares, strict=True):
        if fraction is None:
            pieces.append([])
        else:
            pieces[-1].append(Point(x, _y(fraction)))
    return [piece for piece in pieces if piece]
