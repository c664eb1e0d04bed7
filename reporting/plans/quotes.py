"""The words that a plan quotes, looked for in its document: nothing unquoted is loaded."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from sqlmodel import Session, col, select

from models.plan_draft import PlanDocument
from models.plan_files.faults import PlanFault
from models.plan_files.field import Path
from models.plan_files.plan import PlanFile
from models.text import clean_line

Span = tuple[int, int]
JOINT = " […] "
"""Between words of a quote that do not stand together in the document."""


def places_of(text: str, quote: str) -> list[Span] | None:
    """Where the parts of the quote stand, whatever blanks and line ends are between its words; None where one
    stands nowhere."""
    found = []
    for part in filter(None, (part.strip() for part in quote.split(JOINT.strip()))):
        match = re.search(r"\s+".join(map(re.escape, part.split())), text)
        if match is None:
            return None
        found.append(match.span())
    return found or None


def is_quoted(text: str, quote: str) -> bool:
    """Whether the words stand in the text, however it composes its letters."""
    return places_of(text, quote) is not None or places_of(clean_line(text), clean_line(quote)) is not None


def documents_of(plan: PlanFile) -> set[str]:
    """The SHA-256 of the documents that the plan quotes."""
    own = "" if plan.document is None else plan.document.sha256
    named = {duty.clause.document for duty in plan.duties if duty.clause is not None}
    return {digest for digest in (own, *named) if digest}


def kept_documents(session: Session, plan: PlanFile) -> dict[str, PlanDocument]:
    """Those of them that are kept here."""
    query = select(PlanDocument).where(col(PlanDocument.sha256).in_(documents_of(plan)))
    return {document.sha256: document for document in session.exec(query)}


def misquoted(session: Session, plan: PlanFile) -> list[tuple[Path, str]]:
    """The duties whose words do not stand in their document, as far as it is kept here."""
    kept = kept_documents(session, plan) if documents_of(plan) else {}
    return list(_misquoted(kept, plan)) if kept else []


def _misquoted(kept: Mapping[str, PlanDocument], plan: PlanFile) -> Iterator[tuple[Path, str]]:
    own = "" if plan.document is None else plan.document.sha256
    for number, duty in enumerate(plan.duties):
        document = None if duty.clause is None else kept.get(duty.clause.document or own)
        if document is not None and duty.clause and not is_quoted(document.text, duty.clause.quote):
            yield ("duties", number, "clause"), PlanFault.MISQUOTED()
