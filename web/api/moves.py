"""What is done with an obligation: the moves of the command line, within the scope and rights of the caller.

Each answers with the obligation in its state after the move.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Concatenate, ParamSpec

from fastapi import APIRouter
from sqlmodel import Session

from models.decision import pending
from models.errors import IllegalMove
from models.obligation import Obligation
from models.vocabulary import Act, Lifecycle
from reporting.moves.chase import Chaser, chase, plan_chase
from reporting.moves.close import acknowledge, close
from reporting.moves.extend import decide_extension, request_extension
from reporting.moves.faults import MoveFault
from reporting.moves.review import accept, return_for_correction
from reporting.moves.submit import submit
from reporting.moves.transition import find
from reporting.moves.undo import act_to_undo, undo, withdraw
from reporting.obligations.filters import Selection
from reporting.special_days import working_days
from web.api.auth import Writer
from web.api.media import BodyRoute, SentReport, report_body
from web.api.obligations import Id, shown
from web.api.problems import documented
from web.api.schemas import (
    ChaseIn,
    ChaseOut,
    ClosingIn,
    DecisionIn,
    ExtensionIn,
    NoteIn,
    OneObligation,
    ReasonIn,
)

Params = ParamSpec("Params")
router = APIRouter(
    prefix="/obligations", tags=["moves"], responses=documented(404, 409, 415), route_class=BodyRoute
)


def _moved(
    caller: Writer,
    act: Act,
    id: int,
    move: Callable[Concatenate[Session, int, Params], object],
    *args: Params.args,
    **named: Params.kwargs,
) -> OneObligation:
    """Call `move` with a session, the id and the rest, where the caller may; the obligation after it."""
    with caller.context.writing() as session:
        caller.require(session, act, id)
        move(session, id, *args, **named)
        session.flush()
        row = session.get_one(Obligation, id)
        return shown(session, caller, id, max(caller.now, row.changed_at))


@router.post("/{id}/submit", responses=documented(404, 409, 413, 415), openapi_extra=report_body())
def submit_report(caller: Writer, id: Id, sent: SentReport) -> OneObligation:
    """Hand a report in: a document's number, files or a note. The instant of filing decides whether it is on
    time; the clerks get a receipt."""
    (report, said), settings, now = sent, caller.settings, caller.now

    def move(session: Session, id: int) -> None:
        actor = caller.actor
        submit(
            session, settings, id, report, now, actor, replace=said.replace, ahead=said.ahead, receipt=True
        )

    return _moved(caller, Act.FILE, id, move)


@router.post("/{id}/withdraw")
def withdraw_report(caller: Writer, id: Id, given: NoteIn) -> OneObligation:
    """Take back what was handed in last: on the same day, while the recipient has not looked at it."""
    return _moved(caller, Act.FILE, id, withdraw, caller.now, caller.actor, given.note, caller.zone)


@router.post("/{id}/accept")
def accept_report(caller: Writer, id: Id, given: NoteIn) -> OneObligation:
    """Accept what was handed in."""
    return _moved(caller, Act.REVIEW, id, accept, caller.now, caller.actor, given.note, caller.zone)


@router.post("/{id}/return")
def return_report(caller: Writer, id: Id, given: ReasonIn) -> OneObligation:
    """Return what was handed in, with a reason; the unit gets a few working days to correct it."""

    def move(session: Session, id: int) -> None:
        days = working_days(session)
        return_for_correction(session, caller.settings, days, id, given.reason, caller.now, caller.actor)

    return _moved(caller, Act.REVIEW, id, move)


@router.post("/{id}/extension")
def ask_for_extension(caller: Writer, id: Id, given: ExtensionIn) -> OneObligation:
    """Ask for a later last day; a superior decides."""
    last_day, reason = given.last_day, given.reason
    return _moved(
        caller, Act.FILE, id, request_extension, last_day, reason, caller.now, caller.actor, caller.zone
    )


@router.post("/{id}/extension/decision")
def decide_on_extension(caller: Writer, id: Id, given: DecisionIn) -> OneObligation:
    """Grant or refuse the request that waits; the original deadline is kept."""

    def move(session: Session, id: int) -> None:
        if pending(session, id) is None:
            raise IllegalMove(MoveFault.NO_REQUEST(number=id))
        decide_extension(
            session,
            id,
            given.granted,
            caller.now,
            caller.actor,
            document_number=given.document_number,
            note=given.note,
            zone=caller.zone,
        )

    return _moved(caller, Act.DECIDE, id, move)


def _close(caller: Writer, id: int, kind: Lifecycle, given: ClosingIn) -> OneObligation:
    reason, number = given.reason, given.document_number
    return _moved(caller, Act.DECIDE, id, close, kind, reason, caller.now, caller.actor, number, caller.zone)


@router.post("/{id}/waive")
def waive(caller: Writer, id: Id, given: ClosingIn) -> OneObligation:
    """Decide that it is not owed; it counts in no rate any more."""
    return _close(caller, id, Lifecycle.WAIVED, given)


@router.post("/{id}/cancel")
def cancel(caller: Writer, id: Id, given: ClosingIn) -> OneObligation:
    """Cancel one that should not exist, such as after an error in the plan."""
    return _close(caller, id, Lifecycle.CANCELLED, given)


@router.post("/{id}/undo")
def undo_decision(caller: Writer, id: Id, given: ReasonIn) -> OneObligation:
    """Undo an acceptance (the recipient within a day, an administrator later), a waiver or a cancellation."""

    def move(session: Session, id: int) -> None:
        caller.require(session, act_to_undo(find(session, id), caller.now), id)
        undo(session, id, given.reason, caller.now, caller.actor)

    return _moved(caller, Act.SEE, id, move)


@router.post("/{id}/acknowledge")
def acknowledge_reminder(caller: Writer, id: Id, given: NoteIn) -> OneObligation:
    """Say that the reminder was seen and work is under way; it quiets some rungs for a few days. Refused
    where the plan's ladder has none that would rest."""

    def move(session: Session, id: int) -> None:
        acknowledge(session, caller.settings, id, caller.now, caller.actor, given.note)

    return _moved(caller, Act.FILE, id, move)


@router.post("/{id}/chase")
def chase_report(caller: Writer, id: Id, given: ChaseIn) -> ChaseOut:
    """Urge the unit that owes it, and those that hold it up: one mail each, with words of one's own.

    The mail names the account and its unit, and answers go to the account's address. What was chased within
    the last day is left out unless that is meant (`again`): 409, and of a dry run no mails."""
    settings, selection = caller.settings, Selection(obligation=id)
    with caller.context.writing() as session:
        caller.require(session, Act.CHASE, id)
        by = Chaser(caller.actor, caller.person)
        act = plan_chase if given.dry_run else chase
        planned = act(session, settings, selection, given.message, caller.now, by, again=given.again)
    return ChaseOut(
        mails=len(planned.people),
        unreached=sum(not line.recipient for line in planned.lines),
        dry_run=given.dry_run,
        recipients=sorted(planned.people),
        already=[each.json() for each in planned.already],
        left_out=[each.about.obligation_id for each in planned.left_out],
    )
