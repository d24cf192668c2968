"""Files are looked after: rounds of checks, what was wrong, second copies, what nobody names"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

import docservice.core.db

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_INSTANT = docservice.core.db.Instant(timezone=True)
_UNCOPIED = sa.text("copied_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "file_round",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("begun_at", _INSTANT, nullable=False),
        sa.Column("ended_at", _INSTANT, nullable=True),
        sa.Column("done_to", sa.String(length=64), nullable=False),
        sa.Column("checked", sa.BigInteger(), nullable=False),
        sa.Column("bad", sa.BigInteger(), nullable=False),
        sa.Column("mended", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "file_trouble",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("place", sa.String(length=10), nullable=False),
        sa.Column("wrong", sa.String(length=10), nullable=False),
        sa.Column("found_at", _INSTANT, nullable=False),
        sa.Column("looked_at", _INSTANT, nullable=False),
        sa.Column("mended_at", _INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("key", "place"),
    )
    op.create_table(
        "stray_file",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("marked_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )
    op.add_column("file", sa.Column("copied_at", _INSTANT, nullable=True))
    op.create_index("ix_file_sha256", "file", ["sha256"])
    op.create_index("ix_file_uncopied", "file", ["stored_at"], sqlite_where=_UNCOPIED, postgresql_where=_UNCOPIED)
    op.create_index("ix_derivative_key", "derivative", ["key"])


def downgrade() -> None:
    op.drop_index("ix_derivative_key", table_name="derivative")
    op.drop_index("ix_file_uncopied", table_name="file")
    op.drop_index("ix_file_sha256", table_name="file")
    with op.batch_alter_table("file", schema=None) as batch_op:
        batch_op.drop_column("copied_at")
    op.drop_table("stray_file")
    op.drop_table("file_trouble")
    op.drop_table("file_round")
