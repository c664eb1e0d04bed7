"""From marks to bytes: what has not changed is taken from the feed as it was kept, the rest is built anew.

The validators belong to the bytes: when what is built comes out the same, they stay.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256

from sqlmodel import Session

from calendars.ical_event import event_bytes
from calendars.ical_feed import MOST_EVENTS, EventBlock, FeedHeader, choose, days_shown, feed_bytes, room
from models.settings import Settings
from models.subscription import KeptFeed
from reporting.feeds.events import EventContext
from reporting.feeds.rows import Mark
from reporting.feeds.sources import Source
from reporting.feeds.text import Speaker
from reporting.feeds.view import COLOURS, FeedView, FeedWindow
from reporting.special_days import working_days

_FOOT = len(b"END:VCALENDAR\r\n")
_UID_AT = len(b"BEGIN:VEVENT\r\nUID:")


@dataclass(frozen=True, slots=True)
class Entry:
    """What a row became: an event, or None where the view does not show how it stands."""

    version: int
    block: EventBlock | None


Entries = Mapping[int, Entry]


class Packed:
    """Events in the order of their bytes: those in the feed, those left out of it, rows without any.

    Five columns of the same length: the row, its version, the event's last day (an ordinal, 0 without an
    event), whether it is overdue, its octets in `body`.
    """

    def __init__(self, columns: Sequence[list[int]], body: bytes) -> None:
        self.ids, self.versions, self.days, self.overdue, self.octets = columns
        self.body = body

    @classmethod
    def empty(cls) -> Packed:
        return cls([[], [], [], [], []], b"")

    @property
    def shown(self) -> int:
        """How many rows have an event; they come first."""
        return len(self.octets) - self.octets.count(0)

    @property
    def marks(self) -> str:
        """The columns as one list in JSON: five numbers a row."""
        flat = [0] * (5 * len(self.ids))
        for place, column in enumerate((self.ids, self.versions, self.days, self.overdue, self.octets)):
            flat[place::5] = column
        return _written(flat)

    def at_these_versions(self) -> set[tuple[int, int]]:
        """Of each row its id and version."""
        return set(zip(self.ids, self.versions, strict=True))

    def entries(self, ids: Collection[int]) -> dict[int, Entry]:
        """The events of these rows, cut out; a row that is not here is left out."""
        found: dict[int, Entry] = {}
        start = 0
        for place, id_ in enumerate(self.ids):
            end = start + self.octets[place]
            if id_ in ids:
                found[id_] = self._entry(place, self.body[start:end])
            start = end
        return found

    def drop(self, id_: int) -> None:
        """Take this row out."""
        place = self.ids.index(id_)
        start = sum(self.octets[:place])
        self.body = self.body[:start] + self.body[start + self.octets[place] :]
        for column in (self.ids, self.versions, self.days, self.overdue, self.octets):
            del column[place]

    def put(self, id_: int, entry: Entry) -> None:
        """Put this row where it belongs: by day and UID, those without an event last, by id."""
        block = entry.block
        place = self._place_without_event(id_) if block is None else self._place_of(block)
        if block is not None:
            start = sum(self.octets[:place])
            self.body = self.body[:start] + block.data + self.body[start:]
        for column, number in zip(
            (self.ids, self.versions, self.days, self.overdue, self.octets),
            (id_, entry.version, *_numbers(block)),
            strict=True,
        ):
            column.insert(place, number)

    def _place_of(self, block: EventBlock) -> int:
        wanted = (block.last_day.toordinal(), block.uid)
        return bisect_left(range(self.shown), wanted, key=self._order)

    def _place_without_event(self, id_: int) -> int:
        return bisect_left(self.ids, id_, lo=self.shown)

    def _order(self, place: int) -> tuple[int, str]:
        start = sum(self.octets[:place])
        return self.days[place], _uid(self.body, start)

    def _entry(self, place: int, data: bytes) -> Entry:
        if not data:
            return Entry(self.versions[place], None)
        day, overdue = date.fromordinal(self.days[place]), bool(self.overdue[place])
        block = EventBlock(uid=_uid(data, 0), last_day=day, overdue=overdue, data=data)
        return Entry(self.versions[place], block)


def unpack(kept: KeptFeed) -> Packed:
    """A kept feed's events."""
    marks: list[int] = json.loads(kept.marks)
    inside = sum(marks[4::5]) - len(kept.spare)
    head = len(kept.data) - _FOOT - inside
    body = kept.data[head : head + inside] + kept.spare
    return Packed([marks[place::5] for place in range(5)], body)


def pack(entries: Entries, shown: Iterable[EventBlock]) -> tuple[str, bytes]:
    """The marks of these rows, and apart the octets of the events that are not in the feed."""
    places = {block.uid: place for place, block in enumerate(shown)}
    last = len(places)

    def place(item: tuple[int, Entry]) -> tuple[int, int]:
        id_, entry = item
        return (last + 1 if entry.block is None else places.get(entry.block.uid, last), id_)

    ordered = sorted(entries.items(), key=place)
    flat = [part for id_, entry in ordered for part in (id_, entry.version, *_numbers(entry.block))]
    spare = b"".join(
        entry.block.data for _, entry in ordered if entry.block is not None and entry.block.uid not in places
    )
    return _written(flat), spare


def _written(flat: list[int]) -> str:
    """JSON, as Python writes a list of numbers."""
    return str(flat).replace(" ", "")


def _numbers(block: EventBlock | None) -> tuple[int, int, int]:
    return (0, 0, 0) if block is None else (block.last_day.toordinal(), int(block.overdue), len(block.data))


def _uid(data: bytes, start: int) -> str:
    begin = start + _UID_AT
    return data[begin : data.index(b"\r\n", begin)].decode("ascii")


# Raise it when the same rows give other bytes than before, so that kept feeds are built anew.
RENDERING = 3
MOST_CUTS = 20
"""Up to so many rows are cut out of a feed and put in one by one; for more it is put together again."""


def context_of(settings: Settings) -> str:
    """What all events have in common besides their view."""
    return f"{RENDERING} {settings.time_zone} {settings.base_url}"


@dataclass(frozen=True, kw_only=True)
class FeedRequest:
    """What a feed is built from; the same `fingerprint`, the same bytes."""

    source: Source
    marks: Sequence[Mark]
    fingerprint: str


def wanted_feed(source: Source, settings: Settings, marks: Sequence[Mark]) -> FeedRequest:
    text = f"{context_of(settings)}\n{source.name}\n{marks}"
    return FeedRequest(source=source, marks=marks, fingerprint=sha256(text.encode()).hexdigest())


@dataclass(frozen=True, slots=True)
class Validity:
    """What of a kept feed says whether it is current."""

    fingerprint: str
    day: date
    left_out: int


def is_current(kept: KeptFeed | Validity | None, wanted: FeedRequest, window: FeedWindow) -> bool:
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


def former_of(kept: KeptFeed | None, settings: Settings, wanted: FeedRequest) -> Former:
    usable = kept is not None and kept.context == context_of(settings)
    packed = unpack(kept) if kept is not None and usable else Packed.empty()
    missing = frozenset(id_ for id_, _ in set(wanted.marks) - packed.at_these_versions())
    return Former(kept=kept, packed=packed, missing=missing)


def speaker_for(session: Session, settings: Settings, view: FeedView) -> Speaker:
    return Speaker(view.language, settings.zone, working_days(session))


def render(
    wanted: FeedRequest,
    settings: Settings,
    window: FeedWindow,
    former: Former,
    built: Mapping[int, EventContext],
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
    header: FeedHeader, window: FeedWindow, marks: Sequence[Mark], former: Former, new: Mapping[int, Entry]
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


def _fits(packed: Packed, header: FeedHeader, window: FeedWindow) -> bool:
    days = packed.days[: packed.shown]
    if len(days) > MOST_EVENTS or len(packed.body) > room(header):
        return False
    first, last = days_shown(window.today)
    return not days or (first <= date.fromordinal(days[0]) and date.fromordinal(days[-1]) <= last)


def _put_together(
    header: FeedHeader, window: FeedWindow, marks: Sequence[Mark], former: Former, new: Mapping[int, Entry]
) -> _Body:
    have = former.packed.entries({id_ for id_, _ in marks})
    entries = {id_: new[id_] if id_ in new else have[id_] for id_, _ in marks}
    blocks = [entry.block for entry in entries.values() if entry.block is not None]
    choice = choose(blocks, today=window.today, most_bytes=room(header))
    data = feed_bytes(header, (block.data for block in choice.kept))
    marked, spare = pack(entries, choice.kept)
    return _Body(data=data, marks=marked, spare=spare, events=len(choice.kept), left_out=choice.over_limit)


def _block(view: FeedView, shown: EventContext | None) -> EventBlock | None:
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
