"""Eight processes take numbers at once, across midnight of 31 December in Vietnam, on both databases."""

import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import select

from docservice.core.clock import SetClock
from docservice.core.db import Base, Database, open_database
from docservice.documents import numbering
from docservice.documents.models import Number, Register
from tests.core.node import CLERK, Core
from tests.documents import registers

PROCESSES, EACH = 8, 25
BEFORE_MIDNIGHT = datetime(2026, 12, 31, 16, 59, 59, tzinfo=UTC)

# Each process takes half its numbers at 23:59:59 and half at 00:00:00 of the new year.
CHILD = """
import sys
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID
from docservice.core.clock import SetClock
import docservice.migrations.models
from docservice.core.db import open_database
from docservice.documents import numbering
from tests.core.node import CLERK, Core
from tests.documents import registers

url, base, agency, each, at = sys.argv[1:]
core = Core(open_database(url, base=Path(base)), SetClock(datetime.fromisoformat(at)))
given = 0
while given < int(each):
    if given == int(each) // 2:
        core.clock.at = datetime.fromisoformat(at) + timedelta(seconds=1)
    with core.transactions.work(CLERK) as work:
        document = registers.document(work, UUID(agency))
        numbering.give_number(work, document=document, series=numbering.OUTGOING, notation="BC-UBND")
    given += 1
"""


def test_no_gap_no_repeat_and_the_right_year(database_url: str, tmp_path: Path) -> None:
    database = open_database(database_url, base=tmp_path)
    Base.metadata.create_all(database.engine)
    core = Core(database, SetClock(BEFORE_MIDNIGHT))
    with core.transactions.work(CLERK) as work:
        agency_id = registers.agency(work)
        numbering.open_register(
            work, agency_id=agency_id, series=numbering.OUTGOING, year=2026, last_used=1245, last_day=date(2026, 12, 31)
        )
    command = [
        sys.executable,
        "-c",
        CHILD,
        database_url,
        str(tmp_path),
        str(agency_id),
        str(EACH),
        BEFORE_MIDNIGHT.isoformat(),
    ]
    children = [subprocess.Popen(command) for _ in range(PROCESSES)]
    assert [child.wait(timeout=100) for child in children] == [0] * PROCESSES
    half = EACH // 2 * PROCESSES
    assert ordinals(database, 2026) == list(range(1246, 1246 + half))
    assert ordinals(database, 2027) == list(range(1, EACH * PROCESSES - half + 1))
    database.close()


def ordinals(database: Database, year: int) -> list[int]:
    with database.reading() as session:
        wanted = select(Number.ordinal).join(Register).where(Register.year == year).order_by(Number.ordinal)
        return list(session.scalars(wanted))
