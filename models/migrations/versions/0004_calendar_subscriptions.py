"""calendar subscriptions"""

import sqlalchemy as sa
from alembic import op

import models.columns

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    instant = models.columns.Instant(timezone=True)
    op.create_table(
        "subscription",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("alarms", sa.Boolean(), nullable=False),
        sa.Column("shown", sa.String(), nullable=False),
        sa.Column("created_at", instant, nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("expires_at", instant, nullable=True),
        sa.Column("revoked_at", instant, nullable=True),
        sa.Column("stopped_at", instant, nullable=True),
        sa.Column("last_fetched_at", instant, nullable=True),
        sa.Column("last_program", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_subscription_of", "subscription", ["kind", "key"])
    op.create_index("ix_subscription_owner", "subscription", ["owner"])
    op.create_table(
        "feed_token",
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("subscription_id", sa.Integer(), nullable=False),
        sa.Column("made_at", instant, nullable=False),
        sa.Column("ended_at", instant, nullable=True),
        sa.ForeignKeyConstraint(["subscription_id"], ["subscription.id"]),
        sa.PrimaryKeyConstraint("hash"),
    )
    op.create_index("ix_feed_token_subscription_id", "feed_token", ["subscription_id"])
    op.create_table(
        "kept_feed",
        sa.Column("view", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("context", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("etag", sa.String(), nullable=False),
        sa.Column("changed_at", instant, nullable=False),
        sa.Column("marks", sa.String(), nullable=False),
        sa.Column("spare", sa.LargeBinary(), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("left_out", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("view"),
    )
