"""How Alembic reaches the database: always over the engine it is handed."""

from alembic import context
from sqlalchemy import text

from docservice.core.db import Base
from docservice.migrations import models  # noqa: F401 - brings every table to Base.metadata

# Web processes, workers and the beat all migrate when they start: one does it, the others wait and find it done.
_ALONE = 0x646F6373

with context.config.attributes["engine"].connect() as connection:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _ALONE})
        connection.commit()
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _ALONE})
        connection.commit()
