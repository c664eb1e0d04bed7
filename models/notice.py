"""The notice: one rung × one obligation × one recipient; ledger and outbox in one table.

The key makes a second pass harmless: a notice in the ledger is not queued again. `Mail` is the digest that
carried a person's notices; its Message-ID comes from the row, so that a repeated copy is recognised as one.
"""

from datetime import date, datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from models.columns import id_field, instant_field, optional_instant_field


class Notice(SQLModel, table=True):
    """A planned, sent or dropped notification of one recipient, with the reason."""

    __table_args__ = (
        UniqueConstraint("obligation_id", "deadline_revision", "rung", "repeat", "recipient"),
        Index("ix_notice_state_moment", "state", "moment"),
        Index(
            "ix_notice_alert",
            "rung",
            "repeat",
            "recipient",
            unique=True,
            sqlite_where=text("obligation_id IS NULL"),
            postgresql_where=text("obligation_id IS NULL"),
        ),
    )

    id: int = id_field()
    obligation_id: int | None = Field(
        default=None, foreign_key="obligation.id", index=True, description="none: an alert"
    )
    deadline_revision: int
    rung: str
    repeat: int = 0
    recipient: str = Field(index=True, description="address; empty for a rung that nobody could receive")
    contact_id: int | None = Field(default=None, foreign_key="contact.id")
    kind: str
    audience: str
    moment: datetime = instant_field(description="the rung's own moment")
    planned_at: datetime = instant_field()
    immediate: bool = False
    state: str = Field(default="queued")
    reason: str = ""
    words: str = Field(
        default="",
        sa_column_kwargs={"server_default": ""},
        description="what somebody who chases says in their own words",
    )
    actor: str = Field(
        default="", sa_column_kwargs={"server_default": ""}, description="who chases; empty: nobody does"
    )
    actor_unit_id: int | None = Field(
        default=None, foreign_key="unit.id", description="in which unit's name they chase"
    )
    attempts: int = 0
    next_attempt_at: datetime | None = optional_instant_field()
    lease_until: datetime | None = optional_instant_field()
    claimed_by: str | None = None
    sent_at: datetime | None = optional_instant_field()
    mail_id: int | None = Field(default=None, foreign_key="mail.id", index=True)


class Mail(SQLModel, table=True):
    """A mail to one person: the digest of a day, or one that could not wait."""

    id: int = id_field()
    key: str = Field(
        unique=True, description="address, local day and first notice: what makes it the same mail"
    )
    kind: str = Field(default="digest", description="digest, or urgent: one that could not wait for it")
    message_id: str = Field(unique=True)
    recipient: str = Field(index=True)
    day: date = Field(description="local day")
    subject: str
    body: str = Field(default="", description="text as sent, links without their secret; kept for a while")
    created_at: datetime = instant_field()
    sent_at: datetime | None = optional_instant_field(index=True)
