"""Errors of a file as a table, in the page's language: each `file:line: field: what; remedy` in its parts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from calendars.faults import said as said

PLACE = re.compile(r"(?P<file>[^:\n]*):(?P<line>\d+): (?P<rest>.*)", re.DOTALL)
FIELD = re.compile(r"(?P<field>[\w.\[\]-]+): (?P<said>.*)", re.DOTALL)
MOST = 100
"""Errors shown at once; who has more has another file in the wrong place."""


@dataclass(frozen=True)
class ErrorLine:
    """One error; line and field are empty where the whole file is meant."""

    file: str
    line: str
    field: str
    said: str
    remedy: str


def error_lines(errors: Iterable[str], language: str) -> list[ErrorLine]:
    """The first errors in their parts."""
    return [_read(said(error, language)) for error, _ in zip(errors, range(MOST), strict=False)]


def _read(error: str) -> ErrorLine:
    place = PLACE.fullmatch(error)
    name, line, rest = (place["file"], place["line"], place["rest"]) if place else ("", "", error)
    field = FIELD.fullmatch(rest)
    where, said = (field["field"], field["said"]) if field else ("", rest)
    said, _, remedy = said.partition("; ")
    return ErrorLine(name, line, where, said, remedy)
