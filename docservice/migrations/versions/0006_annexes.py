"""One act of sealing covers the annexes in files of their own"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.add_column(sa.Column("sealed_sha256", sa.String(length=64), nullable=True))
    with op.batch_alter_table("signing", schema=None) as batch_op:
        batch_op.add_column(sa.Column("attachment_id", sa.Uuid(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_signing_attachment_id_attachment"), "attachment", ["attachment_id"], ["id"]
        )


def downgrade() -> None:
    with op.batch_alter_table("signing", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_signing_attachment_id_attachment"), type_="foreignkey")
        batch_op.drop_column("attachment_id")
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.drop_column("sealed_sha256")
