"""Fields of work that deputies are assigned, and when an authority to sign was revoked."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

import docservice.core.db

revision: str = "0021"
down_revision: str | None = "0020"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "field_of_work",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"]),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_field_of_work_agency_id", "field_of_work", ["agency_id"])
    with op.batch_alter_table("document") as table:
        table.add_column(sa.Column("field_id", sa.Uuid(), nullable=True))
        table.create_foreign_key("fk_document_field", "field_of_work", ["field_id"], ["id"])
    with op.batch_alter_table("signing_authority") as table:
        table.add_column(sa.Column("fields", sa.JSON(), nullable=True))
        table.add_column(sa.Column("revoked_at", docservice.core.db.Instant(timezone=True), nullable=True))
        table.add_column(sa.Column("revoked_reason", sa.String(length=300), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("signing_authority") as table:
        table.drop_column("revoked_reason")
        table.drop_column("revoked_at")
        table.drop_column("fields")
    with op.batch_alter_table("document") as table:
        table.drop_constraint("fk_document_field", type_="foreignkey")
        table.drop_column("field_id")
    op.drop_table("field_of_work")
