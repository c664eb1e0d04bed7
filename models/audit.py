"""The audit: who changed what, when, from what to what. Rows are only ever added."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from models.columns import id_field, instant_field


class AuditEntry(SQLModel, table=True):
    """One change. `before` and `after` are JSON objects holding only what changed."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_subject", "subject", "subject_id"),)

    id: int = id_field()
    at: datetime = instant_field(index=True)
    actor: str
    action: str
    subject: str = Field(description="what kind of row: obligation, occurrence, plan, unit, contact, …")
    subject_id: int
    before: str = "{}"
    after: str = "{}"
