"""What was done already about reports that are to be chased: earlier chases, a request for more time, an
acknowledgement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlmodel import Session, col

from models.database import chunks
from models.decision import Acknowledgement, Extension
from models.mail_address import actor_name
from models.notice import Notice
from models.vocabulary import NoticeState
from reporting.obligations.notices import Subject, subjects
from reporting.reminders.ledger import CHASE, NOBODY
from reporting.unit_names import names

TOLD = (NoticeState.QUEUED, NoticeState.CLAIMED, NoticeState.SENT)
"""A chase that was cancelled, or could not be delivered, told nobody."""
A_DAY = timedelta(days=1)
"""Within it a second chase must be meant."""


@dataclass(frozen=True, kw_only=True)
class DoneAlready:
    """About one report; None and empty where nothing of the kind was done. `times` counts the chases that
    somebody was told of, or will be, `chased_by` and `chased_unit` are those of the last."""

    about: Subject
    times: int = 0
    chased_at: datetime | None = None
    chased_by: str = ""
    chased_unit: str = ""
    asked_at: datetime | None = None
    asked_by: str = ""
    asked_until: datetime | None = None
    acknowledged_at: datetime | None = None
    acknowledged_by: str = ""
    acknowledged_until: datetime | None = None

    @property
    def chaser(self) -> str:
        """Person and unit of the last chase; empty where neither is known."""
        return ", ".join(part for part in (actor_name(self.chased_by), self.chased_unit) if part)

    def json(self) -> dict[str, object]:
        """For scripts and programs: instants in ISO 8601, null where nothing was done."""
        at = {
            name: moment.isoformat() if moment else None
            for name, moment in (
                ("chased_at", self.chased_at),
                ("asked_at", self.asked_at),
                ("asked_until", self.asked_until),
                ("acknowledged_at", self.acknowledged_at),
                ("acknowledged_until", self.acknowledged_until),
            )
        }
        return {
            "obligation_id": self.about.obligation_id,
            "times_chased": self.times,
            "chased_by": self.chased_by,
            "chased_unit": self.chased_unit,
            "asked_by": self.asked_by,
            "acknowledged_by": self.acknowledged_by,
            **at,
        }

    def is_lately(self, now: datetime) -> bool:
        """Whether it was chased within the last day."""
        return self.chased_at is not None and now - self.chased_at < A_DAY


def done_already(session: Session, obligation_ids: Sequence[int], now: datetime) -> list[DoneAlready]:
    """Of those about which something was done, in the order of the ids; a few queries."""
    found: dict[int, dict[str, object]] = {}
    for some in chunks(obligation_ids):
        _read_chases(session, some, found)
        _read_requests(session, some, found)
        _read_acknowledgements(session, some, now, found)
    about = subjects(session, found)
    return [DoneAlready(about=about[id], **found[id]) for id in sorted(found)]  # type: ignore[arg-type]


def _read_chases(session: Session, ids: Sequence[int], found: dict[int, dict[str, object]]) -> None:
    query = (
        select(Notice)
        .where(
            col(Notice.obligation_id).in_(ids),
            col(Notice.rung) == CHASE,
            col(Notice.recipient) != NOBODY,
            col(Notice.state).in_(TOLD),
        )
        .order_by(col(Notice.planned_at), col(Notice.id))
    )
    rows = session.scalars(query).all()
    called = names(session, {row.actor_unit_id for row in rows})
    chases: dict[int, set[int]] = {}
    for row in rows:
        id, unit = row.obligation_id or 0, called.get(row.actor_unit_id or 0)
        chases.setdefault(id, set()).add(row.repeat)
        found.setdefault(id, {}).update(
            times=len(chases[id]),
            chased_at=row.planned_at,
            chased_by=row.actor,
            chased_unit=unit.name if unit else "",
        )


def _read_requests(session: Session, ids: Sequence[int], found: dict[int, dict[str, object]]) -> None:
    query = select(Extension).where(
        col(Extension.obligation_id).in_(ids), col(Extension.decided_at).is_(None)
    )
    for row in session.scalars(query.order_by(col(Extension.id))):
        found.setdefault(row.obligation_id, {}).update(
            asked_at=row.requested_at, asked_by=row.requested_by, asked_until=row.asked_deadline
        )


def _read_acknowledgements(
    session: Session, ids: Sequence[int], now: datetime, found: dict[int, dict[str, object]]
) -> None:
    query = select(Acknowledgement).where(
        col(Acknowledgement.obligation_id).in_(ids), col(Acknowledgement.expires_at) > now
    )
    for row in session.scalars(query.order_by(col(Acknowledgement.id))):
        found.setdefault(row.obligation_id, {}).update(
            acknowledged_at=row.at, acknowledged_by=row.actor, acknowledged_until=row.expires_at
        )
