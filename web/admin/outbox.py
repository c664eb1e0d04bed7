"""The outbox: who was told what and why, what waits, what failed; tried again or taken back by hand."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, TypeVar

from fastapi import APIRouter, Form, Request
from sqlmodel import Session
from starlette.responses import HTMLResponse, RedirectResponse, Response

from models.database import LARGEST_ID, reading, writing
from models.errors import NotFound
from models.notice import Notice
from models.unit import Contact
from models.vocabulary import NoticeKind, NoticeState
from notifications.notice_list import OutboxFilter, described, outbox_page, state_counts
from notifications.retry import MAY_BE_TAKEN_BACK, retry, take_back
from notifications.sample_mail import drawn_mail
from reporting.reminders.ledger import reason_words, rung_words
from web.admin.mailbox import FRAMING, framed
from web.auth import Administrator, OwnForm, inside
from web.context import EdgeDep
from web.form_values import RowId, typed_page
from web.rendering import PagesDep

router = APIRouter(prefix="/admin/outbox", dependencies=[OwnForm], include_in_schema=False)
Word = TypeVar("Word", bound=StrEnum)
Ids = Annotated[list[int] | None, Form()]


@router.get("")
def outbox(
    person: Administrator,
    edge: EdgeDep,
    pages: PagesDep,
    request: Request,
    state: str = "",
    kind: str = "",
    q: str = "",
    plan: str = "",
    page: str = "",
    done: str = "",
) -> Response:
    wanted = OutboxFilter(
        state=_word(NoticeState, state), kind=_word(NoticeKind, kind), words=q.strip()[:100], plan=plan[:80]
    )
    number = typed_page(page)
    with reading(edge.engine) as session:
        lines, more = outbox_page(session, wanted, number)
        counts = state_counts(session)
    asked = {"state": wanted.state or "", "kind": wanted.kind or "", "q": wanted.words, "plan": wanted.plan}
    return pages.show(
        "admin/outbox.html",
        lines=[(line, reason_words(line.reason, pages.language)) for line in lines],
        counts=counts,
        kinds=list(NoticeKind),
        asked=asked,
        page=number,
        more=more,
        done=done,
        back=f"{request.url.path}?{request.url.query}"[:1500],
    )


@router.post("/retry")
def try_again(
    person: Administrator,
    edge: EdgeDep,
    ids: Ids = None,
    trust: Annotated[str, Form()] = "",
    back: Annotated[str, Form()] = "",
) -> Response:
    with writing(edge.engine) as session:
        number = retry(session, _real(ids), edge.now, person.actor, trust_addresses=trust == "yes")
    return _back(back, f"retried-{number}")


@router.post("/cancel")
def cancel(
    person: Administrator,
    edge: EdgeDep,
    ids: Ids = None,
    reason: Annotated[str, Form()] = "",
    back: Annotated[str, Form()] = "",
) -> Response:
    with writing(edge.engine) as session:
        number = take_back(session, _real(ids), reason[:200], edge.now, person.actor)
    return _back(back, f"cancelled-{number}")


@router.get("/{id}")
def notice(id: RowId, person: Administrator, edge: EdgeDep, pages: PagesDep, done: str = "") -> Response:
    with reading(edge.engine) as session:
        found = _notice(session, id)
        (line,) = described(session, [found])
        contact = session.get(Contact, found.contact_id) if found.contact_id is not None else None
        drawn = drawn_mail(session, edge.settings, found, edge.now)
    return pages.show(
        "admin/notice.html",
        headers=FRAMING,
        line=line,
        notice=found,
        reason=reason_words(line.reason, pages.language),
        rung=rung_words(line.rung, pages.language),
        bounced=contact.bounced_at if contact is not None else None,
        drawn=drawn,
        may_retry=line.recipient and line.state in (NoticeState.FAILED, NoticeState.QUEUED),
        may_cancel=line.state in MAY_BE_TAKEN_BACK,
        done=done,
    )


@router.get("/{id}/mail")
def mail(id: RowId, person: Administrator, edge: EdgeDep) -> HTMLResponse:
    """The mail's HTML, for the frame on the notice's page."""
    with reading(edge.engine) as session:
        drawn = drawn_mail(session, edge.settings, _notice(session, id), edge.now)
    if drawn is None or not drawn.html:
        raise NotFound(f"notice {id} has no mail to look at; its page says why")
    return framed(drawn.html)


def _notice(session: Session, id: int) -> Notice:
    found = session.get(Notice, id)
    if found is None:
        raise NotFound(f"no notice {id}; the outbox lists them")
    return found


def _real(ids: list[int] | None) -> list[int]:
    return [id for id in ids or [] if 0 < id <= LARGEST_ID][:500]


def _word(words: type[Word], text: str) -> Word | None:
    return next((word for word in words if word.value == text), None)


def _back(back: str, done: str) -> Response:
    where = inside(back) if back.startswith("/admin/outbox") else "/admin/outbox"
    path, _, query = where.partition("?")
    kept = "&".join(part for part in query.split("&") if part and not part.startswith("done="))
    return RedirectResponse(f"{path}?{kept}{'&' if kept else ''}done={done}", status_code=303)
