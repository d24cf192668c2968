"""An authority by order that was passed on names the one it came from"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0016"
down_revision: str | None = "0015"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table("signing_authority") as table:
        table.add_column(sa.Column("passed_from_id", sa.Uuid(), nullable=True))
        table.create_foreign_key("fk_signing_authority_passed_from", "signing_authority", ["passed_from_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("signing_authority") as table:
        table.drop_column("passed_from_id")
