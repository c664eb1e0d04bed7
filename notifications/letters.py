"""From a person's items to the mail as bytes: words, links, thread, and a calendar entry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from calendars.ical_event import event_bytes
from calendars.ical_feed import entry_bytes
from calendars.periods import Language
from models.settings import Settings
from models.vocabulary import NoticeKind
from notifications.digest import MOST_ITEMS, Digest, compose
from notifications.item import Item
from notifications.links import Links
from notifications.message import Attachment, Letter, Sender, parse_sender, thread_id, write_message
from notifications.rendering import Rendered, render
from reporting.feed_events import owed_event
from reporting.feed_text import Speaker
from reporting.rungs import OfficeCalendar

MOST_REFERENCES = 20
MOST_OCTETS = 90_000
"""Of HTML; Gmail cuts a mail off after 102 KB."""


@dataclass(frozen=True)
class Written:
    """A mail: its words, and the bytes that go to the server."""

    words: Rendered
    data: bytes


@dataclass(frozen=True)
class Writer:
    """Writes mails as of an instant; all that is the same for the mails of one pass."""

    settings: Settings
    calendar: OfficeCalendar
    now: datetime

    @property
    def sender(self) -> Sender:
        return parse_sender(self.settings.mail_from)

    @property
    def links(self) -> Links:
        return Links(self.settings.base_url, self.settings.secret_key.get_secret_value(), self.now)

    def write(self, items: Sequence[Item], message_id: str) -> Written:
        """The mail for the one person these items are for. Raises `InvalidInput` for an unusable address."""
        links = self.links
        digest, words = self._fitting(items, links)
        return Written(words, write_message(self._letter(digest, items, words, links, message_id)))

    def _fitting(self, items: Sequence[Item], links: Links) -> tuple[Digest, Rendered]:
        """With fewer rows where the words are long, so that no mail program cuts the end off."""
        rows = MOST_ITEMS
        while True:
            digest = compose(items, self.calendar, self.now, rows)
            words = render(digest, links)
            if rows == 1 or len(words.html.encode()) <= MOST_OCTETS:
                return digest, words
            rows = rows // 2

    def _letter(
        self, digest: Digest, items: Sequence[Item], words: Rendered, links: Links, message_id: str
    ) -> Letter:
        sender, person = self.sender, digest.person
        obligations = sorted({item.obligation_id for item in items if item.obligation_id})[:MOST_REFERENCES]
        contact = digest.first.item.contact_id
        return Letter(
            sender=sender,
            name=person.name,
            address=person.address,
            message_id=message_id,
            references=[thread_id(id, sender.domain) for id in obligations],
            date=self.now.astimezone(self.calendar.zone),
            subject=words.subject,
            text=words.text,
            html=words.html,
            unsubscribe=links.unsubscribe(contact) if digest.is_look_ahead and contact else "",
            attachment=self._entry(digest) if self.settings.mail_calendar else None,
        )

    def _entry(self, digest: Digest) -> Attachment | None:
        """What comes due, for the person's own calendar: only where it is the one thing the mail is about."""
        line = digest.first
        if digest.count > 1 or line.kind is not NoticeKind.COMING_DUE or line.item.event is None:
            return None
        language: Language = "en" if digest.person.language == "en" else "vi"
        speaker = Speaker(language, self.calendar.zone, self.calendar.days)
        shown = owed_event(line.item.event, self.settings, speaker)
        data = entry_bytes(language, event_bytes(shown.event, alarms=True))
        return Attachment(name=f"dondoc-{line.item.obligation_id}.ics", data=data)
