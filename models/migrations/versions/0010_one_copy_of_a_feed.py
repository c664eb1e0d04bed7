"""one kept copy of a feed: what it was packed with goes"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The bytes and their validators stay, so that no calendar program fetches again what it has."""
    for name in ("context", "day", "marks", "spare"):
        op.drop_column("kept_feed", name)


def downgrade() -> None:
    """A copy without its parts is of no use to the older program, which builds it again."""
    op.execute("DELETE FROM kept_feed")
    op.add_column("kept_feed", sa.Column("context", sa.String(), nullable=False))
    op.add_column("kept_feed", sa.Column("day", sa.Date(), nullable=False))
    op.add_column("kept_feed", sa.Column("marks", sa.String(), nullable=False))
    op.add_column("kept_feed", sa.Column("spare", sa.LargeBinary(), nullable=False))
