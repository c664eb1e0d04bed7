"""who chased, and in which unit's name

Of older chases the audit tells who it was; their unit was not kept.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

WHO = """
UPDATE notice SET actor = coalesce(
    (SELECT max(audit_entry.actor) FROM audit_entry
     WHERE audit_entry.subject = 'obligation' AND audit_entry.subject_id = notice.obligation_id
     AND audit_entry.action = 'chase' AND audit_entry.at = notice.planned_at), '')
WHERE rung = '@chase'
"""


def upgrade() -> None:
    op.add_column("notice", sa.Column("actor", sa.String(), server_default="", nullable=False))
    # Alembic would copy the whole table for the sake of the key.
    op.execute("ALTER TABLE notice ADD COLUMN actor_unit_id INTEGER REFERENCES unit (id)")
    op.execute(WHO)


def downgrade() -> None:
    with op.batch_alter_table("notice") as notice:
        notice.drop_column("actor_unit_id")
        notice.drop_column("actor")
