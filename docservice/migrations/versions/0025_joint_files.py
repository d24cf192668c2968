"""What a joint file that came says of itself, and when its other side had signed"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from docservice.core.db import Instant

revision: str = "0025"
down_revision: str | None = "0024"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "joint_file",
        sa.Column("version_id", sa.Uuid(), sa.ForeignKey("version.id"), primary_key=True),
        sa.Column("open_fields", sa.JSON(), nullable=False),
        sa.Column("signers", sa.JSON(), nullable=False),
        sa.Column("continues_sha256", sa.String(64), nullable=True),
    )
    op.add_column("document", sa.Column("partner_signed_at", Instant(), nullable=True))


def downgrade() -> None:
    op.drop_column("document", "partner_signed_at")
    op.drop_table("joint_file")
