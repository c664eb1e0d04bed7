"""Codes that a person or a table program takes for one another: 00101 and 101, H1 and h1, 101 and 101.0.

A table program drops leading zeros and may write a number as 101.0. Loaded as it stands, such a code would be
a second unit beside the real one. Official codes of different levels (01, 001 and 00001) are no such twins.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

DECIMALS = re.compile(r"\.0*\Z")
LEADING_ZEROS = re.compile(r"(?<![0-9])0+(?=[0-9])", re.ASCII)


def look(code: str) -> str:
    """What is left of a code without case, leading zeros and `.0`: twins look alike."""
    return LEADING_ZEROS.sub("", _spelt(code))


def _spelt(code: str) -> str:
    return DECIMALS.sub("", code.casefold())


class Codes:
    """Codes by their look, with the level of each where it is known."""

    def __init__(self, codes: Iterable[tuple[str, str]]) -> None:
        self._alike: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for code, level in codes:
            self._alike[look(code)].append((code, level))

    def twins(self, code: str, level: str | None = None) -> Iterator[str]:
        """Other codes that `code` may stand for; those that differ by zeros only if of the same level."""
        for other, its_level in self._alike.get(look(code), ()):
            same = level is None or level == its_level or _spelt(code) == _spelt(other)
            if other != code and same:
                yield other
