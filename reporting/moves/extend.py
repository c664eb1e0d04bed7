"""Moving one obligation's deadline by decision: who asked, who decided, why, and the deadline before.

The original deadline stays on the row, so rates can be shown against both. An obligation without a deadline
gets its first one the same way: a date set by decision, never invented.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session

from calendars.zone import HCM, midnight
from models.decision import Extension, pending
from models.errors import IllegalMove, InvalidInput, NotFound
from models.obligation import Obligation
from models.vocabulary import Lifecycle
from reporting.moves.faults import MoveFault
from reporting.moves.transition import find, find_in, move, require_after, require_state
from reporting.reminders.events import announce_decided
from reporting.user_text import TextName, TextRemedy, one_line_text, optional_text, require_text


def request_extension(
    session: Session,
    obligation_id: int,
    last_day: date,
    reason: str,
    now: datetime,
    actor: str,
    zone: ZoneInfo,
) -> Extension:
    """Ask for `last_day` (local, inclusive) as the new last day. Raises `DondocError`s with the remedy."""
    obligation = find_in(session, obligation_id, "extend", {Lifecycle.OPEN})
    asked = midnight(last_day + timedelta(days=1), zone)
    _require_later(obligation, asked)
    if pending(session, obligation_id) is not None:
        raise IllegalMove(MoveFault.UNDECIDED(number=obligation_id))
    extension = Extension(
        obligation_id=obligation_id,
        requested_at=now,
        requested_by=actor,
        reason=require_text(reason, TextName.REASON(), TextRemedy.SAY_WHY()),
        asked_deadline=asked,
        old_deadline=obligation.deadline,
    )
    session.add(extension)
    session.flush()
    details = {"reason": extension.reason, "asked_deadline": asked}
    move(session, obligation, now, actor, "request-extension", details)
    return extension


def decide_extension(
    session: Session,
    obligation_id: int,
    granted: bool,
    now: datetime,
    actor: str,
    *,
    document_number: str = "",
    note: str = "",
    zone: ZoneInfo = HCM,
) -> Extension:
    """Grant or refuse the pending request. Raises `NotFound` without one, or `IllegalMove`."""
    obligation = find(session, obligation_id)
    extension = pending(session, obligation_id)
    if extension is None:
        raise NotFound(MoveFault.NO_REQUEST(number=obligation_id))
    require_after(obligation, "decide", now, extension.requested_at, zone)
    if granted:
        require_state(obligation, "extend", {Lifecycle.OPEN})
        _require_later(obligation, extension.asked_deadline)
    extension.decided_at = now
    extension.decided_by = actor
    extension.granted = granted
    extension.document_number = one_line_text(document_number, TextName.DOCUMENT_NUMBER())
    extension.decision_note = optional_text(note, TextName.NOTE())
    changes = _new_deadline(obligation, extension, now) if granted else {}
    session.add(extension)
    details = {"document_number": extension.document_number, "note": extension.decision_note}
    move(
        session,
        obligation,
        now,
        actor,
        "grant-extension" if granted else "refuse-extension",
        details,
        **changes,
    )
    announce_decided(session, obligation, granted, now, zone)
    return extension


def _new_deadline(obligation: Obligation, extension: Extension, now: datetime) -> dict[str, object]:
    deadline = extension.asked_deadline
    extension.old_deadline, extension.new_deadline = obligation.deadline, deadline
    revision = obligation.deadline_revision + 1
    changes: dict[str, object] = {"deadline": deadline, "deadline_revision": revision}
    if obligation.overdue_since is not None and now < deadline:
        changes["overdue_since"] = None
    return changes


def _require_later(obligation: Obligation, deadline: datetime) -> None:
    if obligation.deadline is not None and deadline <= obligation.deadline:
        raise InvalidInput(MoveFault.NO_LATER(number=obligation.id))
