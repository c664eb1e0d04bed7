"""further recipients of a report, and whether its recipient is the one that `via` names

What is open keeps the recipient it was opened with, and has no further ones.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("obligation", sa.Column("via", sa.Boolean(), nullable=True))
    op.create_table(
        "obligation_copy",
        sa.Column("obligation_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["obligation_id"], ["obligation.id"]),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"]),
        sa.PrimaryKeyConstraint("obligation_id", "unit_id"),
    )
    op.create_index("ix_obligation_copy_unit", "obligation_copy", ["unit_id", "obligation_id"])


def downgrade() -> None:
    op.drop_index("ix_obligation_copy_unit", table_name="obligation_copy")
    op.drop_table("obligation_copy")
    op.drop_column("obligation", "via")
