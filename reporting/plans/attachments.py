"""Files that belong to a plan: the signed document and, for each duty, its forms.

They hang on the plan and the duty's id, not on a version, so a plan that is loaded again keeps them. The
bytes are in the store of documents; a file that is taken away, or replaced by one of the same name, is shown
no more and its row stays.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from calendars.errors import FaultCode
from messages.catalogue import N_
from models.errors import InvalidInput, NotFound
from models.plan import Attachment, Duty, Plan
from models.settings import Settings
from reporting.audit.log import record
from reporting.files.store import clean_name, keep
from reporting.plans.loading import find_plan

MOST = 20
"""Files of a plan itself, and of each duty."""


class AttachmentFault(FaultCode):
    """Why a file is not attached, or not there."""

    NO_DUTY = N_("the plan has no duty '%(duty)s'; open the page of its files again")
    TOO_MANY = N_("there are %(most)s files there already; take one away first")
    SAME_NAME = N_("two of the files are called %(name)s; give each a name of its own")
    NOT_THERE = N_("no file %(number)s of this plan; open the page again")


def attach(
    session: Session,
    settings: Settings,
    slug: str,
    duty: str,
    file: tuple[str, bytes],
    now: datetime,
    actor: str,
) -> Attachment:
    """Attach a file to a duty of the plan, or to the plan itself without one; one of the same name there is
    replaced. Raises `FileRefused`, `NotFound` or `InvalidInput`."""
    plan = find_plan(session, slug)
    if duty and not session.scalar(select(Duty.id).where(Duty.plan_id == plan.id, Duty.key == duty)):
        raise NotFound(AttachmentFault.NO_DUTY(duty=duty))
    stored = keep(settings, *file)
    there = [each for each in attached(session, plan.id) if each.duty == duty]
    before = next((each for each in there if each.name == stored.name), None)
    if before is not None and before.sha256 == stored.sha256:
        return before
    if before is None and len(there) >= MOST:
        raise InvalidInput(AttachmentFault.TOO_MANY(most=MOST))
    if before is not None:
        _end(session, before, now, actor)
    row = Attachment(
        plan_id=plan.id,
        duty=duty,
        name=stored.name,
        media_type=stored.media_type,
        size=stored.size,
        sha256=stored.sha256,
        added_at=now,
        added_by=actor,
    )
    session.add(row)
    session.flush()
    action = "attach" if before is None else "replace"
    record(session, now, actor, action, "plan", plan.id, after=_said(row))
    return row


def require_own_names(names: Sequence[str]) -> None:
    """That no file of a form would replace another. Raises `InvalidInput`, or `FileRefused` for no name."""
    cleaned = [clean_name(name) for name in names]
    for name in cleaned:
        if cleaned.count(name) > 1:
            raise InvalidInput(AttachmentFault.SAME_NAME(name=name))


def detach(session: Session, slug: str, id: int, now: datetime, actor: str) -> None:
    """Take a file away. Raises `NotFound`."""
    plan = find_plan(session, slug)
    row = attached_file(session, plan.id, id)
    _end(session, row, now, actor)
    record(session, now, actor, "detach", "plan", plan.id, _said(row))


def _said(row: Attachment) -> dict[str, object]:
    return {"files": [row.name], **({"duty": row.duty} if row.duty else {})}


def _end(session: Session, row: Attachment, now: datetime, actor: str) -> None:
    row.removed_at, row.removed_by = now, actor
    session.add(row)


def attached(session: Session, plan_id: int, duty: str | None = None) -> Sequence[Attachment]:
    """The files of the plan, its own first; with a duty's key only its own and those of that duty."""
    query = select(Attachment).where(Attachment.plan_id == plan_id, col(Attachment.removed_at).is_(None))
    if duty is not None:
        query = query.where(col(Attachment.duty).in_(["", duty]))
    return session.exec(query.order_by(Attachment.duty, Attachment.name)).all()


def names_attached(session: Session, slugs: Collection[str]) -> dict[str, list[tuple[str, str]]]:
    """By plan, the names of its files, its own first, each with its duty's key."""
    query = (
        select(Plan.slug, Attachment.duty, Attachment.name)
        .join(Plan, col(Plan.id) == col(Attachment.plan_id))
        .where(col(Plan.slug).in_(slugs), col(Attachment.removed_at).is_(None))
        .order_by(Attachment.duty, Attachment.name)
    )
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for slug, duty, name in session.exec(query):
        found[slug].append((duty, name))
    return found


def attached_file(session: Session, plan_id: int, id: int, duty: str | None = None) -> Attachment:
    """One of these. Raises `NotFound`."""
    found = next((each for each in attached(session, plan_id, duty) if each.id == id), None)
    if found is None:
        raise NotFound(AttachmentFault.NOT_THERE(number=id))
    return found


def duties_with_titles(session: Session, plan: Plan) -> list[Duty]:
    """The duties that the plan has now, in its order."""
    query = select(Duty).where(Duty.plan_id == plan.id, col(Duty.ended_at).is_(None))
    return list(session.exec(query.order_by(col(Duty.position))))
