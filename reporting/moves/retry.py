"""What an administrator may do with a line of the ledger by hand: try it again, or take it back.

Neither goes round the rules: what is tried again is looked at again before it is sent, and what was taken
back stays in the ledger with the reason, so that the rung is not said a second time.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select
from sqlmodel import Session, col

from models.notice import Notice
from models.vocabulary import NoticeState
from reporting.audit.log import record
from reporting.reminders.ledger import BY_HAND, NOBODY
from reporting.units.contacts import clear_bounced
from reporting.user_text import TextName, one_line_text

MAY_BE_TAKEN_BACK = frozenset({NoticeState.QUEUED, NoticeState.FAILED})


def may_be_retried() -> ColumnElement[bool]:
    """Failed, waiting for a later attempt, or taken back by hand."""
    waits = and_(col(Notice.state) == NoticeState.QUEUED, col(Notice.next_attempt_at).is_not(None))
    by_hand = and_(col(Notice.state) == NoticeState.CANCELLED, col(Notice.reason).startswith(BY_HAND))
    return and_(col(Notice.recipient) != NOBODY, or_(col(Notice.state) == NoticeState.FAILED, waits, by_hand))


def retry(
    session: Session, ids: Collection[int], now: datetime, actor: str, *, trust_addresses: bool = False
) -> int:
    """Send these again with the next pass; returns how many. `trust_addresses` forgets that they bounced."""
    found = _locked(session, ids, may_be_retried())
    if trust_addresses:
        contacts = {notice.contact_id for notice in found if notice.contact_id is not None}
        clear_bounced(session, contacts, now, actor)
    for notice in found:
        before = {"state": notice.state, "reason": notice.reason, "attempts": notice.attempts}
        notice.state, notice.reason, notice.attempts = NoticeState.QUEUED.value, "", 0
        notice.next_attempt_at = None
        session.add(notice)
        record(session, now, actor, "retry", "notice", notice.id, before, {"state": notice.state})
    return len(found)


def take_back(session: Session, ids: Collection[int], reason: str, now: datetime, actor: str) -> int:
    """Send these no more; returns how many. One that is being sent is left alone."""
    said = one_line_text(reason, TextName.REASON(), 200)
    found = _locked(session, ids, col(Notice.state).in_(MAY_BE_TAKEN_BACK))
    for notice in found:
        before = {"state": notice.state, "reason": notice.reason}
        notice.state = NoticeState.CANCELLED.value
        notice.reason = f"{BY_HAND}: {said}" if said else BY_HAND
        session.add(notice)
        after = {"state": notice.state, "reason": notice.reason}
        record(session, now, actor, "take-back", "notice", notice.id, before, after)
    return len(found)


def _locked(session: Session, ids: Collection[int], condition: ColumnElement[bool]) -> list[Notice]:
    query = select(Notice).where(col(Notice.id).in_(ids), condition).order_by(col(Notice.id))
    return list(session.scalars(query.with_for_update()))
