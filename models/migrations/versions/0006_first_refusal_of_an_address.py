"""the first refusal of a contact's address"""

import sqlalchemy as sa
from alembic import op

import models.columns

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("contact", sa.Column("refused_at", models.columns.Instant(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("contact", "refused_at")
