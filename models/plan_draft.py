"""Documents that plans are drafted from, and the drafts as a person leaves them.

A draft stays after its plan is loaded: what was read beside what a person made of it is a case to read again.
"""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from models.columns import id_field, instant_field


class PlanDocument(SQLModel, table=True):
    """A document as it was read. A plan names it by the SHA-256 of its text."""

    __tablename__ = "plan_document"

    id: int = id_field()
    sha256: str = Field(unique=True, description="SHA-256 of the text")
    name: str
    original: str = Field(description="SHA-256 of the file, under which the store keeps it")
    text: str
    remarks: str = Field(default="[]", description="what its reader says of it, as JSON")
    kept_at: datetime = instant_field()
    kept_by: str


class PlanDraft(SQLModel, table=True):
    """One plan drafted from a document; `number` counts those of one file from 1."""

    __tablename__ = "plan_draft"
    __table_args__ = (UniqueConstraint("document_id", "number"),)

    id: int = id_field()
    document_id: int = Field(foreign_key="plan_document.id", index=True)
    number: int = 1
    reading: str = Field(description="head, cards and what was passed over as read, as JSON")
    content: str = Field(description="the same as a person left it")
    made_at: datetime = instant_field()
    changed_at: datetime = instant_field()
    changed_by: str
