"""A draft seen as the form for plans: its fields in words, and what is wrong at which card.

The form is the one of any plan; here it is filled from the cards.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from calendars.errors import CalendarError
from calendars.timetable import Every
from messages.catalogue import N_, NP_, Language, translate
from models.vocabulary import DutyType, Level, Provenance, say
from models.yaml_document import Value, read_yaml, write_yaml
from reporting.drafts.cards import Card, CardState, DraftContent
from reporting.plans.form import FormBlock, filled_form
from reporting.plans.form_words import Lens
from reporting.plans.rule_words import frequency_words
from reporting.units.search import code_names
from web.admin.plan_form_check import LABELS, FormCheck, check_form
from web.page import Page

HEAD = {
    "number": N_("Number"),
    "title": NP_("plan form", "Title"),
    "issuer": N_("Issuer"),
    "issued_on": N_("Day of issue"),
    "in_force": N_("In force"),
    "monitor": N_("Monitor"),
    "scope": N_("Only units in the branch of"),
}
BY_HAND = NP_("draft", "by hand")


@dataclass(frozen=True)
class Line:
    """A field of a card in words; `how` it came, empty where there is nothing to say; `anchor` leads to its
    words."""

    label: str
    value: str
    how: str = ""
    anchor: str = ""
    is_own: bool = True
    """Whether the value is in the document's or a unit's own words."""


@dataclass(frozen=True)
class DraftForm:
    """The form with what is wrong in it; `cards` are those in it, in its order."""

    form: FormBlock
    check: FormCheck
    source: Value
    cards: Sequence[Card]
    language: Language

    def number(self, card: str) -> int | None:
        return next((at for at, each in enumerate(self.cards) if each.id == card), None)

    def block(self, card: str) -> FormBlock | None:
        at = self.number(card)
        return None if at is None else self.form.below[at]

    def wrong_in(self, card: str) -> list[str]:
        """What is wrong in a card; with no card, in the head."""
        at = self.number(card) if card else None
        if card and at is None:
            return []
        begin = f"duties.{at}."
        return [
            text
            for name, texts in self.check.problems.items()
            if (name.startswith(begin) if card else not name.startswith("duties."))
            for text in texts
        ]

    def head_lines(self, read: Collection[str]) -> list[Line]:
        """`read` are the fields whose words are marked in the document."""
        first, last = (self.form.value(f"in_force.{name}") for name in ("from", "to"))
        texts = {**self.form.texts, "in_force": f"{first} – {last or '…'}" if first else ""}
        return [
            Line(
                translate(self.language, label),
                texts.get(name) or "–",
                anchor=f"words-plan-{name}" if name in read else "",
            )
            for name, label in HEAD.items()
        ]


def draft_form(
    session: Session, page: Page, content: DraftContent, cards: Sequence[Card] | None = None
) -> DraftForm:
    """The form of the cards that may still be loaded, or of these."""
    if cards is None:
        cards = content.in_state(CardState.OPEN, CardState.ACCEPTED)
    source = values_of(content.plan(cards))
    form = filled_form(source, Lens(page.language, code_names(session)))
    return DraftForm(form, check_form(session, page, form, source, {}), source, cards, page.language)


def values_of(plan: dict[str, Any]) -> Value:
    """The values as a plan file has them."""
    return read_yaml(write_yaml(plan).encode(), "plan.yaml").value


def card_lines(page: Page, card: Card, form: DraftForm) -> list[Line]:
    """The fields of the card's first stage, each with how it came; of one that is out of the plan, its
    words alone."""
    block, language = form.block(card.id), page.language
    if block is None or not block.below:
        return []
    stage, known = block.below[0], form.check.stage(f"duties.{form.number(card.id)}.chain.0.")
    told = (card.duty.get("clause") or {}).get("fields", {})
    texts = {
        "every": _often(block, language),
        "due": str(known["words"]) if known and stage.value("due") else stage.value("due"),
        "from": "; ".join(filter(None, (_who(each, language) for each in stage.below))),
        "to": stage.value("to"),
        "via": stage.value("via"),
    }
    return [
        Line(
            translate(language, LABELS[name]),
            text or "–",
            _how(told.get(name), card, name, text, language),
            f"words-{card.id}-{name}" if card.of(name) else "",
            name != "every" and not (name == "due" and known),
        )
        for name, text in texts.items()
        if text or name in ("every", "due", "from")
    ]


def _how(told: dict[str, Any] | None, card: Card, name: str, text: str, language: Language) -> str:
    if told is not None:
        return say(Provenance(told["how"]), language)
    return translate(language, BY_HAND) if text and not card.is_added else ""


def _often(block: FormBlock, language: Language) -> str:
    text = block.value("every")
    if years := block.value("every.years"):
        text = f"{years} years from {block.value('every.since')}"
    try:
        return frequency_words(Every.parse(text), language)
    except CalendarError:
        return text


def _who(block: FormBlock, language: Language) -> str:
    level = block.value("level")
    words = [
        say(Level(level), language) if level in set(Level) else level,
        *(block.value(name) for name in ("kinds", "groups", "units")),
    ]
    return ", ".join(word for word in words if word)


def type_words(card: Card, language: Language) -> str:
    found = str(card.duty.get("type", DutyType.REPORT))
    return say(DutyType(found), language) if found in set(DutyType) else found
