"""`/chase`: urge by hand (đôn đốc): first the mails as they would go out, then sending exactly those.

What was looked at is named by a digest that the form carries: a list that changed meanwhile, or the same form
sent twice, is shown anew and mails nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated

from fastapi import APIRouter, Depends, Form
from sqlalchemy import ColumnElement, or_
from sqlmodel import Session
from starlette.responses import Response

from calendars.periods import period_words
from models.database import reading, writing
from models.errors import IllegalMove, NotFound
from models.vocabulary import Act, say
from notifications.notice_list import Subject
from notifications.sample_mail import Addressed, ChasePreview, chase_mail, chase_preview
from reporting.access.rights import may, permitted
from reporting.monitoring.board import count, is_overdue, is_returned
from reporting.monitoring.scope import branch_of
from reporting.moves.chase import Chase, plan_chase
from reporting.moves.chase import chase as chase_now
from web.auth import Forbidden, OwnForm
from web.monitor.request import DeskDep, Filters, MonitorRequest, typed
from web.monitor.response import answer
from web.monitor.table import TableCell, TableSheet

router = APIRouter(dependencies=[OwnForm], include_in_schema=False)
LONGEST_WORDS = 1000
MOST_REPORTS = 3000
"""Reports in one chase; more is refused, so that nobody mails a country by mistake."""
MOST_MAILS = 100
"""Mails on one page of the preview."""
NAMED = 3
"""Reports of a mail that the preview names."""


@dataclass(frozen=True)
class ChaseRequest:
    """What shall be chased, with which words, and which mail is looked at."""

    obligation: int | None
    words: str
    show: str


def wanted(
    obligation: Annotated[str, Form()] = "",
    words: Annotated[str, Form()] = "",
    show: Annotated[str, Form()] = "",
) -> ChaseRequest:
    return ChaseRequest(_number(obligation), words.strip()[:LONGEST_WORDS], show)


def form_filters(
    plan: Annotated[str, Form()] = "",
    duty: Annotated[str, Form()] = "",
    branch: Annotated[str, Form()] = "",
    level: Annotated[str, Form()] = "",
    period: Annotated[str, Form()] = "",
) -> Filters:
    return Filters(*(typed(text) for text in (plan, duty, branch, level, period)))


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


@router.get("/chase")
def look(desk: DeskDep, obligation: str = "", show: str = "") -> Response:
    asked = ChaseRequest(_number(obligation), "", show)
    with reading(desk.edge.engine) as session:
        return _preview(session, desk, asked, _plan(session, desk, asked))


@router.post("/chase")
def send(
    desk: DeskDep,
    asked: Annotated[ChaseRequest, Depends(wanted)],
    chosen: Annotated[Filters, Depends(form_filters)],
    seen: Annotated[str, Form()] = "",
    step: Annotated[str, Form()] = "preview",
) -> Response:
    desk = desk.with_filters(**vars(chosen))
    with writing(desk.edge.engine) as session:
        planned = _plan(session, desk, asked)
        if step != "send" or planned is None or not planned.people:
            return _preview(session, desk, asked, planned)
        if seen != digest(planned):
            return _preview(session, desk, asked, planned, changed=True)
        done = chase_now(
            session,
            desk.edge.settings,
            desk.filters.selection(asked.obligation),
            asked.words,
            desk.now,
            desk.person.actor,
            permitted(desk.person, Act.CHASE, desk.today),
        )
        found = chase_preview(session, done)
        return answer(desk, "monitor/chased.html", _sheets(found, desk), found=found)


def digest(planned: Chase) -> str:
    """Names exactly these mails: who, about what, for the how manieth time."""
    lines = sorted((line.obligation_id, line.repeat, line.recipient) for line in planned.lines)
    return sha256(repr(lines).encode()).hexdigest()[:16]


def _plan(session: Session, desk: MonitorRequest, asked: ChaseRequest) -> Chase | None:
    """None where it would be too many. Raises what is refused in the visitor's words."""
    if not desk.may_chase:
        raise Forbidden(desk.t("Tài khoản không có quyền đôn đốc.", "Your account may not chase."))
    within = permitted(desk.person, Act.CHASE, desk.today)
    conditions = [within, *desk.conditions(session)]
    if asked.obligation is not None and not may(
        session, desk.person, Act.CHASE, asked.obligation, desk.today
    ):
        raise NotFound(
            desk.t("Không có báo cáo này, hoặc tài khoản không được đôn đốc.", "There is no such report.")
        )
    if asked.obligation is None and _overdue(session, desk, conditions) > MOST_REPORTS:
        return None
    selection = desk.filters.selection(asked.obligation)
    try:
        return plan_chase(session, desk.edge.settings, selection, asked.words, desk.now, within)
    except IllegalMove as error:
        raise IllegalMove(
            desk.t(
                "Báo cáo này đã nộp hoặc không còn phải nộp.", "The report is filed, or not owed any more."
            )
        ) from error


def _overdue(session: Session, desk: MonitorRequest, conditions: list[ColumnElement[bool]]) -> int:
    return count(session, [*conditions, or_(is_overdue(desk.now), is_returned())])


def _preview(
    session: Session,
    desk: MonitorRequest,
    asked: ChaseRequest,
    planned: Chase | None,
    *,
    changed: bool = False,
) -> Response:
    if planned is None:
        return desk.pages.show(
            "monitor/chase_too_many.html",
            422,
            filters=desk.filters,
            most=MOST_REPORTS,
            branch=branch_of(session, desk.scope),
        )
    found = chase_preview(session, planned)
    shown = asked.show if any(mail.address == asked.show for mail in found.mails) else ""
    first = shown or (found.mails[0].address if found.mails else "")
    mail = chase_mail(session, desk.edge.settings, planned, first, desk.now)
    return answer(
        desk,
        "monitor/chase.html",
        _sheets(found, desk),
        found=found,
        asked=asked,
        changed=changed,
        seen=digest(planned),
        most=MOST_MAILS,
        subject=mail.subject if mail else "",
        text=mail.text if mail else "",
        shown_to=first,
        longest=LONGEST_WORDS,
    )


def _sheets(found: ChasePreview, desk: MonitorRequest) -> list[TableSheet]:
    mails = found.mails if desk.export else found.mails[:MOST_MAILS]
    return [mails_sheet(mails, len(found.mails), desk), unreached_sheet(found.unreached, desk)]


def mails_sheet(mails: Sequence[Addressed], total: int, desk: MonitorRequest) -> TableSheet:
    return TableSheet(
        name="mails",
        title=desk.t("Thư và người nhận", "Mails and who gets them"),
        headings=[
            desk.t("Người nhận", "Recipient"),
            desk.t("Địa chỉ", "Address"),
            desk.t("Là", "As"),
            desk.t("Số báo cáo", "Reports"),
            desk.t("Về", "About"),
        ],
        rows=[
            [
                TableCell(mail.name or mail.address),
                TableCell(mail.address),
                TableCell(say(mail.audience, desk.pages.language)),
                TableCell(len(mail.about)),
                TableCell(_named(mail.about, desk)),
            ]
            for mail in mails
        ],
        figures=frozenset({3}),
        total=total,
        empty=desk.t("Không có ai để gửi thư.", "There is nobody to mail."),
    )


def _named(about: Sequence[Subject], desk: MonitorRequest) -> str:
    """The first few reports in words; in a file all of them."""
    limit = len(about) if desk.export else NAMED
    words = [f"{each.unit_name}, {period_words(each.period, desk.pages.language)}" for each in about[:limit]]
    more = len(about) - limit
    return "; ".join(words) + (desk.t(f" và {more} báo cáo nữa", f" and {more} more") if more > 0 else "")


def unreached_sheet(unreached: Sequence[Subject], desk: MonitorRequest) -> TableSheet:
    return TableSheet(
        name="unreached",
        title=desk.t("Không gửi được cho ai", "Nobody can be reached"),
        headings=[
            desk.t("Đơn vị", "Unit"),
            desk.t("Mã", "Code"),
            desk.t("Kỳ", "Period"),
            desk.t("Vì sao", "Why"),
        ],
        rows=[
            [
                TableCell(each.unit_name, href=f"/obligations/{each.obligation_id}"),
                TableCell(each.unit),
                TableCell(period_words(each.period, desk.pages.language)),
                TableCell(
                    desk.t("chưa có địa chỉ thư của văn thư hay thủ trưởng", "no address of clerk or head")
                ),
            ]
            for each in (unreached if desk.export else unreached[:MOST_MAILS])
        ],
        total=len(unreached),
    )
