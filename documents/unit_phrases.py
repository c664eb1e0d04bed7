"""Names of units in a text: where one begins, and how far it goes.

Nine in ten begin with one of a closed set of words (Sở, UBND, Ban, Cục, Công an, …). The name goes on until a
verb, a preposition or the end of the clause. Groups ("các sở, ban, ngành") are phrases like any other here;
what they stand for, a person decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from documents.unit_words import (
    BARE,
    BARE_ONLY,
    BELONGING,
    HEAD,
    INDIVIDUAL,
    LISTED,
    ORGANISATION,
    PAPER,
    SETTLED,
    TURN,
    VERBS,
)

TOKEN = re.compile(r"\w+|[^\w\s]")
JOINTS = frozenset({"và", "-", "&", "/", ","})
QUOTATION = frozenset("“”\"'’")
BRACKET = re.compile(r" ?\([^()]{1,60}\)")


@dataclass(frozen=True)
class UnitPhrase:
    """A name, or a list of names, where it stands."""

    start: int
    end: int
    text: str


def find_units(text: str, low: str) -> list[UnitPhrase]:
    """All names of units in the text; a name within a name is part of it."""
    found: list[UnitPhrase] = []
    end = 0
    for head in HEAD.finditer(text):
        if head.start() >= end:
            end = _Name(text, low, head).end()
            found.append(UnitPhrase(head.start(), end, text[head.start() : end].rstrip(" ,-&/")))
    return found


def names(phrases: Iterable[UnitPhrase]) -> list[str]:
    """The single names that the phrases list."""
    return [name for phrase in phrases for name in split_units(phrase.text)]


def split_units(text: str) -> Iterator[str]:
    """The single names in a list: `Các sở, ban, ngành; UBND xã, phường` has two."""
    for part in re.split(r"\s*;\s*", text):
        rest = part.strip(" .,:")
        joints = (match.end() for match in re.finditer(r"(?:,| và)(?: và)? (?=\S)", rest))
        starts = [0, *(at for at in joints if INDIVIDUAL.match(rest, at))]
        for start, stop in zip(starts, [*starts[1:], len(rest)], strict=True):
            piece = re.sub(r"(?:,| và)+$", "", rest[start:stop].strip()).strip()
            if piece:
                yield piece


class _Name:
    """One name on its way through the text, token by token."""

    def __init__(self, text: str, low: str, head: re.Match[str]) -> None:
        self.text, self.low, self.head = text, low, head
        self.at = self.last = head.end()  # where the next token is looked for; where the name ends so far

    def end(self) -> int:
        while (token := TOKEN.search(self.text, self.at)) is not None:
            if self.text[self.at : token.start()].strip() or not self._takes(token):
                break
        return self.last

    def _takes(self, token: re.Match[str]) -> bool:
        """Whether the name goes on with or behind the token."""
        word = token[0]
        if word == "(":
            return self._skips_bracket(token)
        if word in JOINTS:
            self.at = token.end()
            return self._goes_on(token.end())
        if word in QUOTATION:
            self.at = self.last = token.end()
            return True
        if not word[0].isalnum():
            return False
        return self._takes_word(token)

    def _takes_word(self, token: re.Match[str]) -> bool:
        start = token.start()
        if token[0][0].isupper() and PAPER.match(self.low, start) and self._is_settled():
            return False
        if (
            token[0][0].isupper()
            or token[0][0].isdigit()
            or not (self._stops(start) or TURN.match(self.low, start))
        ):
            self.at = self.last = token.end()
            return True
        more = BELONGING.match(self.low, start)
        if more is None or (more[0] in BARE_ONLY and self.head[0].lower() not in BARE):
            return False
        self.at = self.last = more.end()
        return True

    def _skips_bracket(self, token: re.Match[str]) -> bool:
        """Over an abbreviation in brackets, if the name goes on behind it."""
        bracket = BRACKET.match(self.text, token.start())
        if bracket is None or not self._goes_on(bracket.end()):
            return False
        self.at = bracket.end()
        return True

    def _is_settled(self) -> bool:
        return SETTLED.search(self.low[self.head.start() : self.last]) is not None

    def _stops(self, at: int) -> bool:
        """Whether a verb or a preposition begins here."""
        words = TOKEN.findall(self.low[at : at + 40])[:3]
        pair = "_".join(words[:2])
        if pair == "tổ_chức" and ORGANISATION.match(self.low, at):
            return False
        return not VERBS.isdisjoint((words[0], pair, "_".join(words)))

    def _goes_on(self, at: int) -> bool:
        """Whether a list of units, or a name with a comma in it, goes on behind a joint."""
        token = TOKEN.search(self.text, at)
        if token is None or self.text[at : token.start()].strip():
            return False
        if token[0][0].isupper():
            return True
        stops = self._stops(token.start()) and not ORGANISATION.match(self.low, token.start())
        return token[0].lower() in LISTED and not stops
