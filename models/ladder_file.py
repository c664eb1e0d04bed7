"""A ladder file as read: the ordered rungs of reminders and escalations that plans name.

The same models check the YAML file and the content kept in the database. Every scalar of the file is read as
text, because YAML would take `10:30` for a number of seconds and `no` for a truth value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, time
from enum import StrEnum
from typing import Annotated, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)
from pydantic import PlainSerializer as Written
from pydantic_core import ErrorDetails

from calendars.errors import Fault
from calendars.office import Measure, Offset, Span
from models.errors import InputErrors
from models.file_faults import FilePlace, ShapeFault
from models.plan_files.faults import LadderFault
from models.plan_files.field import SLUG, Path
from models.shapes import shape_fault
from models.vocabulary import Audience, Until
from models.yaml_document import LADDER, Value, YamlDocument, read_yaml, write_yaml

OFFSET = re.compile(r"(?P<sign>[+-]?)(?P<count>\d{1,3})(?P<measure>wd|d)?", re.ASCII)
SPAN = re.compile(r"(?P<count>[1-9]\d{0,2})(?P<measure>wd|d)", re.ASCII)
HOUR = re.compile(r"(?P<hour>[01]?\d|2[0-3])(:(?P<minute>[0-5]\d))?", re.ASCII)

LOOK_AHEAD = "look-ahead"
UNIT_SIDE = frozenset({Audience.CLERK, Audience.HEAD, Audience.BELOW})
"""Audiences on the side of the unit that owes."""


class Weekday(StrEnum):
    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"

    @property
    def number(self) -> int:
        """As `date.weekday()` counts."""
        return list(Weekday).index(self)


def _offset(value: object) -> object:
    if isinstance(value, Offset):
        return value
    match = OFFSET.fullmatch(str(value).strip())
    if match is None or (match["sign"] == "" and match["count"] != "0"):
        raise ValueError(LadderFault.NO_MOMENT(value=value))
    if match["measure"] is None and int(match["count"]):
        raise ValueError(LadderFault.COUNTS_NOTHING(value=value))
    count = int(match["sign"] + match["count"])
    return Offset(count, Measure(match["measure"] or "d"))


def _span(value: object) -> object:
    if isinstance(value, Span):
        return value
    match = SPAN.fullmatch(str(value).strip())
    if match is None:
        raise ValueError(LadderFault.NO_SPAN(value=value))
    return Span(int(match["count"]), Measure(match["measure"]))


def _hour(value: object) -> object:
    if isinstance(value, time):
        return value
    match = HOUR.fullmatch(str(value).strip())
    if match is None:
        raise ValueError(LadderFault.NO_HOUR(value=value))
    return time(int(match["hour"]), int(match["minute"] or 0))


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


AsText = Written(str, return_type=str)
HourField = Annotated[time, BeforeValidator(_hour), Written(lambda hour: f"{hour:%H:%M}", return_type=str)]


def _name(value: str) -> str:
    if not SLUG.fullmatch(value):
        raise ValueError(LadderFault.UNFIT_NAME())
    return value


Name = Annotated[str, Field(max_length=60), AfterValidator(_name)]


class LadderPart(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Repeat(LadderPart):
    """How often a rung is said again: after each `every`, at most `max` times more."""

    every: Annotated[Span, BeforeValidator(_span), AsText]
    max: int = Field(ge=1, le=60)


class Rung(LadderPart):
    """When (relative to the last day), whom, until what."""

    id: Name
    at: Annotated[Offset, BeforeValidator(_offset), AsText]
    hour: HourField = time(8)
    audience: Annotated[tuple[Audience, ...], BeforeValidator(_listed), Field(min_length=1)]
    unit: str | None = Field(None, max_length=80, description="code of the unit that audience `unit` means")
    repeat: Repeat | None = None
    until: Until = Until.SUBMITTED
    immediate: bool = False
    since: datetime | None = Field(None, description="when an edit brought it in; not for files")

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if len(set(self.audience)) < len(self.audience):
            raise ValueError(LadderFault.AUDIENCE_TWICE())
        if {Audience.ADMINISTRATOR, Audience.ACCOUNT} & set(self.audience):
            raise ValueError(LadderFault.TELLS_ADMINISTRATOR())
        if Audience.COPY in self.audience:
            raise ValueError(LadderFault.TELLS_COPY())
        if (Audience.UNIT in self.audience) != (self.unit is not None):
            raise ValueError(LadderFault.UNIT_AND_CODE())
        return self

    @property
    def is_after(self) -> bool:
        """Whether it speaks of a deadline that has passed."""
        return self.at.count > 0

    def same_rule(self, other: Rung) -> bool:
        return self.model_copy(update={"since": None}) == other.model_copy(update={"since": None})


class ReviewRung(Rung):
    """A rung of the reviewer's clock: counted from the day of the submission, until it is reviewed."""

    until: Until = Until.ACCEPTED

    @model_validator(mode="after")
    def _of_the_reviewer(self) -> Self:
        if self.at.count <= 0:
            raise ValueError(LadderFault.REVIEW_MOMENT(at=str(self.at)))
        if self.until is not Until.ACCEPTED:
            raise ValueError(LadderFault.REVIEW_UNTIL())
        own = sorted(UNIT_SIDE & set(self.audience))
        if own:
            raise ValueError(LadderFault.REVIEW_AUDIENCE(audience=own))
        return self


class Weekly(LadderPart):
    """The look-ahead: once a week, what falls due in the week to come (or this one, on a Monday)."""

    on: Weekday = Weekday.MONDAY
    hour: HourField = time(7, 30)
    audience: Annotated[tuple[Audience, ...], BeforeValidator(_listed), Field(min_length=1)]
    since: datetime | None = Field(None, description="when an edit brought it in; not for files")

    @property
    def rung(self) -> Rung:
        """The look-ahead as a rung, as the ledger records it."""
        at = Offset(0, Measure.DAYS)
        return Rung(id=LOOK_AHEAD, at=at, hour=self.hour, audience=self.audience, unit=None, since=self.since)


class LadderFile(LadderPart):
    """The ladder, its rungs in any order: their moments order them. `review` is the reviewer's clock; `daily`
    are the rungs of reports of a day, left out the same as of all others."""

    slug: Name
    rungs: tuple[Rung, ...] = Field(min_length=1, max_length=50)
    daily: tuple[Rung, ...] | None = Field(None, max_length=20)
    review: tuple[ReviewRung, ...] = Field((), max_length=20)
    weekly: Weekly | None = None

    @model_validator(mode="after")
    def _distinct(self) -> Self:
        ids = [rung.id for rung in self.every_rung]
        doubles = sorted({id for id in ids if ids.count(id) > 1})
        if doubles:
            raise ValueError(LadderFault.SAME_ID(ids=", ".join(doubles)))
        return self

    @property
    def every_rung(self) -> tuple[Rung, ...]:
        """All rungs that the ledger may record: of both clocks, and the look-ahead."""
        weekly = () if self.weekly is None else (self.weekly.rung,)
        return (*self.rungs, *(self.daily or ()), *self.review, *weekly)

    def rungs_of(self, is_daily: bool) -> tuple[Rung, ...]:
        """The rungs that follow the deadline of a report of a day, or of any other."""
        return self.daily if is_daily and self.daily is not None else self.rungs

    def heeds_acknowledgements(self, is_daily: bool) -> bool:
        """Whether an acknowledgement mutes any rung of such a report."""
        return any(rung.until is Until.ACKNOWLEDGED for rung in self.rungs_of(is_daily))

    def to_yaml(self) -> str:
        """The text of a ladder file that reads as this ladder, without the instants that edits left in it."""
        content = self.model_dump(mode="json", exclude_defaults=True, exclude_none=True)
        for part in _parts(content):
            part.pop("since", None)
        return write_yaml(content)

    def rung(self, id: str) -> Rung | None:
        return next((rung for rung in self.every_rung if rung.id == id), None)


def read_ladder(text: str | bytes, name: str) -> LadderFile:
    """The ladder in a YAML text. Raises `InputErrors`, each line `file:line: field: what; remedy`."""
    document = read_yaml(text.encode() if isinstance(text, str) else text, name, LADDER)
    content = document.value
    if not isinstance(content, dict):
        raise InputErrors([FilePlace.LINE(file=name, line=1, problem=LadderFault.NO_LADDER())])
    if any("since" in part for part in _parts(content)):
        raise InputErrors([FilePlace.FILE(file=name, problem=LadderFault.SINCE())])
    try:
        return LadderFile.model_validate(content)
    except ValidationError as error:
        raise InputErrors(list(_messages(error, document))) from error


def _parts(content: dict[str, Value]) -> Iterator[dict[str, Value]]:
    """The look-ahead and all rungs, as far as they have the shape of such."""
    for name in ("weekly", "rungs", "daily", "review"):
        value = content.get(name)
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, dict):
                yield part


def _messages(error: ValidationError, document: YamlDocument) -> Iterator[Fault]:
    found = error.errors()
    for each in found:
        path: Path = each["loc"]
        if each["type"] == "too_short" and any(other["loc"][:-1][: len(path)] == path for other in found):
            continue  # its entries are wrong, not missing; each has an error of its own
        shown = ".".join(map(str, path)) or LadderFault.LADDER()
        line = document.line(path)
        yield FilePlace.FIELD(file=document.name, line=line, field=shown, problem=_problem(each))


def _problem(detail: ErrorDetails) -> str:
    fault = ShapeFault.LADDER_FIELD() if detail["type"] == "extra_forbidden" else shape_fault(detail)
    return fault if fault.code.remedy else ShapeFault.SEE(problem=fault, guide=LADDER.guide)
