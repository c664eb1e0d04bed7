"""The outbox: who was sent what and why, what waits, what failed; retry and cancel; refused addresses."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, TypeVar

from fastapi import APIRouter, Form, Query
from pydantic import BaseModel, BeforeValidator, Field
from sqlmodel import Session
from starlette.responses import HTMLResponse, Response

from models.database import LARGEST_ID
from models.errors import NotFound
from models.notice import Notice
from models.unit import Contact
from models.vocabulary import NoticeKind, NoticeState
from notifications.sample_mail import drawn_mail
from reporting.moves.retry import MAY_BE_TAKEN_BACK, retry, take_back
from reporting.obligations.notices import ListedNotice, OutboxFilter, described, outbox_page, state_counts
from reporting.plans.loading import find_plan, loaded_plans
from reporting.reminders.ladder_impact import rung_words as described_rung
from reporting.reminders.ladders import ladders
from reporting.reminders.ledger import reason_words, rung_words
from reporting.units.contacts import clear_bounced, marked_contacts
from web.admin.contact_list import addresses_to_fill_in
from web.admin.mailbox import FRAMING, framed
from web.admin.preview import AdminFault
from web.auth import OwnForm, inside
from web.form_values import RowId, Search, cut, typed_page
from web.page import AdminPage, Page, redirect

router = APIRouter(prefix="/admin/outbox", dependencies=[OwnForm], include_in_schema=False)
Word = TypeVar("Word", bound=StrEnum)
SHOWN = 500
"""Refused addresses on the page."""


class OutboxQuery(BaseModel):
    """Which notices, as the address says it."""

    state: str = ""
    kind: str = ""
    q: Search = ""
    plan: Annotated[str, cut(80)] = ""
    page: Annotated[int, BeforeValidator(typed_page)] = 1
    done: str = ""

    @property
    def filter(self) -> OutboxFilter:
        state, kind = _word(NoticeState, self.state), _word(NoticeKind, self.kind)
        return OutboxFilter(state=state, kind=kind, words=self.q, plan=self.plan)


@router.get("")
def outbox(page: AdminPage, query: Annotated[OutboxQuery, Query()]) -> Response:
    wanted, url = query.filter, page.request.url
    with page.reading() as session:
        lines, more = outbox_page(session, wanted, query.page)
        counts, plans = state_counts(session), loaded_plans(session)
    return page.show(
        "admin/outbox.html",
        plans=plans,
        lines=[(line, reason_words(line.reason, page.language)) for line in lines],
        counts=counts,
        kinds=list(NoticeKind),
        asked={
            "state": wanted.state or "",
            "kind": wanted.kind or "",
            "q": wanted.words,
            "plan": wanted.plan,
        },
        page=query.page,
        more=more,
        done=query.done,
        back=f"{url.path}?{url.query}"[:1500],
    )


class NoticesForm(BaseModel):
    """What to do with the chosen notices, and the page to go back to."""

    ids: list[int] = []
    trust: str = ""
    reason: Annotated[str, cut(200)] = ""
    back: str = ""

    @property
    def real_ids(self) -> list[int]:
        return [id for id in self.ids if 0 < id <= LARGEST_ID][:500]


@router.post("/retry")
def try_again(page: AdminPage, form: Annotated[NoticesForm, Form()]) -> Response:
    with page.writing() as session:
        trusts = form.trust == "yes"
        number = retry(session, form.real_ids, page.now, page.actor, trust_addresses=trusts)
    return _back(form.back, f"retried-{number}")


@router.post("/cancel")
def cancel(page: AdminPage, form: Annotated[NoticesForm, Form()]) -> Response:
    with page.writing() as session:
        number = take_back(session, form.real_ids, form.reason, page.now, page.actor)
    return _back(form.back, f"cancelled-{number}")


@router.get("/refused")
def refused(page: AdminPage, q: Search = "", done: str = "", export: str = "") -> Response:
    """Contacts whose address is marked as refusing mail, together."""
    with page.reading() as session:
        found = marked_contacts(session, page.today, words=q)
    if export:
        return addresses_to_fill_in(page, found)
    return page.show(
        "admin/refused_addresses.html", contacts=found[:SHOWN], number=len(found), words=q, done=done
    )


class TrustForm(BaseModel):
    ids: list[int] = []
    everybody: Annotated[str, Field(alias="all")] = ""
    q: Search = ""


@router.post("/refused/trust")
def trust(page: AdminPage, form: Annotated[TrustForm, Form()]) -> Response:
    """Write again to the chosen ones, or to all that the page's words find."""
    with page.writing() as session:
        found = marked_contacts(session, page.today, words=form.q)
        chosen = {each.id for each in found if form.everybody or each.id in form.ids}
        number = clear_bounced(session, chosen, page.now, page.actor)
    return redirect(f"/admin/outbox/refused?done={number}")


@router.get("/{id}")
def notice(id: RowId, page: AdminPage, done: str = "") -> Response:
    with page.reading() as session:
        found = _notice(session, id)
        (line,) = described(session, [found])
        contact = session.get(Contact, found.contact_id) if found.contact_id is not None else None
        drawn = drawn_mail(session, page.settings, found, page.now)
        why = _why(session, page, line)
    return page.show(
        "admin/notice.html",
        200,
        FRAMING,
        line=line,
        notice=found,
        reason=reason_words(line.reason, page.language),
        why=why,
        bounced=contact.bounced_at if contact is not None else None,
        drawn=drawn,
        may_retry=line.recipient and line.state in (NoticeState.FAILED, NoticeState.QUEUED),
        may_cancel=line.state in MAY_BE_TAKEN_BACK,
        done=done,
    )


@router.get("/{id}/mail")
def mail(id: RowId, page: AdminPage) -> HTMLResponse:
    """The mail's HTML, for the frame on the notice's page."""
    with page.reading() as session:
        drawn = drawn_mail(session, page.settings, _notice(session, id), page.now)
    if drawn is None or not drawn.html:
        raise NotFound(AdminFault.NO_MAIL(number=id))
    return framed(drawn.html)


def _notice(session: Session, id: int) -> Notice:
    found = session.get(Notice, id)
    if found is None:
        raise NotFound(AdminFault.NO_NOTICE(number=id))
    return found


def _why(session: Session, page: Page, line: ListedNotice) -> str:
    """The rung of its ladder in words, or the event; a rung that the ladder has no more by its short name."""
    name = rung_words(line.rung, page.language)
    if name != line.rung or not line.subject.plan:
        return name
    ladder = ladders(session).get(find_plan(session, line.subject.plan).ladder)
    rungs = {rung.id: rung for rung in ladder.every_rung} if ladder is not None else {}
    if line.rung in rungs:
        return described_rung(rungs[line.rung], page.language)
    return page.t("rung %(name)s", name=name)


def _word(words: type[Word], text: str) -> Word | None:
    return next((word for word in words if word.value == text), None)


def _back(back: str, done: str) -> Response:
    where = inside(back) if back.startswith("/admin/outbox") else "/admin/outbox"
    path, _, query = where.partition("?")
    kept = "&".join(part for part in query.split("&") if part and not part.startswith("done="))
    return redirect(f"{path}?{kept}{'&' if kept else ''}done={done}")
