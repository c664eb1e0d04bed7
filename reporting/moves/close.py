"""Ending an obligation without a report: waived by a decision, or cancelled because it should not exist.

Neither counts in any rate. What has been handed in already is not undone by either. The unit is
notified, and so are those notified that it was late; `undo` undoes it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session

from calendars.zone import HCM
from models.decision import Acknowledgement, Closing
from models.errors import IllegalMove
from models.settings import Settings
from models.vocabulary import Lifecycle
from reporting.moves.faults import MoveFault
from reporting.moves.transition import find_in, move
from reporting.reminders.audience import UNFILED
from reporting.reminders.events import announce_closed
from reporting.reminders.ladders import quiets_something
from reporting.user_text import TextName, TextRemedy, one_line_text, optional_text, require_text


def acknowledge(
    session: Session, settings: Settings, obligation_id: int, now: datetime, actor: str, note: str = ""
) -> Acknowledgement:
    """Acknowledge an obligation that is not filed; holds for the setting's days. Raises `IllegalMove`, also
    where no reminder would rest."""
    obligation = find_in(session, obligation_id, "acknowledge", UNFILED)
    if not quiets_something(session, obligation):
        raise IllegalMove(MoveFault.NOTHING_RESTS(number=obligation_id))
    acknowledgement = Acknowledgement(
        obligation_id=obligation_id,
        at=now,
        expires_at=now + timedelta(days=settings.acknowledgement_days),
        actor=actor,
        note=optional_text(note, TextName.NOTE()),
    )
    session.add(acknowledgement)
    details = {"note": acknowledgement.note, "expires_at": acknowledgement.expires_at}
    move(session, obligation, now, actor, "acknowledge", details)
    return acknowledgement


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
    action = "waive" if kind is Lifecycle.WAIVED else "cancel"
    obligation = find_in(session, obligation_id, action, UNFILED)
    closing = Closing(
        obligation_id=obligation_id,
        kind=kind.value,
        reason=require_text(reason, TextName.REASON(), TextRemedy.SAY_WHY()),
        document_number=one_line_text(document_number, TextName.DOCUMENT_NUMBER()),
        at=now,
        actor=actor,
    )
    session.add(closing)
    details = {"reason": closing.reason, "document_number": closing.document_number}
    move(session, obligation, now, actor, action, details, state=kind.value, closed_at=now)
    words = closing.reason + (f" ({closing.document_number})" if closing.document_number else "")
    announce_closed(session, obligation, now, zone, words)
    return closing
