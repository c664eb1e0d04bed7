"""What makes reports due that no calendar does: requests, and events that have happened.

Each row opens its reports once, in its own transaction, under a period of its own: `req-12-20260428`,
`ev-7-20260428-1405`. What it says never changes; taking it back is noted on it.
"""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel

from models.columns import id_field, instant_field, optional_instant_field


class Asking(SQLModel):
    """What a request and an event have in common. `whole` asks all whom the duty chooses, later ones too;
    else the units of `AskedUnit` alone."""

    plan_id: int = Field(foreign_key="plan.id", index=True)
    plan_version_id: int = Field(foreign_key="plan_version.id", description="whose chain holds for it")
    whole: bool = Field(description="all whom the duty chooses")
    title: str = Field(description="what is asked for, or what the event is called")
    note: str = ""
    actor: str = Field(description="who asked, or said so")
    unit_id: int | None = Field(default=None, foreign_key="unit.id", description="for which unit")
    at: datetime = instant_field()
    withdrawn_at: datetime | None = optional_instant_field()
    withdrawn_by: str | None = None
    withdrawn_because: str = ""


class ReportRequest(Asking, table=True):
    """A request for a report; `due` is the topmost stage's exclusive instant, `rule` what was written."""

    __tablename__ = "request"

    id: int = id_field()
    duty_id: int = Field(foreign_key="duty.id", index=True)
    number: str = Field(default="", description="number of the letter")
    rule: str
    due: datetime = instant_field()


class Happening(Asking, table=True):
    """An event that has happened, by its id in the plan file."""

    id: int = id_field()
    event: str = Field(index=True)
    happened_at: datetime = instant_field()
    joins_id: int | None = Field(
        default=None,
        index=True,
        description="the first that was said of this instant; its reports are open under that one's period",
    )


class AskedUnit(SQLModel, table=True):
    """A unit that a request or an event is for, where it is not for all: with the duty that it owes because
    of it; without one, a unit of which it was said that the event has happened."""

    __tablename__ = "asked_unit"

    id: int = id_field()
    request_id: int | None = Field(default=None, foreign_key="request.id", index=True)
    happening_id: int | None = Field(default=None, foreign_key="happening.id", index=True)
    duty_id: int | None = Field(default=None, foreign_key="duty.id")
    unit_id: int = Field(foreign_key="unit.id")
