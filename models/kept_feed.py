"""The kept feed: a calendar's bytes as last built, with its validators and what each event was built from.

Many subscriptions to the same view share one row. `marks` names for every event the row it came from and
that row's version, so that a change of one obligation serialises one event anew.
"""

from datetime import date, datetime

from sqlmodel import Field, SQLModel

from models.instants import instant_field


class KeptFeed(SQLModel, table=True):
    """The bytes of one view of a unit, branch, plan or person."""

    __tablename__ = "kept_feed"

    view: str = Field(primary_key=True, description="kind, language, alarms, timeliness shown and key")
    fingerprint: str = Field(description="what it was built from; another one means it is out of date")
    context: str = Field(description="what all its events have in common; another one means none can be kept")
    day: date = Field(description="the local day of its window")
    data: bytes
    etag: str
    changed_at: datetime = instant_field(description="when the bytes last changed, in whole seconds")
    marks: str = Field(description="JSON: of each event its row, version, last day, standing and octets")
    spare: bytes = Field(default=b"", description="events that did not fit, in the order of the last marks")
    events: int = Field(description="events shown")
    left_out: int = Field(description="events that did not fit")
