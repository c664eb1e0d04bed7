"""The ceiling of a pass: how many people it may mail before it stops and alerts instead.

Unless DONDOC_MAIL_CEILING says it, it follows the plans: one that reaches more people raises it once the
person who loads it has agreed to that number.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, select

from models.errors import InvalidInput
from models.plan_files.plan import PlanFile
from models.settings import Settings
from models.unit import Contact
from models.upkeep import Marker
from models.validity import sql_not_ended
from reporting.audit.log import record
from reporting.plans.checking import day_to_check
from reporting.plans.loading import current_plan_file, loaded_plans
from reporting.plans.reporters import select_reporters
from reporting.units.hierarchy import Hierarchy, hierarchy

SUBJECT = "mail-ceiling"
"""The marker with what was agreed, and what the audit calls it."""
LEAST = 2000


def mail_ceiling(session: Session, settings: Settings) -> int:
    """As set, else as agreed when plans were loaded."""
    if settings.mail_ceiling is not None:
        return settings.mail_ceiling
    agreed = session.get(Marker, SUBJECT)
    return LEAST if agreed is None else int(agreed.value)


@dataclass(frozen=True)
class MailReach:
    """How many people the plans may have mailed in one pass, beside the ceiling; `is_set` in the settings."""

    people: int
    most: int
    is_set: bool

    @property
    def is_above(self) -> bool:
        return self.people > self.most


def reach(session: Session, settings: Settings, new: Sequence[PlanFile], today: date) -> MailReach:
    """What the ceiling has to let through once these plans are loaded beside those that are."""
    plans = {plan.slug: plan for plan in (*_not_ended(session, today), *new)}
    owing: set[int] = set()
    on: dict[date, Hierarchy] = {}
    for plan in plans.values():
        day = day_to_check(plan, today)
        if day not in on:
            on[day] = hierarchy(session, day)
        chains = (stage for duty in plan.duties for stage in duty.chain)
        owing |= {unit.id for stage in chains for unit in select_reporters(plan, stage, on[day])}
    contacts = session.execute(select(Contact.address, Contact.unit_id).where(sql_not_ended(Contact, today)))
    people = {address for address, unit in contacts if unit in owing}
    return reach_of(session, settings, len(people))


def reach_of(session: Session, settings: Settings, people: int) -> MailReach:
    """So many people beside the ceiling."""
    return MailReach(people, mail_ceiling(session, settings), settings.mail_ceiling is not None)


def _not_ended(session: Session, today: date) -> list[PlanFile]:
    """The plans in force, and those that will be."""
    found = []
    for plan in loaded_plans(session):
        if plan.retired_at or (plan.in_force_to is not None and plan.in_force_to < today):
            continue
        with suppress(InvalidInput):  # one that this version reads no more mails nobody; others may be loaded
            found.append(current_plan_file(session, plan))
    return found


def agree(session: Session, reach: MailReach, now: datetime, actor: str) -> None:
    """Raise the ceiling to what the plans reach; one that is set stays."""
    if reach.is_set or not reach.is_above:
        return
    session.merge(Marker(name=SUBJECT, value=str(reach.people)))
    record(session, now, actor, "change", SUBJECT, 0, {"people": reach.most}, {"people": reach.people})
