"""Documents that were handed in, and the files of the plan and duty, to download: to those who may see the
report, and never shown as a page.

Whatever a file holds, the browser is made to save it: as an attachment, of the type that was checked when it
came in, under a name that can do nothing, inside a policy that runs nothing.
"""

from __future__ import annotations

from urllib.parse import quote

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, Response

from models.errors import NotFound
from models.obligation import Document
from models.plan import Attachment
from models.settings import Settings
from models.text import without_marks
from reporting.files.store import MEDIA_TYPES, path_of
from reporting.obligations.detail import attachment_for
from reporting.obligations.history import document_of
from web.clerk.access import COPY, LINK, OWN, READ, VIEW, ReportDep, number

router = APIRouter(include_in_schema=False)
SAFE_TYPES = frozenset(MEDIA_TYPES.values())


@router.api_route(f"{LINK}/documents/{{document}}", methods=READ)
@router.api_route(f"{COPY}/documents/{{document}}", methods=READ)
@router.api_route(f"{VIEW}/documents/{{document}}", methods=READ)
@router.api_route(f"{OWN}/documents/{{document}}", methods=READ)
def download(page: ReportDep, document: str) -> Response:
    with page.reading() as session:
        try:
            found = document_of(session, page.obligation_id, number(document))
        except NotFound as error:
            raise HTTPException(404) from error
    return send_file(page.settings, found)


@router.api_route(f"{LINK}/attachments/{{file}}", methods=READ)
@router.api_route(f"{COPY}/attachments/{{file}}", methods=READ)
@router.api_route(f"{VIEW}/attachments/{{file}}", methods=READ)
@router.api_route(f"{OWN}/attachments/{{file}}", methods=READ)
def download_attachment(page: ReportDep, file: str) -> Response:
    """A form of the report's duty, or the plan's signed document: to those who may see the report."""
    with page.reading() as session:
        try:
            found = attachment_for(session, page.obligation_id, number(file))
        except NotFound as error:
            raise HTTPException(404) from error
    return send_file(page.settings, found)


def send_file(settings: Settings, found: Document | Attachment) -> Response:
    """The file to be saved. Raises a 404 where the store has it no more."""
    path = path_of(settings, found.sha256)
    if not path.is_file():
        raise HTTPException(404)
    media_type = found.media_type if found.media_type in SAFE_TYPES else "application/octet-stream"
    headers = {
        "Content-Disposition": disposition(found.name),
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cache-Control": "private, no-store",
    }
    return FileResponse(path, media_type=media_type, headers=headers)


def disposition(name: str) -> str:
    """RFC 6266: the name in UTF-8, and without its marks for programs that know no better."""
    ascii_name = "".join(c for c in without_marks(name) if c.isalnum() or c in " ._-()").strip() or "tep"
    return f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(name, safe='')}"
