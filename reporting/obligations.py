"""Finding an obligation and moving it: the one place that changes its row.

Every move goes through `move`, which counts the row's version, wakes the next tick and writes the audit, so
no operation can forget one of the three.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select
from sqlmodel import Session, col

from models.errors import IllegalMove, InvalidInput, NotFound
from models.obligation import Obligation
from models.vocabulary import Lifecycle
from reporting.auditing import record

FOUND = select(Obligation).where(col(Obligation.id) == bindparam("id")).with_for_update()
"""Made once, as in all that each move asks: to make a statement anew takes longer than to run it."""


def find(session: Session, obligation_id: int) -> Obligation:
    """The obligation, locked until the transaction ends. Raises `NotFound`."""
    found: Obligation | None = session.execute(FOUND, {"id": obligation_id}).scalar_one_or_none()
    if found is None:
        raise NotFound(f"no obligation {obligation_id}; dondoc due lists them with their ids")
    return found


def require_state(obligation: Obligation, wish: str, allowed: Collection[Lifecycle]) -> None:
    """Raises `IllegalMove`, saying what the obligation is and what to do instead."""
    state = Lifecycle(obligation.state)
    if state not in allowed:
        raise IllegalMove(f"obligation {obligation.id} is {state}: cannot {wish}; {REMEDIES[state]}")


REMEDIES = {
    Lifecycle.OPEN: "a report must be handed in first",
    Lifecycle.SUBMITTED: "the recipient must accept or return it first",
    Lifecycle.ACCEPTED: "it is settled and stays as it is",
    Lifecycle.RETURNED: "it must be handed in again first",
    Lifecycle.WAIVED: "it is not owed any more",
    Lifecycle.CANCELLED: "it is not owed any more",
    Lifecycle.TRANSFERRED: "it is owed by the successor now",
}


def move(
    session: Session,
    obligation: Obligation,
    now: datetime,
    actor: str,
    action: str,
    told: Mapping[str, Any] | None = None,
    **changes: Any,
) -> None:
    """Apply `changes` to the row, in one audited step; the audit keeps `told` beside them, such as a reason.

    `now` may lie before the last change (a report that came on paper is recorded later); the row's own time
    of change never runs back, so that whoever follows it sees every move.
    """
    before = {name: getattr(obligation, name) for name in changes}
    for name, value in changes.items():
        setattr(obligation, name, value)
    obligation.row_version += 1
    obligation.changed_at = max(now, obligation.changed_at)
    obligation.attention_at = now
    session.add(obligation)
    after = {**changes, **{name: value for name, value in (told or {}).items() if value}}
    record(session, now, actor, action, "obligation", obligation.id or 0, before, after)


def require_after(
    obligation: Obligation, wish: str, now: datetime, earlier: datetime | None, zone: ZoneInfo
) -> None:
    """Raises `IllegalMove` when `now` lies before what this move answers to, as after a clock jumped back."""
    if earlier is not None and now < earlier:
        raise IllegalMove(
            f"obligation {obligation.id}: cannot {wish} before "
            f"{earlier.astimezone(zone).isoformat(timespec='seconds')}, the time of the step before; "
            "give a later time, or set the clock right"
        )


def one_line_text(text: str, what: str, limit: int = 100) -> str:
    """`text` on one line. Raises `InvalidInput` if it is too long."""
    return optional_text(" ".join(text.split()), what, limit)


def require_text(text: str, what: str, remedy: str, limit: int = 2000) -> str:
    """`text` without control characters and outer blanks. Raises `InvalidInput` if empty or too long."""
    clean = "".join(c for c in text if c.isprintable() or c in "\n\t").strip()
    if not clean:
        raise InvalidInput(f"{what} is missing; {remedy}")
    return optional_text(clean, what, limit)


def optional_text(text: str, what: str, limit: int = 2000) -> str:
    """`text` without control characters. Raises `InvalidInput` if it is too long."""
    clean = "".join(c for c in text if c.isprintable() or c in "\n\t").strip()
    if len(clean) > limit:
        raise InvalidInput(f"{what} has {len(clean)} characters; write at most {limit}")
    return clean
