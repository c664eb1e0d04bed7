"""The plans there are: the list, one plan with its dates and versions, its file to take or to correct."""

from __future__ import annotations

from fastapi import APIRouter
from sqlmodel import Session, col, select
from starlette.responses import Response

from models.database import reading
from models.errors import NotFound
from models.plan import Plan, PlanVersion
from reporting.plans.difference import Comparison
from reporting.plans.loading import editions, find_plan, plan_content
from reporting.plans.outline import plan_lines, standing_of
from reporting.special_days import working_days
from web.admin.plan_outlooks import outlook_of
from web.admin.uploads import AdminFault
from web.auth import Administrator, OwnForm
from web.context import EdgeDep
from web.rendering import PagesDep

router = APIRouter(prefix="/admin/plans", dependencies=[OwnForm], include_in_schema=False)


@router.get("")
def plans(person: Administrator, edge: EdgeDep, pages: PagesDep, done: str = "") -> Response:
    now = edge.now
    with reading(edge.engine) as session:
        lines = plan_lines(session, now, edge.today(now))
    return pages.show("admin/plans.html", lines=lines, done=done)


@router.get("/{slug}")
def plan(slug: str, person: Administrator, edge: EdgeDep, pages: PagesDep, done: str = "") -> Response:
    today = edge.today(edge.now)
    with reading(edge.engine) as session:
        found = find_plan(session, slug)
        versions = versions_of(session, found)
        content = plan_content(versions[0].content)
        outlook = outlook_of(session, edge.settings, content, editions(session, found), today, pages.language)
    return pages.show(
        "admin/plan.html",
        plan=found,
        content=content,
        versions=versions,
        outlook=outlook,
        standing=standing_of(found, today),
        done=done,
    )


@router.get("/{slug}/edit")
def edit(slug: str, person: Administrator, edge: EdgeDep, pages: PagesDep) -> Response:
    today = edge.today(edge.now)
    with reading(edge.engine) as session:
        found = find_plan(session, slug)
        content = plan_content(version_of(session, found, found.version).content)
    return pages.show("admin/plan_edit.html", plan=found, text=content.to_yaml(), today=today)


@router.get("/{slug}/file")
def file(slug: str, person: Administrator, edge: EdgeDep, version: int = 0) -> Response:
    with reading(edge.engine) as session:
        found = find_plan(session, slug)
        content = plan_content(version_of(session, found, version or found.version).content)
    name = f"{found.slug}.yaml" if not version else f"{found.slug}-v{version}.yaml"
    return Response(
        content.to_yaml(),
        media_type="application/yaml; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )


@router.get("/{slug}/versions/{number}")
def version(slug: str, number: int, person: Administrator, edge: EdgeDep, pages: PagesDep) -> Response:
    with reading(edge.engine) as session:
        found = find_plan(session, slug)
        shown = version_of(session, found, number)
        content = plan_content(shown.content)
        lines = None
        if number > 1:
            before = plan_content(version_of(session, found, number - 1).content)
            days = working_days(session)
            lines = Comparison(before, content, shown.applies_from, days, pages.language).lines()
    return pages.show(
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
