"""What the recipient and the monitor do on an obligation's page: accept, return, decide on time, end it."""

from __future__ import annotations

from fastapi import APIRouter
from sqlmodel import Session
from starlette.exceptions import HTTPException
from starlette.responses import Response

from models.decision import pending
from models.errors import IllegalMove
from models.obligation import Obligation
from models.vocabulary import Act, Lifecycle
from reporting.moves.close import close
from reporting.moves.extend import decide_extension
from reporting.moves.faults import MoveFault
from reporting.moves.review import accept, return_for_correction
from reporting.moves.transition import find
from reporting.moves.undo import act_to_undo, undo
from reporting.special_days import working_days
from web.auth import OwnForm
from web.clerk.access import OWN, ReportDep
from web.clerk.moves import Move, carry_out, note_problem, reason_problem, require_seen
from web.clerk.report_form import NUMBER_LIMIT, too_long

router = APIRouter(dependencies=[OwnForm], include_in_schema=False)
CLOSINGS = (Lifecycle.WAIVED, Lifecycle.CANCELLED)


@router.post(f"{OWN}/accept")
def accept_report(page: ReportDep, form: Move) -> Response:
    page.require(Act.REVIEW)

    def change(session: Session, actor: str) -> None:
        require_seen(session, page.obligation_id, form.seen)
        accept(session, page.obligation_id, page.now, actor, form.note, page.zone)

    return carry_out(page, "accept", form, {"note": note_problem(form.note, page)}, change)


@router.post(f"{OWN}/return")
def return_report(page: ReportDep, form: Move) -> Response:
    page.require(Act.REVIEW)

    def change(session: Session, actor: str) -> None:
        id, days = page.obligation_id, working_days(session)
        require_seen(session, id, form.seen)
        return_for_correction(session, page.settings, days, id, form.reason, page.now, actor)

    return carry_out(page, "return", form, {"reason": reason_problem(form.reason, page)}, change)


@router.post(f"{OWN}/decide")
def decide(page: ReportDep, form: Move) -> Response:
    """Grant or refuse the request for more time that the page showed."""
    page.require(Act.DECIDE)
    granted = form.verdict == "grant"
    chosen = form.verdict in ("grant", "refuse")
    problems = {
        "number": too_long(form.number, NUMBER_LIMIT, page),
        "note": note_problem(form.note, page) if granted else reason_problem(form.note, page),
        "verdict": "" if chosen else page.t("Choose one of the two."),
    }

    def change(session: Session, actor: str) -> None:
        id = page.obligation_id
        find(session, id)
        asked = pending(session, id)
        if asked is None or str(asked.id) != form.request:
            raise IllegalMove(MoveFault.OVERTAKEN(number=id))
        decide_extension(
            session,
            id,
            granted,
            page.now,
            actor,
            document_number=form.number,
            note=form.note,
            zone=page.zone,
        )

    return carry_out(page, "decide", form, problems, change)


@router.post(f"{OWN}/close")
def end(page: ReportDep, form: Move) -> Response:
    """Waive it by a decision, or cancel what should not exist."""
    page.require(Act.DECIDE)
    kind = next((each for each in CLOSINGS if each.value == form.kind), None)
    problems = {
        "kind": "" if kind else page.t("Choose to waive or to cancel."),
        "number": too_long(form.number, NUMBER_LIMIT, page),
        "reason": reason_problem(form.reason, page),
    }

    def change(session: Session, actor: str) -> None:
        assert kind is not None
        close(session, page.obligation_id, kind, form.reason, page.now, actor, form.number, page.zone)

    return carry_out(page, "close", form, problems, change)


@router.post(f"{OWN}/undo")
def undo_decision(page: ReportDep, form: Move) -> Response:
    """Undo the acceptance, waiver or cancellation that the page showed."""
    with page.reading() as session:
        found = session.get(Obligation, page.obligation_id)
    if found is None:
        raise HTTPException(404)
    page.require(act_to_undo(found, page.now))

    def change(session: Session, actor: str) -> None:
        found = find(session, page.obligation_id)
        if found.state != form.state:
            raise IllegalMove(MoveFault.OVERTAKEN(number=page.obligation_id))
        page.require(act_to_undo(found, page.now))
        undo(session, page.obligation_id, form.reason, page.now, actor)

    return carry_out(page, "undo", form, {"reason": reason_problem(form.reason, page)}, change)
