"""closings that hold no more"""

import sqlalchemy as sa
from alembic import op

import models.columns

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("closing", sa.Column("undone_at", models.columns.Instant(timezone=True), nullable=True))
    op.add_column("closing", sa.Column("undone_by", sa.String(), nullable=True))
    op.add_column("closing", sa.Column("undone_because", sa.String(), nullable=True))
    # What was cancelled for want of a unit that has come back since is looked at again by the next pass.
    op.execute("DELETE FROM marker WHERE name LIKE 'opened-plan-%'")
    op.execute(
        "UPDATE occurrence SET units_revision = -1 WHERE id IN (SELECT obligation.occurrence_id FROM obligation "
        "JOIN closing ON closing.obligation_id = obligation.id "
        "WHERE closing.reason = 'the unit is not in place on the day of this report')"
    )


def downgrade() -> None:
    for name in ("undone_because", "undone_by", "undone_at"):
        op.drop_column("closing", name)
