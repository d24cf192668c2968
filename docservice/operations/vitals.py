"""What can be seen of a node past its own jobs: whether its parts answer, and whether anybody runs the jobs at all."""

import logging

from docservice.core.work import SYSTEM, Transactions
from docservice.operations.conditions import Condition, Conditions
from docservice.operations.measures import WATCH_LATE, Measure, measures, ports_down
from docservice.operations.readiness import Readiness

log = logging.getLogger(__name__)


class Vitals:
    """One for a process: what was late before it began is not counted, since somebody has just started the node."""

    def __init__(self, transactions: Transactions, readiness: Readiness) -> None:
        self._transactions, self._readiness = transactions, readiness
        self._begun = transactions.clock.now()

    def measured(self) -> tuple[list[Measure], bool]:
        """Everything there is to measure now, and whether the database's part of it could be read."""
        answers = self._readiness.answers()
        found = list(ports_down(answers))
        if not answers["database"]:
            return found, False
        try:
            with self._transactions.reading(SYSTEM) as reading:
                own = list(measures(reading))
                running = max(0.0, (reading.now - self._begun).total_seconds())
        except Exception:
            # Who asks how we are is told that this could not be read.
            log.warning("the node's figures could not be read", exc_info=True)
            return found, False
        late = min([running, *(m.figure for m in own if m.code == WATCH_LATE)])
        return [*found, *(m for m in own if m.code != WATCH_LATE), Measure(WATCH_LATE, late)], True

    def held(self, found: list[Measure]) -> list[tuple[Condition, Measure]]:
        """The conditions that hold of what was measured."""
        return list(self._transactions.ports[Conditions].held(found))
