"""What every long-running process wears: spans to a collector, and a listener for metrics and readiness."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from docservice.bootstrap import Node
from docservice.core.spans import open_spans
from docservice.operations.figures import NodeFigures
from docservice.operations.listener import listening
from docservice.operations.readiness import Readiness


@contextmanager
def watched(node: Node, *, service: str) -> Iterator[None]:
    """While the block runs, this process can be watched as the settings say; `service` names it to the collector."""
    settings = node.settings
    with ExitStack() as stack:
        if settings.otel_url:
            stack.callback(open_spans(settings.otel_url, service=service))
        readiness = Readiness(node.transactions, node.ports)
        stack.callback(readiness.close)
        stack.enter_context(
            listening(
                settings.metrics_listen,
                token=settings.secret(settings.metrics_token_file),
                figures=(NodeFigures(node.transactions, readiness),),
                readiness=readiness,
            )
        )
        yield
