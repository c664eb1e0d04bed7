"""closings that hold no more"""

import sqlalchemy as sa
from alembic import op

import models.instants

revision = "0011"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("closing") as closing:
        closing.add_column(sa.Column("undone_at", models.instants.Instant(timezone=True), nullable=True))
    op.create_index("ix_closing_undone_at", "closing", ["undone_at"])
    # What was cancelled for want of a unit that has come back since is looked at again by the next pass.
    op.execute("DELETE FROM marker WHERE name LIKE 'opened-plan-%'")
    op.execute(
        "UPDATE occurrence SET units_revision = -1 WHERE id IN (SELECT obligation.occurrence_id FROM obligation "
        "JOIN closing ON closing.obligation_id = obligation.id "
        "WHERE closing.reason = 'the unit is not in place on the day of this report')"
    )


def downgrade() -> None:
    op.drop_index("ix_closing_undone_at", table_name="closing")
    with op.batch_alter_table("closing") as closing:
        closing.drop_column("undone_at")
