"""The naive peer: for each unit a `dateutil.rrule`, for each of its dates one ORM object added.

It knows no working days, no lead times and no changes of the hierarchy; it writes as many rows as the
opening does.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from dateutil.rrule import MONTHLY, rrule
from sqlmodel import Session, col, select

from benchmarks.country import HCM, OPENING, PERIODS
from models.obligation import Obligation, Occurrence
from models.plan import Plan, PlanVersion, Stage
from models.unit import UnitVersion

DAYS = {"grassroots": 10, "district": 15, "province": 18}
POSITIONS = {"grassroots": 1, "district": 2, "province": 3}


def open_naively(session: Session) -> int:
    """Open a year for every unit; returns how many obligations it made."""
    plan = session.exec(select(Plan)).one()
    version = session.exec(select(PlanVersion)).one()
    stages = {stage.position: stage for stage in session.exec(select(Stage))}
    units = session.exec(select(UnitVersion).order_by(col(UnitVersion.id))).all()
    superiors = {unit.unit_id: unit.superior_id for unit in units}
    occurrences: dict[tuple[str, datetime], Occurrence] = {}
    number = 0
    for unit in units:
        start = datetime(2025, 1, DAYS[unit.level])  # noqa: DTZ001  (rrule counts local dates)
        for local in rrule(MONTHLY, dtstart=start, count=PERIODS):
            deadline = local.replace(tzinfo=HCM).astimezone(UTC)
            if (unit.level, deadline) not in occurrences:
                stage = stages[POSITIONS[unit.level]]
                occurrences[unit.level, deadline] = _occurrence(session, stage, version, local, deadline)
            session.add(_obligation(plan, occurrences[unit.level, deadline], unit, superiors, deadline))
            number += 1
    return number


def _occurrence(
    session: Session, stage: Stage, version: PlanVersion, local: datetime, deadline: datetime
) -> Occurrence:
    last_day = local.date() - timedelta(days=1)
    made = Occurrence(
        stage_id=stage.id,
        plan_version_id=version.id,
        period=f"{local:%Y-%m}",
        begins=last_day.replace(day=1),
        period_start=last_day.replace(day=1),
        cutoff=last_day,
        rule=f"before {local.day}",
        membership_day=last_day,
        deadline=deadline,
        opened_at=OPENING,
    )
    session.add(made)
    session.flush()
    return made


def _obligation(
    plan: Plan,
    occurrence: Occurrence,
    unit: UnitVersion,
    superiors: dict[int, int | None],
    deadline: datetime,
) -> Obligation:
    path = [unit.unit_id]
    while (above := superiors[path[0]]) is not None:
        path.insert(0, above)
    return Obligation(
        occurrence_id=occurrence.id,
        plan_id=plan.id,
        unit_id=unit.unit_id,
        unit_version_id=unit.id,
        branch="/" + "".join(f"{id}/" for id in path),
        recipient_id=unit.superior_id,
        gatherer_id=unit.superior_id,
        deadline=deadline,
        original_deadline=deadline,
        attention_at=deadline - timedelta(days=7),
        opened_at=OPENING,
        changed_at=OPENING,
    )
