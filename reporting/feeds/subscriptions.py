"""Subscriptions: ordering a feed, finding it by its secret, giving it a new one, ending it.

The secret is made here, handed out once, and stored as its SHA-256 alone. An ended one says so for thirty
days: a program that gets a plain refusal would go on showing old deadlines in silence.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_
from sqlalchemy import select as sa_select
from sqlmodel import Session, col, select

from calendars.zone import local_date
from messages.catalogue import known_language
from models.database import rows_of
from models.errors import InvalidInput, NotFound
from models.settings import Settings
from models.subscription import FeedToken, KeptFeed, Subscription
from reporting.access.passwords import new_secret
from reporting.audit.log import record
from reporting.feeds.feeds import source_of, view_of
from reporting.feeds.sources import sources
from reporting.feeds.view import FeedFault, FeedRequest, FeedView, join_shown, split_shown

PERSON = "person"


def feed_readers(session: Session, addresses: Iterable[str], now: datetime) -> set[str]:
    """Those of the addresses with a living feed: one they ordered, or one that is about them."""
    wanted, expires_at = set(addresses), col(Subscription.expires_at)
    lives = and_(
        col(Subscription.revoked_at).is_(None),
        col(Subscription.stopped_at).is_(None),
        or_(expires_at.is_(None), expires_at > now),
    )
    own, about = col(Subscription.owner), col(Subscription.key)
    owners = rows_of(session, sa_select(own).where(lives), own, wanted)
    of_person = sa_select(about).where(lives, col(Subscription.kind) == PERSON)
    return {address for (address,) in (*owners, *rows_of(session, of_person, about, wanted))}


LONGEST_ADDRESS = 199
"""Google fails in silence over 256 characters; Thunderbird's and other lists cut earlier."""


@dataclass(frozen=True, kw_only=True)
class Ordered:
    """A subscription with its address, which cannot be had again."""

    id: int
    url: str


def subscribe(
    session: Session,
    settings: Settings,
    now: datetime,
    actor: str,
    request: FeedRequest,
    owner: str | None = None,
    expires_at: datetime | None = None,
    token: str | None = None,
) -> Ordered:
    """A new feed with a secret of its own. `owner`: whose rights count; a person's feed is that person's.
    `token`: its secret, where that is not to be made here.

    Raises `NotFound` for what does not exist, `InvalidInput` for an end that is past.
    """
    view = view_of(session, settings, now, request)
    source_of(session, settings, now, view)
    if expires_at is not None and expires_at <= now:
        raise InvalidInput(FeedFault.ENDS_EARLY())
    subscription = Subscription(
        kind=view.kind,
        key=view.key,
        owner=(owner or (view.key if view.kind == PERSON else "")).strip().lower(),
        language=view.language,
        alarms=view.alarms,
        shown=join_shown(view.shown),
        created_at=now,
        created_by=actor,
        expires_at=expires_at,
    )
    session.add(subscription)
    session.flush()
    after = {"kind": view.kind, "of": view.key, "owner": subscription.owner}
    record(session, now, actor, "add", "subscription", subscription.id, {}, after)
    return _with_token(session, settings, subscription, now, token or new_secret())


def rotate(session: Session, settings: Settings, now: datetime, actor: str, id_: int) -> Ordered:
    """A new secret for a feed; the old address says that it has stopped.

    Raises `NotFound`, `InvalidInput`.
    """
    subscription = find_subscription(session, id_)
    if _state(subscription, now)[0] != "live":
        raise InvalidInput(FeedFault.ENDED(number=id_))
    tokens = select(FeedToken).where(FeedToken.subscription_id == id_, col(FeedToken.ended_at).is_(None))
    for token in session.exec(tokens):
        token.ended_at = now
    record(session, now, actor, "rotate", "subscription", id_)
    return _with_token(session, settings, subscription, now, new_secret())


def revoke(session: Session, now: datetime, actor: str, id_: int) -> Subscription:
    """End a feed; doing it twice does no harm. Raises `NotFound`."""
    subscription = find_subscription(session, id_)
    if subscription.revoked_at is None:
        subscription.revoked_at = now
        session.add(subscription)
        record(session, now, actor, "revoke", "subscription", id_)
    return subscription


def find_subscription(session: Session, id_: int) -> Subscription:
    """Raises `NotFound`."""
    subscription = session.get(Subscription, id_)
    if subscription is None:
        raise NotFound(FeedFault.NO_FEED(number=id_))
    return subscription


def find_by_hash(session: Session, wanted: str) -> tuple[Subscription, FeedToken] | None:
    """What a secret opens, by its hash; None for one that nobody has."""
    query = select(Subscription, FeedToken).join(FeedToken).where(FeedToken.hash == wanted)
    return session.exec(query).first()


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()


def ended_at(subscription: Subscription, token: FeedToken, now: datetime) -> datetime | None:
    """Since when it shows nothing any more, None while it lives: revoked, expired, or asked for with a secret
    that another has replaced."""
    ends = (subscription.revoked_at, subscription.expires_at, token.ended_at)
    return min((end for end in ends if end is not None and end <= now), default=None)


def view_of_subscription(subscription: Subscription) -> FeedView:
    return FeedView(
        kind=subscription.kind,
        key=subscription.key,
        language=known_language(subscription.language),
        alarms=subscription.alarms,
        shown=split_shown(subscription.shown),
    )


def feed_url(base_url: str, token: str, slug: str) -> str:
    """The address of a feed. Raises `InvalidInput` where the pages' own address leaves no room for it."""
    start = f"{base_url.rstrip('/')}/ical/{token}/"
    room = LONGEST_ADDRESS - len(start) - len(".ics")
    if room < 1:
        raise InvalidInput(FeedFault.LONG_ADDRESS())
    return f"{start}{slug[:room]}.ics"


def _with_token(
    session: Session, settings: Settings, subscription: Subscription, now: datetime, token: str
) -> Ordered:
    slug = view_of_subscription(subscription).slug
    url = feed_url(settings.base_url, token, slug)
    session.add(FeedToken(hash=token_hash(token), subscription_id=subscription.id, made_at=now))
    session.flush()
    return Ordered(id=subscription.id, url=url)


@dataclass(frozen=True, kw_only=True)
class FeedListing:
    """A subscription in a list; `name` as its readers see it, `events` None until it is built for the first
    time. `state`: live, revoked, stopped (its owner may not see it) or expired."""

    subscription: Subscription
    name: str
    state: str
    ended_at: datetime | None
    events: int | None
    left_out: int

    @property
    def shown(self) -> list[str]:
        return sorted(word.value.replace(" ", "-") for word in split_shown(self.subscription.shown))


def feed_listings(
    session: Session, settings: Settings, now: datetime, owner: str | None = None
) -> list[FeedListing]:
    """All feeds, or one person's, oldest first."""
    query = select(Subscription).order_by(col(Subscription.id))
    if owner is not None:
        query = query.where(Subscription.owner == owner.strip().lower())
    found = [(each, view_of_subscription(each)) for each in session.exec(query)]
    columns = (col(KeptFeed.view), col(KeptFeed.events), col(KeptFeed.left_out))
    kept = {view: (events, left_out) for view, events, left_out in session.execute(sa_select(*columns))}
    of_view = sources(session, {view for _, view in found}, local_date(now, settings.zone))
    listings = []
    for subscription, view in found:
        state, end = _state(subscription, now)
        events, left_out = kept.get(str(view), (None, 0))
        listings.append(
            FeedListing(
                subscription=subscription,
                name=of_view[view].name if view in of_view else subscription.key,
                state=state,
                ended_at=end,
                events=events,
                left_out=left_out,
            )
        )
    return listings


def _state(subscription: Subscription, now: datetime) -> tuple[str, datetime | None]:
    """The state, and since when it has ended."""
    ends = {
        "revoked": subscription.revoked_at,
        "stopped": subscription.stopped_at,
        "expired": subscription.expires_at,
    }
    past = {state: end for state, end in ends.items() if end is not None and end <= now}
    if not past:
        return "live", None
    end = min(past.values())
    return "revoked" if "revoked" in past else min(past, key=lambda state: past[state]), end
