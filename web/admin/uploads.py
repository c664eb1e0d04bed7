"""Files that an administrator uploads: their octets, and their text for correcting it on the page.

Nothing of an upload is lost when it is refused: the page shows the text with what is wrong in it.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable
from dataclasses import dataclass

from fastapi import UploadFile

from calendars.errors import FaultCode
from calendars.errors import said as said
from models.text import clean_lines, last_part

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


class AdminFault(FaultCode):
    """What is not there, or not this administrator's."""

    NO_LADDER = (
        "không có bậc nhắc việc “{slug}”; xem danh sách bậc nhắc việc",
        "no ladder {slug!r}; the list shows those that there are",
    )
    NO_VERSION = (
        "kế hoạch “{slug}” không có bản {number}; trang của kế hoạch liệt kê các bản",
        "plan {slug!r} has no version {number}; its page lists them",
    )
    OUTSIDE = (
        "đơn vị này nằm ngoài nhánh bạn quản trị",
        "this unit lies outside the branch that you administer",
    )
    BOTH_INSIDE = (
        "cấp trên cũ và cấp trên mới đều phải nằm trong nhánh bạn quản trị",
        "both superiors must lie in the branch that you administer",
    )


LARGEST_SHOWN = 200_000
"""Characters of a refused file that are shown for correcting; whatever is longer is no plan."""
OLD_WINDOWS = "cp1258"
"""What Vietnamese Windows wrote before UTF-8."""


def read_upload(file: UploadFile | None, most: int) -> tuple[str, bytes]:
    """Name and octets, one more than `most` where the file is larger; nothing where none was chosen."""
    if file is None or not file.filename:
        return "", b""
    return last_part(file.filename)[:100] or "plan.yaml", file.file.read(most + 1)


def shown_text(data: bytes) -> str:
    """The octets as text to look at and correct: never refused, cut off where it is far too long."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = data.decode("utf-16", "replace")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode(OLD_WINDOWS, "replace")
    return clean_lines(text)[:LARGEST_SHOWN]


def typed_octets(text: str) -> bytes:
    """What was typed into a text area, with the line ends of a file."""
    return text.replace("\r\n", "\n").encode("utf-8", "replace")
