"""A view: which calendar, for whom, in which language, with or without alarms, and what of it is shown.

All who subscribe to the same view get the same bytes; the view's text is the key under which they are kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

from calendars.errors import FaultCode
from calendars.ical_feed import DAYS_AHEAD, DAYS_BACK
from calendars.zone import local_date, midnight
from messages.catalogue import N_, Language
from models.errors import InvalidInput
from models.subscription import FEED_KINDS
from models.text import without_marks
from models.vocabulary import Timeliness

KINDS = tuple(FEED_KINDS)
COLOURS = {"unit": "steelblue", "branch": "teal", "plan": "rebeccapurple", "person": "seagreen"}
# What comes due soon is in term: how soon is for mails to say, since a feed changes when a row does.
# So is what is returned: its event moves to the day by which it is to be corrected.
OF_MAILS = {
    Timeliness.DUE_SOON,
    Timeliness.LAST_DAY,
    Timeliness.NO_DEADLINE,
    Timeliness.RETURNED,
    Timeliness.CORRECTION_OVERDUE,
}
SHOWABLE = tuple(word for word in Timeliness if word not in OF_MAILS)
# Long enough for every program to fetch it, then it goes: Outlook shows a cancelled event as a normal one.
CANCELLED_SHOWN = timedelta(days=30)


class FeedFault(FaultCode):
    """What can be wrong with a request for a calendar, and what to do."""

    NO_UNIT = (
        N_("no unit '%(key)s'"),
        N_("the list of units has them all with their codes"),
        "dondoc units tree",
    )
    NO_PLAN = (N_("no plan '%(key)s'"), N_("the list of plans has them all"), "dondoc plan list")
    NO_CONTACT = (
        N_("no unit has the contact '%(key)s' today"),
        N_("add the contact to its unit first"),
        N_("dondoc units load FILE --as-of DATE"),
    )
    ENDS_EARLY = N_("a feed cannot end before it begins; give a later day")
    ENDED = (
        N_("feed %(number)s has ended and cannot be rotated"),
        N_("make a new one"),
        "dondoc feed new",
    )
    NO_FEED = (N_("no feed %(number)s"), N_("the list of feeds has them all"), "dondoc feed list")
    LONG_ADDRESS = N_("DONDOC_BASE_URL is too long: calendar addresses must be under 200 letters")
    NOT_SHOWN = N_("'%(word)s' cannot be chosen to be shown; choose among %(known)s")


@dataclass(frozen=True, kw_only=True)
class FeedRequest:
    """What somebody asks for; `shown` empty means all. Without a language, the person's own or the
    installation's."""

    kind: str
    key: str
    language: Language | None = None
    alarms: bool = False
    shown: frozenset[Timeliness] = frozenset()


@dataclass(frozen=True, kw_only=True)
class FeedView(FeedRequest):
    """What makes two feeds the same."""

    language: Language

    def __str__(self) -> str:
        alarms = "alarms" if self.alarms else "quiet"
        return "|".join((self.kind, self.language, alarms, join_shown(self.shown), self.key))

    @property
    def slug(self) -> str:
        return f"{self.kind}-{slugged(self.key.replace('@', '-at-') if self.kind == 'person' else self.key)}"

    @property
    def of(self) -> tuple[str, str]:
        """What it is about, for any reader."""
        return self.kind, self.key

    def shows(self, timeliness: Timeliness) -> bool:
        return not self.shown or timeliness in self.shown


@dataclass(frozen=True)
class FeedWindow:
    """The days a feed shows, seen from the instant `moment`: after `since`, up to and with `until`."""

    moment: datetime
    zone: ZoneInfo

    @property
    def today(self) -> date:
        return local_date(self.moment, self.zone)

    @property
    def since(self) -> datetime:
        """A deadline at this instant ends the day before the window's first."""
        return midnight(self.today - timedelta(days=DAYS_BACK), self.zone)

    @property
    def until(self) -> datetime:
        """A deadline at this instant ends the window's last day."""
        return midnight(self.today + timedelta(days=DAYS_AHEAD + 1), self.zone)

    @property
    def closed_since(self) -> datetime:
        return self.moment - CANCELLED_SHOWN


def join_shown(shown: Iterable[Timeliness]) -> str:
    """As it is stored: in a fixed order, `;in term;overdue;`, empty for all."""
    words = [word.value for word in SHOWABLE if word in set(shown)]
    return "" if len(words) in (0, len(SHOWABLE)) else f";{';'.join(words)};"


def split_shown(stored: str) -> frozenset[Timeliness]:
    return frozenset(Timeliness(word) for word in stored.split(";") if word)


def read_shown(words: Iterable[str]) -> frozenset[Timeliness]:
    """As people write it: in-term, overdue. Raises `InvalidInput`."""
    known = {word.value.replace(" ", "-"): word for word in SHOWABLE}
    found = []
    for word in words:
        timeliness = known.get(word.strip().lower().replace(" ", "-"))
        if timeliness is None:
            raise InvalidInput(FeedFault.NOT_SHOWN(word=word, known=list(known)))
        found.append(timeliness)
    return split_shown(join_shown(found))


def slugged(text: str) -> str:
    """A file name of plain letters; what had to be changed gets a hash, so that no two meet."""
    slug = re.sub(r"[^a-z0-9._-]+", "-", without_marks(text).lower()).strip(".-")[:80]
    return slug if slug == text else f"{slug}-{sha256(text.encode()).hexdigest()[:8]}"
