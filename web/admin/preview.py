"""Upload, preview, confirm: reading an uploaded file, its errors line by line, and the token of a preview.

Nothing of an upload is lost when it is refused: the page shows the text with what is wrong in it. What was
previewed is what is confirmed: the button carries a token of what the preview showed, and at the confirmation
the same preview is made again, in the transaction that acts on it. If its token is another one (the database
changed meanwhile, or the text was edited), nothing is done and the new preview is shown. A button that is
pressed twice finds nothing left to do.
"""

from __future__ import annotations

import codecs
import hmac
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from itertools import islice

from fastapi import UploadFile
from pydantic import BaseModel

from calendars.errors import Fault, FaultCode, said
from messages.catalogue import N_
from models.file_faults import Located, located
from models.text import clean_lines, last_part
from models.yaml_document import SIZE_LIMIT

MOST = 100
"""Errors shown at once; who has more has another file in the wrong place."""


@dataclass(frozen=True)
class ErrorLine:
    """One error of a file, in words; line and field are empty where the whole file is meant."""

    file: str
    line: str
    field: str
    said: str
    remedy: str


def error_lines(errors: Iterable[str], language: str) -> list[ErrorLine]:
    """The first errors in their parts."""
    return [_error_line(located(error), language) for error in islice(errors, MOST)]


def _error_line(found: Located, language: str) -> ErrorLine:
    def shown(*names: str) -> str:
        values = (found.place[name] for name in names if name in found.place)
        return "".join(said(value if isinstance(value, str) else str(value), language) for value in values)

    error = found.error
    problem, remedy = (error, "")
    if isinstance(error, Fault):
        problem, remedy = error.problem(language), error.remedy(language)
    file = ", ".join(filter(None, (shown("file"), shown("sheet"))))
    return ErrorLine(file, shown("line", "unit"), shown("field", "column"), problem, remedy)


class AdminFault(FaultCode):
    """What is not there, or not this administrator's."""

    NO_LADDER = N_("no ladder '%(slug)s'; the list shows those that there are")
    NO_VERSION = N_("plan '%(slug)s' has no version %(number)s; its page lists them")
    OUTSIDE = N_("this unit lies outside the branch that you administer")
    NO_MAILBOX = N_("there is no local mailbox here: mails go to the mail server; look at the outbox")
    NO_MAIL = N_("notice %(number)s has no mail to look at; its page says why")
    NO_NOTICE = N_("no notice %(number)s; the outbox lists them")
    NO_DAY = N_("'%(day)s' is no day; the page lists those that were added")
    BOTH_INSIDE = N_("both superiors must lie in the branch that you administer")


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


class TextUpload(BaseModel):
    """A text file to upload, or its text typed into a field; `shown` is the token of the preview."""

    file: UploadFile | None = None
    text: str = ""
    shown: str = ""

    @cached_property
    def uploaded(self) -> tuple[str, bytes]:
        """Name and octets of the file; empty where none was chosen."""
        return read_upload(self.file, SIZE_LIMIT)

    @property
    def data(self) -> bytes:
        return self.uploaded[1] if self.uploaded[0] else typed_octets(self.text)


def preview_token(*shown: object) -> str:
    """A short text that differs as soon as anything shown differs."""
    text = json.dumps(shown, ensure_ascii=False, sort_keys=True, default=str)
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def is_token_of(given: str, *shown: object) -> bool:
    """Whether the token is the one of just this."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), preview_token(*shown).encode())
