"""Handing in, as a clerk does it: the page, the report, its receipt, an acknowledgement, asking for time.

The same routes serve a link in a mail (/o/…, /v/… to look only) and somebody who is signed in
(/obligations/…). Opening a page changes nothing; each change is a POST that ends in a redirect.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form
from sqlmodel import Session
from starlette.responses import RedirectResponse, Response

from calendars.deadline import Deadline
from models.database import reading, writing
from models.decision import pending
from models.errors import IllegalMove
from models.obligation import Obligation, Submission
from models.settings import Settings
from models.vocabulary import Act, Lifecycle, say
from reporting.moves.close import acknowledge
from reporting.moves.extend import request_extension
from reporting.moves.submit import period_ahead, submit
from reporting.moves.transition import find
from reporting.moves.undo import withdraw
from reporting.obligations.history import versions
from web.auth import OwnForm
from web.clerk.access import Access, AccessDep
from web.clerk.obligation_page import Loaded, draw, load
from web.clerk.report_form import (
    NOTE_LIMIT,
    Filled,
    PostedReport,
    PostedReportDep,
    day_problem,
    too_long,
)
from web.context import Edge, EdgeDep
from web.form_values import typed_day
from web.rendering import Pages, PagesDep, moment_words


def _overtaken(newest: Submission, pages: Pages, settings: Settings) -> str:
    when = moment_words(newest.filed_at, settings.zone)
    return pages.t(
        f"Chưa gửi: lúc {when} đã có bản khác của báo cáo này ({newest.actor}). "
        "Hãy xem bản đó; nếu vẫn cần, chọn lại tệp rồi gửi bản thay thế.",
        f"Not sent: another version of this report came at {when} ({newest.actor}). "
        "Look at it; if yours is still needed, choose the files again and send it as a replacement.",
    )


def conflict(loaded: Loaded, what: str, pages: Pages, settings: Settings) -> str:
    """What to say about `what` (file, acknowledge, extension, …) that came too late."""
    facts = loaded.facts
    state = say(facts.state, pages.language)
    if what == "file" and loaded.versions and facts.state in (Lifecycle.SUBMITTED, Lifecycle.RETURNED):
        return _overtaken(loaded.versions[0].submission, pages, settings)
    if what == "withdraw" and facts.state is Lifecycle.SUBMITTED:
        return pages.t(
            "Chưa rút lại được: chỉ rút lại bản mới nhất, trong ngày nộp, khi nơi nhận chưa xem xét. "
            "Hãy nộp bản thay thế, hoặc đề nghị nơi nhận trả lại.",
            "Not withdrawn: only the newest version, on the day of filing, before the recipient decides. "
            "Send a better version, or ask the recipient to return it.",
        )
    if what == "extension" and facts.asked is not None:
        return pages.t(
            "Đã có một đề nghị gia hạn đang chờ quyết định.",
            "A request for more time is waiting for a decision already.",
        )
    if what == "acknowledge" and facts.is_unfiled and not facts.heeds_acknowledgements:
        return pages.t(
            "Chưa ghi nhận: kế hoạch này không có lời nhắc nào tạm dừng khi đơn vị báo là đã biết. "
            "Hãy nộp báo cáo, hoặc xin gia hạn.",
            "Not noted: no reminder of this plan rests when a unit says that it knows. "
            "Hand the report in, or ask for more time.",
        )
    if what in ("accept", "return") and facts.state is Lifecycle.SUBMITTED:
        return pages.t(
            "Chưa thực hiện: đơn vị vừa nộp bản mới. Hãy xem bản mới rồi quyết định.",
            "Not done: the unit has just handed in a new version. Look at it, then decide.",
        )
    if what == "decide" and facts.asked is None:
        return pages.t("Đề nghị gia hạn này đã được quyết định.", "This request has been decided already.")
    return pages.t(
        f"Chưa thực hiện được: báo cáo này hiện ở tình trạng «{state}».",
        f"Not possible: this report is now “{state}”.",
    )


router = APIRouter(dependencies=[OwnForm], include_in_schema=False)
LINK, VIEW, OWN = (
    "/o/{id}/{expiry}/{signature}",
    "/v/{id}/{expiry}/{signature}",
    "/obligations/{id}",
)
READ = ["GET", "HEAD"]
"""Mail scanners ask with HEAD."""
Typed = Annotated[str, Form()]


@router.api_route(LINK, methods=READ)
@router.api_route(VIEW, methods=READ)
@router.api_route(OWN, methods=READ)
def page(edge: EdgeDep, pages: PagesDep, access: AccessDep, done: str = "") -> Response:
    return draw(edge, pages, access, done=done)


@router.api_route(f"{LINK}/receipt", methods=READ)
@router.api_route(f"{OWN}/receipt", methods=READ)
def receipt(edge: EdgeDep, pages: PagesDep, access: AccessDep) -> Response:
    """Of the newest version; where nothing was handed in there is none."""
    loaded = load(edge, access)
    newest = next((version for version in loaded.versions if version.stands), None)
    if newest is None:
        return RedirectResponse(access.base, status_code=303)
    return pages.show("clerk/receipt.html", f=loaded.facts, version=newest, access=access)


@router.post(f"{LINK}/file")
@router.post(f"{OWN}/file")
def file(edge: EdgeDep, pages: PagesDep, access: AccessDep, posted: PostedReportDep) -> Response:
    """Hand in. A form sent twice is one report; one overtaken by another is shown again as it was."""
    access.require(Act.FILE)
    with reading(edge.engine) as session:
        begins = period_ahead(session, access.obligation_id, access.now, edge.settings.zone)
    problems = posted.problems(edge.settings, edge.today(access.now), pages.t, begins is not None)
    if problems:
        return draw(edge, pages, access, status=422, form=posted.filled(problems))
    try:
        with writing(edge.engine) as session:
            _hand_in(session, edge, access, posted)
    except IllegalMove:
        loaded = load(edge, access)
        if not _is_sent_twice(loaded, posted):
            said = conflict(loaded, "file", pages, edge.settings)
            form = posted.filled({})
            return draw(edge, pages, access, status=409, form=form, conflict=said, loaded=loaded)
    return RedirectResponse(f"{access.base}/receipt", status_code=303)


def _hand_in(session: Session, edge: Edge, access: Access, posted: PostedReport) -> None:
    """Raises `IllegalMove` where another version came since the form was drawn."""
    obligation = find(session, access.obligation_id)
    handed_in = versions(session, access.obligation_id)
    if posted.seen != (handed_in[0].submission.version if handed_in else 0):
        raise IllegalMove("another version was handed in meanwhile; look at it first")
    submit(
        session,
        edge.settings,
        access.obligation_id,
        posted.report(),
        access.now,
        access.actor(session),
        replace=obligation.state == Lifecycle.SUBMITTED,
        ahead=posted.ahead,
        receipt=True,
    )


def require_seen(session: Session, id: int, seen: str) -> None:
    """The version that the person looked at: of a newer one nothing is decided unseen."""
    find(session, id)  # locked from here on
    newest = versions(session, id)
    if not newest or str(newest[0].submission.version) != seen:
        raise IllegalMove("another version came meanwhile; look at it first")


def _is_sent_twice(loaded: Loaded, posted: PostedReport) -> bool:
    newest = loaded.versions[0] if loaded.versions else None
    return newest is not None and newest.stands and newest.is_same(posted.number, posted.note, posted.hashes)


@router.post(f"{LINK}/withdraw")
@router.post(f"{OWN}/withdraw")
def take_back(
    edge: EdgeDep, pages: PagesDep, access: AccessDep, seen: Typed = "", note: Typed = ""
) -> Response:
    """Take back what was handed in last, on the same day, while nobody has looked at it."""
    access.require(Act.FILE)
    problem = too_long(note, NOTE_LIMIT, pages.t)
    form = Filled("withdraw", {"note": note}, {"note": problem} if problem else {})
    if problem:
        return draw(edge, pages, access, status=422, form=form)

    def change(session: Session, actor: str) -> None:
        require_seen(session, access.obligation_id, seen)
        withdraw(session, access.obligation_id, access.now, actor, note, edge.settings.zone)

    return carried_out(edge, pages, access, "withdraw", change, form)


@router.post(f"{LINK}/acknowledge")
@router.post(f"{OWN}/acknowledge")
def seen(edge: EdgeDep, pages: PagesDep, access: AccessDep, note: Typed = "") -> Response:
    """Say that it is known and under way; it quiets some reminders for a few days."""
    access.require(Act.FILE)
    problem = too_long(note, NOTE_LIMIT, pages.t)
    if problem:
        form = Filled("acknowledge", {"note": note}, {"note": problem})
        return draw(edge, pages, access, status=422, form=form)

    def change(session: Session, actor: str) -> None:
        acknowledge(session, edge.settings, access.obligation_id, access.now, actor, note)

    return carried_out(edge, pages, access, "acknowledge", change)


@router.post(f"{LINK}/extension")
@router.post(f"{OWN}/extension")
def ask_for_time(
    edge: EdgeDep, pages: PagesDep, access: AccessDep, until: Typed = "", reason: Typed = ""
) -> Response:
    """Ask for a later last day; somebody above decides."""
    access.require(Act.FILE)
    problems = _time_problems(pages, _present_last_day(edge, access), until, reason)
    form = Filled("extension", {"until": until, "reason": reason}, problems)
    if form.problems:
        return draw(edge, pages, access, status=422, form=form)
    day = typed_day(until)
    assert day is not None

    def change(session: Session, actor: str) -> None:
        if pending(session, access.obligation_id) is not None:
            raise IllegalMove("an extension was asked for already")
        zone = edge.settings.zone
        request_extension(session, access.obligation_id, day, reason, access.now, actor, zone)

    return carried_out(edge, pages, access, "extension", change, form)


def _present_last_day(edge: Edge, access: Access) -> date | None:
    """The last day of the deadline that holds, after which the one that is asked for must lie."""
    with reading(edge.engine) as session:
        obligation = session.get(Obligation, access.obligation_id)
        deadline = None if obligation is None else obligation.deadline
    return None if deadline is None else Deadline(deadline, edge.settings.zone).last_day


def _time_problems(pages: Pages, present: date | None, until: str, reason: str) -> dict[str, str]:
    day = typed_day(until)
    problems = {"reason": too_long(reason, NOTE_LIMIT, pages.t)}
    if day is None:
        problems["until"] = day_problem(pages.t)
    elif present is not None and day <= present:
        problems["until"] = pages.t(
            f"Phải sau ngày cuối hiện nay, {present:%d/%m/%Y}.",
            f"It must be after the present last day, {present:%d/%m/%Y}.",
        )
    if not reason.strip():
        problems["reason"] = pages.t("Ghi lý do xin gia hạn.", "Say why more time is needed.")
    return {name: problem for name, problem in problems.items() if problem}


def carried_out(
    edge: Edge,
    pages: Pages,
    access: Access,
    what: str,
    change: Callable[[Session, str], None],
    form: Filled | None = None,
) -> Response:
    """Do it in one transaction and go back to the page; what is not possible any more is said there."""
    try:
        with writing(edge.engine) as session:
            change(session, access.actor(session))
    except IllegalMove:
        loaded = load(edge, access)
        said = conflict(loaded, what, pages, edge.settings)
        return draw(edge, pages, access, status=409, form=form, conflict=said, loaded=loaded)
    return RedirectResponse(f"{access.base}?done={what}", status_code=303)


def back(access: AccessDep) -> Response:
    """Whoever reloads after a form was refused, or changes the language then, is led back to the page."""
    return RedirectResponse(access.base, status_code=303)


OF_THE_FILER = ("file", "withdraw", "acknowledge", "extension")
for _action in OF_THE_FILER:
    router.add_api_route(f"{LINK}/{_action}", back, methods=READ)
for _action in (*OF_THE_FILER, "accept", "return", "decide", "close", "undo"):
    router.add_api_route(f"{OWN}/{_action}", back, methods=READ)
