"""When the node's own watch last looked"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from docservice.core.db import Instant

revision: str = "0030"
down_revision: str | None = "0029"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "watch_look",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("at", Instant(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("watch_look")
