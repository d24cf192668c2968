"""When a kept verdict was found; those kept before are found again when they are asked for"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

import docservice.core.db

revision: str = "0026"
down_revision: str | None = "0025"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.execute("DELETE FROM kept_verdict")
    with op.batch_alter_table("kept_verdict") as table:
        table.add_column(sa.Column("at", docservice.core.db.Instant(timezone=True), nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("kept_verdict") as table:
        table.drop_column("at")
