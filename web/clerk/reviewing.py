"""What the recipient and the monitor do on an obligation's page: accept, return, decide on time, end it."""

from __future__ import annotations

from fastapi import APIRouter
from sqlmodel import Session
from starlette.responses import Response

from models.decision import pending
from models.errors import IllegalMove
from models.text import clean_line
from models.vocabulary import Act, Lifecycle
from reporting.moves.close import close
from reporting.moves.extend import decide_extension
from reporting.moves.review import accept, return_for_correction
from reporting.moves.transition import find
from reporting.moves.undo import act_to_undo, undo
from reporting.special_days import working_days
from web.auth import OwnForm
from web.clerk.access import AccessDep
from web.clerk.filing import OWN, Typed, carried_out, require_seen
from web.clerk.obligation_page import draw, load
from web.clerk.report_form import NOTE_LIMIT, NUMBER_LIMIT, Filled, Say, too_long
from web.context import EdgeDep
from web.rendering import PagesDep

router = APIRouter(dependencies=[OwnForm], include_in_schema=False)


@router.post(f"{OWN}/accept")
def accept_report(
    edge: EdgeDep, pages: PagesDep, access: AccessDep, seen: Typed = "", note: Typed = ""
) -> Response:
    access.require(Act.REVIEW)
    form = Filled("accept", {"note": note}, _wrong(note=too_long(note, NOTE_LIMIT, pages.t)))
    if form.problems:
        return draw(edge, pages, access, status=422, form=form)

    def change(session: Session, actor: str) -> None:
        require_seen(session, access.obligation_id, seen)
        accept(session, access.obligation_id, access.now, actor, note, edge.settings.zone)

    return carried_out(edge, pages, access, "accept", change, form)


@router.post(f"{OWN}/return")
def return_report(
    edge: EdgeDep, pages: PagesDep, access: AccessDep, seen: Typed = "", reason: Typed = ""
) -> Response:
    access.require(Act.REVIEW)
    form = Filled("return", {"reason": reason}, _wrong(reason=_reason_problem(reason, pages.t)))
    if form.problems:
        return draw(edge, pages, access, status=422, form=form)

    def change(session: Session, actor: str) -> None:
        require_seen(session, access.obligation_id, seen)
        days = working_days(session)
        return_for_correction(session, edge.settings, days, access.obligation_id, reason, access.now, actor)

    return carried_out(edge, pages, access, "return", change, form)


@router.post(f"{OWN}/decide")
def decide(
    edge: EdgeDep,
    pages: PagesDep,
    access: AccessDep,
    request: Typed = "",
    verdict: Typed = "",
    number: Typed = "",
    note: Typed = "",
) -> Response:
    """Grant or refuse the request for more time that the page showed."""
    access.require(Act.DECIDE)
    granted = verdict == "grant"
    problems = _wrong(
        number=too_long(number, NUMBER_LIMIT, pages.t),
        note=too_long(note, NOTE_LIMIT, pages.t) if granted else _reason_problem(note, pages.t),
        verdict=""
        if verdict in ("grant", "refuse")
        else pages.t("Chọn một trong hai.", "Choose one of the two."),
    )
    form = Filled("decide", {"number": number, "note": note}, problems)
    if problems:
        return draw(edge, pages, access, status=422, form=form)

    def change(session: Session, actor: str) -> None:
        find(session, access.obligation_id)
        asked = pending(session, access.obligation_id)
        if asked is None or str(asked.id) != request:
            raise IllegalMove("the request was decided meanwhile")
        id, zone = access.obligation_id, edge.settings.zone
        decide_extension(
            session, id, granted, access.now, actor, document_number=number, note=note, zone=zone
        )

    return carried_out(edge, pages, access, "decide", change, form)


@router.post(f"{OWN}/close")
def end(
    edge: EdgeDep,
    pages: PagesDep,
    access: AccessDep,
    kind: Typed = "",
    number: Typed = "",
    reason: Typed = "",
) -> Response:
    """Waive it by a decision, or cancel what should not exist."""
    access.require(Act.DECIDE)
    kinds = {Lifecycle.WAIVED.value: Lifecycle.WAIVED, Lifecycle.CANCELLED.value: Lifecycle.CANCELLED}
    problems = _wrong(
        kind="" if kind in kinds else pages.t("Chọn miễn hoặc hủy.", "Choose to waive or to cancel."),
        number=too_long(number, NUMBER_LIMIT, pages.t),
        reason=_reason_problem(reason, pages.t),
    )
    form = Filled("close", {"kind": kind, "number": number, "reason": reason}, problems)
    if problems:
        return draw(edge, pages, access, status=422, form=form)

    def change(session: Session, actor: str) -> None:
        id, zone = access.obligation_id, edge.settings.zone
        close(session, id, kinds[kind], reason, access.now, actor, number, zone)

    return carried_out(edge, pages, access, "close", change, form)


@router.post(f"{OWN}/undo")
def undo_decision(
    edge: EdgeDep, pages: PagesDep, access: AccessDep, state: Typed = "", reason: Typed = ""
) -> Response:
    """Undo the acceptance, waiver or cancellation that the page showed."""
    loaded = load(edge, access)
    access.require(act_to_undo(loaded.facts.obligation, access.now))
    form = Filled("undo", {"reason": reason}, _wrong(reason=_reason_problem(reason, pages.t)))
    if form.problems:
        return draw(edge, pages, access, status=422, form=form, loaded=loaded)

    def change(session: Session, actor: str) -> None:
        found = find(session, access.obligation_id)
        if found.state != state:
            raise IllegalMove("it was decided otherwise meanwhile; look at it first")
        access.require(act_to_undo(found, access.now))
        undo(session, access.obligation_id, reason, access.now, actor)

    return carried_out(edge, pages, access, "undo", change, form)


def _reason_problem(reason: str, t: Say) -> str:
    if not clean_line(reason):
        return t("Ghi lý do.", "Say why.")
    return too_long(reason, NOTE_LIMIT, t)


def _wrong(**problems: str) -> dict[str, str]:
    return {name: problem for name, problem in problems.items() if problem}
