"""Keeping documents and drafts: made once of a document, changed by a person, gone only when one says so."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from calendars.errors import FaultCode
from messages.catalogue import N_
from models.errors import IllegalMove, NotFound
from models.plan import Plan, PlanVersion
from models.plan_draft import PlanDocument, PlanDraft
from models.plan_files.plan import PlanFile
from models.settings import Settings
from reporting.drafts.cards import CardState, DraftContent
from reporting.files.store import FileRefused, path_of, put
from reporting.plans.attachments import attach
from reporting.plans.quotes import kept_documents


class DraftFault(FaultCode):
    """What is not there."""

    NO_DRAFT = N_("there is no draft %(number)s; the page of plans lists those that there are")
    LOADED = N_(
        "a plan was loaded from this draft, and its document stays with it; retire the plan if it is wrong"
    )


@dataclass(frozen=True)
class KeptDraft:
    """A draft with its document."""

    id: int
    number: int
    document: PlanDocument
    content: DraftContent
    changed_at: datetime
    changed_by: str

    @property
    def name(self) -> str:
        return str(self.content.head.get("number") or self.content.head.get("title") or self.document.name)

    @property
    def slug(self) -> str:
        return str(self.content.head.get("slug", ""))

    def count(self, state: str) -> int:
        return len(self.content.in_state(CardState(state)))


def text_digest(text: str) -> str:
    """What a plan names its document by."""
    return hashlib.sha256(text.encode()).hexdigest()


def keep_drafts(
    session: Session,
    settings: Settings,
    name: str,
    data: bytes,
    found: dict[str, Any],
    now: datetime,
    actor: str,
) -> int:
    """Keep the document and a draft of each plan in it; the id of the first. Of a document that was kept
    before, the drafts that there are stay as they are."""
    digest = text_digest(found["text"])
    document = document_of(session, digest)
    if document is None:
        remarks = json.dumps(found["remarks"], ensure_ascii=False)
        document = PlanDocument(
            sha256=digest, name=name, original=put(settings, data), text=found["text"], remarks=remarks,
            kept_at=now, kept_by=actor,
        )  # fmt: skip
        session.add(document)
        session.flush()
    of_document = select(PlanDraft).where(PlanDraft.document_id == document.id)
    known = {each.number: each for each in session.exec(of_document)}
    for number, plan in enumerate(found["plans"], start=1):
        if number not in known:
            content = DraftContent.model_validate(plan).model_dump_json()
            known[number] = PlanDraft(
                document_id=document.id,
                number=number,
                reading=content,
                content=content,
                made_at=now,
                changed_at=now,
                changed_by=actor,
            )
            session.add(known[number])
    session.flush()
    return known[1].id


def find_draft(session: Session, number: int) -> KeptDraft:
    """Raises `NotFound`."""
    found = session.get(PlanDraft, number)
    if found is None:
        raise NotFound(DraftFault.NO_DRAFT(number=number))
    document = session.get(PlanDocument, found.document_id)
    assert document is not None
    return _kept(found, document)


def _kept(draft: PlanDraft, document: PlanDocument) -> KeptDraft:
    content = DraftContent.model_validate_json(draft.content)
    return KeptDraft(draft.id, draft.number, document, content, draft.changed_at, draft.changed_by)


def listed_drafts(session: Session) -> list[tuple[KeptDraft, bool]]:
    """The newest first, each with whether its plan is loaded."""
    query = (
        select(PlanDraft, PlanDocument)
        .join(PlanDocument, col(PlanDocument.id) == col(PlanDraft.document_id))
        .order_by(col(PlanDraft.changed_at).desc(), col(PlanDraft.id).desc())
    )
    found = [_kept(draft, document) for draft, document in session.exec(query)]
    loaded = loaded_from(session) if found else set()
    return [(draft, (draft.document.sha256, draft.slug) in loaded) for draft in found]


def drafts_of(session: Session, digests: Collection[str]) -> list[KeptDraft]:
    """The drafts of documents with these texts."""
    query = (
        select(PlanDraft, PlanDocument)
        .join(PlanDocument, col(PlanDocument.id) == col(PlanDraft.document_id))
        .where(col(PlanDocument.sha256).in_(digests))
        .order_by(col(PlanDraft.id))
    )
    return [_kept(draft, document) for draft, document in session.exec(query)]


def reading_of(session: Session, number: int) -> DraftContent:
    """The draft as it was read."""
    found = session.get(PlanDraft, number)
    if found is None:
        raise NotFound(DraftFault.NO_DRAFT(number=number))
    return DraftContent.model_validate_json(found.reading)


def change_draft(
    session: Session,
    number: int,
    change: Callable[[DraftContent], object],
    now: datetime,
    actor: str,
) -> None:
    """Do something with the content of a draft. Raises `NotFound`, and what `change` raises."""
    found = session.exec(select(PlanDraft).where(PlanDraft.id == number).with_for_update()).one_or_none()
    if found is None:
        raise NotFound(DraftFault.NO_DRAFT(number=number))
    content = DraftContent.model_validate_json(found.content)
    change(content)
    found.content, found.changed_at, found.changed_by = content.model_dump_json(), now, actor
    session.add(found)


def loaded_from(session: Session) -> set[tuple[str, str]]:
    """Which plans are loaded as drafted: the document's SHA-256 with the plan's slug, of newest versions."""
    query = select(Plan.slug, PlanVersion.content).join(
        PlanVersion,
        (col(PlanVersion.plan_id) == col(Plan.id)) & (col(PlanVersion.number) == col(Plan.version)),
    )
    found = ((slug, json.loads(content).get("document") or {}) for slug, content in session.exec(query))
    return {(document["sha256"], slug) for slug, document in found if document.get("sha256")}


def document_of(session: Session, sha256: str) -> PlanDocument | None:
    """The document with this text, where it is kept."""
    return (
        session.exec(select(PlanDocument).where(PlanDocument.sha256 == sha256)).one_or_none()
        if sha256
        else None
    )


def remarks_of(document: PlanDocument) -> Sequence[str]:
    found: list[str] = json.loads(document.remarks)
    return found


def remove_draft(session: Session, number: int) -> None:
    """Remove the draft, and its document with the last draft of it. Raises `IllegalMove` where a plan was
    loaded from it: then the document stays with the plan."""
    draft = find_draft(session, number)
    named = select(PlanVersion.id).where(col(PlanVersion.content).contains(draft.document.sha256)).limit(1)
    if session.exec(named).first() is not None:
        raise IllegalMove(DraftFault.LOADED())
    session.delete(session.get_one(PlanDraft, number))
    session.flush()
    others = select(PlanDraft.id).where(PlanDraft.document_id == draft.document.id).limit(1)
    if session.exec(others).first() is None:
        session.delete(session.get_one(PlanDocument, draft.document.id))


def attach_documents(session: Session, settings: Settings, plan: PlanFile, now: datetime, actor: str) -> None:
    """Attach the documents that a loaded plan was drafted from to it, as they were sent. One whose kind of
    file reports may not have stays with the draft alone."""
    for document in kept_documents(session, plan).values():
        path = path_of(settings, document.original)
        with suppress(FileRefused, FileNotFoundError):
            attach(session, settings, plan.slug, "", (document.name, path.read_bytes()), now, actor)
