"""How often a page asks the database: each statement costs time of two machines, which everybody else waits for."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event

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
