"""How often a page asks the database: each statement costs time of two machines, which everybody else waits for."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event

from docservice.core.work import SYSTEM
from docservice.documents import queries
from tests.node import Office
from tests.web.conftest import Enter


@contextmanager
def asked() -> Iterator[list[str]]:
    """What this process asks its databases meanwhile."""
    seen: list[str] = []

    def see(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if not statement.startswith("BEGIN"):
            seen.append(statement)

    event.listen(Engine, "before_cursor_execute", see)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", see)


def test_a_document_is_opened_with_few_statements(office: Office, enter: Enter) -> None:
    sent = office.released()
    came = office.arrived("p.clerk").id
    # Drafted, signed, sealed, sent and answered by receipts here, its pages not counted yet; signed elsewhere and
    # waiting to be registered.
    for key, document_id, first_time, again in (("c.clerk", sent, 18, 14), ("p.clerk", came, 13, 10)):
        visitor = enter(key)
        for most in (first_time, again):
            with asked() as statements:
                assert visitor.get(f"/documents/{document_id}").status_code == 200
            assert len(statements) <= most, "\n".join(statements)
            assert len(set(statements)) == len(statements), "asked twice"


def test_the_list_is_shown_with_few_statements_and_says_what_was_opened_and_what_is_broken(
    office: Office, enter: Enter
) -> None:
    office.released()
    came = office.arrived("p.clerk")
    visitor = enter("p.clerk")
    with asked() as statements:
        fresh = visitor.get("/").text
    assert len(statements) <= 4, "\n".join(statements)
    assert came.subject in fresh
    assert 'class="row new' in fresh
    assert "Chữ ký số không hợp lệ" not in fresh
    visitor.get(f"/documents/{came.id}")
    assert 'class="row new' not in visitor.get("/").text
    with office.node.transactions.work(SYSTEM) as work:
        version = queries.latest_version(work, came.id)
        assert version is not None
        assert version.verdict is not None
        version.verdict = {**version.verdict, "passed": False}
    assert "Chữ ký số chưa xác định" in visitor.get("/").text
