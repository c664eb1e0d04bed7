"""A kept feed taken apart: where in its bytes each event lies, so that of a thousand the one that changed is
cut out and another put in, without looking at the rest.

What is kept of the events is one flat list of numbers: a list or an object for each would keep the collector
of garbage busy at every fetch.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from calendars.ical_feed import EventBlock
from models.kept_feed import KeptFeed

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
