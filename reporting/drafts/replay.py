"""Drafts that a person has decided about, read again: what the rules make of the documents today.

What was read then, what the person made of it, and what is read now are held against each other, field by
field. Nothing is changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from reporting.drafts.cards import Card, CardState, DraftContent

FIELDS = ("every", "due", "from", "to", "via")


class Turn(StrEnum):
    """What has become of a case: right that was wrong, wrong that was right, or still wrong."""

    RIGHT_NOW = "right-now"
    WRONG_NOW = "wrong-now"
    OTHERWISE = "otherwise"


@dataclass(frozen=True)
class Difference:
    """What comes out otherwise than when the draft was made; the field is `duty` where one is new or gone."""

    words: str
    field: str
    then: str
    now: str
    person: str
    turn: Turn


def differences(then: DraftContent, person: DraftContent, now: DraftContent) -> list[Difference]:
    """In the order of the document as it was read then, then what is new."""
    return [*_of_old_ones(then, person, now), *_of_new_ones(then, person, now)]


def is_corrected(then: DraftContent, person: DraftContent) -> bool:
    """Whether a person has decided anything."""
    return then.model_dump() != person.model_dump()


def _of_old_ones(then: DraftContent, person: DraftContent, now: DraftContent) -> Iterator[Difference]:
    for card in then.cards:
        again = _same(card, now.cards)
        decided = next((each for each in person.cards if each.id == card.id), None)
        is_duty = decided is None or decided.state is not CardState.NO_DUTY
        if again is None:
            turn = Turn.WRONG_NOW if is_duty else Turn.RIGHT_NOW
            yield Difference(_words(card), "duty", _said(card), "", _said(decided) if is_duty else "", turn)
            continue
        for name in FIELDS:
            before, after = _field(card.duty, name), _field(again.duty, name)
            wanted = before if decided is None or _is_as_read(decided, name) else _field(decided.duty, name)
            if before != after:
                yield Difference(_words(card), name, before, after, wanted, _turn(before, after, wanted))


def _of_new_ones(then: DraftContent, person: DraftContent, now: DraftContent) -> Iterator[Difference]:
    for card in now.cards:
        if _same(card, then.cards) is None:
            added = _same(card, [each for each in person.cards if each.is_added])
            turn = Turn.RIGHT_NOW if added else Turn.OTHERWISE
            yield Difference(_words(card), "duty", "", _said(card), _said(added), turn)


def _is_as_read(card: Card, name: str) -> bool:
    """Whether the field is as it was read: only then its source is told."""
    return name in ((card.duty.get("clause") or {}).get("fields") or {})


def _turn(before: str, after: str, wanted: str) -> Turn:
    if after == wanted:
        return Turn.RIGHT_NOW
    return Turn.WRONG_NOW if before == wanted else Turn.OTHERWISE


def _same(card: Card, others: Sequence[Card]) -> Card | None:
    """The card with the same words, or whose words lie within these or around them."""
    words = _words(card)
    same = [each for each in others if _words(each) == words]
    around = [each for each in others if words in _words(each) or _words(each) in words]
    close = [each for each in same if _field(each.duty, "due") == _field(card.duty, "due")]
    return next(iter([*close, *same, *around]), None)


def _words(card: Card) -> str:
    return " ".join(str((card.duty.get("clause") or {}).get("quote", "")).split())


def _said(card: Card | None) -> str:
    return "" if card is None else ", ".join(filter(None, (_field(card.duty, name) for name in FIELDS[:3])))


def _field(duty: Mapping[str, Any], name: str) -> str:
    if name == "every":
        return str(duty.get("every", ""))
    chain = duty.get("chain") or [{}]
    value = (chain[0] if isinstance(chain, list) else chain).get(name)
    entries = value if isinstance(value, list) else [value]
    return "; ".join(_plain(each) for each in entries if each)


def _plain(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(_plain(each) for each in value.values() if each)
    if isinstance(value, list):
        return ", ".join(_plain(each) for each in value)
    return str(value)
