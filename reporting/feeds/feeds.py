"""The four feeds: a unit's, a branch's, a plan's and a person's, as bytes of one calendar each.

A unit's and a person's show obligation by obligation; a branch's and a plan's show one event per stage and
period with its count, because nobody reads ten thousand events. Same rows, same bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from calendars.periods import Language
from calendars.zone import local_date
from models.errors import NotFound
from models.settings import Settings
from models.vocabulary import Timeliness
from reporting.feeds.past import past_feed
from reporting.feeds.render import former_of, render, speaker_for, wanted_feed
from reporting.feeds.sources import Source, contacts_of, marks_of, sources
from reporting.feeds.view import FeedView, FeedWindow
from reporting.units.hierarchy import hierarchy


@dataclass(frozen=True, kw_only=True)
class FeedWish:
    """What the reader of a feed may choose; without a language, the person's own or the installation's."""

    language: Language | None = None
    alarms: bool = False
    shown: frozenset[Timeliness] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Feed:
    """A calendar ready to be served or written; `slug` is its readable file name."""

    slug: str
    name: str
    data: bytes
    events: int
    left_out: int


def unit_feed(session: Session, settings: Settings, now: datetime, code: str, wish: FeedWish) -> Feed:
    """What one unit owes. Raises `NotFound`."""
    return build_feed(session, settings, now, view_of(session, settings, now, "unit", code, wish))


def person_feed(session: Session, settings: Settings, now: datetime, address: str, wish: FeedWish) -> Feed:
    """What all units owe whose contact the address is today, in one calendar. Raises `NotFound`."""
    return build_feed(session, settings, now, view_of(session, settings, now, "person", address, wish))


def branch_feed(session: Session, settings: Settings, now: datetime, code: str, wish: FeedWish) -> Feed:
    """How far a unit and all below it are, counted by stage and period. Raises `NotFound`."""
    return build_feed(session, settings, now, view_of(session, settings, now, "branch", code, wish))


def plan_feed(session: Session, settings: Settings, now: datetime, slug: str, wish: FeedWish) -> Feed:
    """How far all units of a plan are, counted by stage and period. Raises `NotFound`."""
    return build_feed(session, settings, now, view_of(session, settings, now, "plan", slug, wish))


def view_of(
    session: Session, settings: Settings, now: datetime, kind: str, key: str, wish: FeedWish
) -> FeedView:
    """The view that somebody asks for. Language: what was asked for, the person's own, the installation's."""
    key = key.strip().lower() if kind == "person" else key.strip()
    language = wish.language
    if language is None and kind == "person":
        today = local_date(now, settings.zone)
        own = [contact.language for contact in contacts_of(session, [key], today)[key]]
        language = "en" if own[:1] == ["en"] else "vi" if own else None
    return FeedView(
        kind=kind,
        key=key,
        language=language or settings.language,
        alarms=wish.alarms,
        shown=wish.shown,
    )


def written_feed(
    session: Session, settings: Settings, at: datetime, kind: str, key: str, wish: FeedWish
) -> Feed:
    """A feed for a file, as of `at`: what was known then, whatever came since. Raises `NotFound`."""
    view = view_of(session, settings, at, kind, key, wish)
    source = source_of(session, settings, at, view)
    window = FeedWindow(at, settings.zone)
    past = past_feed(session, settings, source, window, speaker_for(session, settings, view))
    wanted = wanted_feed(source, settings, past.marks)
    made = render(wanted, settings, window, former_of(None, settings, wanted), past.events, at)
    return Feed(slug=view.slug, name=source.name, data=made.data, events=made.events, left_out=made.left_out)


def build_feed(session: Session, settings: Settings, now: datetime, view: FeedView) -> Feed:
    """The view's calendar as of `now`, built whole. Raises `NotFound`."""
    source = source_of(session, settings, now, view)
    window = FeedWindow(now, settings.zone)
    wanted = wanted_feed(source, settings, marks_of(session, window, [source])[view])
    former = former_of(None, settings, wanted)
    built = source.events(session, settings, former.missing, speaker_for(session, settings, view))
    made = render(wanted, settings, window, former, built, now)
    return Feed(slug=view.slug, name=source.name, data=made.data, events=made.events, left_out=made.left_out)


def source_of(session: Session, settings: Settings, now: datetime, view: FeedView) -> Source:
    """Where the view's events come from. Raises `NotFound`, with the remedy."""
    today = local_date(now, settings.zone)
    found = sources(session, [view], today).get(view)
    if found is None:
        raise _unknown(session, view, today)
    return found


def _unknown(session: Session, view: FeedView, today: date) -> NotFound:
    if view.kind in ("unit", "branch"):
        hierarchy(session, today).unit(view.key)  # says which codes come near
        return NotFound(f"no unit {view.key!r}; dondoc units tree lists them")
    if view.kind == "plan":
        return NotFound(f"no plan {view.key!r}; dondoc plan list shows those that are loaded")
    remedy = "contacts come with dondoc units load"
    return NotFound(f"no unit has the contact {view.key!r} today; {remedy}")
