"""telephone numbers of contacts; headings of lists that somebody explained"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("contact", sa.Column("phone", sa.String(), server_default="", nullable=False))
    op.create_table(
        "list_heading",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("heading", sa.String(), nullable=False),
        sa.Column("column", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_list_heading_heading", "list_heading", ["heading"], unique=True)


def downgrade() -> None:
    op.drop_table("list_heading")
    with op.batch_alter_table("contact") as contact:
        contact.drop_column("phone")
