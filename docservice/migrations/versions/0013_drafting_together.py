"""Versions of a draft, who has it out in Word, remarks on its places; what is drafted already has its first version"""

import json
from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

import docservice.core.db
from docservice.core.ids import new_id

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    version = op.create_table(
        "draft_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Uuid(), nullable=True),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("at", docservice.core.db.Instant(timezone=True), nullable=False),
        sa.Column("form_values", sa.JSON(), nullable=False),
        sa.Column("word_sha256", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"]),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("document_id", "ordinal"),
    )
    op.create_table(
        "draft_lock",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("post_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("holder", sa.String(length=200), nullable=False),
        sa.Column("version_ordinal", sa.Integer(), nullable=False),
        sa.Column("taken_at", docservice.core.db.Instant(timezone=True), nullable=False),
        sa.Column("until", docservice.core.db.Instant(timezone=True), nullable=False),
        sa.Column("ended_at", docservice.core.db.Instant(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_draft_lock_document", "draft_lock", ["document_id"], unique=False)
    op.create_table(
        "remark",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("answers_id", sa.Uuid(), nullable=True),
        sa.Column("version_ordinal", sa.Integer(), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("before", sa.String(length=100), nullable=False),
        sa.Column("after", sa.String(length=100), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("post_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("author", sa.String(length=200), nullable=False),
        sa.Column("at", docservice.core.db.Instant(timezone=True), nullable=False),
        sa.Column("resolved_at", docservice.core.db.Instant(timezone=True), nullable=True),
        sa.Column("resolved_by", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["answers_id"], ["remark.id"]),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_remark_document_id", "remark", ["document_id"], unique=False)
    _first_versions(version)


def _first_versions(version: sa.Table) -> None:
    document = sa.table(
        "document",
        sa.column("id", sa.Uuid()),
        sa.column("drafter_post_id", sa.Uuid()),
        sa.column("created_at", docservice.core.db.Instant(timezone=True)),
        sa.column("form_values", sa.JSON()),
        sa.column("word_sha256", sa.String()),
        sa.column("direction", sa.String()),
    )
    drafted = sa.select(document).where(document.c.direction == "outgoing")
    rows = [row for row in op.get_bind().execute(drafted).mappings() if row["form_values"] is not None]
    for row in rows:
        values = row["form_values"]
        op.get_bind().execute(
            version.insert().values(
                id=new_id(),
                document_id=row["id"],
                ordinal=1,
                post_id=row["drafter_post_id"],
                actor="",
                at=row["created_at"],
                form_values=json.loads(values) if isinstance(values, str) else values,
                word_sha256=row["word_sha256"],
            )
        )


def downgrade() -> None:
    op.drop_table("remark")
    op.drop_table("draft_lock")
    op.drop_table("draft_version")
