"""Loading of plan files into the database: added, changed from a day on, or unchanged.

Every content that was ever loaded is kept as a version. Duties and stages keep their rows, since obligations
hang on them; a duty the file no longer has is ended. Obligations are not touched here: the next pass replaces
those that a change moves (`reporting.opening.redating`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from pydantic import ValidationError
from sqlmodel import Session, col, select

from calendars.periods import Language
from calendars.working_days import WorkingDays
from calendars.zone import HCM, midnight, require_aware
from messages.catalogue import DEFAULT_LANGUAGE, N_, translate
from models.errors import InvalidInput, NotFound
from models.obligation import Obligation
from models.plan import Duty, Plan, PlanVersion, Stage
from models.plan_files.faults import PlanFault
from models.plan_files.plan import DutyFile, PlanFile
from models.visible_changes import duty_reworded, plan_reworded
from reporting.audit.log import record
from reporting.plans.difference import Comparison
from reporting.plans.opened import StagePeriod, kept_stages, opened_periods
from reporting.plans.schedule import PlanEdition
from reporting.reminders.ladders import look_again

FOLLOWS = N_(
    "of what is open already, what lies ahead from that day follows: it moves, or is owed no more; what is "
    "filed, extended or overdue stays as it is"
)


def editions(session: Session, plan: Plan) -> list[PlanEdition]:
    """Every version of the plan, oldest first."""
    query = select(PlanVersion).where(PlanVersion.plan_id == plan.id).order_by(col(PlanVersion.number))
    return [
        PlanEdition(
            version_id=version.id,
            file=plan_content(version.content),
            first=version.applies_from,
            redates=version.redates,
            loaded_at=version.loaded_at,
        )
        for version in session.exec(query)
    ]


def plan_content(content: str) -> PlanFile:
    """The plan file kept in a version. Raises `InvalidInput` where this program takes it no more."""
    try:
        return PlanFile.model_validate_json(content)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise InvalidInput(PlanFault.KEPT_UNREADABLE(where=where, problem=str(first["msg"]))) from error


class PlanOutcome(StrEnum):
    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True)
class PlanChange:
    """What loading a plan file did, or would do at `now`.

    `opened` names the periods that are opened already, by duty; `kept` the stages of them that stay.
    """

    slug: str
    outcome: PlanOutcome
    version: int
    applies_from: date
    new: PlanFile
    old: PlanFile | None = None
    now: datetime | None = None
    zone: ZoneInfo = HCM
    opened: Mapping[str, Collection[str]] = field(default_factory=dict)
    kept: Mapping[str, Collection[StagePeriod]] = field(default_factory=dict)

    def differences(self, days: WorkingDays, language: Language = DEFAULT_LANGUAGE) -> list[str]:
        """The changes, a line each; empty for a new or an unchanged plan."""
        if self.old is None or self.outcome is PlanOutcome.UNCHANGED:
            return []
        lines = Comparison(
            self.old, self.new, self.applies_from, days, language, self.kept, self.now, self.zone
        ).lines()
        return [*lines, translate(language, FOLLOWS)] if lines and self.opened else lines


def find_plan(session: Session, slug: str) -> Plan:
    """The plan with this slug. Raises `NotFound`."""
    plan = _plan(session, slug)
    if plan is None:
        raise NotFound(PlanFault.NO_PLAN(slug=slug))
    return plan


def _plan(session: Session, slug: str) -> Plan | None:
    return session.exec(select(Plan).where(Plan.slug == slug)).one_or_none()


def is_plan(session: Session, slug: str) -> bool:
    """Whether a plan with this slug is loaded, retired or not."""
    return _plan(session, slug) is not None


def duty_ids(session: Session, slug: str) -> list[str]:
    """The ids of all duties that the plan has and had."""
    return list(session.exec(select(Duty.key).join(Plan).where(Plan.slug == slug)))


def loaded_plans(session: Session) -> Sequence[Plan]:
    """All plans, in order of their slugs."""
    return session.exec(select(Plan).order_by(Plan.slug)).all()


def current_plan_file(session: Session, plan: Plan) -> PlanFile:
    """The newest content of the plan."""
    newest = (
        select(PlanVersion)
        .where(PlanVersion.plan_id == plan.id)
        .order_by(col(PlanVersion.number).desc())
        .limit(1)
    )
    return plan_content(session.exec(newest).one().content)


def foresee_plan(
    session: Session, plan_file: PlanFile, applies_from: date, now: datetime, zone: ZoneInfo = HCM
) -> PlanChange:
    """What loading the plan file at `now` would do; changes nothing."""
    plan = _plan(session, plan_file.slug)
    if plan is None:
        first = plan_file.in_force.first
        return PlanChange(plan_file.slug, PlanOutcome.ADDED, version=1, applies_from=first, new=plan_file)
    old = current_plan_file(session, plan)
    if plan_file.track_from is None:  # once said, by an option or in the file, it stays
        plan_file = plan_file.model_copy(update={"track_from": old.track_from})
    is_back = plan.retired_at is not None
    changed = old != plan_file or is_back or _left_opened_ones(session, plan)
    return PlanChange(
        plan_file.slug,
        PlanOutcome.CHANGED if changed else PlanOutcome.UNCHANGED,
        version=plan.version + changed,
        applies_from=applies_from,
        new=plan_file,
        old=old,
        now=now,
        zone=zone,
        opened=opened_periods(session, plan) if changed else {},
        kept=kept_stages(session, plan, now, zone) if changed else {},
    )


def _left_opened_ones(session: Session, plan: Plan) -> bool:
    """Whether the newest version is a change that left opened obligations as they were, as they once did."""
    query = select(PlanVersion).where(PlanVersion.plan_id == plan.id, PlanVersion.number == plan.version)
    return plan.version > 1 and not session.exec(query).one().redates


def load_plan(
    session: Session,
    plan_file: PlanFile,
    now: datetime,
    actor: str,
    applies_from: date,
    zone: ZoneInfo = HCM,
) -> PlanChange:
    """Load the plan file; a changed one holds from the local day `applies_from`. Twice changes nothing.

    The next tick also replaces what is opened for periods from that day and lies ahead; what is filed,
    extended or overdue stays.
    """
    require_aware(now)
    change = foresee_plan(session, plan_file, applies_from, now, zone)
    if change.outcome is PlanOutcome.UNCHANGED:
        return change
    plan = _save_plan(session, change, now)
    _save_version(session, plan, change, now, actor)
    end = max(now, midnight(change.applies_from, zone))
    _save_duties(session, plan, plan_file, end)
    _show_new_words(session, plan, change, now)
    before = {} if change.old is None else {"version": change.version - 1}
    after = {"slug": plan.slug, "version": plan.version, "applies_from": change.applies_from}
    action = "add" if change.old is None else "change"
    record(session, now, actor, action, "plan", plan.id, before, after)
    session.flush()
    return change


def _save_plan(session: Session, change: PlanChange, now: datetime) -> Plan:
    file = change.new
    plan = _plan(session, file.slug)
    if plan is None:
        plan = Plan(slug=file.slug, number="", title="", issuer="", in_force_from=file.in_force.first)
    plan.number, plan.title, plan.issuer = file.number, file.title, file.issuer
    if change.old is not None and plan.ladder != file.ladder:
        plan.ladder_since = now
        look_again(session, now, col(Obligation.plan_id) == plan.id)
    plan.issued_on, plan.monitor, plan.ladder = file.issued_on, file.monitor, file.ladder
    plan.in_force_from, plan.in_force_to = file.in_force.first, file.in_force.last
    plan.version, plan.retired_at = change.version, None
    session.add(plan)
    session.flush()
    return plan


def _save_version(session: Session, plan: Plan, change: PlanChange, now: datetime, actor: str) -> None:
    content = json.dumps(change.new.content(), ensure_ascii=False)
    session.add(
        PlanVersion(
            plan_id=plan.id,
            number=change.version,
            content=content,
            digest=hashlib.sha256(content.encode()).hexdigest(),
            applies_from=change.applies_from,
            redates=change.old is not None,
            loaded_at=now,
            loaded_by=actor,
        )
    )


def _save_duties(session: Session, plan: Plan, file: PlanFile, end: datetime) -> None:
    known = {duty.key: duty for duty in session.exec(select(Duty).where(Duty.plan_id == plan.id))}
    for position, duty_file in enumerate(file.duties, start=1):
        duty = known.pop(duty_file.id, None) or Duty(
            plan_id=plan.id, key=duty_file.id, title="", type="", frequency="", position=position
        )
        _save_duty(session, duty, duty_file, position)
    for gone in known.values():
        gone.ended_at = gone.ended_at or end
        session.add(gone)


def _show_new_words(session: Session, plan: Plan, change: PlanChange, now: datetime) -> None:
    """What is opened keeps its dates, but shows the plan's words as they are now."""
    if change.old is None:
        return
    if (change.old.number, change.old.title) != (change.new.number, change.new.title):
        plan_reworded(session, now, plan.id)
        return
    before = {duty.id: _words(duty) for duty in change.old.duties}
    changed = {duty.id for duty in change.new.duties if before.get(duty.id) != _words(duty)}
    for duty in session.exec(select(Duty).where(Duty.plan_id == plan.id, col(Duty.key).in_(changed))).all():
        duty_reworded(session, now, duty.id)


def _words(duty: DutyFile) -> tuple[str, ...]:
    stages = [stage.title(number) for number, stage in enumerate(duty.chain, start=1)]
    return (duty.title, duty.basis or "", _quote(duty), duty.type.value, *stages)


def _quote(duty: DutyFile) -> str:
    return "" if duty.clause is None else duty.clause.quote


def _save_duty(session: Session, duty: Duty, file: DutyFile, position: int) -> None:
    duty.title, duty.basis, duty.position = file.title, file.basis, position
    duty.clause = _quote(file)
    duty.type, duty.frequency, duty.ended_at = file.type.value, file.every.value, None
    session.add(duty)
    session.flush()
    known = {stage.position: stage for stage in session.exec(select(Stage).where(Stage.duty_id == duty.id))}
    for number, stage_file in enumerate(file.chain, start=1):
        name = stage_file.title(number)
        stage = known.get(number) or Stage(duty_id=duty.id, position=number, name=name)
        stage.name = name
        session.add(stage)
