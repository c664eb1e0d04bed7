"""A duty of a plan file: who reports what, how often, due when, and what makes it due.

Its chain of stages and its frequency make a `Timetable`; what does not go together in it is refused here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import cached_property
from typing import Annotated

from pydantic import BeforeValidator, Field, SerializerFunctionWrapHandler, WrapSerializer, model_validator

from calendars.cutoffs import NO_CUTOFF, Cutoff
from calendars.data_span import fits
from calendars.due_rules import After, ByEvent, DueRule, EventRule, Lead, Window, WithinOfEvent
from calendars.errors import CalendarError
from calendars.periods import OF_MONTHS, WHEN_ASKED, Frequency, Period
from calendars.rules import PlannedDay, parse_planned
from calendars.timetable import Every, Part, Timetable
from models.plan_files.clause import ClauseFile
from models.plan_files.faults import PlanFault
from models.plan_files.field import (
    CutoffTexts,
    EveryText,
    FileDate,
    Line,
    NotEmpty,
    OneOrMore,
    PartText,
    Path,
    PeriodText,
    PlannedTexts,
    PlanPartError,
    Slug,
    remedied,
)
from models.plan_files.phrases import read_phrases
from models.plan_files.stage import PlanPart, StageFile
from models.vocabulary import DutyType

Problem = tuple[Path, str]


class EventSource(StrEnum):
    """Who says that an event has happened: each unit for itself, or the monitor for all."""

    REPORTER = "reporter"
    MONITOR = "monitor"


class EventFile(PlanPart):
    """What happens at no fixed time and makes reports due. A duty that has it by its id alone means that of
    another duty of the plan."""

    id: Slug = Field(description="short name of the event, unique in the plan, as in `within 24h of flood`")
    title: Line | None = Field(None, description="what it is called")
    by: EventSource = Field(EventSource.REPORTER, description="who says that it has happened")


def _named_event(value: object) -> object:
    return {"id": value} if isinstance(value, str) else value


def _event_name(event: object, write: SerializerFunctionWrapHandler) -> object:
    return event.id if isinstance(event, EventFile) and event.title is None else write(event)


class DutyFile(PlanPart):
    """One rule of the plan: who reports what, how often, due when."""

    id: Slug = Field(description="short name of the duty, unique in the plan and kept for life")
    title: Line = Field(description="what is to be reported or done")
    basis: str = Field("", max_length=200, description="where the document says so, e.g. IV.1.2")
    type: DutyType = Field(DutyType.REPORT, description="report, task or milestone")
    often: EveryText = Field(alias="every", description="how often, e.g. month or `5 years from 2011`")
    period: PeriodText | None = Field(None, description="what a one-time duty is about, e.g. 2024 or 2024-Q1")
    periods: Annotated[tuple[PartText, ...], OneOrMore(str, int)] = Field(
        (), description="the periods of each year, if not all: 1 to 12, Q1 to Q4, H1, H2, 9M, year"
    )
    event: Annotated[EventFile | None, BeforeValidator(_named_event), WrapSerializer(_event_name)] = Field(
        None, description="what makes it due, with id, title and by; or the id of another duty's event"
    )
    first: FileDate | None = Field(None, alias="from", description="first day, if later than the plan's")
    last: FileDate | None = Field(None, alias="to", description="last day, if earlier than the plan's")
    cutoff: CutoffTexts | None = Field(
        None, description="last day of the data: 14, end, 14/11 or none; or a list with one for each period"
    )
    planned: PlannedTexts | None = Field(None, description="`planned` of all stages that have a due date")
    absorbs: Annotated[tuple[Slug, ...], OneOrMore()] = Field(
        (), description="ids of duties whose report of the same last month this one stands for"
    )
    note: str = Field("", max_length=2000, description="a remark for readers of the plan")
    clause: ClauseFile | None = Field(None, description="the words of the document it was drafted from")
    chain: Annotated[tuple[StageFile, ...], NotEmpty] = Field(description="the stages, from the bottom up")

    @model_validator(mode="before")
    @classmethod
    def _in_short_form(cls, data: object) -> object:
        """Rules may be written as the document words them."""
        read, problems = read_phrases(data) if isinstance(data, Mapping) else (data, [])
        if problems:
            raise PlanPartError(problems)
        return read

    @model_validator(mode="after")
    def _sound(self) -> DutyFile:
        problems = [*self._span_problems(), *self._rule_problems(), *self._event_problems()]
        problems = problems or self._cutoff_problems()
        if problems:
            raise PlanPartError(problems)
        return self

    def _span_problems(self) -> list[Problem]:
        problems: list[Problem] = []
        if self.first and self.last and self.last < self.first:
            problems.append((("to",), PlanFault.BEFORE_FROM()))
        if self.period is not None and self.every is not Frequency.ONCE:
            problems.append((("period",), PlanFault.PERIOD_ONCE()))
        if len(set(self.periods)) < len(self.periods):
            problems.append((("periods",), PlanFault.SAME_PERIOD()))
        try:
            self.timetable.check_parts()
        except CalendarError as error:
            problems.append((("periods",), remedied(error)))
        return problems

    def _rule_problems(self) -> list[Problem]:
        problems: list[Problem] = [
            (("chain", i, "due"), problem)
            for i, rules in enumerate(self.timetable.chain)
            if (problem := self._misfit(i, rules)) is not None
        ]
        for i, (stage, planned) in enumerate(zip(self.chain, self.timetable.planned, strict=True)):
            problem = self._planned_problem(stage, planned)
            if problem is not None:
                problems.append((("chain", i, "planned") if stage.planned else ("planned",), problem))
        return problems

    def _planned_problem(self, stage: StageFile, planned: Sequence[DueRule]) -> str | None:
        if stage.planned and not stage.due:
            return PlanFault.PLANNED_WITHOUT_DUE()
        return self._unfit(planned)

    def _misfit(self, i: int, rules: Sequence[DueRule]) -> str | None:
        problem = self._unfit(rules)
        if problem is not None:
            return problem
        chain = self.timetable.chain
        above = chain[i + 1] if i + 1 < len(chain) else ()
        for rule in rules:
            if isinstance(rule, Lead) and not self._has_date(i + 1, above):
                return PlanFault.LEAD_WITHOUT_DATE(rule=str(rule))
            if isinstance(rule, After) and (i == 0 or not chain[i - 1]):
                is_asked = i > 0 and self.every in WHEN_ASKED and self.event is None
                fault = PlanFault.AFTER_ASKED if is_asked else PlanFault.AFTER_WITHOUT_DATE
                return fault(rule=str(rule))
        return None

    def _has_date(self, i: int, rules: Sequence[DueRule]) -> bool:
        """Whether a stage has a date to lead: its own, or at the top that of the request."""
        if not rules:
            return i == len(self.chain) - 1 and self.every in WHEN_ASKED and self.event is None
        return not any(isinstance(rule, After) for rule in rules)

    def _unfit(self, rules: Sequence[DueRule]) -> str | None:
        try:
            self.timetable.check_rules(rules)
        except CalendarError as error:
            return remedied(error)
        return None

    def _event_problems(self) -> list[Problem]:
        problems: list[Problem] = []
        if self.event is not None and self.every not in (Frequency.ON_DEMAND, Frequency.ONCE):
            problems.append((("event",), PlanFault.EVENT_EVERY()))
        for i, rules in enumerate(self.timetable.chain):
            for rule in rules:
                if (problem := self._event_problem(rule)) is not None:
                    problems.append((("chain", i, "due"), problem))
        return problems

    def _event_problem(self, rule: DueRule) -> str | None:
        known = None if self.event is None else self.event.id
        rule = rule.last if isinstance(rule, Window) and isinstance(rule.last, ByEvent) else rule
        if isinstance(rule, WithinOfEvent | ByEvent) and known is None:
            return PlanFault.NO_EVENT()
        if isinstance(rule, WithinOfEvent) and rule.event != known:
            return PlanFault.OTHER_EVENT(event=rule.event)
        if known is not None and not isinstance(rule, EventRule | Lead | After):
            return PlanFault.EVENT_DATE(rule=str(rule), event=known)
        return None

    def _cutoff_problems(self) -> list[Problem]:
        """A day of the year is the cut-off of a year, or one of a list; a list has one for each period."""
        problems: list[Problem] = []
        cutoffs, parts = self.cutoff or (), self.timetable.parts
        if len(cutoffs) > 1 and len(cutoffs) != len(parts):
            problems.append((("cutoff",), PlanFault.CUTOFF_COUNT(count=len(cutoffs), periods=len(parts))))
        for text in cutoffs:
            if text == NO_CUTOFF:
                fine = len(cutoffs) == 1
            elif len(cutoffs) > 1:
                fine = Cutoff.parse(text).month is not None or all(p.frequency in OF_MONTHS for p in parts)
            else:
                fine = all(fits(Cutoff.parse(text), each) for each in self.kinds)
            if not fine:
                problems.append((("cutoff",), PlanFault.CUTOFF_UNFIT(cutoff=text)))
        return problems

    @property
    def kinds(self) -> Sequence[Frequency]:
        """The kinds of period that it has data of."""
        if self.period is not None:
            return [Period.parse(self.period).frequency]
        return [part.frequency for part in self.timetable.parts] or [self.every]

    @cached_property
    def recurrence(self) -> Every:
        """How often it comes, with the first year of what comes every few years."""
        return Every.parse(self.often)

    @property
    def every(self) -> Frequency:
        return self.recurrence.frequency

    @cached_property
    def timetable(self) -> Timetable:
        """How often it comes and when its stages are due, from the bottom up."""
        return Timetable(
            self.recurrence,
            tuple(stage.rules for stage in self.chain),
            tuple(Part.parse(text) for text in self.periods),
            tuple(self._planned(stage) for stage in self.chain),
        )

    def _planned(self, stage: StageFile) -> tuple[PlannedDay, ...]:
        texts = stage.planned or (self.planned if stage.due else None)
        return tuple(parse_planned(text) for text in texts or ())
