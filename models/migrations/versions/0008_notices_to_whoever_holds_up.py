"""notices to units that hold a report up have their own kind"""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

SAID_BEFORE = "('coming-due', 'last-day', 'overdue', 'returned', 'chase', 'look-ahead')"


def upgrade() -> None:
    op.execute(f"UPDATE notice SET kind = 'holding-up' WHERE audience = 'below' AND kind IN {SAID_BEFORE}")


def downgrade() -> None:
    op.execute(
        "UPDATE notice SET kind = CASE rung WHEN '@chase' THEN 'chase' ELSE 'overdue' END "
        "WHERE kind = 'holding-up'"
    )
