"""The schema's history: `migrate` brings a database to the newest revision.

Alembic is imported where there is something to upgrade: every process asks at its start, and hardly ever there is.
"""

import logging
from importlib.resources import files
from typing import TYPE_CHECKING

from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import OperationalError

from docservice.core.db import Database, translated_outages
from docservice.core.errors import Unavailable
from docservice.core.words import N_

if TYPE_CHECKING:
    from alembic.config import Config

log = logging.getLogger(__name__)

# PostgreSQL's code for a lock that was not had within `lock_timeout` (env.py).
_LOCK_NOT_HAD = "55P03"
_TRIES = 6


class SchemaBusy(Unavailable):
    code = "schema_busy"
    message = N_("Không nâng được lược đồ dữ liệu vì các bảng đang bận; xin thử lại lúc ít người dùng.")


def config_for(engine: Engine) -> "Config":
    """Alembic's configuration over an open engine; there is no alembic.ini to disagree with the settings."""
    from alembic.config import Config  # noqa: PLC0415 - see above

    config = Config()
    config.set_main_option("script_location", str(files("docservice").joinpath("migrations")))
    config.attributes["engine"] = engine
    return config


def migrate(database: Database, *, to: str = "head", tries: int = _TRIES) -> None:
    """Upgrade to the newest revision, or to the named one; on a current database nothing happens.

    A database that a newer version of the service has upgraded already is left as it is: while versions change, old
    processes go on, and start again, over the new schema. Revisions only add (see `tests/core/test_migrations.py`).

    Raises:
        SchemaBusy: the tables that change were in use for too long; nothing is changed.
        DatabaseUnavailable: the database does not answer.
    """
    with translated_outages():
        _migrate(database, to, tries)


def _migrate(database: Database, to: str, tries: int) -> None:
    if to == "head" and _present(database.engine) == newest_revision():
        return
    from alembic import command  # noqa: PLC0415 - see above

    config = config_for(database.engine)
    if to == "head" and _is_newer(database.engine, config):
        log.warning("the database's schema is newer than this program: an upgrade is under way")
        return
    for left in reversed(range(tries)):
        try:
            command.upgrade(config, to)
        except OperationalError as error:
            if getattr(error.orig, "sqlstate", None) != _LOCK_NOT_HAD:
                raise
            if not left:
                raise SchemaBusy from error
            log.warning("the tables are in use; the migration is tried again")
        else:
            return


def newest_revision() -> str:
    """The number of the newest revision: the history is one chain, and its files are named by it."""
    versions = files("docservice").joinpath("migrations").joinpath("versions")
    return max(file.name.partition("_")[0] for file in versions.iterdir() if file.name[:1].isdigit())


def _present(engine: Engine) -> str | None:
    """The revision a database stands at; None for an empty one."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _is_newer(engine: Engine, config: "Config") -> bool:
    """Whether the database stands at a revision that this program does not have."""
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - see above

    present = _present(engine)
    known = {revision.revision for revision in ScriptDirectory.from_config(config).walk_revisions()}
    return present is not None and present not in known
