"""Ladders: the list, one with its rungs, and an edit that is shown with what it does before it is kept.

Shown are the rungs compared, the mails of the coming weeks, and what it would have sent last month.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Form, UploadFile
from sqlmodel import Session, select
from starlette.responses import RedirectResponse, Response

from models.database import reading, writing
from models.errors import InvalidInput, NotFound
from models.ladder_file import LadderFile, read_ladder
from models.plan import Ladder, Plan
from models.yaml_document import SIZE_LIMIT
from notifications.notice_list import Subject, subjects
from reporting.reminders.ladder_impact import (
    ForeseenNotices,
    Rehearsal,
    foresee_ladder,
    really_sent,
    rehearse,
)
from reporting.reminders.ladders import ladders, load_ladder
from web.admin.preview_token import is_sealed, seal
from web.admin.uploads import AdminFault, error_lines, read_upload, shown_text, typed_octets
from web.auth import Administrator, OwnForm
from web.context import Edge, EdgeDep
from web.rendering import Pages, PagesDep

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
    seal: str

    @property
    def rungs(self) -> list[str]:
        """Every rung that any column of the comparison has."""
        named = [rung.id for rung in self.ladder.every_rung]
        others = [*(self.before.rungs if self.before else ()), *self.sent]
        return list(dict.fromkeys([*named, *sorted(others)]))


@router.get("/ladders")
def every(person: Administrator, edge: EdgeDep, pages: PagesDep) -> Response:
    with reading(edge.engine) as session:
        known = ladders(session)
        rows = {row.slug: row for row in session.exec(select(Ladder))}
        plans: dict[str, list[Plan]] = {}
        for plan in session.exec(select(Plan).order_by(Plan.slug)):
            plans.setdefault(plan.ladder, []).append(plan)
    missing = sorted(plans.keys() - known.keys())
    return pages.show("admin/ladders.html", ladders=known, rows=rows, plans=plans, missing=missing)


@router.get("/ladders/{slug}")
def one(slug: str, person: Administrator, edge: EdgeDep, pages: PagesDep, done: str = "") -> Response:
    with reading(edge.engine) as session:
        found = ladders(session).get(slug)
        row = session.exec(select(Ladder).where(Ladder.slug == slug)).one_or_none()
    if found is None:
        raise NotFound(AdminFault.NO_LADDER(slug=slug))
    return pages.show("admin/ladder.html", ladder=found, row=row, text=found.to_yaml(), done=done)


@router.get("/ladder-upload")
def new(person: Administrator, pages: PagesDep) -> Response:
    return pages.show("admin/ladder_check.html", text="", errors=[], preview=None, stale=False)


@router.get("/ladder-upload/check")
def check_again(person: Administrator) -> Response:
    return RedirectResponse("/admin/ladder-upload", status_code=303)


async def typed(
    file: Annotated[UploadFile | None, File()] = None, text: Annotated[str, Form()] = ""
) -> bytes:
    name, data = read_upload(file, SIZE_LIMIT)
    return data if name else typed_octets(text)


TypedDep = Annotated[bytes, Depends(typed)]


@router.post("/ladder-upload/check")
def check(person: Administrator, edge: EdgeDep, pages: PagesDep, typed: TypedDep) -> Response:
    return _preview_page(edge, pages, typed)


@router.post("/ladder-upload/apply")
def apply(
    person: Administrator, edge: EdgeDep, pages: PagesDep, typed: TypedDep, shown: Annotated[str, Form()] = ""
) -> Response:
    try:
        ladder = read_ladder(typed, FILE)
        with writing(edge.engine) as session:
            if is_sealed(shown, *_told(session, ladder)):
                load_ladder(session, ladder, edge.now, person.actor)
                return RedirectResponse(f"/admin/ladders/{ladder.slug}?done=loaded", status_code=303)
    except InvalidInput:
        pass  # the preview says what is wrong
    return _preview_page(edge, pages, typed, stale=True)


def _told(session: Session, ladder: LadderFile) -> list[Any]:
    """What the preview stands on: the new text, and the ladder that it takes the place of."""
    before = ladders(session).get(ladder.slug)
    return [ladder.model_dump(mode="json"), None if before is None else before.model_dump(mode="json")]


def _preview_page(edge: Edge, pages: Pages, data: bytes, stale: bool = False) -> Response:
    values: dict[str, Any] = {"text": shown_text(data), "errors": [], "preview": None, "stale": stale}
    try:
        values["preview"] = _preview(edge, read_ladder(data, FILE))
    except InvalidInput as error:
        values["errors"] = error_lines(error.reasons, pages.language)
    status = 422 if values["errors"] else 409 if stale else 200
    return pages.show("admin/ladder_check.html", status, shown_lines=SHOWN, **values)


def _preview(edge: Edge, ladder: LadderFile) -> LadderPreview:
    now, settings = edge.now, edge.settings
    with writing(edge.engine) as session:
        before = ladders(session).get(ladder.slug)
        told = _told(session, ladder)
        foreseen = foresee_ladder(session, settings, ladder, now)
        some = (*foreseen.more[:SHOWN], *foreseen.fewer[:SHOWN])
        about = subjects(session, {each.notice.obligation_id for each in some})
        session.rollback()
    with reading(edge.engine) as session:
        start = now - MONTH
        return LadderPreview(
            ladder=ladder,
            foreseen=foreseen,
            about=about,
            before=None if before is None else rehearse(session, settings, _undated(before), start, now),
            after=rehearse(session, settings, ladder, start, now),
            sent=really_sent(session, ladder.slug, start, now),
            seal=seal(*told),
        )


def _undated(ladder: LadderFile) -> LadderFile:
    """The ladder as if it had always been so, for a fair comparison with one that is new."""
    return read_ladder(ladder.to_yaml(), FILE)
