"""Drafts of simple plans from the fields of a form: one or a few duties, written as a file to be checked.

Deadlines are read as the document words them ("trước ngày 18 hằng tháng"); the rule's own short form
(`before 18`) is taken as well.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from calendars.errors import CalendarError, said
from calendars.periods import Frequency, Language
from calendars.rules import parse_rule
from calendars.wording import read_wording
from models.plan_field import remedied
from models.text import slug
from models.yaml_document import write_yaml

LONGEST_SLUG = 60


@dataclass(frozen=True, kw_only=True)
class DutyDraft:
    """One duty as typed. `who` is a level, or codes of units; `lead` working days for the level below."""

    title: str = ""
    basis: str = ""
    every: str = "month"
    level: str = ""
    kinds: str = ""
    units: str = ""
    to: str = ""
    due: str = ""

    @property
    def is_empty(self) -> bool:
        return not any((self.title, self.basis, self.units, self.kinds, self.to, self.due))


@dataclass(frozen=True, kw_only=True)
class PlanDraft:
    """The document's head as typed, and its duties."""

    slug: str = ""
    number: str = ""
    title: str = ""
    issuer: str = ""
    issued_on: str = ""
    first: str = ""
    last: str = ""
    monitor: str = ""
    duties: Sequence[DutyDraft] = ()


def draft_yaml(draft: PlanDraft, language: Language) -> str:
    """The plan file that the draft comes to, right or wrong: reading it tells what is missing."""
    head = {
        "slug": draft.slug or short_name(f"{draft.number or draft.title} {draft.first[-4:]}"),
        "number": draft.number,
        "title": draft.title,
        "issuer": draft.issuer,
        "issued_on": draft.issued_on,
        "in_force": _filled({"from": draft.first, "to": draft.last}),
        "monitor": draft.monitor,
    }
    duties = [duty for duty in draft.duties if not duty.is_empty]
    chains = [_duty(duty, number, language) for number, duty in enumerate(duties, start=1)]
    return write_yaml({**_filled(head), "duties": chains})


def due_problems(draft: PlanDraft, language: Language) -> list[tuple[int, str]]:
    """Deadlines that cannot be read, by the duty's number from 0: what is wrong, and how to write it."""
    found = []
    for number, duty in enumerate(draft.duties):
        try:
            due_rule(duty.due, language)
        except CalendarError as error:
            found.append((number, said(remedied(error), language)))
    return found


def due_rule(text: str, language: Language) -> str:
    """The rule in its short form. Raises `CalendarError` in the words of the language's reader."""
    if not text.strip():
        return ""
    try:
        return str(parse_rule(text))
    except CalendarError:
        return str(read_wording(text, language)[0])


def short_name(text: str) -> str:
    """A short name from any text: `01/CTr-UBND 2024` becomes `01-ctr-ubnd-2024`."""
    return slug(text)[:LONGEST_SLUG].strip("-")


def _duty(duty: DutyDraft, number: int, language: Language) -> dict[str, object]:
    try:
        due = due_rule(duty.due, language)
    except CalendarError:
        due = duty.due
    chosen = {"level": duty.level, "kinds": _words(duty.kinds)}
    reporters = _filled({"units": _words(duty.units)} if duty.units else chosen)
    return {
        "id": f"nhiem-vu-{number}",
        **_filled({"title": duty.title, "basis": duty.basis}),
        "every": duty.every or Frequency.MONTH.value,
        "chain": [{"from": reporters, **_filled({"to": _words(duty.to), "due": due})}],
    }


def _words(text: str) -> list[str]:
    return re.findall(r"[^\s,;]+", text)


def _filled(values: Mapping[str, object]) -> dict[str, object]:
    """Without what was left empty."""
    return {name: value for name, value in values.items() if value}
