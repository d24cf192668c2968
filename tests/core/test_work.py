from datetime import UTC, date, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, StatementError

from docservice.core.clock import legal_day
from docservice.core.ids import new_id
from docservice.core.journal import JournalLine
from tests.core.node import CLERK, NOON, Core


def test_a_reading_cannot_write(core: Core) -> None:
    with (
        pytest.raises(DBAPIError, match=r"read-?only"),
        core.transactions.reading(CLERK) as reading,
    ):
        reading.session.execute(text("DELETE FROM jobs"))


def test_an_instant_needs_a_zone_and_comes_back_in_utc(core: Core) -> None:
    with core.transactions.work(CLERK) as work:
        work.note("a", "b")
    with core.transactions.reading(CLERK) as reading:
        line = reading.session.get(JournalLine, 1)
        assert line is not None
        assert line.at == NOON
        assert line.at.tzinfo is not None
    with pytest.raises(StatementError, match="time zone"), core.transactions.work(CLERK) as work:
        work.session.add(
            JournalLine(
                seq=9,
                at=datetime(2026, 1, 1),  # noqa: DTZ001 - the naive instant that is refused
                actor="",
                verb="",
                subject="",
                details="",
                prev_hash="",
                hash="",
            )
        )


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2026, 12, 31, 16, 59, 59, tzinfo=UTC), date(2026, 12, 31)),
        (datetime(2026, 12, 31, 17, 0, 0, tzinfo=UTC), date(2027, 1, 1)),
    ],
)
def test_the_legal_day_is_vietnams(instant: datetime, day: date) -> None:
    assert legal_day(instant) == day


def test_ids_sort_by_time() -> None:
    ids = [new_id() for _ in range(1000)]
    assert ids == sorted(ids)
    assert {i.version for i in ids} == {7}
