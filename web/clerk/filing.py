"""Handing in, as a clerk does it: the page, the report, its receipt, an acknowledgement, asking for time.

The same routes serve a link in a mail (/o/…, /v/… and /c/… to look only) and somebody who is signed in
(/obligations/…). Opening a page changes nothing; each change is a POST that ends in a redirect.
"""

from __future__ import annotations

from datetime import date

from fastapi import APIRouter
from sqlmodel import Session
from starlette.responses import Response

from calendars.deadline import Deadline
from messages.formats import day_text
from models.decision import pending
from models.errors import IllegalMove
from models.obligation import Obligation
from models.vocabulary import Act, Lifecycle
from reporting.moves.close import acknowledge
from reporting.moves.extend import request_extension
from reporting.moves.faults import MoveFault
from reporting.moves.submit import period_ahead, submit
from reporting.moves.transition import find
from reporting.moves.undo import withdraw
from reporting.obligations.history import versions
from web.auth import OwnForm
from web.clerk.access import COPY, LINK, OWN, READ, VIEW, ReportDep, ReportPage
from web.clerk.moves import Move, MoveForm, carry_out, note_problem, require_seen, show_conflict
from web.clerk.report_form import PostedReport, PostedReportDep, day_problem
from web.clerk.report_page import Loaded, deadline_words, load, show_report
from web.form_values import typed_day
from web.page import redirect

router = APIRouter(dependencies=[OwnForm], include_in_schema=False)


@router.api_route(LINK, methods=READ)
@router.api_route(VIEW, methods=READ)
@router.api_route(COPY, methods=READ)
@router.api_route(OWN, methods=READ)
def report(page: ReportDep, done: str = "") -> Response:
    return show_report(page, done=done)


@router.api_route(f"{LINK}/receipt", methods=READ)
@router.api_route(f"{OWN}/receipt", methods=READ)
def receipt(page: ReportDep) -> Response:
    """Of the newest version; where nothing was handed in there is none."""
    loaded = load(page)
    newest = next((version for version in loaded.versions if version.stands), None)
    if newest is None:
        return redirect(page.base)
    deadline = deadline_words(loaded.facts.standing, page.language)
    return page.show("clerk/receipt.html", f=loaded.facts, version=newest, access=page, deadline=deadline)


@router.post(f"{LINK}/file")
@router.post(f"{OWN}/file")
def file(page: ReportDep, posted: PostedReportDep) -> Response:
    """Hand in. A form sent twice is one report; one overtaken by another is shown again as it was."""
    page.require(Act.FILE)
    with page.reading() as session:
        begins = period_ahead(session, page.obligation_id, page.now, page.zone)
    problems = posted.problems(page, begins is not None)
    if problems:
        return show_report(page, status=422, form=posted.filled(problems))
    try:
        with page.writing() as session:
            _hand_in(session, page, posted)
    except IllegalMove:
        loaded = load(page)
        if not _is_sent_twice(loaded, posted):
            return show_conflict(page, "file", posted.filled({}), loaded)
    return redirect(f"{page.base}/receipt")


def _hand_in(session: Session, page: ReportPage, posted: PostedReport) -> None:
    """Raises `IllegalMove` where another version came since the form was shown."""
    obligation = find(session, page.obligation_id)
    handed_in = versions(session, page.obligation_id)
    if posted.seen != (handed_in[0].submission.version if handed_in else 0):
        raise IllegalMove(MoveFault.OVERTAKEN(number=page.obligation_id))
    submit(
        session,
        page.settings,
        page.obligation_id,
        posted.report(),
        page.now,
        page.audit_name(session),
        replace=obligation.state == Lifecycle.SUBMITTED,
        ahead=posted.ahead,
        receipt=True,
    )


def _is_sent_twice(loaded: Loaded, posted: PostedReport) -> bool:
    newest = loaded.versions[0] if loaded.versions else None
    return newest is not None and newest.stands and newest.is_same(posted.number, posted.note, posted.hashes)


@router.post(f"{LINK}/withdraw")
@router.post(f"{OWN}/withdraw")
def take_back(page: ReportDep, form: Move) -> Response:
    """Take back what was handed in last, on the same day, while nobody has looked at it."""
    page.require(Act.FILE)

    def change(session: Session, actor: str) -> None:
        require_seen(session, page.obligation_id, form.seen)
        withdraw(session, page.obligation_id, page.now, actor, form.note, page.zone)

    return carry_out(page, "withdraw", form, {"note": note_problem(form.note, page)}, change)


@router.post(f"{LINK}/acknowledge")
@router.post(f"{OWN}/acknowledge")
def acknowledge_reminder(page: ReportDep, form: Move) -> Response:
    """Say that it is known and under way; it quiets some reminders for a few days."""
    page.require(Act.FILE)

    def change(session: Session, actor: str) -> None:
        acknowledge(session, page.settings, page.obligation_id, page.now, actor, form.note)

    return carry_out(page, "acknowledge", form, {"note": note_problem(form.note, page)}, change)


@router.post(f"{LINK}/extension")
@router.post(f"{OWN}/extension")
def ask_for_time(page: ReportDep, form: Move) -> Response:
    """Ask for a later last day; a superior decides."""
    page.require(Act.FILE)
    day = typed_day(form.until)

    def change(session: Session, actor: str) -> None:
        assert day is not None
        if pending(session, page.obligation_id) is not None:
            raise IllegalMove(MoveFault.OVERTAKEN(number=page.obligation_id))
        request_extension(session, page.obligation_id, day, form.reason, page.now, actor, page.zone)

    return carry_out(page, "extension", form, _time_problems(page, form, day), change)


def _time_problems(page: ReportPage, form: MoveForm, day: date | None) -> dict[str, str]:
    problems = {"reason": note_problem(form.reason, page)}
    present = _present_last_day(page)
    if day is None:
        problems["until"] = day_problem(page)
    elif present is not None and day <= present:
        last_day = day_text(present, page.language)
        problems["until"] = page.t("It must be after the present last day, %(present)s.", present=last_day)
    if not form.reason.strip():
        problems["reason"] = page.t("Say why more time is needed.")
    return problems


def _present_last_day(page: ReportPage) -> date | None:
    """The last day of the deadline that holds, after which the one that is asked for must lie."""
    with page.reading() as session:
        obligation = session.get(Obligation, page.obligation_id)
        deadline = None if obligation is None else obligation.deadline
    return None if deadline is None else Deadline(deadline, page.zone).last_day


def back(page: ReportDep) -> Response:
    """Back to the page, for a reload after a form was refused, or a change of the language then."""
    return redirect(page.base)


OF_THE_FILER = ("file", "withdraw", "acknowledge", "extension")
for _action in OF_THE_FILER:
    router.add_api_route(f"{LINK}/{_action}", back, methods=READ)
for _action in (*OF_THE_FILER, "accept", "return", "decide", "close", "undo"):
    router.add_api_route(f"{OWN}/{_action}", back, methods=READ)
