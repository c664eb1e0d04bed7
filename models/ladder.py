"""Ladders as stored: the file's content, with a version that counts its edits."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from models.columns import id_field, instant_field


class Ladder(SQLModel, table=True):
    """The ordered rungs of reminders and escalations that plans name."""

    id: int = id_field()
    slug: str = Field(unique=True, index=True)
    content: str = Field(description="the ladder file's content as JSON")
    version: int = 1
    changed_at: datetime = instant_field()
