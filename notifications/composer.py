"""From a person's items to the mail as bytes: words, links, thread, and a calendar entry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from calendars.ical_event import event_bytes
from calendars.ical_feed import entry_bytes
from calendars.office import OfficeCalendar
from calendars.periods import Language
from models.mail_address import Sender, parse_sender
from models.settings import Settings
from models.vocabulary import NoticeKind
from notifications.digest import MOST_ITEMS, compose
from notifications.item import Item
from notifications.links import Links
from notifications.mail_merge import FormLetters, MergedText
from notifications.message import Attachment, Letter, thread_id, write_message
from notifications.rendering import Rendered, render
from reporting.feeds.events import owed_event
from reporting.feeds.text import Speaker

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

    @cached_property
    def links(self) -> Links:
        return Links(self.settings.base_url, self.settings.secret_key.get_secret_value(), self.now)

    @cached_property
    def _forms(self) -> FormLetters:
        return FormLetters(self._put)

    def write(self, items: Sequence[Item], message_id: str) -> Written:
        """The mail for the one person these items are for. Raises `InvalidInput` for an unusable address."""
        said = self._forms.say(items, self.links)
        return Written(said.words, write_message(self._letter(said, items, message_id)))

    def _put(self, items: Sequence[Item], links: Links) -> MergedText:
        """By the templates, with fewer rows where the words are long, so that no mail program cuts the end
        off."""
        rows = MOST_ITEMS
        while True:
            digest = compose(items, self.calendar, self.now, rows)
            words = render(digest, links)
            if rows == 1 or len(words.html.encode()) <= MOST_OCTETS:
                return MergedText.of(words, digest)
            rows = rows // 2

    def _letter(self, said: MergedText, items: Sequence[Item], message_id: str) -> Letter:
        sender = self.sender
        obligations = sorted({item.obligation_id for item in items if item.obligation_id})[:MOST_REFERENCES]
        return Letter(
            sender=sender,
            name=said.name,
            address=items[0].person.address,
            message_id=message_id,
            references=[thread_id(id, sender.domain) for id in obligations],
            date=self.now.astimezone(self.calendar.zone),
            subject=said.words.subject,
            plain=said.plain,
            html=said.html,
            unsubscribe=self._unsubscribe(said),
            attachment=self._entry(said, items[0]) if self.settings.mail_calendar else None,
        )

    def _unsubscribe(self, said: MergedText) -> str:
        """Only the look at the week ahead can be left."""
        contact = said.contact_id if said.kind is NoticeKind.LOOK_AHEAD else None
        return self.links.unsubscribe(contact) if contact else ""

    def _entry(self, said: MergedText, item: Item) -> Attachment | None:
        """What comes due, for the person's own calendar: only where it is the one thing the mail is about."""
        if said.count > 1 or said.kind is not NoticeKind.COMING_DUE or item.event is None:
            return None
        language: Language = "en" if item.person.language == "en" else "vi"
        speaker = Speaker(language, self.calendar.zone, self.calendar.days)
        event = owed_event(item.event, self.settings, speaker).event
        data = entry_bytes(language, event_bytes(event, alarms=True))
        return Attachment(name=f"dondoc-{item.obligation_id}.ics", data=data)
