"""documents that plans are drafted from, the drafts, and the words of the document that each duty quotes"""

import json

import sqlalchemy as sa
from alembic import op

import models.columns

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


NEWEST = """
SELECT plan.id, plan_version.content FROM plan
JOIN plan_version ON plan_version.plan_id = plan.id AND plan_version.number = plan.version
"""


def upgrade() -> None:
    op.create_table(
        "plan_document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("original", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("remarks", sa.String(), nullable=False),
        sa.Column("kept_at", models.columns.Instant(timezone=True), nullable=False),
        sa.Column("kept_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("sha256"),
    )
    op.create_table(
        "plan_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("reading", sa.String(), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("made_at", models.columns.Instant(timezone=True), nullable=False),
        sa.Column("changed_at", models.columns.Instant(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["plan_document.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("document_id", "number"),
    )
    op.create_index("ix_plan_draft_document_id", "plan_draft", ["document_id"])
    op.add_column("duty", sa.Column("clause", sa.String(), server_default="", nullable=False))
    connection = op.get_bind()
    for plan, content in connection.execute(sa.text(NEWEST)).all():
        for duty in json.loads(content).get("duties", []):
            quote = (duty.get("clause") or {}).get("quote", "")
            if quote:
                change = sa.text("UPDATE duty SET clause = :quote WHERE plan_id = :plan AND key = :key")
                connection.execute(change, {"quote": quote, "plan": plan, "key": duty["id"]})


def downgrade() -> None:
    op.drop_column("duty", "clause")
    op.drop_index("ix_plan_draft_document_id", table_name="plan_draft")
    op.drop_table("plan_draft")
    op.drop_table("plan_document")
