"""Moves from a report's page, all in one way: check the form, change the report, redirect or say why not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated

from fastapi import Form
from pydantic import BaseModel
from sqlmodel import Session
from starlette.responses import Response

from models.errors import IllegalMove
from models.obligation import Submission
from models.text import clean_line
from models.vocabulary import Lifecycle, say
from reporting.moves.faults import MoveFault
from reporting.moves.transition import find
from reporting.obligations.history import versions
from web.clerk.access import ReportPage
from web.clerk.report_form import NOTE_LIMIT, FilledForm, too_long
from web.clerk.report_page import Loaded, load, show_report
from web.page import Page, redirect
from web.rendering import moment_words


class MoveForm(BaseModel):
    """The fields of the small forms on a report's page; each has some of them."""

    seen: str = ""
    """The version that the page showed."""
    state: str = ""
    """The state that the page showed."""
    request: str = ""
    """The request for more time that the page showed."""
    verdict: str = ""
    kind: str = ""
    number: str = ""
    until: str = ""
    note: str = ""
    reason: str = ""


Move = Annotated[MoveForm, Form()]


def carry_out(
    page: ReportPage,
    what: str,
    form: MoveForm,
    problems: Mapping[str, str],
    change: Callable[[Session, str], object],
) -> Response:
    """Call `change` with a session and the name for the audit, and go back to the page.

    With `problems` (by field; empty ones do not count) the form is shown again, and nothing is changed. What
    is not possible any more (`IllegalMove`) is said on the page.
    """
    filled = FilledForm(what, form.model_dump(), {name: text for name, text in problems.items() if text})
    if filled.problems:
        return show_report(page, status=422, form=filled)
    try:
        with page.writing() as session:
            change(session, page.audit_name(session))
    except IllegalMove:
        return show_conflict(page, what, filled)
    return redirect(f"{page.base}?done={what}")


def show_conflict(page: ReportPage, what: str, form: FilledForm, loaded: Loaded | None = None) -> Response:
    """The page as it is now, with the form as it was filled in, and why it was not done."""
    loaded = loaded or load(page)
    said = conflict_words(loaded, what, page)
    return show_report(page, status=409, form=form, conflict=said, loaded=loaded)


def note_problem(text: str, page: Page) -> str:
    return too_long(text, NOTE_LIMIT, page)


def reason_problem(reason: str, page: Page) -> str:
    return note_problem(reason, page) if clean_line(reason) else page.t("Say why.")


def require_seen(session: Session, id: int, seen: str) -> None:
    """Require the version that the person looked at: of a newer one nothing is decided unseen."""
    find(session, id)  # locked from here on
    newest = versions(session, id)
    if not newest or str(newest[0].submission.version) != seen:
        raise IllegalMove(MoveFault.OVERTAKEN(number=id))


def _overtaken(newest: Submission, page: Page) -> str:
    when = moment_words(newest.filed_at, page.zone, page.language)
    return page.t(
        "Not sent: another version of this report came at %(when)s "
        "(%(actor)s). Look at it; if yours is still needed, choose the files "
        "again and send it as a replacement.",
        when=when,
        actor=newest.actor,
    )


def conflict_words(loaded: Loaded, what: str, page: Page) -> str:
    """Why `what` (file, acknowledge, extension, …) came too late."""
    facts = loaded.facts
    state = say(facts.state, page.language)
    if what == "file" and loaded.versions and facts.state in (Lifecycle.SUBMITTED, Lifecycle.RETURNED):
        return _overtaken(loaded.versions[0].submission, page)
    if what == "withdraw" and facts.state is Lifecycle.SUBMITTED:
        return page.t(
            "Not withdrawn: only the newest version, on the day of filing, before "
            "the recipient decides. Send a better version, or ask the recipient to "
            "return it."
        )
    if what == "extension" and facts.asked is not None:
        return page.t("A request for more time is waiting for a decision already.")
    if what == "acknowledge" and facts.is_unfiled and not facts.heeds_acknowledgements:
        return page.t(
            "Not noted: no reminder of this plan rests when a unit says that it "
            "knows. Hand the report in, or ask for more time."
        )
    if what in ("accept", "return") and facts.state is Lifecycle.SUBMITTED:
        return page.t("Not done: the unit has just handed in a new version. Look at it, then decide.")
    if what == "decide" and facts.asked is None:
        return page.t("This request has been decided already.")
    return page.t("Not possible: this report is now “%(state)s”.", state=state)
