"""`dondoc doctor`: check a set-up and name the remedy for each fault. It changes nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import typer
from sqlalchemy import Engine

from calendars.zone import HCM
from cli.console.context import JsonOption, print_json, print_line
from cli.console.help import command
from cli.console.speech import language
from messages.catalogue import known_language
from models.database import open_engine, reading
from models.errors import DondocError, InvalidInput
from models.settings import Settings, load_settings
from notifications.mail_server import ehlo_finding, mail_finding
from notifications.prefect_checkup import ask_prefect, prefect_findings
from reporting.health.checkup import (
    Check,
    CheckResult,
    CheckupFinding,
    Status,
    check_words,
    checkup_remedy,
    checkup_words,
    fail,
    status_word,
)
from reporting.health.database_checks import content_findings, database_finding, health_findings
from reporting.health.environment_checks import surroundings_findings
from reporting.health.file_checks import stored_files_finding
from reporting.health.health import findings

MARKS = {Status.OK: "✓", Status.WARN: "!", Status.FAIL: "✗"}


@command
def doctor(as_json: JsonOption = False) -> None:
    """Check the set-up: home, database, settings, mail, calendars, Prefect. Exit 1 if something fails."""
    try:
        settings = load_settings()
    except DondocError as error:
        asked = known_language(os.environ.get("DONDOC_LANGUAGE"))
        said_in = asked if as_json else language()
        _show([_refused(Check.SETTINGS, CheckResult.SETTINGS_WRONG, error)], said_in, HCM, as_json)
    else:
        said_in = settings.language if as_json else language()
        _show(list(examine(settings, datetime.now(UTC))), said_in, settings.zone, as_json)


def _show(found: list[CheckupFinding], language: str, zone: ZoneInfo, as_json: bool) -> None:
    if as_json:
        print_json([_json(finding, language, zone) for finding in found])
    else:
        for finding in found:
            _print(finding, language, zone)
    if any(finding.status is Status.FAIL for finding in found):
        raise typer.Exit(1)


def _print(finding: CheckupFinding, language: str, zone: ZoneInfo) -> None:
    """A line, and below it the remedy if there is one."""
    words = {status: status_word(status, language) for status in Status}
    mark = f"{MARKS[finding.status]} {words[finding.status]:<{max(map(len, words.values()))}}"
    said = checkup_words(finding, language, zone)
    print_line(f"{mark}  {check_words(finding, language)}: {said}")
    remedy = checkup_remedy(finding, language, zone)
    if remedy:
        print_line(f"         → {remedy}")


def _json(finding: CheckupFinding, language: str, zone: ZoneInfo) -> dict[str, object]:
    return {
        "check": finding.name,
        "status": finding.status.value,
        "code": finding.code.value,
        "said": checkup_words(finding, language, zone),
        "remedy": checkup_remedy(finding, language, zone),
    }


def examine(settings: Settings, now: datetime) -> Iterator[CheckupFinding]:
    """Everything that can be looked at; without a database, only what needs none."""
    yield from surroundings_findings(settings, now)
    if settings.smtp_host is not None:
        yield ehlo_finding(settings)
    yield mail_finding(settings)
    yield from prefect_findings(ask_prefect(settings, now))
    try:
        engine = _existing(settings)
    except InvalidInput as error:
        yield _refused(Check.DATABASE, CheckResult.DATABASE_UNUSABLE, error)
        return
    if engine is None:
        yield fail(Check.DATABASE, CheckResult.DATABASE_ABSENT)
        return
    try:
        yield from _within(engine, settings, now)
    finally:
        engine.dispose()


def _refused(check: Check, code: CheckResult, error: DondocError) -> CheckupFinding:
    return fail(check, code, said=error.reason)


def _existing(settings: Settings) -> Engine | None:
    """The database; None where SQLite's file is not there, since opening would make it."""
    if settings.database_url is None and not (settings.home / "dondoc.sqlite3").is_file():
        return None
    return open_engine(settings.database)


def _within(engine: Engine, settings: Settings, now: datetime) -> Iterator[CheckupFinding]:
    found = database_finding(engine)
    yield found
    if found.is_well:
        with reading(engine) as session:
            concerns = findings(session, now, settings)
            yield from content_findings(session, settings, now)
            yield from health_findings(concerns)
            yield stored_files_finding(session, settings, now)
