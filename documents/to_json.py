"""A draft as JSON: what was drafted with the words for each field, and what was passed over and why."""

from __future__ import annotations

from documents.draft import Draft, DraftDuty, DraftPlan, Field, Quote
from documents.scoring import scored
from documents.words import word_doubt, word_reason

Json = dict[str, object]


def draft_json(draft: Draft, language: str) -> Json:
    return {
        "document": draft.document.name,
        "remarks": [remark.say(language) for remark in draft.remarks],
        "plans": [_plan(plan, language) for plan in draft.plans],
    }


def scoring_json(draft: Draft, name: str) -> dict[str, list[Json]]:
    """The duties in the form of the scorer, under the document's name."""
    return {name: [scored(duty, plan.issued) for plan in draft.plans for duty in plan.duties]}


def _plan(plan: DraftPlan, language: str) -> Json:
    return {
        "number": _field(plan.number),
        "title": _field(plan.title),
        "issuer": _field(plan.issuer),
        "issued_on": _field(plan.issued_on),
        "duties": [_duty(duty, language) for duty in plan.duties],
        "passed_over": [
            {**_quote(each.quote), "reason": each.reason, "words": word_reason(each.reason, language)}
            for each in plan.passed
        ],
    }


def _duty(duty: DraftDuty, language: str) -> Json:
    return {
        "id": duty.id,
        "type": duty.type,
        "basis": duty.basis,
        **_quote(duty.quote),
        "rule": duty.found.rule,
        "title": _field(duty.title),
        "every": _field(duty.every),
        "due": _field(duty.due),
        "from": _field(duty.reporters),
        "to": _field(duty.recipients),
        "via": _field(duty.via),
        "final": _field(duty.final),
        "doubts": {doubt: word_doubt(doubt, language) for doubt in duty.doubts},
    }


def _field(field: Field) -> Json:
    quote = _quote(field.quote) if field.quote is not None else None
    return {"values": list(field.values), "how": field.how, "rule": field.rule, "quote": quote}


def _quote(quote: Quote) -> Json:
    return {
        "quote": quote.text,
        "start": quote.start,
        "end": quote.end,
        "line": quote.line,
        "page": quote.page,
    }
