"""Replacement of occurrences to which a changed plan gives other dates, reporters or recipients.

No row is rewritten: an occurrence that lies ahead keeps its dates and is marked as replaced; its obligations
that nobody has filed, and no decision has extended, are cancelled with the reason, and the period is opened
again under the version that governs it.
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
from calendars.zone import midnight
from models.decision import Closing
from models.obligation import Obligation, Occurrence
from models.plan import Stage
from models.vocabulary import Lifecycle
from reporting.audit.log import DONDOC, record
from reporting.closing_reasons import REPLACED
from reporting.opening.bulk_rows import cancel_units
from reporting.plans.opened import StagePeriod, is_over, sql_follows
from reporting.plans.schedule import DutyOccurrence, PlanEdition

OwesAlike = Callable[[DutyOccurrence, int, Occurrence], bool]
"""Whether the same units owe the stage's report to the same as when it was opened."""


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
    owes_alike: OwesAlike,
    now: datetime,
    zone: ZoneInfo,
) -> int:
    """Take out of `standing` what a version changed that was loaded to; the number of obligations cancelled.

    `governs` names the edition of a period that is not among those `found`.
    """
    by_period, cancelled = {each.period.key: each for each in found}, 0
    for key, occurrence in list(standing.items()):
        period = Period.parse(occurrence.period)
        if is_over(occurrence, now, zone) or period.is_asked_for:
            continue
        coming = by_period.get(period.key)
        edition = governs(period) if coming is None else coming.edition
        if not edition.redates or edition.version_id == occurrence.plan_version_id:
            continue
        if coming is None or _is_changed(occurrence, coming, key[0] - 1, owes_alike, now, zone):
            cancelled += _replace(session, occurrence, now)
            del standing[key]
    return cancelled


def _is_changed(
    occurrence: Occurrence,
    coming: DutyOccurrence,
    number: int,
    owes_alike: OwesAlike,
    now: datetime,
    zone: ZoneInfo,
) -> bool:
    """Whether the version gives the stage another date that is not over yet, or others who owe or receive."""
    if number >= len(coming.dues):
        return True
    due = coming.dues[number]
    if due is not None:
        before = not coming.period.is_once and due.last_day < coming.edition.first
        if before or due.deadline(zone) <= now:
            return False
    return not (_has_dates(occurrence, due, zone) and owes_alike(coming, number, occurrence))


def _has_dates(occurrence: Occurrence, due: DueDate | None, zone: ZoneInfo) -> bool:
    if due is None:
        return occurrence.deadline is None
    opens = None if due.opens is None else midnight(due.opens, zone)
    dates = (occurrence.written, occurrence.safe_day, occurrence.deadline)
    beside = (occurrence.opens_at, occurrence.planned)
    return (*dates, *beside) == (due.written, due.safe_day, due.deadline(zone), opens, due.planned)


def _replace(session: Session, occurrence: Occurrence, now: datetime) -> int:
    extended = select(Obligation.unit_id).where(
        Obligation.occurrence_id == occurrence.id,
        col(Obligation.state) == Lifecycle.OPEN.value,
        ~sql_follows(),
    )
    gone = cancel_units(session, occurrence, set(session.exec(extended)), now, REPLACED)
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
