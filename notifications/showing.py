"""A mail of any kind to look at, never sent: about an obligation as it stands, or about a made-up one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from models.errors import NotFound
from models.notice import Notice
from models.obligation import Obligation
from models.settings import Settings
from models.vocabulary import Audience, NoticeKind
from notifications.digest_rows import Reading, items_of
from notifications.item import Item
from notifications.letters import Writer, Written
from notifications.message import message_id
from notifications.samples import TO_SUPERIORS, WORDS, sample_items
from reporting.rungs import OfficeCalendar
from reporting.special_days import working_days

NOBODY = "nguoi.nhan@example.invalid"


@dataclass(frozen=True)
class _Row:
    """What `items_of` reads of a notice, for one that was never planned."""

    Notice: Notice
    known: int | None = None
    contact: str = ""
    language: str = ""
    until: datetime | None = None


def show_mail(
    session: Session,
    settings: Settings,
    kind: NoticeKind,
    language: str,
    now: datetime,
    *,
    obligation_id: int | None = None,
    count: int = 1,
) -> Written:
    """The mail of one kind as it would go out at `now`. Raises `NotFound` for an unknown obligation."""
    calendar = OfficeCalendar(working_days(session), settings.zone)
    if obligation_id is None:
        items = sample_items(kind, language, calendar, now, count)
    else:
        items = _about(session, obligation_id, kind, Reading(calendar, calendar.day(now), language), now)
    key = message_id(f"show|{kind}|{language}|{obligation_id}", "example.invalid")
    return Writer(settings, calendar, now).write(items, key)


def _about(
    session: Session, obligation_id: int, kind: NoticeKind, reading: Reading, now: datetime
) -> list[Item]:
    if session.get(Obligation, obligation_id) is None:
        raise NotFound(f"no obligation {obligation_id}; see: dondoc due --json")
    notice = Notice(
        obligation_id=obligation_id,
        deadline_revision=1,
        rung="@show",
        recipient=NOBODY,
        kind=kind,
        audience=TO_SUPERIORS.get(kind, Audience.CLERK),
        moment=now,
        planned_at=now,
        words=WORDS.get(kind, ""),
    )
    return items_of(session, [_Row(notice)], reading)
