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
from calendars.timetable import Every
from models.plan_field import remedied
from models.plan_phrases import read_due
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


def draft_yaml(draft: PlanDraft) -> str:
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
    chains = [_duty(duty, number) for number, duty in enumerate(duties, start=1)]
    return write_yaml({**_filled(head), "duties": chains})


def due_problems(draft: PlanDraft, language: Language) -> list[tuple[int, str]]:
    """Deadlines that cannot be read, by the duty's number from 0: what is wrong, and how to write it."""
    found = []
    for number, duty in enumerate(draft.duties):
        try:
            due_rules(duty)
        except CalendarError as error:
            found.append((number, said(remedied(error), language)))
    return found


def due_rules(duty: DutyDraft) -> list[str]:
    """The rules in their short form, read as those of plan files are; a phrase with a planned day too
    stays, for the file's reader."""
    if not duty.due.strip():
        return []
    found = read_due(duty.due, Every.parse(duty.every or Frequency.MONTH).frequency)
    return [duty.due] if found.planned else list(found.texts)


def short_name(text: str) -> str:
    """A short name from any text: `01/CTr-UBND 2024` becomes `01-ctr-ubnd-2024`."""
    return slug(text)[:LONGEST_SLUG].strip("-")


def _bare(rules: list[str]) -> object:
    return rules[0] if len(rules) == 1 else rules


def _duty(duty: DutyDraft, number: int) -> dict[str, object]:
    try:
        due: object = _bare(due_rules(duty))
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
