"""What else a program may read: plans, units, the chain of a period, the rates."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from sqlalchemy import Select, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from models.errors import NotFound
from models.unit import Unit, UnitVersion
from models.validity import sql_is_valid
from reporting.access.rights import followed
from reporting.chain.chain import build_chain
from reporting.chain.tree import chain_json
from reporting.monitoring.scope import visible_plans
from reporting.obligations.filters import Selection, meant_period
from reporting.obligations.listing import iso, owed
from reporting.plans.loading import current_plan_file, find_plan
from reporting.rates.report import direct_branches, named, rates_json, rates_report
from reporting.unit_names import unit_id
from web.api.auth import Reader
from web.api.obligations import At, Filters, instant
from web.api.problems import ApiFault, documented
from web.api.schemas import ChainOut, PlanOut, RatesOut, UnitOut, UnitPage, Word

router = APIRouter(tags=["to read"])
Slug = Annotated[Word, Path(min_length=1)]
Superior = aliased(Unit, name="superior")


@router.get("/plans", responses=documented())
def plans(caller: Reader) -> list[PlanOut]:
    """The plans of which the account may see a report."""
    with caller.context.reading() as session:
        found = visible_plans(session, caller.person, caller.today)
        rows = [(current_plan_file(session, plan), plan.version, plan.ad_hoc) for plan in found]
    return [
        PlanOut(
            slug=plan.slug,
            number=plan.number,
            title=plan.title,
            issuer=plan.issuer,
            issued_on=plan.issued_on,
            first_day=plan.in_force.first,
            last_day=plan.in_force.last,
            monitor=plan.monitor,
            duties=len(plan.duties),
            version=version,
            ad_hoc=ad_hoc,
        )
        for plan, version, ad_hoc in rows
    ]


@router.get("/units", responses=documented())
def units(
    caller: Reader,
    after: Annotated[Word, Query(description="`next` of the page before")] = "",
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
) -> UnitPage:
    """The units of today by code; the hierarchy is no secret."""
    query: Select[Any] = (
        select(col(Unit.code), UnitVersion, col(Superior.code).label("superior"))
        .join(UnitVersion, col(UnitVersion.unit_id) == col(Unit.id))
        .outerjoin(Superior, col(Superior.id) == col(UnitVersion.superior_id))
        .where(sql_is_valid(UnitVersion, caller.today), col(Unit.code) > after)
        .order_by(col(Unit.code))
        .limit(limit)
    )
    with caller.context.reading() as session:
        rows = session.execute(query).all()
        items = [
            UnitOut(code=code, name=version.name, level=version.level, kind=version.kind, superior=superior)
            for code, version, superior in rows
        ]
    return UnitPage(items=items, next=items[-1].code if len(items) == limit else None)


@router.get("/rates", responses=documented(404))
def rates(caller: Reader, selection: Filters, at: At = None) -> RatesOut:
    """How many reports came, and came in time, of what the account may see; null where nothing counts."""
    when, settings = instant(caller, at), caller.settings
    with caller.context.reading() as session:
        seen = replace(selection, further=(followed(caller.person, caller.today),))
        report = rates_report(session, seen, when, settings.zone)
        top = None if selection.branch is None else unit_id(session, selection.branch)
        branches = named(session, direct_branches(report, top))
    chosen = {
        name: getattr(selection, name) for name in ("plan", "duty", "unit", "branch", "level", "period")
    }
    return RatesOut.model_validate(rates_json(report, branches, chosen, settings.zone))


@router.get("/chain/{plan}/{duty}/{period}", responses=documented(404))
def chain(caller: Reader, plan: Slug, duty: Slug, period: Slug, at: At = None) -> ChainOut:
    """Who filed, who is late, who waits for whom in one period, of what the account may see."""
    when, settings = instant(caller, at), caller.settings
    with caller.context.reading() as session:
        find_plan(session, plan)
        period = meant_period(period)
        seen = Selection(
            plan=plan, duty=duty, period=period, further=(followed(caller.person, caller.today),)
        )
        rows = owed(session, settings, seen, when)
    rows = [row for row in rows if row.period == period]
    if not rows:
        raise NotFound(ApiFault.NOTHING_OPEN(plan=plan, duty=duty, period=period))
    found = chain_json(build_chain(rows), settings.zone)
    return ChainOut.model_validate(
        {"plan": plan, "duty": duty, "period": period, "at": iso(when, settings.zone), **found}
    )
