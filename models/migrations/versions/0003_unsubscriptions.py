"""who wants no weekly look-ahead"""

import sqlalchemy as sa
from alembic import op

import models.columns

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "unsubscription",
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("at", models.columns.Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("address"),
    )


def downgrade() -> None:
    op.drop_table("unsubscription")
