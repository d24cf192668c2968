"""What answers a document is looked up, and not looked for among all"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0028"
down_revision: str | None = "0027"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_ANSWERS = sa.text("answers_id IS NOT NULL")


def upgrade() -> None:
    op.create_index("ix_document_answers", "document", ["answers_id"], sqlite_where=_ANSWERS, postgresql_where=_ANSWERS)


def downgrade() -> None:
    op.drop_index("ix_document_answers", table_name="document")
