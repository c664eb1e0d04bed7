"""What is done from the board: many reports accepted at once, a request for an extension decided.

Each report is a transaction of its own, so that one that somebody else was faster with stops no other; the
page afterwards says of each what became of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form
from pydantic import BaseModel
from sqlmodel import Session, col
from starlette.responses import Response

from calendars.errors import said
from models.database import LARGEST_ID
from models.errors import DondocError, NotFound
from models.obligation import Obligation
from models.vocabulary import Act, Lifecycle, say
from reporting.access.rights import may, permitted
from reporting.monitoring.board import Asked, Matters, listed, requests
from reporting.monitoring.scope import MonitorScope
from reporting.moves.extend import decide_extension
from reporting.moves.review import accept
from reporting.moves.transition import find
from reporting.obligations.filters import Selection
from web.auth import Forbidden, OwnForm, inside
from web.monitor.request import MonitorDep, MonitorPage
from web.page import redirect

router = APIRouter(dependencies=[OwnForm], include_in_schema=False)
MOST = 200
"""Reports accepted with one form: more than a page offers."""
LONGEST_NUMBER, LONGEST_REASON = 100, 2000


@dataclass(frozen=True)
class Result:
    """What became of one report."""

    report: Matters
    done: bool
    said: str


class AcceptForm(BaseModel):
    obligation: list[int] = []
    back: str = "/board"


@router.post("/board/accept")
def accept_many(page: MonitorDep, form: Annotated[AcceptForm, Form()]) -> Response:
    ids = [id for id in dict.fromkeys(form.obligation) if 0 < id <= LARGEST_ID][:MOST]
    outcomes = {id: _accept(page, id) for id in ids}
    with page.reading() as session:
        seen = MonitorScope(page.person, Selection(), page.today).conditions(session)
        reports = listed(session, [col(Obligation.id).in_(ids), *seen], [col(Obligation.id)], None)
    results = [Result(report, *outcomes[report.id]) for report in reports]
    if ids and not results:
        raise Forbidden(_not_yours(page))
    return page.show("monitor/accepted.html", results=results, back=inside(form.back))


def _accept(page: MonitorPage, id: int) -> tuple[bool, str]:
    with page.writing() as session:
        if not may(session, page.person, Act.REVIEW, id, page.today):
            return False, _not_yours(page)
        state = Lifecycle(find(session, id).state)
        if state is not Lifecycle.SUBMITTED:
            word = say(state, page.language)
            return False, page.t("Not accepted: the report is %(word)s", word=word)
        try:
            accept(session, id, page.now, page.actor, zone=page.zone)
        except DondocError as error:
            why = said(error.reason, page.language)
            return False, page.t("Not accepted (%(why)s)", why=why)
    return True, page.t("Accepted")


def _not_yours(page: MonitorPage) -> str:
    return page.t("Your account may not do this with the report")


class DecisionForm(BaseModel):
    obligation: int = 0
    decision: str = ""
    number: str = ""
    reason: str = ""

    @property
    def granted(self) -> bool:
        return self.decision == "grant"

    def wrong(self, page: MonitorPage) -> dict[str, str]:
        """By field what is to be corrected before it is decided."""
        found = {}
        number, reason = self.number.strip(), self.reason.strip()
        if self.decision not in ("grant", "refuse"):
            found["decision"] = page.t("Choose to grant or to refuse")
        if self.granted and not number:
            found["number"] = page.t("Give the number of the decision")
        if not self.granted and not reason:
            found["reason"] = page.t("Say why it is refused")
        if len(number) > LONGEST_NUMBER:
            found["number"] = page.t("The number has more than 100 characters")
        if len(reason) > LONGEST_REASON:
            found["reason"] = page.t("The reason has more than 2000 characters")
        return found


@router.post("/board/extension")
def decide(page: MonitorDep, form: Annotated[DecisionForm, Form()]) -> Response:
    id = form.obligation
    if not 0 < id <= LARGEST_ID:
        raise NotFound(_not_yours(page))
    with page.writing() as session:
        if not may(session, page.person, Act.DECIDE, id, page.today):
            raise Forbidden(_not_yours(page))
        asked = _asked(session, page, id)
        wrong = form.wrong(page) or _impossible(session, page, asked, form.granted)
        if wrong:
            typed = {"number": form.number[:LONGEST_NUMBER], "reason": form.reason[:LONGEST_REASON]}
            return page.show("monitor/decision.html", 422, asked_for=asked, wrong=wrong, typed=typed)
        decide_extension(
            session,
            id,
            form.granted,
            page.now,
            page.actor,
            document_number=form.number,
            note=form.reason,
            zone=page.zone,
        )
    return redirect("/board#s-extensions")


def _asked(session: Session, page: MonitorPage, obligation: int) -> Asked:
    own = [col(Obligation.id) == obligation, permitted(page.person, Act.DECIDE, page.today)]
    found: Sequence[Asked] = requests(session, own, page.scope, 1)
    if not found:
        raise NotFound(page.t("This request is decided already."))
    return found[0]


def _impossible(session: Session, page: MonitorPage, asked: Asked, granted: bool) -> dict[str, str]:
    """Why it cannot be granted any more: filed meanwhile, or a later deadline holds already."""
    row = find(session, asked.id)
    later = row.deadline is None or asked.asked_deadline > row.deadline
    if not granted or (row.state == Lifecycle.OPEN and later):
        return {}
    return {
        "decision": page.t("It can no longer be granted: the report is filed, or a later deadline holds.")
    }
