"""the last mail is found at once, however many there are"""

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_mail_sent_at", "mail", ["sent_at"])


def downgrade() -> None:
    op.drop_index("ix_mail_sent_at", table_name="mail")
