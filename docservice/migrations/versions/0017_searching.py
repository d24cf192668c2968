"""Saved searches, what is new for them, rebuilds of the index, and a number for every change of a document"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

import docservice.core.db

revision: str = "0017"
down_revision: str | None = "0016"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("document", sa.Column("changes", sa.Integer(), server_default="1", nullable=False))
    op.create_table(
        "saved_search",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("wanted", sa.JSON(), nullable=False),
        sa.Column("alerts", sa.Boolean(), nullable=False),
        sa.Column("remembers_all", sa.Boolean(), nullable=False),
        sa.Column("saved_at", docservice.core.db.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_saved_search_person_id", "saved_search", ["person_id"])
    op.create_table(
        "saved_search_match",
        sa.Column("saved_search_id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("found_at", docservice.core.db.Instant(timezone=True), nullable=False),
        sa.Column("seen_at", docservice.core.db.Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"]),
        sa.ForeignKeyConstraint(["saved_search_id"], ["saved_search.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("saved_search_id", "document_id"),
    )
    op.create_index("ix_saved_search_match_document", "saved_search_match", ["document_id"])
    op.create_table(
        "index_news",
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("at", docservice.core.db.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"]),
        sa.PrimaryKeyConstraint("document_id"),
    )
    op.create_table(
        "index_rebuild",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("begun_at", docservice.core.db.Instant(timezone=True), nullable=False),
        sa.Column("reached", sa.Uuid(), nullable=True),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("ended_at", docservice.core.db.Instant(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )


def downgrade() -> None:
    op.drop_table("index_rebuild")
    op.drop_table("index_news")
    op.drop_table("saved_search_match")
    op.drop_table("saved_search")
    op.drop_column("document", "changes")
