"""The migrations make exactly the schema the models describe, on both databases."""

from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text

from docservice.core.db import open_database
from docservice.migrations import SchemaBusy, config_for, migrate, newest_revision
from tests.node import Office


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


# The first revision that a running node may still be older than.
RUNNING_SINCE = "0008"


def shape(engine: Engine) -> dict[str, dict[str, tuple[str, bool, bool]]]:
    """Each table's columns: type, whether it must be given, and what must be unique."""
    found = {}
    looking = inspect(engine)
    for table in looking.get_table_names():
        columns = {c["name"]: (str(c["type"]), bool(c["nullable"]), c["default"] is not None)
                   for c in looking.get_columns(table)}  # fmt: skip
        unique = [index for index in looking.get_indexes(table) if index["unique"]]
        for names in [i["column_names"] for i in unique] + [
            u["column_names"] for u in looking.get_unique_constraints(table)
        ]:
            columns[f"unique: {names}"] = ("", True, False)
        found[table] = columns
    return found


def test_a_revision_only_adds_so_the_old_version_runs_on(database_url: str, tmp_path: Path) -> None:
    """What old code reads stays as it was, what it writes is still taken: expand now, contract a release later."""
    database = open_database(database_url, base=tmp_path)
    revisions = [r.revision for r in ScriptDirectory.from_config(config_for(database.engine)).walk_revisions()][::-1]
    assert revisions[-1] == newest_revision()
    migrate(database, to=RUNNING_SINCE)
    before = shape(database.engine)
    for revision in revisions[revisions.index(RUNNING_SINCE) + 1 :]:
        migrate(database, to=revision)
        after = shape(database.engine)
        for table, columns in before.items():
            assert table in after, f"{revision} drops {table}"
            for name, column in columns.items():
                assert after[table].get(name) == column, f"{revision} changes {table}.{name}"
            for name in set(after[table]) - set(columns):
                _, can_be_left_out, has_default = after[table][name]
                assert can_be_left_out or has_default, f"{revision} asks old code for {table}.{name}"
                assert not name.startswith("unique"), f"{revision} refuses what old code writes to {table}"
        before = after
    database.close()


def test_an_old_process_starts_over_a_newer_schema(database_url: str, tmp_path: Path) -> None:
    database = open_database(database_url, base=tmp_path)
    migrate(database)
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'of-tomorrow'"))
    migrate(database)
    with database.engine.begin() as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == "of-tomorrow"
    database.close()


def test_a_node_with_documents_goes_back_and_forth_without_losing_any(office: Office) -> None:
    """Tables that are made anew keep their rows, and rows that point at them stay where they are."""
    office.checked()
    engine = office.node.database.engine

    def rows() -> dict[str, int]:
        with engine.connect() as connection:
            names = sorted(set(inspect(connection).get_table_names()) - {"alembic_version"})
            return {name: connection.scalar(text(f"SELECT count(*) FROM {name}")) or 0 for name in names}  # noqa: S608 - names of our own tables

    before = rows()
    assert before["document"] == 1
    assert before["signing_authority"] > 1
    # Before 0014 a document names no form of the agency, before 0016 no authority is passed on.
    command.downgrade(config_for(engine), "0013")
    migrate(office.node.database)
    assert rows() == before
    with engine.connect() as connection:
        assert connection.scalar(text("PRAGMA foreign_keys")) == 1


@pytest.mark.servers
def test_a_migration_does_not_make_everybody_wait(postgres_url: str, tmp_path: Path) -> None:
    database = open_database(postgres_url, base=tmp_path)
    migrate(database, to=RUNNING_SINCE)
    with database.engine.begin() as held:
        held.execute(text("SELECT * FROM jobs"))
        with pytest.raises(SchemaBusy):
            migrate(database, tries=1)
        # Who only reads was not stopped by the attempt.
        with database.reading() as session:
            assert session.scalar(text("SELECT count(*) FROM jobs")) == 0
    migrate(database)
    database.close()
