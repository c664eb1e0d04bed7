"""A plan file as read: the document, its duties, and their chains of stages.

The same models check the YAML file, the content kept in the database, and print the JSON Schema for editors.
These fields are what Decree 09/2019/NĐ-CP asks a reporting regime to state.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import Field, field_validator, model_validator

from calendars.deadlines import BeforeReading, Roll
from calendars.due_rules import After, DueRule, Lead
from calendars.errors import CalendarError, SaidDay
from calendars.periods import DECREE_09, LENGTH, Cutoff, Frequency
from models.plan_clause import ClauseFile, DocumentFile
from models.plan_faults import PlanFault
from models.plan_field import (
    CutoffText,
    FileDate,
    Line,
    NotEmpty,
    OneOrMore,
    Path,
    PeriodText,
    PlanPartError,
    Slug,
    UnitCode,
    remedied,
)
from models.plan_stage import PlanPart, StageFile
from models.vocabulary import DutyType
from models.yaml_document import write_yaml

Problem = tuple[Path, str]


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


class DutyFile(PlanPart):
    """One rule of the plan: who reports what, how often, due when."""

    id: Slug = Field(description="short name of the duty, unique in the plan and kept for life")
    title: Line = Field(description="what is to be reported or done")
    basis: str = Field("", max_length=200, description="where the document says so, e.g. IV.1.2")
    type: DutyType = Field(DutyType.REPORT, description="report, task or milestone")
    every: Frequency = Field(description="how often")
    period: PeriodText | None = Field(None, description="what a one-time duty is about, e.g. 2024 or 2024-Q1")
    first: FileDate | None = Field(None, alias="from", description="first day, if later than the plan's")
    last: FileDate | None = Field(None, alias="to", description="last day, if earlier than the plan's")
    cutoff: CutoffText | None = Field(None, description="last day of the data: a day of the month, or end")
    absorbs: Annotated[tuple[Slug, ...], OneOrMore()] = Field(
        (), description="ids of duties whose report of the same last month this one stands for"
    )
    note: str = Field("", max_length=2000, description="a remark for whoever reads the plan")
    clause: ClauseFile | None = Field(None, description="the words of the document it was drafted from")
    chain: Annotated[tuple[StageFile, ...], NotEmpty] = Field(description="the stages, from the bottom up")

    @model_validator(mode="after")
    def _sound(self) -> DutyFile:
        problems = [*self._span_problems(), *self._rule_problems()]
        if problems:
            raise PlanPartError(problems)
        return self

    def _span_problems(self) -> list[Problem]:
        problems: list[Problem] = []
        if self.first and self.last and self.last < self.first:
            problems.append((("to",), PlanFault.BEFORE_FROM()))
        if self.period is not None and self.every is not Frequency.ONCE:
            problems.append((("period",), PlanFault.PERIOD_ONCE()))
        return problems

    def _rule_problems(self) -> list[Problem]:
        return [
            (("chain", i, "due"), problem)
            for i, rule in enumerate(self.rules)
            if rule is not None and (problem := self._misfit(i, rule)) is not None
        ]

    def _misfit(self, i: int, rule: DueRule) -> str | None:
        try:
            rule.fits(self.every)
        except CalendarError as error:
            return remedied(error)
        above = self.rules[i + 1] if i + 1 < len(self.chain) else None
        if isinstance(rule, Lead) and (above is None or isinstance(above, After)):
            return PlanFault.LEAD_WITHOUT_DATE(rule=str(rule))
        if isinstance(rule, After) and (i == 0 or self.rules[i - 1] is None):
            return PlanFault.AFTER_WITHOUT_DATE(rule=str(rule))
        return None

    @property
    def rules(self) -> tuple[DueRule | None, ...]:
        """The stages' due rules, from the bottom up."""
        return tuple(stage.rule for stage in self.chain)


class PlanFile(PlanPart):
    """A plan."""

    slug: Slug = Field(description="short name of the plan, unique and kept for life")
    number: str = Field("", max_length=80, description="number of the document; left out if it has none")
    title: Line = Field(description="what the document is called")
    issuer: Line = Field(description="who issued it")
    issued_on: FileDate | None = Field(None, description="day of issue")
    in_force: InForce = Field(description="from which day to which day it asks for reports")
    monitor: UnitCode | None = Field(None, description="code of the unit that watches the plan")
    scope: UnitCode | None = Field(
        None, description="code of the unit in whose branch reporters are chosen; left out: among all units"
    )
    roll: Roll = Field(Roll.NONE, description="what happens when the last day is no working day")
    before: BeforeReading = Field(BeforeReading.STRICT, description="strict: the day itself is too late")
    ladder: Slug = Field("default", description="ladder of reminders")
    cutoff: CutoffText = Field(str(DECREE_09), description="last day of the data: a day of the month, or end")
    correction: int | None = Field(None, ge=1, le=60, description="working days to mend a returned report")
    note: str = Field("", max_length=2000, description="a remark for whoever reads the plan")
    document: DocumentFile | None = Field(None, description="the document it was drafted from")
    duties: Annotated[tuple[DutyFile, ...], NotEmpty] = Field(description="what the plan asks for")

    @field_validator("duties")
    @classmethod
    def _sound_duties(cls, duties: tuple[DutyFile, ...]) -> tuple[DutyFile, ...]:
        problems = [*_repeated_ids(duties), *_absorption_problems(duties)]
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

    def duty(self, key: str) -> DutyFile | None:
        return next((duty for duty in self.duties if duty.id == key), None)

    def cutoff_of(self, duty: DutyFile) -> Cutoff:
        """The duty's own data cut-off, else the plan's."""
        return Cutoff.parse(duty.cutoff or self.cutoff)

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
    if duty.every not in LENGTH or smaller.every not in LENGTH:
        return PlanFault.ABSORBS_UNREPEATED()
    if LENGTH[smaller.every] >= LENGTH[duty.every]:
        return PlanFault.ABSORBS_LARGER(id=key, larger=duty.id)
    return None
