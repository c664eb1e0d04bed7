"""The four feeds: a unit's, a branch's, a plan's and a person's, as bytes of one calendar each.

A unit's and a person's show obligation by obligation; a branch's and a plan's show one event per stage and
period with its count, because nobody reads ten thousand events. Same rows, same bytes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from sqlalchemy import or_
from sqlmodel import Session, col, select

from calendars.ical_event import event_bytes
from calendars.ical_feed import EventBlock, FeedHeader, choose, feed_bytes, room
from calendars.periods import Language
from calendars.zone import local_date
from models.contact import Contact
from models.errors import NotFound
from models.plan import Plan
from models.settings import Settings
from models.unit import Unit, UnitVersion
from reporting.feed_events import Shown, count_events, owed_events
from reporting.feed_rows import in_branch, in_plan
from reporting.feed_text import Speaker
from reporting.special_days import working_days
from reporting.units import hierarchy

COLOURS = {"unit": "steelblue", "branch": "teal", "plan": "rebeccapurple", "person": "seagreen"}


@dataclass(frozen=True, kw_only=True)
class FeedWish:
    """What the reader of a feed may choose; without a language, the person's own or the installation's."""

    language: Language | None = None
    alarms: bool = False


@dataclass(frozen=True, kw_only=True)
class Feed:
    """A calendar ready to be served or written; `slug` is its readable file name."""

    slug: str
    name: str
    data: bytes
    events: int
    left_out: int


def unit_feed(session: Session, settings: Settings, now: datetime, code: str, wish: FeedWish) -> Feed:
    """What one unit owes. Raises `NotFound`."""
    unit_id, name = _unit(session, code, local_date(now, settings.zone))
    speaker = _speaker(session, settings, wish)
    events = owed_events(session, settings, now, {unit_id}, speaker)
    return _feed("unit", code, speaker.word("unit feed", name), events, now, speaker, wish)


def person_feed(session: Session, settings: Settings, now: datetime, address: str, wish: FeedWish) -> Feed:
    """What all units owe whose contact the address is today, in one calendar. Raises `NotFound`."""
    address = address.strip().lower()
    contacts = _contacts(session, address, local_date(now, settings.zone))
    own: Language = "en" if contacts[0].language == "en" else "vi"
    speaker = _speaker(session, settings, wish, own)
    events = owed_events(session, settings, now, {contact.unit_id for contact in contacts}, speaker)
    name = speaker.word("unit feed", contacts[0].name)
    return _feed("person", address.replace("@", "-at-"), name, events, now, speaker, wish)


def branch_feed(session: Session, settings: Settings, now: datetime, code: str, wish: FeedWish) -> Feed:
    """How far a unit and all below it are, counted by stage and period. Raises `NotFound`."""
    unit_id, name = _unit(session, code, local_date(now, settings.zone))
    speaker = _speaker(session, settings, wish)
    events = count_events(session, settings, now, in_branch(unit_id), ("branch", code), speaker)
    return _feed("branch", code, speaker.word("branch feed", name), events, now, speaker, wish)


def plan_feed(session: Session, settings: Settings, now: datetime, slug: str, wish: FeedWish) -> Feed:
    """How far all units of a plan are, counted by stage and period. Raises `NotFound`."""
    plan = session.exec(select(Plan).where(Plan.slug == slug)).one_or_none()
    if plan is None or plan.id is None:
        raise NotFound(f"no plan {slug!r}; dondoc plan list shows those that are loaded")
    speaker = _speaker(session, settings, wish)
    events = count_events(session, settings, now, in_plan(plan.id), ("plan", slug), speaker)
    return _feed("plan", slug, speaker.word("plan feed", plan.number), events, now, speaker, wish)


def _feed(
    kind: str,
    key: str,
    name: str,
    shown: Iterable[Shown],
    now: datetime,
    speaker: Speaker,
    wish: FeedWish,
) -> Feed:
    header = FeedHeader(name, speaker.language, speaker.zone, COLOURS[kind])
    blocks = [_block(each, wish.alarms) for each in shown]
    choice = choose(blocks, today=local_date(now, speaker.zone), most_bytes=room(header))
    return Feed(
        slug=f"{kind}-{slugged(key)}",
        name=name,
        data=feed_bytes(header, (block.data for block in choice.kept)),
        events=len(choice.kept),
        left_out=choice.over_limit,
    )


def _block(shown: Shown, alarms: bool) -> EventBlock:
    event = shown.event
    return EventBlock(
        uid=event.uid,
        last_day=event.last_day,
        overdue=shown.overdue,
        data=event_bytes(event, alarms=alarms),
    )


def _speaker(session: Session, settings: Settings, wish: FeedWish, own: Language | None = None) -> Speaker:
    return Speaker(wish.language or own or settings.language, settings.zone, working_days(session))


def _unit(session: Session, code: str, today: date) -> tuple[int, str]:
    """The unit, even one that is no more: its feed still shows what it owed."""
    query = (
        select(Unit.id, UnitVersion.name)
        .join(UnitVersion, col(UnitVersion.unit_id) == Unit.id)
        .where(Unit.code == code, UnitVersion.valid_from <= today)
        .order_by(col(UnitVersion.valid_from).desc())
        .limit(1)
    )
    found = session.exec(query).first()
    if found is None or found[0] is None:
        hierarchy(session, today).unit(code)  # says which codes come near
        raise NotFound(f"no unit {code!r}; dondoc units tree lists them")
    return found[0], found[1]


def _contacts(session: Session, address: str, today: date) -> list[Contact]:
    query = (
        select(Contact)
        .where(Contact.address == address, Contact.valid_from <= today)
        .where(or_(col(Contact.valid_to).is_(None), col(Contact.valid_to) > today))
        .order_by(col(Contact.id))
    )
    contacts = list(session.exec(query).all())
    if not contacts:
        raise NotFound(f"no unit has the contact {address!r} today; contacts come with dondoc units load")
    return contacts


def slugged(text: str) -> str:
    """A file name of plain letters; what had to be changed gets a hash, so that no two meet."""
    plain = unicodedata.normalize("NFKD", text.replace("đ", "d").replace("Đ", "D"))
    slug = re.sub(r"[^a-z0-9._-]+", "-", plain.encode("ascii", "ignore").decode().lower()).strip(".-")[:80]
    return slug if slug == text else f"{slug}-{sha256(text.encode()).hexdigest()[:8]}"
