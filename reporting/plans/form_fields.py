"""The fields of a plan file that a form has: the inputs of each, and its value as texts and back.

The one place that knows them. A field shows its value as texts, one for each input; None where the value has
a form that it cannot show, which then stays as it is. Writing makes no judgement: the file's reader does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from calendars.errors import CalendarError
from calendars.periods import Frequency
from calendars.timetable import Every
from calendars.wording import read_rules
from models.plan_files.duty import DutyFile
from models.plan_files.plan import PlanFile
from models.plan_files.stage import PlanPart, Selector, StageFile
from models.text import slug
from reporting.plans.form_words import (
    Labels,
    Lens,
    Values,
    bare,
    cutoff_labels,
    day_shown,
    due_shown,
    entries_of,
    joined,
    listed,
    part_labels,
    period_labels,
    relative_shown,
    unit_code,
    unit_shown,
    unworded,
    worded,
)

Texts = tuple[str, ...]
LONGEST_SLUG = 60


@dataclass(frozen=True)
class FormField:
    """Fields of the file (`keys`) that are typed into `inputs`. `write` gets the values that were there."""

    keys: tuple[str, ...]
    inputs: Texts
    show: Callable[[Values, Lens], Texts | None]
    write: Callable[[Texts, Values], Values]
    names_units: bool = False

    def input_at(self, path: tuple[str | int, ...]) -> str:
        """The input in which the value at a path in the file is typed."""
        nested = f"{path[0]}.{path[1]}" if len(path) > 1 else ""
        return nested if nested in self.inputs else self.inputs[0]


@dataclass(frozen=True)
class FormPart:
    """One part of a plan file: its fields, and the list of smaller parts below it."""

    model: type[PlanPart]
    fields: tuple[FormField, ...]
    key: str = ""
    below: FormPart | None = None

    @property
    def order(self) -> list[str]:
        """The names of all its fields in a file, those that no form has too."""
        return [field.alias or name for name, field in self.model.model_fields.items()]


def _text(key: str) -> FormField:
    def show(values: Values, lens: Lens) -> Texts | None:
        value = values.get(key, "")
        return (value,) if isinstance(value, str) else None

    return FormField((key,), (key,), show, lambda texts, _: {key: texts[0]})


def _day(key: str) -> FormField:
    def show(values: Values, lens: Lens) -> Texts | None:
        value = values.get(key, "")
        return (day_shown(value),) if isinstance(value, str) else None

    return FormField((key,), (key,), show, lambda texts, _: {key: texts[0]})


def _choice(key: str, otherwise: str = "") -> FormField:
    """One of a few words; the file may leave out the one that is taken otherwise."""

    def show(values: Values, lens: Lens) -> Texts | None:
        value = values.get(key, otherwise)
        return (value,) if isinstance(value, str) else None

    return FormField(
        (key,), (key,), show, lambda texts, _: {} if texts[0] in ("", otherwise) else {key: texts[0]}
    )


def _words(key: str, separators: str = r"[,;\s]+") -> FormField:
    def show(values: Values, lens: Lens) -> Texts | None:
        entries = listed(values.get(key, []))
        return None if entries is None else (joined(entries),)

    def write(texts: Texts, _: Values) -> Values:
        found = entries_of(texts[0], separators)
        return {key: bare(found)} if found else {}

    return FormField((key,), (key,), show, write)


_LINES = r"[;\n]"


def _days(key: str) -> FormField:
    """Days that are planned, as the file has them."""

    def show(values: Values, lens: Lens) -> Texts | None:
        entries = listed(values.get(key, []))
        return None if entries is None else (joined([day_shown(each) for each in entries]),)

    return FormField((key,), (key,), show, _words(key, _LINES).write)


def _worded(key: str, labels: Labels) -> FormField:
    def show(values: Values, lens: Lens) -> Texts | None:
        entries = listed(values.get(key, []))
        if entries is None:
            return None
        return (joined([worded(entry, labels, lens.language) for entry in entries]),)

    def write(texts: Texts, _: Values) -> Values:
        found = [unworded(each, labels) for each in entries_of(texts[0], r"[,;\n]")]
        return {key: bare(found)} if found else {}

    return FormField((key,), (key,), show, write)


def _units(key: str) -> FormField:
    def show(values: Values, lens: Lens) -> Texts | None:
        entries = listed(values.get(key, []))
        return None if entries is None else (joined([unit_shown(code, lens) for code in entries]),)

    def write(texts: Texts, _: Values) -> Values:
        codes = [unit_code(entry) for entry in entries_of(texts[0])]
        return {key: bare(codes)} if codes else {}

    return FormField((key,), (key,), show, write, names_units=True)


def _show_chosen(values: Values, lens: Lens) -> Texts | None:
    found = [listed(values.get(key, [])) for key in ("unit", "units")]
    codes = [code for entries in found if entries is not None for code in entries]
    shown = joined([unit_shown(code, lens) for code in dict.fromkeys(codes)])
    return None if None in found else (shown,)


def _write_chosen(texts: Texts, _: Values) -> Values:
    codes = [unit_code(entry) for entry in entries_of(texts[0])]
    if not codes:
        return {}
    return {"unit": codes[0]} if len(codes) == 1 else {"units": codes}


def _show_scope(values: Values, lens: Lens) -> Texts | None:
    value = values.get("scope", "")
    if not isinstance(value, str):
        return None
    return (unit_shown(value, lens), "") if value else ("", "yes")


def _write_scope(texts: Texts, _: Values) -> Values:
    codes = [unit_code(entry) for entry in entries_of(texts[0])]
    return {"scope": bare(codes)} if codes and not texts[1] else {}


def _show_in_force(values: Values, lens: Lens) -> Texts | None:
    value = values.get("in_force", {})
    if not isinstance(value, dict) or not value.keys() <= {"from", "to"}:
        return None
    days = [value.get(key) or "" for key in ("from", "to")]
    return tuple(day_shown(day) for day in days) if all(isinstance(day, str) for day in days) else None


def _write_in_force(texts: Texts, _: Values) -> Values:
    return {"in_force": {key: text for key, text in zip(("from", "to"), texts, strict=True) if text}}


def _show_every(values: Values, lens: Lens) -> Texts | None:
    value = values.get("every", "")
    if not isinstance(value, str):
        return None
    try:
        every = Every.parse(value)
    except CalendarError:
        return value, "", ""
    if every.frequency is Frequency.YEARS:
        return every.frequency.value, str(every.years), str(every.since)
    return every.frequency.value, "", ""


def _write_every(texts: Texts, _: Values) -> Values:
    every, years, since = texts
    return {"every": f"{years} years from {since}" if every == Frequency.YEARS else every}


def _show_event(values: Values, lens: Lens) -> Texts | None:
    value = values.get("event", {})
    value = {"id": value} if isinstance(value, str) else value
    if not isinstance(value, dict) or not value.keys() <= {"id", "title", "by"}:
        return None
    parts = [value.get(key) or "" for key in ("title", "by", "id")]
    return tuple(parts) if all(isinstance(part, str) for part in parts) else None


def _write_event(texts: Texts, _: Values) -> Values:
    title, by, id = texts
    if not title and not by:
        return {"event": id} if id else {}
    named = {"id": id or slug(title)[:LONGEST_SLUG].strip("-"), "title": title, "by": by}
    return {"event": {key: value for key, value in named.items() if value}}


DATES = ("due", "lead", "after")


def _show_due(values: Values, lens: Lens) -> Texts | None:
    given = [key for key in DATES if key in values]
    if not given:
        return "", "due"
    texts = listed(values[given[0]])
    if len(given) > 1 or texts is None or not texts:
        return None
    if given == ["due"]:
        return due_shown(texts, lens)
    return relative_shown(texts[0], given[0], lens.language) if len(texts) == 1 else None


def _write_due(texts: Texts, _: Values) -> Values:
    text, word = texts
    if word in ("lead", "after"):
        return {word: " ".join(text.split())} if text else {}
    found = entries_of(text)
    is_one = any(_dates(entry) == 0 for entry in found) and _dates(text) > 1
    return {"due": bare([text] if is_one else found)} if found else {}


def _dates(text: str) -> int:
    """How many dates a phrase names; of several it may say once what holds for all of them."""
    try:
        return len(read_rules(text).texts)
    except CalendarError:
        return 0


def _show_quote(values: Values, lens: Lens) -> Texts | None:
    value = values.get("clause", {})
    quote = value.get("quote") or "" if isinstance(value, dict) else None
    return (quote,) if isinstance(quote, str) else None


def _write_quote(texts: Texts, old: Values) -> Values:
    before = old.get("clause")
    kept = before if isinstance(before, dict) else {}
    return {"clause": {**kept, "quote": texts[0]}} if texts[0] else {}


CHOICE = FormPart(
    Selector,
    (
        _choice("level"),
        _words("kinds"),
        _words("groups", _LINES),
        FormField(("unit", "units"), ("units",), _show_chosen, _write_chosen, names_units=True),
        _units("except"),
    ),
)
STAGE = FormPart(
    StageFile,
    (
        _text("name"),
        _units("to"),
        _units("via"),
        FormField(DATES, ("due", "due.by"), _show_due, _write_due),
        _days("planned"),
        _text("note"),
    ),
    "from",
    CHOICE,
)
DUTY = FormPart(
    DutyFile,
    (
        _text("id"),
        _text("title"),
        _text("basis"),
        _choice("type", "report"),
        FormField(("every",), ("every", "every.years", "every.since"), _show_every, _write_every),
        _worded("period", period_labels),
        _worded("periods", part_labels),
        FormField(("event",), ("event.title", "event.by", "event.id"), _show_event, _write_event),
        _day("from"),
        _day("to"),
        _worded("cutoff", cutoff_labels),
        _days("planned"),
        _words("absorbs"),
        _text("note"),
        FormField(("clause",), ("clause.quote",), _show_quote, _write_quote),
    ),
    "chain",
    STAGE,
)
PLAN = FormPart(
    PlanFile,
    (
        _text("slug"),
        _text("number"),
        _text("title"),
        _text("issuer"),
        _day("issued_on"),
        FormField(("in_force",), ("in_force.from", "in_force.to"), _show_in_force, _write_in_force),
        _units("monitor"),
        FormField(("scope",), ("scope", "scope.all"), _show_scope, _write_scope, names_units=True),
        _choice("roll", "none"),
        _choice("before", "strict"),
        _choice("ladder", "default"),
        _worded("cutoff", cutoff_labels),
        _text("correction"),
        _day("track_from"),
        _text("note"),
    ),
    "duties",
    DUTY,
)
