"""What a form for a plan comes to: its file, what is wrong at which input, its units and coming dates.

The plan file's own reader and check judge it. While something is wrong, the dates are those of the duties
that are right; what is not filled in yet is taken as given for that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, cast

from sqlmodel import Session

from calendars.deadline import ONE_DAY
from calendars.due_rules import Bound
from calendars.errors import CalendarError, said
from calendars.periods import Frequency
from calendars.rules import parse_rule
from calendars.timetable import WORDS
from calendars.wording import word_rule
from messages.catalogue import N_, Language, translate
from models.errors import InputErrors
from models.file_faults import located
from models.plan_files.field import Path
from models.plan_files.plan import PlanFile
from models.yaml_document import Value, read_yaml, write_yaml
from reporting.plans.checking import known_units, unknown_names
from reporting.plans.form import FormBlock, input_of, written_plan
from reporting.plans.form_units import UnclearName, choose_units, name_units, suggested_scope
from reporting.plans.form_words import Lens, cutoff_labels, part_labels
from reporting.plans.reading import validated
from reporting.plans.rule_words import EVERY
from reporting.plans.schedule import PlanEdition
from reporting.units.search import UnitSearch, code_names, unit_search
from web.admin.plans import Outlook, outlook_of
from web.form_values import typed_day
from web.page import Page

STAND_IN = "…"
QUOTED = re.compile(r"[`“]([^`“”]+)[`”]")
NAMED = re.compile(r"([a-z_]+)(?:: (.*))?")
OFTEN = (Frequency.MONTH, Frequency.QUARTER, Frequency.YEAR, Frequency.WEEK, Frequency.DAY, Frequency.ONCE)
LABELS = {
    "absorbs": N_("This report stands for those of"),
    "clause": N_("The words of the document"),
    "cutoff": N_("Data run to"),
    "due": N_("Deadline"),
    "event": N_("What happens"),
    "except": N_("Except"),
    "every": N_("How often"),
    "from": N_("Who reports"),
    "period": N_("What comes once is about"),
    "periods": N_("Only these periods of each year"),
    "planned": N_("Planned day"),
    "roll": N_("If the last day is a day off"),
    "scope": N_("Only units in the branch of"),
    "to": N_("To whom"),
    "via": N_("Through"),
}
"""What the form calls the fields that errors and warnings name."""


@dataclass(frozen=True, kw_only=True)
class FormCheck:
    """What the form comes to. `problems` are by input, by a part's prefix, or by nothing for the whole."""

    lens: Lens
    text: str
    problems: Mapping[str, Sequence[str]]
    unclear: Mapping[str, UnclearName]
    suggested: str = ""
    outlook: Outlook | None = None
    places: Mapping[str, int] = field(default_factory=dict)
    """Where in the outlook the duties are, by the prefix of their inputs."""

    def stage(self, prefix: str) -> Mapping[str, object] | None:
        """Units, words and next dates of the stage whose inputs begin so; None while it is not right."""
        duty, _, rest = prefix.partition("chain.")
        if self.outlook is None or duty not in self.places:
            return None
        shown, number = self._duties[self.places[duty]], int(rest.rstrip("."))
        stage: Mapping[str, Any] = shown["chain"][number]
        coming = [{**each, "leaves_open": _leaves_open(each)} for each in stage["next"]]
        return {**stage, "next": coming, "units": self.outlook.reporters[shown["id"]][number]}

    @cached_property
    def _duties(self) -> Sequence[Mapping[str, Any]]:
        assert self.outlook is not None
        return cast(Sequence[Mapping[str, Any]], self.outlook.outline["duties"])


TWO_SCOPES = N_("A branch is named and all units are ticked: keep one of the two.")


def _leaves_open(due: Mapping[str, Any]) -> bool:
    """Whether the words are just "before the 18th", so that the last day deserves to be named beside them."""
    return due["bound"] == Bound.BEFORE and not due["hour"] and due["last_day"] == due["written"] - ONE_DAY


def check_form(
    session: Session,
    page: Page,
    form: FormBlock,
    source: Value,
    chosen: Mapping[str, Sequence[str]],
) -> FormCheck:
    """Read and check what was typed; names of units become names with codes in the form itself."""
    lens = Lens(page.language, code_names(session))
    search = unit_search(session, _day(form, page.today))
    choose_units(form, chosen)
    suggested = _suggest_scope(form, search, lens)
    unclear = name_units(form, search, lens) if lens.names else {}
    written = written_plan(form, source, lens)
    text = write_yaml(written)
    try:
        content = read_yaml(text.encode(), "plan.yaml").value
    except InputErrors as error:
        whole = [said(located(each).error, page.language) for each in error.errors]
        return FormCheck(lens=lens, text=text, problems={"": whole}, unclear=unclear)
    plan, found = validated(content)
    if plan is not None:
        found = unknown_names(session, plan, known_units(session, plan, page.today))
    problems = _by_input(form, found, unclear, page)
    if form.value("scope.all") and form.value("scope") not in ("", suggested):
        problems.setdefault("scope", []).append(page.t(TWO_SCOPES))
    seen, places = (plan, _all(form)) if plan is not None else _what_is_right(content, found)
    outlook = None if seen is None else _outlook(session, seen, page)
    return FormCheck(
        lens=lens,
        text=text,
        problems=problems,
        unclear=unclear,
        suggested=suggested,
        outlook=outlook,
        places=places,
    )


def _day(form: FormBlock, today: date) -> date:
    """Today, or the plan's nearest day."""
    first, last = (typed_day(form.value(f"in_force.{name}")) for name in ("from", "to"))
    day = max(today, first or today)
    return min(day, last or day)


def _suggest_scope(form: FormBlock, search: UnitSearch, lens: Lens) -> str:
    """The issuer's branch, put into the form where no other was given."""
    found = suggested_scope(form, search, lens)
    if found and not form.value("scope") and not form.value("scope.all"):
        form.texts["scope"] = found
    return found


def _by_input(
    form: FormBlock, found: Sequence[tuple[Path, str]], unclear: Mapping[str, UnclearName], page: Page
) -> dict[str, list[str]]:
    problems = {name: [said(each.fault, page.language)] for name, each in unclear.items()}
    for path, problem in found:
        name = input_of(form, path)
        words = in_form_words(said(problem, page.language), page.language)
        if name not in unclear and words not in problems.setdefault(name, []):
            problems[name].append(words)
    return problems


def in_form_words(text: str, language: Language) -> str:
    """The text as the form says it: what the file calls `every` is "How often" here, and `before 18` "before
    the 18th of each month"."""
    return QUOTED.sub(lambda match: _in_words(match[1], language) or match[0], text)


def _in_words(quoted: str, language: Language) -> str:
    field = NAMED.fullmatch(quoted)
    words = _label(field[1], field[2] or "", language) if field else ""
    words = words or next(_wordings(quoted, language), "")
    words = words or next((said for key, said in _valued(language) if key == quoted), "")
    return translate(language, N_("“%(text)s”"), text=words) if words else ""


def _wordings(rule: str, language: Language) -> Iterator[str]:
    for often in OFTEN:
        with suppress(CalendarError):
            yield word_rule(parse_rule(rule), often, language)


def _valued(language: Language) -> Iterator[tuple[str, str]]:
    """Values with words of their own, but for single numbers."""
    yield from cutoff_labels(language)
    yield from ((key, said) for key, said in part_labels(language) if not key.isdigit())


def _label(key: str, value: str, language: Language) -> str:
    label = LABELS.get(key)
    if label is None:
        return ""
    words = EVERY.get(Frequency(value)) if key == "every" and value in WORDS else None
    shown = f": {translate(language, words) if words else value}" if value else ""
    return f"{translate(language, label)}{shown}"


def _all(form: FormBlock) -> dict[str, int]:
    return {f"duties.{number}.": number for number in range(len(form.below))}


def _what_is_right(
    content: Value, found: Sequence[tuple[Path, str]]
) -> tuple[PlanFile | None, dict[str, int]]:
    """The plan without what is wrong in it, as far as one is left, and which of its duties are in it."""
    values = content if isinstance(content, dict) else {}
    wrong = {path[0] for path, _ in found if path} - {"duties"}
    head: dict[str, Value] = {key: value for key, value in values.items() if key not in wrong | {"document"}}
    head = {**dict.fromkeys(("title", "issuer"), STAND_IN), "slug": "x", **head}
    spoilt = {path[1] for path, _ in found if path[:1] == ("duties",) and path[2:] != ("title",) and path[1:]}
    duties = values.get("duties")
    kept: dict[int, Value] = {
        number: {"title": STAND_IN, **{key: value for key, value in duty.items() if key != "absorbs"}}
        for number, duty in enumerate(duties if isinstance(duties, list) else [])
        if number not in spoilt and isinstance(duty, dict) and _is_begun(duty)
    }
    plan, _ = validated({**head, "duties": list(kept.values())})
    return plan, {f"duties.{number}.": place for place, number in enumerate(kept)}


def _is_begun(duty: dict[str, Value]) -> bool:
    """Whether anything of a duty was filled in that a new one has not."""
    chain = duty.get("chain")
    stages = chain if isinstance(chain, list) else []
    return "title" in duty or any(isinstance(stage, dict) and stage.keys() - {"from"} for stage in stages)


def _outlook(session: Session, plan: PlanFile, page: Page) -> Outlook:
    edition = PlanEdition(version_id=0, file=plan, first=plan.in_force.first)
    return outlook_of(session, plan, [edition], page)
