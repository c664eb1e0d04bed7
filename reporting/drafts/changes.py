"""What a person changes in a draft: a duty corrected, two made one, one added from marked words.

How a field came is told only as long as the field is as it came.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from calendars.errors import FaultCode
from messages.catalogue import N_
from models.errors import InvalidInput
from models.plan_files.clause import LONGEST_QUOTE
from reporting.drafts.cards import CLAUSE, Card, CardState, DraftContent, FieldMark
from reporting.plans.quotes import JOINT, Span, places_of

DATES = ("due", "lead", "after")
STAGE_FIELDS = {"from": ("from",), "to": ("to",), "via": ("via",), "due": DATES}
JOINED = ("from", "to", "due")


class ChangeFault(FaultCode):
    """Why nothing is changed."""

    NO_WORDS = N_("these lines hold no words; choose lines of the document")
    TOO_LONG = N_("these are more than %(most)s characters; mark the sentence that orders the report")


def corrected(card: Card, duty: Mapping[str, Any], before: Mapping[str, Any], text: str) -> None:
    """Give the card its duty as a person left it; `before` is how the form had it. Where the words of the
    quote stand is looked up again."""
    card.duty = dict(duty)
    _forget_sources(card, before)
    quote = (card.duty.get("clause") or {}).get("quote", "")
    if quote != (before.get("clause") or {}).get("quote", ""):
        spans = places_of(text, quote) or ()
        card.marks = [
            *(FieldMark(field=CLAUSE, start=start, end=end) for start, end in spans),
            *(mark for mark in card.marks if mark.field != CLAUSE),
        ]


def _forget_sources(card: Card, before: Mapping[str, Any]) -> None:
    clause = card.duty.get("clause")
    if not isinstance(clause, dict) or "fields" not in clause:
        return
    changed = changed_fields(before, card.duty)
    card.duty["clause"] = {
        **clause,
        "fields": {name: each for name, each in clause["fields"].items() if name not in changed},
    }


def changed_fields(before: Mapping[str, Any], after: Mapping[str, Any]) -> set[str]:
    """Which of the fields that a clause tells of differ."""
    found = {name for name in ("title", "every", "event") if before.get(name) != after.get(name)}
    old, new = _stage(before), _stage(after)
    return found | {
        name
        for name, keys in STAGE_FIELDS.items()
        if [_entries(old.get(key)) for key in keys] != [_entries(new.get(key)) for key in keys]
    }


def _stage(duty: Mapping[str, Any]) -> dict[str, Any]:
    chain = duty.get("chain") or [{}]
    first: dict[str, Any] = chain[0] if isinstance(chain, list) else chain
    return first


def merge(content: DraftContent, id: str, into: str) -> None:
    """Make one duty of two: the words, dates and units of the first are added to the other, which is to be
    decided about again."""
    card, other = content.card(id), content.card(into)
    if id == into or card.state is CardState.MERGED:
        return
    before = other.duty
    stage, more = dict(_stage(before)), _stage(card.duty)
    for key in JOINED:
        if more.get(key) and not (key == "due" and ("lead" in stage or "after" in stage)):
            stage[key] = _bare(_joined(_entries(stage.get(key)), _entries(more[key])))
    clause, words = dict(before.get("clause") or {}), (card.duty.get("clause") or {}).get("quote", "")
    clause["quote"] = JOINT.join(dict.fromkeys(filter(None, (clause.get("quote"), words))))
    if len(clause["quote"]) > LONGEST_QUOTE:
        raise InvalidInput(ChangeFault.TOO_LONG(most=LONGEST_QUOTE))
    chain = before.get("chain")
    rest = chain[1:] if isinstance(chain, list) else []
    other.duty = {**before, "clause": clause, "chain": [stage, *rest]}
    _forget_sources(other, before)
    other.marks = [*other.marks, *(mark for mark in card.marks if mark not in other.marks)]
    other.state, card.state, card.into = CardState.OPEN, CardState.MERGED, into


def _entries(value: object) -> list[Any]:
    if value in (None, "", []):
        return []
    return value if isinstance(value, list) else [value]


def _joined(first: Sequence[Any], more: Sequence[Any]) -> list[Any]:
    return [*first, *(each for each in more if each not in first)]


def _bare(entries: Sequence[Any]) -> object:
    return entries[0] if len(entries) == 1 else list(entries)


def line_span(text: str, first: int, last: int) -> Span:
    """Where the lines stand, counted from 1, without blanks around. Raises `InvalidInput`."""
    lines = text.split("\n")
    if not 1 <= first <= last <= len(lines):
        raise InvalidInput(ChangeFault.NO_WORDS())
    start = sum(len(line) + 1 for line in lines[: first - 1])
    return tidy_span(text, start, start + len("\n".join(lines[first - 1 : last])))


def tidy_span(text: str, start: int, end: int) -> Span:
    """The span without blanks around. Raises `InvalidInput` where nothing is left, or far too much."""
    words = text[max(0, start) : max(0, end)]
    start = max(0, start) + len(words) - len(words.lstrip())
    end = start + len(words.strip())
    if end <= start:
        raise InvalidInput(ChangeFault.NO_WORDS())
    if end - start > LONGEST_QUOTE:
        raise InvalidInput(ChangeFault.TOO_LONG(most=LONGEST_QUOTE))
    return start, end


def add_card(content: DraftContent, card: Mapping[str, Any], taken: Collection[str] = ()) -> Card:
    """Put a card that a person asked for where its words stand among the others."""
    used = {
        *taken,
        *(each.id for each in content.cards),
        *(str(each.duty.get("id")) for each in content.cards),
    }
    id = next(id for number in range(1, len(used) + 2) if (id := f"nhiem-vu-{number}") not in used)
    duty = {**card["duty"], "id": id}
    added = Card.model_validate({**card, "id": id, "duty": duty, "is_added": True})
    starts = [min((mark.start for mark in each.marks), default=0) for each in content.cards]
    own = min((mark.start for mark in added.marks), default=0)
    at = next((number for number, start in enumerate(starts) if start > own), len(starts))
    content.cards.insert(at, added)
    return added
