"""Units, their place in the hierarchy, and their contacts, versioned in time.

A unit keeps its code for life; its name, level, kind, groups and superior hold from a day to a day. The last
day is exclusive, so two versions meet without a gap or an overlap. A contact is one person in one role of one
unit; the address is the person, so somebody who serves three units under one address gets one mail.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Integer, UniqueConstraint
from sqlalchemy.sql.functions import FunctionElement
from sqlmodel import Field, SQLModel

from messages.catalogue import DEFAULT_LANGUAGE
from models.columns import id_field, instant_field, optional_instant_field, sql_function

TOP = "/"
"""The marker of the root above all units."""


def marker(unit_id: int | None) -> str:
    """The unit's part of a branch such as `/1/5/77/`; None is the root above all units."""
    return TOP if unit_id is None else f"/{unit_id}/"


@sql_function(
    # CAST reads the digits at the beginning, and gives 0 where there are none.
    sqlite="CAST(substr({0}, instr({0}, {1}) + length({1})) AS INTEGER)",
    postgresql="CAST(coalesce(nullif(split_part(substr({0}, strpos({0}, CAST({1} AS TEXT)) + "
    "length(CAST({1} AS TEXT))), '/', 1), ''), '0') AS INTEGER)",
)
class step_below(FunctionElement[int]):  # noqa: N801  (reads as an SQL function)
    """In a branch, the id that follows a marker; 0 where the branch ends with the marker."""

    type = Integer()
    inherit_cache = True
    name = "step_below"


class Unit(SQLModel, table=True):
    """A place in the hierarchy, known by its code."""

    id: int = id_field()
    code: str = Field(unique=True, index=True)
    created_at: datetime = instant_field()
    address: str = Field(
        default="", sa_column_kwargs={"server_default": ""}, description="where its office is"
    )


class Succession(SQLModel, table=True):
    """One unit takes over from another that ends."""

    unit_id: int = Field(foreign_key="unit.id", primary_key=True)
    successor_id: int = Field(foreign_key="unit.id", primary_key=True)


class UnitVersion(SQLModel, table=True):
    """What a unit was from `valid_from` until before `valid_to` (None: until further notice)."""

    __tablename__ = "unit_version"
    __table_args__ = (UniqueConstraint("unit_id", "valid_from"),)

    id: int = id_field()
    unit_id: int = Field(foreign_key="unit.id", index=True)
    valid_from: date = Field(index=True)
    valid_to: date | None = Field(default=None, index=True)
    name: str
    level: str
    kind: str
    groups: str = Field(default="", description="groups in alphabetical order, as ;a;b;")
    superior_id: int | None = Field(default=None, foreign_key="unit.id", index=True)


class Unsubscription(SQLModel, table=True):
    """An address that gets no look-ahead since `at`."""

    address: str = Field(primary_key=True, description="lower case")
    at: datetime = instant_field()


class Contact(SQLModel, table=True):
    """One person in one role of one unit, from `valid_from` until before `valid_to`."""

    __table_args__ = (UniqueConstraint("unit_id", "role", "address", "valid_from"),)

    id: int = id_field()
    unit_id: int = Field(foreign_key="unit.id", index=True)
    name: str
    role: str
    address: str = Field(index=True, description="lower case: two spellings of an address are one person")
    language: str = Field(default=DEFAULT_LANGUAGE)
    phone: str = Field(default="", sa_column_kwargs={"server_default": ""})
    valid_from: date
    valid_to: date | None = Field(default=None)
    refused_at: datetime | None = optional_instant_field(
        description="first refusal as unknown since a mail was last taken: on a later day it is marked"
    )
    bounced_at: datetime | None = optional_instant_field(description="since when the address refuses mail")
    link_series: int = Field(
        default=0,
        sa_column_kwargs={"server_default": "0"},
        description="signed into the links mailed to this person; another one ends them",
    )


class ListHeading(SQLModel, table=True):
    """What somebody said that a heading of an office's list means."""

    __tablename__ = "list_heading"

    id: int = id_field()
    heading: str = Field(unique=True, index=True, description="small letters without marks")
    column: str = Field(description="what the column says; see reporting.units.headings")
