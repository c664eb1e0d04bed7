"""What an address shows at this instant: a calendar, that it has stopped, that it is gone, or nothing at all.

Rights are looked at here. What there is to note of it (a new version kept, a feed that stopped) is handed
back, so that answering never waits for a writer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlmodel import Session

from calendars.ical_event import FeedEvent, event_bytes, event_uid
from calendars.ical_feed import FeedHeader, feed_bytes
from calendars.periods import Language
from calendars.zone import local_date
from models.settings import Settings
from models.subscription import FeedToken, KeptFeed, Subscription
from reporting.feeds.access import is_entitled
from reporting.feeds.cache import keep_one
from reporting.feeds.subscriptions import TOLD_FOR, ended_at, find_by_hash, is_told, view_of_subscription

STOPPED = {"vi": "Lịch này đã ngừng cập nhật", "en": "This calendar is no longer updated"}
REMEDY = {
    "vi": "Hãy xóa lịch này khỏi chương trình lịch của bạn. Nếu vẫn cần, hãy mở trang đăng ký lịch "
    "để lấy địa chỉ mới, hoặc hỏi người quản trị.",
    "en": "Remove this calendar from your calendar program. If you still need it, open the subscription "
    "page for a new address, or ask the administrator.",
}


@dataclass(frozen=True)
class Bytes:
    """A calendar with its validators."""

    data: bytes
    etag: str
    changed_at: datetime


def stopped_feed(settings: Settings, language: Language, id_: int, end: datetime) -> Bytes:
    """The same bytes for the same end, whenever they are asked for."""
    event = FeedEvent(
        uid=event_uid("stopped", str(id_)),
        last_day=local_date(end, settings.zone),
        summary=STOPPED[language],
        description=REMEDY[language],
        created=end,
        changed=end,
        sequence=0,
        alarm=False,
    )
    header = FeedHeader(STOPPED[language], language, settings.zone)
    data = feed_bytes(header, [event_bytes(event, alarms=False)])
    return Bytes(data, sha256(data).hexdigest()[:32], end.replace(microsecond=0))


@dataclass(frozen=True, kw_only=True)
class Opened:
    """What is behind an address; without `shown` it is gone. `kept` is the feed while it lives.

    `stopped_at` is since when its owner may not see it, and `to_note` whether that is news; `until` is when
    it shows something else by itself.
    """

    subscription_id: int
    shown: Bytes | None
    kept: KeptFeed | None = None
    stopped_at: datetime | None = None
    to_note: bool = False
    until: datetime | None = None


def open_feed(
    session: Session,
    settings: Settings,
    now: datetime,
    hashed: str,
    held: KeptFeed | None,
    known_stop: datetime | None = None,
) -> Opened | None:
    """What the address with this token's hash shows; None for an address that was never given out.

    `held` is the feed as the caller has it; it comes back as it is while nothing has changed. `known_stop`:
    since when the caller saw its owner without rights, which may not be written down yet.
    """
    found = find_by_hash(session, hashed)
    if found is None:
        return None
    subscription, token = found
    kept = _living(session, settings, now, subscription, token, held)
    stopped_at = None
    if kept is None and ended_at(_with(subscription, None), now, token) is None:
        stopped_at = subscription.stopped_at or known_stop or now
    to_note = stopped_at != subscription.stopped_at and (kept is not None or stopped_at is not None)
    end = ended_at(_with(subscription, stopped_at), now, token)
    return Opened(
        subscription_id=subscription.id,
        shown=_bytes(kept) if kept is not None else _ended(settings, subscription, end or now, now),
        kept=kept,
        stopped_at=stopped_at,
        to_note=to_note,
        until=subscription.expires_at if kept is not None else (end or now) + TOLD_FOR,
    )


def _living(
    session: Session,
    settings: Settings,
    now: datetime,
    subscription: Subscription,
    token: FeedToken,
    held: KeptFeed | None,
) -> KeptFeed | None:
    """The feed while it lives and its owner may see it."""
    if ended_at(_with(subscription, None), now, token) is not None:
        return None
    if not is_entitled(session, subscription, local_date(now, settings.zone)):
        return None
    view = view_of_subscription(subscription)
    return keep_one(session, settings, view, now, held if held and held.view == str(view) else None)


def _with(subscription: Subscription, stopped_at: datetime | None) -> Subscription:
    """A copy, since nothing is written here."""
    return Subscription(**{**subscription.model_dump(), "stopped_at": stopped_at})


def _bytes(kept: KeptFeed) -> Bytes:
    return Bytes(kept.data, kept.etag, kept.changed_at)


def _ended(settings: Settings, subscription: Subscription, end: datetime, now: datetime) -> Bytes | None:
    if not is_told(end, now):
        return None
    language = view_of_subscription(subscription).language
    return stopped_feed(settings, language, subscription.id, end)
