"""Retirement of a plan that is no longer in force: nothing more is opened, and what was is kept.

What lies ahead and nobody has filed is cancelled with the reason. What was due before stays owed, and what
was filed stays filed. Loading the plan's file again brings it back, from a new version on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_
from sqlalchemy import select as sa_select
from sqlmodel import Session, col, select

from models.deadline import has_passed
from models.errors import IllegalMove
from models.obligation import Obligation, Occurrence
from models.plan import Duty, Plan, Stage
from models.plan_files.faults import PlanFault
from models.vocabulary import Lifecycle
from reporting.audit.log import record
from reporting.closing_reasons import retired
from reporting.opening.bulk_rows import cancel_units
from reporting.plans.loading import find_plan
from reporting.user_text import TextName, TextRemedy, one_line_text, require_text


@dataclass(frozen=True, kw_only=True)
class Retirement:
    """What retiring a plan does, in obligations: `cancelled` lie ahead, `owed` were due before."""

    slug: str
    cancelled: int
    owed: int


def foresee_retirement(session: Session, slug: str, now: datetime) -> Retirement:
    """What it would do; changes nothing. Raises `NotFound`, or `IllegalMove` where it is done already."""
    plan = find_plan(session, slug)
    _refuse_retired(plan)
    ahead = _count(session, plan, _lies_ahead(now))
    owed = _count(session, plan, has_passed(col(Obligation.deadline), now))
    return Retirement(slug=slug, cancelled=ahead, owed=owed)


def retire_plan(
    session: Session, slug: str, reason: str, now: datetime, actor: str, document_number: str = ""
) -> Retirement:
    """Retire it at `now`. Raises `NotFound`, `IllegalMove` or `InvalidInput`."""
    reason = require_text(reason, TextName.REASON(), TextRemedy.SAY_WHY())
    document = one_line_text(document_number, TextName.DOCUMENT_NUMBER())
    found = foresee_retirement(session, slug, now)
    plan = find_plan(session, slug)
    said = retired(reason, document)
    cancelled = 0
    for occurrence in _ahead(session, plan, now):
        cancelled += cancel_units(session, occurrence, (), now, said)
        occurrence.replaced_at = now  # so that the plan, loaded again, opens the period again
        session.add(occurrence)
    plan.retired_at = now
    session.add(plan)
    after = {"slug": slug, "reason": reason, "document_number": document, "cancelled": cancelled}
    record(session, now, actor, "retire", "plan", plan.id, {}, after)
    session.flush()
    return Retirement(slug=slug, cancelled=cancelled, owed=found.owed)


def _refuse_retired(plan: Plan) -> None:
    if plan.retired_at is not None:
        raise IllegalMove(PlanFault.RETIRED(slug=plan.slug))


def _lies_ahead(now: datetime) -> ColumnElement[bool]:
    """By the occurrence's own deadline: all units of a period share its fate, whatever extension one has."""
    return or_(col(Occurrence.deadline).is_(None), col(Occurrence.deadline) > now)


def _count(session: Session, plan: Plan, condition: ColumnElement[bool]) -> int:
    query = (
        sa_select(func.count())
        .select_from(Obligation)
        .join(Occurrence, col(Occurrence.id) == col(Obligation.occurrence_id))
        .where(col(Obligation.plan_id) == plan.id, col(Obligation.state) == Lifecycle.OPEN.value, condition)
    )
    return session.scalar(query) or 0


def _ahead(session: Session, plan: Plan, now: datetime) -> list[Occurrence]:
    query = (
        select(Occurrence)
        .join(Stage, col(Stage.id) == col(Occurrence.stage_id))
        .join(Duty, col(Duty.id) == col(Stage.duty_id))
        .where(col(Duty.plan_id) == plan.id, col(Occurrence.replaced_at).is_(None), _lies_ahead(now))
        .order_by(col(Occurrence.id))
    )
    return list(session.exec(query))
