"""The ledger for people to look at: its lines with what they are about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlmodel import Session, col

from calendars.periods import Language, period_words
from models.database import chunks
from models.notice import Notice
from models.obligation import Obligation, Occurrence
from models.plan import Duty, Plan
from models.text import holds
from models.unit import Unit, UnitVersion
from models.vocabulary import Audience, NoticeKind, NoticeState
from reporting.obligations.named import COLUMNS, joined
from reporting.unit_names import units_called


@dataclass(frozen=True, kw_only=True, slots=True)
class Subject:
    """The obligation that a notice is about, in a few words."""

    obligation_id: int
    plan: str
    plan_number: str
    plan_title: str
    duty: str
    duty_title: str
    period: str
    unit: str
    unit_name: str
    level: str

    def report(self, language: Language) -> str:
        """The report for a table's cell: its title, its period and the document that asks for it."""
        document = f"({self.document})" if self.document else ""
        return " ".join(filter(None, (self.said(language), document)))

    def said(self, language: Language) -> str:
        """Its title and its period."""
        return ", ".join(filter(None, (self.duty_title, period_words(self.period, language))))

    @property
    def document(self) -> str:
        return self.plan_number or self.plan_title


NOTHING = Subject(
    obligation_id=0,
    plan="",
    plan_number="",
    plan_title="",
    duty="",
    duty_title="",
    period="",
    unit="",
    unit_name="",
    level="",
)
"""What an alert is about."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ListedNotice:
    """A line of the ledger. `recipient` is empty where nobody could receive it, or it was superseded."""

    id: int
    subject: Subject
    rung: str
    repeat: int
    kind: NoticeKind
    audience: Audience
    recipient: str
    moment: datetime
    state: NoticeState
    reason: str
    attempts: int
    next_attempt_at: datetime | None
    sent_at: datetime | None


def subjects(session: Session, obligation_ids: Iterable[int]) -> dict[int, Subject]:
    """What the obligations are, by id."""
    columns = {field.name: COLUMNS.get(field.name, col(Obligation.id)) for field in fields(Subject)}
    query = joined(
        select(*(column.label(name) for name, column in columns.items())),
        *(Occurrence, Duty, Plan, Unit, UnitVersion),
    )
    found = {}
    for some in chunks(obligation_ids):
        for row in session.execute(query.where(col(Obligation.id).in_(some))):
            subject = Subject(**row._mapping)
            found[subject.obligation_id] = subject
    return found


def list_notices(
    session: Session, state: NoticeState | None = None, limit: int | None = None
) -> list[ListedNotice]:
    """The newest lines, newest first."""
    query = select(Notice).order_by(col(Notice.id).desc()).limit(limit)
    if state is not None:
        query = query.where(col(Notice.state) == state)
    return described(session, session.scalars(query).all())


def described(session: Session, notices: Sequence[Notice]) -> list[ListedNotice]:
    """The lines with what they are about, in the same order."""
    about = subjects(session, {notice.obligation_id for notice in notices if notice.obligation_id})
    return [_listed(notice, about.get(notice.obligation_id or 0, NOTHING)) for notice in notices]


def _listed(notice: Notice, subject: Subject) -> ListedNotice:
    row = notice.model_dump(include={field.name for field in fields(ListedNotice)})
    known = {"kind": NoticeKind(notice.kind), "audience": Audience(notice.audience)}
    return ListedNotice(**row | known | {"subject": subject, "state": NoticeState(notice.state)})


PAGE = 50


@dataclass(frozen=True, kw_only=True)
class OutboxFilter:
    """Which lines; `words` is part of an address or of a unit's name, `plan` a slug."""

    state: NoticeState | None = None
    kind: NoticeKind | None = None
    words: str = ""
    plan: str = ""


def outbox_page(session: Session, wanted: OutboxFilter, page: int) -> tuple[list[ListedNotice], bool]:
    """A page of lines, newest first, and whether there are more."""
    query = select(Notice).where(*_conditions(wanted)).order_by(col(Notice.id).desc())
    rows = list(session.scalars(query.offset((page - 1) * PAGE).limit(PAGE + 1)))
    return described(session, rows[:PAGE]), len(rows) > PAGE


def state_counts(session: Session) -> dict[NoticeState, int]:
    """How many lines stand in each state."""
    query = select(col(Notice.state), func.count()).group_by(col(Notice.state))
    found = {row[0]: row[1] for row in session.execute(query)}
    return {state: found.get(state.value, 0) for state in NoticeState}


def _conditions(wanted: OutboxFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.state is not None:
        found.append(col(Notice.state) == wanted.state.value)
    if wanted.kind is not None:
        found.append(col(Notice.kind) == wanted.kind.value)
    if wanted.words:
        units = select(col(Obligation.id)).where(col(Obligation.unit_id).in_(units_called(wanted.words)))
        address = holds(col(Notice.recipient), wanted.words)
        found.append(or_(address, col(Notice.obligation_id).in_(units)))
    if wanted.plan:
        plans = select(col(Plan.id)).where(col(Plan.slug) == wanted.plan)
        owed = select(col(Obligation.id)).where(col(Obligation.plan_id).in_(plans))
        found.append(col(Notice.obligation_id).in_(owed))
    return found
