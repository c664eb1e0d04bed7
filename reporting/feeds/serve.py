"""What an address shows at this instant: a calendar, that it has stopped, that it is gone, or nothing at all.

Rights are looked at here, each time. Nothing is written here: what there is to write is handed back, so that
answering never waits for a writer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlmodel import Session, col

from calendars.ical_event import FeedEvent, event_uid
from calendars.ical_feed import FeedHeader, render_feed
from calendars.zone import local_date
from messages.catalogue import N_, Language, translate
from models.columns import insert_into
from models.settings import Settings
from models.subscription import KeptFeed, Subscription
from reporting.feeds.access import is_entitled
from reporting.feeds.feeds import current_feed, kept_feed
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


@dataclass(frozen=True, kw_only=True)
class FeedAnswer:
    """What an address shows; without `body` it is gone. It shows something else by itself from `until` on.

    `is_new`: the body is to be kept. `stopped_at`: since when its owner may not see it.
    """

    subscription: Subscription
    body: KeptFeed | None
    until: datetime | None
    stopped_at: datetime | None
    is_new: bool = False

    def news(self, now: datetime, program: str | None) -> dict[str, object]:
        """What is to be written down of the subscription: since when its owner may not see it, and who asked
        last; a program that asks often is noted now and then."""
        known, last = self.subscription, self.subscription.last_fetched_at
        found: dict[str, object] = {}
        if self.stopped_at != known.stopped_at:
            found["stopped_at"] = self.stopped_at
        is_noted = last is not None and known.last_program == program and now - last < NOTED_EVERY
        if program is not None and not is_noted:
            found |= {"last_fetched_at": max(now, last or now), "last_program": program}
        return found


def note(session: Session, answer: FeedAnswer, news: dict[str, object]) -> None:
    """Keep what was built, and write down what is news of the subscription."""
    if answer.is_new and answer.body is not None:
        row = insert_into(session, "kept_feed").values(answer.body.model_dump())
        newer = {column.name: column for column in row.excluded}
        session.execute(row.on_conflict_do_update(index_elements=["view"], set_=newer))
    if news:
        of_this = col(Subscription.id) == answer.subscription.id
        session.execute(update(Subscription).where(of_this).values(news))


def open_feed(session: Session, settings: Settings, now: datetime, hashed: str) -> FeedAnswer | None:
    """What the address with this token's hash shows; None for an address that was never given out."""
    found = find_by_hash(session, hashed)
    if found is None:
        return None
    subscription, token = found
    end, current = ended_at(subscription, token, now), None
    if end is None and is_entitled(session, subscription, local_date(now, settings.zone)):
        current = current_feed(session, settings, view_of_subscription(subscription), now)
    if current is not None:
        body, is_new = current
        until = subscription.expires_at
        return FeedAnswer(subscription=subscription, body=body, until=until, stopped_at=None, is_new=is_new)
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


def stopped_feed(settings: Settings, language: Language, id_: int, end: datetime) -> KeptFeed:
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
    rendered = render_feed(header, [event], alarms=False, today=event.last_day)
    return kept_feed("stopped", "", rendered, None, end)
