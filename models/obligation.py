"""Obligations (one unit, one stage, one period), their occurrences, and the submitted reports.

It is frozen when opened: which version of the unit owes it, to whom, in which branch. Afterwards only its
lifecycle and, by an extension, its deadline move. Timeliness is computed and never stored.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Protocol

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from calendars.periods import is_short
from models.columns import id_field, instant_field, optional_instant_field
from models.decision import Undoable


class Occurrence(SQLModel, table=True):
    """A stage × a period. Dates are local; `deadline` is the exclusive instant, None without a deadline."""

    __table_args__ = (UniqueConstraint("stage_id", "period", "revision"),)

    id: int = id_field()
    stage_id: int = Field(foreign_key="stage.id", index=True)
    plan_version_id: int = Field(foreign_key="plan_version.id", index=True)
    period: str = Field(index=True, description="its key, e.g. 2024-02, 2024-Q1, 2026-W18, once")
    revision: int = Field(default=1, description="counts up when a changed plan replaces the dates")
    begins: date = Field(description="first day of its window, else of its data, else of its period")
    period_start: date | None = Field(default=None, description="first day of the data; None: no cut-off")
    cutoff: date | None = Field(default=None, description="last day of the data")
    opens_at: datetime | None = optional_instant_field(description="when its window opens")
    planned: date | None = Field(default=None, description="when the document expects it")
    rule: str = Field(description="the due rule as frozen, empty without a deadline")
    written: date | None = None
    hour: str | None = Field(default=None, description="the hour written, as 14:00")
    bound: str | None = None
    safe_day: date | None = None
    deadline: datetime | None = optional_instant_field()
    membership_day: date = Field(description="the day whose units owe it")
    units_revision: int = Field(default=0, description="revision of the units it was opened against")
    opened_at: datetime = instant_field()
    replaced_at: datetime | None = optional_instant_field()


class Obligation(SQLModel, table=True):
    """A report that a unit owes. All instants are aware UTC; `deadline` is exclusive."""

    __table_args__ = (
        UniqueConstraint("occurrence_id", "unit_id"),
        # What rates and counts are made of, and who may see them: they read this index and never the table.
        Index(
            "ix_obligation_counting",
            "occurrence_id",
            "plan_id",
            "unit_version_id",
            "branch",
            "closed_at",
            "deadline",
            "original_deadline",
            "first_submitted_at",
            "unit_id",
            "recipient_id",
            "gatherer_id",
        ),
        Index("ix_obligation_unit_deadline", "unit_id", "deadline"),
        # What is overdue or comes due, with its branch.
        Index("ix_obligation_due", "state", "deadline", "branch", "occurrence_id", "plan_id"),
        Index(
            "ix_obligation_waiting",
            "submitted_at",
            sqlite_where=text("state = 'submitted'"),
            postgresql_where=text("state = 'submitted'"),
        ),
        Index("ix_obligation_overdue", "state", "overdue_since", "deadline"),
    )

    id: int = id_field()
    occurrence_id: int = Field(foreign_key="occurrence.id")
    plan_id: int = Field(foreign_key="plan.id", index=True)
    unit_id: int = Field(foreign_key="unit.id")
    unit_version_id: int = Field(foreign_key="unit_version.id")
    branch: str = Field(description="ids of the unit's superiors and itself, from the top, as /1/5/77/")
    recipient_id: int | None = Field(default=None, foreign_key="unit.id", index=True)
    gatherer_id: int | None = Field(default=None, foreign_key="unit.id", index=True)
    via: bool | None = Field(
        default=None,
        description="the recipient is whom the plan names in `via`; none: opened before that was kept",
    )
    state: str = Field(default="open")
    deadline: datetime | None = optional_instant_field()
    original_deadline: datetime | None = optional_instant_field()
    deadline_revision: int = Field(
        default=1, description="counts up when the deadline moves, or all rungs are armed again"
    )
    rearmed_at: datetime | None = optional_instant_field(
        description="when last a step was undone or a review handed over, so that rungs were armed again"
    )
    correction_deadline: datetime | None = optional_instant_field()
    first_submitted_at: datetime | None = optional_instant_field()
    submitted_at: datetime | None = optional_instant_field(description="the newest version's time")
    accepted_at: datetime | None = optional_instant_field()
    closed_at: datetime | None = optional_instant_field(description="waived, cancelled or transferred")
    overdue_since: datetime | None = optional_instant_field(description="set once by the tick, for feeds")
    attention_at: datetime | None = optional_instant_field(
        index=True, description="when the next tick must look at it; an index only, the ledger is the truth"
    )
    row_version: int = Field(default=0, description="counts every change a reader can see")
    opened_at: datetime = instant_field()
    changed_at: datetime = instant_field()


class ObligationCopy(SQLModel, table=True):
    """A further recipient of a report, who sees it from the moment it is filed and decides nothing."""

    __tablename__ = "obligation_copy"
    __table_args__ = (Index("ix_obligation_copy_unit", "unit_id", "obligation_id"),)

    obligation_id: int = Field(foreign_key="obligation.id", primary_key=True)
    unit_id: int = Field(foreign_key="unit.id", primary_key=True)
    position: int = Field(description="in which order the plan names them")


class Seated(Protocol):
    """Who is meant to have a report: the recipient, and who gathers."""

    @property
    def recipient_id(self) -> int | None: ...
    @property
    def gatherer_id(self) -> int | None: ...
    @property
    def via(self) -> bool | None: ...


def reviewer_of(report: Seated) -> int | None:
    """The unit that is to accept or return it: its recipient. Of what was opened before `via` was kept it is
    the unit that gathers, for then `via` made nobody the recipient."""
    if report.via is None:
        return report.gatherer_id or report.recipient_id
    return report.recipient_id or report.gatherer_id


def opens_on(period: str, begins: date, opens_at: datetime | None) -> date | None:
    """The local day before which nothing is said of a report: of its window, its day or its week."""
    return begins if opens_at is not None or is_short(period) else None


def receipt_number(obligation_id: int, version: int) -> str:
    """The number on a receipt: unique, and short enough to be read out on the telephone."""
    return f"{obligation_id}-{version}"


class Submission(Undoable, table=True):
    """A submitted version; `filed_at` decides timeliness, `recorded_at` is the entry. A withdrawn version
    counts as never submitted."""

    __table_args__ = (UniqueConstraint("obligation_id", "version"),)

    id: int = id_field()
    obligation_id: int = Field(foreign_key="obligation.id", index=True)
    version: int
    document_number: str = ""
    document_date: date | None = None
    note: str = ""
    filed_at: datetime = instant_field()
    recorded_at: datetime = instant_field()
    actor: str


class Document(SQLModel, table=True):
    """A file of a submission; its bytes are in the store under their SHA-256."""

    id: int = id_field()
    submission_id: int = Field(foreign_key="submission.id", index=True)
    name: str
    media_type: str
    size: int = Field(description="bytes")
    sha256: str = Field(index=True)
