"""What is done from the board: many reports accepted at once, a request for an extension decided.

Each report is a transaction of its own, so that one that somebody else was faster with stops no other; the
page afterwards says of each what became of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form
from sqlmodel import Session, col
from starlette.responses import RedirectResponse, Response

from calendars.errors import said
from models.database import LARGEST_ID, reading, writing
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
from web.monitor.request import DeskDep, MonitorRequest

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


@router.post("/board/accept")
def accept_many(
    desk: DeskDep,
    obligation: Annotated[list[int] | None, Form()] = None,
    back: Annotated[str, Form()] = "/board",
) -> Response:
    ids = [id for id in dict.fromkeys(obligation or []) if 0 < id <= LARGEST_ID][:MOST]
    outcomes = {id: _accept(desk, id) for id in ids}
    with reading(desk.edge.engine) as session:
        seen = MonitorScope(desk.person, Selection(), desk.today).conditions(session)
        reports = listed(session, [col(Obligation.id).in_(ids), *seen], [col(Obligation.id)], None)
    results = [Result(report, *outcomes[report.id]) for report in reports]
    if ids and not results:
        raise Forbidden(_not_yours(desk))
    return desk.pages.show("monitor/accepted.html", results=results, back=inside(back))


def _accept(desk: MonitorRequest, id: int) -> tuple[bool, str]:
    with writing(desk.edge.engine) as session:
        if not may(session, desk.person, Act.REVIEW, id, desk.today):
            return False, _not_yours(desk)
        state = Lifecycle(find(session, id).state)
        if state is not Lifecycle.SUBMITTED:
            word = say(state, desk.pages.language)
            return False, desk.t(f"Không tiếp nhận: báo cáo {word}", f"Not accepted: the report is {word}")
        try:
            accept(session, id, desk.now, desk.person.actor, zone=desk.zone)
        except DondocError as error:
            why = said(error.reason, desk.pages.language)
            return False, desk.t(f"Không tiếp nhận được ({why})", f"Not accepted ({why})")
    return True, desk.t("Đã tiếp nhận", "Accepted")


def _not_yours(desk: MonitorRequest) -> str:
    return desk.t("Tài khoản không có quyền với báo cáo này", "Your account may not do this with the report")


@router.post("/board/extension")
def decide(
    desk: DeskDep,
    obligation: Annotated[int, Form()] = 0,
    decision: Annotated[str, Form()] = "",
    number: Annotated[str, Form()] = "",
    reason: Annotated[str, Form()] = "",
) -> Response:
    granted = decision == "grant"
    if not 0 < obligation <= LARGEST_ID:
        raise NotFound(_not_yours(desk))
    with writing(desk.edge.engine) as session:
        if not may(session, desk.person, Act.DECIDE, obligation, desk.today):
            raise Forbidden(_not_yours(desk))
        asked = _asked(session, desk, obligation)
        wrong = _wrong(desk, granted, decision, number, reason) or _impossible(session, desk, asked, granted)
        if wrong:
            typed = {"number": number[:LONGEST_NUMBER], "reason": reason[:LONGEST_REASON]}
            return desk.pages.show("monitor/decision.html", 422, asked_for=asked, wrong=wrong, typed=typed)
        decide_extension(
            session,
            obligation,
            granted,
            desk.now,
            desk.person.actor,
            document_number=number,
            note=reason,
            zone=desk.zone,
        )
    return RedirectResponse("/board#s-extensions", status_code=303)


def _asked(session: Session, desk: MonitorRequest, obligation: int) -> Asked:
    own = [col(Obligation.id) == obligation, permitted(desk.person, Act.DECIDE, desk.today)]
    found: Sequence[Asked] = requests(session, own, desk.scope, 1)
    if not found:
        raise NotFound(
            desk.t("Đề nghị này đã được quyết định, hoặc không có.", "This request is decided already.")
        )
    return found[0]


def _wrong(desk: MonitorRequest, granted: bool, decision: str, number: str, reason: str) -> dict[str, str]:
    """By field what must be mended before it is decided."""
    found = {}
    if decision not in ("grant", "refuse"):
        found["decision"] = desk.t("Chọn cho hoặc không cho gia hạn", "Choose to grant or to refuse")
    if granted and not number.strip():
        found["number"] = desk.t("Ghi số văn bản cho gia hạn", "Give the number of the decision")
    if not granted and not reason.strip():
        found["reason"] = desk.t("Ghi lý do không cho gia hạn", "Say why it is refused")
    if len(number.strip()) > LONGEST_NUMBER:
        found["number"] = desk.t("Số văn bản dài quá 100 ký tự", "The number has more than 100 characters")
    if len(reason.strip()) > LONGEST_REASON:
        found["reason"] = desk.t("Lý do dài quá 2000 ký tự", "The reason has more than 2000 characters")
    return found


def _impossible(session: Session, desk: MonitorRequest, asked: Asked, granted: bool) -> dict[str, str]:
    """Why it cannot be granted any more: filed meanwhile, or a later deadline holds already."""
    row = find(session, asked.id)
    later = row.deadline is None or asked.asked_deadline > row.deadline
    if not granted or (row.state == Lifecycle.OPEN and later):
        return {}
    return {
        "decision": desk.t(
            "Không gia hạn được nữa: báo cáo đã nộp, hoặc thời hạn hiện nay đã muộn hơn.",
            "It can no longer be granted: the report is filed, or a later deadline holds.",
        )
    }
