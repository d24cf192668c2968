"""Signing with the token in an official's own computer: jobs that were issued to agents"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

import docservice.core.db

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "agent_job",
        sa.Column("bearer_sha256", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("signing_ids", sa.JSON(), nullable=False),
        sa.Column("expires_at", docservice.core.db.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("bearer_sha256"),
    )


def downgrade() -> None:
    op.drop_table("agent_job")
