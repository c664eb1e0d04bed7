"""What a person hands in, as the form gave it: read, checked, and wrong fields said in the person's language.

Files are looked at by size before they are read into memory, and by content before anything is kept.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import FormData, UploadFile

from models.settings import Settings
from models.text import clean_line, clean_lines
from reporting.files.store import FileRefused, StoreError, allowed_endings, check, too_large
from reporting.moves.submit import ReportFiling
from web.context import context_of
from web.form_values import NO_DAY, typed_day
from web.page import Page

MOST_FILES = 10
NUMBER_LIMIT, NOTE_LIMIT = 100, 2000


@dataclass
class FilledForm:
    """A form with what was typed, and what is wrong with it by field; shown again it loses nothing."""

    which: str = ""
    values: dict[str, str] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)

    def value(self, which: str, name: str, otherwise: str = "") -> str:
        """The value of a field when the form `which` is shown."""
        return self.values.get(name, "") if which == self.which else otherwise

    def problem(self, which: str, name: str) -> str:
        return self.problems.get(name, "") if which == self.which else ""


@dataclass(frozen=True)
class PostedReport:
    """The form of a report as it came; `refused` are files that were too large to be read."""

    number: str
    dated: str
    note: str
    seen: int
    ahead: bool
    files: tuple[tuple[str, bytes], ...]
    refused: tuple[FileRefused, ...]

    @property
    def hashes(self) -> list[str]:
        return [sha256(data).hexdigest() for _, data in self.files]

    def filled(self, problems: dict[str, str]) -> FilledForm:
        values = {"number": self.number[:500], "dated": self.dated[:50], "note": self.note[:10_000]}
        return FilledForm("file", values, problems)

    def report(self) -> ReportFiling:
        """What is handed in, once there is nothing wrong with it."""
        return ReportFiling(
            document_number=self.number,
            document_date=typed_day(self.dated),
            note=self.note,
            files=self.files,
        )

    def problems(self, page: Page, is_ahead: bool) -> dict[str, str]:
        """What is wrong, by field; for a period that has not begun it must be said to be meant."""
        found = {
            "number": too_long(self.number, NUMBER_LIMIT, page),
            "dated": self._day_problem(page),
            "note": too_long(self.note, NOTE_LIMIT, page),
            "files": self._file_problem(page),
            "ahead": page.t("Confirm that it is meant for a period that has not begun.")
            if is_ahead and not self.ahead
            else "",
        }
        if not (self.number or self.note or self.files or self.refused):
            found["number"] = page.t("Give the document's number, attach its file, or write a note.")
        return {name: problem for name, problem in found.items() if problem}

    def _day_problem(self, page: Page) -> str:
        if not self.dated:
            return ""
        day = typed_day(self.dated)
        if day is None:
            return day_problem(page)
        if day > page.today:
            return page.t("The document's date cannot be after today.")
        return ""

    def _file_problem(self, page: Page) -> str:
        if len(self.files) + len(self.refused) > MOST_FILES:
            return page.t("At most %(MOST_FILES)s files at once.", MOST_FILES=MOST_FILES)
        refused = list(self.refused)
        for name, data in self.files:
            try:
                check(page.settings, name, data)
            except FileRefused as error:
                refused.append(error)
        return " ".join(file_words(error, page) for error in refused)


async def posted_report(request: Request) -> PostedReport:
    form = await request.form()
    try:
        files, refused = await sent_files(form, context_of(request).settings)
    finally:
        await form.close()
    seen = field_of(form, "seen")
    return PostedReport(
        number=clean_line(field_of(form, "number")),
        dated=field_of(form, "dated"),
        note=clean_lines(field_of(form, "note")),
        ahead=bool(field_of(form, "ahead")),
        seen=int(seen) if seen.isdecimal() and len(seen) < 9 else -1,
        files=tuple(files),
        refused=tuple(refused),
    )


PostedReportDep = Annotated[PostedReport, Depends(posted_report)]


async def sent_files(form: FormData, settings: Settings) -> tuple[list[tuple[str, bytes]], list[FileRefused]]:
    """An empty file field still sends one file, without a name."""
    files: list[tuple[str, bytes]] = []
    refused: list[FileRefused] = []
    for sent in form.getlist("files"):
        if not isinstance(sent, UploadFile) or not sent.filename:
            continue
        large = too_large(settings, clean_line(sent.filename)[-150:], sent.size or 0)
        if large is not None:
            refused.append(large)
        else:
            files.append((sent.filename, await sent.read()))
    return files, refused


def field_of(form: FormData, name: str) -> str:
    """A field's text, empty where something else was sent in its place."""
    value = form.get(name, "")
    return value.strip() if isinstance(value, str) else ""


def day_problem(page: Page) -> str:
    return page.t(NO_DAY)


def too_long(text: str, limit: int, page: Page) -> str:
    if len(text) <= limit:
        return ""
    return page.t("It has %(number)s characters; at most %(limit)s are taken.", number=len(text), limit=limit)


def file_words(error: FileRefused, page: Page) -> str:
    """Why a file is not taken, and what to do."""
    name, ending = f"“{error.name}”", error.name.rpartition(".")[2].lower()
    limit, endings = page.settings.upload_limit_mb, ", ".join(allowed_endings(page.settings))
    match error.fault:
        case StoreError.SIZE:
            return page.t(
                "%(name)s is larger than %(limit)s MB: make it smaller or split it.", name=name, limit=limit
            )
        case StoreError.EMPTY:
            return page.t("%(name)s is empty: choose the right file.", name=name)
        case StoreError.PASSWORD:
            return page.t(
                "%(name)s is password-protected: remove the password, save it and send it again.", name=name
            )
        case StoreError.CONTENT:
            return page.t(
                "%(name)s is no true .%(ending)s file: open it and save it again in that format.",
                name=name,
                ending=ending,
            )
        case _:
            return page.t(
                "%(name)s is of a type that is not taken. Taken are: %(endings)s.", name=name, endings=endings
            )
