"""Calendars asked for by a link in a mail: made for a contact of the unit, and mailed to that contact.

Anybody who has the link may ask; only the contact comes to know the address. Its secret is derived from a
word of the notice and the installation's key when the mail is rendered, so that no table holds it.
"""

from __future__ import annotations

import hmac
from datetime import datetime
from hashlib import sha256

from sqlalchemy import func
from sqlmodel import Session, col, select

from models.notice import Notice
from models.settings import Settings
from models.unit import Contact
from models.vocabulary import Audience, NoticeKind
from reporting.access.passwords import new_secret, spelled
from reporting.feeds.subscriptions import find_subscription, subscribe, view_of_subscription
from reporting.feeds.view import FeedRequest
from reporting.reminders.ledger import CALENDAR


def feed_secret(key: str, word: str) -> str:
    """The secret in the address of a calendar that goes by mail."""
    return spelled(hmac.digest(key.encode(), b"dondoc-calendar:" + word.encode(), sha256))


def mail_calendar(
    session: Session, settings: Settings, now: datetime, actor: str, request: FeedRequest, contact: Contact
) -> None:
    """Subscribe in the contact's name, and queue the mail with the address. Raises as `subscribe`."""
    word = new_secret(24)
    secret = feed_secret(settings.secret_key.get_secret_value(), word)
    made = subscribe(session, settings, now, actor, request, contact.address, token=secret)
    slug = view_of_subscription(find_subscription(session, made.id)).slug
    numbers = select(func.max(col(Notice.repeat))).where(
        col(Notice.rung) == CALENDAR, col(Notice.recipient) == contact.address
    )
    session.add(
        Notice(
            obligation_id=None,
            deadline_revision=0,
            rung=CALENDAR,
            repeat=(session.scalar(numbers) or 0) + 1,
            recipient=contact.address,
            contact_id=contact.id,
            kind=NoticeKind.CALENDAR.value,
            audience=Audience.CLERK.value,
            moment=now,
            planned_at=now,
            immediate=True,
            words=f"{word}/{slug}",
        )
    )
