"""hours and windows of deadlines, planned days, and reports whose data has no cut-off"""

import sqlalchemy as sa
from alembic import op

import models.columns

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

SPAN = ("period_start", "cutoff")


def upgrade() -> None:
    """What is open keeps its dates. A span of data that ends on the last day or later, or is none, goes: it was
    never the document's, and no page shows it any more."""
    with op.batch_alter_table("occurrence") as table:
        table.add_column(sa.Column("begins", sa.Date(), nullable=True))
        table.add_column(sa.Column("opens_at", models.columns.Instant(timezone=True), nullable=True))
        table.add_column(sa.Column("planned", sa.Date(), nullable=True))
        table.add_column(sa.Column("hour", sa.String(), nullable=True))
        for name in SPAN:
            table.alter_column(name, existing_type=sa.Date(), nullable=True)
    op.execute("UPDATE occurrence SET begins = period_start")
    with op.batch_alter_table("occurrence") as table:
        table.alter_column("begins", existing_type=sa.Date(), nullable=False)
    op.execute(
        "UPDATE occurrence SET period_start = NULL, cutoff = NULL WHERE cutoff >= membership_day "
        "AND (written IS NOT NULL OR period = 'once')"
    )
    op.execute(
        "UPDATE occurrence SET period_start = NULL, cutoff = NULL WHERE stage_id IN (SELECT stage.id "
        "FROM stage JOIN duty ON duty.id = stage.duty_id WHERE duty.type <> 'report')"
    )


def downgrade() -> None:
    op.execute("UPDATE occurrence SET period_start = begins WHERE period_start IS NULL")
    op.execute("UPDATE occurrence SET cutoff = membership_day WHERE cutoff IS NULL")
    with op.batch_alter_table("occurrence") as table:
        for name in SPAN:
            table.alter_column(name, existing_type=sa.Date(), nullable=False)
        for name in ("begins", "opens_at", "planned", "hour"):
            table.drop_column(name)
