"""What a mail can say of one notice: the obligation as it stands at the time of sending, as plain values.

Names and reasons come from people and files. `tidied` makes them harmless for subject, text and HTML alike:
one line each, no control or direction-turning characters, of bearable length.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import NamedTuple
from unicodedata import category, is_normalized

from calendars.ical_text import one_line
from models.mail_address import actor_address, actor_name
from models.vocabulary import Audience, NoticeKind
from reporting.feeds.rows import OwedRow
from reporting.obligations.asked import AskedBy
from reporting.reminders.audience import OWN

NAME_LIMIT = 160
REASON_LIMIT = 1000
# U+202A–202E, U+2066–2069 and the marks turn the direction of what follows: a name could rewrite its line.
TURNING = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff]")
UNTIDY = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]|  "
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Addressee:
    """Who a mail is for."""

    address: str
    name: str
    language: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Picture:
    """A branch in one stage and period: how many reports the unit that gathers them has, and from whom."""

    gathered_by: str
    expected: int
    filed: int
    late: int
    overdue: int
    returned: int = 0
    filed_by: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """What was decided about a request for a later deadline. Days are the last ones that are on time; the old
    one may have an hour."""

    granted: bool
    asked_for: date
    old_day: date | None
    new_day: date | None
    note: str = ""
    document_number: str = ""
    old_hour: time | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Handed:
    """A report that was handed in: when, under which number, and whether it was late; `at` is local.

    `first_on` is the day of the first version where this one is another: `days_late` is then the first one's.
    """

    on: date
    document_number: str
    days_late: int
    at: datetime | None = None
    receipt: str = ""
    first_on: date | None = None


class ChasedBy(NamedTuple):
    """The person who chases, the address for answers and the unit in whose name; what is not known is empty,
    but either the person or the unit is known."""

    person: str
    address: str = ""
    unit_name: str = ""

    @property
    def said(self) -> str:
        if self.person and self.unit_name:
            return f"{self.person} ({self.unit_name})"
        return self.person or self.unit_name


def chased_by(actor: str, unit_name: str) -> ChasedBy | None:
    """Who chased, as the ledger keeps it; None where nobody did, or neither person nor unit is known."""
    person = actor_name(actor)
    return ChasedBy(person, actor_address(actor), unit_name) if person or (actor and unit_name) else None


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """A notice with all that its mail can say: first what it is itself, then `owed`, the report it is about,
    and what belongs to that. `unit_id` is the unit that the person is a contact of.

    An alert is about no report: `obligation_id` is 0. So is a mail about a password or with a
    calendar: `ticket` is what its
    link is made from, `until` when it ends, in local time. Where the reader's unit holds others up the report
    is the reader's own, and `held_up` names them. `files` are the names of the signed document and the forms.
    """

    notice_id: int
    kind: NoticeKind
    audience: Audience
    person: Addressee
    contact_id: int | None = None
    link_series: int = 0
    unit_id: int | None = None
    attempts: int = 0
    words: str = ""
    ticket: str = ""
    until: datetime | None = None
    obligation_id: int = 0
    owed: OwedRow | None = None
    branch: str = ""
    awaited_by: str = ""
    monitor: str = ""
    returned_for: str = ""
    holding_up: tuple[str, ...] = ()
    held_up: tuple[str, ...] = ()
    handed: Handed | None = None
    decision: Decision | None = None
    picture: Picture | None = None
    asked: AskedBy | None = None
    chased_by: ChasedBy | None = None
    brings_entry: bool = False
    files: tuple[str, ...] = ()

    @property
    def is_own(self) -> bool:
        """Whether the person belongs to the unit that owes."""
        return self.audience in OWN or bool(self.held_up)


def tidy(text: str, limit: int = NAME_LIMIT) -> str:
    """The text on one line, harmless, of at most `limit` characters."""
    if len(text) <= limit and UNTIDY.search(text) is None and is_normalized("NFC", text):
        tidy_text = text.strip()
        # A mark at the beginning would sit on what stands before it: on the end of a tag, and break it.
        if not category(tidy_text[:1] or "x").startswith("M"):
            return tidy_text
    return one_line(TURNING.sub("", text[: 4 * limit]), limit)


def tidied(item: Item) -> Item:
    """The item with every value from outside made harmless."""
    owed, handed, decision, picture = item.owed, item.handed, item.decision, item.picture
    return replace(
        item,
        person=replace(item.person, name=tidy(item.person.name)),
        words=tidied_words(item.words),
        owed=owed and _tidied_row(owed),
        branch=tidy(item.branch),
        awaited_by=tidy(item.awaited_by),
        monitor=tidy(item.monitor),
        returned_for=tidy(item.returned_for, REASON_LIMIT),
        holding_up=_all_tidy(item.holding_up),
        held_up=_all_tidy(item.held_up),
        files=_all_tidy(item.files),
        handed=handed and replace(handed, document_number=tidy(handed.document_number, 60)),
        asked=item.asked
        and item.asked._replace(
            title=tidy(item.asked.title, 200),
            number=tidy(item.asked.number, 60),
            person=tidy(item.asked.person),
            unit_name=tidy(item.asked.unit_name),
        ),
        chased_by=item.chased_by
        and item.chased_by._replace(
            person=tidy(item.chased_by.person), unit_name=tidy(item.chased_by.unit_name)
        ),
        decision=decision
        and replace(
            decision,
            note=tidy(decision.note, REASON_LIMIT),
            document_number=tidy(decision.document_number, 60),
        ),
        picture=picture
        and replace(picture, gathered_by=tidy(picture.gathered_by), filed_by=_all_tidy(picture.filed_by)),
    )


def _tidied_row(owed: OwedRow) -> OwedRow:
    return owed._replace(
        plan_number=tidy(owed.plan_number, 60),
        plan_title=tidy(owed.plan_title, 200),
        duty_title=tidy(owed.duty_title),
        basis=tidy(owed.basis, 120),
        clause=tidy(owed.clause, 400),
        period=tidy(owed.period, 40),
        stage_name=tidy(owed.stage_name),
        unit_name=tidy(owed.unit_name),
        recipient_name=owed.recipient_name and tidy(owed.recipient_name),
        copies=_all_tidy(owed.copies),
    )


def _all_tidy(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(map(tidy, names))


def tidied_words(words: str) -> str:
    """A person's own words keep their lines: at most twenty of them."""
    lines = [tidy(line, REASON_LIMIT) for line in words[: 4 * REASON_LIMIT].splitlines()]
    return "\n".join(line for line in lines if line)[: 2 * REASON_LIMIT]
