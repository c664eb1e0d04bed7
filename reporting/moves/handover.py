"""Handover of reports meant for a unit that has ended: to its successor, else to the filer's superior.

Only what is not settled goes on: the reports that wait for a review, and those that are still to come. Who
was meant at first stays known, so that a chain of successors is followed, and a unit that is in place again,
such as after a corrected file, has its reports back.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Select, or_, select
from sqlmodel import Session, col

from models.database import chunks
from models.decision import Handover
from models.obligation import Obligation
from models.unit import UnitVersion
from models.upkeep import Marker
from models.validity import sql_not_ended
from models.vocabulary import Lifecycle
from reporting.audit.log import DONDOC
from reporting.moves.transition import move
from reporting.reminders.events import announce_handed_over
from reporting.units.hierarchy import UNITS_REVISION, Hierarchy, UnitAsOf, hierarchy, units_revision

LOOKED = "handed-over"
"""The marker that says for which units, and for which day, it was looked at."""
UNSETTLED = (Lifecycle.OPEN, Lifecycle.RETURNED, Lifecycle.SUBMITTED)


class Seat(StrEnum):
    """Who may accept a report: the recipient, and the unit that gathers."""

    RECIPIENT = "recipient"
    GATHERER = "gatherer"

    @property
    def column(self) -> str:
        return f"{self.value}_id"


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
    units = hierarchy(session, today)
    earlier = _handovers(session, [each.id for each in found])
    return sum(_hand_over(session, each, earlier.get(each.id, ()), units, now) for each in found)


def _is_looked_at(session: Session, value: str) -> bool:
    marker = session.get(Marker, LOOKED, populate_existing=True)
    return marker is not None and marker.value == value


def _concerned(today: date) -> Select[tuple[Obligation]]:
    """What is meant for a unit that has ended, or was handed over before."""
    ended = _ended(today)
    seated = or_(col(Obligation.recipient_id).in_(ended), col(Obligation.gatherer_id).in_(ended))
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


def _hand_over(
    session: Session, obligation: Obligation, earlier: Sequence[Handover], units: Hierarchy, now: datetime
) -> bool:
    changes: dict[str, object] = {}
    for seat in Seat:
        present = getattr(obligation, seat.column)
        if present is None:
            continue
        of_seat = [each for each in earlier if each.seat == seat]
        follows = bool(of_seat) and of_seat[-1].to_unit_id == present
        to = _stand_in(of_seat[0].from_unit_id if follows else present, obligation, units)
        if to is not None and to.id != present:
            changes[seat.column] = to.id
            session.add(
                Handover(
                    obligation_id=obligation.id,
                    seat=seat.value,
                    at=now,
                    from_unit_id=present,
                    to_unit_id=to.id,
                )
            )
    if not changes:
        return False
    if obligation.state == Lifecycle.SUBMITTED:
        # All rungs are armed again: the unit that reviews now has had none of them.
        changes |= {"deadline_revision": obligation.deadline_revision + 1, "rearmed_at": now}
    move(session, obligation, now, DONDOC, "hand-over", None, **changes)
    if obligation.state == Lifecycle.SUBMITTED:
        announce_handed_over(session, obligation, now, units.on)
    return True


def _stand_in(meant: int, obligation: Obligation, units: Hierarchy) -> UnitAsOf | None:
    """Who was meant while in place, else its successor, else the filer's superior; where the filer has ended
    too, the nearest above it that is in place."""
    filer = units.by_id.get(obligation.unit_id) or units.in_place_of(obligation.unit_id, None)
    found = units.in_place_of(meant, filer)
    if found is not None or filer is not None:
        return found or (units.superior(filer) if filer else None)
    above = [int(part) for part in obligation.branch.split("/") if part][-2::-1]
    heirs = (units.in_place_of(each, None) for each in above)
    return next((each for each in heirs if each is not None), None)
