"""Obligations to read: the list with the filters of `dondoc due`, and one."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from sqlmodel import Session

from calendars.office import OfficeCalendar
from models.database import LARGEST_ID
from models.decision import pending
from models.errors import InvalidInput, NotFound
from models.validity import YEARS
from models.vocabulary import Act, Level, Timeliness
from reporting.access.rights import visible
from reporting.obligations.filters import Selection
from reporting.obligations.listing import next_page, owed, row_json
from reporting.obligations.why import why, why_json
from reporting.special_days import working_days
from web.api.auth import Caller, Reader
from web.api.problems import ApiFault, documented
from web.api.schemas import ObligationPage, OneObligation, WhyOut, Word
from web.context import api_language

router = APIRouter(prefix="/obligations", tags=["obligations"])
Id = Annotated[int, Path(ge=1, le=LARGEST_ID, description="as the list shows it")]
At = Annotated[
    datetime | None,
    Query(
        description="as of this instant, with its offset; default: now",
        examples=["2024-02-17T08:00:00+07:00"],
    ),
]


def filters(
    plan: Annotated[Word | None, Query(description="slug of the plan")] = None,
    duty: Annotated[Word | None, Query(description="id of the duty in its plan")] = None,
    unit: Annotated[Word | None, Query(description="code of one unit")] = None,
    branch: Annotated[Word | None, Query(description="code of a unit, with all below it")] = None,
    level: Annotated[Level | None, Query()] = None,
    period: Annotated[
        Word | None, Query(description="2024-02, 2024-Q1, 2024-H1, 2024-9M, once, or 2024")
    ] = None,
) -> Selection:
    return Selection(plan=plan, duty=duty, unit=unit, branch=branch, level=level, period=period)


Filters = Annotated[Selection, Depends(filters)]


def instant(caller: Caller, at: datetime | None) -> datetime:
    """The instant meant. Raises `InvalidInput` for one without an offset, or out of any calendar."""
    if at is None:
        return caller.now
    if at.tzinfo is None or at.year not in YEARS:
        raise InvalidInput(ApiFault.NO_OFFSET())
    return at


@router.get("", responses=documented(404))
def list_obligations(
    caller: Reader,
    selection: Filters,
    timeliness: Annotated[Timeliness | None, Query(description="due soon holds the last day too")] = None,
    at: At = None,
    after: Annotated[int, Query(ge=0, le=LARGEST_ID, description="`next` of the page before")] = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> ObligationPage:
    """What is owed: who, what, until when, and how it stands as of an instant; what the account may see."""
    when = instant(caller, at)
    wanted = None if timeliness is None else {timeliness}
    if timeliness is Timeliness.DUE_SOON:
        wanted = {timeliness, Timeliness.LAST_DAY}
    settings = caller.settings
    with caller.context.reading() as session:
        seen = replace(selection, further=(visible(caller.person, caller.today),))
        rows, more = next_page(session, settings, seen, when, after=after, limit=limit, timely=wanted)
    return ObligationPage.model_validate(
        {"items": [row_json(row, settings.zone) for row in rows], "next": more}
    )


@router.get("/{id}", responses=documented(404))
def one_obligation(caller: Reader, id: Id, at: At = None) -> OneObligation:
    """One obligation as of an instant."""
    when = instant(caller, at)
    with caller.context.reading() as session:
        caller.require(session, Act.SEE, id)
        return shown(session, caller, id, when)


@router.get("/{id}/why", responses=documented(404))
def why_this_day(request: Request, caller: Reader, id: Id) -> WhyOut:
    """How its deadline came about, step by step: document, rule, days off, changed plan, extensions."""
    with caller.context.reading() as session:
        caller.require(session, Act.SEE, id)
        steps = why(session, id, OfficeCalendar(working_days(session), caller.settings.zone))
    return WhyOut.model_validate(why_json(id, steps, api_language(request)))


def shown(session: Session, caller: Caller, id: int, at: datetime) -> OneObligation:
    """The obligation as `--json` of the commands that move it gives it."""
    settings = caller.settings
    found = owed(session, settings, Selection(obligation=id), at)
    if not found:
        raise NotFound(ApiFault.NOT_OPEN_YET(number=id))
    waits = pending(session, id) is not None
    return OneObligation.model_validate(row_json(found[0], settings.zone) | {"extension_requested": waits})
