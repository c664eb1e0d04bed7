"""Feeds as lists show them: what each shows, whether it lives, when it was last fetched and by what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from models.kept_feed import KeptFeed
from models.subscription import Subscription
from reporting.feed_views import split_shown
from reporting.subscriptions import ended_at, subscriptions, view_of_subscription


@dataclass(frozen=True, kw_only=True)
class FeedStanding:
    """One subscription; `events` None until it is built for the first time."""

    id: int
    kind: str
    key: str
    owner: str
    language: str
    alarms: bool
    shown: tuple[str, ...]
    state: str
    created_at: datetime
    ended_at: datetime | None
    expires_at: datetime | None
    last_fetched_at: datetime | None
    last_program: str
    events: int | None
    left_out: int


def feed_standings(session: Session, now: datetime, owner: str | None = None) -> list[FeedStanding]:
    """All feeds, or one person's, oldest first."""
    columns = (col(KeptFeed.view), col(KeptFeed.events), col(KeptFeed.left_out))
    kept = {view: (events, left_out) for view, events, left_out in session.execute(select(*columns))}
    return [_standing(each, kept, now) for each in subscriptions(session, owner)]


def _standing(subscription: Subscription, kept: dict[str, tuple[int, int]], now: datetime) -> FeedStanding:
    end = ended_at(subscription, now)
    events, left_out = kept.get(str(view_of_subscription(subscription)), (None, 0))
    return FeedStanding(
        id=subscription.id or 0,
        kind=subscription.kind,
        key=subscription.key,
        owner=subscription.owner,
        language=subscription.language,
        alarms=subscription.alarms,
        shown=tuple(sorted(word.value.replace(" ", "-") for word in split_shown(subscription.shown))),
        state=_state(subscription, end, now),
        created_at=subscription.created_at,
        ended_at=end,
        expires_at=subscription.expires_at,
        last_fetched_at=subscription.last_fetched_at,
        last_program=subscription.last_program,
        events=events,
        left_out=left_out,
    )


def _state(subscription: Subscription, end: datetime | None, now: datetime) -> str:
    if end is None:
        return "live"
    if subscription.revoked_at is not None and subscription.revoked_at <= now:
        return "revoked"
    return "stopped" if end == subscription.stopped_at else "expired"
