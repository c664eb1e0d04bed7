"""What goes in and out, typed: the same names as `dondoc due --json` and its sisters.

Words that come in hold no control characters: a database may refuse them, and no name has any.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from models.vocabulary import Lifecycle, Timeliness

MOST_FILES = 10
PLAIN = r"^[^\x00-\x1f\x7f]*$"
Word = Annotated[str, StringConstraints(max_length=100, pattern=PLAIN)]
Reason = Annotated[str, StringConstraints(min_length=1, max_length=2000)]
Day = Annotated[date, Field(ge=date(1900, 1, 1), le=date(2200, 12, 31))]
"""A date of which deadlines can be reckoned."""
Note = Annotated[str, StringConstraints(max_length=2000)]


class RequestOut(BaseModel):
    """A request for reports: `asked_by` is the unit that asked, or the person."""

    id: int
    number: str = Field(description="of the letter")
    title: str
    asked_by: str
    asked_at: datetime
    note: str


class EventOut(BaseModel):
    """An event that has happened: `id` as in the plan, `number` that of having been said."""

    id: str
    title: str
    instant: datetime
    number: int
    said_by: str
    said_at: datetime


class OfAsking(BaseModel):
    """What a request and an event have in common in lists."""

    plan: str
    plan_title: str
    ad_hoc: bool = Field(description="whether the plan is made of this one request")
    duty: str | None
    rule: str | None
    note: str
    period: str = Field(description="under which the obligations are; a filter of them")
    withdrawn_at: datetime | None
    withdrawn_because: str
    expected: int
    filed: int


class RequestRow(RequestOut, OfAsking):
    """A request in the list."""

    due: datetime


class EventRow(EventOut, OfAsking):
    """An event in the list."""


class AskedReportOut(BaseModel):
    """A report that is asked for: who owes it to whom by when, and the addresses of those who are told."""

    duty: str
    stage: int
    stage_name: str
    unit: str
    unit_name: str
    recipient: str
    recipient_name: str
    copies: list[str]
    people: list[str]
    deadline: datetime | None
    last_day: date | None


class AskedOut(BaseModel):
    """What was opened, or with `dry_run` would be; then it has no number."""

    dry_run: bool
    people: list[str]
    reports: list[AskedReportOut]


class RequestMadeOut(AskedOut):
    request: RequestRow | None


class EventSaidOut(AskedOut):
    event: EventRow | None


class WithdrawnOut(BaseModel):
    """Ids of the obligations cancelled, and of those that are filed and stay."""

    cancelled: list[int]
    kept: list[int]


class ObligationOut(BaseModel):
    """One unit's report for one period: instants in ISO 8601 with the local offset, dates as 2024-02-17."""

    id: int
    plan: str
    duty: str
    title: str
    basis: str
    stage: int
    stage_name: str
    unit: str
    unit_name: str
    level: str
    period: str
    period_start: date | None = Field(description="the first day of the data, where there is a cut-off")
    cutoff: date | None = Field(description="the last day of the data")
    opens_at: datetime | None = Field(description="when its window opens")
    planned: date | None = Field(description="the day on which the document expects it; decides nothing")
    hour: str | None = Field(
        description="the hour of the last day at which it is too late, if one is written"
    )
    event: EventOut | None = Field(description="the event that made it due")
    request: RequestOut | None = Field(description="the request that made it due")
    rule: str
    written: date | None
    bound: str | None
    safe_day: date | None = Field(description="the last day that is on time however the text is read")
    last_day: date | None = Field(description="the last day that is on time as the plan reads it")
    deadline: datetime | None = Field(description="the first instant at which it is too late")
    original_deadline: datetime | None
    correction_deadline: datetime | None
    state: Lifecycle
    timeliness: Timeliness
    first_submitted_at: datetime | None
    submitted_at: datetime | None
    accepted_at: datetime | None
    recipient: str | None
    receiving: str | None = Field(description="code of the unit that accepts or returns it; as `recipient`")
    copies: list[str] = Field(description="codes of the further recipients, who see it once it is filed")
    via: str | None = Field(description="code of the unit through which it goes to them; null: none")


class OneObligation(ObligationOut):
    """As in the list, and whether a request for a later deadline waits to be decided."""

    extension_requested: bool


class StepOut(BaseModel):
    """One step of how a deadline came about: a code and its values, and the same as a sentence."""

    code: str
    text: str = Field(description="in the language that Accept-Language asks for")
    stage: int | None = Field(description="of the chain, 1 at the bottom, where the step is about one")
    last_day: date | None = Field(description="the last day that this step comes to")
    hour: str | None = Field(description="the hour of it")
    values: dict[str, object]


class WhyOut(BaseModel):
    """How the deadline came about; the last step ends with the last day that holds now."""

    id: int
    last_day: date | None = Field(description="that holds now: of what is returned that of the correction")
    hour: str | None = Field(description="of the last day at which it is too late, if there is one")
    steps: list[StepOut]


class ObligationPage(BaseModel):
    """Some of the obligations, by id. A page may hold fewer than `limit`; go on while `next` is given."""

    items: list[ObligationOut]
    next: int | None = Field(description="`after` of the next page; null at the end")


class Body(BaseModel):
    """What is sent; a misspelt name is refused."""

    model_config = ConfigDict(extra="forbid")


class NoteIn(Body):
    note: Note = ""


class ReportIn(Body):
    document_number: Word = ""
    document_date: date | None = None
    note: Note = ""
    replace: bool = Field(False, description="a better version, before it is looked at")
    ahead: bool = Field(False, description="meant, though the period's data has not begun")


class ReasonIn(Body):
    reason: Reason


class ClosingIn(Body):
    reason: Reason
    document_number: Word = ""


class ExtensionIn(Body):
    last_day: Day = Field(description="the new last day, inclusive")
    reason: Reason


class DecisionIn(Body):
    granted: bool
    document_number: Word = ""
    note: Note = ""


def _one_or_more(value: object) -> object:
    return [value] if isinstance(value, str) else value


Units = Annotated[list[Word], Field(max_length=5000), BeforeValidator(_one_or_more)]


class RequestIn(Body):
    """A duty of a plan, or without one a `title` and the `unit` that asks."""

    plan: Word | None = None
    duty: Word | None = None
    due: Word = Field(description="as plan files or documents write it, e.g. before 14:00 28/4/2026")
    units: Units | None = Field(None, description="codes; left out: all who owe the duty")
    branch: Word | None = Field(None, description="instead of units: this one and all below it")
    title: Annotated[str, StringConstraints(max_length=200, pattern=PLAIN)] = ""
    number: Word = Field("", description="of the letter")
    note: Note = ""
    unit: Word | None = Field(None, description="for which unit the account asks; left out: one of its own")
    dry_run: bool = Field(False, description="show whom it would ask, and ask nobody")


class EventIn(Body):
    plan: Word
    event: Word
    at: datetime = Field(description="when it happened, with its offset")
    units: Units = Field(default_factory=list, description="codes of those to whom it happened")
    everybody: bool = Field(False, description="it happened to all who report")
    note: Note = ""
    dry_run: bool = Field(False, description="show what it would open, and open nothing")


class ChaseIn(Body):
    message: Note = ""
    dry_run: bool = Field(False, description="show whom it would mail, and mail nobody")
    again: bool = Field(False, description="also within a day of the last chase")


class ChaseOut(BaseModel):
    mails: int
    unreached: int
    dry_run: bool
    recipients: list[str]
    already: list[dict[str, object]] = Field(
        description="earlier chases, a request for more time, an acknowledgement"
    )
    left_out: list[int] = Field(description="ids of what was chased within the last day, without `again`")


class PlanOut(BaseModel):
    """A plan as `dondoc plan list --json` shows it."""

    slug: str
    number: str
    title: str
    issuer: str
    issued_on: date | None
    first_day: date = Field(description="of being in force")
    last_day: date | None
    monitor: str | None
    duties: int
    version: int
    ad_hoc: bool = Field(description="whether it is made of a single request")


class UnitOut(BaseModel):
    """A unit as of a day."""

    code: str
    name: str
    level: str
    kind: str
    superior: str | None


class UnitPage(BaseModel):
    """Some of the units, by code."""

    items: list[UnitOut]
    next: str | None = Field(description="`after` of the next page; null at the end")


class RateFigures(BaseModel):
    """Counts of obligations, and their rates; null where there is nothing to divide by."""

    expected: int
    filed: int
    on_time: int
    late: int
    overdue: int
    in_term: int
    no_deadline: int
    not_counted: int
    returned: int = Field(description="of what is filed: returned and not handed in again")
    correction_overdue: int = Field(description="of what is returned: past its correction day")
    completion: float | None
    reporting: float | None
    on_time_of_expected: float | None
    on_time_of_filed: float | None
    original_on_time: float | None
    completion_corrected: float | None
    reporting_corrected: float | None
    on_time_corrected: float | None
    median_days_late: float | None
    median_review_days: float | None
    units_never_filed: int


class OfLevel(BaseModel):
    level: str


class OfPlan(BaseModel):
    plan: str


class OfUnit(BaseModel):
    unit: str
    unit_name: str


class LevelRates(RateFigures, OfLevel):
    """The rates of a level."""


class PlanRates(RateFigures, OfPlan):
    """The rates of a plan."""


class BranchRates(RateFigures, OfUnit):
    """The rates of a unit with all below it."""


class RatesOut(BaseModel):
    """The rates as `dondoc rates --json` gives them, of what the account may see."""

    at: datetime
    selection: dict[str, str | None]
    formulas: dict[str, str]
    total: RateFigures
    levels: list[LevelRates]
    plans: list[PlanRates]
    branches: list[BranchRates]


class StageCounts(BaseModel):
    """How many reports of a stage there are, by what has become of them."""

    position: int
    name: str
    expected: int
    filed: int
    late: int
    overdue: int
    waiting: int
    not_counted: int


class HoldUp(BaseModel):
    """An overdue report, and the codes of the units that wait for it."""

    unit: str
    stage: int
    holds_up: list[str]


class ChainReport(ObligationOut):
    """A report in the tree: what it waits for, and the reports beneath it; units by their codes."""

    filed: bool
    blocked: bool
    waits_for: list[str]
    held_up_by: list[str]
    holds_up: list[str]
    children: list[ChainReport]


class ChainOut(BaseModel):
    """Who waits for whom, as `dondoc chain --json` gives it, of what the account may see."""

    plan: str
    duty: str
    period: str
    at: datetime
    stages: list[StageCounts]
    holding_up: list[HoldUp]
    tree: list[ChainReport]
