"""Ladders: the list, one with its rungs, and an edit that is shown with what it does before it is kept.

Shown are the rungs compared, the mails of the coming weeks, and what it would have sent last month.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Form
from sqlmodel import Session, select
from starlette.responses import Response

from models.errors import InvalidInput, NotFound
from models.ladder_file import LadderFile, read_ladder
from models.plan import Ladder, Plan
from reporting.obligations.notices import Subject, subjects
from reporting.reminders.ladder_impact import (
    ForeseenNotices,
    Rehearsal,
    foresee_ladder,
    really_sent,
    rehearse,
)
from reporting.reminders.ladders import ladders, load_ladder
from web.admin.preview import AdminFault, TextUpload, error_lines, is_token_of, preview_token, shown_text
from web.auth import OwnForm
from web.page import AdminPage, Page, redirect

router = APIRouter(prefix="/admin", dependencies=[OwnForm], include_in_schema=False)
MONTH = timedelta(days=30)
SHOWN = 15
FILE = "ladder.yaml"


@dataclass(frozen=True, kw_only=True)
class LadderPreview:
    """What keeping the ladder would do, and would have done."""

    ladder: LadderFile
    foreseen: ForeseenNotices
    about: dict[int, Subject]
    before: Rehearsal | None
    after: Rehearsal
    sent: Counter[str]
    token: str

    @property
    def rungs(self) -> list[str]:
        """Every rung that any column of the comparison has."""
        named = [rung.id for rung in self.ladder.every_rung]
        others = [*(self.before.rungs if self.before else ()), *self.sent]
        return list(dict.fromkeys([*named, *sorted(others)]))


@router.get("/ladders")
def every(page: AdminPage) -> Response:
    with page.reading() as session:
        known = ladders(session)
        rows = {row.slug: row for row in session.exec(select(Ladder))}
        plans: dict[str, list[Plan]] = {}
        for plan in session.exec(select(Plan).order_by(Plan.slug)):
            plans.setdefault(plan.ladder, []).append(plan)
    missing = sorted(plans.keys() - known.keys())
    return page.show("admin/ladders.html", ladders=known, rows=rows, plans=plans, missing=missing)


@router.get("/ladders/{slug}")
def one(slug: str, page: AdminPage, done: str = "") -> Response:
    with page.reading() as session:
        found = ladders(session).get(slug)
        row = session.exec(select(Ladder).where(Ladder.slug == slug)).one_or_none()
    if found is None:
        raise NotFound(AdminFault.NO_LADDER(slug=slug))
    return page.show("admin/ladder.html", ladder=found, row=row, text=found.to_yaml(), done=done)


@router.get("/ladder-upload")
def new(page: AdminPage) -> Response:
    return page.show("admin/ladder_check.html", text="", errors=[], preview=None, stale=False)


@router.get("/ladder-upload/check")
def check_again(page: AdminPage) -> Response:
    return redirect("/admin/ladder-upload")


@router.post("/ladder-upload/check")
def check(page: AdminPage, form: Annotated[TextUpload, Form()]) -> Response:
    return _preview_page(page, form.data)


@router.post("/ladder-upload/apply")
def apply(page: AdminPage, form: Annotated[TextUpload, Form()]) -> Response:
    try:
        ladder = read_ladder(form.data, FILE)
        with page.writing() as session:
            if is_token_of(form.shown, *_shown(session, ladder)):
                load_ladder(session, ladder, page.now, page.actor)
                return redirect(f"/admin/ladders/{ladder.slug}?done=loaded")
    except InvalidInput:
        pass  # the preview says what is wrong
    return _preview_page(page, form.data, stale=True)


def _shown(session: Session, ladder: LadderFile) -> list[object]:
    """What the preview is made of: the new text, and the ladder that it takes the place of."""
    before = ladders(session).get(ladder.slug)
    return [ladder.model_dump(mode="json"), None if before is None else before.model_dump(mode="json")]


def _preview_page(page: Page, data: bytes, stale: bool = False) -> Response:
    preview, errors = None, []
    try:
        preview = _preview(page, read_ladder(data, FILE))
    except InvalidInput as error:
        errors = error_lines(error.reasons, page.language)
    return page.show(
        "admin/ladder_check.html",
        422 if errors else 409 if stale else 200,
        shown_lines=SHOWN,
        text=shown_text(data),
        errors=errors,
        preview=preview,
        stale=stale,
    )


def _preview(page: Page, ladder: LadderFile) -> LadderPreview:
    now, settings = page.now, page.settings
    with page.rehearsing() as session:
        before = ladders(session).get(ladder.slug)
        shown = _shown(session, ladder)
        foreseen = foresee_ladder(session, settings, ladder, now)
        some = (*foreseen.more[:SHOWN], *foreseen.fewer[:SHOWN])
        about = subjects(session, {each.notice.obligation_id for each in some})
    with page.reading() as session:
        start = now - MONTH
        return LadderPreview(
            ladder=ladder,
            foreseen=foreseen,
            about=about,
            before=None if before is None else rehearse(session, settings, _undated(before), start, now),
            after=rehearse(session, settings, ladder, start, now),
            sent=really_sent(session, ladder.slug, start, now),
            token=preview_token(*shown),
        )


def _undated(ladder: LadderFile) -> LadderFile:
    """The ladder as if it had always been so, for a fair comparison with one that is new."""
    return read_ladder(ladder.to_yaml(), FILE)
