"""The node's measures as Prometheus metrics, read when somebody asks; a database that is down is no error here."""

from collections.abc import Iterable

from prometheus_client.metrics_core import GaugeMetricFamily, Metric

from docservice.operations.measures import Measure
from docservice.operations.vitals import Vitals


class NodeFigures:
    """`docservice_<code>{subject="..."}` for each measure, `docservice_alert{code, subject}` for what holds now.

    What holds is found here and not read from the alerts that a job has raised: when no job runs, none is raised.
    """

    def __init__(self, vitals: Vitals) -> None:
        self._vitals = vitals

    def collect(self) -> Iterable[Metric]:
        found, is_read = self._vitals.measured()
        alerts = GaugeMetricFamily("docservice_alert", "Conditions that hold now.", labels=["code", "subject"])
        for condition, measure in self._vitals.held(found):
            alerts.add_metric([condition.code, measure.subject], 1)
        yield GaugeMetricFamily("docservice_figures_read", "Whether the figures could be read.", value=float(is_read))
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
