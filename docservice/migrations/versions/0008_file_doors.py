"""One-time doors for signing tools that take a whole file and bring it back signed"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

import docservice.core.db

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "file_door",
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("signing_id", sa.Uuid(), nullable=False),
        sa.Column("takes", sa.Boolean(), nullable=False),
        sa.Column("expires_at", docservice.core.db.Instant(timezone=True), nullable=False),
        sa.Column("used_at", docservice.core.db.Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["signing_id"], ["signing.id"]),
        sa.PrimaryKeyConstraint("token_sha256"),
    )


def downgrade() -> None:
    op.drop_table("file_door")
