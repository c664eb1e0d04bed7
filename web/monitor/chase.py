"""`/chase`: urge by hand (đôn đốc): first the mails as they would go out, then sending exactly those.

What was looked at is named by a digest that the form carries: a list that changed meanwhile, or the same form
sent twice, is shown again and mails nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Annotated

from fastapi import APIRouter, Form
from pydantic import BaseModel
from sqlalchemy import ColumnElement
from sqlmodel import Session
from starlette.responses import Response

from messages.formats import moment_text
from models.errors import IllegalMove, NotFound
from models.vocabulary import Act, say
from notifications.sample_mail import chase_mail
from reporting.access.rights import may, permitted
from reporting.monitoring.board import count
from reporting.monitoring.scope import branch_of
from reporting.moves.chase import Addressed, Chase, ChasePreview, Chaser, chase_preview, plan_chase
from reporting.moves.chase import chase as chase_now
from reporting.obligations.notices import Subject
from reporting.obligations.timeliness import is_overdue
from web.auth import Forbidden, OwnForm
from web.form_values import line
from web.monitor.request import MonitorDep, MonitorPage, typed
from web.monitor.table import Column, TableCell, TableSheet, code, figure, make_sheet

router = APIRouter(dependencies=[OwnForm], include_in_schema=False)
LONGEST_WORDS = 1000
MOST_REPORTS = 3000
"""Reports in one chase; more is refused, so that nobody mails a country by mistake."""
MOST_MAILS = 100
"""Mails on one page of the preview."""
NAMED = 3
"""Reports of a mail that the preview names."""


class ChaseForm(BaseModel):
    """What shall be chased, with which words; `show` is the mail that is looked at, `seen` what was shown."""

    plan: str = ""
    duty: str = ""
    branch: str = ""
    level: str = ""
    period: str = ""
    obligation: str = ""
    words: Annotated[str, line(LONGEST_WORDS)] = ""
    show: str = ""
    seen: str = ""
    again: bool = False
    step: str = "preview"

    @property
    def filters(self) -> dict[str, str]:
        names = ("plan", "duty", "branch", "level", "period")
        return {name: typed(getattr(self, name)) for name in names}

    @property
    def obligation_id(self) -> int | None:
        text = self.obligation
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


@router.get("/chase")
def look(page: MonitorDep, obligation: str = "", show: str = "") -> Response:
    form = ChaseForm(obligation=obligation, show=show)
    with page.reading() as session:
        return _preview(session, page, form, _plan(session, page, form))


@router.post("/chase")
def send(page: MonitorDep, form: Annotated[ChaseForm, Form()]) -> Response:
    page = page.with_filters(**form.filters)
    with page.writing() as session:
        planned = _plan(session, page, form)
        if form.step != "send" or planned is None:
            return _preview(session, page, form, planned)
        is_another = form.seen != digest(planned)
        if is_another or not planned.people:
            return _preview(session, page, form, planned, changed=is_another)
        done = chase_now(
            session,
            page.settings,
            page.filters.selection(form.obligation_id),
            form.words,
            page.now,
            Chaser(page.actor, page.person),
            again=form.again,
        )
        found = chase_preview(session, done)
        return page.show_tables("monitor/chased.html", _sheets(found, page), found=found)


def digest(planned: Chase) -> str:
    """A digest of exactly these mails: to whom, about what, which repeat."""
    lines = sorted((line.obligation_id, line.repeat, line.recipient) for line in planned.lines)
    return sha256(repr(lines).encode()).hexdigest()[:16]


def _plan(session: Session, page: MonitorPage, form: ChaseForm) -> Chase | None:
    """None where it would be too many. Raises what is refused in the visitor's words."""
    if not page.may_chase:
        raise Forbidden(page.t("Your account may not chase."))
    within = permitted(page.person, Act.CHASE, page.today)
    conditions = [within, *page.conditions(session)]
    if form.obligation_id is not None and not may(
        session, page.person, Act.CHASE, form.obligation_id, page.today
    ):
        raise NotFound(page.t("There is no such report."))
    if form.obligation_id is None and _overdue(session, page, conditions) > MOST_REPORTS:
        return None
    selection = page.filters.selection(form.obligation_id)
    try:
        by = Chaser(page.actor, page.person)
        return plan_chase(session, page.settings, selection, form.words, page.now, by, again=form.again)
    except IllegalMove as error:
        raise IllegalMove(page.t("The report is filed, or not owed any more.")) from error


def _overdue(session: Session, page: MonitorPage, conditions: list[ColumnElement[bool]]) -> int:
    return count(session, [*conditions, is_overdue(page.now)])


def _preview(
    session: Session,
    page: MonitorPage,
    form: ChaseForm,
    planned: Chase | None,
    *,
    changed: bool = False,
) -> Response:
    """`changed`: not sent, the list is another."""
    if planned is None:
        return page.show(
            "monitor/chase_too_many.html",
            422,
            filters=page.filters,
            most=MOST_REPORTS,
            branch=branch_of(session, page.scope),
        )
    found = chase_preview(session, planned)
    shown = form.show if any(mail.address == form.show for mail in found.mails) else ""
    first = shown or (found.mails[0].address if found.mails else "")
    mail = chase_mail(session, page.settings, planned, first, page.now)
    return page.show_tables(
        "monitor/chase.html",
        _sheets(found, page),
        found=found,
        asked=form,
        changed=changed,
        lately=planned.lately(page.now),
        seen=digest(planned),
        most=MOST_MAILS,
        subject=mail.subject if mail else "",
        text=mail.text if mail else "",
        shown_to=first,
        longest=LONGEST_WORDS,
    )


def _sheets(found: ChasePreview, page: MonitorPage) -> list[TableSheet]:
    mails = found.mails if page.export else found.mails[:MOST_MAILS]
    return [
        mails_sheet(mails, len(found.mails), page),
        already_sheet(found, page),
        unreached_sheet(found.unreached, page),
    ]


def mails_sheet(mails: Sequence[Addressed], total: int, page: MonitorPage) -> TableSheet:
    return make_sheet(
        "mails",
        page.t("Mails and who gets them"),
        [
            Column(page.t("Recipient"), lambda mail: mail.name or mail.address),
            Column(page.t("Address"), lambda mail: mail.address),
            Column(page.t("As"), lambda mail: say(mail.audience, page.language)),
            figure(page.t("Reports"), lambda mail: len(mail.about)),
            Column(page.t("About"), lambda mail: _named(mail.about, page)),
        ],
        mails,
        total=total,
        empty=page.t("There is nobody to mail."),
    )


def already_sheet(found: ChasePreview, page: MonitorPage) -> TableSheet:
    """Those that are left out first, each named; of the others the first ones."""

    def moment(at: datetime | None) -> str:
        return moment_text(at, page.zone, page.language) if at else ""

    left_out = {each.about.obligation_id for each in found.left_out}
    others = [each for each in found.already if each.about.obligation_id not in left_out]
    shown = [*found.left_out, *(others if page.export else others[:MOST_MAILS])]
    yes = page.t("yes")
    return make_sheet(
        "already",
        page.t("What was done already"),
        [
            Column(page.t("Unit"), lambda each: each.about.unit_name),
            code(page.t("Code"), lambda each: each.about.unit),
            Column(page.t("Period"), lambda each: page.period(each.about.period)),
            Column(page.t("Last chased"), lambda each: moment(each.chased_at)),
            Column(page.pt("chase", "Chased by"), lambda each: each.chaser),
            figure(page.t("Times chased"), lambda each: each.times),
            Column(page.t("More time asked for"), lambda each: moment(each.asked_at)),
            Column(page.t("Acknowledged"), lambda each: moment(each.acknowledged_at)),
            Column(page.t("Left out"), lambda each: yes if each.about.obligation_id in left_out else ""),
        ],
        shown,
        total=len(found.already),
        empty="",
    )


def _named(about: Sequence[Subject], page: MonitorPage) -> str:
    """The first few reports in words; in a file all of them."""
    limit = len(about) if page.export else NAMED
    named = "; ".join(f"{_unit(each, page)}, {page.period(each.period)}" for each in about[:limit])
    more = len(about) - limit
    return page.t("%(reports)s and %(more)s more", reports=named, more=more) if more > 0 else named


def _unit(about: Subject, page: MonitorPage) -> str:
    """Its name; in a file with its code."""
    return f"{about.unit_name} ({about.unit})" if page.export else about.unit_name


def unreached_sheet(unreached: Sequence[Subject], page: MonitorPage) -> TableSheet:
    why = page.t("no address of clerk or head")
    return make_sheet(
        "unreached",
        page.t("Nobody can be reached"),
        [
            Column(
                page.t("Unit"),
                lambda each: TableCell(each.unit_name, f"/obligations/{each.obligation_id}"),
            ),
            code(page.t("Code"), lambda each: each.unit),
            Column(page.t("Period"), lambda each: page.period(each.period)),
            Column(page.t("Why"), lambda each: why),
        ],
        unreached if page.export else unreached[:MOST_MAILS],
        total=len(unreached),
    )
