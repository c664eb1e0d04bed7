"""Taking a plan in: a file or a text is checked, its difference shown with its dates, and then applied.

Whatever is refused stays on the page with line, field and remedy, to be corrected there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Form, UploadFile
from sqlmodel import Session
from starlette.responses import RedirectResponse, Response

from models.database import reading, writing
from models.errors import InputErrors
from models.yaml_document import SIZE_LIMIT
from reporting.plans.checking import check_plans
from reporting.plans.loading import PlanChange, PlanOutcome, editions, find_plan, foresee_plan, load_plan
from reporting.plans.reading import ReadPlan, read_plan_bytes
from reporting.plans.schedule import PlanEdition
from reporting.special_days import working_days
from web.admin.plan_outlooks import Outlook, outlook_of
from web.admin.preview_token import is_sealed, seal
from web.admin.uploads import error_lines, read_upload, shown_text, typed_octets
from web.auth import Administrator, OwnForm
from web.context import Edge, EdgeDep
from web.form_values import typed_day
from web.rendering import Pages, PagesDep

router = APIRouter(prefix="/admin/plan-upload", dependencies=[OwnForm], include_in_schema=False)
TYPED = "plan.yaml"


@dataclass(frozen=True, kw_only=True)
class UploadFormValues:
    """What the form said: the file's octets, the day from which it holds, whether opened dates follow."""

    name: str
    data: bytes
    since: str
    redates: bool

    @property
    def first(self) -> date | None:
        return typed_day(self.since)

    @property
    def values(self) -> dict[str, Any]:
        """For the page, so that nothing typed is lost."""
        return {
            "text": shown_text(self.data),
            "since": self.since,
            "redates": self.redates,
            "name": self.name,
        }


async def typed(
    file: Annotated[UploadFile | None, File()] = None,
    text: Annotated[str, Form()] = "",
    name: Annotated[str, Form()] = TYPED,
    since: Annotated[str, Form()] = "",
    redates: Annotated[str, Form()] = "",
) -> UploadFormValues:
    uploaded, data = read_upload(file, SIZE_LIMIT)
    if not uploaded:
        data = typed_octets(text)
    return UploadFormValues(
        name=uploaded or name[:100] or TYPED, data=data, since=since[:20], redates=redates == "yes"
    )


TypedDep = Annotated[UploadFormValues, Depends(typed)]


@dataclass(frozen=True, kw_only=True)
class UploadPreview:
    """What applying would do, as shown."""

    change: PlanChange
    outlook: Outlook
    differences: list[str]
    seal: str


@router.get("")
def new(person: Administrator, edge: EdgeDep, pages: PagesDep) -> Response:
    return pages.show("admin/plan_new.html", **_empty(edge))


@router.get("/check")
def check_again(person: Administrator) -> Response:
    """Where a reload, or the other language, leads: what was typed is not in the address."""
    return RedirectResponse("/admin/plan-upload", status_code=303)


@router.post("/check")
def check(person: Administrator, edge: EdgeDep, pages: PagesDep, typed: TypedDep) -> Response:
    if not typed.data.strip():
        wrong = pages.t(
            "Hãy chọn một tệp, hoặc dán nội dung vào ô.", "Choose a file, or paste its text into the field."
        )
        return pages.show("admin/plan_new.html", 422, **_empty(edge) | {"wrong": wrong})
    return preview_page(edge, pages, typed)


@router.post("/apply")
def apply(
    person: Administrator, edge: EdgeDep, pages: PagesDep, typed: TypedDep, shown: Annotated[str, Form()] = ""
) -> Response:
    now = edge.now
    first = typed.first
    try:
        read = read_plan_bytes(typed.data, typed.name)
        with writing(edge.engine) as session:
            if first is not None and _is_what_was_shown(session, edge, read, first, typed.redates, shown):
                zone = edge.settings.zone
                load_plan(session, read.plan, now, person.actor, first, zone, typed.redates)
                return RedirectResponse(f"/admin/plans/{read.plan.slug}?done=loaded", status_code=303)
    except InputErrors:
        pass  # the preview says what is wrong
    return preview_page(edge, pages, typed, stale=bool(shown))


def _is_what_was_shown(
    session: Session, edge: Edge, read: ReadPlan, first: date, redates: bool, shown: str
) -> bool:
    check_plans(session, [read], edge.today(edge.now))
    change = foresee_plan(session, read.plan, first, redates)
    return change.outcome is not PlanOutcome.UNCHANGED and is_sealed(shown, *_told(session, change))


def preview_page(edge: Edge, pages: Pages, typed: UploadFormValues, stale: bool = False) -> Response:
    """What the text would do, or what is wrong in it; always with the text to correct."""
    today, first = edge.today(edge.now), typed.first
    values = typed.values | {"stale": stale, "preview": None, "errors": [], "wrong_since": first is None}
    try:
        read = read_plan_bytes(typed.data, typed.name)
        with reading(edge.engine) as session:
            check_plans(session, [read], today)
            if first is not None:
                values["preview"] = _preview(session, edge, pages, read, first, typed.redates)
    except InputErrors as error:
        values["errors"] = error_lines(error.errors, pages.language)
    refused = values["errors"] or first is None
    return pages.show("admin/plan_check.html", 422 if refused else 409 if stale else 200, **values)


def _preview(
    session: Session, edge: Edge, pages: Pages, read: ReadPlan, first: date, redates: bool
) -> UploadPreview:
    change = foresee_plan(session, read.plan, first, redates)
    known = [] if change.outcome is PlanOutcome.ADDED else editions(session, find_plan(session, change.slug))
    coming = PlanEdition(version_id=0, file=read.plan, first=change.applies_from, redates=redates)
    today = edge.today(edge.now)
    return UploadPreview(
        change=change,
        outlook=outlook_of(session, edge.settings, read.plan, [*known, coming], today, pages.language),
        differences=change.differences(working_days(session), pages.language),
        seal=seal(*_told(session, change)),
    )


def _told(session: Session, change: PlanChange) -> list[Any]:
    """All that the preview says of what will be done, whichever language it says it in."""
    return [
        change.slug,
        change.outcome,
        change.version,
        change.applies_from,
        change.redates,
        change.new.content(),
        change.differences(working_days(session)),
    ]


def _empty(edge: Edge) -> dict[str, Any]:
    return {"since": f"{edge.today(edge.now):%d/%m/%Y}", "wrong": "", "text": "", "redates": False}
