"""The people of a unit who are told: name, role, address, language, and from when to when.

A person is an address: whoever serves three units under one address gets one mail.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from models.columns import id_field, instant_field, optional_instant_field


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
    language: str = Field(default="vi")
    valid_from: date
    valid_to: date | None = Field(default=None)
    refused_at: datetime | None = optional_instant_field(
        description="first refusal as unknown since a mail was last taken: on a later day it is marked"
    )
    bounced_at: datetime | None = optional_instant_field(description="since when the address refuses mail")
