"""Signatures asked for on a phone"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

import docservice.core.db

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "remote_credential",
        sa.Column("certificate_id", sa.Uuid(), nullable=False),
        sa.Column("credential_id", sa.String(length=200), nullable=False),
        sa.Column("multisign", sa.Integer(), nullable=False),
        sa.Column("registered_at", docservice.core.db.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["certificate_id"], ["certificate.id"]),
        sa.PrimaryKeyConstraint("certificate_id"),
    )
    op.create_table(
        "remote_request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("certificate_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("asked_at", docservice.core.db.Instant(timezone=True), nullable=False),
        sa.Column("sent_at", docservice.core.db.Instant(timezone=True), nullable=True),
        sa.Column("expires_at", docservice.core.db.Instant(timezone=True), nullable=True),
        sa.Column("confirmed_at", docservice.core.db.Instant(timezone=True), nullable=True),
        sa.Column("confirmation", sa.Text(), nullable=True),
        sa.Column("confirmation_until", docservice.core.db.Instant(timezone=True), nullable=True),
        sa.Column("ended_at", docservice.core.db.Instant(timezone=True), nullable=True),
        sa.Column("ended_as", sa.String(length=20), nullable=True),
        sa.Column("problem", sa.String(length=60), nullable=True),
        sa.ForeignKeyConstraint(["certificate_id"], ["certificate.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("remote_request", schema=None) as batch_op:
        batch_op.create_index(
            "ix_remote_request_open",
            ["certificate_id"],
            unique=False,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
    op.create_table(
        "remote_item",
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("signing_id", sa.Uuid(), nullable=False),
        sa.Column("to_sign_sha256", sa.String(length=64), nullable=False),
        sa.Column("signed_at", docservice.core.db.Instant(timezone=True), nullable=True),
        sa.Column("problem", sa.String(length=60), nullable=True),
        sa.ForeignKeyConstraint(["request_id"], ["remote_request.id"]),
        sa.ForeignKeyConstraint(["signing_id"], ["signing.id"]),
        sa.PrimaryKeyConstraint("request_id", "ordinal"),
    )
    with op.batch_alter_table("remote_item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_remote_item_signing_id"), ["signing_id"], unique=False)


def downgrade() -> None:
    op.drop_table("remote_item")
    op.drop_table("remote_request")
    op.drop_table("remote_credential")
