"""hours and windows of deadlines, planned days, and reports whose data has no cut-off"""

import sqlalchemy as sa
from alembic import op

import models.columns

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

# The table is not built again: SQLite would have to drop it under the obligations that hang on it.
RENAME = "ALTER TABLE occurrence RENAME COLUMN {} TO {}"
NEW = ("opens_at", "planned", "hour")


def upgrade() -> None:
    """What is open keeps its dates. A span of data that ends on the last day or later, or is none, goes: it was
    never the document's, and no page shows it any more."""
    op.execute(RENAME.format("period_start", "begins"))
    op.execute(RENAME.format("cutoff", "old_cutoff"))
    for name in ("period_start", "cutoff"):
        op.add_column("occurrence", sa.Column(name, sa.Date(), nullable=True))
    op.add_column("occurrence", sa.Column("opens_at", models.columns.Instant(timezone=True), nullable=True))
    op.add_column("occurrence", sa.Column("planned", sa.Date(), nullable=True))
    op.add_column("occurrence", sa.Column("hour", sa.String(), nullable=True))
    op.execute(
        "UPDATE occurrence SET period_start = begins, cutoff = old_cutoff "
        "WHERE (old_cutoff < membership_day OR (written IS NULL AND period <> 'once')) AND stage_id IN "
        "(SELECT stage.id FROM stage JOIN duty ON duty.id = stage.duty_id WHERE duty.type = 'report')"
    )
    op.drop_column("occurrence", "old_cutoff")


def downgrade() -> None:
    day = sa.Column("old_cutoff", sa.Date(), nullable=False, server_default="1900-01-01")
    op.add_column("occurrence", day)
    op.execute("UPDATE occurrence SET old_cutoff = COALESCE(cutoff, membership_day)")
    for name in ("period_start", "cutoff", *NEW):
        op.drop_column("occurrence", name)
    op.execute(RENAME.format("begins", "period_start"))
    op.execute(RENAME.format("old_cutoff", "cutoff"))
