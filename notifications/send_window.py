"""What may be mailed at an instant: one digest a person a day, and beside it only what cannot wait.

The window does not slide: the first pass on or after a rung's hour sends, and what comes later never puts it
off. What is left over from another day waits for office hours of a working day. A person gets no more mails a
day than the cap. There is no mail without a notice that is new, so none is empty and none only repeats.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from zlib import crc32

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, true
from sqlmodel import Session, col

from calendars.office import OfficeCalendar
from models.errors import InvalidInput
from models.notice import Mail, Notice
from models.settings import Settings
from models.vocabulary import NoticeKind, NoticeState
from notifications.faults import MailFault
from reporting.reminders.ledger import ALERT
from reporting.special_days import working_days

DIGEST, URGENT, SIGN_IN = "digest", "urgent", "sign-in"
OF_NO_REPORT = frozenset(
    {NoticeKind.ALERT, NoticeKind.PASSWORD, NoticeKind.SECOND_FACTOR, NoticeKind.CALENDAR}
)
"""What goes whatever else a person has had that day, and however much is waiting."""
MOST_SHARDS = 64
CANNOT_WAIT = frozenset({NoticeKind.LAST_DAY, NoticeKind.RETURNED})


@dataclass(frozen=True, kw_only=True)
class SendWindow:
    """An instant with the day's rules. `only_alerts` is for a pass that the ceiling stopped, `only_alert`
    names the one that may leave a database in doubt."""

    now: datetime
    calendar: OfficeCalendar
    daily_cap: int = 8
    digest_hour: int = 8
    only_alerts: bool = False
    only_alert: str | None = None

    @classmethod
    def at(cls, session: Session, settings: Settings, now: datetime) -> SendWindow:
        """The window of a pass at `now`, by the settings and the days off."""
        calendar = OfficeCalendar(working_days(session), settings.zone)
        return cls(
            now=now, calendar=calendar, daily_cap=settings.mail_daily_cap, digest_hour=settings.digest_hour
        )

    @property
    def today(self) -> date:
        return self.calendar.day(self.now)

    @property
    def is_office_open(self) -> bool:
        opens = self.calendar.at(self.today, time(self.digest_hour))
        return self.calendar.days.is_working(self.today) and self.now >= opens


@dataclass(frozen=True)
class Shard:
    """The people of one pass: number `number` (from 1) of `of` equal parts.

    A person is always in the same shard, on any machine and database: it follows from the address alone.
    """

    number: int = 1
    of: int = 1

    def __post_init__(self) -> None:
        if not 1 <= self.number <= self.of <= MOST_SHARDS:
            raise InvalidInput(MailFault.NO_SHARD(text=str(self)))

    def __str__(self) -> str:
        return f"{self.number}/{self.of}"

    @classmethod
    def parse(cls, text: str) -> Shard:
        """From "2/4". Raises `InvalidInput`."""
        number, slash, of = text.strip().partition("/")
        if not (slash and number.isdecimal() and of.isdecimal()):
            raise InvalidInput(MailFault.NO_SHARD(text=text))
        return cls(int(number), int(of))

    def holds(self, address: str) -> bool:
        return crc32(address.lower().encode("utf-8", "replace")) % self.of == self.number - 1


EVERYBODY = Shard()


def is_ready(now: datetime) -> ColumnElement[bool]:
    """Notices that may be sent now: queued and not postponed, or claimed by a sender that has died. What was
    planned later than now waits: then the clock has gone back."""
    queued = and_(
        col(Notice.state) == NoticeState.QUEUED,
        col(Notice.planned_at) <= now,
        or_(col(Notice.next_attempt_at).is_(None), col(Notice.next_attempt_at) <= now),
    )
    return or_(queued, and_(col(Notice.state) == NoticeState.CLAIMED, col(Notice.lease_until) <= now))


def may_go(window: SendWindow) -> ColumnElement[bool]:
    """Those of them that go today; a mail whose fate is unknown goes again in any case."""
    beside = col(Notice.kind).in_(OF_NO_REPORT)
    again = col(Notice.mail_id).is_not(None)
    if window.only_alert is not None:
        return and_(is_ready(window.now), col(Notice.rung) == f"{ALERT}-{window.only_alert}")
    if window.only_alerts:
        return and_(is_ready(window.now), beside)
    urgent = or_(col(Notice.immediate).is_(True), col(Notice.kind).in_(CANNOT_WAIT))
    fresh = and_(_under_cap(window), or_(urgent, and_(_in_time(window), ~_had_digest(window))))
    return and_(is_ready(window.now), or_(again, beside, fresh))


def mails_that_count(window: SendWindow) -> ColumnElement[bool]:
    """Today's mails under the daily cap; asking for sign-in mails must not keep reminders back."""
    return and_(col(Mail.day) == window.today, col(Mail.kind) != SIGN_IN)


def _in_time(window: SendWindow) -> ColumnElement[bool]:
    """Today's own notices at their hour; what is left over from other days in office hours."""
    if window.is_office_open:
        return true()
    return col(Notice.moment) >= window.calendar.at(window.today, time(0))


def _had_digest(window: SendWindow) -> ColumnElement[bool]:
    return exists().where(
        col(Mail.recipient) == col(Notice.recipient), col(Mail.day) == window.today, col(Mail.kind) == DIGEST
    )


def _under_cap(window: SendWindow) -> ColumnElement[bool]:
    had = select(func.count()).where(col(Mail.recipient) == col(Notice.recipient), mails_that_count(window))
    return had.scalar_subquery() < window.daily_cap
