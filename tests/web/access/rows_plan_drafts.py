"""Documents taken in and drafts of plans: for administrators of the whole installation alone."""

from __future__ import annotations

from tests.reporting.world import World
from tests.web.access.row import ADMINISTRATORS, Row
from tests.web.drafts import keep_letter


def prepare(world: World) -> dict[str, str]:
    return {"draft": str(keep_letter(world.engine, world.settings))}


def row(method: str, path: str, at: str | None = None) -> Row:
    return Row(method=method, path=path, at=at, opens=ADMINISTRATORS)


ROWS = [
    row("GET", "/admin/plan-documents"),
    row("POST", "/admin/plan-documents"),
    row("GET", "/admin/plan-documents/{key}", "/admin/plan-documents/gone"),
    row("POST", "/admin/plan-documents/{key}/cancel", "/admin/plan-documents/gone/cancel"),
    row("GET", "/admin/plan-drafts/{id}", "/admin/plan-drafts/{draft}"),
    row("GET", "/admin/plan-drafts/{id}/document", "/admin/plan-drafts/{draft}/document"),
    row("GET", "/admin/plan-drafts/{id}/cards", "/admin/plan-drafts/{draft}/cards"),
    row("POST", "/admin/plan-drafts/{id}/cards", "/admin/plan-drafts/{draft}/cards"),
    row("GET", "/admin/plan-drafts/{id}/check", "/admin/plan-drafts/{draft}/check"),
    row("POST", "/admin/plan-drafts/{id}/check", "/admin/plan-drafts/{draft}/check"),
    row("GET", "/admin/plan-drafts/{id}/add", "/admin/plan-drafts/{draft}/add"),
    row("POST", "/admin/plan-drafts/{id}/add", "/admin/plan-drafts/{draft}/add"),
    row("GET", "/admin/plan-drafts/{id}/amend", "/admin/plan-drafts/{draft}/amend"),
    row("POST", "/admin/plan-drafts/{id}/amend", "/admin/plan-drafts/{draft}/amend"),
    row("GET", "/admin/plan-drafts/{id}/remove", "/admin/plan-drafts/{draft}/remove"),
    row("POST", "/admin/plan-drafts/{id}/remove", "/admin/plan-drafts/{draft}/remove"),
    row("GET", "/admin/plan-drafts/{id}/edit/{card}", "/admin/plan-drafts/{draft}/edit/nhiem-vu-1"),
    row("POST", "/admin/plan-drafts/{id}/edit/{card}", "/admin/plan-drafts/{draft}/edit/nhiem-vu-1"),
]
