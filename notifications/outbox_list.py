"""The outbox for people to look at: narrowed by state, kind and words, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select
from sqlmodel import Session, col

from models.notice import Notice
from models.obligation import Obligation
from models.plan import Plan
from models.searching import holds
from models.unit import UnitVersion
from models.vocabulary import NoticeKind, NoticeState
from notifications.listing import ListedNotice, described

PAGE = 50


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which lines; `words` is part of an address or of a unit's name, `plan` a slug."""

    state: NoticeState | None = None
    kind: NoticeKind | None = None
    words: str = ""
    plan: str = ""


def outbox_page(session: Session, wanted: Wanted, page: int) -> tuple[list[ListedNotice], bool]:
    """A page of lines, newest first, and whether there are more."""
    query = select(Notice).where(*_conditions(wanted)).order_by(col(Notice.id).desc())
    rows = list(session.scalars(query.offset((page - 1) * PAGE).limit(PAGE + 1)))
    return described(session, rows[:PAGE]), len(rows) > PAGE


def state_counts(session: Session) -> dict[NoticeState, int]:
    """How many lines stand in each state."""
    query = select(col(Notice.state), func.count()).group_by(col(Notice.state))
    found = {row[0]: row[1] for row in session.execute(query)}
    return {state: found.get(state.value, 0) for state in NoticeState}


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.state is not None:
        found.append(col(Notice.state) == wanted.state.value)
    if wanted.kind is not None:
        found.append(col(Notice.kind) == wanted.kind.value)
    if wanted.words:
        units = (
            select(col(Obligation.id))
            .join(UnitVersion, col(UnitVersion.id) == col(Obligation.unit_version_id))
            .where(holds(col(UnitVersion.name), wanted.words))
        )
        address = holds(col(Notice.recipient), wanted.words)
        found.append(or_(address, col(Notice.obligation_id).in_(units)))
    if wanted.plan:
        plans = select(col(Plan.id)).where(col(Plan.slug) == wanted.plan)
        owed = select(col(Obligation.id)).where(col(Obligation.plan_id).in_(plans))
        found.append(col(Notice.obligation_id).in_(owed))
    return found
