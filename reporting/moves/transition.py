"""The transition of an obligation: read and lock its row, check its state, change it with an audit entry.

Every change goes through `move`, which counts the row's version, wakes the next tick and writes the audit, so
no operation can forget one of the three.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlmodel import Session, col

from models.errors import IllegalMove, NotFound
from models.obligation import Obligation
from models.unit import UnitVersion
from models.vocabulary import Lifecycle
from reporting.audit.log import record
from reporting.moves.faults import MoveFault, MoveVerb, StateRemedy
from reporting.obligations.named import joined


def find(session: Session, obligation_id: int) -> Obligation:
    """The obligation, locked until the transaction ends. Raises `NotFound`."""
    query = select(Obligation).where(col(Obligation.id) == obligation_id)
    found = session.scalars(query.with_for_update()).one_or_none()
    if found is None:
        raise NotFound(MoveFault.NO_OBLIGATION(number=obligation_id))
    return found


def find_in(session: Session, obligation_id: int, wish: str, allowed: Collection[Lifecycle]) -> Obligation:
    """The obligation, locked, in one of these states. Raises `NotFound` or `IllegalMove`."""
    found = find(session, obligation_id)
    require_state(found, wish, allowed)
    return found


def owing_unit(session: Session, obligation_id: int) -> str:
    """The unit that owes it, by the name under which it was opened. Raises `NotFound`."""
    named = joined(select(col(UnitVersion.name)), UnitVersion)
    found = session.scalar(named.where(col(Obligation.id) == obligation_id))
    if found is None:
        raise NotFound(MoveFault.NO_OBLIGATION(number=obligation_id))
    return found


def require_state(obligation: Obligation, wish: str, allowed: Collection[Lifecycle]) -> None:
    """Raises `IllegalMove`, saying what the obligation is and what to do instead."""
    state = Lifecycle(obligation.state)
    if state not in allowed:
        values = {"state": state, "remedy": StateRemedy[state.name]()}
        raise IllegalMove(MoveFault.STATE(number=obligation.id, wish=MoveVerb[wish.upper()](), **values))


def move(
    session: Session,
    obligation: Obligation,
    now: datetime,
    actor: str,
    action: str,
    details: Mapping[str, object] | None = None,
    **changes: object,
) -> None:
    """Apply `changes` to the row, in one audited step; the audit keeps `details` beside them: a reason, say.

    `now` may lie before the last change (a report that came on paper is recorded later); the row's own time
    of change never runs back, so that its readers see every move.
    """
    before = {name: getattr(obligation, name) for name in changes}
    for name, value in changes.items():
        setattr(obligation, name, value)
    obligation.row_version += 1
    obligation.changed_at = max(now, obligation.changed_at)
    obligation.attention_at = now
    session.add(obligation)
    after = {**changes, **{name: value for name, value in (details or {}).items() if value}}
    record(session, now, actor, action, "obligation", obligation.id, before, after)


def require_after(
    obligation: Obligation, wish: str, now: datetime, earlier: datetime | None, zone: ZoneInfo
) -> None:
    """Raises `IllegalMove` when `now` lies before what this move answers to, as after a clock jumped back."""
    if earlier is not None and now < earlier:
        verb = MoveVerb[wish.upper()]()
        raise IllegalMove(MoveFault.BEFORE(number=obligation.id, wish=verb, moment=earlier.astimezone(zone)))
