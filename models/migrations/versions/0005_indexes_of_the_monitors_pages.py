"""indexes of the monitor's pages"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

BY_UNIT = "ix_obligation_unit_deadline"


def upgrade() -> None:
    op.drop_index(BY_UNIT, table_name="obligation")
    covering = ["occurrence_id", "plan_id", "closed_at", "original_deadline", "first_submitted_at"]
    op.create_index(BY_UNIT, "obligation", ["unit_id", "deadline", *covering])
    op.create_index(
        "ix_obligation_due", "obligation", ["state", "deadline", "branch", "occurrence_id", "plan_id"]
    )
    op.create_index(
        "ix_obligation_waiting",
        "obligation",
        ["submitted_at"],
        sqlite_where=sa.text("state = 'submitted'"),
        postgresql_where=sa.text("state = 'submitted'"),
    )


def downgrade() -> None:
    op.drop_index("ix_obligation_waiting", table_name="obligation")
    op.drop_index("ix_obligation_due", table_name="obligation")
    op.drop_index(BY_UNIT, table_name="obligation")
    op.create_index(BY_UNIT, "obligation", ["unit_id", "deadline"])
