"""Who has a calendar of their own, and so needs no calendar entry with a mail."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlmodel import Session, col

from models.subscription import Subscription
from reporting.audience import CHUNK

PERSON = "person"


def feed_readers(session: Session, addresses: Iterable[str], now: datetime) -> set[str]:
    """Those of the addresses with a living feed: one they ordered, or one that is about them."""
    wanted = sorted(set(addresses))
    found: set[str] = set()
    for start in range(0, len(wanted), CHUNK // 2):
        some = wanted[start : start + CHUNK // 2]
        about = and_(col(Subscription.kind) == PERSON, col(Subscription.key).in_(some))
        query = (
            select(col(Subscription.owner), col(Subscription.kind), col(Subscription.key))
            .where(col(Subscription.revoked_at).is_(None), col(Subscription.stopped_at).is_(None))
            .where(or_(col(Subscription.expires_at).is_(None), col(Subscription.expires_at) > now))
            .where(or_(col(Subscription.owner).in_(some), about))
        )
        for owner, kind, key in session.execute(query):
            found |= {owner, key if kind == PERSON else owner}
    return found & set(wanted)
