"""indexes of the monitor's pages"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

COUNTING = "ix_obligation_counting"
COUNTED = [
    "occurrence_id",
    "plan_id",
    "unit_version_id",
    "branch",
    "closed_at",
    "deadline",
    "original_deadline",
    "first_submitted_at",
]


def upgrade() -> None:
    op.drop_index(COUNTING, table_name="obligation")
    op.create_index(COUNTING, "obligation", [*COUNTED, "unit_id", "recipient_id", "gatherer_id"])
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
    op.drop_index(COUNTING, table_name="obligation")
    op.create_index(COUNTING, "obligation", COUNTED)
