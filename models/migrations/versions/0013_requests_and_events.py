"""requests for reports, events that have happened, and plans made of a single request

Nothing that is open changes.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from models.columns import Instant

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def _common() -> list[sa.Column[Any]]:
    return [
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("plan_version_id", sa.Integer(), nullable=False),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("withdrawn_at", Instant(), nullable=True),
        sa.Column("withdrawn_by", sa.String(), nullable=True),
        sa.Column("withdrawn_because", sa.String(), nullable=False),
        sa.Column("id", sa.Integer(), primary_key=True),
    ]


def _keys() -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"]),
        sa.ForeignKeyConstraint(["plan_version_id"], ["plan_version.id"]),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"]),
    ]


def upgrade() -> None:
    op.create_table(
        "request",
        *_common(),
        sa.Column("duty_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("due", Instant(), nullable=False),
        *_keys(),
        sa.ForeignKeyConstraint(["duty_id"], ["duty.id"]),
    )
    op.create_index("ix_request_plan_id", "request", ["plan_id"])
    op.create_index("ix_request_duty_id", "request", ["duty_id"])
    op.create_table(
        "happening",
        *_common(),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("happened_at", Instant(), nullable=False),
        *_keys(),
    )
    op.create_index("ix_happening_plan_id", "happening", ["plan_id"])
    op.create_index("ix_happening_event", "happening", ["event"])
    op.create_table(
        "asked_unit",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("request_id", sa.Integer(), nullable=True),
        sa.Column("happening_id", sa.Integer(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["request_id"], ["request.id"]),
        sa.ForeignKeyConstraint(["happening_id"], ["happening.id"]),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"]),
    )
    op.create_index("ix_asked_unit_request_id", "asked_unit", ["request_id"])
    op.create_index("ix_asked_unit_happening_id", "asked_unit", ["happening_id"])
    op.add_column("plan", sa.Column("ad_hoc", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    op.drop_column("plan", "ad_hoc")
    op.drop_table("asked_unit")
    op.drop_table("happening")
    op.drop_table("request")
