"""Which files of a case file, and which written register books, the stores were asked to retain"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from docservice.core.db import Instant

revision: str = "0029"
down_revision: str | None = "0028"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("case_file", sa.Column("retained_at", Instant(), nullable=True))
    op.add_column("register_copy", sa.Column("retained_until", sa.Date(), nullable=True))
    op.add_column("register_copy", sa.Column("retained_at", Instant(), nullable=True))


def downgrade() -> None:
    op.drop_column("register_copy", "retained_at")
    op.drop_column("register_copy", "retained_until")
    op.drop_column("case_file", "retained_at")
