"""`/events/new`: say that an event has happened: when, to whom; then what is due by that; then it is said.

What was looked at is named by a digest that the form carries, as for requests. The same form sent twice leads
to what was said the first time.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from sqlmodel import Session
from starlette.responses import Response

from calendars.errors import Fault
from models.database import LARGEST_ID
from models.errors import DondocError, IllegalMove
from reporting.asking.faults import AskingFault
from reporting.asking.happenings import EventDraft, preview_event, say_event
from reporting.asking.rights import not_to_be_spoken_for, speaks_for
from reporting.asking.sayable import Sayable, event_to_say
from reporting.asking.whom import AskedReport, AskedStage, Foreseen
from reporting.plans.loading import find_plan
from reporting.units.hierarchy import hierarchy
from web.asking.desk import MOST_ROWS, last_day_of, recipient_names
from web.asking.happening_form import MOMENT, HappeningForm, beside
from web.asking.request import digest
from web.asking.request_form import MOST_LISTED
from web.auth import Forbidden, OwnForm
from web.form_values import typed_number
from web.monitor.request import MonitorDep, MonitorPage
from web.monitor.table import Column, TableSheet, make_sheet, narrow
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
        twin = _said_already(error)
        if twin and form.step == "say":
            return redirect(f"/events/{twin}?done=already")
        place, words = beside(error, page)
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
        listed=form.listed(said),
        looks=len(said.units) > MOST_LISTED,
        chosen=form.whom or ("all" if said.is_whole else "units"),
        problems=problems or {},
        moment=MOMENT,
        twin=twin,
    )


def _foresee(session: Session, page: MonitorPage, said: Sayable, draft: EventDraft) -> Foreseen:
    """What it would open. Raises `Forbidden` for a unit of which the person may not say it."""
    units = hierarchy(session, page.today)
    named = draft.whom.ids(units)
    found = None if named else preview_event(session, page.settings, draft, page.now)
    spoken_of = named or (found.unit_ids if found else frozenset())
    monitor = find_plan(session, said.plan).monitor
    refused = not_to_be_spoken_for(session, page.person, said.by, monitor, spoken_of, page.today)
    if refused:
        names = ", ".join(sorted(units.by_id[id].name for id in refused))
        raise Forbidden(page.t("Your account may not say this of these units: %(units)s.", units=names))
    return found or preview_event(session, page.settings, draft, page.now)


def _say(page: MonitorPage, form: HappeningForm, said: Sayable, draft: EventDraft) -> Response:
    said_now = None
    with page.writing() as session:
        foreseen = _foresee(session, page, said, draft)
        if digest(foreseen) == form.seen:
            units = draft.whom.ids(hierarchy(session, page.today)) or foreseen.unit_ids
            unit = speaks_for(session, page.person, find_plan(session, said.plan).monitor, units)
            speaker = page.person.address
            made = say_event(session, page.settings, draft, page.now, page.actor, unit, speaker)
            said_now = made.happening.id, "told" if made.opened.people else "said"
    if said_now is None:
        return _preview(page, form, said, draft, changed=True)
    return redirect("/events/{}?done={}".format(*said_now))


def _said_already(error: DondocError) -> int:
    """The number of what was said of the same instant and units; 0 for any other refusal."""
    fault = error.args[0] if isinstance(error, IllegalMove) and error.args else ""
    if not isinstance(fault, Fault) or fault.code is not AskingFault.SAID_ALREADY:
        return 0
    return typed_number(str(fault.values["number"]), 1, LARGEST_ID, 0)


def _preview(
    page: MonitorPage, form: HappeningForm, said: Sayable, draft: EventDraft, *, changed: bool = False
) -> Response:
    with page.reading() as session:
        foreseen = _foresee(session, page, said, draft)
    told = [address for address in foreseen.people if address != page.person.address]
    return page.show_tables(
        "asking/happening_preview.html",
        [_due_sheet(foreseen, page)],
        form=form,
        said=said,
        happened_at=draft.happened_at,
        foreseen=foreseen,
        told=told,
        changed=changed,
        seen=digest(foreseen),
    )


def _due_sheet(foreseen: Foreseen, page: MonitorPage) -> TableSheet:
    """What is then due: of whom, to whom, by when, and who is told; the person who says it is not."""
    lines: list[Line] = [
        (duty.title, stage, report)
        for duty in foreseen.duties
        for stage in duty.stages
        for report in stage.reports
    ]
    return make_sheet(
        "due",
        page.t("What is then due"),
        [
            Column(page.t("Unit"), lambda line: line[2].unit_name),
            Column(page.t("Report"), lambda line: line[0]),
            Column(page.t("Recipient"), lambda line: recipient_names(line[2])),
            narrow(page.t("Last day"), lambda line: last_day_of(line[1], page)),
            Column(page.t("Gets a mail"), lambda line: _told(line[2], page)),
        ],
        lines[:MOST_ROWS],
        total=len(lines),
    )


def _told(report: AskedReport, page: MonitorPage) -> str:
    others = [address for address in report.people if address != page.person.address]
    if others:
        return ", ".join(others)
    return page.t("only you") if report.people else page.t("nobody: the unit has no address")
