"""Taking a plan in: a file or a text is checked, its difference shown with its dates, and then applied.

Whatever is refused stays on the page with line, field and remedy, to be corrected there.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form
from sqlmodel import Session
from starlette.responses import Response

from models.errors import InputErrors
from models.plan_files.plan import PlanFile
from reporting.drafts.store import attach_documents
from reporting.mail_ceiling import MailReach, agree, reach
from reporting.plans.checking import check_plans
from reporting.plans.loading import PlanChange, PlanOutcome, editions, find_plan, foresee_plan, load_plan
from reporting.plans.reading import ReadPlan, read_plan_bytes
from reporting.plans.schedule import PlanEdition
from reporting.special_days import working_days
from web.admin.plans import Outlook, outlook_of
from web.admin.preview import TextUpload, error_lines, is_token_of, preview_token, shown_text
from web.admin.tracking import TrackingChoice, tracking_choice
from web.auth import OwnForm
from web.form_values import cut, field_day, is_no_day, typed_day
from web.page import AdminPage, Page, redirect

router = APIRouter(prefix="/admin/plan-upload", dependencies=[OwnForm], include_in_schema=False)
TYPED = "plan.yaml"


class PlanUpload(TextUpload):
    """A plan's file and the day from which it holds."""

    name: Annotated[str, cut(100)] = TYPED
    since: Annotated[str, cut(20)] = ""
    track: Annotated[str, cut(10)] = ""
    track_from: Annotated[str, cut(20)] = ""

    @property
    def first(self) -> date | None:
        return typed_day(self.since)

    @property
    def tracked_day(self) -> date | None:
        return typed_day(self.track_from)

    @property
    def wrong_tracked_day(self) -> bool:
        return is_no_day(self.track_from)

    def read(self) -> ReadPlan:
        """Raises `InputErrors`."""
        return read_plan_bytes(self.data, self.file_name)

    @property
    def file_name(self) -> str:
        return self.uploaded[0] or self.name

    @property
    def values(self) -> dict[str, object]:
        """For the page, so that nothing typed is lost."""
        return {"text": shown_text(self.data), "since": self.since, "name": self.file_name}


UploadDep = Annotated[PlanUpload, Form()]


@dataclass(frozen=True, kw_only=True)
class UploadPreview:
    """What applying would do, as shown."""

    change: PlanChange
    outlook: Outlook
    differences: list[str]
    tracking: TrackingChoice | None
    reach: MailReach
    token: str


@router.get("")
def new(page: AdminPage) -> Response:
    return _new_form(page)


def _new_form(page: Page, status: int = 200, wrong: str = "") -> Response:
    since = field_day(page.today)
    return page.show("admin/plan_new.html", status, since=since, wrong=wrong, text="")


@router.get("/check")
def check_again(page: AdminPage) -> Response:
    """Where a reload, or the other language, leads: what was typed is not in the address."""
    return redirect("/admin/plan-upload")


@router.post("/check")
def check(page: AdminPage, form: UploadDep) -> Response:
    if not form.data.strip():
        wrong = page.t("Choose a file, or paste its text into the field.")
        return _new_form(page, 422, wrong)
    return preview_page(page, form)


@router.post("/apply")
def apply(page: AdminPage, form: UploadDep) -> Response:
    first = form.first
    try:
        read = form.read()
        if first is not None and _load_shown(page, form, read, first):
            return redirect(f"/admin/plans/{read.plan.slug}?done=loaded")
    except InputErrors:
        pass  # the preview says what is wrong
    return preview_page(page, form, stale=bool(form.shown))


def _load_shown(page: Page, form: PlanUpload, read: ReadPlan, first: date) -> bool:
    """Load the plan if it is what was shown, and does the same when its turn to write has come."""
    with page.rehearsing() as session:
        read = _checked(session, page, read)
        shown = foresee_plan(session, read.plan, first, page.now, page.zone)
        chosen = _chosen(session, page, shown, form)
    if chosen is None:
        return False
    with page.writing() as session:
        if foresee_plan(session, read.plan, first, page.now, page.zone) != shown:
            return False
        agree(session, reach(session, page.settings, [read.plan], page.today), page.now, page.actor)
        load_plan(session, chosen, page.now, page.actor, first, page.zone)
        attach_documents(session, page.settings, read.plan, page.now, page.actor)
    return True


def _checked(session: Session, page: Page, read: ReadPlan) -> ReadPlan:
    """The plan with codes for the names of units. Raises `InputErrors`."""
    (checked,) = check_plans(session, [read], page.today)
    return checked.read


def _chosen(session: Session, page: Page, change: PlanChange, form: PlanUpload) -> PlanFile | None:
    """The plan as it is to be tracked; None if it is not what was shown."""
    if change.outcome is PlanOutcome.UNCHANGED or form.wrong_tracked_day:
        return None
    choice = tracking_choice(session, page, change, form.tracked_day)
    if not is_token_of(form.shown, *_shown(session, page, change, choice)):
        return None
    return choice.chosen(form.track)


def preview_page(page: Page, form: PlanUpload, stale: bool = False) -> Response:
    """What the text would do, or what is wrong in it; always with the text to correct."""
    first, preview, errors = form.first, None, []
    try:
        read = form.read()
        with page.rehearsing() as session:
            read = _checked(session, page, read)
            if first is not None:
                preview = _preview(session, page, read, first, form.tracked_day)
    except InputErrors as error:
        errors = error_lines(error.errors, page.language)
    return page.show(
        "admin/plan_check.html",
        422 if errors or first is None or form.wrong_tracked_day else 409 if stale else 200,
        stale=stale,
        preview=preview,
        errors=errors,
        wrong_since=first is None,
        form=form,
        **form.values,
    )


def _preview(
    session: Session, page: Page, read: ReadPlan, first: date, tracked: date | None
) -> UploadPreview:
    change = foresee_plan(session, read.plan, first, page.now, page.zone)
    is_new = change.outcome is not PlanOutcome.UNCHANGED
    tracking = tracking_choice(session, page, change, tracked) if is_new else None
    known = [] if change.outcome is PlanOutcome.ADDED else editions(session, find_plan(session, change.slug))
    coming = PlanEdition(version_id=0, file=read.plan, first=change.applies_from)
    days = working_days(session)
    return UploadPreview(
        change=change,
        outlook=outlook_of(session, read.plan, [*known, coming], page),
        differences=change.differences(days, page.language),
        tracking=tracking,
        reach=reach(session, page.settings, [read.plan], page.today),
        token=preview_token(*_shown(session, page, change, tracking)) if tracking else "",
    )


def _shown(session: Session, page: Page, change: PlanChange, tracking: TrackingChoice) -> list[object]:
    """All that the preview says of what will be done, whichever language it says it in."""
    days = working_days(session)
    return [
        change.slug,
        change.outcome,
        change.version,
        change.applies_from,
        change.new.content(),
        change.differences(days),
        tracking.shown,
        asdict(reach(session, page.settings, [change.new], page.today)),
    ]
