"""Requests for reports and events that have happened, as the commands of these names make and list them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated

from fastapi import APIRouter, Query
from sqlmodel import Session, col, select

from models.asking import Happening, ReportRequest
from models.errors import InvalidInput
from models.plan import Plan
from models.unit import Unit
from reporting.access.rights import visible
from reporting.asking.ad_hoc import AdHocDraft, make_ad_hoc, preview_ad_hoc
from reporting.asking.faults import AskingFault
from reporting.asking.happenings import (
    EventDraft,
    find_event,
    preview_event,
    say_event,
    take_back_event,
)
from reporting.asking.lists import AskedRow, list_events, list_requests, seen_periods
from reporting.asking.requests import RequestDraft, make_request, preview_request, withdraw_request
from reporting.asking.rights import (
    asks_for,
    may_take_back,
    not_to_be_asked,
    not_to_be_spoken_for,
    speaks_for,
)
from reporting.asking.whom import Foreseen, Whom
from reporting.units.hierarchy import hierarchy
from web.api.auth import Caller, Reader, Writer
from web.api.media import BodyRoute
from web.api.obligations import Id
from web.api.problems import ApiFault, documented
from web.api.schemas import (
    EventIn,
    EventRow,
    EventSaidOut,
    ReasonIn,
    RequestIn,
    RequestMadeOut,
    RequestRow,
    WithdrawnOut,
    Word,
)
from web.auth import Forbidden

router = APIRouter(tags=["requests and events"], responses=documented(404, 409, 415), route_class=BodyRoute)
OfPlan = Annotated[Word | None, Query(description="slug of the plan")]


@router.get("/requests", responses=documented())
def requests(caller: Reader, plan: OfPlan = None) -> list[RequestRow]:
    """Requests of which the account sees a report, the newest first."""
    with caller.context.reading() as session:
        rows = _seen(session, caller, list_requests(session, caller.settings, plan))
    return [RequestRow.model_validate(row.as_json()) for row in rows]


@router.post("/requests")
def make(caller: Writer, given: RequestIn) -> RequestMadeOut:
    """Ask for a report: of a duty that comes on demand, or outside any plan. With `dry_run` it says whom it
    would ask, and asks nobody."""
    settings, now = caller.settings, caller.now
    wish = _wish(given)
    with caller.context.writing() as session:
        foreseen, unit_id = _may_ask(session, caller, wish, given.unit)
        row = None
        if not given.dry_run:
            made = (
                make_ad_hoc(session, settings, wish, now, caller.actor)
                if isinstance(wish, AdHocDraft)
                else make_request(session, settings, wish, now, caller.actor, unit_id)
            )
            foreseen = made.foreseen
            (row,) = list_requests(session, settings, ids=[made.request.id])
    told = foreseen.as_json(caller.zone)
    return RequestMadeOut.model_validate({**told, "dry_run": given.dry_run, "request": row and row.as_json()})


@router.post("/requests/{id}/withdraw")
def withdraw(caller: Writer, id: Id, given: ReasonIn) -> WithdrawnOut:
    """Withdraw a request: what nobody has filed is cancelled, and those who were told are told."""
    with caller.context.writing() as session:
        _may_take_back(session, caller, session.get(ReportRequest, id))
        done = withdraw_request(session, caller.settings, id, given.reason, caller.now, caller.actor)
    return WithdrawnOut(cancelled=list(done.cancelled), kept=list(done.kept))


@router.get("/events", responses=documented())
def events(caller: Reader, plan: OfPlan = None) -> list[EventRow]:
    """What was said to have happened, of which the account sees a report, the newest first."""
    with caller.context.reading() as session:
        rows = _seen(session, caller, list_events(session, caller.settings, plan))
    return [EventRow.model_validate(row.as_json()) for row in rows]


@router.post("/events")
def say(caller: Writer, given: EventIn) -> EventSaidOut:
    """Say that an event of a plan has happened; what is due then is opened. With `dry_run` it says what it
    would open, and opens nothing."""
    if given.everybody == bool(given.units):
        raise InvalidInput(AskingFault.FOR_WHOM())
    whom = Whom(units=tuple(given.units))
    if given.at.tzinfo is None:
        raise InvalidInput(ApiFault.NO_OFFSET())
    draft = EventDraft(plan=given.plan, event=given.event, happened_at=given.at, whom=whom, note=given.note)
    with caller.context.writing() as session:
        foreseen, unit_id = _may_say(session, caller, draft)
        row = None
        if not given.dry_run:
            speaker = caller.person.address
            said = say_event(session, caller.settings, draft, caller.now, caller.actor, unit_id, speaker)
            foreseen = said.foreseen
            (row,) = list_events(session, caller.settings, ids=[said.happening.id])
    told = foreseen.as_json(caller.zone)
    return EventSaidOut.model_validate({**told, "dry_run": given.dry_run, "event": row and row.as_json()})


@router.post("/events/{id}/take-back")
def take_back(caller: Writer, id: Id, given: ReasonIn) -> WithdrawnOut:
    """Take back that it has happened: what nobody has filed is cancelled, and those told are told."""
    with caller.context.writing() as session:
        _may_take_back(session, caller, session.get(Happening, id))
        done = take_back_event(session, caller.settings, id, given.reason, caller.now, caller.actor)
    return WithdrawnOut(cancelled=list(done.cancelled), kept=list(done.kept))


def _wish(given: RequestIn) -> RequestDraft | AdHocDraft:
    """Raises `InvalidInput` unless a duty of a plan is named, or a title and the unit that asks."""
    if given.units == []:
        raise InvalidInput(AskingFault.NO_UNITS())
    whom = Whom(units=tuple(given.units or ()), branch=given.branch)
    texts = {"due": given.due, "title": given.title, "number": given.number, "note": given.note}
    if given.plan is not None and given.duty is not None:
        return RequestDraft(plan=given.plan, duty=given.duty, whom=whom, **texts)
    if given.plan is not None or given.duty is not None or given.unit is None:
        raise InvalidInput(AskingFault.WHAT())
    return AdHocDraft(issuer=given.unit, whom=whom, **texts)


def _may_ask(
    session: Session, caller: Caller, wish: RequestDraft | AdHocDraft, unit: str | None
) -> tuple[Foreseen, int | None]:
    """What it would open, and for which unit the account asks. Raises `Forbidden`."""
    if isinstance(wish, AdHocDraft):
        foreseen, monitor, unit = (
            preview_ad_hoc(session, caller.settings, wish, caller.now),
            None,
            wish.issuer,
        )
    else:
        foreseen = preview_request(session, caller.settings, wish, caller.now)
        monitor = _monitor(session, wish.plan)
    refused = not_to_be_asked(session, caller.person, monitor, foreseen.unit_ids, caller.today)
    if refused:
        raise Forbidden(ApiFault.MAY_NOT_ASK(units=_codes(session, refused)))
    unit_id = asks_for(session, caller.person, monitor, unit)
    wanted = None if unit is None else hierarchy(session, caller.today).unit(unit).id
    if wanted not in (None, unit_id):
        raise Forbidden(ApiFault.MAY_NOT_ASK_FOR(unit=unit))
    foreseen.require_new()
    return foreseen, unit_id


def _may_say(session: Session, caller: Caller, draft: EventDraft) -> tuple[Foreseen, int | None]:
    """What it would open, and for which unit the account speaks. Raises `Forbidden`."""
    event = find_event(session, caller.settings, draft.plan, draft.event, caller.now)
    monitor = _monitor(session, draft.plan)

    def require(units: Collection[int]) -> None:
        refused = not_to_be_spoken_for(session, caller.person, event.by, monitor, units, caller.today)
        if refused:
            raise Forbidden(ApiFault.MAY_NOT_SPEAK(units=_codes(session, refused)))

    named = draft.whom.ids(hierarchy(session, caller.today))
    if named is not None:
        require(named)
    foreseen = preview_event(session, caller.settings, draft, caller.now)
    if named is None:
        require(foreseen.unit_ids)
    return foreseen, speaks_for(session, caller.person, monitor, named or foreseen.unit_ids)


def _may_take_back(session: Session, caller: Caller, found: ReportRequest | Happening | None) -> None:
    """Raises `Forbidden`; what does not exist is for the operation to refuse."""
    if found is not None and not may_take_back(session, caller.person, found):
        raise Forbidden(ApiFault.MAY_NOT_TAKE_BACK())


def _monitor(session: Session, plan: str) -> str | None:
    return session.scalar(select(Plan.monitor).where(Plan.slug == plan))


def _codes(session: Session, units: Collection[int]) -> tuple[str, ...]:
    return tuple(sorted(session.exec(select(Unit.code).where(col(Unit.id).in_(units)))))


def _seen(session: Session, caller: Caller, rows: list[AskedRow]) -> list[AskedRow]:
    periods = seen_periods(session, visible(caller.person, caller.today))
    return [row for row in rows if row.period in periods]
