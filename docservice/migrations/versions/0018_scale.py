"""Allowances of requests, and two indexes that a million documents ask for."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

import docservice.core.db

revision: str = "0018"
down_revision: str | None = "0017"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "allowance",
        sa.Column("key", sa.String(120), nullable=False),
        sa.Column("minute", docservice.core.db.Instant(timezone=True), nullable=False),
        sa.Column("given", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", "minute"),
    )
    op.create_index("ix_register_line_ordinal", "register_line", ["register_id", "ordinal"])
    op.drop_index("ix_register_line_register_id", "register_line")
    refused = sa.text("code = '02'")
    op.create_index("ix_receipt_refused", "receipt", ["parcel_id"], sqlite_where=refused, postgresql_where=refused)


def downgrade() -> None:
    op.drop_index("ix_receipt_refused", "receipt")
    op.create_index("ix_register_line_register_id", "register_line", ["register_id"])
    op.drop_index("ix_register_line_ordinal", "register_line")
    op.drop_table("allowance")
