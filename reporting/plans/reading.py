"""Reader of plan files, all errors of a file at once: lines `file:line: field: what is wrong; remedy`."""

from __future__ import annotations

import pathlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from calendars.errors import CalendarError, Fault
from models.errors import InputErrors
from models.file_faults import FileFault, FilePlace, ShapeFault
from models.plan_files.faults import PlanFault
from models.plan_files.field import Path, PlanPartError, remedied
from models.plan_files.plan import DutyFile, InForce, PlanFile
from models.plan_files.stage import DATE_FIELDS, Selector, StageFile
from models.shapes import alternatives, shape_fault
from models.system_faults import system_words
from models.yaml_document import PLAN, SIZE_LIMIT, YamlDocument, read_yaml

WRONG_SHAPE = {
    "model_type": ShapeFault.MAPPING,
    "model_attributes_type": ShapeFault.MAPPING,
    "tuple_type": ShapeFault.LIST,
    "string_type": ShapeFault.TEXT,
    "date_type": ShapeFault.DATE,
    "int_type": ShapeFault.WHOLE_NUMBER,
    "int_parsing": ShapeFault.WHOLE_NUMBER,
}


@dataclass(frozen=True)
class ReadPlan:
    """A plan with the document it was read from, so that a later check can still name the line."""

    plan: PlanFile
    document: YamlDocument

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
        (("slug",), PlanFault.SAME_SLUG(slug=slug, other=other.document.name))
        for other in others
        if other.plan.slug == slug
    )


def _bytes(path: pathlib.Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(SIZE_LIMIT + 1)
    except OSError as error:
        problem = FileFault.UNREADABLE(reason=system_words(error))
        raise InputErrors([FilePlace.LINE(file=path, line=1, problem=problem)]) from error


def read_plan_bytes(data: bytes, name: str) -> ReadPlan:
    """The plan in `data`; `name` is the name of the file in errors."""
    document = read_yaml(data, name)
    plan, problems = validated(document.value)
    if plan is None:
        raise InputErrors(_located(problems, document))
    return ReadPlan(plan, document)


def validated(content: object) -> tuple[PlanFile | None, list[tuple[Path, str]]]:
    """The plan in these values of a file, or what is wrong in them, each with its path."""
    try:
        return PlanFile.model_validate(content), []
    except ValidationError as error:
        return None, _problems(error)


def _located(problems: Iterable[tuple[Path, str]], document: YamlDocument) -> list[str]:
    found = []
    for path, problem in problems:
        place = _as_written(path, document)
        shown = _shown(place, document.value) or FilePlace.WHOLE_FILE()
        found.append((document.line(place), FilePlace.VALUE(field=shown, problem=problem)))
    return [
        FilePlace.LINE(file=document.name, line=line, problem=text)
        for line, text in sorted(dict.fromkeys(found))
    ]


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
        return [(path, cause.args[0] if cause.args and isinstance(cause.args[0], Fault) else str(cause))]
    return [(path, _plain_problem(detail, path))]


def _plain_problem(detail: ErrorDetails, path: Path) -> Fault:
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "extra_forbidden" and detail["input"] is None and " " in str(path[-1]):
        return ShapeFault.COMMA()
    if kind == "extra_forbidden":
        return ShapeFault.UNKNOWN_FIELD(known=_known_fields(path))
    if detail["input"] is None and kind != "missing":
        return ShapeFault.NO_VALUE()
    if kind == "enum":
        return ShapeFault.UNKNOWN_WORD(value=detail["input"], expected=alternatives(context["expected"]))
    if kind == "string_too_long":
        return ShapeFault.TOO_LONG(most=context["max_length"])
    if kind in WRONG_SHAPE:
        return WRONG_SHAPE[kind]()
    fault = shape_fault(detail)
    return fault if fault.code.remedy else ShapeFault.SEE(problem=fault, guide=PLAN.guide)


def _known_fields(path: Path) -> Fault:
    known = [field.alias or name for name, field in _model_at(path).model_fields.items()]
    near = get_close_matches(str(path[-1]).lower(), known, n=1, cutoff=0.6)
    return ShapeFault.DID_YOU_MEAN(name=near[0]) if near else ShapeFault.KNOWN_FIELDS(names=known)


def _model_at(path: Path) -> type[BaseModel]:
    names = [part for part in path[:-1] if isinstance(part, str)]
    models: dict[tuple[str, ...], type[BaseModel]] = {
        ("in_force",): InForce,
        ("duties",): DutyFile,
        ("duties", "chain"): StageFile,
        ("duties", "chain", "from"): Selector,
    }
    return models.get(tuple(names), PlanFile)


def _as_written(path: Path, document: YamlDocument) -> Path:
    """Without the number of an entry that stands without brackets. A due rule's error belongs to whichever of
    due, lead and after the file has."""
    path = _bare(path, document.value)
    if path and path[-1] == "due" and path not in document.lines:
        for name in DATE_FIELDS:
            if (*path[:-1], name) in document.lines:
                return (*path[:-1], name)
    return path


def _bare(path: Path, content: object) -> Path:
    found: list[str | int] = []
    for part in path:
        if isinstance(part, int) and (not isinstance(content, Sequence) or isinstance(content, str)):
            continue
        found.append(part)
        content = _below(content, part)
    return tuple(found)


def _shown(path: Path, content: object) -> str:
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


def _below(content: object, part: str | int) -> object:
    if isinstance(content, dict):
        return content.get(part)
    if isinstance(content, Sequence) and not isinstance(content, str) and isinstance(part, int):
        return content[part] if part < len(content) else None
    return None
