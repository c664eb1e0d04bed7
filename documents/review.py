"""A draft as the review page keeps it: cards with the places of their words, and what was passed over.

Plain values: they come from another process, and are kept until a person has decided about every card.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from documents.draft import Draft, DraftDuty, DraftPlan, Field, Quote, drafted_words, shortened
from documents.frequencies import Often
from documents.plan_text import Content, duty_content, groups, plan_content
from documents.selectors import Units
from models.vocabulary import DutyType

Json = dict[str, object]


def review_json(draft: Draft, units: Units, language: str) -> Json:
    """The document's text, what its reader remarks, and each plan that it holds."""
    return {
        "text": draft.document.text,
        "remarks": [remark.say(language) for remark in draft.remarks],
        "plans": [_plan(draft, plan, units) for plan in draft.plans],
    }


def _plan(draft: Draft, plan: DraftPlan, units: Units) -> Json:
    head = plan_content(draft, plan, units)
    head.pop("duties", None)
    return {
        "head": head,
        "head_marks": [
            {"field": name, "start": each.quote.start, "end": each.quote.end}
            for name in ("number", "title", "issuer", "issued_on")
            if (each := getattr(plan, name)).quote is not None
        ],
        "cards": [_card(group, units) for group in groups(plan.duties)],
        "passed": [
            {"start": each.quote.start, "end": each.quote.end, "reason": each.reason} for each in plan.passed
        ],
    }


def _card(group: Sequence[DraftDuty], units: Units) -> Json:
    content: Content = duty_content(group, units)
    stages = content["chain"]
    assert isinstance(stages, list)
    for stage in stages:
        stage.setdefault("from", {})  # to be filled in
    return {
        "id": str(content["id"]),
        "duty": content,
        "marks": list(_marks(group)),
        "doubts": list(dict.fromkeys(doubt for duty in group for doubt in duty.doubts)),
    }


def _marks(group: Sequence[DraftDuty]) -> Iterator[Json]:
    """Where the words of the duty and of each of its fields stand."""
    seen = set()
    for name, quote in _quotes(group):
        if (name, quote.start, quote.end) not in seen:
            seen.add((name, quote.start, quote.end))
            yield {"field": name, "start": quote.start, "end": quote.end}


def _quotes(group: Sequence[DraftDuty]) -> Iterable[tuple[str, Quote]]:
    for duty in group:
        yield "clause", duty.quote
    for duty in group:
        for name, each in _fields(duty):
            if each.quote is not None:
                yield name, each.quote


def _fields(duty: DraftDuty) -> Iterator[tuple[str, Field]]:
    if duty.title.quote != duty.quote:
        yield "title", duty.title
    yield from (("every", duty.every), ("due", duty.due), ("from", duty.reporters))
    yield from (("to", duty.recipients), ("via", duty.via))


def card_of_words(text: str, start: int, end: int, issued: date | None, units: Units) -> Json:
    """A card of words that a person marked: with the fields that the rules read in them, if any."""
    words, before = text[start:end], text.count("\n", 0, start)
    found = next(groups(drafted_words(words, issued)), None)
    card = _card(found, units) if found else {"duty": _bare_duty(words), "marks": [], "doubts": []}
    duty, marks = card["duty"], card["marks"]
    assert isinstance(duty, dict)
    assert isinstance(marks, list)
    clause = {**duty["clause"], "quote": words}
    clause["line"] = before + 1
    for each in clause.get("fields", {}).values():
        each.update({"line": each["line"] + before} if "line" in each else {})
    moved = [{**mark, "start": mark["start"] + start, "end": mark["end"] + start} for mark in marks]
    own = [mark for mark in moved if mark["field"] != "clause"]
    place = {"field": "clause", "start": start, "end": end}
    return {**card, "duty": {**duty, "clause": clause}, "marks": [place, *own]}


def _bare_duty(words: str) -> Content:
    return {
        "title": shortened(words),
        "type": DutyType.REPORT.value,
        "every": Often.ONCE.value,
        "clause": {"quote": words},
        "chain": [{"from": {}}],
    }
