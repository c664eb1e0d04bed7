"""`/events/new`: say that an event has happened: when, to whom; then what is due by that; then it is said.

What was looked at is named by a digest that the form carries, as for requests. The same form sent twice leads
to what was said the first time.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from sqlmodel import Session
from starlette.responses import Response

from models.errors import DondocError, IllegalMove
from reporting.asking.happenings import EventDraft, preview_event, say_event
from reporting.asking.rights import not_to_be_spoken_for, speaks_for
from reporting.asking.sayable import Sayable, event_to_say
from reporting.asking.whom import AskedReport, AskedStage, Foreseen
from reporting.plans.loading import find_plan
from reporting.units.hierarchy import hierarchy
from web.asking.desk import foreseen_sheet
from web.asking.fault_words import MOMENT, place_and_words, twin_number
from web.asking.happening_form import HappeningForm
from web.asking.request import digest
from web.asking.request_form import MOST_LISTED
from web.auth import Forbidden, OwnForm
from web.monitor.request import MonitorDep, MonitorPage
from web.page import redirect

router = APIRouter(prefix="/events/new", dependencies=[OwnForm], include_in_schema=False)
Problems = dict[str, str]
Line = tuple[str, AskedStage, AskedReport]


@router.get("")
def write(page: MonitorDep, event: str = "") -> Response:
    form = HappeningForm.fresh(page.filters.plan, event, page)
    with page.reading() as session:
        said = _sayable(session, page, form)
    return _write(page, form, said)


@router.post("")
def say(page: MonitorDep, form: Annotated[HappeningForm, Form()]) -> Response:
    with page.reading() as session:
        said = _sayable(session, page, form)
    if form.step in ("find", "edit"):
        return _write(page, form, said)
    problems = form.problems(said, page)
    if problems:
        return _write(page, form, said, problems, 422)
    try:
        draft = form.draft(said, page.zone)
        return _say(page, form, said, draft) if form.step == "say" else _preview(page, form, said, draft)
    except Forbidden as error:
        return _write(page, form, said, {"whom": page.say(error)}, 403)
    except DondocError as error:
        twin = twin_number(error)
        if twin and form.step == "say":
            return redirect(f"/events/{twin}?done=already")
        place, words = place_and_words(error, page, of_event=True)
        return _write(page, form, said, {place: words}, 409 if isinstance(error, IllegalMove) else 422, twin)


def _sayable(session: Session, page: MonitorPage, form: HappeningForm) -> Sayable:
    """What the form is about. Raises `Forbidden` where the person may say it of no unit."""
    found = event_to_say(session, page.settings, page.person, form.plan, form.event, page.now)
    if not found.units:
        raise Forbidden(page.t("Your account may not say of any unit that this has happened."))
    return found


def _write(
    page: MonitorPage,
    form: HappeningForm,
    said: Sayable,
    problems: Problems | None = None,
    status: int = 200,
    twin: int = 0,
) -> Response:
    return page.show(
        "asking/happening_form.html",
        status,
        form=form,
        said=said,
        listed=form.listed(said, page),
        looks=len(said.units) > MOST_LISTED,
        chosen=form.whom or ("all" if said.is_whole else "units"),
        problems=problems or {},
        moment=MOMENT,
        twin=twin,
    )


def _require_sayable(session: Session, page: MonitorPage, said: Sayable, units: frozenset[int]) -> None:
    """Raises `Forbidden` for a unit of which the person may not say it."""
    monitor = find_plan(session, said.plan).monitor
    refused = not_to_be_spoken_for(session, page.person, said.by, monitor, units, page.today)
    if refused:
        known = hierarchy(session, page.today).by_id
        names = ", ".join(sorted(known[id].name for id in refused))
        raise Forbidden(page.t("Your account may not say this of these units: %(units)s.", units=names))


def _foresee(session: Session, page: MonitorPage, said: Sayable, draft: EventDraft) -> Foreseen:
    """What it would open. Raises `Forbidden`."""
    named = draft.whom.ids(hierarchy(session, page.today))
    if named is not None:
        _require_sayable(session, page, said, named)
    found = preview_event(session, page.settings, draft, page.now)
    if named is None:
        _require_sayable(session, page, said, found.unit_ids)
    return found


def _say(page: MonitorPage, form: HappeningForm, said: Sayable, draft: EventDraft) -> Response:
    with page.writing() as session:
        foreseen = _foresee(session, page, said, draft)
        units = draft.whom.ids(hierarchy(session, page.today)) or foreseen.unit_ids
        unit = speaks_for(session, page.person, find_plan(session, said.plan).monitor, units)
        made = say_event(session, page.settings, draft, page.now, page.actor, unit, page.person.address)
        number, told = made.happening.id, "told" if made.opened.people else "said"
        if changed := digest(made.foreseen) != form.seen:
            session.rollback()
    if changed:
        return _preview(page, form, said, draft, changed=True)
    return redirect(f"/events/{number}?done={told}")


def _preview(
    page: MonitorPage, form: HappeningForm, said: Sayable, draft: EventDraft, *, changed: bool = False
) -> Response:
    with page.reading() as session:
        foreseen = _foresee(session, page, said, draft)
    told = [address for address in foreseen.people if address != page.person.address]
    return page.show_tables(
        "asking/happening_preview.html",
        [foreseen_sheet(foreseen, page, "due", page.t("What is then due"), page.person.address)],
        form=form,
        said=said,
        happened_at=draft.happened_at,
        foreseen=foreseen,
        told=told,
        changed=changed,
        seen=digest(foreseen),
    )
