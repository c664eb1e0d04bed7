"""The four feeds: a unit's, a branch's, a plan's and a person's, as bytes of one calendar each.

A unit's and a person's show obligation by obligation; a branch's and a plan's show one event per stage and
period with its count. One copy of each view is kept in the database, with the fingerprint of what it was
built from: a fetch builds it again where that has changed, and nothing is built ahead.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256

from sqlmodel import Session, select

from calendars.errors import CalendarError
from calendars.ical_feed import FeedHeader, RenderedFeed, render_feed
from calendars.zone import local_date
from messages.catalogue import known_language
from models.errors import DondocError, NotFound
from models.settings import Settings
from models.subscription import KeptFeed
from models.upkeep import TICK, Heartbeat
from reporting.feeds.events import EventContext
from reporting.feeds.past import past_events
from reporting.feeds.rows import Versions
from reporting.feeds.sources import Source, contacts_of, sources
from reporting.feeds.text import Speaker
from reporting.feeds.view import COLOURS, FeedFault, FeedRequest, FeedView, FeedWindow
from reporting.special_days import working_days
from reporting.units.hierarchy import hierarchy

logger = logging.getLogger(__name__)

# Raise it when the same rows give other bytes than before, so that kept feeds are built again.
RENDERING = 4


@dataclass(frozen=True, kw_only=True)
class Feed:
    """A calendar ready to be written; `slug` is its readable file name."""

    slug: str
    name: str
    data: bytes
    events: int
    left_out: int


def view_of(session: Session, settings: Settings, now: datetime, request: FeedRequest) -> FeedView:
    """The view that somebody asks for. Language: what was asked for, the person's own, the installation's."""
    is_person = request.kind == "person"
    key = request.key.strip().lower() if is_person else request.key.strip()
    language = request.language
    if language is None and is_person:
        today = local_date(now, settings.zone)
        own = contacts_of(session, [key], today)[key]
        language = known_language(own[0].language) if own else None
    return FeedView(**vars(request) | {"key": key, "language": language or settings.language})


def written_feed(session: Session, settings: Settings, at: datetime, request: FeedRequest) -> Feed:
    """A feed for a file, as of `at`: what was known then, whatever came since. Raises `NotFound`."""
    source = source_of(session, settings, at, view_of(session, settings, at, request))
    window = FeedWindow(at, settings.zone)
    events = past_events(session, settings, source, window, _speaker(session, settings, source))
    return _feed(source, _rendered(source, settings, window, events))


def build_feed(session: Session, settings: Settings, now: datetime, request: FeedRequest) -> Feed:
    """The calendar as of `now`, without a look at the kept copy. Raises `NotFound`."""
    source = source_of(session, settings, now, view_of(session, settings, now, request))
    window = FeedWindow(now, settings.zone)
    return _feed(source, _built(session, settings, source, window, source.versions(session, window)))


def source_of(session: Session, settings: Settings, now: datetime, view: FeedView) -> Source:
    """Where the view's events come from. Raises `NotFound`, with the remedy."""
    today = local_date(now, settings.zone)
    found = sources(session, [view], today).get(view)
    if found is None:
        raise _unknown(session, view, today)
    return found


def current_feed(
    session: Session, settings: Settings, view: FeedView, now: datetime
) -> tuple[KeptFeed, bool] | None:
    """The view's feed, and whether it is new: to be kept by the caller. None where it is about nothing."""
    source = sources(session, [view], local_date(now, settings.zone)).get(view)
    if source is None:
        return None
    # The window moves with the tick and never by itself: a fetch changes nothing.
    tick = session.scalar(select(Heartbeat.at).where(Heartbeat.name == TICK))
    window = FeedWindow(tick or now, settings.zone)
    versions = source.versions(session, window)
    fingerprint = _fingerprint(source, settings, window, versions)
    kept = session.get(KeptFeed, str(view))
    if kept is not None and kept.fingerprint == fingerprint:
        return kept, False
    try:
        rendered = _built(session, settings, source, window, versions)
    except (CalendarError, DondocError, ValueError) as error:
        if kept is None:
            raise
        logger.warning("a calendar feed is served as it was: %s", type(error).__name__)
        return kept, False
    return kept_feed(str(view), fingerprint, rendered, kept, now), True


def kept_feed(
    view: str, fingerprint: str, rendered: RenderedFeed, before: KeptFeed | None, now: datetime
) -> KeptFeed:
    """The feed with its validators. They belong to the bytes: when these come out the same, they stay.

    Last-Modified has whole seconds: two changes never share one.
    """
    etag, changed_at = sha256(rendered.data).hexdigest()[:32], now.replace(microsecond=0)
    if before is not None:
        later = max(changed_at, before.changed_at + timedelta(seconds=1))
        changed_at = before.changed_at if before.etag == etag else later
    return KeptFeed(
        view=view, fingerprint=fingerprint, etag=etag, changed_at=changed_at, **rendered._asdict()
    )


def _fingerprint(source: Source, settings: Settings, window: FeedWindow, versions: Versions) -> str:
    """What the bytes depend on besides the view. Which of too many events are shown depends on the day."""
    place = (RENDERING, settings.time_zone, settings.base_url, source.name, window.today)
    return sha256(repr((place, versions)).encode()).hexdigest()


def _built(
    session: Session, settings: Settings, source: Source, window: FeedWindow, versions: Versions
) -> RenderedFeed:
    events = source.events(session, settings, window, versions, _speaker(session, settings, source))
    return _rendered(source, settings, window, events)


def _speaker(session: Session, settings: Settings, source: Source) -> Speaker:
    return Speaker(source.view.language, settings.zone, working_days(session))


def _rendered(
    source: Source, settings: Settings, window: FeedWindow, events: Iterable[EventContext]
) -> RenderedFeed:
    view = source.view
    header = FeedHeader(source.name, view.language, settings.zone, COLOURS[view.kind])
    shown = (each.event for each in events if view.shows(each.timeliness))
    return render_feed(header, shown, alarms=view.alarms, today=window.today)


def _feed(source: Source, rendered: RenderedFeed) -> Feed:
    return Feed(slug=source.view.slug, name=source.name, **rendered._asdict())


def _unknown(session: Session, view: FeedView, today: date) -> NotFound:
    if view.kind in ("unit", "branch"):
        hierarchy(session, today).unit(view.key)  # says which codes come near
        return NotFound(FeedFault.NO_UNIT(key=view.key))
    if view.kind == "plan":
        return NotFound(FeedFault.NO_PLAN(key=view.key))
    return NotFound(FeedFault.NO_CONTACT(key=view.key))
