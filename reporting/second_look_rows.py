"""How claimed notices stand, read for many at once: one query each for rows, people, units and ladders."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import BindParameter, Row, Select, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from models.account import Ticket
from models.contact import Contact
from models.decision import Acknowledgement, Review
from models.ladder_file import LadderFile
from models.notice import Notice
from models.obligation import Obligation
from models.plan import Plan
from models.unit import UnitVersion
from models.unsubscription import Unsubscription
from models.vocabulary import Lifecycle, NoticeKind, Verdict
from reporting.audience import chunks, units_holding_up
from reporting.ladders import ladders
from reporting.second_look import Standing

NOW: BindParameter[Any] = bindparam("now")
TODAY: BindParameter[Any] = bindparam("today")
Same = aliased(Contact)
"""Another line of the same person: a changed name ends one line and begins the next."""


def read_standings(
    session: Session, notice_ids: Iterable[int], now: datetime, today: date
) -> dict[int, Standing]:
    """By notice; alerts among them."""
    known = ladders(session)
    values, connection = {"now": now, "today": today}, session.connection()
    rows = [
        row for some in chunks(notice_ids) for row in connection.execute(_query(), values | {"ids": some})
    ]
    uppers = {row.obligation_id for row in rows if row.kind == NoticeKind.HOLDING_UP}
    missing = units_holding_up(session, uppers) if uppers else {}
    return {row.id: _standing(row, known, missing) for row in rows}


@lru_cache(maxsize=1)
def _query() -> Select[Any]:
    returns = (
        select(func.count())
        .select_from(Review)
        .where(col(Review.obligation_id) == col(Obligation.id), col(Review.verdict) == Verdict.RETURNED)
        .scalar_subquery()
    )
    columns: tuple[Any, ...] = (
        col(Notice.id),
        col(Notice.kind),
        col(Notice.rung),
        col(Notice.deadline_revision),
        col(Notice.obligation_id),
        col(Obligation.state),
        (col(Obligation.deadline_revision) + returns).label("present_revision"),
        col(Plan.ladder),
        _acknowledged().label("acknowledged"),
        _exists(UnitVersion, col(Obligation.unit_id)).label("unit_is_there"),
        _holds().label("person_is_there"),
        col(Contact.bounced_at),
        col(Contact.unit_id),
        _spent().label("spent"),
        exists().where(col(Unsubscription.address) == col(Notice.recipient)).label("unwanted"),
    )
    return (
        select(*columns)
        .select_from(Notice)
        .outerjoin(Obligation, col(Obligation.id) == col(Notice.obligation_id))
        .outerjoin(Plan, col(Plan.id) == col(Obligation.plan_id))
        .outerjoin(Contact, col(Contact.id) == col(Notice.contact_id))
        .where(col(Notice.id).in_(bindparam("ids", expanding=True)))
    )


def _spent() -> Any:
    """For a mail about a password: whether its ticket, whose id is the notice's number, is of no use now."""
    return ~exists().where(
        col(Ticket.id) == col(Notice.repeat), col(Ticket.used_at).is_(None), col(Ticket.expires_at) > NOW
    )


def _acknowledged() -> Any:
    return exists().where(
        col(Acknowledgement.obligation_id) == col(Obligation.id),
        col(Acknowledgement.expires_at) > NOW,
        col(Acknowledgement.at) <= NOW,
    )


def _exists(version: type[UnitVersion], unit_id: Any) -> Any:
    """Whether the unit is still there, or is yet to come."""
    ends = or_(col(version.valid_to).is_(None), col(version.valid_to) > TODAY)
    return exists().where(col(version.unit_id) == unit_id, ends)


def _holds() -> Any:
    ends = or_(col(Same.valid_to).is_(None), col(Same.valid_to) > TODAY)
    same = and_(col(Same.unit_id) == col(Contact.unit_id), col(Same.address) == col(Contact.address))
    return exists().where(same, col(Same.valid_from) <= TODAY, ends)


def _standing(
    row: Row[Any], known: Mapping[str, LadderFile], missing: Mapping[int, Collection[int]]
) -> Standing:
    ladder = known.get(row.ladder or "")
    rung = None if ladder is None else ladder.rung(row.rung)
    return Standing(
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
        is_spent=bool(row.spent),
        is_unwanted=bool(row.unwanted),
        holds_up=row.unit_id in missing.get(row.obligation_id, ()),
    )
