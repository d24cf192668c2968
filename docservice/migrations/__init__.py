"""The schema's history: `migrate` brings a database to the newest revision."""

from importlib.resources import files

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine

from docservice.core.db import Database


def config_for(engine: Engine) -> Config:
    """Alembic's configuration over an open engine; there is no alembic.ini to disagree with the settings."""
    config = Config()
    config.set_main_option("script_location", str(files("docservice").joinpath("migrations")))
    config.attributes["engine"] = engine
    return config


def migrate(database: Database, *, to: str = "head") -> None:
    """Upgrade to the newest revision, or to the named one; on a current database nothing happens."""
    command.upgrade(config_for(database.engine), to)
