"""What every command starts from: settings, the database, the clock, and who is acting.

This is the edge: here the clock is read, once. A database with nothing in it is set up at first use; one of
an older version is not touched without `dondoc init`.
"""

from __future__ import annotations

import getpass
import sys
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Annotated

import typer
from sqlalchemy import Engine

from models.errors import InvalidInput
from models.known_database import open_known
from models.settings import Settings, load_settings

AtOption = Annotated[
    str | None,
    typer.Option(
        "--at", metavar="ISO", help="As of this instant, e.g. 2024-02-17T08:00+07:00. Default: now."
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout.")]
YesOption = Annotated[bool, typer.Option("--yes", help="Do it without asking.")]
ByOption = Annotated[str | None, typer.Option("--by", metavar="NAME", help="Who does this, for the audit.")]


YEARS = range(1900, 2201)
"""The years in which a date makes sense here; beyond them calendars end and arithmetic overflows."""

_opened: list[Engine] = []


@dataclass(frozen=True)
class Context:
    """An open database with the settings, at the instant `now` (aware UTC)."""

    settings: Settings
    engine: Engine
    now: datetime

    @property
    def today(self) -> date:
        return self.now.astimezone(self.settings.zone).date()


def open_context(at: str | None = None) -> Context:
    """Settings, database and clock for a command. Raises `DondocError`s with the remedy."""
    settings = load_settings()
    now = read_instant(at, settings)
    return Context(settings, open_database(settings), now)


def open_database(settings: Settings) -> Engine:
    """The database, with its schema; an empty one is set up in a home that never had another."""
    engine = open_known(settings)
    _opened.append(engine)
    return engine


def close_databases() -> None:
    """Close what `open_database` opened, at the end of a command."""
    while _opened:
        _opened.pop().dispose()


def read_instant(text: str | None, settings: Settings) -> datetime:
    """An instant as people type it: with an offset, in local time, or a date (its first moment)."""
    if text is None:
        return datetime.now(UTC) + settings.clock_shift
    try:
        value = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise InvalidInput(
            f"{text!r} is no instant; write it as 2024-02-17 or 2024-02-17T08:00+07:00"
        ) from error
    if value.year not in YEARS:
        raise InvalidInput(f"{text!r} lies outside the years 1900 to 2200; check the year")
    if value.tzinfo is None:
        value = value.replace(tzinfo=settings.zone)
    return value.astimezone(UTC)


def read_date(text: str) -> date:
    """A date as people type it: 2024-02-17 or 17/2/2024."""
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            day = datetime.strptime(text.strip(), form).date()  # noqa: DTZ007  (a date has no zone)
        except ValueError:
            continue
        if day.year not in YEARS:
            raise InvalidInput(f"{text!r} lies outside the years 1900 to 2200; check the year")
        return day
    raise InvalidInput(f"{text!r} is no date; write it as 2024-02-17 or 17/2/2024")


def end_of(day: date, settings: Settings) -> datetime:
    """The last second of a local day: the instant at which a report handed in "on" it still counts."""
    return datetime.combine(day, time(23, 59, 59), settings.zone).astimezone(UTC)


def require_yes(yes: bool, question: str) -> None:
    """Go on only if it was said, or is said now at a terminal. Raises `InvalidInput`: nothing was done."""
    if yes or (sys.stdin.isatty() and typer.confirm(question, err=True)):
        return
    raise InvalidInput(f"{question} nothing was done; look at what it shows, then add --yes")


def acting(by: str | None) -> str:
    """Who acts, for the audit: what was said, or the name on this machine."""
    if by and by.strip():
        return " ".join(by.split())
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"
