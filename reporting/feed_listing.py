"""Feeds as lists show them: what each shows, whether it lives, when it was last fetched and by what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from calendars.zone import local_date
from models.kept_feed import KeptFeed
from models.settings import Settings
from models.subscription import Subscription
from reporting.feed_sources import sources
from reporting.feed_views import split_shown
from reporting.subscriptions import ended_at, subscriptions, view_of_subscription


@dataclass(frozen=True, kw_only=True)
class FeedStanding:
    """One subscription; `name` as its readers see it, `events` None until it is built for the first time."""

    id: int
    kind: str
    key: str
    name: str
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


def feed_standings(
    session: Session, settings: Settings, now: datetime, owner: str | None = None
) -> list[FeedStanding]:
    """All feeds, or one person's, oldest first."""
    columns = (col(KeptFeed.view), col(KeptFeed.events), col(KeptFeed.left_out))
    kept = {view: (events, left_out) for view, events, left_out in session.execute(select(*columns))}
    found = subscriptions(session, owner)
    views = {view_of_subscription(each) for each in found}
    names = {
        str(view): source.name
        for view, source in sources(session, views, local_date(now, settings.zone)).items()
    }
    return [_standing(each, kept, names, now) for each in found]


def _standing(
    subscription: Subscription, kept: dict[str, tuple[int, int]], names: dict[str, str], now: datetime
) -> FeedStanding:
    end = ended_at(subscription, now)
    view = str(view_of_subscription(subscription))
    events, left_out = kept.get(view, (None, 0))
    return FeedStanding(
        id=subscription.id or 0,
        kind=subscription.kind,
        key=subscription.key,
        name=names.get(view, subscription.key),
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
