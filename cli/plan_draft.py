"""`dondoc plan draft`: a document read into a draft of a plan file, each duty with its words."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from cli.console.context import JsonOption, print_json, say
from cli.console.speech import language, t
from cli.plan_replay import replay
from documents.draft import Draft, DraftPlan, draft
from documents.plan_text import plan_content, plan_yaml, unreadable
from documents.reading import read_document, read_path
from documents.selectors import KnownUnit, Units
from documents.source import Document
from documents.to_json import draft_json, scoring_json
from documents.words import word_doubt
from messages.catalogue import N_
from models.errors import InvalidInput
from models.file_faults import FileFault, FilePlace
from models.system_faults import system_words
from reporting.units.files import read_unit_files

PASTED = "-"
PROGRESS_FROM = 20
"""Pages from which on a reading says how far it is."""


class JsonForm(StrEnum):
    """What is printed as JSON."""

    DRAFT = "draft"
    SCORING = "scoring"


DocumentArgument = Annotated[
    Path | None,
    typer.Argument(
        metavar="FILE", help="The document: .docx, .pdf, .html, .txt; - reads pasted text from stdin."
    ),
]
UnitsOption = Annotated[
    list[Path] | None,
    typer.Option("--units", metavar="FILE", help="Lists of units whose names are looked for."),
]
FormArgument = Annotated[
    JsonForm,
    typer.Argument(metavar="FORM", help="What --json prints: the whole draft, or its duties for scoring."),
]
OutOption = Annotated[
    Path | None, typer.Option("--out", metavar="FILE", help="Write the plan file there, not to stdout.")
]
ReplayOption = Annotated[
    bool,
    typer.Option(
        "--replay",
        help="Read the documents of all drafts that somebody has decided about again: what differs.",
    ),
]


app = typer.Typer()


@app.command(name="draft")
def plan_draft(
    file: DocumentArgument = None,
    form: FormArgument = JsonForm.DRAFT,
    units: UnitsOption = None,
    json: JsonOption = False,
    out: OutOption = None,
    again: ReplayOption = False,
) -> None:
    """Draft a plan file from a document.

    By rules and offline; every duty comes with its words, what the document does not say stays
    missing, and a person confirms the draft.
    """
    if again:
        replay(json)
        return
    if file is None:
        raise InvalidInput(t("which document? give a FILE, - for pasted text, or --replay"))
    drafted = draft(_read(file))
    for remark in drafted.remarks:
        say(f"{drafted.document.name}: {remark.say(language())}")
    if json:
        print_json(_json(drafted, form, file))
    else:
        _write_plans(drafted, _known(units), out)


def _json(drafted: Draft, form: JsonForm, file: Path) -> object:
    return draft_json(drafted, language()) if form is JsonForm.DRAFT else scoring_json(drafted, file.stem)


def _read(file: Path) -> Document:
    try:
        if str(file) == PASTED:
            return read_document(sys.stdin.buffer.read(), t("pasted text"))
        return read_path(file, _progress)
    except OSError as error:
        fault = FileFault.UNREADABLE(reason=system_words(error))
        raise InvalidInput(FilePlace.FILE(file=str(file), problem=fault)) from error
    except InvalidInput as error:
        raise InvalidInput(FilePlace.FILE(file=file.name, problem=error.reason)) from error


def _progress(page: int, pages: int) -> None:
    if pages >= PROGRESS_FROM and sys.stderr.isatty():
        sys.stderr.write("\r" + t("page %(page)s of %(pages)s", page=page, pages=pages))
        sys.stderr.write("\n" if page == pages else "")


def _known(files: list[Path] | None) -> Units:
    if not files:
        return Units()
    return Units(KnownUnit(row.code, row.name) for row in read_unit_files(files).units)


def _write_plans(drafted: Draft, units: Units, out: Path | None) -> None:
    texts = [plan_yaml(drafted, plan, units) for plan in drafted.plans]
    for number, (plan, text) in enumerate(zip(drafted.plans, texts, strict=True), start=1):
        for line in _summary(drafted, plan, units):
            say(line)
        if out is None:
            sys.stdout.write(text if number == 1 else f"---\n{text}")
        else:
            path = out if number == 1 else out.with_name(f"{out.stem}-{number}{out.suffix}")
            path.write_text(text, encoding="utf-8")
            say(t("written: %(file)s", file=path))


def _summary(drafted: Draft, plan: DraftPlan, units: Units) -> Iterator[str]:
    """How much was drafted, and what a person should look at, a line a duty."""
    text = N_("%(plan)s: duties drafted: %(duties)s; phrases passed over: %(passed)s (--json lists them)")
    name = plan.number.value or plan.title.value or drafted.document.name
    yield t(text, plan=name, duties=len(plan.duties), passed=len(plan.passed))
    for duty in plan.duties:
        if duty.doubts:
            doubts = "; ".join(word_doubt(doubt, language()) for doubt in duty.doubts)
            yield t(
                "  %(duty)s, line %(line)s: %(doubts)s", duty=duty.id, line=duty.quote.line, doubts=doubts
            )
    content = plan_content(drafted, plan, units)
    duties = content.get("duties", [])
    for each in duties if isinstance(duties, list) else []:
        for field, value in unreadable(each):
            text = N_("  %(duty)s: `%(field)s: %(value)s` cannot be loaded yet")
            yield t(text, duty=each["id"], field=field, value=value)
