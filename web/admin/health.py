"""Whether dondoc does its work: what is wrong and the remedy, passes, outbox, the set-up as `doctor` sees it.

The mail server is asked for by the page once it is shown, or by its link, so that a dead one delays nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import metadata
from typing import Any

from fastapi import APIRouter, Request
from sqlalchemy import make_url
from sqlmodel import col, select
from starlette.responses import Response

from calendars.errors import said
from models.database import reading
from models.settings import Settings
from models.upkeep import Heartbeat
from notifications.checkup_environment import mail_finding, surroundings_findings
from notifications.notice_list import state_counts
from reporting.health.checkup import (
    STATUS,
    Check,
    CheckupFinding,
    Status,
    check_words,
    checkup_remedy,
    checkup_words,
)
from reporting.health.database_checks import content_findings, database_finding
from reporting.health.health import PARTS, finding_remedy, finding_words, findings
from reporting.stops import unpacked
from web.admin.mailbox import has_mailbox
from web.auth import Administrator, OwnForm
from web.context import Edge, EdgeDep
from web.rendering import Pages, PagesDep

router = APIRouter(prefix="/admin/health", dependencies=[OwnForm], include_in_schema=False)
SHOWN = ("fastapi", "starlette", "sqlalchemy", "sqlmodel", "prefect", "holidays", "icalendar", "aiosmtplib")
PATIENCE = 2.0
"""Seconds for a mail server to greet whoever looks at the page."""
MARKS = {Status.OK: "✓", Status.WARN: "▲", Status.FAIL: "✗"}


@dataclass(frozen=True)
class CheckLine:
    """One check in the visitor's language."""

    mark: str
    status: str
    check: str
    said: str
    remedy: str


@router.get("")
def health(person: Administrator, edge: EdgeDep, pages: PagesDep) -> Response:
    now, settings = edge.now, edge.settings
    with reading(edge.engine) as session:
        found = findings(session, now, settings)
        heartbeats = session.exec(select(Heartbeat).order_by(col(Heartbeat.name))).all()
        counts = state_counts(session)
        inside = [each for each in content_findings(session, settings, now) if not _stands_above(each)]
    checks = [*surroundings_findings(settings, now), database_finding(edge.engine), *inside]
    if settings.smtp_host is None:
        checks.append(mail_finding(settings))
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
        checks=[_line(each, edge, pages) for each in sorted(checks, key=_worst_first)],
        heartbeats=[(each, said(unpacked(each.detail), pages.language)) for each in heartbeats],
        called=PARTS[pages.language],
        counts=counts,
        facts=_facts(settings),
        versions=_versions(),
        now=now,
    )


@router.get("/mail")
def mail(person: Administrator, edge: EdgeDep, pages: PagesDep, request: Request) -> Response:
    """Whether the mail server answers: a row for htmx, a page of its own without it."""
    line = _line(mail_finding(edge.settings, PATIENCE), edge, pages)
    template = "admin/health_row.html" if "hx-request" in request.headers else "admin/health_mail.html"
    return pages.show(template, check=line)


def _stands_above(finding: CheckupFinding) -> bool:
    """What is wrong with mails and notices is said at the top of the page already."""
    return finding.check is Check.HEALTH and not finding.is_well


def _worst_first(finding: CheckupFinding) -> int:
    return -list(Status).index(finding.status)


def _line(finding: CheckupFinding, edge: Edge, pages: Pages) -> CheckLine:
    zone, language = edge.settings.zone, pages.language
    return CheckLine(
        mark=MARKS[finding.status],
        status=STATUS[language][finding.status],
        check=check_words(finding, language),
        said=checkup_words(finding, language, zone),
        remedy=checkup_remedy(finding, language, zone),
    )


def _facts(settings: Settings) -> dict[str, Any]:
    server = f"{settings.smtp_host}:{settings.smtp_port}" if settings.smtp_host else ""
    return {
        "database": make_url(settings.database).get_backend_name(),
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
