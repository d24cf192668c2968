"""`docservice serve`: the pages, in one process (the embedded profile's job runner beside them) or in many."""

import gc
import signal
import sys
import tempfile
import threading
from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any

import uvicorn
from fastapi import FastAPI

from docservice.bootstrap import Node, build
from docservice.core.errors import Conflict, Invalid
from docservice.core.logs import set_up_logs
from docservice.core.metrics import share_figures
from docservice.core.words import N_
from docservice.core.work import SYSTEM
from docservice.demo import accounts as demo
from docservice.identity.accounts import has_demo_accounts
from docservice.settings import Settings
from docservice.signatures.stamps import AUTHORITY_FOLDER
from docservice.watched import spans_sent
from docservice.web.app import create_app
from templates.errors import PaperFailed
from templates.warming import warm_papers

# Most of a job is waiting for a child that reads or converts: a second loop works meanwhile.
_LOOPS = 2
_STOP_SECONDS = 20
_WARM_SECONDS = 5
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
WARNING = (
    "Dữ liệu mẫu: cơ quan, người và chữ ký đều là giả định, không có giá trị pháp lý.\n"
    "Cơ quan chứng thực mẫu chỉ để thử; không dùng cho văn bản thật."
)


class DemoStaysHere(Conflict):
    code = "demo_stays_here"
    message = N_(
        "Còn tài khoản mẫu hoặc cơ quan chứng thực mẫu: chỉ mở được trên máy này (127.0.0.1), không mở ở {host}."
    )


class OneProcessOnly(Invalid):
    code = "one_process_only"
    message = N_(
        "Nhiều tiến trình (--workers) cần PostgreSQL, Elasticsearch và Redis: "
        "xin đặt DATABASE_URL, SEARCH_URL và QUEUE_URL."
    )


def run_serve(settings: Settings, *, host: str, port: int, with_demo: bool, workers: int = 1) -> int:
    """Serve until stopped.

    Raises:
        DemoStaysHere: the address can be reached by others while demo data is here.
        OneProcessOnly: many processes over a database or an index that only one may write.
    """
    if workers > 1 and settings.is_embedded:
        raise OneProcessOnly
    node = build(settings)
    try:
        if with_demo:
            _say("Đang chuẩn bị dữ liệu mẫu…")
            demo.prepare(node, tell=_say)
        _refuse_strangers(node, host)
        for line in _greeting(node, host, port):
            _say(line)
        if workers == 1:
            _serve_here(node, host=host, port=port)
    finally:
        node.close()
    if workers > 1:
        # Each process builds a node of its own from the same settings; the parent starts those anew that end.
        with tempfile.TemporaryDirectory(prefix="docservice-figures-") as figures:
            share_figures(Path(figures))
            uvicorn.run(
                "docservice.serve:app_of_one_process",
                factory=True,
                workers=workers,
                host=host,
                port=port,
                **_serving(settings),
            )
    return 0


def app_of_one_process() -> FastAPI:
    """The pages in one of many processes; what it opened is closed when the server stops."""
    settings = Settings()
    set_up_logs(settings.log_format, settings.log_level)
    node = build(settings)
    stack = ExitStack()
    stack.callback(node.close)
    stack.enter_context(spans_sent(settings, service="web"))
    warming = _warming()
    stack.callback(warming.join, _WARM_SECONDS)
    return create_app(node, after_start=partial(_begin, node, warming), after_stop=stack.close)


def _serve_here(node: Node, *, host: str, port: int) -> None:
    # In the server profile jobs run in workers of their own (`docservice worker`).
    loops = _LOOPS if node.settings.queue_url == "thread:" else 0
    runners = [
        threading.Thread(
            target=node.runner.serve, kwargs={"by_clock": not number}, name=f"runner-{number}", daemon=True
        )
        for number in range(loops)
    ]

    warming = _warming()

    def start() -> None:
        _begin(node, warming)
        for runner in runners:
            runner.start()

    app = create_app(node, after_start=start, after_stop=partial(warming.join, _WARM_SECONDS))
    with spans_sent(node.settings, service="web"):
        uvicorn.run(app, host=host, port=port, **_serving(node.settings))
    node.runner.stop()
    for runner in runners:
        runner.join(timeout=20)


def _begin(node: Node, warming: threading.Thread) -> None:
    """What a process of pages does first, and beside its first requests."""
    _end_streams_when_stopped(node)
    # What a process begins with stays: a full collection, for which every request waits, need not look at it.
    gc.collect()
    gc.freeze()
    warming.start()


def _warming() -> threading.Thread:
    """The thread that warms papers; joined before the process ends, which must not find it in a library's own code."""
    return threading.Thread(target=_warm, name="warm-papers", daemon=True)


def _warm() -> None:
    # A font that is missing is told by `doctor`, and to whoever asks for a paper.
    with suppress(PaperFailed):
        warm_papers()


def _end_streams_when_stopped(node: Node) -> None:
    """Let no open page hold the process up when it is asked to stop: requests in hand are finished, streams end."""

    def chain(number: int) -> None:
        before = signal.getsignal(number)

        def stop(asked: int, frame: FrameType | None) -> None:
            # In a thread: the main one may be inside the very lock that is needed.
            threading.Thread(target=node.hints.end).start()
            if callable(before):
                before(asked, frame)

        signal.signal(number, stop)

    for number in (signal.SIGTERM, signal.SIGINT):
        chain(number)


def _serving(settings: Settings) -> dict[str, Any]:
    proxies = settings.trusted_proxies
    return {
        # Our own log has a line for each request, with its trace.
        "log_config": None,
        "access_log": False,
        "proxy_headers": bool(proxies),
        "forwarded_allow_ips": proxies or None,
        "server_header": False,
        # As long as a request in hand may take; streams have ended by then.
        "timeout_graceful_shutdown": _STOP_SECONDS,
    }


def _refuse_strangers(node: Node, host: str) -> None:
    with node.transactions.reading(SYSTEM) as reading:
        has_accounts = has_demo_accounts(reading)
    has_authority = (node.settings.path(node.settings.keys_dir) / AUTHORITY_FOLDER).exists()
    if host not in LOOPBACK and (has_accounts or has_authority):
        raise DemoStaysHere(host=host)


def _greeting(node: Node, host: str, port: int) -> list[str]:
    lines = [f"Địa chỉ: http://{host}:{port}"]
    with node.transactions.reading(SYSTEM) as reading:
        is_demo = has_demo_accounts(reading)
        if is_demo:
            lines += ["Tài khoản mẫu (hoặc bấm vào ô của từng người ở trang đăng nhập):", *demo.account_lines(node)]
    return [*lines, WARNING] if is_demo else lines


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
