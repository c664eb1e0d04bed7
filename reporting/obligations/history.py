"""An obligation's whole history as one timeline: opened, notified, filed, returned, extended, accepted.

It is put together from the rows that made it, not from a log of its own, so it cannot disagree with them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from sqlmodel import Session, SQLModel, col, select

from models.decision import Acknowledgement, Closing, Extension, Handover, Review, Seat, Undoable
from models.errors import NotFound
from models.notice import Mail, Notice
from models.obligation import Document, Obligation, Submission, receipt_number
from models.unit import Contact
from models.vocabulary import Audience, Lifecycle, NoticeKind, NoticeState, Verdict
from reporting.obligations.filters import FilterFault
from reporting.unit_names import names


@dataclass(frozen=True)
class SubmissionVersion:
    """One version with its documents."""

    submission: Submission
    documents: tuple[Document, ...]

    @property
    def receipt(self) -> str:
        return receipt_number(self.submission.obligation_id, self.submission.version)

    @property
    def stands(self) -> bool:
        """Whether it was not withdrawn."""
        return self.submission.undone_at is None

    def is_same(self, number: str, note: str, hashes: list[str]) -> bool:
        """Whether it holds just this: then it was sent twice."""
        own = self.submission
        return (own.document_number, own.note) == (number, note) and sorted(hashes) == sorted(
            document.sha256 for document in self.documents
        )


def versions(session: Session, obligation_id: int) -> list[SubmissionVersion]:
    """All that was handed in, newest first, in two queries."""
    submissions = session.exec(
        select(Submission)
        .where(Submission.obligation_id == obligation_id)
        .order_by(col(Submission.version).desc())
    ).all()
    documents: dict[int, list[Document]] = defaultdict(list)
    query = select(Document).where(col(Document.submission_id).in_([each.id for each in submissions]))
    for document in session.exec(query.order_by(col(Document.id))):
        documents[document.submission_id].append(document)
    return [SubmissionVersion(each, tuple(documents[each.id])) for each in submissions]


def document_of(session: Session, obligation_id: int, document_id: int) -> Document:
    """A document of this obligation; one of another is as good as none. Raises `NotFound`."""
    query = (
        select(Document)
        .join(Submission, col(Submission.id) == col(Document.submission_id))
        .where(Document.id == document_id, Submission.obligation_id == obligation_id)
    )
    found = session.exec(query).one_or_none()
    if found is None:
        raise NotFound(FilterFault.NO_DOCUMENT(number=document_id))
    return found


Row = TypeVar("Row", bound=SQLModel)


class HistoryStep(StrEnum):
    """What can happen; also the order of what happened at the same instant."""

    OPENED = "opened"
    TOLD = "told"
    ACKNOWLEDGED = "acknowledged"
    ASKED = "asked"
    EXTENDED = "extended"
    REFUSED = "refused"
    FILED = "filed"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    UNDONE = "undone"
    HANDED_OVER = "handed over"


@dataclass(frozen=True, kw_only=True)
class ToldRow:
    """A notice: to whom, and what became of it."""

    kind: NoticeKind
    audience: Audience
    address: str
    name: str
    state: NoticeState
    reason: str
    subject: str
    words: str
    unit: str = ""
    """In whose name somebody chased."""


@dataclass(frozen=True, kw_only=True)
class Event:
    """One thing that happened. `until` is a deadline or an expiry that came with it, `before` the one before;
    `what` distinguishes a waiver from a cancellation, and what was undone."""

    at: datetime
    step: HistoryStep
    actor: str = ""
    words: str = ""
    number: str = ""
    until: datetime | None = None
    before: datetime | None = None
    what: Lifecycle | None = None
    told: ToldRow | None = None
    version: SubmissionVersion | None = None


def history(session: Session, obligation: Obligation, handed_in: Sequence[SubmissionVersion]) -> list[Event]:
    """Everything, oldest first, in five queries; `handed_in` are its versions."""
    id = obligation.id
    events = [Event(at=obligation.opened_at, step=HistoryStep.OPENED, until=obligation.original_deadline)]
    events += _told(session, id)
    events += (_filed(version) for version in handed_in)
    events += _undone(((None, version.submission) for version in handed_in), HistoryStep.WITHDRAWN)
    reviews, closings = list(_rows(session, Review, id)), list(_rows(session, Closing, id))
    events += (_reviewed(review) for review in reviews)
    events += _undone(((Lifecycle(review.verdict), review) for review in reviews), HistoryStep.UNDONE)
    for extension in _rows(session, Extension, id):
        events += _extended(extension)
    events += (_acknowledged(each) for each in _rows(session, Acknowledgement, id))
    events += (_closed(each) for each in closings)
    events += _handed_over(session, id)
    events += _undone(((Lifecycle(each.kind), each) for each in closings), HistoryStep.UNDONE)
    order = list(HistoryStep)
    return sorted(events, key=lambda event: (event.at, order.index(event.step)))


def _rows(session: Session, table: type[Row], id: int) -> Iterable[Row]:
    return session.exec(select(table).where(table.obligation_id == id))  # type: ignore[attr-defined]


def _told(session: Session, id: int) -> Iterator[Event]:
    query = (
        select(Notice, Mail, Contact.name)
        .outerjoin(Mail, col(Mail.id) == col(Notice.mail_id))
        .outerjoin(Contact, col(Contact.id) == col(Notice.contact_id))
        .where(Notice.obligation_id == id)
        .order_by(col(Notice.id))
    )
    rows = session.exec(query).all()
    units = names(session, {notice.actor_unit_id for notice, _, _ in rows})
    for notice, mail, name in rows:
        unit = units.get(notice.actor_unit_id or 0)
        told = ToldRow(
            kind=NoticeKind(notice.kind),
            audience=Audience(notice.audience),
            address=notice.recipient,
            name=name or "",
            state=NoticeState(notice.state),
            reason=notice.reason,
            subject=mail.subject if mail else "",
            words=notice.words,
            unit=unit.name if unit else "",
        )
        at = notice.sent_at or notice.planned_at
        yield Event(at=at, step=HistoryStep.TOLD, actor=notice.actor, told=told)


def _filed(version: SubmissionVersion) -> Event:
    handed = version.submission
    return Event(
        at=handed.filed_at,
        step=HistoryStep.FILED,
        actor=handed.actor,
        words=handed.note,
        number=handed.document_number,
        version=version,
    )


def _reviewed(review: Review) -> Event:
    accepted = review.verdict == Verdict.ACCEPTED
    return Event(
        at=review.at,
        step=HistoryStep.ACCEPTED if accepted else HistoryStep.RETURNED,
        actor=review.actor,
        words=review.reason,
        until=review.correction_deadline,
    )


def _handed_over(session: Session, id: int) -> Iterator[Event]:
    """Each once, whichever of its seats was handed over; `words` is the unit that has it now."""
    rows = list(_rows(session, Handover, id))
    known = names(session, {row.to_unit_id for row in rows}) if rows else {}
    stood: dict[int, int] = {}
    found: dict[tuple[datetime, int], None] = {}
    for row in rows:
        # A row of a further recipient names the one that was meant, and may say that it is still there.
        before = stood.get(row.from_unit_id, row.from_unit_id) if row.seat == Seat.COPY else None
        if row.to_unit_id != before:
            found[row.at, row.to_unit_id] = None
        if row.seat == Seat.COPY:
            stood[row.from_unit_id] = row.to_unit_id
    for at, unit in found:
        yield Event(at=at, step=HistoryStep.HANDED_OVER, words=known[unit].name)


def _undone(steps: Iterable[tuple[Lifecycle | None, Undoable]], how: HistoryStep) -> Iterator[Event]:
    for what, step in steps:
        if step.undone_at is not None:
            yield Event(
                at=step.undone_at,
                step=how,
                actor=step.undone_by or "",
                words=step.undone_because or "",
                what=what,
            )


def _extended(extension: Extension) -> Iterator[Event]:
    yield Event(
        at=extension.requested_at,
        step=HistoryStep.ASKED,
        actor=extension.requested_by,
        words=extension.reason,
        until=extension.asked_deadline,
    )
    if extension.decided_at is not None:
        yield Event(
            at=extension.decided_at,
            step=HistoryStep.EXTENDED if extension.granted else HistoryStep.REFUSED,
            actor=extension.decided_by or "",
            words=extension.decision_note,
            number=extension.document_number,
            until=extension.new_deadline,
            before=extension.old_deadline,
        )


def _acknowledged(seen: Acknowledgement) -> Event:
    return Event(
        at=seen.at, step=HistoryStep.ACKNOWLEDGED, actor=seen.actor, words=seen.note, until=seen.expires_at
    )


def _closed(closing: Closing) -> Event:
    return Event(
        at=closing.at,
        step=HistoryStep.CLOSED,
        actor=closing.actor,
        words=closing.reason,
        number=closing.document_number,
        what=Lifecycle(closing.kind),
    )
