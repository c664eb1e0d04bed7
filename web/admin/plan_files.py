"""A plan's files: the signed document, and the forms of each duty; attached, replaced, taken away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from models.errors import DondocError, NotFound
from reporting.files.store import FileRefused
from reporting.plans.attachments import (
    attach,
    attached,
    attached_file,
    detach,
    duties_with_titles,
    require_own_names,
)
from reporting.plans.loading import find_plan
from web.auth import OwnForm
from web.clerk.documents import send_file
from web.clerk.report_form import field_of, file_words, sent_files
from web.clerk.report_page import file_limits
from web.context import context_of
from web.form_values import RowId
from web.page import AdminPage, redirect

router = APIRouter(prefix="/admin/plans", dependencies=[OwnForm], include_in_schema=False)


@dataclass(frozen=True)
class PostedFiles:
    """Files for the plan itself, or for a duty; `refused` were too large to be read."""

    duty: str
    files: tuple[tuple[str, bytes], ...]
    refused: tuple[FileRefused, ...]


async def posted_files(request: Request) -> PostedFiles:
    form = await request.form()
    try:
        files, refused = await sent_files(form, context_of(request).settings)
    finally:
        await form.close()
    return PostedFiles(field_of(form, "duty"), tuple(files), tuple(refused))


@router.get("/{slug}/files")
def files(slug: str, page: AdminPage, done: str = "") -> Response:
    return _show(slug, page, done)


def _show(slug: str, page: AdminPage, done: str = "", duty: str = "", wrong: str = "") -> Response:
    with page.reading() as session:
        plan = find_plan(session, slug)
        duties, there = duties_with_titles(session, plan), attached(session, plan.id)
    places = [("", page.t("The document itself")), *((each.key, each.title) for each in duties)]
    known = {key for key, _ in places}
    ended = sorted({each.duty for each in there} - known)
    return page.show(
        "admin/plan_files.html",
        422 if wrong else 200,
        plan=plan,
        places=[*places, *((key, page.t("%(duty)s (no longer in the plan)", duty=key)) for key in ended)],
        there=there,
        done=done,
        wrong={duty: wrong} if wrong else {},
        limits=file_limits(page.settings),
    )


@router.post("/{slug}/files")
def add(slug: str, posted: Annotated[PostedFiles, Depends(posted_files)], page: AdminPage) -> Response:
    """All of the files, or none and what is wrong with them. The form comes first, so that it is closed also
    where the person is refused."""
    wrong = [file_words(error, page) for error in posted.refused]
    if not (posted.files or wrong):
        wrong.append(page.t("Choose a file."))
    try:
        if not wrong:
            require_own_names([name for name, _ in posted.files])
            with page.writing() as session:
                for file in posted.files:
                    attach(session, page.settings, slug, posted.duty, file, page.now, page.actor)
    except FileRefused as error:
        wrong.append(file_words(error, page))
    except NotFound:
        raise
    except DondocError as error:
        wrong.append(page.say(error))
    if wrong:
        return _show(slug, page, duty=posted.duty, wrong=" ".join(wrong))
    return redirect(f"/admin/plans/{slug}/files?done=added")


@router.get("/{slug}/files/{file}")
def download(slug: str, file: RowId, page: AdminPage) -> Response:
    with page.reading() as session:
        try:
            found = attached_file(session, find_plan(session, slug).id, file)
        except NotFound as error:
            raise HTTPException(404) from error
    return send_file(page.settings, found)


@router.post("/{slug}/files/{file}/remove")
def remove(slug: str, file: RowId, page: AdminPage) -> Response:
    with page.writing() as session:
        detach(session, slug, file, page.now, page.actor)
    return redirect(f"/admin/plans/{slug}/files?done=removed")
