"""Whether dondoc does its work: what is wrong and the remedy, passes, outbox, database, server, versions."""

from __future__ import annotations

from importlib import metadata
from typing import Any

from fastapi import APIRouter
from sqlalchemy import make_url
from sqlmodel import col, select
from starlette.responses import Response

from models.database import HEAD, reading, revision
from models.settings import Settings
from models.upkeep import Heartbeat
from notifications.outbox_list import state_counts
from reporting.health import findings
from reporting.health_words import PARTS, finding_remedy, finding_words
from web.admin.mailbox import has_mailbox
from web.edge import EdgeDep
from web.pages import PagesDep
from web.who import Administrator, OwnForm

router = APIRouter(prefix="/admin/health", dependencies=[OwnForm], include_in_schema=False)
SHOWN = ("fastapi", "starlette", "sqlalchemy", "sqlmodel", "prefect", "holidays", "icalendar", "aiosmtplib")


@router.get("")
def health(person: Administrator, edge: EdgeDep, pages: PagesDep) -> Response:
    now, settings = edge.now, edge.settings
    with reading(edge.engine) as session:
        found = findings(session, now, settings)
        heartbeats = session.exec(select(Heartbeat).order_by(col(Heartbeat.name))).all()
        counts = state_counts(session)
    return pages.show(
        "admin/health.html",
        findings=[
            (
                each,
                finding_words(each, pages.language, settings.zone),
                finding_remedy(each, pages.language),
            )
            for each in found
        ],
        heartbeats=heartbeats,
        called=PARTS[pages.language],
        counts=counts,
        facts=_facts(settings, revision(edge.engine) == HEAD),
        versions=_versions(),
        now=now,
    )


def _facts(settings: Settings, is_current: bool) -> dict[str, Any]:
    url = make_url(settings.database)
    server = f"{settings.smtp_host}:{settings.smtp_port}" if settings.smtp_host else ""
    return {
        "database": url.get_backend_name(),
        "is_current": is_current,
        "environment": settings.environment,
        "server": server,
        "security": settings.smtp_security,
        "mailbox": has_mailbox(settings),
        "prefect": settings.prefect_ui,
        "base_url": settings.base_url,
        "silent_minutes": settings.silent_minutes,
    }


def _versions() -> list[tuple[str, str]]:
    return [("dondoc", metadata.version("dondoc")), *((name, metadata.version(name)) for name in SHOWN)]
