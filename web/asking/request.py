"""`/requests/new`: ask for a report: what, of whom, by when; then what it would do; then it is done.

What was looked at is named by a digest that the form carries: where units or people changed meanwhile it is
shown again. The same form sent twice leads to the request that the first one made.
"""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from typing import Annotated

from fastapi import APIRouter, Form
from sqlmodel import Session
from starlette.responses import Response

from calendars.errors import CalendarError
from calendars.periods import Frequency, Period
from calendars.rule_wording import word_rule
from calendars.timetable import Every
from models.errors import DondocError, IllegalMove
from notifications.sample_mail import DrawnMail, asked_mail
from reporting.asking.ad_hoc import AdHocDraft, make_ad_hoc, preview_ad_hoc
from reporting.asking.choice import (
    Askable,
    DutyToAsk,
    duties_to_ask,
    duty_to_ask,
    issuers,
    units_to_ask,
)
from reporting.asking.requests import RequestMade, make_request, preview_request, read_due_rule
from reporting.asking.rights import asks_for, not_to_be_asked
from reporting.asking.whom import Foreseen, Whom
from reporting.plans.loading import find_plan
from reporting.plans.rule_words import frequency_words
from web.asking.desk import AskingDep, foreseen_sheet
from web.asking.fault_words import TOP, WHOM, place_and_words, twin_number
from web.asking.request_form import MOST_LISTED, RequestForm, Wish
from web.auth import Forbidden, OwnForm
from web.monitor.request import MonitorPage
from web.page import redirect

router = APIRouter(prefix="/requests/new", dependencies=[OwnForm], include_in_schema=False)
MOST_MAILED = 100
"""People whose mail the preview offers to show."""
Problems = dict[str, str]


@router.get("")
def choose_or_write(page: AskingDep, issuer: str = "", whom: str = "") -> Response:
    """Without a duty or a unit that asks: what there is to ask for."""
    form = RequestForm(plan=page.filters.plan, duty=page.filters.duty, issuer=issuer, whom=whom)
    if not form.issuer and not (form.plan and form.duty):
        return _choose(page)
    try:
        with page.reading() as session:
            askable = _askable(session, page, form)
    except Forbidden:
        raise
    except DondocError as error:
        return _choose(page, place_and_words(error, page)[1], 404)
    return _write(page, form, askable)


@router.post("")
def ask(page: AskingDep, form: Annotated[RequestForm, Form()]) -> Response:
    try:
        with page.reading() as session:
            askable = _askable(session, page, form)
    except Forbidden:
        raise
    except DondocError as error:
        unknown = Askable(plan=form.plan, duty=form.duty, title=form.title or form.duty)
        return _write(page, form, unknown, {TOP: place_and_words(error, page, form.due)[1]}, 409)
    if form.step in ("find", "edit"):
        return _write(page, form, askable)
    problems = form.problems(page)
    if problems:
        return _write(page, form, askable, problems, 422)
    try:
        return _make(page, form) if form.step == "ask" else _preview(page, form, askable)
    except Forbidden as error:
        return _write(page, form, askable, {WHOM: page.say(error)}, 403)
    except (DondocError, CalendarError) as error:
        twin = twin_number(error)
        if twin and form.step == "ask":
            return redirect(f"/requests/{twin}?done=already")
        place, words = place_and_words(error, page, form.due)
        status = 409 if isinstance(error, IllegalMove) else 422
        return _write(page, form, askable, {place: words}, status, twin)


def _askable(session: Session, page: MonitorPage, form: RequestForm) -> Askable:
    """What the form is about. Raises `Forbidden` for what the person may ask nobody for."""
    settings, person, now = page.settings, page.person, page.now
    if form.is_ad_hoc:
        allowed = {unit.code for unit in issuers(session, settings, person, now)}
        if form.issuer not in allowed:
            raise Forbidden(page.t("Your account may not ask for reports in the name of this unit."))
        return units_to_ask(session, settings, form.issuer, now)
    found = duty_to_ask(session, settings, person, form.plan, form.duty, now)
    if not found.units:
        raise Forbidden(page.t("Your account may ask none of the units that owe this report."))
    return found


def _choose(page: MonitorPage, wrong: str = "", status: int = 200) -> Response:
    with page.reading() as session:
        duties = duties_to_ask(session, page.settings, page.person, page.now)
        units = issuers(session, page.settings, page.person, page.now)
    return page.show(
        "asking/choose.html",
        status,
        duties=duties,
        issuers=units,
        wrong=wrong,
        often=lambda each: _often(each, page),
    )


def _often(askable: Askable | DutyToAsk, page: MonitorPage) -> str:
    return frequency_words(Every(askable.every), page.language)


def _write(
    page: MonitorPage,
    form: RequestForm,
    askable: Askable,
    problems: Problems | None = None,
    status: int = 200,
    twin: int = 0,
) -> Response:
    return page.show(
        "asking/request_form.html",
        status,
        form=form,
        askable=askable,
        often="" if form.is_ad_hoc else _often(askable, page),
        listed=form.listed(askable, page),
        looks=len(askable.units) > MOST_LISTED,
        chosen=form.whom or ("all" if askable.is_whole and not form.is_ad_hoc else ""),
        problems=problems or {},
        twin=twin,
    )


def _foresee(session: Session, page: MonitorPage, wish: Wish) -> Foreseen:
    """Whom it would ask. Raises `Forbidden` for a unit that the person may not ask."""
    if isinstance(wish, AdHocDraft):
        monitor, found = None, preview_ad_hoc(session, page.settings, wish, page.now)
    else:
        monitor = find_plan(session, wish.plan).monitor
        found = preview_request(session, page.settings, wish, page.now)
    refused = not_to_be_asked(session, page.person, monitor, found.unit_ids, page.today)
    if refused:
        names = sorted({each.unit_name for each in found.reports if each.unit_id in refused})
        raise Forbidden(page.t("Your account may not ask these units: %(units)s.", units=", ".join(names)))
    found.require_new()
    return found


def _carry_out(session: Session, page: MonitorPage, wish: Wish) -> RequestMade:
    settings, now, actor = page.settings, page.now, page.actor
    if isinstance(wish, AdHocDraft):
        return make_ad_hoc(session, settings, wish, now, actor)
    unit = asks_for(session, page.person, find_plan(session, wish.plan).monitor)
    return make_request(session, settings, wish, now, actor, unit)


def digest(foreseen: Foreseen) -> str:
    """A digest of exactly these reports: of whom, to whom, by when, and who is told."""
    lines = [
        (stage.number, stage.deadline and stage.deadline.instant, *report)
        for duty in foreseen.duties
        for stage in duty.stages
        for report in stage.reports
    ]
    return sha256(repr(lines).encode()).hexdigest()[:16]


def _make(page: MonitorPage, form: RequestForm) -> Response:
    wish = form.wish()
    with page.writing() as session:
        _foresee(session, page, wish)
        made = _carry_out(session, page, wish)
        number = made.request.id
        if changed := digest(made.foreseen) != form.seen:
            session.rollback()
    if changed:
        with page.reading() as session:
            askable = _askable(session, page, form)
        return _preview(page, form, askable, changed=True)
    return redirect(f"/requests/{number}?done=asked")


def _preview(page: MonitorPage, form: RequestForm, askable: Askable, *, changed: bool = False) -> Response:
    wish = form.wish()
    with page.reading() as session:
        foreseen = _foresee(session, page, wish)
    shown_to = form.show if form.show in foreseen.people else next(iter(foreseen.people), "")
    return page.show_tables(
        "asking/request_preview.html",
        [foreseen_sheet(foreseen, page, "asked", page.t("Reports asked for"))],
        form=form,
        askable=askable,
        foreseen=foreseen,
        changed=changed,
        seen=digest(foreseen),
        due=word_rule(read_due_rule(wish.due), Frequency.REQUEST, page.language),
        mail=_mail(page, wish, foreseen, shown_to) if shown_to else None,
        shown_to=shown_to,
        mailed=foreseen.people[:MOST_MAILED],
    )


def _mail(page: MonitorPage, wish: Wish, foreseen: Foreseen, address: str) -> DrawnMail | None:
    """The person's mail: their units are asked in truth, the mail is drawn, and all of it is undone."""
    units = tuple(dict.fromkeys(each.unit for each in foreseen.reports if address in each.people))
    with page.writing() as session:
        made = _carry_out(session, page, replace(wish, whom=Whom(units=units)))
        period = Period.of_request(made.request.id, page.today).key
        mail = asked_mail(session, page.settings, period, address, page.now)
        session.rollback()
    return mail
