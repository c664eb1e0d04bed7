"""Reports handed in: each version with its documents, kept by content."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from models.columns import id_field, instant_field
from models.decision import Undoable


def receipt_number(obligation_id: int, version: int) -> str:
    """What stands on the receipt: unique, short enough to be read out on the telephone."""
    return f"{obligation_id}-{version}"


class Submission(Undoable, table=True):
    """A version handed in; `filed_at` decides timeliness, `recorded_at` is when dondoc was told. One that was
    withdrawn counts as never handed in."""

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
