"""A plan file as read: the document, its duties, and their chains of stages.

The same models check the YAML file, the content kept in the database, and print the JSON Schema for editors.
These fields are what Decree 09/2019/NĐ-CP asks a reporting regime to state.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Annotated, Any

from pydantic import Field, field_validator, model_validator

from calendars.cutoffs import DECREE_09, NO_CUTOFF, Cutoff
from calendars.data_span import Span, data_span, fits
from calendars.deadlines import BeforeReading, Roll
from calendars.errors import SaidDay
from calendars.periods import Period
from models.plan_files.clause import DocumentFile
from models.plan_files.duty import DutyFile as DutyFile
from models.plan_files.duty import EventFile, Problem
from models.plan_files.faults import PlanFault
from models.plan_files.field import CutoffText, FileDate, Line, NotEmpty, PlanPartError, Slug, UnitText
from models.plan_files.stage import PlanPart
from models.vocabulary import DutyType
from models.yaml_document import write_yaml


class InForce(PlanPart):
    """From which day to which day a plan asks for reports; both days belong to it."""

    first: FileDate = Field(alias="from", description="first day")
    last: FileDate | None = Field(None, alias="to", description="last day; left out: until further notice")

    @model_validator(mode="after")
    def _in_order(self) -> InForce:
        if self.last is not None and self.last < self.first:
            days = {"last": SaidDay.of(self.last), "first": SaidDay.of(self.first)}
            raise PlanPartError([(("to",), PlanFault.ENDS_BEFORE(**days))])
        return self


class PlanFile(PlanPart):
    """A plan."""

    slug: Slug = Field(description="short name of the plan, unique and kept for life")
    number: str = Field("", max_length=80, description="number of the document; left out if it has none")
    title: Line = Field(description="what the document is called")
    issuer: Line = Field(description="who issued it")
    issued_on: FileDate | None = Field(None, description="day of issue")
    in_force: InForce = Field(description="from which day to which day it asks for reports")
    monitor: UnitText | None = Field(None, description="code or name of the unit that watches the plan")
    scope: UnitText | None = Field(
        None,
        description="code or name of a unit: reporters are chosen in its branch; left out: among all",
    )
    roll: Roll = Field(Roll.NONE, description="what happens when the last day is no working day")
    before: BeforeReading = Field(BeforeReading.STRICT, description="strict: the day itself is too late")
    ladder: Slug = Field("default", description="ladder of reminders")
    cutoff: CutoffText = Field(str(DECREE_09), description="last day of the data: a day of the month, or end")
    correction: int | None = Field(None, ge=1, le=60, description="working days to correct a returned report")
    track_from: FileDate | None = Field(
        None, description="what has its last day before it is shown, but neither counted nor reminded of"
    )
    note: str = Field("", max_length=2000, description="a remark for readers of the plan")
    document: DocumentFile | None = Field(None, description="the document it was drafted from")
    duties: Annotated[tuple[DutyFile, ...], NotEmpty] = Field(description="what the plan asks for")

    @field_validator("duties")
    @classmethod
    def _sound_duties(cls, duties: tuple[DutyFile, ...]) -> tuple[DutyFile, ...]:
        problems = [*_repeated_ids(duties), *_absorption_problems(duties), *_event_problems(duties)]
        if problems:
            raise PlanPartError(problems)
        return duties

    @model_validator(mode="after")
    def _quoted(self) -> PlanFile:
        """A plan drafted from a document has the words for every duty."""
        problems = unquoted(self.duties) if self.document is not None else []
        if problems:
            raise PlanPartError(problems)
        return self

    def called(self, duty: DutyFile) -> str:
        """The duty's title; with the id that stands in the file where another has the same."""
        titles = [each.title for each in self.duties]
        return duty.title if titles.count(duty.title) == 1 else f"{duty.title} ({duty.id})"

    def duty(self, key: str) -> DutyFile | None:
        return next((duty for duty in self.duties if duty.id == key), None)

    def event(self, key: str) -> EventFile | None:
        """The event with that id, as the duty says it that has its title."""
        named = (duty.event for duty in self.duties if duty.event is not None)
        return next((event for event in named if event.id == key and event.title), None)

    def states_cutoff(self, duty: DutyFile) -> bool:
        """Whether the document itself says where the duty's data ends; 14 for all is what the decree says."""
        return duty.cutoff is not None or self.cutoff not in (str(DECREE_09), NO_CUTOFF)

    def cutoffs_of(self, duty: DutyFile) -> tuple[Cutoff, ...]:
        """The duty's own data cut-offs, else the plan's for its reports; none where it has no data to end."""
        if duty.cutoff is not None:
            return tuple(Cutoff.parse(text) for text in duty.cutoff if text != NO_CUTOFF)
        if duty.type is not DutyType.REPORT or self.cutoff == NO_CUTOFF:
            return ()
        cutoff = Cutoff.parse(self.cutoff)
        yearly = all(fits(cutoff, kind) for kind in duty.kinds)
        return (cutoff if yearly else DECREE_09,)

    def data_span(self, duty: DutyFile, period: Period) -> Span | None:
        """First and last day of the data that the duty's report on that period is about."""
        about = Period.parse(duty.period) if duty.period else period
        return data_span(about, self.cutoffs_of(duty), duty.timetable.parts)

    def span_of(self, duty: DutyFile) -> tuple[date, date | None]:
        """First and last day of the duty: the plan's, narrowed by its own."""
        first = max(self.in_force.first, duty.first or self.in_force.first)
        ends = [day for day in (self.in_force.last, duty.last) if day is not None]
        return first, min(ends) if ends else None

    def to_yaml(self) -> str:
        """The text of a plan file that reads as this plan; defaults are left out."""
        return write_yaml(self.model_dump(mode="json", by_alias=True, exclude_defaults=True))

    def content(self) -> dict[str, Any]:
        """The plan as plain values under the names of the plan file, in a fixed order."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)


def unquoted(duties: tuple[DutyFile, ...]) -> list[Problem]:
    return [
        (("duties", i, "clause"), PlanFault.UNQUOTED())
        for i, duty in enumerate(duties)
        if duty.clause is None
    ]


def _repeated_ids(duties: tuple[DutyFile, ...]) -> list[Problem]:
    seen: set[str] = set()
    problems: list[Problem] = []
    for i, duty in enumerate(duties):
        if duty.id in seen:
            problems.append(((i, "id"), PlanFault.SAME_ID(id=duty.id)))
        seen.add(duty.id)
    return problems


def _event_problems(duties: tuple[DutyFile, ...]) -> list[Problem]:
    """Every event is said once with its title."""
    problems: list[Problem] = []
    titles = Counter(duty.event.id for duty in duties if duty.event is not None and duty.event.title)
    for i, duty in enumerate(duties):
        if duty.event is None:
            continue
        if not titles[duty.event.id]:
            problems.append(((i, "event"), PlanFault.EVENT_UNTITLED(event=duty.event.id)))
        elif titles[duty.event.id] > 1 and duty.event.title:
            problems.append(((i, "event"), PlanFault.EVENT_TWICE(event=duty.event.id)))
    return problems


def _absorption_problems(duties: tuple[DutyFile, ...]) -> list[Problem]:
    known = {duty.id: duty for duty in duties}
    return [
        ((i, "absorbs", k), problem)
        for i, duty in enumerate(duties)
        for k, key in enumerate(duty.absorbs)
        if (problem := _absorption_problem(duty, key, known.get(key))) is not None
    ]


def _absorption_problem(duty: DutyFile, key: str, smaller: DutyFile | None) -> str | None:
    if smaller is None:
        return PlanFault.ABSORBS_UNKNOWN(id=key)
    larger, less = duty.recurrence.months, smaller.recurrence.months
    if not larger or not less:
        return PlanFault.ABSORBS_UNREPEATED()
    if less >= larger:
        return PlanFault.ABSORBS_LARGER(id=key, larger=duty.id)
    return None
