"""steps that were undone, reports handed over to another unit, successors of units"""

import sqlalchemy as sa
from alembic import op

import models.columns

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

UNDOABLE = ("submission", "review")


def upgrade() -> None:
    instant = models.columns.Instant(timezone=True)
    for table in UNDOABLE:
        op.add_column(table, sa.Column("undone_at", instant, nullable=True))
        op.add_column(table, sa.Column("undone_by", sa.String(), nullable=True))
        op.add_column(table, sa.Column("undone_because", sa.String(), nullable=True))
    op.add_column("obligation", sa.Column("rearmed_at", instant, nullable=True))
    op.create_table(
        "handover",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("obligation_id", sa.Integer(), nullable=False),
        sa.Column("seat", sa.String(), nullable=False),
        sa.Column("at", instant, nullable=False),
        sa.Column("from_unit_id", sa.Integer(), nullable=False),
        sa.Column("to_unit_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["obligation_id"], ["obligation.id"]),
        sa.ForeignKeyConstraint(["from_unit_id"], ["unit.id"]),
        sa.ForeignKeyConstraint(["to_unit_id"], ["unit.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_handover_obligation_id", "handover", ["obligation_id"])
    op.create_table(
        "succession",
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("successor_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"]),
        sa.ForeignKeyConstraint(["successor_id"], ["unit.id"]),
        sa.PrimaryKeyConstraint("unit_id", "successor_id"),
    )
    # A report returned before its deadline is to be corrected no earlier than that.
    op.execute(
        "UPDATE obligation SET correction_deadline = deadline "
        "WHERE state = 'returned' AND correction_deadline < deadline"
    )


def downgrade() -> None:
    op.drop_table("succession")
    op.drop_index("ix_handover_obligation_id", table_name="handover")
    op.drop_table("handover")
    op.drop_column("obligation", "rearmed_at")
    for table in UNDOABLE:
        for name in ("undone_because", "undone_by", "undone_at"):
            op.drop_column(table, name)
