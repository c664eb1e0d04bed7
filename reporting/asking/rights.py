"""Who may ask, and who may say that something has happened.

Asking is for a head or monitor: of the unit that watches the plan, for all whom the plan reaches; of any
other unit, for the units below it. Nobody asks their own units alone. That something happened is said by
people of the unit itself (`by: reporter`), or by those who may ask (`by: monitor`). An administrator may
do each as a deputy.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import select
from sqlmodel import Session, col

from models.asking import Happening, ReportRequest
from models.plan import Plan
from models.plan_files.duty import EventSource
from models.unit import Unit
from models.vocabulary import AccessRole
from reporting.access.rights import EVERYBODY, LEADERS, Person, branch_ids

ASKING = (*LEADERS, AccessRole.ADMINISTRATOR)


def may_ask_at_all(person: Person) -> bool:
    """Whether a page for requests is of any use to the person."""
    return any(held.role in ASKING for held in person.held)


def asks_everywhere(person: Person) -> bool:
    """Whether the person may ask in the whole installation, in the name of any unit."""
    return any(held.unit_id is None and held.role in ASKING for held in person.held)


def not_to_be_asked(
    session: Session, person: Person, monitor: str | None, units: Collection[int], today: date
) -> frozenset[int]:
    """Those of the units that the person may not ask for a report of a plan that `monitor` (a code) watches;
    without a plan, of its issuer."""
    asked, asking = frozenset(units), person.units_as(*ASKING)
    if person.administers_all:
        return frozenset()
    if asked <= person.units:
        return asked
    if asks_everywhere(person):
        return frozenset()
    if monitor is not None and _id(session, monitor) in asking:
        return frozenset()
    if not asking:
        return asked
    return asked - set(session.scalars(select(branch_ids(asking, today).c.unit_id)))


def not_to_be_spoken_for(
    session: Session,
    person: Person,
    by: EventSource,
    monitor: str | None,
    units: Collection[int],
    today: date,
) -> frozenset[int]:
    """Those of the units of which the person may not say that the event has happened; `units` are those of
    whom it is said, without the ones that gather their reports."""
    if by is EventSource.MONITOR:
        return not_to_be_asked(session, person, monitor, units, today)
    if person.administers_all:
        return frozenset()
    administered = person.units_as(AccessRole.ADMINISTRATOR)
    allowed = set(person.units_as(*EVERYBODY)) | administered
    if administered:
        allowed |= set(session.scalars(select(branch_ids(administered, today).c.unit_id)))
    return frozenset(units) - allowed


def asks_for(session: Session, person: Person, monitor: str | None, wanted: str | None = None) -> int | None:
    """For which of their units the person asks: the one wanted, by its code, the plan's monitor, or the
    first; one who asks everywhere for any that is wanted, else perhaps for none."""
    if wanted is not None and asks_everywhere(person):
        return _id(session, wanted)
    asking = person.units_as(*ASKING) or person.units
    for code in (wanted, monitor):
        if code is not None and (found := _id(session, code)) in asking:
            return found
    return min(asking, default=None)


def speaks_for(session: Session, person: Person, monitor: str | None, units: Collection[int]) -> int | None:
    """For which of their units the person says that an event has happened to `units`: one of these, else the
    one for which they ask."""
    own = person.units & frozenset(units)
    return min(own) if own else asks_for(session, person, monitor)


def _id(session: Session, code: str) -> int | None:
    return session.scalar(select(col(Unit.id)).where(col(Unit.code) == code))


def may_take_back(session: Session, person: Person, asking: ReportRequest | Happening) -> bool:
    """Whether the person may withdraw the request, or take back that the event has happened: for the unit
    that asked or said so, or for the one that watches the plan; everywhere, one who asks everywhere."""
    if asks_everywhere(person):
        return True
    plan = session.get_one(Plan, asking.plan_id)
    asking_for = person.units_as(*ASKING)
    speaks_for = person.units if isinstance(asking, Happening) else asking_for
    watches = plan.monitor is not None and _id(session, plan.monitor) in asking_for
    return watches or asking.unit_id in speaks_for
