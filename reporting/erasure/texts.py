"""Replacing what names a person in every text of the database, table by table.

Mail addresses and telephone numbers are of one person and go wherever they stand. A name may be somebody
else's as well, so it goes from texts only where nobody else known here has it; never from the texts of
plans and units.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Column, ColumnElement, String, Table, or_, select, update
from sqlmodel import AutoString, Session

from models.database import metadata
from models.text import without_marks

OF_PLANS = frozenset(
    {"unit", "unit_version", "plan", "duty", "stage", "ladder", "special_day", "list_heading"}
)
KEPT = frozenset({"plan_version.content"})
"""Tables and columns in which a name is part of a plan, or of a unit."""
OPENING, CLOSING = r"(?<![A-Za-z0-9._%+-])", r"(?![A-Za-z0-9_%+-]|\.[A-Za-z0-9])"
BETWEEN = r"[\s.()\-]*"
LEAST_DIGITS = 8


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is looked for: by the database, with LIKE, and then in the texts that it finds."""

    needles: tuple[str, ...]
    pattern: re.Pattern[str]


def exact(names: Iterable[str], address: str, others: Sequence[str]) -> Wanted:
    """An address, with the name before it where one stands there, and other texts of this person alone."""
    called = "|".join(map(re.escape, _spellings(names)))
    before = rf"(?:(?:{called})\s*)?" if called else ""
    at = rf"{OPENING}{re.escape(address)}{CLOSING}"
    whole = rf"\A[^<>\n]{{0,200}}<{at}>\Z"  # who acted, by whatever name
    parts, needles = [whole, rf"{before}<{at}>", at], [address]
    numbers = telephones(filter(is_telephone, others))
    private = [text for text in others if not is_telephone(text)]
    parts += [rf"{OPENING}{re.escape(text)}{CLOSING}" for text in private]
    parts += [numbers.pattern.pattern] if numbers.needles else []
    needles += [*private, *numbers.needles]
    return Wanted(needles=tuple(needles), pattern=re.compile("|".join(parts), re.IGNORECASE))


def telephones(numbers: Iterable[str]) -> Wanted:
    """The numbers, however they are written."""
    digits = [re.sub(r"\D", "", number) for number in numbers]
    needles = tuple(f"{each[-2]}%{each[-1]}" for each in digits)
    return Wanted(needles=needles, pattern=re.compile("|".join(map(_telephone, digits))))


def is_telephone(text: str) -> bool:
    return len(re.sub(r"\D", "", text)) >= LEAST_DIGITS and re.fullmatch(r"[\d\s.()+\-]+", text) is not None


def _telephone(digits: str) -> str:
    """A telephone number however its digits are grouped, with 0 or with the country before it."""
    own = re.sub(r"^(?:84|0)", "", digits)
    return rf"(?<![\d])(?:\+?{BETWEEN}84|0)?{BETWEEN}" + BETWEEN.join(own) + r"(?!\d)"


def by_name(names: Iterable[str]) -> Wanted:
    """The names, in small and in capital letters, with marks and without."""
    spellings = _spellings(names)
    parts = "|".join(rf"(?<!\w){re.escape(each)}(?!\w)" for each in spellings)
    return Wanted(needles=tuple(spellings), pattern=re.compile(parts, re.IGNORECASE))


def in_links(names: Iterable[str], units: Iterable[str]) -> Wanted:
    """The names where a unit's link in a mail was used, after the unit's own name, which stays."""
    spellings, places = list(names), "|".join(map(re.escape, units))
    called = "|".join(map(re.escape, spellings))
    pattern = rf"(?P<kept>(?:{places}) \([^()\n]*?)(?:{called})(?=\))"
    return Wanted(needles=tuple(spellings), pattern=re.compile(pattern))


def _spellings(texts: Iterable[str]) -> list[str]:
    """Longest first. SQLite compares small and capital letters of A to Z alone."""
    plain = {form for text in texts for form in (text, without_marks(text))}
    found = plain | {form.upper() for form in plain}
    found |= {json.dumps(form, ensure_ascii=False)[1:-1] for form in found}
    return sorted(filter(None, found), key=lambda form: (-len(form), form))


Rows = dict[str, ColumnElement[bool]]


def replace_everywhere(
    session: Session, wanted: Wanted, label: str, *, spare_plans: bool, only: Rows | None = None
) -> None:
    """Put the label for what is wanted. `only`: the tables to look into, and which of their rows."""
    for table in metadata.sorted_tables:
        if (spare_plans and table.name in OF_PLANS) or (only is not None and table.name not in only):
            continue
        for column in table.columns:
            if isinstance(column.type, String | AutoString) and not (spare_plans and str(column) in KEPT):
                _replace(session, table, column, wanted, label, None if only is None else only[table.name])


def _replace(
    session: Session,
    table: Table,
    column: Column[str],
    wanted: Wanted,
    label: str,
    which: ColumnElement[bool] | None,
) -> None:
    found = or_(*(column.ilike(f"%{_escaped(needle)}%", escape="\\") for needle in wanted.needles))
    keys = list(table.primary_key.columns)
    query = select(*keys, column.label("said")).where(found if which is None else found & which)
    for *key, said in session.execute(query).all():
        changed = wanted.pattern.sub(lambda found: (found.groupdict().get("kept") or "") + label, said)
        if changed != said:
            mine = [each == value for each, value in zip(keys, key, strict=True)]
            session.execute(update(table).where(*mine).values({column.name: changed}))


def _escaped(needle: str) -> str:
    """A percent sign between two digits of a telephone number stands for any text."""
    return needle.replace("\\", "\\\\").replace("_", "\\_")
