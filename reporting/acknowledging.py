"""Somebody says: seen, we are on it. It quiets the rungs that ask for no more, until it expires.

Where a plan's ladder has no such rung nothing would rest, so it is neither offered nor taken.
"""

from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from models.decision import Acknowledgement
from models.errors import IllegalMove
from models.obligation import Obligation
from models.plan import Plan
from models.settings import Settings
from models.vocabulary import Lifecycle
from reporting.ladders import ladders
from reporting.move_faults import MoveFault, TextName
from reporting.obligations import find, move, optional_text, require_state


def quiets_something(session: Session, obligation: Obligation) -> bool:
    """Whether its plan's ladder has a rung that rests while an acknowledgement holds."""
    slug = session.exec(select(col(Plan.ladder)).where(col(Plan.id) == obligation.plan_id)).one()
    ladder = ladders(session).get(slug)
    has_rungs = obligation.deadline is not None or obligation.correction_deadline is not None
    return has_rungs and ladder is not None and ladder.heeds_acknowledgements


def acknowledge(
    session: Session, settings: Settings, obligation_id: int, now: datetime, actor: str, note: str = ""
) -> Acknowledgement:
    """Acknowledge an obligation that is not filed; holds for the setting's days. Raises `IllegalMove`, also
    where no reminder would rest."""
    obligation = find(session, obligation_id)
    require_state(obligation, "acknowledge", {Lifecycle.OPEN, Lifecycle.RETURNED})
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
    told = {"note": acknowledgement.note, "expires_at": acknowledgement.expires_at}
    move(session, obligation, now, actor, "acknowledge", told)
    return acknowledgement
