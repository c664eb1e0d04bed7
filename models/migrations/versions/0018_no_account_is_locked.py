"""no account is locked by wrong passwords"""

import sqlalchemy as sa
from alembic import op

import models.columns

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("account") as account:
        account.drop_column("locked_until")
        account.drop_column("failures")


def downgrade() -> None:
    with op.batch_alter_table("account") as account:
        account.add_column(sa.Column("failures", sa.Integer(), server_default="0", nullable=False))
        account.add_column(sa.Column("locked_until", models.columns.Instant(timezone=True), nullable=True))
