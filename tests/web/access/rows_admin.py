"""The administrator's pages: for whoever administers the whole installation, and for nobody else."""

from __future__ import annotations

from tests.web.access.row import ADMINISTRATORS, Row


def row(method: str, path: str, at: str | None = None) -> Row:
    return Row(method=method, path=path, at=at, opens=ADMINISTRATORS)


ROWS = [
    row("GET", "/admin/plans"),
    row("GET", "/admin/plans/{slug}", "/admin/plans/p-2024"),
    row("GET", "/admin/plans/{slug}/edit", "/admin/plans/p-2024/edit"),
    row("GET", "/admin/plans/{slug}/file", "/admin/plans/p-2024/file"),
    row("GET", "/admin/plans/{slug}/versions/{number}", "/admin/plans/p-2024/versions/1"),
    row("GET", "/admin/plans/{slug}/retire", "/admin/plans/p-2024/retire"),
    row("POST", "/admin/plans/{slug}/retire", "/admin/plans/p-2024/retire"),
    row("GET", "/admin/plan-upload"),
    row("GET", "/admin/plan-upload/check"),
    row("POST", "/admin/plan-upload/check"),
    row("POST", "/admin/plan-upload/apply"),
    row("GET", "/admin/plan-form"),
    row("POST", "/admin/plan-form"),
]
