"""Ending an obligation without a report: waived by a decision, or cancelled because it should not exist.

Neither counts in any rate. What has been handed in already is not undone by either. The unit hears of it, and
so does whoever was told that it was late; `reporting.undoing` undoes it.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session

from calendars.zone import HCM
from models.decision import Closing
from models.vocabulary import Lifecycle
from reporting.announcing import announce_closed
from reporting.move_faults import TextName, TextRemedy
from reporting.obligations import find, move, one_line_text, require_state, require_text

ACTIONS = {Lifecycle.WAIVED: "waive", Lifecycle.CANCELLED: "cancel"}


def close(
    session: Session,
    obligation_id: int,
    kind: Lifecycle,
    reason: str,
    now: datetime,
    actor: str,
    document_number: str = "",
    zone: ZoneInfo = HCM,
) -> Closing:
    """Waive or cancel an obligation that is not filed. Raises `NotFound`, `IllegalMove`, `InvalidInput`."""
    action = ACTIONS[kind]
    obligation = find(session, obligation_id)
    require_state(obligation, action, {Lifecycle.OPEN, Lifecycle.RETURNED})
    closing = Closing(
        obligation_id=obligation_id,
        kind=kind.value,
        reason=require_text(reason, TextName.REASON(), TextRemedy.SAY_WHY()),
        document_number=one_line_text(document_number, TextName.DOCUMENT_NUMBER()),
        at=now,
        actor=actor,
    )
    session.add(closing)
    told = {"reason": closing.reason, "document_number": closing.document_number}
    move(session, obligation, now, actor, action, told, state=kind.value, closed_at=now)
    words = closing.reason + (f" ({closing.document_number})" if closing.document_number else "")
    announce_closed(session, obligation, now, zone, words)
    return closing
