"""Whether this process can do its work now: database, file store, index and queue each answer, or do not.

Asked by load balancers every few seconds and by strangers: the answer is kept for a moment, each question has a time
limit, and a question that hangs is not asked a second time beside the first.
"""

import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait

from sqlalchemy import text

from docservice.core.work import Ports, Transactions
from search import Index
from storage import Store

PATIENCE_SECONDS = 3.0
KEPT_SECONDS = 2.0
# A key that no file has: whether it is there is the cheapest thing to ask a store.
_NO_FILE = "0" * 64


class Readiness:
    """Asks at most every `kept` seconds; between them the last answer stands."""

    def __init__(
        self,
        transactions: Transactions,
        ports: Ports,
        *,
        patience: float = PATIENCE_SECONDS,
        kept: float = KEPT_SECONDS,
    ) -> None:
        self._questions: Mapping[str, Callable[[], bool]] = {
            "database": lambda: _database_answers(transactions),
            "storage": lambda: _store_answers(ports[Store]),
            "search": lambda: not ports[Index].check().outdated,
            "queue": lambda: transactions.queue.check() is None,
        }
        self._patience, self._kept = patience, kept
        self._asked: dict[str, Future[bool]] = {}
        self._pool = ThreadPoolExecutor(len(self._questions), thread_name_prefix="readiness")
        self._lock = threading.Lock()
        self._answers: dict[str, bool] = {}
        self._answered_at = float("-inf")

    def answers(self) -> Mapping[str, bool]:
        """Each part by name, and whether it answers; not in time counts as no."""
        with self._lock:
            if time.monotonic() - self._answered_at >= self._kept:
                self._answers = self._ask()
                self._answered_at = time.monotonic()
            return dict(self._answers)

    def close(self) -> None:
        """Ask nothing any more."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _ask(self) -> dict[str, bool]:
        for name, question in self._questions.items():
            asked = self._asked.get(name)
            if asked is None or asked.done():
                self._asked[name] = self._pool.submit(question)
        done, _ = wait(self._asked.values(), timeout=self._patience)
        return {
            name: asked in done and asked.exception() is None and asked.result() for name, asked in self._asked.items()
        }


def _database_answers(transactions: Transactions) -> bool:
    with transactions.database.reading() as session:
        return bool(session.scalar(text("SELECT 1")) == 1)


def _store_answers(store: Store) -> bool:
    store.exists(_NO_FILE)
    return True
