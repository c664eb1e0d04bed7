"""What may be mailed at an instant: one digest a person a day, and beside it only what cannot wait.

The window does not slide: the first pass on or after a rung's hour sends, and what comes later never puts it
off. What is left over from another day waits for office hours of a working day. A person gets no more mails a
day than the cap. There is no mail without a notice that is new, so none is empty and none only repeats.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import Enum, auto
from functools import lru_cache
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, and_, bindparam, exists, func, or_, select
from sqlmodel import col

from calendars.office import OfficeCalendar
from models.notice import Mail, Notice
from models.vocabulary import NoticeKind, NoticeState

DIGEST, URGENT, SIGN_IN = "digest", "urgent", "sign-in"
OF_NO_REPORT = frozenset({NoticeKind.ALERT, NoticeKind.PASSWORD})
"""What goes whatever else a person has had that day, and however much is waiting."""
CANNOT_WAIT = frozenset({NoticeKind.LAST_DAY, NoticeKind.RETURNED})


class Rule(Enum):
    """Which notices an instant lets go."""

    ONLY_ALERTS = auto()
    TODAYS_OWN = auto()
    WHATEVER_WAITS = auto()


@dataclass(frozen=True, kw_only=True)
class SendWindow:
    """An instant with the day's rules. `only_alerts` is for a pass that the ceiling stopped."""

    now: datetime
    calendar: OfficeCalendar
    daily_cap: int = 8
    digest_hour: int = 8
    only_alerts: bool = False

    @property
    def today(self) -> date:
        return self.calendar.day(self.now)

    @property
    def is_office_open(self) -> bool:
        opens = self.calendar.at(self.today, time(self.digest_hour))
        return self.calendar.days.is_working(self.today) and self.now >= opens

    @property
    def rule(self) -> Rule:
        if self.only_alerts:
            return Rule.ONLY_ALERTS
        return Rule.WHATEVER_WAITS if self.is_office_open else Rule.TODAYS_OWN

    @property
    def values(self) -> dict[str, Any]:
        """What statements made with `IS_READY` or `may_go` are filled in with."""
        return {
            "now": self.now,
            "today": self.today,
            "midnight": self.calendar.at(self.today, time(0)),
            "daily_cap": self.daily_cap,
        }


@dataclass(frozen=True)
class Shard:
    """Whom a pass is for: addresses behind `after` and up to `until`, as the database orders them; an empty
    end is none, so this is everybody."""

    after: str = ""
    until: str = ""


EVERYBODY = Shard()

NOW: BindParameter[Any] = bindparam("now")
TODAY: BindParameter[Any] = bindparam("today")
IS_READY = or_(
    and_(
        col(Notice.state) == NoticeState.QUEUED,
        col(Notice.planned_at) <= NOW,
        or_(col(Notice.next_attempt_at).is_(None), col(Notice.next_attempt_at) <= NOW),
    ),
    and_(col(Notice.state) == NoticeState.CLAIMED, col(Notice.lease_until) <= NOW),
)
"""Notices that may be sent now: queued and not postponed, or claimed by a sender that has died. What was
planned later than now waits: then the clock has gone back."""


@lru_cache(maxsize=len(Rule))
def may_go(rule: Rule) -> ColumnElement[bool]:
    """Those of them that go today; a mail whose fate is unknown goes again in any case."""
    beside = col(Notice.kind).in_(OF_NO_REPORT)
    again = col(Notice.mail_id).is_not(None)
    if rule is Rule.ONLY_ALERTS:
        return and_(IS_READY, beside)
    fresh = and_(_under_cap(), or_(_urgent(), and_(_in_time(rule), ~_had_digest())))
    return and_(IS_READY, or_(again, beside, fresh))


def _urgent() -> ColumnElement[bool]:
    return or_(col(Notice.immediate).is_(True), col(Notice.kind).in_(CANNOT_WAIT))


def _in_time(rule: Rule) -> ColumnElement[bool]:
    """Today's own notices at their hour; what is left over in office hours."""
    if rule is Rule.WHATEVER_WAITS:
        return col(Notice.id).is_not(None)
    return col(Notice.moment) >= bindparam("midnight")


def _had_digest() -> ColumnElement[bool]:
    return exists().where(
        col(Mail.recipient) == col(Notice.recipient), col(Mail.day) == TODAY, col(Mail.kind) == DIGEST
    )


def _under_cap() -> ColumnElement[bool]:
    mails = (
        select(func.count())
        .select_from(Mail)
        .where(
            col(Mail.recipient) == col(Notice.recipient),
            col(Mail.day) == TODAY,
            col(Mail.kind) != SIGN_IN,  # asking for them must not keep reminders back
        )
        .scalar_subquery()
    )
    return mails < bindparam("daily_cap")
