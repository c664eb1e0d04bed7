"""Units and their place in the hierarchy, versioned in time.

A unit keeps its code for life; its name, level, kind, groups and superior hold from a day to a day. The last
day is exclusive, so two versions meet without a gap or an overlap.
"""

from datetime import date, datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from models.instants import instant_field


class Unit(SQLModel, table=True):
    """A place in the hierarchy, known by its code."""

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True, index=True)
    created_at: datetime = instant_field()


class Succession(SQLModel, table=True):
    """One unit takes over from another that ends."""

    unit_id: int = Field(foreign_key="unit.id", primary_key=True)
    successor_id: int = Field(foreign_key="unit.id", primary_key=True)


class UnitVersion(SQLModel, table=True):
    """What a unit was from `valid_from` until before `valid_to` (None: until further notice)."""

    __tablename__ = "unit_version"
    __table_args__ = (UniqueConstraint("unit_id", "valid_from"),)

    id: int | None = Field(default=None, primary_key=True)
    unit_id: int = Field(foreign_key="unit.id", index=True)
    valid_from: date = Field(index=True)
    valid_to: date | None = Field(default=None, index=True)
    name: str
    level: str
    kind: str
    groups: str = Field(default="", description="groups in alphabetical order, as ;a;b;")
    superior_id: int | None = Field(default=None, foreign_key="unit.id", index=True)
