"""Around every request: its trace, its line in the log, its place in the counters, its span.

Route templates only (`/documents/{document_id}`): no address of a person's document goes into a label or a line.
"""

import logging
import time

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from docservice.core import metrics
from docservice.core.spans import span
from docservice.core.trace import traced
from docservice.web.health import ADDRESSES

HEADER = "X-Trace-Id"
# What machines ask every few seconds is counted, and not written down.
_QUIET = ADDRESSES
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

log = logging.getLogger(__name__)


class Traced:
    """The outermost layer: what it counts is what the client got."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on under a trace of its own, which the answer names."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        method = scope["method"] if scope["method"] in _METHODS else "other"
        begun = time.monotonic()
        status, streams = 500, False
        with traced() as trace, span(f"{method}") as say:
            scope.setdefault("state", {})["trace"] = trace

            async def with_trace(message: Message) -> None:
                nonlocal status, streams
                if message["type"] == "http.response.start":
                    status = message["status"]
                    headers = MutableHeaders(scope=message)
                    headers[HEADER] = trace
                    streams = headers.get("Content-Type", "").startswith("text/event-stream")
                await send(message)

            try:
                await self._app(scope, receive, with_trace)
            finally:
                route = getattr(scope.get("route"), "path", "none")
                seconds = time.monotonic() - begun
                say({"http.request.method": method, "http.route": route, "http.response.status_code": status})
                metrics.REQUESTS.labels(method, route, str(status)).inc()
                if not streams:
                    metrics.REQUEST_SECONDS.labels(method, route).observe(seconds)
                if route not in _QUIET:
                    fields = {"method": method, "route": route, "status": status, "ms": round(seconds * 1000)}
                    log.info("request", extra=fields)
