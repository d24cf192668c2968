"""The node's measures as Prometheus metrics, read when somebody asks; a database that is down is no error here."""

import logging
from collections.abc import Iterable

from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from sqlalchemy import select

from docservice.core.work import SYSTEM, Transactions
from docservice.operations.measures import Measure, measures, ports_down
from docservice.operations.models import Alert
from docservice.operations.readiness import Readiness

log = logging.getLogger(__name__)


class NodeFigures:
    """`docservice_<code>{subject="..."}` for each measure, `docservice_alert{code, subject}` for each open alert."""

    def __init__(self, transactions: Transactions, readiness: Readiness) -> None:
        self._transactions = transactions
        self._readiness = readiness

    def collect(self) -> Iterable[Metric]:
        answers = self._readiness.answers()
        found = list(ports_down(answers))
        alerts = GaugeMetricFamily("docservice_alert", "Conditions that hold now.", labels=["code", "subject"])
        read = answers["database"]
        if read:
            try:
                with self._transactions.reading(SYSTEM) as reading:
                    found += measures(reading)
                    for alert in reading.session.scalars(select(Alert).where(Alert.cleared_at.is_(None))):
                        alerts.add_metric([alert.code, alert.subject], 1)
            except Exception as error:  # noqa: BLE001 - who asks how we are is told that this could not be read
                log.warning("the node's figures could not be read: %s", error)
                read = False
        yield GaugeMetricFamily("docservice_figures_read", "Whether the figures could be read.", value=float(read))
        yield alerts
        yield from _families(found)


def _families(found: Iterable[Measure]) -> Iterable[Metric]:
    families: dict[str, GaugeMetricFamily] = {}
    for measure in found:
        family = families.setdefault(
            measure.code, GaugeMetricFamily(f"docservice_{measure.code}", measure.code, labels=["subject"])
        )
        family.add_metric([measure.subject], measure.figure)
    return families.values()
