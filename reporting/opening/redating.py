"""Replacement of occurrences to which a changed plan gives other dates, where it was loaded to do so.

No row is rewritten: an occurrence that lies ahead keeps its dates and is marked as replaced; its obligations
that nobody has filed are cancelled with the reason, and the period is opened again under the version that
governs it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import exists, func, or_
from sqlalchemy import select as sa_select
from sqlmodel import Session, col, select

from calendars.deadlines import DueDate
from calendars.periods import Period
from calendars.zone import local_date, midnight
from models.decision import Closing
from models.obligation import Obligation, Occurrence
from models.plan import Stage
from models.vocabulary import Lifecycle
from reporting.audit.log import DONDOC, record
from reporting.closing_reasons import REPLACED
from reporting.opening.bulk_rows import cancel_units
from reporting.plans.schedule import DutyOccurrence, PlanEdition

StagePeriod = tuple[int, str]
"""A stage's position and a period's key."""


@dataclass(frozen=True)
class Replaced:
    """What was opened and replaced before: the last revision, the units that are not to owe it again, and the
    version of each unit's row, from which the new one counts on."""

    revision: int
    settled: frozenset[int]
    versions: Mapping[int, int]


NEVER = Replaced(0, frozenset(), {})


def standing_occurrences(session: Session, stages: Sequence[Stage]) -> dict[StagePeriod, Occurrence]:
    """The duty's occurrences that are not replaced."""
    positions = {stage.id: stage.position for stage in stages}
    query = (
        select(Occurrence)
        .where(col(Occurrence.stage_id).in_([id for id in positions if id is not None]))
        .where(col(Occurrence.replaced_at).is_(None))
    )
    return {(positions[each.stage_id], each.period): each for each in session.exec(query)}


def replace_changed(
    session: Session,
    standing: dict[StagePeriod, Occurrence],
    found: Sequence[DutyOccurrence],
    governs: Callable[[Period], PlanEdition],
    now: datetime,
    zone: ZoneInfo,
) -> int:
    """Take out of `standing` what a redating version changed; the number of obligations cancelled.

    `governs` names the edition of a period that is not among those `found`.
    """
    by_period = {each.period: each.edition for each in found}
    wanted = {
        (number + 1, each.period.key): (each.edition.version_id, due)
        for each in found
        for number, due in enumerate(each.dues)
    }
    today, cancelled = local_date(now, zone), 0
    for key, occurrence in list(standing.items()):
        period = Period.parse(occurrence.period)
        if occurrence.membership_day < today or period.is_asked_for:
            continue
        edition = by_period.get(period) or governs(period)
        if not edition.redates or edition.version_id == occurrence.plan_version_id:
            continue
        version, due = wanted.get(key, (0, None))
        if key in wanted and (version == occurrence.plan_version_id or _has_dates(occurrence, due, zone)):
            continue
        if due is not None and due.last_day < today:
            continue  # the new day is over already: what is open stays
        cancelled += _replace(session, occurrence, now)
        del standing[key]
    return cancelled


def _has_dates(occurrence: Occurrence, due: DueDate | None, zone: ZoneInfo) -> bool:
    if due is None:
        return occurrence.deadline is None
    opens = None if due.opens is None else midnight(due.opens, zone)
    dates = (occurrence.written, occurrence.safe_day, occurrence.deadline)
    beside = (occurrence.opens_at, occurrence.planned)
    return (*dates, *beside) == (due.written, due.safe_day, due.deadline(zone), opens, due.planned)


def _replace(session: Session, occurrence: Occurrence, now: datetime) -> int:
    gone = cancel_units(session, occurrence, (), now, REPLACED)
    occurrence.replaced_at = now
    session.add(occurrence)
    record(session, now, DONDOC, "replace", "occurrence", occurrence.id, {}, {"cancelled": gone})
    return gone


def replaced_before(session: Session, stage: Stage, period: Period) -> Replaced:
    """What was opened for the stage and period before and replaced; revision 0 if nothing was."""
    mine = (
        col(Occurrence.stage_id) == stage.id,
        col(Occurrence.period) == period.key,
        col(Occurrence.replaced_at).is_not(None),
    )
    revision = session.execute(sa_select(func.max(col(Occurrence.revision))).where(*mine)).scalar() or 0
    if not revision:
        return NEVER
    by_a_person = exists().where(
        col(Closing.obligation_id) == col(Obligation.id),
        col(Closing.at) == col(Obligation.closed_at),
        col(Closing.actor) != DONDOC,
    )
    rows = (
        sa_select(
            col(Obligation.unit_id),
            col(Obligation.row_version),
            or_(col(Obligation.state) != Lifecycle.CANCELLED.value, by_a_person),
        )
        .join(Occurrence, col(Occurrence.id) == col(Obligation.occurrence_id))
        .where(*mine)
        .order_by(col(Occurrence.revision))
    )
    found = session.execute(rows).all()
    settled = frozenset(unit for unit, _, is_settled in found if is_settled)
    return Replaced(int(revision), settled, {unit: version for unit, version, _ in found})
