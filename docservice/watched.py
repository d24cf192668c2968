"""How a long-running process can be watched: spans to a collector, and a listener for metrics and readiness."""

from collections.abc import Iterator
from contextlib import contextmanager

from docservice.bootstrap import Node
from docservice.core.spans import open_spans
from docservice.operations.figures import NodeFigures
from docservice.operations.listener import listening
from docservice.operations.readiness import Readiness
from docservice.operations.vitals import Vitals
from docservice.settings import Settings


@contextmanager
def spans_sent(settings: Settings, *, service: str) -> Iterator[None]:
    """While the block runs, spans go to the collector the settings name, if any, from `service`."""
    if not settings.otel_url:
        yield
        return
    close = open_spans(settings.otel_url, service=service)
    try:
        yield
    finally:
        close()


@contextmanager
def watched(node: Node, *, service: str) -> Iterator[None]:
    """A process without pages: spans, and its metrics and readiness where `METRICS_LISTEN` says."""
    settings = node.settings
    readiness = Readiness(node.transactions, node.ports)
    listener = listening(
        settings.metrics_listen,
        token=settings.secret(settings.metrics_token_file),
        figures=(NodeFigures(Vitals(node.transactions, readiness)),),
        readiness=readiness,
    )
    with spans_sent(settings, service=service), listener:
        try:
            yield
        finally:
            readiness.close()
