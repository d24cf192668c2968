"""Evidence says what the pages looked like when they were signed"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.add_column(sa.Column("pages_sha256", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("renderer", sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column("warnings", sa.JSON(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.drop_column("warnings")
        batch_op.drop_column("renderer")
        batch_op.drop_column("pages_sha256")
