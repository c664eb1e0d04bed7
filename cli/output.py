"""How the command speaks: results on stdout, everything else on stderr, JSON for scripts."""

from __future__ import annotations

import codecs
import io
import json
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table

from reporting.obligation_json import iso as iso

PIPED_WIDTH = 220
NOTHING = "(nothing to show)"
PLAIN = "dondoc-plain"
"""How letters are written that stdout's encoding lacks; the name under which codecs know it."""
WITHOUT_MARKS = str.maketrans("đĐ–—…→✓✗“”›·", 'dD--~>+x"">.')


def speak_any_encoding() -> None:
    """From here on no letter breaks the output: what its encoding lacks goes without marks, or as `?`."""
    codecs.register_error(PLAIN, _plain)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=PLAIN)


def _plain(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeEncodeError)
    text = unicodedata.normalize("NFD", error.object[error.start : error.end]).translate(WITHOUT_MARKS)
    found = "".join(c if c.isascii() else "?" for c in text if not unicodedata.combining(c))
    return found, error.end


def write_document(data: bytes) -> None:
    """A document of its own encoding on stdout, octet by octet."""
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def console() -> Console:
    """Where results go; wide where no terminal limits it, so that nothing is cut in a pipe."""
    return Console(width=None if sys.stdout.isatty() else PIPED_WIDTH, highlight=False, soft_wrap=False)


def print_json(document: Any) -> None:
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
    nothing: str = NOTHING,
) -> None:
    """A plain table; says so when there is nothing in it."""
    table = Table(*columns, title=title, box=None, pad_edge=False, header_style="bold", title_justify="left")
    for row in rows:
        table.add_row(*("" if cell is None else str(cell) for cell in row))
    console().print(table, markup=False)
    if not table.row_count:
        say(nothing)


def day_text(day: date | None) -> str:
    """A date for people: 18/10/2024."""
    return "" if day is None else f"{day:%d/%m/%Y}"


def instant_text(instant: datetime | None, zone: ZoneInfo) -> str:
    """An instant for people: 18/10/2024 08:00."""
    return "" if instant is None else f"{instant.astimezone(zone):%d/%m/%Y %H:%M}"
