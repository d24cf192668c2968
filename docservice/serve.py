"""`docservice serve`: the pages, and in the embedded profile the job runner beside them, in one process."""

import sys
import threading

import uvicorn

from docservice.bootstrap import Node, build
from docservice.core.errors import Conflict
from docservice.core.words import N_
from docservice.core.work import SYSTEM
from docservice.demo import accounts as demo
from docservice.identity.accounts import has_demo_accounts
from docservice.settings import Settings
from docservice.signatures.stamps import AUTHORITY_FOLDER
from docservice.web.app import create_app

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


def run_serve(settings: Settings, *, host: str, port: int, with_demo: bool) -> int:
    """Serve until stopped; raises `DemoStaysHere` for an address others can reach while demo data is here."""
    node = build(settings)
    try:
        if with_demo:
            _say("Đang chuẩn bị dữ liệu mẫu…")
            demo.prepare(node, tell=_say)
        _refuse_strangers(node, host)
        for line in _greeting(node, host, port):
            _say(line)
        runner = threading.Thread(target=node.runner.serve, name="runner", daemon=True)
        # In the server profile jobs run in workers of their own (`docservice worker`).
        runs_jobs = settings.queue_url == "thread:"
        app = create_app(node, after_start=runner.start if runs_jobs else _nothing)
        proxies = settings.trusted_proxies
        uvicorn.run(
            app,
            host=host,
            port=port,
            log_level="warning",
            proxy_headers=bool(proxies),
            forwarded_allow_ips=proxies or None,
            server_header=False,
            timeout_graceful_shutdown=1,
        )
        if runs_jobs:
            node.runner.stop()
            runner.join(timeout=20)
    finally:
        node.close()
    return 0


def _nothing() -> None:
    """No runner to start beside the pages."""


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
