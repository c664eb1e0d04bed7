"""A mail of any kind to look at, never sent: about an obligation as it stands, or about a made-up one."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from models.errors import NotFound
from models.obligation import Obligation
from models.settings import Settings
from models.vocabulary import Audience, NoticeKind
from notifications.digest_rows import Reading, items_of
from notifications.item import Item
from notifications.letters import Writer, Written
from notifications.message import message_id
from notifications.samples import TO_SUPERIORS, WORDS, sample_items
from notifications.told_rows import Told
from reporting.rungs import OfficeCalendar
from reporting.special_days import working_days

NOBODY = "nguoi.nhan@example.invalid"


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
        items = _about(session, obligation_id, kind, Reading(calendar, calendar.day(now), language))
    key = message_id(f"show|{kind}|{language}|{obligation_id}", "example.invalid")
    return Writer(settings, calendar, now).write(items, key)


def _about(session: Session, obligation_id: int, kind: NoticeKind, reading: Reading) -> list[Item]:
    if session.get(Obligation, obligation_id) is None:
        raise NotFound(f"no obligation {obligation_id}; see: dondoc due --json")
    told = Told(
        notice_id=0,
        obligation_id=obligation_id,
        kind=kind,
        audience=TO_SUPERIORS.get(kind, Audience.CLERK),
        recipient=NOBODY,
        words=WORDS.get(kind, ""),
    )
    items = items_of(session, [told], reading)
    if kind is NoticeKind.HOLDING_UP and not items[0].held_up:
        raise NotFound(f"obligation {obligation_id} waits for no other report; see: dondoc chain")
    return items
