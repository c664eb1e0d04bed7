"""Plans with every version that was loaded, their duties and stages, and the ladders they name.

The file's content is kept whole in `PlanVersion`. `Duty` and `Stage` give what obligations hang on an
identity that outlives an edit of the file.
"""

from datetime import date, datetime

from sqlalchemy import UniqueConstraint, false
from sqlmodel import Field, SQLModel

from models.columns import id_field, instant_field, optional_instant_field


class Plan(SQLModel, table=True):
    """A document that makes units report, as its newest version says."""

    id: int = id_field()
    slug: str = Field(unique=True, index=True)
    number: str
    title: str
    issuer: str
    issued_on: date | None = None
    in_force_from: date
    in_force_to: date | None = None
    monitor: str | None = Field(default=None, description="code of the unit that watches the plan")
    ladder: str = Field(default="default", description="slug of the ladder")
    ladder_since: datetime | None = optional_instant_field(
        description="when the plan changed to it; what lay before is not made up for"
    )
    version: int = Field(default=1, description="number of the newest version")
    retired_at: datetime | None = optional_instant_field()
    ad_hoc: bool = Field(
        default=False,
        sa_column_kwargs={"server_default": false()},
        description="made of a single request, without a document of its own",
    )


class PlanVersion(SQLModel, table=True):
    """The content of a plan file as it was loaded; never changed afterwards."""

    __tablename__ = "plan_version"
    __table_args__ = (UniqueConstraint("plan_id", "number"),)

    id: int = id_field()
    plan_id: int = Field(foreign_key="plan.id", index=True)
    number: int
    content: str = Field(description="the plan file's content as JSON, keys in a fixed order")
    digest: str = Field(description="SHA-256 of the content")
    applies_from: date
    redates: bool = Field(default=False, description="replaces what lies ahead and is open already")
    loaded_at: datetime = instant_field()
    loaded_by: str


class Duty(SQLModel, table=True):
    """One rule of a plan: who owes what, how often; `key` is its id in the plan file."""

    __table_args__ = (UniqueConstraint("plan_id", "key"),)

    id: int = id_field()
    plan_id: int = Field(foreign_key="plan.id", index=True)
    key: str
    title: str
    basis: str = ""
    clause: str = Field(
        default="", sa_column_kwargs={"server_default": ""}, description="words of the document that order it"
    )
    type: str
    frequency: str
    position: int
    ended_at: datetime | None = optional_instant_field(description="since when the plan has it no more")


class Stage(SQLModel, table=True):
    """One link of a duty's chain; position 1 is the lowest."""

    __table_args__ = (UniqueConstraint("duty_id", "position"),)

    id: int = id_field()
    duty_id: int = Field(foreign_key="duty.id", index=True)
    position: int
    name: str


class Attachment(SQLModel, table=True):
    """A file that belongs to a plan, such as the signed document, or to one of its duties, such as a form.

    It hangs on the duty's key, so that it outlives an edit of the plan; its bytes are in the store.
    """

    id: int = id_field()
    plan_id: int = Field(foreign_key="plan.id", index=True)
    duty: str = Field(default="", description="key of the duty; empty: of the plan itself")
    name: str
    media_type: str
    size: int = Field(description="bytes")
    sha256: str = Field(index=True)
    added_at: datetime = instant_field()
    added_by: str
    removed_at: datetime | None = optional_instant_field(description="taken away, or replaced by another")
    removed_by: str | None = None


class Ladder(SQLModel, table=True):
    """The ordered rungs of reminders and escalations that plans name."""

    id: int = id_field()
    slug: str = Field(unique=True, index=True)
    content: str = Field(description="the ladder file's content as JSON")
    version: int = 1
    changed_at: datetime = instant_field()
