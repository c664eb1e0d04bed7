"""A notice's mail to look at: the text that was kept, or else the mail drawn anew from the data as they are.

The links in it have lost their secret, so that looking at somebody's mail gives nobody their rights.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from models.notice import Mail, Notice
from models.settings import Settings
from notifications.digest_rows import read_items
from notifications.letters import Writer
from notifications.links import without_secrets
from reporting.rungs import OfficeCalendar
from reporting.special_days import working_days


@dataclass(frozen=True, kw_only=True)
class DrawnMail:
    """A mail's words. `kept` says that the text is the one that was sent; then there is no HTML."""

    subject: str
    text: str
    html: str = ""
    kept: bool = False
    notices: int = 1


def drawn_mail(session: Session, settings: Settings, notice: Notice, now: datetime) -> DrawnMail | None:
    """The mail that carried the notice, or would carry it at `now`; None where nobody receives it."""
    mail = session.get(Mail, notice.mail_id) if notice.mail_id is not None else None
    ids = _together(session, notice)
    if mail is not None and mail.body:
        return DrawnMail(subject=mail.subject, text=mail.body, kept=True, notices=len(ids))
    if not notice.recipient:
        return None
    calendar = OfficeCalendar(working_days(session), settings.zone)
    at = now if mail is None else mail.sent_at or mail.created_at
    items = read_items(session, ids, calendar, calendar.day(at), settings.language)
    if not items:
        return None
    words = Writer(settings, calendar, at).write(items, "<shown@example.invalid>").words
    return DrawnMail(
        subject=words.subject,
        text=without_secrets(words.text),
        html=without_secrets(words.html),
        notices=len(ids),
    )


def _together(session: Session, notice: Notice) -> list[int]:
    """The notices of the same mail; alone where there is no mail yet."""
    if notice.mail_id is None:
        return [notice.id or 0]
    return list(session.scalars(select(col(Notice.id)).where(col(Notice.mail_id) == notice.mail_id)))
