"""A small proxy before the real Elasticsearch, with no room for some requests, as a server at its limits says it."""

import json
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from enum import StrEnum
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

_REFUSED = ("/_bulk", "/_search")
_REASON = {"type": "es_rejected_execution_exception", "reason": "rejected execution of coordinating operation"}
_JSON = {"Content-Type": "application/json", "X-Elastic-Product": "Elasticsearch"}
# What concerns a connection and not its messages.
_OF_THE_WAY = frozenset({"connection", "content-length", "host", "keep-alive", "transfer-encoding"})


class Refusal(StrEnum):
    """Of the whole request, by its status; or of each of its entries, in an answer that is well otherwise."""

    WHOLE = "whole"
    EACH = "each"


class Crowd(ThreadingHTTPServer):
    """Refuses the next `left` bulks and searches; passes everything else on to the server behind."""

    daemon_threads = True

    def __init__(self, server_port: int) -> None:
        super().__init__(("127.0.0.1", 0), _Passing)
        self.behind = server_port
        self.left = self.refused = 0
        self.kind = Refusal.WHOLE
        self._lock = threading.Lock()

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def has_room(self) -> bool:
        with self._lock:
            if not self.left:
                return True
            self.left -= 1
            self.refused += 1
            return False


class _Passing(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Crowd

    def pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path.partition("?")[0].endswith(_REFUSED) and not self.server.has_room():
            self._refuse(body)
            return
        with closing(HTTPConnection("127.0.0.1", self.server.behind, timeout=60)) as there:
            there.request(self.command, self.path, body, _kept(dict(self.headers)))
            said = there.getresponse()
            self._answer(said.status, _kept(dict(said.getheaders())), said.read())

    # The names by which http.server calls.
    do_DELETE = pass_on  # noqa: N815
    do_GET = pass_on  # noqa: N815
    do_HEAD = pass_on  # noqa: N815
    do_POST = pass_on  # noqa: N815
    do_PUT = pass_on  # noqa: N815

    def _refuse(self, body: bytes) -> None:
        if self.server.kind is Refusal.WHOLE:
            self._answer(429, _JSON, json.dumps({"error": _REASON, "status": 429}).encode())
            return
        orders = [json.loads(line) for line in body.splitlines() if line.strip()]
        ids = [order["index"]["_id"] for order in orders if "index" in order]
        items = [{"index": {"_id": one, "status": 429, "error": _REASON}} for one in ids]
        self._answer(200, _JSON, json.dumps({"took": 1, "errors": True, "items": items}).encode())

    def _answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response_only(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Nobody reads a log of the tests' proxy."""


def _kept(headers: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name.lower() not in _OF_THE_WAY}


@contextmanager
def crowd_before(server_port: int) -> Iterator[Crowd]:
    with Crowd(server_port) as crowd:
        serving = threading.Thread(target=crowd.serve_forever, daemon=True)
        serving.start()
        try:
            yield crowd
        finally:
            crowd.shutdown()
            serving.join()
