"""Reads plan files. Every error is a line `file:line: field: what is wrong; remedy`, all of a file at once.

The same check serves a plan that comes from elsewhere than a file (`check_content`), with the path alone.
"""

from __future__ import annotations

import pathlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from calendars.errors import CalendarError
from models.errors import InputErrors, InvalidInput
from models.plan_field import Path, PlanPartError, remedied
from models.plan_file import DutyFile, InForce, PlanFile
from models.plan_stage import DATE_FIELDS, Selector, StageFile
from reporting.plan_yaml import SIZE_LIMIT, Document, read_yaml

WRONG_SHAPE = {
    "model_type": "must hold fields of its own, one on each line below it",
    "model_attributes_type": "must hold fields of its own, one on each line below it",
    "tuple_type": "must be a list; begin each entry with a dash",
    "string_type": "must be one text; put it on one line",
    "date_type": "must be a date; write it as 2024-01-19",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
}


@dataclass(frozen=True)
class ReadPlan:
    """A plan with the document it was read from, so that a later check can still name the line."""

    plan: PlanFile
    document: Document

    def located(self, problems: Iterable[tuple[Path, str]]) -> list[str]:
        """The problems as lines `file:line: field: what is wrong; remedy`, from the top of the file."""
        return _located(problems, self.document)


def read_plan(path: pathlib.Path) -> PlanFile:
    """The plan in the file. Raises `InputErrors` with every error found."""
    return read_plan_bytes(_bytes(path), str(path)).plan


def read_plans(paths: Iterable[pathlib.Path]) -> list[ReadPlan]:
    """The plans of several files, a file named twice once. Raises `InputErrors` over all files together."""
    errors: list[str] = []
    found: dict[pathlib.Path, ReadPlan] = {}
    for path in paths:
        if path.resolve() in found:
            continue
        try:
            read = read_plan_bytes(_bytes(path), str(path))
        except InputErrors as error:
            errors.extend(error.errors)
            continue
        errors.extend(_same_slug(read, found.values()))
        found[path.resolve()] = read
    if errors:
        raise InputErrors(errors)
    return list(found.values())


def _same_slug(read: ReadPlan, others: Iterable[ReadPlan]) -> list[str]:
    slug = read.plan.slug
    return read.located(
        (("slug",), f"{slug!r} is also the slug of {other.document.name}; give each plan its own")
        for other in others
        if other.plan.slug == slug
    )


def _bytes(path: pathlib.Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(SIZE_LIMIT + 1)
    except OSError as error:
        raise InputErrors(
            [f"{path}:1: cannot be read ({error.strerror}); check the name of the file"]
        ) from error


def read_plan_bytes(data: bytes, name: str) -> ReadPlan:
    """The plan in `data`; `name` stands for the file in errors."""
    document = read_yaml(data, name)
    try:
        return ReadPlan(PlanFile.model_validate(document.value), document)
    except ValidationError as error:
        raise InputErrors(_located(_problems(error), document)) from error


def check_content(content: Any) -> PlanFile:
    """The plan in plain values, such as the database keeps. Raises `InvalidInput` with the first error."""
    try:
        return PlanFile.model_validate(content)
    except ValidationError as error:
        path, problem = _problems(error)[0]
        raise InvalidInput(f"{_shown(path, content)}: {problem}") from error


def _located(problems: Iterable[tuple[Path, str]], document: Document) -> list[str]:
    found = []
    for path, problem in problems:
        place = _as_written(path, document)
        found.append(
            (document.line(place), f"{_shown(place, document.value) or 'the file'}: {problem}".rstrip())
        )
    return [f"{document.name}:{line}: {text}" for line, text in sorted(dict.fromkeys(found))]


def _problems(error: ValidationError) -> list[tuple[Path, str]]:
    return [problem for detail in error.errors() for problem in _read_detail(detail)]


def _read_detail(detail: ErrorDetails) -> list[tuple[Path, str]]:
    path: Path = tuple(detail["loc"])
    cause = detail.get("ctx", {}).get("error")
    if isinstance(cause, PlanPartError):
        return [((*path, *below), text) for below, text in cause.problems]
    if isinstance(cause, CalendarError):
        return [(path, remedied(cause))]
    if isinstance(cause, ValueError):
        return [(path, str(cause))]
    return [(path, _plain_problem(detail, path))]


def _plain_problem(detail: ErrorDetails, path: Path) -> str:
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "missing":
        return "is missing; add it"
    if kind == "extra_forbidden" and detail["input"] is None and " " in str(path[-1]):
        return "there is no such field; put a text with a comma in it in quotation marks"
    if kind == "extra_forbidden":
        return f"there is no such field here; {_known_fields(path)}"
    if detail["input"] is None:
        return "has no value; write one, or leave the field out"
    if kind == "enum":
        return f"{detail['input']!r} is not known; write {context['expected']}"
    if kind == "string_too_long":
        return f"is longer than {context['max_length']} letters; shorten it"
    if kind in WRONG_SHAPE:
        return f"{WRONG_SHAPE[kind]}; see docs/plans.md"
    return f"{detail['msg'][0].lower()}{detail['msg'][1:]}; see docs/plans.md"


def _known_fields(path: Path) -> str:
    known = [field.alias or name for name, field in _model_at(path).model_fields.items()]
    near = get_close_matches(str(path[-1]).lower(), known, n=1, cutoff=0.6)
    return f"did you mean `{near[0]}`?" if near else f"known are {', '.join(known)}"


def _model_at(path: Path) -> type[BaseModel]:
    names = [part for part in path[:-1] if isinstance(part, str)]
    models: dict[tuple[str, ...], type[BaseModel]] = {
        ("in_force",): InForce,
        ("duties",): DutyFile,
        ("duties", "chain"): StageFile,
        ("duties", "chain", "from"): Selector,
    }
    return models.get(tuple(names), PlanFile)


def _as_written(path: Path, document: Document) -> Path:
    """A due rule's error belongs to whichever of due, lead and after the file has."""
    if path and path[-1] == "due" and path not in document.lines:
        for name in DATE_FIELDS:
            if (*path[:-1], name) in document.lines:
                return (*path[:-1], name)
    return path


def _shown(path: Path, content: Any) -> str:
    """The path as people read it, counting from 1, duties by their id: duties[monthly].chain[2].due."""
    shown = ""
    for part in path:
        below = _below(content, part)
        if isinstance(part, int):
            name = below.get("id") if isinstance(below, dict) else None
            shown += f"[{name if isinstance(name, str) and name.strip() else part + 1}]"
        else:
            shown += f".{part}" if shown else part
        content = below
    return shown


def _below(content: Any, part: str | int) -> Any:
    if isinstance(content, dict):
        return content.get(part)
    if isinstance(content, Sequence) and not isinstance(content, str) and isinstance(part, int):
        return content[part] if part < len(content) else None
    return None
