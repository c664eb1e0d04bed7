"""The plans: the list, one plan with its dates and versions, its file to take or to correct, retiring it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Query
from pydantic import BaseModel
from sqlmodel import Session, col, select
from starlette.responses import Response

from models.database import LARGEST_ID
from models.errors import NotFound
from models.plan import Plan, PlanVersion
from models.plan_files.plan import PlanFile
from reporting.drafts.store import drafts_of, listed_drafts
from reporting.opening.retirement import Retirement, foresee_retirement, retire_plan
from reporting.plans.checking import KnownUnits, known_units, warnings_of
from reporting.plans.difference import Comparison
from reporting.plans.loading import editions, find_plan, plan_content
from reporting.plans.outline import plan_lines, plan_outline, standing_of
from reporting.plans.quotes import documents_of
from reporting.plans.reporters import select_reporters
from reporting.plans.schedule import PlanEdition
from reporting.plans.warnings import PlanWarning
from reporting.special_days import working_days
from web.admin.preview import AdminFault, is_token_of, preview_token
from web.auth import OwnForm
from web.form_values import RowId, line
from web.page import AdminPage, Page, redirect

router = APIRouter(prefix="/admin/plans", dependencies=[OwnForm], include_in_schema=False)


@dataclass(frozen=True)
class Outlook:
    """Duties with stages and next dates; `reporters` counts units by duty and stage, `names` has the names of
    units by code."""

    outline: dict[str, object]
    reporters: dict[str, list[int]]
    warnings: Sequence[PlanWarning]
    names: Mapping[str, str]


def outlook_of(session: Session, content: PlanFile, versions: Sequence[PlanEdition], page: Page) -> Outlook:
    """The plan as of today; `versions` are its editions, with the one that is not loaded yet."""
    today, language = page.today, page.language
    units = known_units(session, content, today)
    days = working_days(session)
    return Outlook(
        plan_outline(content, versions, today, days, page.zone, language),
        _reporters(content, units),
        warnings_of(content, units, days),
        {} if units is None else {code: each.name for code, each in units.hierarchy.by_code.items()},
    )


def _reporters(content: PlanFile, units: KnownUnits | None) -> dict[str, list[int]]:
    if units is None:
        return {duty.id: [0] * len(duty.chain) for duty in content.duties}
    return {
        duty.id: [len(select_reporters(content, stage, units.hierarchy)) for stage in duty.chain]
        for duty in content.duties
    }


@router.get("")
def plans(page: AdminPage, done: str = "") -> Response:
    with page.reading() as session:
        lines = plan_lines(session, page.now, page.today)
        drafts = listed_drafts(session)
    return page.show("admin/plans.html", lines=lines, drafts=drafts, done=done)


@router.get("/{slug}")
def plan(slug: str, page: AdminPage, done: str = "") -> Response:
    today = page.today
    with page.reading() as session:
        found = find_plan(session, slug)
        versions = versions_of(session, found)
        content = plan_content(versions[0].content)
        outlook = outlook_of(session, content, editions(session, found), page)
        drafts = drafts_of(session, documents_of(content))
    return page.show(
        "admin/plan.html",
        plan=found,
        content=content,
        versions=versions,
        outlook=outlook,
        drafts=drafts,
        standing=standing_of(found, today),
        done=done,
    )


@router.get("/{slug}/edit")
def edit(slug: str, page: AdminPage) -> Response:
    today = page.today
    with page.reading() as session:
        found = find_plan(session, slug)
        content = plan_content(version_of(session, found, found.version).content)
    return page.show("admin/plan_edit.html", plan=found, text=content.to_yaml(), today=today)


@router.get("/{slug}/file")
def file(slug: str, page: AdminPage, version: Annotated[int, Query(ge=0, le=LARGEST_ID)] = 0) -> Response:
    with page.reading() as session:
        found = find_plan(session, slug)
        content = plan_content(version_of(session, found, version or found.version).content)
    name = f"{found.slug}.yaml" if not version else f"{found.slug}-v{version}.yaml"
    return Response(
        content.to_yaml(),
        media_type="application/yaml; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )


@router.get("/{slug}/versions/{number}")
def version(slug: str, number: RowId, page: AdminPage) -> Response:
    with page.reading() as session:
        found = find_plan(session, slug)
        shown = version_of(session, found, number)
        content = plan_content(shown.content)
        lines = None
        if number > 1:
            before = plan_content(version_of(session, found, number - 1).content)
            days = working_days(session)
            lines = Comparison(before, content, shown.applies_from, days, page.language).lines()
    return page.show(
        "admin/plan_version.html", plan=found, version=shown, text=content.to_yaml(), lines=lines
    )


def versions_of(session: Session, plan: Plan) -> list[PlanVersion]:
    """The plan's versions, newest first."""
    query = select(PlanVersion).where(PlanVersion.plan_id == plan.id).order_by(col(PlanVersion.number).desc())
    return list(session.exec(query))


def version_of(session: Session, plan: Plan, number: int) -> PlanVersion:
    """One version of the plan. Raises `NotFound`."""
    query = select(PlanVersion).where(PlanVersion.plan_id == plan.id, PlanVersion.number == number)
    found = session.exec(query).one_or_none()
    if found is None:
        raise NotFound(AdminFault.NO_VERSION(slug=plan.slug, number=number))
    return found


@router.get("/{slug}/retire")
def ask_to_retire(slug: str, page: AdminPage) -> Response:
    with page.reading() as session:
        found, told = find_plan(session, slug), foresee_retirement(session, slug, page.now)
    return _retire_page(page, found, told, RetireForm())


class RetireForm(BaseModel):
    reason: Annotated[str, line(2000)] = ""
    document: Annotated[str, line(100)] = ""
    shown: str = ""


@router.post("/{slug}/retire")
def retire(slug: str, page: AdminPage, form: Annotated[RetireForm, Form()]) -> Response:
    """Retire it, if the numbers are still those that were shown."""
    with page.writing() as session:
        found = find_plan(session, slug)
        if found.retired_at is not None:
            return redirect(f"/admin/plans/{slug}?done=retired")
        told = foresee_retirement(session, slug, page.now)
        stale = not is_token_of(form.shown, told)
        if form.reason and not stale:
            retire_plan(session, slug, form.reason, page.now, page.actor, form.document)
            return redirect(f"/admin/plans/{slug}?done=retired")
    return _retire_page(page, found, told, form, 409 if stale else 422)


def _retire_page(page: Page, plan: Plan, told: Retirement, form: RetireForm, status: int = 200) -> Response:
    return page.show(
        "admin/plan_retire.html",
        status,
        plan=plan,
        told=told,
        reason=form.reason,
        document=form.document,
        stale=status == 409,
        wrong=status == 422,
        shown=preview_token(told),
    )
