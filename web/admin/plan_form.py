"""The form for plans: whatever a plan file can say, for a new plan and for one that is loaded.

It makes the text of a plan file, which goes through the same check, difference and loading as an upload.
The file stays the source: see `reporting.plans.form`. Everything works with buttons alone; where scripts run,
units, dates and errors are also shown while somebody types.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from sqlmodel import Session
from starlette.responses import JSONResponse, Response

from calendars.periods import Frequency
from calendars.timetable import WORDS, Every
from messages.catalogue import N_
from models.errors import InputErrors
from models.plan_files.duty import EventSource
from models.vocabulary import DutyType, Level, say
from models.yaml_document import Value, read_yaml
from reporting.opening.adoption import running_since
from reporting.plans.form import FormBlock, edited, filled_form, new_form, typed_form, unshown
from reporting.plans.form_words import Lens, unit_shown
from reporting.plans.loading import duty_ids, find_plan, is_plan, plan_content
from reporting.plans.rule_words import frequency_words
from reporting.reminders.ladders import ladders
from reporting.units.hierarchy import hierarchy
from reporting.units.search import code_names, unit_search
from web.admin.plan_form_check import FormCheck, check_form, in_form_words
from web.admin.plan_upload import PlanUpload, UploadDep, preview_page
from web.admin.plans import version_of
from web.auth import MOST_FIELDS, OwnForm
from web.form_values import Search, field_day, typed_day
from web.page import AdminPage, Page, redirect

router = APIRouter(prefix="/admin", dependencies=[OwnForm], include_in_schema=False)
NEW = "/admin/plan-form"
PICK = "pick:"
MOST_NAMED = 15
PLACES = {
    "duties": N_("duty %(number)s"),
    "chain": N_("stage %(number)s"),
    "from": N_("selection %(number)s"),
}


@dataclass(frozen=True, kw_only=True)
class TypedPlan:
    """The form as it came: what was typed, the file it was made of, and the button."""

    form: FormBlock
    source: str = ""
    since: str = ""
    deed: str = ""
    chosen: Mapping[str, Sequence[str]] = field(default_factory=dict)
    slug: str = ""
    """Of a plan that is loaded already; it is kept for life."""
    preset: str = ""
    """The day to track from as the form last filled it in, of a plan that is not loaded."""
    place: str = ""
    """Where the form is sent, if not to the pages of plans."""

    @cached_property
    def values(self) -> Value:
        """The values of the source; none of a new plan."""
        if not self.source.strip():
            return {}
        return read_yaml(self.source.encode("utf-8", "replace"), "plan.yaml").value

    @property
    def path(self) -> str:
        return self.place or (f"/admin/plans/{self.slug}/form" if self.slug else NEW)


async def typed(request: Request, slug: str = "") -> TypedPlan:
    """`slug` is in the address of a plan that is loaded."""
    given = await request.form(max_fields=MOST_FIELDS)
    texts = {
        name: "; ".join(each for each in given.getlist(name) if isinstance(each, str) and each)
        for name in given.keys()  # noqa: SIM118  (FormData iterates over pairs)
    }
    picked = {name.removeprefix(PICK): name for name in texts if name.startswith(PICK)}
    return TypedPlan(
        form=typed_form(texts),
        source=texts.get("source", ""),
        since=texts.get("since", ""),
        deed=texts.get("do", ""),
        chosen={name: [str(each) for each in given.getlist(key)] for name, key in picked.items()},
        slug=slug,
        preset="" if slug else texts.get("preset", ""),
    )


TypedDep = Annotated[TypedPlan, Depends(typed)]


@router.get("/plan-form")
def new(page: AdminPage) -> Response:
    today = field_day(page.today)
    form = new_form(today, today)
    form.texts["track_from"] = preset = field_day(running_since([Frequency.MONTH], page.today))
    return _show(page, TypedPlan(form=form, since=today, preset=preset))


@router.get("/plans/{slug}/form")
def edit(slug: str, page: AdminPage) -> Response:
    with page.reading() as session:
        found = find_plan(session, slug)
        text = plan_content(version_of(session, found, found.version).content).to_yaml()
    return _opened(page, text, field_day(page.today), slug=slug)


@router.post("/plan-form/text")
def of_text(page: AdminPage, form: UploadDep) -> Response:
    """The form of a text that was uploaded, or that the form made before."""
    try:
        document = read_yaml(form.data, form.file_name)
    except InputErrors:
        return preview_page(page, form)
    values = document.value
    slug = values.get("slug") if isinstance(values, dict) else None
    with page.reading() as session:
        is_loaded = isinstance(slug, str) and is_plan(session, slug)
    known = str(slug) if is_loaded else ""
    return _opened(page, document.text, form.since, slug=known)


@router.get("/plan-form/text")
def of_text_again(page: AdminPage) -> Response:
    """Where a reload, or the other language, leads: what was typed is not in the address."""
    return redirect(NEW)


def _opened(page: Page, text: str, since: str, *, slug: str) -> Response:
    values = read_yaml(text.encode(), "plan.yaml").value
    with page.reading() as session:
        form = filled_form(values, Lens(page.language, code_names(session)))
    opened = TypedPlan(form=form, source=text, since=since, slug=slug)
    return _show(page, opened)


@router.post("/plan-form")
@router.post("/plans/{slug}/form")
def make(page: AdminPage, typed: TypedDep) -> Response:
    """Do what the button says, or go on to the preview if nothing is wrong."""
    if typed.deed.startswith(("add ", "remove ", "up ", "down ")):
        with page.reading() as session:
            edited(typed.form, typed.deed, duty_ids(session, typed.slug))
        return _show(page, typed)
    if typed.deed == "look":
        return _show(page, typed, all_wrong=True)
    with page.reading() as session:
        typed, found = _checked(session, page, typed)
        begins = typed_day(typed.form.value("in_force.from"))
        preset = typed_day(typed.preset)
        if _has_preset(typed) and begins and preset and preset <= begins:
            typed.form.texts["track_from"] = ""  # it spares nothing: the plan begins later
            found = check_form(session, page, typed.form, typed.values, typed.chosen)
    if found.problems:
        return _show(page, typed, 422, all_wrong=True)
    since = typed.since if typed.slug else typed.form.value("in_force.from")
    return preview_page(page, PlanUpload(text=found.text, since=since))


@router.post("/plan-form/live")
def live(page: AdminPage, typed: TypedDep) -> Response:
    """The notes at the inputs and the coming dates, while somebody types."""
    with page.reading() as session:
        found = check_form(session, page, typed.form, typed.values, typed.chosen)
    return page.show("admin/plan_form_live.html", **shown_form(page, typed, found, all_wrong=False))


@router.get("/plan-form/units")
def units(page: AdminPage, q: Search = "", at: str = "") -> Response:
    """Units for what is typed, for the form's script."""
    with page.reading() as session:
        found = unit_search(session, typed_day(at) or page.today).find(q)
    lens = Lens(page.language, {unit.code: unit.name for unit in found})
    return JSONResponse(
        [{"text": unit_shown(each.code, lens), "above": each.above, "former": each.former} for each in found],
        headers={"Cache-Control": "no-store"},
    )


def _show(page: Page, typed: TypedPlan, status: int = 200, *, all_wrong: bool = False) -> Response:
    with page.reading() as session:
        typed, found = _checked(session, page, typed)
        choices = form_choices(session, page)
    shown = shown_form(page, typed, found, all_wrong=all_wrong) | choices
    return page.show("admin/plan_form.html", status, **shown)


def _has_preset(typed: TypedPlan) -> bool:
    """Whether the day to track from is the one that was filled in, which follows the duties."""
    return bool(typed.preset) and typed.form.value("track_from") == typed.preset


def _checked(session: Session, page: Page, typed: TypedPlan) -> tuple[TypedPlan, FormCheck]:
    """The form checked, the day to track from set where the running period of its duties begins."""
    if _has_preset(typed):
        every = [each.value("every") for each in typed.form.below]
        running = [Frequency(each) for each in every if each in set(Frequency)]
        preset = field_day(running_since(running or [Frequency.MONTH], page.today))
        typed.form.texts["track_from"] = preset
        typed = replace(typed, preset=preset)
    return typed, check_form(session, page, typed.form, typed.values, typed.chosen)


def shown_form(page: Page, typed: TypedPlan, found: FormCheck, *, all_wrong: bool) -> dict[str, object]:
    """What the page shows; errors of empty inputs only with `all_wrong`, when somebody has asked for them."""
    filled = {prefix + name for prefix, each in typed.form.walk() for name in each.texts if each.value(name)}
    wrong = {name: texts for name, texts in found.problems.items() if all_wrong or name in filled}
    return {
        "typed": typed,
        "form": typed.form,
        "check": found,
        "wrong": wrong,
        "all_wrong": all_wrong,
        "worded": partial(in_form_words, language=page.language),
        "place_words": partial(_place_words, page),
        "has_document": isinstance(typed.values, dict) and "document" in typed.values,
        "called": {
            each.value("id"): page.t(PLACES["duties"], number=number)
            for number, each in enumerate(typed.form.below, start=1)
        },
        "unshown": unshown(typed.form, typed.values, found.lens),
        "has_comments": any(line.lstrip().startswith("#") for line in typed.source.splitlines()),
    }


def form_choices(session: Session, page: Page) -> dict[str, object]:
    """The words of each select, and the kinds and groups that units have."""
    every = [(each.value, frequency_words(Every(each), page.language)) for each in WORDS]
    units = hierarchy(session, page.today).by_id.values()
    return {
        "every": [*every, (Frequency.YEARS.value, page.t("every several years"))],
        "levels": [(each.value, say(each, page.language)) for each in Level],
        "types": [(each.value, say(each, page.language)) for each in DutyType],
        "sources": [
            (EventSource.REPORTER.value, page.t("each unit for itself")),
            (EventSource.MONITOR.value, page.t("the monitor for all")),
        ],
        "ladders": [
            (slug, page.t("the default ladder") if slug == "default" else slug)
            for slug in sorted(ladders(session))
        ],
        "kinds": _frequent(unit.kind for unit in units),
        "groups": _frequent(group for unit in units for group in unit.groups),
    }


def _place_words(page: Page, name: str) -> str:
    """Where an input is: "duty 1, stage 2"."""
    found = re.findall(r"(duties|chain|from)\.(\d+)\.", name)
    said = [page.t(PLACES[key], number=int(number) + 1) for key, number in found]
    return ", ".join(said) or page.t("the document")


def _frequent(words: Iterable[str]) -> list[str]:
    return [word for word, _ in Counter(words).most_common(MOST_NAMED)]
