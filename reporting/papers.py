"""What was handed in for an obligation: its versions, newest first, each with its documents."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from sqlmodel import Session, col, select

from models.errors import NotFound
from models.submission import Document, Submission
from reporting.submitting import receipt_number


@dataclass(frozen=True)
class Version:
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


def versions(session: Session, obligation_id: int) -> list[Version]:
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
    return [Version(each, tuple(documents[each.id or 0])) for each in submissions]


def document_of(session: Session, obligation_id: int, document_id: int) -> Document:
    """A document of this obligation; one of another is as good as none. Raises `NotFound`."""
    query = (
        select(Document)
        .join(Submission, col(Submission.id) == col(Document.submission_id))
        .where(Document.id == document_id, Submission.obligation_id == obligation_id)
    )
    found = session.exec(query).one_or_none()
    if found is None:
        raise NotFound(f"no document {document_id} of this report; open the report's page again")
    return found
