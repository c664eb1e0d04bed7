"""What an address shows at this instant: a calendar, that it has stopped, that it is gone, or nothing at all.

Rights are looked at here, each time. Nothing is written here: what there is to write is handed back, so that
answering never waits for a writer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlmodel import Session

from calendars.ical_event import FeedEvent, event_uid
from calendars.ical_feed import FeedHeader, render_feed
from calendars.zone import local_date
from messages.catalogue import N_, Language, translate
from models.settings import Settings
from models.subscription import KeptFeed, Subscription
from reporting.feeds.access import is_entitled
from reporting.feeds.feeds import current_feed
from reporting.feeds.subscriptions import ended_at, find_by_hash, view_of_subscription

STOPPED = N_("This calendar is no longer updated")
REMEDY = N_(
    "Remove this calendar from your calendar program. If you still need it, open the subscription "
    "page for a new address, or ask the administrator."
)
SHOWN_AFTER_END = timedelta(days=30)
"""How long an ended feed says that it has ended."""
NOTED_EVERY = timedelta(seconds=60)
"""A program that asks more often is noted this often."""


@dataclass(frozen=True)
class FeedBody:
    """A calendar with its validators."""

    data: bytes
    etag: str
    changed_at: datetime


@dataclass(frozen=True, kw_only=True)
class FeedAnswer:
    """What an address shows; without `body` it is gone. It shows something else by itself from `until` on.

    `built` is a copy to be kept, `stopped_at` since when its owner may not see it.
    """

    subscription: Subscription
    body: FeedBody | None
    until: datetime | None
    stopped_at: datetime | None
    built: KeptFeed | None = None

    def is_fetch_news(self, now: datetime, program: str | None) -> bool:
        """Whether the fetch is to be noted: a program that asks often is noted now and then."""
        known, last = self.subscription, self.subscription.last_fetched_at
        if program is None or last is None or known.last_program != program:
            return program is not None
        return now - last >= NOTED_EVERY

    def is_news(self, now: datetime, program: str | None) -> bool:
        """Whether there is anything to write."""
        is_stop = self.stopped_at != self.subscription.stopped_at
        return is_stop or self.built is not None or self.is_fetch_news(now, program)


def note(session: Session, answer: FeedAnswer, now: datetime, program: str | None) -> None:
    """Keep what was built, and write down who asked last, and since when the owner may not see the feed."""
    if answer.built is not None:
        session.merge(answer.built)
    if answer.stopped_at != answer.subscription.stopped_at:
        session.get_one(Subscription, answer.subscription.id).stopped_at = answer.stopped_at
    if program is not None and answer.is_fetch_news(now, program):
        subscription = session.get_one(Subscription, answer.subscription.id)
        subscription.last_fetched_at = max(now, subscription.last_fetched_at or now)
        subscription.last_program = program


def open_feed(session: Session, settings: Settings, now: datetime, hashed: str) -> FeedAnswer | None:
    """What the address with this token's hash shows; None for an address that was never given out."""
    found = find_by_hash(session, hashed)
    if found is None:
        return None
    subscription, token = found
    end = ended_at(subscription, token, now)
    if end is None and is_entitled(session, subscription, local_date(now, settings.zone)):
        current = current_feed(session, settings, view_of_subscription(subscription), now)
        if current is not None:
            feed, is_new = current
            return FeedAnswer(
                subscription=subscription,
                body=FeedBody(feed.data, feed.etag, feed.changed_at),
                until=subscription.expires_at,
                stopped_at=None,
                built=feed if is_new else None,
            )
    stopped_at = subscription.stopped_at or (now if end is None else None)
    end = end or stopped_at or now
    is_told = now - end < SHOWN_AFTER_END
    language = view_of_subscription(subscription).language
    return FeedAnswer(
        subscription=subscription,
        body=stopped_feed(settings, language, subscription.id, end) if is_told else None,
        until=end + SHOWN_AFTER_END if is_told else None,
        stopped_at=stopped_at,
    )


def stopped_feed(settings: Settings, language: Language, id_: int, end: datetime) -> FeedBody:
    """The same bytes for the same end, whenever they are asked for."""
    stopped = translate(language, STOPPED)
    event = FeedEvent(
        uid=event_uid("stopped", str(id_)),
        last_day=local_date(end, settings.zone),
        summary=stopped,
        description=translate(language, REMEDY),
        created=end,
        changed=end,
        sequence=0,
        alarm=False,
    )
    header = FeedHeader(stopped, language, settings.zone)
    data = render_feed(header, [event], alarms=False, today=event.last_day).data
    return FeedBody(data, sha256(data).hexdigest()[:32], end.replace(microsecond=0))
