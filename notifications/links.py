"""Links in mails: a signed, expiring capability that opens one obligation, and nothing else.

The path is /o/<id>-<contact>/<expiry>/<signature> for a person who hands the report in, /v/… for one who may
only look, /c/… for one who has it for information, while it is filed. It names the contact to whom it was
mailed, and ends with that contact, or when an administrator revokes the contact's links. The signature is the
secret: it never belongs in a log. Opening a link changes nothing. /u/… stops the weekly look ahead for one
contact, and only when it is posted to (RFC 8058).
"""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from urllib.parse import quote

from models.vocabulary import Audience, Lifecycle, NoticeKind
from notifications.item import Item
from reporting.access.passwords import spelled, spelled_before
from reporting.access.reset_links import ticket_secret
from reporting.feeds.mailed import feed_secret
from reporting.feeds.subscriptions import feed_url

VALID_FOR = timedelta(days=60)
OCTETS = 18
LEAST_OF_CUT = 6
"""Characters: some 36 bits, of which a guesser may try thirty in five minutes."""
SECRET = re.compile(r"(/[a-z-]{1,20}(?:/[^\s/]{1,80})?/\d{9,11}/|/reset/|/ical/)[A-Za-z0-9_-]{20,}=*")
"""A link's signature, behind what it signs; the ticket that sets a password, or the address of a calendar."""


class Purpose(StrEnum):
    """What the holder may do."""

    FILE = "o"
    VIEW = "v"
    COPY = "c"
    UNSUBSCRIBE = "u"


class LinkHolder(NamedTuple):
    """The contact to whom a link is mailed, and which of their links hold."""

    contact_id: int
    series: int

    def signed(self, id: int) -> str:
        """What a link's signature says beside purpose and expiry."""
        return f"{id}-{self.contact_id}.{self.series}"


@dataclass(frozen=True)
class Links:
    """The addresses in one mail."""

    base_url: str
    secret: str
    now: datetime

    @property
    def home(self) -> str:
        return self.base_url.rstrip("/") + "/"

    @property
    def calendar_help(self) -> str:
        return f"{self.home}feeds/help"

    @property
    def expires_on(self) -> date:
        """The last day on which all the mail's links still hold."""
        return _expiry(self.now).date() - timedelta(days=1)

    def of_item(self, item: Item) -> str:
        if item.kind is NoticeKind.CALENDAR:
            word, _, slug = item.ticket.partition("/")
            return feed_url(self.base_url, feed_secret(self.secret, word), slug)
        if item.ticket:
            return f"{self.home}reset/{ticket_secret(self.secret, item.ticket)}"
        if item.kind is NoticeKind.SECOND_FACTOR:
            return f"{self.home}me/second-factor"
        if not item.obligation_id or _is_withdrawn(item):
            return self.home
        holder = LinkHolder(item.contact_id, item.link_series) if item.contact_id else None
        return signed_link(self.base_url, self.secret, _purpose(item), item.obligation_id, self.now, holder)

    def of_plan(self, slug: str) -> str:
        """The plan's page, for those who may sign in."""
        return f"{self.home}plans/{quote(slug, safe='')}" if slug else self.home

    def unsubscribe(self, contact_id: int) -> str:
        return signed_link(self.base_url, self.secret, Purpose.UNSUBSCRIBE, contact_id, self.now)


def _is_withdrawn(item: Item) -> bool:
    """What was for information and is filed no more: its link would open nothing."""
    return item.audience is Audience.COPY and item.owed is not None and item.owed.state == Lifecycle.OPEN


def _purpose(item: Item) -> Purpose:
    if item.is_own:
        return Purpose.FILE
    return Purpose.COPY if item.audience is Audience.COPY else Purpose.VIEW


def _expiry(now: datetime) -> datetime:
    return now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + VALID_FOR


def signed_link(
    base_url: str, secret: str, purpose: Purpose, id: int, now: datetime, holder: LinkHolder | None = None
) -> str:
    """The address; it expires `VALID_FOR` after the day of `now` (UTC), so a mail's repeat has the same."""
    expiry = int(_expiry(now).timestamp())
    signature, _ = _signatures(secret, purpose, holder.signed(id) if holder else id, expiry)
    place = f"{id}-{holder.contact_id}" if holder else id
    return f"{base_url.rstrip('/')}/{purpose}/{place}/{expiry}/{signature}"


def is_valid(
    secret: str, purpose: Purpose, signed: int | str, expiry: int, signature: str, now: datetime
) -> bool:
    """Whether the signature is ours, as it is written now or was before, and has not expired."""
    ours = _signatures(secret, purpose, signed, expiry)
    return any(_is_same(whole, signature) for whole in ours) and now.timestamp() < expiry


def is_cut(secret: str, purpose: Purpose, signed: int | str, expiry: int, signature: str) -> bool:
    """Whether it is the beginning of a signature of ours: so much of it that nobody can have guessed it."""
    length = len(signature)
    ours = [each for each in _signatures(secret, purpose, signed, expiry) if length < len(each)]
    return length >= LEAST_OF_CUT and any(_is_same(whole[:length], signature) for whole in ours)


def _is_same(expected: str, given: str) -> bool:
    """Without the time it takes telling how much of it is right."""
    return hmac.compare_digest(expected.encode(), given.encode("utf-8", "surrogateescape"))


def _signatures(secret: str, purpose: Purpose, signed: int | str, expiry: int) -> tuple[str, str]:
    """As it is written now, and as it was before."""
    said = f"dondoc-link:{purpose}:{signed}:{expiry}"
    made = hmac.digest(secret.encode(), said.encode(), "sha256")[:OCTETS]
    return spelled(made), spelled_before(made)


def without_secrets(text: str) -> str:
    """The text with the signature of each link left out: what a log or an archive may keep."""
    return SECRET.sub(r"\1…", text)
