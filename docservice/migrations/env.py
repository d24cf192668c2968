"""How Alembic reaches the database: always over the engine it is handed."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from alembic import context
from sqlalchemy import Connection, text

from docservice.core.db import Base
from docservice.migrations import models  # noqa: F401 - brings every table to Base.metadata


class ReferencesBroken(Exception):
    """A migration left rows that point at nothing."""


# Web processes, workers and the beat all migrate when they start: one does it, the others wait and find it done.
_ALONE = 0x646F6373
# A change that waits for a table makes everybody wait behind it: it gives up soon, and is tried again.
_LOCK_TIMEOUT = "3s"


@contextmanager
def _alone(connection: Connection) -> Iterator[None]:
    if connection.dialect.name != "postgresql":
        yield
        return
    connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _ALONE})
    connection.execute(text(f"SET lock_timeout = '{_LOCK_TIMEOUT}'"))
    connection.commit()
    try:
        yield
    finally:
        # The connection goes back to the pool as it came.
        connection.rollback()
        connection.execute(text("RESET lock_timeout"))
        connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _ALONE})
        connection.commit()


@contextmanager
def _references_rest(connection: Connection) -> Iterator[None]:
    """SQLite changes a table by making it anew and dropping the old one, which enforced references would forbid.

    They are looked at as a whole when the work is done (sqlite.org/lang_altertable.html, section 7).
    """
    raw = connection.connection.dbapi_connection if connection.dialect.name == "sqlite" else None
    if raw is None:
        yield
        return
    driver = cast("sqlite3.Connection", raw)
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
        broken = driver.execute("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise ReferencesBroken(str(broken[:5]))
    finally:
        driver.execute("PRAGMA foreign_keys=ON")


with context.config.attributes["engine"].connect() as opened, _alone(opened), _references_rest(opened):
    context.configure(
        connection=opened,
        target_metadata=Base.metadata,
        render_as_batch=opened.dialect.name == "sqlite",
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()
    opened.commit()
