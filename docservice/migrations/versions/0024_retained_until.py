"""Until when the store was asked to retain the originals of a case file"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0024"
down_revision: str | None = "0023"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("case_file", sa.Column("retained_until", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("case_file", "retained_until")
