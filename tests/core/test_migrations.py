"""The migrations make exactly the schema the models describe, on both databases."""

from pathlib import Path

from alembic import command
from sqlalchemy import inspect

from docservice.core.db import open_database
from docservice.migrations import config_for, migrate


def test_migrations_and_models_agree(database_url: str, tmp_path: Path) -> None:
    database = open_database(database_url, base=tmp_path)
    migrate(database)
    migrate(database)
    command.check(config_for(database.engine))
    names = set(inspect(database.engine).get_table_names())
    assert {"document", "step", "jobs", "journal", "parcel", "meeting", "case_file"} <= names
    database.close()


def test_the_schema_can_be_taken_back(database_url: str, tmp_path: Path) -> None:
    database = open_database(database_url, base=tmp_path)
    migrate(database)
    command.downgrade(config_for(database.engine), "base")
    assert set(inspect(database.engine).get_table_names()) <= {"alembic_version"}
    database.close()
