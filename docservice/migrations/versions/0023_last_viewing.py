"""The last day somebody opened a version: each day is a line of the journal"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0023"
down_revision: str | None = "0022"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("viewing", sa.Column("last_on", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("viewing", "last_on")
