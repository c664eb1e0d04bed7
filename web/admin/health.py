"""The overview at /admin, and the health page: findings with remedies, passes, outbox, checks of `doctor`.

The mail server and Prefect are asked once the page is shown, or by a link, so that a dead one delays nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import metadata

from fastapi import APIRouter
from sqlalchemy import func, make_url
from sqlmodel import col, select
from starlette.responses import Response

from calendars.errors import said
from models.plan import Plan
from models.settings import Settings
from models.unit import UnitVersion
from models.upkeep import TICK, Heartbeat
from models.vocabulary import NoticeState
from notifications.mail_server import ehlo_finding, mail_finding
from notifications.prefect_checkup import ask_prefect, known_server, prefect_findings
from reporting.health.checkup import (
    CheckupFinding,
    Status,
    check_words,
    checkup_remedy,
    checkup_words,
    status_word,
)
from reporting.health.database_checks import content_findings, database_finding, health_findings
from reporting.health.environment_checks import surroundings_findings
from reporting.health.health import PARTS, HealthFinding, finding_remedy, finding_words, findings, part_words
from reporting.obligations.notices import state_counts
from reporting.stops import unpacked
from reporting.units.contacts import marked_number, unreachable_units
from web.admin.first_steps import first_steps
from web.admin.mailbox import has_mailbox
from web.admin.remedies import Remedy, page_remedy
from web.auth import OwnForm
from web.context import wall_clock
from web.page import AdminPage, BranchPage, Page, redirect

router = APIRouter(prefix="/admin", dependencies=[OwnForm], include_in_schema=False)
SHOWN = ("fastapi", "starlette", "sqlalchemy", "sqlmodel", "prefect", "holidays", "icalendar", "aiosmtplib")
PATIENCE = 2.0
"""Seconds for a mail server to greet."""
MARKS = {Status.OK: "✓", Status.WARN: "▲", Status.FAIL: "✗"}


@dataclass(frozen=True)
class CheckLine:
    """One check in the visitor's language."""

    mark: str
    status: str
    check: str
    said: str
    remedy: str
    page: str
    """Where it is done; empty where it is no page's matter."""


@router.get("")
def overview(page: BranchPage) -> Response:
    if not page.person.administers_all:
        return redirect("/admin/units")
    with page.reading() as session:
        found = findings(session, page.now, page.settings)
        counts = state_counts(session)
        steps = first_steps(session, page.settings)
        has_run = session.get(Heartbeat, TICK) is not None
        plans = session.scalar(select(func.count()).select_from(Plan).where(col(Plan.retired_at).is_(None)))
        units = session.scalar(
            select(func.count()).select_from(UnitVersion).where(col(UnitVersion.valid_to).is_(None))
        )
        refusing, _ = marked_number(session, page.today)
        unreachable = len(unreachable_units(session, page.today))
    return page.show(
        "admin/overview.html",
        findings=[
            (each, finding_words(each, page.language, page.zone), _remedy(each, page)) for each in found
        ],
        steps=[step._replace(text=page.t(step.text)) for step in steps],
        has_run=has_run,
        plans=plans or 0,
        units=units or 0,
        waiting=counts[NoticeState.QUEUED],
        failed=counts[NoticeState.FAILED],
        refusing=refusing,
        unreachable=unreachable,
        prefect=page.settings.prefect_ui,
        has_mailbox=has_mailbox(page.settings),
    )


@router.get("/getting-started")
def getting_started(page: AdminPage) -> Response:
    """The way from nothing to the first reminder; in Vietnamese also docs/bat-dau.md."""
    return page.show("admin/getting_started.html")


@router.get("/health")
def health(page: AdminPage) -> Response:
    now, settings = page.now, page.settings
    with page.reading() as session:
        found = findings(session, now, settings)
        heartbeats = session.exec(select(Heartbeat).order_by(col(Heartbeat.name))).all()
        counts = state_counts(session)
        inside = list(content_findings(session, settings, now))
    inside += [each for each in health_findings(found) if each.is_well]  # what is wrong stands above already
    checks = [*surroundings_findings(settings, now), database_finding(page.context.engine), *inside]
    checks.append(ehlo_finding(settings) if settings.smtp_host else mail_finding(settings))
    return page.show(
        "admin/health.html",
        findings=[
            (
                each,
                finding_words(each, page.language, settings.zone),
                _remedy(each, page),
            )
            for each in found
        ],
        checks=[_line(each, page) for each in sorted(checks, key=_worst_first)],
        has_run=any(each.name == TICK for each in heartbeats),
        heartbeats=[(each, said(unpacked(each.detail), page.language)) for each in heartbeats],
        called={part: part_words(part, page.language) for part in PARTS},
        counts=counts,
        facts=_facts(settings),
        versions=_versions(),
        now=now,
    )


@router.get("/health/mail")
def mail(page: AdminPage) -> Response:
    """Whether the mail server answers."""
    return _part(page, page.t("Mail server"), [mail_finding(page.settings, PATIENCE)])


@router.get("/health/prefect")
def prefect(page: AdminPage) -> Response:
    """Whether a worker is online, and when each deployment last ran."""
    return _part(page, "Prefect", [*prefect_findings(ask_prefect(page.settings, wall_clock()))])


def _part(page: Page, title: str, found: list[CheckupFinding]) -> Response:
    """What had to be asked of others: rows for htmx, a page of its own without it."""
    lines = [_line(each, page) for each in sorted(found, key=_worst_first)]
    template = "admin/health_rows.html" if "hx-request" in page.request.headers else "admin/health_part.html"
    return page.show(template, checks=lines, title=title)


def _worst_first(finding: CheckupFinding) -> int:
    return -list(Status).index(finding.status)


def _line(finding: CheckupFinding, page: Page) -> CheckLine:
    zone, language = page.zone, page.language
    remedy = _remedy(finding, page)
    return CheckLine(
        mark=MARKS[finding.status],
        status=status_word(finding.status, language),
        check=check_words(finding, language),
        said=checkup_words(finding, language, zone),
        remedy=remedy.text,
        page=remedy.page,
    )


def _remedy(finding: CheckupFinding | HealthFinding, page: Page) -> Remedy:
    """What to do: on a page where there is one, else in the words of the shell."""
    found = page_remedy(finding)
    if found is not None:
        return found._replace(text=page.t(found.text))
    if isinstance(finding, HealthFinding):
        return Remedy("", finding_remedy(finding, page.language))
    return Remedy("", checkup_remedy(finding, page.language, page.zone))


def _facts(settings: Settings) -> dict[str, object]:
    server = f"{settings.smtp_host}:{settings.smtp_port}" if settings.smtp_host else ""
    return {
        "database": make_url(settings.database).get_backend_name(),
        "environment": settings.environment,
        "server": server,
        "security": settings.smtp_security,
        "mailbox": has_mailbox(settings),
        "prefect": settings.prefect_ui,
        "asks_prefect": known_server(settings) is not None,
        "base_url": settings.base_url,
        "silent_minutes": settings.silent_minutes,
    }


def _versions() -> list[tuple[str, str]]:
    return [("dondoc", metadata.version("dondoc")), *((name, metadata.version(name)) for name in SHOWN)]
