"""Decisions about an obligation: review, extension, waiver or cancellation, acknowledgement, handover."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlmodel import Field, Session, SQLModel, col, select

from messages.catalogue import N_
from models.columns import id_field, instant_field, optional_instant_field


def pending(session: Session, obligation_id: int) -> Extension | None:
    """The undecided request for an extension, if any."""
    query = select(Extension).where(
        col(Extension.obligation_id) == obligation_id, col(Extension.decided_at).is_(None)
    )
    return session.exec(query).first()


DAY_OFF = N_("the working day of this report has become a day off")
NOT_IN_PLACE = N_("the unit is not in place on the day of this report")


class Undoable(SQLModel):
    """A step that can be undone: the row stays, with who undid it, when and why."""

    undone_at: datetime | None = optional_instant_field()
    undone_by: str | None = None
    undone_because: str | None = None


class Review(Undoable, table=True):
    """The recipient accepts a submission, or returns it with a reason."""

    id: int = id_field()
    obligation_id: int = Field(foreign_key="obligation.id", index=True)
    submission_id: int = Field(foreign_key="submission.id", index=True)
    verdict: str
    reason: str = ""
    at: datetime = instant_field()
    actor: str
    correction_deadline: datetime | None = optional_instant_field()


class Extension(SQLModel, table=True):
    """A request for a later deadline and its decision; the old deadline is kept."""

    id: int = id_field()
    obligation_id: int = Field(foreign_key="obligation.id", index=True)
    requested_at: datetime = instant_field()
    requested_by: str
    reason: str
    asked_deadline: datetime = instant_field()
    decided_at: datetime | None = optional_instant_field(index=True)
    decided_by: str | None = None
    granted: bool | None = None
    decision_note: str = ""
    document_number: str = ""
    old_deadline: datetime | None = optional_instant_field()
    new_deadline: datetime | None = optional_instant_field()


class Closing(Undoable, table=True):
    """A decision that ends an obligation without a report: waived, cancelled or transferred."""

    id: int = id_field()
    obligation_id: int = Field(foreign_key="obligation.id", index=True)
    kind: str
    reason: str
    document_number: str = ""
    at: datetime = instant_field()
    actor: str


class Acknowledgement(SQLModel, table=True):
    """An acknowledgement of a reminder; it mutes some rungs until it expires."""

    id: int = id_field()
    obligation_id: int = Field(foreign_key="obligation.id", index=True)
    at: datetime = instant_field()
    expires_at: datetime = instant_field()
    actor: str
    note: str = ""


class Seat(StrEnum):
    """What a unit is to a report: its recipient, the one that gathers, or one of the further recipients."""

    RECIPIENT = "recipient"
    GATHERER = "gatherer"
    COPY = "copy"


class Handover(SQLModel, table=True):
    """A change of recipient where the recipient unit has ended. The first row names the original one; of a
    further recipient each row does."""

    id: int = id_field()
    obligation_id: int = Field(foreign_key="obligation.id", index=True)
    seat: str = Field(description="recipient, gatherer or copy: what was handed over")
    at: datetime = instant_field()
    from_unit_id: int = Field(foreign_key="unit.id")
    to_unit_id: int = Field(foreign_key="unit.id")
