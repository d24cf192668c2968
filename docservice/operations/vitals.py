"""What can be seen of a node past its own jobs: whether its parts answer, and whether anybody runs the jobs at all."""

import logging

from docservice.core.work import SYSTEM, Transactions
from docservice.operations.conditions import Condition, Conditions
from docservice.operations.measures import Measure, measures, ports_down
from docservice.operations.models import LAST_LOOK, WatchLook
from docservice.operations.readiness import Readiness

log = logging.getLogger(__name__)

WATCH_LATE = "watch_late_seconds"


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
                look = reading.session.get(WatchLook, LAST_LOOK)
                since = max(look.at, self._begun) if look is not None else self._begun
                own.append(Measure(WATCH_LATE, max(0.0, (reading.now - since).total_seconds())))
        except Exception as error:  # noqa: BLE001 - who asks how we are is told that this could not be read
            log.warning("the node's figures could not be read: %s", error)
            return found, False
        return [*found, *own], True

    def held(self, found: list[Measure]) -> list[tuple[Condition, Measure]]:
        """The conditions that hold of what was measured."""
        return list(self._transactions.ports[Conditions].held(found))
