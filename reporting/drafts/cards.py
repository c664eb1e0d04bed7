"""The cards of a draft: duties with the places of their words, and what a person does with them.

A card's duty is that of a plan file. `marks` are places in the document's text.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, Field

from calendars.errors import FaultCode
from messages.catalogue import N_
from models.errors import NotFound

Span = tuple[int, int]
CLAUSE = "clause"


class CardState(StrEnum):
    """What a person says of a card."""

    OPEN = "open"
    ACCEPTED = "accepted"
    LEFT_OUT = "left-out"
    NO_DUTY = "no-duty"
    MERGED = "merged"


class CardFault(FaultCode):
    """Why nothing is done with a card."""

    NO_CARD = N_("there is no card '%(card)s' in this draft; the page shows those that there are")


class FieldMark(BaseModel):
    """Where words of a field stand; of the whole duty, the field is `clause`."""

    field: str
    start: int
    end: int

    @property
    def span(self) -> Span:
        return self.start, self.end


class Card(BaseModel):
    """A duty to be decided about."""

    id: str
    duty: dict[str, Any]
    marks: list[FieldMark] = []
    doubts: list[str] = []
    state: CardState = CardState.OPEN
    into: str = ""
    """The card that it was merged into."""
    is_added: bool = False
    """Whether a person marked its words, which the rules had not taken for a duty."""
    changes: str = ""
    """Title of the duty of a loaded plan that it changes."""
    is_kept: bool = False
    """Whether it is a duty of the loaded plan that stays as it is."""

    def of(self, field: str) -> list[Span]:
        return [mark.span for mark in self.marks if mark.field == field]

    @property
    def stage(self) -> dict[str, Any]:
        """The first stage of its chain."""
        chain = self.duty.get("chain") or [{}]
        first: dict[str, Any] = chain[0] if isinstance(chain, list) else chain
        return first


class PassedOver(BaseModel):
    """A phrase that looked like a time or a report and became no duty."""

    start: int
    end: int
    reason: str


class DraftContent(BaseModel):
    """The head of the plan, its cards, and what was passed over."""

    head: dict[str, Any] = Field(default_factory=dict)
    head_marks: list[FieldMark] = []
    cards: list[Card] = []
    passed: list[PassedOver] = []
    amends: str = ""
    """Slug of the loaded plan that the document changes."""
    is_whole: bool = True
    """Whether it takes the place of that plan; else of some duties, and the others stay."""
    own_head: dict[str, Any] = Field(default_factory=dict)
    """The head as it was before, for a document that is said to change a plan."""

    def card(self, id: str) -> Card:
        """Raises `NotFound`."""
        found = next((card for card in self.cards if card.id == id), None)
        if found is None:
            raise NotFound(CardFault.NO_CARD(card=id))
        return found

    def in_state(self, *states: CardState) -> list[Card]:
        return [card for card in self.cards if card.state in states]

    def plan(self, cards: Sequence[Card] | None = None) -> dict[str, Any]:
        """The values of the plan file that the accepted cards make."""
        chosen = self.in_state(CardState.ACCEPTED) if cards is None else cards
        return {**self.head, "duties": [card.duty for card in chosen]}

    def decide(self, id: str, state: CardState) -> None:
        card = self.card(id)
        card.state, card.into = state, ""

    def accept_all(self) -> None:
        for card in self.in_state(CardState.OPEN):
            card.state = CardState.ACCEPTED
