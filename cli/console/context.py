"""What every command starts from: settings, the database, the clock, and who is acting.

This is the edge: here the clock is read, once. A database with nothing in it is set up at first use; one of
an older version is not touched without `dondoc init`.
"""

from __future__ import annotations

import codecs
import getpass
import io
import json
import sys
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Annotated, TypeVar
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy import Engine

from calendars.errors import CalendarError
from calendars.rules import written_date
from cli.console.speech import language, t
from messages import formats
from models.database import open_known
from models.errors import InvalidInput
from models.mail_address import SHELL
from models.settings import Settings, load_settings, with_own_key
from models.text import without_marks
from models.validity import YEARS
from reporting.obligations.listing import iso as iso

PIPED_WIDTH = 220
PLAIN = "dondoc-plain"
"""How letters are written that stdout's encoding lacks; the name under which codecs know it."""
SIGNS = str.maketrans("–—…→✓✗“”›·", '--~>+x"">.')


def speak_any_encoding() -> None:
    """From here on no letter breaks the output: what its encoding lacks goes without marks, or as `?`."""
    codecs.register_error(PLAIN, _plain)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=PLAIN)


def _plain(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeEncodeError)
    text = error.object[error.start : error.end].translate(SIGNS)
    letters = (without_marks(c) or ("" if unicodedata.combining(c) else "?") for c in text)
    return "".join(letters), error.end


def write_document(data: bytes) -> None:
    """A document of its own encoding on stdout, octet by octet."""
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def console() -> Console:
    """Where results go; wide where no terminal limits it, so that nothing is cut in a pipe."""
    return Console(width=None if sys.stdout.isatty() else PIPED_WIDTH, highlight=False, soft_wrap=False)


def print_line(text: str) -> None:
    """A line of results as it is, wrapped by the terminal alone."""
    console().print(text, markup=False, soft_wrap=True)


def print_json(document: object) -> None:
    """One JSON document on stdout; where that is not UTF-8, in ASCII alone, which says the same."""
    is_ascii = not str(sys.stdout.encoding or "utf-8").lower().startswith("utf")
    sys.stdout.write(json.dumps(document, ensure_ascii=is_ascii, indent=2, default=str) + "\n")


def say(message: str) -> None:
    """A message to the person: on stderr, so that stdout holds results alone."""
    sys.stderr.write(message + "\n")


def print_table(
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
    title: str | None = None,
    nothing: str | None = None,
) -> None:
    """A plain table; says so when there is nothing in it."""
    table = Table(*columns, title=title, box=None, pad_edge=False, header_style="bold", title_justify="left")
    for row in rows:
        table.add_row(*("" if cell is None else str(cell) for cell in row))
    console().print(table, markup=False)
    if not table.row_count:
        say(nothing or t("(nothing to show)"))


Row = TypeVar("Row")


def print_list(
    rows: Iterable[Row],
    as_json: bool,
    document: Callable[[Row], object],
    columns: Sequence[str],
    cells: Callable[[Row], Sequence[object]],
    nothing: str | None = None,
) -> None:
    """What a command found: a JSON array of documents, or a table with a row of cells for each."""
    if as_json:
        print_json([document(row) for row in rows])
    else:
        print_table(columns, map(cells, rows), nothing=nothing)


def day_text(day: date | None) -> str:
    """A date for people: 18/10/2024."""
    return "" if day is None else formats.day_text(day, language())


def instant_text(instant: datetime | None, zone: ZoneInfo) -> str:
    """An instant for people: 18/10/2024 08:00."""
    return "" if instant is None else formats.moment_text(instant, zone, language())


AtOption = Annotated[
    str | None,
    typer.Option(
        "--at", metavar="ISO", help="As of this instant, e.g. 2024-02-17T08:00+07:00. Default: now."
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout.")]
YesOption = Annotated[bool, typer.Option("--yes", help="Do it without asking.")]
ByOption = Annotated[str | None, typer.Option("--by", metavar="NAME", help="Who does this, for the audit.")]


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
    engine = open_database(settings)
    return Context(with_own_key(settings), engine, now)


def open_database(settings: Settings) -> Engine:
    """The database, with its schema; an empty one is set up in a home that never had another."""
    engine = open_known(settings, _say_made)
    _opened.append(engine)
    return engine


def _say_made(where: str) -> None:
    """A person who stands in the wrong folder, or named none, sees by it that nothing is in there."""
    say(
        t(
            "a new database was made: %(where)s; for another one set DONDOC_HOME or DONDOC_DATABASE_URL",
            where=where,
        )
    )


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
            t("%(text)s is no instant; write it as 2024-02-17 or 2024-02-17T08:00+07:00", text=repr(text))
        ) from error
    if value.year not in YEARS:
        raise _far_away(text)
    if value.tzinfo is None:
        value = value.replace(tzinfo=settings.zone)
    return value.astimezone(UTC)


def read_date(text: str) -> date:
    """A date as people type it: 2024-02-17 or 17/2/2024."""
    with suppress(CalendarError):
        day = written_date(text)
        if day is not None and day.year not in YEARS:
            raise _far_away(text)
        if day is not None:
            return day
    raise InvalidInput(t("%(text)s is no date; write it as 2024-02-17 or 17/2/2024", text=repr(text)))


def _far_away(text: str) -> InvalidInput:
    return InvalidInput(t("%(text)s lies outside the years 1900 to 2200; check the year", text=repr(text)))


def end_of(day: date, settings: Settings) -> datetime:
    """The last second of a local day: the instant at which a report handed in "on" it still counts."""
    return datetime.combine(day, time(23, 59, 59), settings.zone).astimezone(UTC)


def require_yes(yes: bool, question: str) -> None:
    """Go on only if it was said, or is said now at a terminal. Raises `InvalidInput`: nothing was done."""
    if yes or (sys.stdin.isatty() and _confirmed(question)):
        return
    remedy = t("nothing was done; look at what it shows, then add --yes")
    raise InvalidInput(f"{question} {remedy}")


def _confirmed(question: str) -> bool:
    """Whether the person says yes; only Enter means no."""
    choice = t("y/N")
    answer = typer.prompt(f"{question} [{choice}]", default="", show_default=False, err=True)
    return answer.strip().lower() in ("y", "yes", *t("y|yes").split("|"))


def acting(by: str | None) -> str:
    """Who acts: the person that was named, or the account on this machine, which only the audit names."""
    if by and by.strip():
        return " ".join(by.split())
    try:
        account = getpass.getuser()
    except (KeyError, OSError):
        account = "unknown"
    return account + SHELL
