"""Whole mails: thread, what may be unsubscribed, the calendar entry, and the size that clients bear."""

from __future__ import annotations

from datetime import date
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

import pytest
from icalendar import Calendar

from models.settings import Settings
from models.vocabulary import NoticeKind
from notifications.composer import MOST_OCTETS, Writer
from notifications.item import Decision, Item
from notifications.sample_mail import sample_items
from tests.conftest import at
from tests.notifications.items import CALENDAR, item

NOW = at("2024-10-15 08:00:00")
KEY = "<key@example.vn>"


def settings(**changes: Any) -> Settings:
    values: dict[str, Any] = {
        "base_url": "https://x.example",
        "mail_from": "Đôn đốc <dondoc@example.vn>",
    } | changes
    return Settings(**values)


def written(*items: Item, **changes: Any) -> EmailMessage:
    _, data = Writer(settings(**changes), CALENDAR, NOW).write(items, KEY)
    return message_from_bytes(data, policy=SMTP)


def sample(kind: NoticeKind, count: int = 1, language: str = "vi") -> list[Item]:
    return sample_items(kind, language, CALENDAR, NOW, count)


def calendar_parts(message: EmailMessage) -> list[EmailMessage]:
    return [part for part in message.walk() if part.get_content_type() == "text/calendar"]


def test_an_obligation_is_a_thread() -> None:
    one = written(item(7, kind=NoticeKind.OVERDUE))
    assert one["In-Reply-To"] == one["References"] == "<obligation-7@example.vn>"
    two = written(item(8), item(7))
    assert two["In-Reply-To"] is None  # in two threads it answers none
    assert two["References"] == "<obligation-7@example.vn> <obligation-8@example.vn>"
    assert written(*sample(NoticeKind.ALERT))["References"] is None


@pytest.mark.parametrize("kind", NoticeKind)
def test_only_the_look_ahead_can_be_unsubscribed(kind: NoticeKind) -> None:
    message = written(*sample(kind))
    may = kind is NoticeKind.LOOK_AHEAD
    assert (message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click") is may
    assert str(message["List-Unsubscribe"] or "").startswith("<https://x.example/u/1/") is may
    assert (message["Auto-Submitted"], message["X-Auto-Response-Suppress"]) == ("auto-generated", "All")
    assert message["List-Id"] == "dondoc <digest.example.vn>"
    assert message.defects == []


def test_a_look_ahead_beside_a_duty_cannot() -> None:
    assert written(item(1, kind=NoticeKind.LOOK_AHEAD), item(2))["List-Unsubscribe"] is None


def test_what_comes_due_brings_its_calendar_entry() -> None:
    message = written(*sample(NoticeKind.COMING_DUE))
    (part,) = calendar_parts(message)
    assert (part.get_filename(), part.get_content_disposition()) == ("dondoc-1.ics", "attachment")
    data = part.get_payload(decode=True)
    assert isinstance(data, bytes)
    assert len(data) < 2500
    calendar = Calendar.from_ical(data)
    assert "METHOD" not in calendar  # with one, a mail program takes it for an invitation
    assert "X-WR-CALNAME" not in calendar  # with one, Outlook opens another calendar
    assert len(calendar.walk("VEVENT")) == 1
    assert b"\r\nDTSTART;VALUE=DATE:20241018\r\n" in data
    assert b"TZID" not in data
    assert message.get_content_type() == "multipart/mixed"
    assert message.get_body(("html",)) is not None


@pytest.mark.parametrize(
    ("items", "changes"),
    [
        (sample(NoticeKind.COMING_DUE), {"mail_calendar": False}),
        (sample(NoticeKind.COMING_DUE, 2), {}),  # a file for each would bury the mail
        (sample(NoticeKind.OVERDUE), {}),
        ([item()], {}),  # nothing is known of its event
    ],
)
def test_other_mails_bring_none(items: list[Item], changes: dict[str, Any]) -> None:
    message = written(*items, **changes)
    assert calendar_parts(message) == []
    assert message.get_content_type() == "multipart/alternative"


@pytest.mark.parametrize("kind", [NoticeKind.ESCALATED, NoticeKind.EXTENSION_DECIDED])
@pytest.mark.parametrize("text", ["Ữ" * 1500, "<&\"'>" * 300])
def test_a_digest_of_five_hundred_with_long_words_is_not_cut_off(kind: NoticeKind, text: str) -> None:
    decision = Decision(granted=False, asked_for=date(2024, 10, 20), old_day=None, new_day=None, note=text)
    told = {"kind": kind, "decision": decision, "holding_up": (text,) * 9}
    owed = {"plan_title": text, "basis": text}
    names = [f"{id} {text}" for id in range(1, 501)]
    many = [item(id, unit_name=name, duty_title=name, **owed, **told) for id, name in enumerate(names, 1)]
    words, _ = Writer(settings(), CALENDAR, NOW).write(many, KEY)
    assert len(words.html.encode()) <= MOST_OCTETS
    assert "500" in words.subject


def test_the_same_items_give_the_same_bytes() -> None:
    first, second = (
        Writer(settings(), CALENDAR, NOW).write(sample(NoticeKind.COMING_DUE), KEY) for _ in range(2)
    )
    assert first == second


def test_the_one_click_and_the_link_in_the_text_are_of_the_same_contact() -> None:
    later = item(1, kind=NoticeKind.LOOK_AHEAD, contact_id=5, plan_number="Z")
    sooner = item(2, kind=NoticeKind.LOOK_AHEAD, contact_id=7, plan_number="A")
    message = written(later, sooner)
    link = str(message["List-Unsubscribe"]).strip("<>")
    text = message.get_body(("plain",))
    assert text is not None
    assert "/u/7/" in link
    assert link in text.get_content()
