"""When a kept verdict was found; empty where an older version kept it, and then it is found again"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

import docservice.core.db

revision: str = "0026"
down_revision: str | None = "0025"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("kept_verdict", sa.Column("at", docservice.core.db.Instant(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("kept_verdict", "at")
