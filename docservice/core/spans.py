"""OpenTelemetry, where a collector is configured: a span for each request and each try of a job.

The packages are an extra (`docservice[otel]`) and are imported only by `open_spans`. A span's trace id is the id of
`core.trace`, so that a line of the log, an error page and the collector name the same thing.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from docservice.core.trace import current_trace

Attributes = dict[str, str | float | bool]
_tracer: Any = None


def open_spans(url: str, *, service: str) -> Callable[[], None]:
    """Send spans to the OTLP/HTTP address (`http://127.0.0.1:4318/v1/traces`); returns what flushes and ends it.

    Spans are sent from a thread of their own, in batches; a collector that does not answer costs spans and no request.
    """
    # Imported here: most nodes have no collector.
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415
    from opentelemetry.sdk.trace.id_generator import RandomIdGenerator  # noqa: PLC0415

    class OurTraces(RandomIdGenerator):
        def generate_trace_id(self) -> int:
            ours = current_trace()
            return int(ours, 16) if ours else super().generate_trace_id()

    provider = TracerProvider(
        resource=Resource.create({"service.name": f"docservice-{service}"}), id_generator=OurTraces()
    )
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=url, timeout=5)))
    global _tracer  # noqa: PLW0603 - one tracer a process, as with the log
    _tracer = provider.get_tracer("docservice")

    def close() -> None:
        global _tracer  # noqa: PLW0603
        _tracer = None
        provider.shutdown()

    return close


@contextmanager
def span(name: str, **attributes: str | float | bool) -> Iterator[Callable[[Attributes], None]]:
    """A span around the block; what it yields sets attributes known only later. Does nothing without a collector."""
    if _tracer is None:
        yield _nothing
        return
    with _tracer.start_as_current_span(name, attributes=attributes) as current:
        yield current.set_attributes


def _nothing(_attributes: Attributes) -> None:
    """Nobody collects."""
