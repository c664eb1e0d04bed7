"""One stage in one period: its dates, computed once and then frozen.

Obligations point here for everything that is the same for all units of the stage, so that opening ten
thousand of them writes only what differs.
"""

from datetime import date, datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from models.instants import instant_field, optional_instant_field


class Occurrence(SQLModel, table=True):
    """A stage × a period. Dates are local; `deadline` is the exclusive instant, None without a deadline."""

    __table_args__ = (UniqueConstraint("stage_id", "period", "revision"),)

    id: int | None = Field(default=None, primary_key=True)
    stage_id: int = Field(foreign_key="stage.id", index=True)
    plan_version_id: int = Field(foreign_key="plan_version.id", index=True)
    period: str = Field(index=True, description="2024-02, 2024-Q1, 2024-H1, 2024-9M, 2024, once")
    revision: int = Field(default=1, description="counts up when a changed plan replaces the dates")
    period_start: date = Field(description="first day of the data")
    cutoff: date = Field(description="last day of the data (chốt số liệu)")
    rule: str = Field(description="the due rule as frozen, empty without a deadline")
    written: date | None = None
    bound: str | None = None
    safe_day: date | None = None
    deadline: datetime | None = optional_instant_field()
    membership_day: date = Field(description="the day whose units owe it")
    units_revision: int = Field(default=0, description="revision of the units it was opened against")
    opened_at: datetime = instant_field()
    replaced_at: datetime | None = optional_instant_field()
