"""The check-list of a new installation, from nothing to the first mail; it goes once a mail was sent."""

from __future__ import annotations

from typing import NamedTuple

from sqlmodel import Session, SQLModel, col, select

from messages.catalogue import N_
from models.notice import Mail
from models.plan import Plan
from models.settings import Settings
from models.unit import Contact, Unit
from models.upkeep import TICK, Heartbeat


class FirstStep(NamedTuple):
    """What to do, and the page on which it is done."""

    text: str
    page: str
    is_done: bool


def first_steps(session: Session, settings: Settings) -> list[FirstStep]:
    """All of them in order, done or not; none where the first mail has gone."""
    if session.exec(select(Mail.id).where(col(Mail.sent_at).is_not(None)).limit(1)).first() is not None:
        return []
    return [
        FirstStep(N_("Load the units"), "/admin/unit-import", _any(session, Unit)),
        FirstStep(
            N_("Name the people of the units, with their addresses"), "/admin/units", _any(session, Contact)
        ),
        FirstStep(N_("Load a plan"), "/admin/plans", _any(session, Plan)),
        FirstStep(
            N_("Set the mail server (without one, mails go to the trial mailbox)"),
            "/admin/test-mail",
            settings.smtp_host is not None,
        ),
        FirstStep(
            N_("Let the first pass run: it opens the reports and queues the mails"),
            "/admin/health",
            session.get(Heartbeat, TICK) is not None,
        ),
        FirstStep(N_("See the first mail go"), "/admin/outbox", False),
    ]


def _any(session: Session, table: type[SQLModel]) -> bool:
    return session.exec(select(table).limit(1)).first() is not None
