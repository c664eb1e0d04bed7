"""A draft as a plan file: for each duty and field the words that say it, and how it came.

`every` and `due` are in the language of plan files. What the program that reads the file does not know yet is
told by `unreadable`, the one place where that is asked.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from itertools import groupby

from calendars.errors import CalendarError
from calendars.periods import Frequency
from calendars.rules import parse_rule
from documents.draft import Draft, DraftDuty, DraftPlan, Field
from documents.due_text import EVENT
from documents.frequencies import Often
from documents.selectors import Units, is_group, selectors
from models.text import slug
from models.vocabulary import Provenance
from models.yaml_document import write_yaml

LISTED = frozenset({Often.MONTH, Often.QUARTER, Often.HALF_YEAR, Often.YEAR})
"""Frequencies of which several dates make a list of one duty."""
LONGEST_SLUG = 60
LONGEST_QUOTE = 4000
Content = dict[str, object]


def plan_yaml(draft: Draft, plan: DraftPlan, units: Units) -> str:
    """The text of a plan file; what is missing is left out, so that reading it tells."""
    return write_yaml(plan_content(draft, plan, units))


def plan_content(draft: Draft, plan: DraftPlan, units: Units) -> Content:
    issued = plan.issued.isoformat() if plan.issued else ""
    title = plan.title.value or plan.kind or draft.document.name
    return _filled(
        {
            "slug": slug(f"{plan.number.value or title} {issued[:4]}")[:LONGEST_SLUG].strip("-"),
            "number": plan.number.value,
            "title": title,
            "issuer": plan.issuer.value,
            "issued_on": issued,
            "in_force": _filled({"from": issued}),
            "document": {"name": draft.document.name, "sha256": _sha256(draft.document.text)},
            "duties": [duty_content(group, units) for group in groups(plan.duties)],
        }
    )


def groups(duties: Sequence[DraftDuty]) -> Iterator[list[DraftDuty]]:
    """Duties that are one but for the date: "trước ngày 01/6 và 15/11 hằng năm" is a duty with two dates."""
    for _, same in groupby(duties, key=_sameness):
        yield list(same)


def _sameness(duty: DraftDuty) -> object:
    found = duty.found
    alone = found.often not in LISTED or duty.rule_of_due is None or found.time is None
    clause = (id(found.part), found.clause.start, found.often)
    return duty.id if alone else (clause, duty.reporters.values, duty.recipients.values)


def duty_content(group: Sequence[DraftDuty], units: Units) -> Content:
    duty = group[0]
    rules = [each.rule_of_due for each in group if each.rule_of_due is not None]
    periods = [period for rule in rules for period in rule.periods] if len(rules) == 1 else []
    event = rules[0].event if rules else ""
    return _filled(
        {
            "id": duty.id,
            "title": duty.title.value,
            "basis": duty.basis,
            "type": duty.type.value,
            "every": duty.every.value,
            "periods": periods,
            "event": {"id": EVENT, "title": event} if event else None,
            "clause": _clause(duty),
            "chain": [_stage(duty, [rule.rule for rule in rules], units)],
        }
    )


def _stage(duty: DraftDuty, rules: list[str], units: Units) -> Content:
    chosen = selectors(duty.reporters.values, units)
    due = duty.rule_of_due
    return _filled(
        {
            "from": _one_or_more(chosen),
            "to": _one_or_more([units.reference(name) for name in duty.recipients.values]),
            "via": units.reference(duty.via.values[0]) if duty.via.values else "",
            "due": _one_or_more(rules),
            "planned": due.planned if due else "",
            "name": duty.reporters.value,
        }
    )


def _clause(duty: DraftDuty) -> Content:
    fields = {
        "title": duty.title,
        "every": duty.every,
        "due": duty.due,
        "from": duty.reporters,
        "to": duty.recipients,
        "via": duty.via,
        "final": duty.final,
    }
    return _filled(
        {
            "quote": duty.quote.text[:LONGEST_QUOTE],
            "line": duty.quote.line,
            "page": duty.quote.page,
            "fields": {name: _source(each, duty) for name, each in fields.items() if _is_told(name, each)},
        }
    )


def _is_told(name: str, each: Field) -> bool:
    """Reporters and dates are told also where they are missing; recipients that no text names are not."""
    return each.how is not Provenance.MISSING or name in ("every", "due", "from")


def _source(each: Field, duty: DraftDuty) -> Content:
    """How a field came; its words where they are not those of the whole clause."""
    group = any(is_group(name) for name in each.values) and each.rule in WHO
    how = Provenance.ASSUMED if group and each.how is Provenance.READ else each.how
    quote = each.quote if each.quote != duty.quote else None
    return _filled(
        {
            "how": how.value,
            "rule": f"{each.rule}, group" if group else each.rule,
            "quote": quote.text[:LONGEST_QUOTE] if quote else "",
            "line": quote.line if quote else None,
        }
    )


WHO = frozenset(
    {"subject", "ordered", "carried", "lead-label", "column", "heading", "introduction", "addressees"}
)


def unreadable(content: Content) -> Iterator[tuple[str, str]]:
    """What this program cannot load of a duty's content yet, as field and value."""
    every = str(content["every"])
    if every not in {frequency.value for frequency in Frequency}:
        yield "every", every
    for stage in content["chain"] if isinstance(content["chain"], list) else []:
        due = stage.get("due", [])
        for rule in due if isinstance(due, list) else [due]:
            try:
                parse_rule(str(rule))
            except CalendarError:
                yield "due", str(rule)


def _one_or_more(found: Sequence[object]) -> object:
    return found[0] if len(found) == 1 else list(found)


def _filled(values: Content) -> Content:
    return {name: value for name, value in values.items() if value not in ("", None, [], {}, ())}


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
