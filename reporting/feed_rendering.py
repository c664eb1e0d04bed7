"""From marks to bytes: what has not changed is taken from the feed as it was kept, the rest is built anew.

The validators belong to the bytes: when what is built comes out the same, they stay.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256

from sqlmodel import Session

from calendars.ical_event import event_bytes
from calendars.ical_feed import MOST_EVENTS, EventBlock, FeedHeader, choose, days_shown, feed_bytes, room
from models.kept_feed import KeptFeed
from models.settings import Settings
from reporting.feed_events import Shown
from reporting.feed_marks import Mark
from reporting.feed_packing import Entry, Packed, pack, unpack
from reporting.feed_sources import Source
from reporting.feed_text import Speaker
from reporting.feed_views import COLOURS, FeedView, Window
from reporting.special_days import working_days

# Raise it when the same rows give other bytes than before, so that kept feeds are built anew.
RENDERING = 3
MOST_CUTS = 20
"""Up to so many rows are cut out of a feed and put in one by one; for more it is put together again."""


def context_of(settings: Settings) -> str:
    """What all events have in common besides their view."""
    return f"{RENDERING} {settings.time_zone} {settings.base_url}"


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a feed is built from; the same `fingerprint`, the same bytes."""

    source: Source
    marks: Sequence[Mark]
    fingerprint: str


def wanted_feed(source: Source, settings: Settings, marks: Sequence[Mark]) -> Wanted:
    text = f"{context_of(settings)}\n{source.name}\n{marks}"
    return Wanted(source=source, marks=marks, fingerprint=sha256(text.encode()).hexdigest())


@dataclass(frozen=True, slots=True)
class Validity:
    """What of a kept feed says whether it is current."""

    fingerprint: str
    day: date
    left_out: int


def is_current(kept: KeptFeed | Validity | None, wanted: Wanted, window: Window) -> bool:
    """Which of too many events are shown depends on the day as well."""
    if kept is None or kept.fingerprint != wanted.fingerprint:
        return False
    return not kept.left_out or kept.day == window.today


@dataclass(frozen=True, kw_only=True)
class Former:
    """A feed as it was kept: `packed` is what of it can be used again, `missing` the rows to build."""

    kept: KeptFeed | None
    packed: Packed
    missing: frozenset[int]


def former_of(kept: KeptFeed | None, settings: Settings, wanted: Wanted) -> Former:
    usable = kept is not None and kept.context == context_of(settings)
    packed = unpack(kept) if kept is not None and usable else Packed.empty()
    missing = frozenset(id_ for id_, _ in set(wanted.marks) - packed.at_these_versions())
    return Former(kept=kept, packed=packed, missing=missing)


def speaker_for(session: Session, settings: Settings, view: FeedView) -> Speaker:
    return Speaker(view.language, settings.zone, working_days(session))


def render(
    wanted: Wanted,
    settings: Settings,
    window: Window,
    former: Former,
    built: Mapping[int, Shown],
    now: datetime,
) -> KeptFeed:
    """The feed that is wanted: what is missing from `built`, the rest as it was."""
    source, marks = wanted.source, wanted.marks
    header = FeedHeader(source.name, source.view.language, settings.zone, COLOURS[source.view.kind])
    new = {
        id_: Entry(version, _block(source.view, built.get(id_)))
        for id_, version in marks
        if id_ in former.missing
    }
    body = _changed(header, window, marks, former, new) or _put_together(header, window, marks, former, new)
    etag, changed_at = _validators(body.data, former.kept, now)
    return KeptFeed(
        view=str(source.view),
        fingerprint=wanted.fingerprint,
        context=context_of(settings),
        day=window.today,
        data=body.data,
        etag=etag,
        changed_at=changed_at,
        marks=body.marks,
        spare=body.spare,
        events=body.events,
        left_out=body.left_out,
    )


@dataclass(frozen=True, kw_only=True)
class _Body:
    """The part of a kept feed that its events decide."""

    data: bytes
    marks: str
    spare: bytes = b""
    events: int
    left_out: int = 0


def _changed(
    header: FeedHeader, window: Window, marks: Sequence[Mark], former: Former, new: Mapping[int, Entry]
) -> _Body | None:
    """The former feed with a few events cut out and put in, None where that is not all there is to do.

    Its `packed` is changed in place: afterwards it holds these marks' rows in either case, or is as it was.
    """
    packed = former.packed
    before, after = set(packed.ids), {id_ for id_, _ in marks}
    gone = before - after
    whole = former.kept is not None and not former.kept.left_out and not former.kept.spare
    if not whole or not before or len(gone) + len(new) > MOST_CUTS:
        return None
    for id_ in gone | (before & new.keys()):
        packed.drop(id_)
    for id_, entry in new.items():
        packed.put(id_, entry)
    if not _fits(packed, header, window):
        return None
    return _Body(data=feed_bytes(header, [packed.body]), marks=packed.marks, events=packed.shown)


def _fits(packed: Packed, header: FeedHeader, window: Window) -> bool:
    days = packed.days[: packed.shown]
    if len(days) > MOST_EVENTS or len(packed.body) > room(header):
        return False
    first, last = days_shown(window.today)
    return not days or (first <= date.fromordinal(days[0]) and date.fromordinal(days[-1]) <= last)


def _put_together(
    header: FeedHeader, window: Window, marks: Sequence[Mark], former: Former, new: Mapping[int, Entry]
) -> _Body:
    have = former.packed.entries({id_ for id_, _ in marks})
    entries = {id_: new[id_] if id_ in new else have[id_] for id_, _ in marks}
    blocks = [entry.block for entry in entries.values() if entry.block is not None]
    choice = choose(blocks, today=window.today, most_bytes=room(header))
    data = feed_bytes(header, (block.data for block in choice.kept))
    marked, spare = pack(entries, choice.kept)
    return _Body(data=data, marks=marked, spare=spare, events=len(choice.kept), left_out=choice.over_limit)


def _block(view: FeedView, shown: Shown | None) -> EventBlock | None:
    if shown is None or not view.shows(shown.timeliness):
        return None
    event = shown.event
    data = event_bytes(event, alarms=view.alarms)
    return EventBlock(uid=event.uid, last_day=event.last_day, overdue=shown.overdue, data=data)


def _validators(data: bytes, kept: KeptFeed | None, now: datetime) -> tuple[str, datetime]:
    """ETag and Last-Modified, which has whole seconds: two changes never share one."""
    etag = sha256(data).hexdigest()[:32]
    if kept is None:
        return etag, now.replace(microsecond=0)
    if kept.etag == etag:
        return etag, kept.changed_at
    return etag, max(now.replace(microsecond=0), kept.changed_at + timedelta(seconds=1))
