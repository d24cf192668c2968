"""Traces and cancelling of jobs; alerts and backups as facts"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

import docservice.core.db

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("jobs", sa.Column("cancelled_at", docservice.core.db.Instant(timezone=True), nullable=True))
    op.add_column("jobs", sa.Column("trace", sa.String(length=32), nullable=True))
    op.create_table(
        "alert",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("figure", sa.Double(), nullable=False),
        sa.Column("threshold", sa.Double(), nullable=False),
        sa.Column("raised_at", docservice.core.db.Instant(timezone=True), nullable=False),
        sa.Column("cleared_at", docservice.core.db.Instant(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "ux_alert_open",
        "alert",
        ["code", "subject"],
        unique=True,
        sqlite_where=sa.text("cleared_at IS NULL"),
        postgresql_where=sa.text("cleared_at IS NULL"),
    )
    op.create_table(
        "backup_run",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("begun_at", docservice.core.db.Instant(timezone=True), nullable=False),
        sa.Column("finished_at", docservice.core.db.Instant(timezone=True), nullable=True),
        sa.Column("place", sa.String(length=500), nullable=False),
        sa.Column("snapshot", sa.String(length=40), nullable=True),
        sa.Column("files", sa.BigInteger(), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("added", sa.BigInteger(), nullable=False),
        sa.Column("added_bytes", sa.BigInteger(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )


def downgrade() -> None:
    op.drop_table("backup_run")
    op.drop_index("ux_alert_open", table_name="alert")
    op.drop_table("alert")
    with op.batch_alter_table("jobs") as batch:
        batch.drop_column("trace")
        batch.drop_column("cancelled_at")
