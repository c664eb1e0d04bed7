"""Feed subscriptions with private addresses, their tokens (hashes only), and the cache of rendered feeds.

The subscription outlives a token: rotating ends one and makes another, and a request with the old one gets a
feed that says that it has stopped.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from messages.catalogue import DEFAULT_LANGUAGE, N_
from models.columns import id_field, instant_field, optional_instant_field

FEED_KINDS = {"unit": N_("unit"), "branch": N_("branch"), "plan": N_("plan"), "person": N_("person")}
"""What a feed may be of, in words."""


class KeptFeed(SQLModel, table=True):
    """The one kept copy of a feed: the bytes of one view of a unit, branch, plan or person."""

    __tablename__ = "kept_feed"

    view: str = Field(primary_key=True, description="kind, language, alarms, timeliness shown and key")
    fingerprint: str = Field(description="what it was built from; another one means it is out of date")
    data: bytes
    etag: str
    changed_at: datetime = instant_field(description="when the bytes last changed, in whole seconds")
    events: int = Field(description="events shown")
    left_out: int = Field(description="events that did not fit")


class Subscription(SQLModel, table=True):
    """A feed as one reader ordered it."""

    __table_args__ = (Index("ix_subscription_of", "kind", "key"),)

    id: int = id_field()
    kind: str = Field(description="unit, branch, plan or person")
    key: str = Field(description="the unit's code, the plan's slug, or the person's address")
    owner: str = Field(default="", index=True, description="address whose rights count; empty: the office's")
    language: str = Field(default=DEFAULT_LANGUAGE)
    alarms: bool = False
    shown: str = Field(default="", description="timeliness shown, as ;in term;overdue;, empty for all")
    created_at: datetime = instant_field()
    created_by: str
    expires_at: datetime | None = optional_instant_field()
    revoked_at: datetime | None = optional_instant_field()
    stopped_at: datetime | None = optional_instant_field(
        description="since when the owner may no longer see it"
    )
    last_fetched_at: datetime | None = optional_instant_field()
    last_program: str = ""


class FeedToken(SQLModel, table=True):
    """A secret of a subscription, as its SHA-256; the secret itself is shown once and kept nowhere."""

    __tablename__ = "feed_token"

    hash: str = Field(primary_key=True, description="SHA-256 of the token, in hexadecimal")
    subscription_id: int = Field(foreign_key="subscription.id", index=True)
    made_at: datetime = instant_field()
    ended_at: datetime | None = optional_instant_field(description="when another took its place")
