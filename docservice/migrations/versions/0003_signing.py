"""Signing: signatures that wait for a time stamp, kept verdicts, preservation"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

import docservice.core.db

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "kept_verdict",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("trust_version", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", "trust_version", "day"),
    )
    op.create_table(
        "preservation",
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=True),
        sa.Column("problem", sa.String(length=60), nullable=True),
        sa.Column("renew_on", sa.Date(), nullable=False),
        sa.Column("at", docservice.core.db.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"]),
        sa.ForeignKeyConstraint(["version_id"], ["version.id"]),
        sa.PrimaryKeyConstraint("document_id"),
    )
    with op.batch_alter_table("preservation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_preservation_renew_on"), ["renew_on"], unique=False)
    with op.batch_alter_table("signing", schema=None) as batch_op:
        batch_op.add_column(sa.Column("stamped_at", docservice.core.db.Instant(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("ended_at", docservice.core.db.Instant(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("ended_as", sa.String(length=20), nullable=True))
    # Every signature made so far carries its time stamp: there was no other way.
    op.execute("UPDATE signing SET stamped_at = finished_at")
    op.create_table(
        "prepared_signing",
        sa.Column("signing_id", sa.Uuid(), nullable=False),
        sa.Column("placeholder_sha256", sa.String(length=64), nullable=False),
        sa.Column("to_sign", sa.LargeBinary(), nullable=False),
        sa.Column("document_digest", sa.LargeBinary(), nullable=False),
        sa.Column("reserved_start", sa.Integer(), nullable=False),
        sa.Column("reserved_end", sa.Integer(), nullable=False),
        sa.Column("prepared_at", docservice.core.db.Instant(timezone=True), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("code", sa.String(length=10), nullable=True),
        sa.Column("expires_at", docservice.core.db.Instant(timezone=True), nullable=True),
        sa.Column("value", sa.LargeBinary(), nullable=True),
        sa.Column("signed_at", docservice.core.db.Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["signing_id"], ["signing.id"]),
        sa.PrimaryKeyConstraint("signing_id"),
    )
    with op.batch_alter_table("certificate", schema=None) as batch_op:
        batch_op.add_column(sa.Column("source", sa.String(length=40), nullable=False, server_default="file"))
        batch_op.add_column(sa.Column("pem", sa.Text(), nullable=True))
    with op.batch_alter_table("agency", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("release_waits_for_stamp", sa.Boolean(), nullable=False, server_default=sa.true())
        )


def downgrade() -> None:
    with op.batch_alter_table("agency", schema=None) as batch_op:
        batch_op.drop_column("release_waits_for_stamp")
    with op.batch_alter_table("certificate", schema=None) as batch_op:
        batch_op.drop_column("pem")
        batch_op.drop_column("source")
    op.drop_table("prepared_signing")
    with op.batch_alter_table("signing", schema=None) as batch_op:
        batch_op.drop_column("ended_as")
        batch_op.drop_column("ended_at")
        batch_op.drop_column("stamped_at")
    op.drop_table("preservation")
    op.drop_table("kept_verdict")
