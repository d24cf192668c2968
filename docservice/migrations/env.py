"""How Alembic reaches the database: always over the engine it is handed."""

from alembic import context

from docservice.core.db import Base
from docservice.migrations import models  # noqa: F401 - brings every table to Base.metadata

with context.config.attributes["engine"].connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
