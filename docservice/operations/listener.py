"""Metrics, health and readiness of a process that serves no pages (worker, beat).

Loopback, or a token: the same permission as the pages' `/metrics`.
"""

import hmac
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from docservice.core import metrics
from docservice.core.errors import Invalid
from docservice.core.words import N_
from docservice.operations.readiness import Readiness

_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class MetricsNeedToken(Invalid):
    code = "metrics_need_token"
    message = N_("METRICS_LISTEN={address}: địa chỉ ngoài máy này cần METRICS_TOKEN_FILE; dạng MÁY:CỔNG.")


def has_token(authorization: str, token: str) -> bool:
    """Whether an `Authorization` header carries the token."""
    return hmac.compare_digest(authorization.encode(), f"Bearer {token}".encode())


@contextmanager
def listening(
    address: str, *, token: str | None, figures: tuple[metrics.Figures, ...], readiness: Readiness
) -> Iterator[int]:
    """Answer on `HOST:PORT` while the block runs, in a thread; yields the port. No address, no listener (port 0).

    Raises:
        MetricsNeedToken: the address can be reached by others and there is no token.
    """
    if not address:
        yield 0
        return
    host, _, port = address.rpartition(":")
    if not port.isdecimal() or (host not in _LOOPBACK and not token):
        raise MetricsNeedToken(address=address)

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/health":
                self._say(200, b'{"alive": true}', "application/json")
            elif self.path == "/ready":
                status, body = ready_answer(readiness.answers())
                self._say(status, body, "application/json")
            elif self.path != "/metrics" or (token and not has_token(self.headers.get("Authorization", ""), token)):
                self._say(404, b"", "text/plain")
            else:
                self._say(200, metrics.written(*figures), metrics.CONTENT_TYPE)

        def log_message(self, *_: object) -> None:
            """Nobody wants a line every fifteen seconds."""

        def _say(self, status: int, body: bytes, kind: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    with ThreadingHTTPServer((host, int(port)), Answer) as server:
        Thread(target=server.serve_forever, name="metrics", daemon=True).start()
        try:
            yield server.server_port
        finally:
            server.shutdown()


def ready_answer(answers: Mapping[str, bool]) -> tuple[int, bytes]:
    """200, or 503 with the names of what does not answer: no address, no error text."""
    failing = sorted(name for name, answers_now in answers.items() if not answers_now)
    body = json.dumps({"ready": not failing, "failing": failing}).encode()
    return (503 if failing else 200), body
