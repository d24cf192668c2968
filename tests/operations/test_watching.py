"""How a process is watched: spans at a collector, figures of many processes as one, a listener, readiness."""

import json
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from docservice.core.spans import open_spans, span
from docservice.core.trace import traced
from docservice.operations.figures import NodeFigures
from docservice.operations.listener import MetricsNeedToken, listening
from docservice.operations.readiness import Readiness
from docservice.operations.vitals import Vitals
from storage import Store, StoreUnavailable
from storage.memory import MemoryPlace
from storage.plain import PlainStore
from tests.node import Office, open_office

ROOT = Path(__file__).parents[2]


class Collector:
    """An OTLP receiver on loopback."""

    def __init__(self) -> None:
        self.spans: list[tuple[str, str, str, dict[str, str]]] = []
        collector = self

        class Receive(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                asked = ExportTraceServiceRequest.FromString(self.rfile.read(int(self.headers["Content-Length"])))
                for resource in asked.resource_spans:
                    service = next(
                        a.value.string_value for a in resource.resource.attributes if a.key == "service.name"
                    )
                    for scope in resource.scope_spans:
                        for one in scope.spans:
                            said = {a.key: a.value.string_value or str(a.value.int_value) for a in one.attributes}
                            collector.spans.append((service, one.trace_id.hex(), one.name, said))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Receive)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/v1/traces"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def collector() -> Iterator[Collector]:
    with closing(Collector()) as opened:
        yield opened


def test_spans_reach_a_collector_under_our_own_trace(collector: Collector) -> None:
    close = open_spans(collector.url, service="test")
    try:
        with traced("0af7651916cd43dd8448eb211c80319c"), span("job x.y", attempt=2) as say:
            say({"result": "done"})
    finally:
        close()
    assert collector.spans == [
        ("docservice-test", "0af7651916cd43dd8448eb211c80319c", "job x.y", {"attempt": "2", "result": "done"})
    ]
    with span("after") as say:
        say({"x": 1})
    assert len(collector.spans) == 1


def test_no_collector_no_import() -> None:
    program = "import docservice.serve, sys; print([n for n in sys.modules if n.startswith('opentelemetry.sdk')])"
    said = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"


def test_the_figures_of_many_processes_are_one(tmp_path: Path) -> None:
    # In a process of its own: what it says holds for its children, and for nobody here.
    program = f"""
import subprocess, sys
from pathlib import Path
from docservice.core.metrics import share_figures
share_figures(Path({str(tmp_path)!r}))
count = "from docservice.core import metrics; metrics.count_sandboxed('f', 'answered')"
for _ in range(3):
    subprocess.run([sys.executable, "-c", count], check=True)
tell = "from docservice.core import metrics; print(metrics.written().decode())"
print(subprocess.run([sys.executable, "-c", tell], check=True, capture_output=True, text=True).stdout)
"""
    said = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert 'docservice_sandbox_calls_total{function="f",result="answered"} 3.0' in said
    assert list(tmp_path.glob("*.db"))


def ask(port: int, path: str, token: str = "") -> tuple[int, str]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - loopback
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode()


def test_a_worker_answers_on_a_listener_of_its_own(office: Office) -> None:
    transactions, ports = office.node.transactions, office.node.ports
    readiness = Readiness(transactions, ports)
    figures = (NodeFigures(Vitals(transactions, readiness)),)
    with listening("127.0.0.1:0", token="ma", figures=figures, readiness=readiness) as port:
        assert ask(port, "/metrics")[0] == 404
        assert ask(port, "/metrics", "am")[0] == 404
        assert "docservice_jobs_waiting" in ask(port, "/metrics", "ma")[1]
        assert ask(port, "/health") == (200, '{"alive": true}')
        assert ask(port, "/ready") == (200, '{"ready": true, "failing": []}')
        assert ask(port, "/jobs")[0] == 404
    for address in ("0.0.0.0:9108", "example.vn:9", "9108"):
        with pytest.raises(MetricsNeedToken), listening(address, token=None, figures=(), readiness=readiness):
            pass
    readiness.close()


class Failing(PlainStore):
    """A store that fails, and then one that hangs."""

    def __init__(self) -> None:
        super().__init__(MemoryPlace())
        self.asked = 0
        self.go_on = threading.Event()
        self.hangs = False

    def exists(self, key: str) -> bool:
        del key
        self.asked += 1
        if self.asked > 1:
            self.hangs = True
            self.go_on.wait(120)
            self.hangs = False
        raise StoreUnavailable("store_unavailable", reason="bi-mat")


def test_what_does_not_answer_is_named_and_nothing_else(tmp_path: Path) -> None:
    store = Failing()
    with open_office(tmp_path, replace={Store: store}) as office:
        readiness = Readiness(office.node.transactions, office.node.ports, patience=1.5, kept=0)
        expected = {"database": True, "storage": False, "search": True, "queue": True}
        assert readiness.answers() == expected
        assert [readiness.answers() for _ in range(2)] == [expected] * 2
        # The question that hangs was asked once, not twice more, and nobody waited for its end.
        assert (store.asked, store.hangs) == (2, True)
        with listening("127.0.0.1:0", token=None, figures=(), readiness=readiness) as port:
            status, body = ask(port, "/ready")
        assert (status, json.loads(body)) == (503, {"ready": False, "failing": ["storage"]})
        store.go_on.set()
        readiness.close()
