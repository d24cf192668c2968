import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from docservice.core import journal
from tests.core.node import CLERK, Core


def write(core: Core, count: int) -> None:
    for ordinal in range(count):
        with core.transactions.work(CLERK) as work:
            work.note("register", f"văn bản {ordinal}", số=ordinal)
            work.note("seal", f"văn bản {ordinal}")


def test_the_chain_is_whole(core: Core) -> None:
    write(core, 3)
    with core.database.reading() as session:
        report = journal.verify_chain(session)
    assert (report.lines, report.broken_at) == (6, None)


def test_a_rolled_back_work_leaves_no_line(core: Core) -> None:
    with pytest.raises(ValueError, match="x"), core.transactions.work(CLERK) as work:
        work.note("register", "a")
        raise ValueError("x")
    with core.database.reading() as session:
        assert journal.verify_chain(session).lines == 0


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(1, 6), st.sampled_from(["details", "actor", "verb", "subject", "prev_hash", "hash"]))
def test_a_rewritten_line_shows(core: Core, seq: int, column: str) -> None:
    with core.database.writing() as session:
        session.execute(text("DELETE FROM journal"))
    write(core, 3)
    with core.database.writing() as session:
        session.execute(text(f"UPDATE journal SET {column} = 'khác' WHERE seq = :seq"), {"seq": seq})  # noqa: S608 - a column name of the list above
    with core.database.reading() as session:
        assert journal.verify_chain(session).broken_at == seq


def test_a_removed_line_shows(core: Core) -> None:
    write(core, 3)
    with core.database.writing() as session:
        session.execute(text("DELETE FROM journal WHERE seq = 3"))
    with core.database.reading() as session:
        assert journal.verify_chain(session).broken_at == 4
