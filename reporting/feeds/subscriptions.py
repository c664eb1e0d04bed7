"""Subscriptions: ordering a feed, finding it by its secret, giving it a new one, ending it.

The secret is made here, handed out once, and stored as its SHA-256 alone. Whoever asks with an ended one is
told so for thirty days: a program that gets a plain refusal would go on showing old deadlines in silence.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, or_
from sqlalchemy import select as sa_select
from sqlmodel import Session, col, select

from calendars.periods import Language
from calendars.zone import local_date
from models.database import CHUNK
from models.errors import InvalidInput, NotFound
from models.settings import Settings
from models.subscription import FeedToken, KeptFeed, Subscription
from reporting.access.passwords import new_secret
from reporting.audit.log import record
from reporting.feeds.feeds import FeedWish, source_of, view_of
from reporting.feeds.sources import sources
from reporting.feeds.view import FeedView, join_shown, split_shown

PERSON = "person"


def feed_readers(session: Session, addresses: Iterable[str], now: datetime) -> set[str]:
    """Those of the addresses with a living feed: one they ordered, or one that is about them."""
    wanted = sorted(set(addresses))
    found: set[str] = set()
    for start in range(0, len(wanted), CHUNK // 2):
        some = wanted[start : start + CHUNK // 2]
        about = and_(col(Subscription.kind) == PERSON, col(Subscription.key).in_(some))
        query = (
            sa_select(col(Subscription.owner), col(Subscription.kind), col(Subscription.key))
            .where(col(Subscription.revoked_at).is_(None), col(Subscription.stopped_at).is_(None))
            .where(or_(col(Subscription.expires_at).is_(None), col(Subscription.expires_at) > now))
            .where(or_(col(Subscription.owner).in_(some), about))
        )
        for owner, kind, key in session.execute(query):
            found |= {owner, key if kind == PERSON else owner}
    return found & set(wanted)


TOLD_FOR = timedelta(days=30)
"""How long an ended feed says that it has ended."""
LONGEST_ADDRESS = 199
"""Google fails in silence over 256 characters; Thunderbird's and other lists cut earlier."""
_NO_HASH = "0" * 64


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
    kind: str,
    key: str,
    wish: FeedWish,
    owner: str | None = None,
    expires_at: datetime | None = None,
    base_url: str | None = None,
) -> Ordered:
    """A new feed with a secret of its own. `owner`: whose rights count; a person's feed is that person's.

    Raises `NotFound` for what does not exist, `InvalidInput` for an end that is past.
    """
    view = view_of(session, settings, now, kind, key, wish)
    source_of(session, settings, now, view)
    if expires_at is not None and expires_at <= now:
        raise InvalidInput("a feed cannot end before it begins; give a later day")
    subscription = Subscription(
        kind=kind,
        key=view.key,
        owner=(owner or (view.key if kind == "person" else "")).strip().lower(),
        language=view.language,
        alarms=view.alarms,
        shown=join_shown(view.shown),
        created_at=now,
        created_by=actor,
        expires_at=expires_at,
    )
    session.add(subscription)
    session.flush()
    after = {"kind": kind, "of": view.key, "owner": subscription.owner}
    record(session, now, actor, "add", "subscription", subscription.id, {}, after)
    return _with_new_token(session, settings, subscription, now, base_url)


def rotate(
    session: Session, settings: Settings, now: datetime, actor: str, id_: int, base_url: str | None = None
) -> Ordered:
    """A new secret for a feed; the old address says that it has stopped.

    Raises `NotFound`, `InvalidInput`.
    """
    subscription = find_subscription(session, id_)
    if ended_at(subscription, now) is not None:
        raise InvalidInput(f"feed {id_} has ended and cannot be rotated; make a new one: dondoc feed new")
    _end_tokens(session, subscription, now)
    record(session, now, actor, "rotate", "subscription", id_)
    return _with_new_token(session, settings, subscription, now, base_url)


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
        raise NotFound(f"no feed {id_}; dondoc feed list shows them")
    return subscription


def subscriptions(session: Session, owner: str | None = None) -> Sequence[Subscription]:
    """All feeds, or one person's, in the order in which they were made."""
    query = select(Subscription).order_by(col(Subscription.id))
    if owner is not None:
        query = query.where(Subscription.owner == owner.strip().lower())
    return session.exec(query).all()


def find_by_hash(session: Session, wanted: str) -> tuple[Subscription, FeedToken] | None:
    """What a secret opens, by its hash; None for one that nobody has.

    It is looked for and compared as a hash, so how long the answer takes tells nothing about any secret.
    """
    found = session.get(FeedToken, wanted)
    same = hmac.compare_digest(found.hash if found is not None else _NO_HASH, wanted)
    if found is None or not same:
        return None
    return session.get_one(Subscription, found.subscription_id), found


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()


def ended_at(subscription: Subscription, now: datetime, token: FeedToken | None = None) -> datetime | None:
    """Since when it shows nothing any more, None while it lives: revoked, expired, no longer the owner's to
    see, or asked for with a secret that another has replaced."""
    ends = (
        subscription.revoked_at,
        subscription.stopped_at,
        subscription.expires_at,
        None if token is None else token.ended_at,
    )
    return min((end for end in ends if end is not None and end <= now), default=None)


def is_told(end: datetime, now: datetime) -> bool:
    """Whether an ended feed still says so."""
    return now - end < TOLD_FOR


def view_of_subscription(subscription: Subscription) -> FeedView:
    language: Language = "en" if subscription.language == "en" else "vi"
    return FeedView(
        kind=subscription.kind,
        key=subscription.key,
        language=language,
        alarms=subscription.alarms,
        shown=split_shown(subscription.shown),
    )


def live_views(session: Session, now: datetime) -> Iterable[FeedView]:
    """The views that somebody still subscribes to."""
    query = (
        select(Subscription)
        .where(col(Subscription.revoked_at).is_(None), col(Subscription.stopped_at).is_(None))
        .where(or_(col(Subscription.expires_at).is_(None), col(Subscription.expires_at) > now))
    )
    return {view_of_subscription(subscription) for subscription in session.exec(query)}


def feed_url(base_url: str, token: str, slug: str) -> str:
    """The address of a feed. Raises `InvalidInput` where the pages' own address leaves no room for it."""
    start = f"{base_url.rstrip('/')}/ical/{token}/"
    room = LONGEST_ADDRESS - len(start) - len(".ics")
    if room < 1:
        raise InvalidInput("DONDOC_BASE_URL is too long: calendar addresses must be under 200 letters")
    return f"{start}{slug[:room]}.ics"


def _with_new_token(
    session: Session, settings: Settings, subscription: Subscription, now: datetime, base_url: str | None
) -> Ordered:
    token = new_secret()
    slug = view_of_subscription(subscription).slug
    url = feed_url(base_url or settings.base_url, token, slug)
    session.add(FeedToken(hash=token_hash(token), subscription_id=subscription.id, made_at=now))
    session.flush()
    return Ordered(id=subscription.id, url=url)


def _end_tokens(session: Session, subscription: Subscription, now: datetime) -> None:
    query = select(FeedToken).where(FeedToken.subscription_id == subscription.id)
    for token in session.exec(query.where(col(FeedToken.ended_at).is_(None))):
        token.ended_at = now
        session.add(token)


def note_fetch(session: Session, id_: int, now: datetime, program: str) -> None:
    """Who asked last, and when; it never runs back."""
    subscription = session.get(Subscription, id_)
    if subscription is not None:
        last = subscription.last_fetched_at
        subscription.last_fetched_at = now if last is None else max(now, last)
        subscription.last_program = program
        session.add(subscription)


def note_stopped(session: Session, id_: int, stopped_at: datetime | None) -> None:
    """Since when the owner may not see it; None when they may again."""
    subscription = session.get(Subscription, id_)
    if subscription is not None:
        subscription.stopped_at = stopped_at
        session.add(subscription)


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
    kept = {view: (events, left_out) for view, events, left_out in session.execute(sa_select(*columns))}
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
        id=subscription.id,
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
