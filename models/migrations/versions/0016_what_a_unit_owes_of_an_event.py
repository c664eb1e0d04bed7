"""which duty a unit owes because of a request or an event, and what was said of the same instant

Of what is open the units are noted as before, and the duty is taken from the reports that were opened.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

OF_REQUESTS = """
UPDATE asked_unit SET duty_id = (SELECT request.duty_id FROM request WHERE request.id = asked_unit.request_id)
WHERE request_id IS NOT NULL
"""
OF_EVENTS = """
INSERT INTO asked_unit (happening_id, duty_id, unit_id)
SELECT asked_unit.happening_id, stage.duty_id, asked_unit.unit_id
FROM asked_unit
JOIN happening ON happening.id = asked_unit.happening_id
JOIN occurrence ON occurrence.period LIKE 'ev-' || happening.id || '-%'
JOIN stage ON stage.id = occurrence.stage_id
JOIN obligation ON obligation.occurrence_id = occurrence.id AND obligation.unit_id = asked_unit.unit_id
GROUP BY asked_unit.happening_id, stage.duty_id, asked_unit.unit_id
"""


def upgrade() -> None:
    # Alembic would copy the whole table for the sake of the key.
    op.execute("ALTER TABLE asked_unit ADD COLUMN duty_id INTEGER REFERENCES duty (id)")
    op.add_column("happening", sa.Column("joins_id", sa.Integer(), nullable=True))
    op.create_index("ix_happening_joins_id", "happening", ["joins_id"])
    op.execute(OF_REQUESTS)
    op.execute(OF_EVENTS)


def downgrade() -> None:
    op.execute("DELETE FROM asked_unit WHERE happening_id IS NOT NULL AND duty_id IS NOT NULL")
    op.drop_index("ix_happening_joins_id", table_name="happening")
    op.drop_column("happening", "joins_id")
    with op.batch_alter_table("asked_unit") as asked_unit:
        asked_unit.drop_column("duty_id")
