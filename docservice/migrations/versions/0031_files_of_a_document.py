"""The case files of a document are looked up, and not looked for among all"""

from collections.abc import Sequence

from alembic import op

revision: str = "0031"
down_revision: str | None = "0030"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_index(op.f("ix_case_file_document_document_id"), "case_file_document", ["document_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_case_file_document_document_id"), table_name="case_file_document")
