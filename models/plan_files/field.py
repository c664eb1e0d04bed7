"""The kinds of field a plan file has: slugs, codes, one-line texts, dates, due rules, periods and cut-offs.

A plan file is written by people, so a date may be 2024-01-19 or 19/1/2024, and a list of one may be the one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import Annotated

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    SerializerFunctionWrapHandler,
    WithJsonSchema,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import core_schema

from calendars.cutoffs import NO_CUTOFF, Cutoff
from calendars.errors import CalendarError, SaidDay
from calendars.periods import Period
from calendars.rule_faults import RuleFault
from calendars.rules import parse_planned, parse_rule, written_date
from calendars.timetable import WORDS, Every, Part
from calendars.wording import read_relative, read_rules
from models.plan_files.faults import PlanFault
from models.text import clean_line
from models.validity import YEARS

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*", re.ASCII)
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*", re.ASCII)
UNIT_NAME = re.compile(r"(?=.*[^\W\d_])(?=.*(?: |[^\x00-\x7f]))\w[\w ,.'’()&/–-]*")
"""A unit's name: letters, and what no code has."""
DURATION = re.compile(r"\d{1,4} ?(wd|d)", re.ASCII | re.IGNORECASE)

Path = tuple[str | int, ...]


class PlanPartError(ValueError):
    """Several things wrong below one part of a plan file, each with the path to it."""

    def __init__(self, problems: list[tuple[Path, str]]) -> None:
        self.problems = problems
        super().__init__("; ".join(text for _, text in problems))


def remedied(error: CalendarError) -> str:
    """A calendar error in the form of plan file errors: `problem; remedy`."""
    if not error.remedy:
        return error.problem
    return RuleFault.REMEDIED(problem=error.problem, remedy=error.remedy)


def _line(value: str) -> str:
    text = " ".join(value.split())
    if not text:
        raise ValueError(PlanFault.EMPTY_TEXT())
    if not text.isprintable():
        raise ValueError(PlanFault.CONTROL_CHARACTER())
    return text


def _matching(pattern: re.Pattern[str], fault: PlanFault) -> Callable[[str], str]:
    def check(value: str) -> str:
        if not pattern.fullmatch(value):
            raise ValueError(fault(value=value))
        return value

    return check


def _unit(value: str) -> str:
    text = clean_line(value)
    if not value.isprintable() or not (CODE.fullmatch(text) or UNIT_NAME.fullmatch(text)):
        raise ValueError(PlanFault.UNFIT_CODE(value=value))
    return text


def _date(value: object) -> object:
    if not isinstance(value, str):
        return value
    found = written_date(value.strip())
    if found is None:
        raise ValueError(PlanFault.NO_DATE(value=value))
    return found


def _sensible(day: date) -> date:
    if day.year not in YEARS:
        raise ValueError(PlanFault.FAR_DATE(day=SaidDay.of(day)))
    return day


class OneOrMore:
    """A list whose brackets may be left out when it has one entry: a text, or what else `kinds` names.

    `written_bare` writes one entry without them, as files of one entry always were."""

    def __init__(self, *kinds: type, written_bare: bool = False) -> None:
        self.kinds = kinds or (str,)
        self.written_bare = written_bare

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        return core_schema.no_info_before_validator_function(
            lambda value: [value] if isinstance(value, self.kinds) else value,
            handler(source),
            serialization=core_schema.wrap_serializer_function_ser_schema(_bare)
            if self.written_bare
            else None,
        )

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        listed = handler(schema)
        return {"anyOf": [listed["items"], listed]}


def _bare(value: object, write: SerializerFunctionWrapHandler) -> object:
    written: Sequence[object] = write(value)
    return written[0] if len(written) == 1 else written


def _filled(value: object) -> object:
    if isinstance(value, list | tuple) and not value:
        raise ValueError(PlanFault.EMPTY_LIST())
    return value


def _group(value: str) -> str:
    text = _line(value)
    if ";" in text:
        raise ValueError(PlanFault.SEMICOLON())
    return text


def _rule(value: str) -> str:
    return str(read_rules(value).one_rule(value))


def relative_text(*words: str) -> Callable[[str], str]:
    """Reads `3wd` as `lead 3wd`, the field's own word first, takes the other words in full, and phrases."""

    def check(value: str) -> str:
        text = " ".join(value.lower().split())
        if DURATION.fullmatch(text):
            return str(parse_rule(f"{words[0]} {text}"))
        if text.split(" ")[0] in words:
            return str(parse_rule(text))
        found = str(read_relative(value, words[0]) or "")
        if found.split(" ")[0] in words:
            return found
        raise ValueError(PlanFault.NO_TIME_SPAN(value=value, word=words[0]))

    return check


def _period(value: str) -> str:
    return Period.parse(value).key


def _cutoff(value: object) -> object:
    if isinstance(value, str) and value.strip().lower() == NO_CUTOFF:
        return NO_CUTOFF
    return str(Cutoff.parse(value)) if isinstance(value, int | str) else value


def _part(value: object) -> object:
    return str(Part.parse(value)) if isinstance(value, int | str) else value


def _every(value: str) -> str:
    return str(Every.parse(value))


def _planned(value: object) -> object:
    if isinstance(value, date):
        return f"{value.day}/{value.month}/{value.year}"
    return parse_planned(str(value)).place if isinstance(value, int | str) else value


Line = Annotated[str, Field(max_length=500), AfterValidator(_line)]
Slug = Annotated[
    str,
    Field(max_length=80),
    AfterValidator(_matching(SLUG, PlanFault.UNFIT_SLUG)),
]
NotEmpty = BeforeValidator(_filled)
UnitText = Annotated[
    str,
    Field(max_length=200),
    AfterValidator(_unit),
    WithJsonSchema({"type": ["string", "integer"], "description": "a unit's code, or its name"}),
]
Group = Annotated[str, Field(max_length=80), AfterValidator(_group)]
FileDate = Annotated[
    date,
    BeforeValidator(_date),
    AfterValidator(_sensible),
    WithJsonSchema({"type": "string", "format": "date"}),
]
RuleText = Annotated[str, AfterValidator(_rule)]
RuleTexts = Annotated[tuple[RuleText, ...], NotEmpty, OneOrMore(written_bare=True)]
LeadText = Annotated[str, AfterValidator(relative_text("lead", "after"))]
AfterText = Annotated[str, AfterValidator(relative_text("after"))]
PeriodText = Annotated[
    str,
    AfterValidator(_period),
    WithJsonSchema({"type": ["string", "integer"]}),
]
CutoffText = Annotated[
    str,
    BeforeValidator(_cutoff),
    WithJsonSchema(
        {"anyOf": [{"type": "integer", "minimum": 1, "maximum": 31}, {"type": "string"}]},
    ),
]
EveryText = Annotated[
    str,
    AfterValidator(_every),
    WithJsonSchema(
        {"anyOf": [{"enum": [str(word) for word in WORDS]}, {"pattern": "^[0-9]+ years from [0-9]{4}$"}]}
    ),
]
PartText = Annotated[
    str, BeforeValidator(_part), WithJsonSchema({"type": ["string", "integer"], "description": "1, Q1, H1"})
]
PlannedText = Annotated[str, BeforeValidator(_planned), WithJsonSchema({"type": ["string", "integer"]})]
PlannedTexts = Annotated[tuple[PlannedText, ...], NotEmpty, OneOrMore(str, int, date, written_bare=True)]
CutoffTexts = Annotated[tuple[CutoffText, ...], NotEmpty, OneOrMore(str, int, written_bare=True)]
