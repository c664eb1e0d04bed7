"""A document that changes a loaded plan: its duties take the ids of those that they change.

So the history holds, and the difference names what is another.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any

from models.plan_files.plan import PlanFile
from models.text import folded
from reporting.drafts.cards import Card, CardState, DraftContent

ALIKE = 0.6
OF_THE_DOCUMENT = ("number", "title", "issuer", "issued_on", "in_force", "document")


def amend(content: DraftContent, old: PlanFile, taken: Collection[str], *, whole: bool) -> None:
    """Make the draft a change of `old`: in place of it, or of some of its duties, the others staying as they
    are. `taken` are the ids of all duties that the plan ever had."""
    stand_alone(content)
    content.own_head = content.head
    head = {key: value for key, value in _values(old).items() if key != "duties"}
    own = {key: content.head[key] for key in OF_THE_DOCUMENT if key in content.head}
    source = str((own.get("document") or {}).get("sha256", ""))
    content.amends, content.is_whole = old.slug, whole
    content.head = {**head, **own, "slug": old.slug} if whole else head
    matched = _matched(content.cards, _duties(old))
    free = (id for number in range(1, 10_000) if (id := f"nhiem-vu-{number}") not in {*taken})
    for card in content.cards:
        found = matched.get(card.id)
        card.duty["id"] = found["id"] if found else next(free)
        card.changes = str(found["title"]) if found else ""
        if not whole and isinstance(card.duty.get("clause"), dict):
            card.duty["clause"]["document"] = source
    if not whole:
        kept = [duty for duty in _duties(old) if duty["id"] not in {each["id"] for each in matched.values()}]
        content.cards += [
            Card(id=f"kept-{duty['id']}", duty=duty, state=CardState.ACCEPTED, is_kept=True) for duty in kept
        ]


def stand_alone(content: DraftContent) -> None:
    """Make the draft a plan of its own again."""
    if not content.amends:
        return
    content.head, content.amends = content.own_head, ""
    content.cards = [card for card in content.cards if not card.is_kept]
    for card in content.cards:
        card.duty["id"], card.changes = card.id, ""
        if isinstance(card.duty.get("clause"), dict):
            card.duty["clause"].pop("document", None)


def _values(plan: PlanFile) -> dict[str, Any]:
    return plan.model_dump(mode="json", by_alias=True, exclude_defaults=True)


def _duties(plan: PlanFile) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = _values(plan)["duties"]
    return found


def _matched(cards: Sequence[Card], duties: Sequence[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """The duty that each card changes, by the card: the most alike first, each once."""
    pairs = sorted(
        (
            (_likeness(card.duty, duty), number, at)
            for number, card in enumerate(cards)
            for at, duty in enumerate(duties)
        ),
        key=lambda pair: (-pair[0], pair[1], pair[2]),
    )
    found: dict[str, Mapping[str, Any]] = {}
    used: set[int] = set()
    for likeness, number, at in pairs:
        if likeness >= ALIKE and cards[number].id not in found and at not in used:
            found[cards[number].id] = duties[at]
            used.add(at)
    return found


def _likeness(duty: Mapping[str, Any], other: Mapping[str, Any]) -> float:
    """How alike two duties are: by their titles or their words, and how often they come."""
    title = _ratio(str(duty.get("title", "")), str(other.get("title", "")))
    words = _ratio(_quote(duty), _quote(other))
    often = 0.1 if duty.get("every") == other.get("every") else 0
    return max(title, words) - 0.1 + often


def _quote(duty: Mapping[str, Any]) -> str:
    return str((duty.get("clause") or {}).get("quote", ""))


def _ratio(one: str, other: str) -> float:
    return SequenceMatcher(None, folded(one), folded(other), autojunk=False).ratio() if one and other else 0.0
