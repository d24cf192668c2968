"""What documents cost in bytes: `python -m scripts.sizes [DOCUMENTS]`, the figures of the operator's manual.

Made documents of 130 agencies on PostgreSQL (this checkout's test server) with the rows that follow from them: steps,
versions, readers, registers, parcels. Files are not among them: those of `docservice serve --demo` are real.
"""

import sys
import tempfile
from pathlib import Path
from typing import TextIO

from sqlalchemy import func, select, text

from docservice.bootstrap import build
from docservice.core.db import Base
from docservice.documents.models import Document
from docservice.loads.filling import fill
from docservice.settings import Settings
from scripts.local_servers import Place, Postgres, Purpose, use


def main() -> None:
    """Fill, measure, print."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    server = Postgres(Place(Purpose.TEST))
    with use(server), server.database() as url, tempfile.TemporaryDirectory() as folder:
        node = build(Settings(data_dir=Path(folder), database_url=url))
        try:
            with node.database.reading() as session:
                empty = session.scalar(text("SELECT pg_database_size(current_database())")) or 0
            fill(node, count=count, tell=lambda line: _say(line, to=sys.stderr))
            with node.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(text("VACUUM ANALYZE"))
            with node.database.reading() as session:
                documents = session.scalar(select(func.count()).select_from(Document)) or 1
                full = session.scalar(text("SELECT pg_database_size(current_database())")) or 0
                _say(f"{documents} documents, {full - empty} bytes: {(full - empty) / documents:.0f} each")
                for table in Base.metadata.sorted_tables:
                    rows = session.scalar(select(func.count()).select_from(table)) or 0
                    size = session.scalar(text("SELECT pg_total_relation_size(:t)"), {"t": table.name}) or 0
                    if size > documents * 20:
                        _say(f"{table.name:24} {rows / documents:6.2f} rows, {size / documents:7.0f} bytes a document")
        finally:
            node.close()


def _say(line: str, *, to: TextIO = sys.stdout) -> None:
    to.write(f"{line}\n")


if __name__ == "__main__":
    main()
