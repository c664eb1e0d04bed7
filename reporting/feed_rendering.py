"""From marks to bytes: what has not changed is taken from the feed as it was kept, the rest is built anew.

The validators belong to the bytes: when what is built comes out the same, they stay.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256

from sqlmodel import Session

from calendars.ical_event import event_bytes
from calendars.ical_feed import EventBlock, FeedHeader, choose, feed_bytes, room
from models.kept_feed import KeptFeed
from models.settings import Settings
from reporting.feed_events import Shown
from reporting.feed_marks import Mark
from reporting.feed_sources import Source
from reporting.feed_text import Speaker
from reporting.feed_views import COLOURS, FeedView, Window
from reporting.special_days import working_days

# Raise it when the same rows give other bytes than before, so that kept feeds are built anew.
RENDERING = 2
_FOOT = len(b"END:VCALENDAR\r\n")
_UID_AT = len(b"BEGIN:VEVENT\r\nUID:")


@dataclass(frozen=True, slots=True)
class Entry:
    """What a row became: an event, or None where the view does not show how it stands."""

    version: int
    block: EventBlock | None


Entries = Mapping[int, Entry]


def context_of(settings: Settings) -> str:
    """What all events have in common besides their view."""
    return f"{RENDERING} {settings.time_zone} {settings.base_url}"


def fingerprint(source: Source, settings: Settings, marks: Sequence[Mark]) -> str:
    """What a feed is built from: the same fingerprint, the same bytes."""
    text = f"{context_of(settings)}\n{source.name}\n{marks}"
    return sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Validity:
    """What of a kept feed says whether it is current."""

    fingerprint: str
    day: date
    left_out: int


def is_current(kept: KeptFeed | Validity | None, wanted: str, window: Window) -> bool:
    """Which of too many events are shown depends on the day as well."""
    return kept is not None and kept.fingerprint == wanted and (not kept.left_out or kept.day == window.today)


def missing(kept: KeptFeed | None, settings: Settings, marks: Sequence[Mark]) -> tuple[Entries, set[int]]:
    """What can be taken from the kept feed, and the rows whose events must be built."""
    usable = kept is not None and kept.context == context_of(settings)
    entries = unpack(kept) if kept is not None and usable else {}
    have = {id_: entries[id_] for id_, version in marks if id_ in entries and entries[id_].version == version}
    return have, {id_ for id_, _ in marks if id_ not in have}


def speaker_for(session: Session, settings: Settings, view: FeedView) -> Speaker:
    return Speaker(view.language, settings.zone, working_days(session))


def render(
    source: Source,
    settings: Settings,
    window: Window,
    marks: Sequence[Mark],
    have: Entries,
    built: Mapping[int, Shown],
    kept: KeptFeed | None,
    now: datetime,
) -> KeptFeed:
    """The feed of these marks: from `have` what is unchanged, from `built` what is new."""
    entries = {
        id_: have[id_] if id_ in have else Entry(version, _block(source.view, built.get(id_)))
        for id_, version in marks
    }
    header = FeedHeader(source.name, source.view.language, settings.zone, COLOURS[source.view.kind])
    blocks = [entry.block for entry in entries.values() if entry.block is not None]
    choice = choose(blocks, today=window.today, most_bytes=room(header))
    data = feed_bytes(header, (block.data for block in choice.kept))
    marked, spare = _pack(entries, choice.kept)
    etag, changed_at = _validators(data, kept, now)
    return KeptFeed(
        view=str(source.view),
        fingerprint=fingerprint(source, settings, marks),
        context=context_of(settings),
        day=window.today,
        data=data,
        etag=etag,
        changed_at=changed_at,
        marks=marked,
        spare=spare,
        events=len(choice.kept),
        left_out=choice.over_limit,
    )


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


def _pack(entries: Entries, shown: Iterable[EventBlock]) -> tuple[str, bytes]:
    """The marks in the order of the bytes: those in the feed, those left out of it, those without any."""
    places = {block.uid: place for place, block in enumerate(shown)}
    last = len(places)

    def place(item: tuple[int, Entry]) -> tuple[int, int]:
        id_, entry = item
        return (last + 1 if entry.block is None else places.get(entry.block.uid, last), id_)

    ordered = sorted(entries.items(), key=place)
    # One flat list: a list for each event would keep the collector of garbage busy at every fetch.
    marks = [part for id_, entry in ordered for part in (id_, entry.version, *_placed(entry.block))]
    spare = b"".join(
        entry.block.data for _, entry in ordered if entry.block is not None and entry.block.uid not in places
    )
    return json.dumps(marks, separators=(",", ":")), spare


def _placed(block: EventBlock | None) -> tuple[int, int, int]:
    return (0, 0, 0) if block is None else (block.last_day.toordinal(), int(block.overdue), len(block.data))


def unpack(kept: KeptFeed) -> Entries:
    """The kept feed's events, cut out of its bytes again."""
    marks: list[int] = json.loads(kept.marks)
    inside = sum(marks[4::5]) - len(kept.spare)
    head = len(kept.data) - _FOOT - inside
    data = kept.data[head : head + inside] + kept.spare
    entries: dict[int, Entry] = {}
    start = 0
    for id_, version, day, overdue, octets in zip(*[iter(marks)] * 5, strict=True):
        entries[id_] = Entry(version, _cut(data[start : start + octets], day, overdue) if octets else None)
        start += octets
    return entries


def _cut(data: bytes, day: int, overdue: int) -> EventBlock:
    uid = data[_UID_AT : data.index(b"\r\n", _UID_AT)].decode("ascii")
    return EventBlock(uid=uid, last_day=date.fromordinal(day), overdue=bool(overdue), data=data)
