"""A stage of a plan file: who reports to whom, and when.

`from` chooses the reporters, `to` the recipients (left out: the superior), `via` through whom it goes to
them. The date is one of `due`, `lead` and `after`, which all come to one due rule; a stage with none has no
deadline.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from calendars.due_rules import DueRule, of_year
from calendars.errors import CalendarError
from calendars.rules import parse_rule
from messages.catalogue import DEFAULT_LANGUAGE, translate
from models.plan_files.faults import PlanFault
from models.plan_files.field import (
    AfterText,
    Group,
    LeadText,
    Line,
    NotEmpty,
    OneOrMore,
    PlannedTexts,
    PlanPartError,
    RuleTexts,
    Slug,
    UnitText,
    relative_text,
)
from models.vocabulary import Level, say

SUPERIOR = "superior"
"""In `to`, beside codes: the reporter's superior."""

RELATIVE_FIELDS = {"lead": relative_text("lead", "after"), "after": relative_text("after")}
DATE_FIELDS = ("due", *RELATIVE_FIELDS)


class PlanPart(BaseModel):
    """A part of a plan file: unknown fields are refused, and nothing changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Selector(PlanPart):
    """Who reports: units that meet every condition given; of several kinds, groups or units one is enough."""

    level: Level | None = Field(None, description="grassroots, district, province or centre")
    kinds: Annotated[tuple[Slug, ...], OneOrMore()] = Field(
        (), description="kinds of unit, e.g. huyen, so-nganh"
    )
    groups: Annotated[tuple[Group, ...], OneOrMore()] = Field((), description="groups, e.g. coastal communes")
    unit: UnitText | None = Field(None, description="one unit, by its code or name")
    units: Annotated[tuple[UnitText, ...], OneOrMore()] = Field(
        (), description="several units, by their codes or names"
    )
    excluding: Annotated[tuple[UnitText, ...], OneOrMore()] = Field(
        (), alias="except", description="units that are left out, by their codes or names"
    )

    @model_validator(mode="after")
    def _says_someone(self) -> Selector:
        if not (self.level or self.kinds or self.groups or self.codes):
            raise ValueError(PlanFault.CHOOSES_NOBODY())
        left_out = [code for code in self.codes if code in self.excluding]
        if left_out:
            raise ValueError(PlanFault.CHOSEN_AND_LEFT_OUT(code=left_out[0]))
        return self

    @property
    def codes(self) -> tuple[str, ...]:
        """The units chosen by code."""
        single = () if self.unit is None else (self.unit,)
        return single + tuple(code for code in self.units if code != self.unit)


class StageFile(PlanPart):
    """One link of a duty's chain."""

    reporters: Annotated[tuple[Selector, ...], NotEmpty, OneOrMore(dict, Selector, written_bare=True)] = (
        Field(alias="from", description="who reports; of several selections, units in any of them")
    )
    to: Annotated[tuple[UnitText, ...], OneOrMore()] = Field(
        (),
        description="codes or names: the first one receives, the others get a copy; left out: the "
        "superior. With `via` that one receives, and all of these get a copy",
    )
    via: UnitText | None = Field(
        None, description="the unit through which it goes to them: it receives, accepts and returns"
    )
    due: RuleTexts | None = Field(
        None,
        description="the due rule, e.g. before 18, or a list with one for each period",
        examples=["before 18"],
    )
    planned: PlannedTexts | None = Field(
        None, description="the day on which the document expects it; decides nothing"
    )
    lead: LeadText | None = Field(
        None, description="time before the next stage, e.g. 3wd; or after the stage below: after 3wd"
    )
    after: AfterText | None = Field(None, description="time after the stage below, e.g. 3wd")
    name: Line | None = Field(None, description="what the stage is called")
    note: str = Field("", max_length=2000, description="a remark for readers of the plan")

    @model_validator(mode="before")
    @classmethod
    def _one_date(cls, data: object) -> object:
        """`lead: 3wd` is another way to write `due: lead 3wd`. A text that cannot be read stays, for its own
        field to refuse."""
        if not isinstance(data, dict):
            return data
        given = [name for name in DATE_FIELDS if data.get(name) is not None]
        if len(given) > 1:
            raise PlanPartError([((given[1],), PlanFault.TWO_DATES(first=given[0]))])
        if not given or given[0] == "due" or not isinstance(data[given[0]], str):
            return data
        try:
            rule = RELATIVE_FIELDS[given[0]](data[given[0]])
        except (CalendarError, ValueError):
            return data
        return {key: value for key, value in data.items() if key not in DATE_FIELDS} | {"due": rule}

    @field_validator("to")
    @classmethod
    def _each_once(cls, to: tuple[str, ...]) -> tuple[str, ...]:
        twice = next((code for code in to if to.count(code) > 1), None)
        if twice is not None:
            raise ValueError(PlanFault.TWICE(code=twice))
        return to

    @model_validator(mode="after")
    def _not_to_itself(self) -> StageFile:
        if len(self.to) == 1 and len(self.reporters) == 1 and self.codes == self.to:
            raise PlanPartError([(("to",), PlanFault.TO_ITSELF(code=self.to[0]))])
        return self

    @property
    def rules(self) -> tuple[DueRule, ...]:
        """When it is due: one rule, one for each period of a year, or none for a stage without a deadline."""
        rules = tuple(parse_rule(text) for text in self.due or ())
        return tuple(map(of_year, rules)) if len(rules) > 1 else rules

    @property
    def rule_text(self) -> str:
        """The due rules as plan files write them; empty without a deadline."""
        return "; ".join(self.due or ())

    @property
    def codes(self) -> tuple[str, ...]:
        """The units chosen by code."""
        return tuple(dict.fromkeys(code for chooser in self.reporters for code in chooser.codes))

    @property
    def recipients(self) -> tuple[str, ...]:
        """Codes of those it is meant for; `superior` stands for the reporter's superior."""
        return self.to or (SUPERIOR,)

    def title(self, position: int) -> str:
        """What the stage is called: its own name, else its reporters' level, else its number. It is kept with
        the plan, hence in the language of plans."""
        if self.name:
            return self.name
        chosen = self.reporters[0].level if len(self.reporters) == 1 else None
        if chosen is None:
            return translate(DEFAULT_LANGUAGE, "Stage %(number)s", number=position)
        level = say(chosen, DEFAULT_LANGUAGE)
        return level[0].upper() + level[1:]
