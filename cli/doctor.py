"""`dondoc doctor`: what is wrong with a set-up, and how to mend it. Looks, and changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import typer
from sqlalchemy import Engine

from cli.context import JsonOption
from cli.doctor_content import content_findings
from cli.doctor_surroundings import Finding, Status, fail, surroundings_findings
from cli.output import console, print_json
from models.database import HEAD, open_engine, reading, revision
from models.errors import DatabaseNotReady, DondocError, InvalidInput
from models.settings import Settings, load_settings

MARKS = {Status.OK: "✓", Status.WARN: "!", Status.FAIL: "✗"}


def doctor(as_json: JsonOption = False) -> None:
    """Check the set-up: home, database, settings, mail, calendars, Prefect. Exit 1 if something fails."""
    findings = list(examine(datetime.now(UTC)))
    if as_json:
        print_json([finding.as_json() for finding in findings])
    else:
        for finding in findings:
            print_finding(finding)
    if any(finding.status is Status.FAIL for finding in findings):
        raise typer.Exit(1)


def print_finding(finding: Finding) -> None:
    """A line, and below it the remedy if there is one."""
    mark = f"{MARKS[finding.status]} {finding.status.value:<4}"
    console().print(f"{mark}  {finding.check}: {finding.said}", markup=False, soft_wrap=True)
    if finding.remedy:
        console().print(f"         → {finding.remedy}", markup=False, soft_wrap=True)


def examine(now: datetime) -> Iterator[Finding]:
    """Everything that can be looked at; without settings, or without a database, only what needs neither."""
    try:
        settings = load_settings()
    except DondocError as error:
        said, _, remedy = str(error).partition("; ")
        yield fail("settings", said, remedy or "see docs/settings.md")
        return
    yield from surroundings_findings(settings, now)
    yield from _database_findings(settings, now)


def _database_findings(settings: Settings, now: datetime) -> Iterator[Finding]:
    try:
        engine = _existing(settings)
    except InvalidInput as error:
        said, _, remedy = str(error).partition("; ")
        yield fail("database", said, remedy or "see docs/settings.md")
        return
    if engine is None:
        yield fail("database", "is not set up yet", "run: dondoc init")
        return
    try:
        yield from _within(engine, settings, now)
    finally:
        engine.dispose()


def _existing(settings: Settings) -> Engine | None:
    """The database; None where SQLite's file is not there, since opening would make it."""
    if settings.database_url is None and not (settings.home / "dondoc.sqlite3").is_file():
        return None
    return open_engine(settings.database)


def _within(engine: Engine, settings: Settings, now: datetime) -> Iterator[Finding]:
    kind = engine.dialect.name
    try:
        found = revision(engine)
    except DatabaseNotReady as error:
        said, _, remedy = str(error).partition("; ")
        yield fail("database", f"{kind}: {said}", remedy)
        return
    if found != HEAD:
        said = "is not set up yet" if found is None else "has the schema of another version"
        yield fail("database", f"{kind}: {said}", "run: dondoc init")
        return
    yield Finding("database", Status.OK, f"{kind}, schema of this version")
    with reading(engine) as session:
        yield from content_findings(session, settings, now)
