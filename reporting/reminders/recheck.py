"""The second look before sending: whether what was planned still holds, as one pure function.

A notice may wait for hours: meanwhile a report is filed, a deadline moved, a rung switched off.
What has become pointless is cancelled with the reason, which stays in the ledger.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Row, Select, and_, exists, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from models.account import Ticket
from models.database import chunks
from models.decision import Acknowledgement
from models.ladder_file import LadderFile
from models.notice import Notice
from models.obligation import Obligation
from models.plan import Plan
from models.unit import Contact, UnitVersion, Unsubscription
from models.validity import sql_is_valid, sql_not_ended
from models.vocabulary import COUNTED, Lifecycle, NoticeKind, Until
from reporting.reminders import ledger
from reporting.reminders.audience import units_holding_up
from reporting.reminders.ladders import ladders
from reporting.reminders.ledger_store import present_revision

NAGGING = frozenset(
    {
        NoticeKind.COMING_DUE,
        NoticeKind.LAST_DAY,
        NoticeKind.OVERDUE,
        NoticeKind.HOLDING_UP,
        NoticeKind.ESCALATED,
        NoticeKind.RETURNED,
        NoticeKind.LOOK_AHEAD,
        NoticeKind.CHASE,
        NoticeKind.ASKED,
        NoticeKind.OWED_AGAIN,
    }
)
CLOSED = frozenset(Lifecycle) - COUNTED
FILED = frozenset({Lifecycle.SUBMITTED, Lifecycle.ACCEPTED})
TELLS_FILED = frozenset({NoticeKind.DONE, NoticeKind.FILED_COPY})
TO_REVIEW = frozenset({NoticeKind.REVIEWER_REMINDER, NoticeKind.ACCEPTANCE_UNDONE})


@dataclass(frozen=True, kw_only=True, slots=True)
class NoticeStanding:
    """A notice with the state of its obligation, rung and person at the moment of sending.

    `rung_until` is None where no rung speaks (an event, a chase); `rung_is_off` where the ladder lacks it.
    `holds_up` is whether the person's unit still lacks a report that the obligation waits for.
    """

    kind: NoticeKind
    state: Lifecycle
    revision: int
    present_revision: int
    rung_until: Until | None = None
    rung_is_off: bool = False
    is_acknowledged: bool = False
    unit_has_ended: bool = False
    person_is_gone: bool = False
    address_bounces: bool = False
    is_spent: bool = False
    is_unwanted: bool = False
    holds_up: bool = True


def reason_not_to_send(standing: NoticeStanding) -> str | None:
    """What has changed since the notice was planned, None if it still holds. An alert always holds, and
    so does what has been done to an account."""
    if standing.kind in (NoticeKind.ALERT, NoticeKind.SECOND_FACTOR):
        return None
    if standing.kind is NoticeKind.PASSWORD:
        return ledger.SPENT if standing.is_spent else None
    if standing.kind is NoticeKind.CALENDAR:
        return _unreachable(standing)
    closed = standing.state in CLOSED
    if standing.kind is NoticeKind.NOT_OWED:
        return _unreachable(standing) if closed else ledger.UNDONE
    if closed:
        return ledger.CLOSED_MEANWHILE[standing.state]
    return _pointless(standing) or _unreachable(standing)


def _pointless(standing: NoticeStanding) -> str | None:
    nags = standing.kind in NAGGING
    if nags and standing.state in FILED:
        return ledger.FILED_MEANWHILE
    if standing.kind in TO_REVIEW and standing.state is not Lifecycle.SUBMITTED:
        return ledger.REVIEWED_MEANWHILE
    if standing.kind in TELLS_FILED and standing.state not in FILED:
        return ledger.RETURNED_MEANWHILE
    moves = nags or standing.kind in (NoticeKind.REVIEWER_REMINDER, NoticeKind.EXTENSION_DECIDED)
    if moves and standing.revision != standing.present_revision:
        return ledger.MOVED
    if nags and standing.unit_has_ended:
        return ledger.ENDED
    if standing.kind is NoticeKind.HOLDING_UP and not standing.holds_up:
        return ledger.HOLDS_NOBODY_UP
    if standing.rung_is_off:
        return ledger.SWITCHED_OFF
    if standing.is_unwanted and standing.kind is NoticeKind.LOOK_AHEAD:
        return ledger.UNWANTED
    quiet = standing.is_acknowledged and standing.rung_until is Until.ACKNOWLEDGED
    return ledger.ACKNOWLEDGED if quiet else None


def _unreachable(standing: NoticeStanding) -> str | None:
    if standing.person_is_gone:
        return ledger.GONE
    return ledger.BOUNCES if standing.address_bounces else None


def read_standings(
    session: Session, notice_ids: Iterable[int], now: datetime, today: date
) -> dict[int, NoticeStanding]:
    """By notice; alerts among them."""
    known = ladders(session)
    query = _query(now, today)
    rows = [
        row for some in chunks(notice_ids) for row in session.execute(query.where(col(Notice.id).in_(some)))
    ]
    uppers = {row.obligation_id for row in rows if row.kind == NoticeKind.HOLDING_UP}
    missing = units_holding_up(session, uppers) if uppers else {}
    return {row.id: _standing(row, known, missing) for row in rows}


def _query(now: datetime, today: date) -> Select[tuple[object, ...]]:
    same = aliased(Contact)  # another line of the person: a changed name ends one line and begins the next
    is_same = and_(col(same.unit_id) == col(Contact.unit_id), col(same.address) == col(Contact.address))
    return (
        select(
            col(Notice.id),
            col(Notice.kind),
            col(Notice.rung),
            col(Notice.deadline_revision),
            col(Notice.obligation_id),
            col(Obligation.state),
            present_revision().label("present_revision"),
            col(Plan.ladder),
            col(Contact.bounced_at),
            col(Contact.unit_id),
            _acknowledged(now).label("acknowledged"),
            exists()
            .where(col(UnitVersion.unit_id) == col(Obligation.unit_id), sql_not_ended(UnitVersion, today))
            .label("unit_is_there"),  # or is yet to come
            exists().where(is_same, sql_is_valid(same, today)).label("person_is_there"),
            _usable_link(now).label("link_is_usable"),
            exists().where(col(Unsubscription.address) == col(Notice.recipient)).label("unwanted"),
        )
        .select_from(Notice)
        .outerjoin(Obligation, col(Obligation.id) == col(Notice.obligation_id))
        .outerjoin(Plan, col(Plan.id) == col(Obligation.plan_id))
        .outerjoin(Contact, col(Contact.id) == col(Notice.contact_id))
    )


def _acknowledged(now: datetime) -> ColumnElement[bool]:
    return exists().where(
        col(Acknowledgement.obligation_id) == col(Obligation.id),
        col(Acknowledgement.expires_at) > now,
        col(Acknowledgement.at) <= now,
    )


def _usable_link(now: datetime) -> ColumnElement[bool]:
    """For a mail about a password: whether its ticket, whose id is the notice's number, still opens it."""
    return exists().where(
        col(Ticket.id) == col(Notice.repeat), col(Ticket.used_at).is_(None), col(Ticket.expires_at) > now
    )


def _standing(
    row: Row[tuple[object, ...]], known: Mapping[str, LadderFile], missing: Mapping[int, Collection[int]]
) -> NoticeStanding:
    ladder = known.get(row.ladder or "")
    rung = None if ladder is None else ladder.rung(row.rung)
    return NoticeStanding(
        kind=NoticeKind(row.kind),
        state=Lifecycle(row.state or Lifecycle.OPEN),
        revision=row.deadline_revision,
        present_revision=row.present_revision or 0,
        rung_until=None if rung is None else rung.until,
        rung_is_off=ladder is not None and rung is None and not row.rung.startswith("@"),
        is_acknowledged=bool(row.acknowledged),
        unit_has_ended=not row.unit_is_there,
        person_is_gone=not row.person_is_there,
        address_bounces=row.bounced_at is not None,
        is_spent=not row.link_is_usable,
        is_unwanted=bool(row.unwanted),
        holds_up=row.unit_id in missing.get(row.obligation_id, ()),
    )
