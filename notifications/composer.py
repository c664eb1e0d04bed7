"""From a person's items to the mail as bytes: words, links, thread, and a calendar entry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from functools import cached_property

from calendars.ical_event import event_bytes
from calendars.ical_feed import entry_bytes
from calendars.office import OfficeCalendar
from messages.catalogue import known_language
from models.mail_address import Sender, parse_sender
from models.settings import Settings
from models.vocabulary import NoticeKind
from notifications.digest import MOST_ITEMS, Digest, compose
from notifications.item import Item
from notifications.links import Links
from notifications.message import mailbox, thread_id, words, write_message
from notifications.rendering import Rendered, render
from reporting.feeds.events import owed_event
from reporting.feeds.text import Speaker

MOST_REFERENCES = 20
MOST_OCTETS = 90_000
"""Of HTML; Gmail cuts a mail off after 102 KB."""


@dataclass(frozen=True)
class Writer:
    """Writes mails as of an instant; what is the same for all mails of a pass is worked out once."""

    settings: Settings
    calendar: OfficeCalendar
    now: datetime

    @cached_property
    def sender(self) -> Sender:
        return parse_sender(self.settings.mail_from)

    @cached_property
    def links(self) -> Links:
        return Links(self.settings.base_url, self.settings.secret_key.get_secret_value(), self.now)

    def write(self, items: Sequence[Item], message_id: str) -> tuple[Rendered, bytes]:
        """The mail for the one person these items are for: its words, and the bytes for the server.

        Raises `InvalidInput` for an unusable address.
        """
        digest, said = self._said(items)
        headers = self._headers(digest, said, items, message_id)
        return said, write_message(said, headers, self._entry(digest, items))

    def _said(self, items: Sequence[Item]) -> tuple[Digest, Rendered]:
        """With fewer rows where the words are long, so that no mail program cuts the end off."""
        rows = MOST_ITEMS
        while True:
            digest = compose(items, self.calendar, self.now, rows)
            said = render(digest, self.links)
            if rows == 1 or len(said.html.encode()) <= MOST_OCTETS:
                return digest, said
            rows = rows // 2

    def _headers(
        self, digest: Digest, said: Rendered, items: Sequence[Item], message_id: str
    ) -> dict[str, str]:
        sender, person = self.sender, digest.person
        obligations = sorted({item.obligation_id for item in items if item.obligation_id})[:MOST_REFERENCES]
        threads = [thread_id(id, sender.domain) for id in obligations]
        # RFC 8058: one click, by POST. Duties cannot be unsubscribed, only the look at the week ahead.
        contact = digest.first.item.contact_id if digest.is_look_ahead else None
        leave = self.links.unsubscribe(contact) if contact else ""
        return {
            "From": mailbox(sender.name, sender.address, "From"),
            "To": mailbox(person.name, person.address, "To"),
            "Reply-To": ",\n ".join(mailbox("", address) for address in digest.answers),
            "Subject": words(said.subject),
            "Date": format_datetime(self.now.astimezone(self.calendar.zone)),
            "Message-ID": message_id,
            # An obligation is a thread. Apple's and Microsoft's programs look at the first, others at the
            # second.
            "In-Reply-To": threads[0] if len(threads) == 1 else "",
            "References": "\n ".join(threads),
            # RFC 3834: a machine wrote it, so no absence note may answer. The second is what Exchange heeds.
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
            "List-Id": f"dondoc <digest.{sender.domain}>",
            "List-Unsubscribe": f"<{leave}>" if leave else "",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click" if leave else "",
        }

    def _entry(self, digest: Digest, items: Sequence[Item]) -> tuple[str, bytes] | None:
        """What comes due, for the person's own calendar: only where it is the one thing the mail is about."""
        owed, language = items[0].owed, known_language(digest.person.language)
        is_of_one = digest.count == 1 and digest.kind is NoticeKind.COMING_DUE
        if not (self.settings.mail_calendar and is_of_one and digest.first.item.brings_entry and owed):
            return None
        event = owed_event(
            owed, self.settings, Speaker(language, self.calendar.zone, self.calendar.days)
        ).event
        return f"dondoc-{owed.id}.ics", entry_bytes(language, event_bytes(event, alarms=True))
