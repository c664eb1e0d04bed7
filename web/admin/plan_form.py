"""A form for simple plans: who, what, how often, due when, on what basis; it makes the text of a plan file.

The text then goes through the same check, with the same preview, as an uploaded file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from calendars.periods import LENGTH, Frequency
from calendars.timetable import Every
from models.errors import InputErrors
from models.vocabulary import Level
from reporting.plans.drafting import DutyDraft, PlanDraft, draft_yaml, due_problems
from reporting.plans.reading import read_plan_bytes
from reporting.plans.rule_words import frequency_words
from web.admin.plan_upload import PlanUpload, preview_page
from web.admin.preview import error_lines
from web.auth import OwnForm
from web.form_values import typed_number
from web.page import AdminPage, Page

router = APIRouter(prefix="/admin/plan-form", dependencies=[OwnForm], include_in_schema=False)
FIRST_ROWS, MOST_ROWS = 2, 12
LONGEST = 500
EVERY_CHOICES = (*LENGTH, Frequency.ONCE)
HEAD = ("slug", "number", "title", "issuer", "issued_on", "first", "last", "monitor")
DUTY = ("title", "basis", "every", "level", "kinds", "units", "to", "due")


@router.get("")
def form(page: AdminPage) -> Response:
    today = f"{page.today:%d/%m/%Y}"
    draft = PlanDraft(first=today, issued_on=today, duties=(DutyDraft(level=Level.GRASSROOTS),))
    return _page(page, draft, FIRST_ROWS)


@dataclass(frozen=True)
class PlanFormValues:
    """The form as it came."""

    draft: PlanDraft
    rows: int
    more: bool


async def typed(request: Request) -> PlanFormValues:
    form = await request.form()
    head = {name: _words(form.get(name)) for name in HEAD}
    columns = [[_words(each) for each in form.getlist(f"duty_{name}")[:MOST_ROWS]] for name in DUTY]
    duties = [DutyDraft(**dict(zip(DUTY, row, strict=True))) for row in zip(*columns, strict=False)]
    rows = typed_number(_words(form.get("rows")), 1, MOST_ROWS, FIRST_ROWS)
    return PlanFormValues(PlanDraft(**head, duties=duties), rows, bool(form.get("more")))


def _words(value: object) -> str:
    return value.strip()[:LONGEST] if isinstance(value, str) else ""


@router.post("")
def make(page: AdminPage, typed: Annotated[PlanFormValues, Depends(typed)]) -> Response:
    draft = typed.draft
    if typed.more:
        return _page(page, draft, min(typed.rows + 1, MOST_ROWS))
    text = draft_yaml(draft, page.language)
    problems = due_problems(draft, page.language)
    errors: list[str] = []
    try:
        read_plan_bytes(text.encode(), "plan.yaml")
    except InputErrors as error:
        errors = error.errors
    if problems or errors:
        return _page(page, draft, typed.rows, problems, errors, 422)
    return preview_page(page, PlanUpload(text=text, since=draft.first))


def _page(
    page: Page,
    draft: PlanDraft,
    rows: int,
    problems: list[tuple[int, str]] | None = None,
    errors: list[str] | None = None,
    status: int = 200,
) -> Response:
    shown = [*draft.duties, *[DutyDraft(level=Level.GRASSROOTS)] * MOST_ROWS]
    return page.show(
        "admin/plan_form.html",
        status,
        draft=draft,
        duties=shown[: max(rows, len([duty for duty in draft.duties if not duty.is_empty]))],
        rows=rows,
        most=MOST_ROWS,
        every=[(each.value, frequency_words(Every(each), page.language)) for each in EVERY_CHOICES],
        levels=list(Level),
        due_wrong=dict(problems or []),
        errors=error_lines(
            (each for each in errors or [] if not problems or ".due:" not in each), page.language
        ),
    )
