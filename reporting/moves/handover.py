"""Handover of reports meant for a unit that has ended: to its successor, else to the next recipient that the
plan names, else to the filer's superior.

Only what is not settled goes on: the reports that wait for a review, and those that are still to come. Who
was meant at first stays known, so that a chain of successors is followed, and a unit that is in place again,
such as after a corrected file, has its reports back. A further recipient that has ended is followed by its
successor alone: nobody else was meant to know.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, or_, select
from sqlmodel import Session, col

from models.copies import copies_of, replace_copies
from models.database import chunks
from models.decision import Handover, Seat
from models.obligation import Obligation, ObligationCopy
from models.unit import UnitVersion
from models.upkeep import Marker
from models.validity import sql_not_ended
from models.vocabulary import Lifecycle
from reporting.audit.log import DONDOC
from reporting.moves.transition import move
from reporting.reminders.events import announce_copies, announce_handed_over
from reporting.units.hierarchy import UNITS_REVISION, Hierarchy, UnitAsOf, hierarchy, units_revision

LOOKED = "handed-over"
"""The marker that says for which units, and for which day, it was looked at."""
UNSETTLED = (Lifecycle.OPEN, Lifecycle.RETURNED, Lifecycle.SUBMITTED)


COLUMNS = {Seat.RECIPIENT: "recipient_id", Seat.GATHERER: "gatherer_id"}
"""The column of each seat on the obligation itself."""


def hand_over(session: Session, now: datetime, today: date) -> int:
    """Hand over what is meant for units that have ended by today, once for each change of units; the number
    of obligations."""
    value = f"{units_revision(session)}|{today}"
    if _is_looked_at(session, value):
        return 0
    session.get(Marker, UNITS_REVISION, with_for_update=True)  # of several passes at once one goes on
    if _is_looked_at(session, value):
        return 0
    session.merge(Marker(name=LOOKED, value=value))
    found = list(session.scalars(_concerned(today).order_by(col(Obligation.id))))
    if not found:
        return 0
    ids = [each.id for each in found]
    known = _Known(hierarchy(session, today), _handovers(session, ids), copies_of(session, ids))
    return sum(_hand_over(session, each, known, now) for each in found)


def _is_looked_at(session: Session, value: str) -> bool:
    marker = session.get(Marker, LOOKED, populate_existing=True)
    return marker is not None and marker.value == value


def _concerned(today: date) -> Select[tuple[Obligation]]:
    """What is meant for a unit that has ended, or was handed over before."""
    ended = _ended(today)
    copied = select(col(ObligationCopy.obligation_id)).where(col(ObligationCopy.unit_id).in_(ended))
    seated = or_(
        col(Obligation.recipient_id).in_(ended),
        col(Obligation.gatherer_id).in_(ended),
        col(Obligation.id).in_(copied),
    )
    before = col(Obligation.id).in_(select(col(Handover.obligation_id)))
    return select(Obligation).where(col(Obligation.state).in_(UNSETTLED), or_(seated, before))


def _ended(today: date) -> Select[tuple[int]]:
    """Units that were in place and will not be any more."""
    lasting = select(col(UnitVersion.unit_id)).where(sql_not_ended(UnitVersion, today))
    begun = col(UnitVersion.valid_from) <= today
    return select(col(UnitVersion.unit_id)).where(begun, col(UnitVersion.unit_id).not_in(lasting))


def _handovers(session: Session, ids: Sequence[int]) -> dict[int, list[Handover]]:
    found: dict[int, list[Handover]] = {}
    for some in chunks(ids):
        query = select(Handover).where(col(Handover.obligation_id).in_(some)).order_by(col(Handover.id))
        for each in session.scalars(query):
            found.setdefault(each.obligation_id, []).append(each)
    return found


@dataclass(frozen=True)
class _Known:
    """The units as they are now; by obligation, what was handed over before, and its further recipients."""

    units: Hierarchy
    handovers: Mapping[int, Sequence[Handover]]
    copies: Mapping[int, Sequence[int]]

    def handed_over(self, obligation: Obligation, seat: Seat) -> list[Handover]:
        return [each for each in self.handovers.get(obligation.id, ()) if each.seat == seat]


def _hand_over(session: Session, obligation: Obligation, known: _Known, now: datetime) -> bool:
    rows = [row for seat in COLUMNS if (row := _moved(obligation, seat, known, now)) is not None]
    changes: dict[str, object] = {COLUMNS[Seat(row.seat)]: row.to_unit_id for row in rows}
    recipient = changes.get(COLUMNS[Seat.RECIPIENT], obligation.recipient_id)
    before = list(known.copies.get(obligation.id, ()))
    copies, moved = _followed(obligation, {recipient, obligation.unit_id}, known, now)
    if not rows and copies == before:
        return False
    session.add_all([*rows, *moved])
    # All rungs are armed again where another unit reviews it now, which has had none of them.
    is_submitted = obligation.state == Lifecycle.SUBMITTED
    is_of_reviewer = obligation.via is None or COLUMNS[Seat.RECIPIENT] in changes
    is_rearmed = is_submitted and bool(changes) and is_of_reviewer
    if is_rearmed:
        changes |= {"deadline_revision": obligation.deadline_revision + 1, "rearmed_at": now}
    details = {"copies": [known.units.by_id[each].code for each in copies if each in known.units.by_id]}
    move(session, obligation, now, DONDOC, "hand-over", None if copies == before else details, **changes)
    if copies != before:
        replace_copies(session, obligation.id, copies)
    if is_rearmed:
        announce_handed_over(session, obligation, now, known.units.on)
    if is_submitted:
        announce_copies(session, obligation, now, known.units.on, set(copies) - set(before))
    return True


def _moved(obligation: Obligation, seat: Seat, known: _Known, now: datetime) -> Handover | None:
    present = getattr(obligation, COLUMNS[seat])
    if present is None:
        return None
    earlier = known.handed_over(obligation, seat)
    follows = bool(earlier) and earlier[-1].to_unit_id == present
    others = known.copies.get(obligation.id, ()) if seat is Seat.RECIPIENT else ()
    to = _stand_in(earlier[0].from_unit_id if follows else present, others, obligation, known.units)
    return None if to is None or to.id == present else _row(obligation, seat, present, to.id, now)


def _row(obligation: Obligation, seat: Seat, before: int, after: int, now: datetime) -> Handover:
    return Handover(
        obligation_id=obligation.id, seat=seat.value, at=now, from_unit_id=before, to_unit_id=after
    )


def _followed(
    obligation: Obligation, others: Collection[object], known: _Known, now: datetime
) -> tuple[list[int], list[Handover]]:
    """The further recipients as they are now, and what has to be noted of them: each row names the one that
    was meant and the one in its place, also where that is itself and would be forgotten: while it is one of
    the `others`, or stands for another too."""
    present = list(known.copies.get(obligation.id, ()))
    stood = {row.from_unit_id: row.to_unit_id for row in known.handed_over(obligation, Seat.COPY)}
    meant = [unit for unit in present if unit not in stood.values()] + list(stood)
    filer = _filer(obligation, known.units)
    found: dict[int, int] = {}
    for unit in meant:
        to = known.units.in_place_of(unit, filer)
        found[unit] = stood.get(unit, unit) if to is None else to.id
    copies = [unit for unit in dict.fromkeys(found.values()) if unit not in others]
    shared = {unit for unit, number in Counter(found.values()).items() if number > 1}
    rows = [
        _row(obligation, Seat.COPY, unit, to, now)
        for unit, to in found.items()
        if to != stood.get(unit, unit) or (unit not in stood and (to not in copies or to in shared))
    ]
    return copies, rows


def _stand_in(meant: int, others: Sequence[int], obligation: Obligation, units: Hierarchy) -> UnitAsOf | None:
    """Who was meant while in place, else its successor; else the first of the other recipients, else the
    filer's superior; where the filer has ended too, the nearest above it that is in place."""
    filer = _filer(obligation, units)
    named = (units.in_place_of(each, filer) for each in (meant, *others))
    found = next((each for each in named if each is not None), None)
    if found is not None or filer is not None:
        return found or (units.superior(filer) if filer else None)
    above = [int(part) for part in obligation.branch.split("/") if part][-2::-1]
    heirs = (units.in_place_of(each, None) for each in above)
    return next((each for each in heirs if each is not None), None)


def _filer(obligation: Obligation, units: Hierarchy) -> UnitAsOf | None:
    """The unit that owes it, or its successor."""
    return units.by_id.get(obligation.unit_id) or units.in_place_of(obligation.unit_id, None)
