"""Somebody says: seen, we are on it. It quiets the rungs that ask for no more, until it expires."""

from datetime import datetime, timedelta

from sqlmodel import Session

from models.decision import Acknowledgement
from models.settings import Settings
from models.vocabulary import Lifecycle
from reporting.move_faults import TextName
from reporting.obligations import find, move, optional_text, require_state


def acknowledge(
    session: Session, settings: Settings, obligation_id: int, now: datetime, actor: str, note: str = ""
) -> Acknowledgement:
    """Acknowledge an obligation that is not filed; holds for the setting's days. Raises `IllegalMove`."""
    obligation = find(session, obligation_id)
    require_state(obligation, "acknowledge", {Lifecycle.OPEN, Lifecycle.RETURNED})
    acknowledgement = Acknowledgement(
        obligation_id=obligation_id,
        at=now,
        expires_at=now + timedelta(days=settings.acknowledgement_days),
        actor=actor,
        note=optional_text(note, TextName.NOTE()),
    )
    session.add(acknowledgement)
    told = {"note": acknowledgement.note, "expires_at": acknowledgement.expires_at}
    move(session, obligation, now, actor, "acknowledge", told)
    return acknowledgement
