"""The versions of a plan in the order in which they were loaded, and which of them governs a period."""

from __future__ import annotations

from functools import lru_cache

from sqlmodel import Session, col, select

from models.plan import Plan, PlanVersion
from models.plan_file import PlanFile
from reporting.calendar_of_plan import PlanEdition


def editions(session: Session, plan: Plan) -> list[PlanEdition]:
    """Every version of the plan, oldest first."""
    query = select(PlanVersion).where(PlanVersion.plan_id == plan.id).order_by(col(PlanVersion.number))
    return [
        PlanEdition(
            version_id=version.id or 0,
            file=plan_content(version.content),
            first=version.applies_from,
            redates=version.redates,
        )
        for version in session.exec(query)
    ]


@lru_cache(maxsize=64)
def plan_content(content: str) -> PlanFile:
    """The plan file kept in a version."""
    return PlanFile.model_validate_json(content)
