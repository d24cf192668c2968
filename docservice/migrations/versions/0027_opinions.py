"""What somebody said with a signature"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0027"
down_revision: str | None = "0026"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("signing", sa.Column("opinion", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("signing", "opinion")
