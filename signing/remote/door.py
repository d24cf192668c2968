"""JSON over HTTPS to the one address the operator named: no redirect, no proxy, no answer too large or too late.

The deadline is one for the whole exchange: a server that sends a byte a minute holds nobody longer than that.
"""

import http.client
import json
import socket
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any
from urllib.parse import urlencode, urlsplit

from signing.remote.errors import RemoteCode, RemoteFailed

LARGEST = 1024 * 1024
_CONNECT_SECONDS = 10.0
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True)
class Answer:
    """What came back: the status, and the JSON object (empty for an answer without a body)."""

    status: int
    body: Mapping[str, Any]


class Call:
    """One exchange that can be broken off from another thread; what it asked for may have been done nevertheless."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self.is_over = False

    def hold(self, connection: socket.socket) -> None:
        """The connection that is to be closed; at once when the call was broken off already."""
        with self._lock:
            self._socket = connection
        if self.is_over:
            self.break_off()

    def break_off(self) -> None:
        """Close the connection, whatever it waits for."""
        with self._lock:
            self.is_over = True
            connection = self._socket
        if connection is not None:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                return


class Door:
    """The way to one service; `address` is its base address, https (http for this very computer only)."""

    def __init__(self, address: str) -> None:
        try:
            parts = urlsplit(address)
            port = parts.port
        except ValueError as error:
            raise RemoteFailed(RemoteCode.INSECURE) from error
        secure = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
        if not secure or not parts.hostname or parts.query or parts.fragment or "@" in parts.netloc:
            raise RemoteFailed(RemoteCode.INSECURE)
        self._host, self._port = parts.hostname, port
        self._tls = _tls() if parts.scheme == "https" else None
        self._base = parts.path.rstrip("/")

    def post(
        self,
        path: str,
        body: Mapping[str, Any],
        *,
        seconds: float,
        headers: Mapping[str, str] | None = None,
        as_form: bool = False,
        call: Call | None = None,
    ) -> Answer:
        """Post an object (JSON, or form fields) and read the object that comes back, whatever its status.

        Raises `RemoteFailed`: remote_unreachable when surely nothing arrived, else remote_timed_out,
        remote_broken_off, remote_redirects, remote_answer_too_large, remote_answer_unreadable.
        """
        call = call or Call()
        connection = self._connect(min(seconds, _CONNECT_SECONDS))
        deadline = monotonic() + seconds
        timer = threading.Timer(seconds, call.break_off)
        timer.daemon = True
        timer.start()
        try:
            connection.sock.settimeout(seconds)
            call.hold(connection.sock)
            data = urlencode(body) if as_form else json.dumps(body)
            kind = "application/x-www-form-urlencoded" if as_form else "application/json"
            sent = {"Content-Type": kind, "Accept": "application/json", **(headers or {})}
            connection.request("POST", f"{self._base}/{path}", data.encode(), sent)
            return _read(connection.getresponse())
        except (http.client.HTTPException, OSError) as error:
            late = monotonic() >= deadline
            raise RemoteFailed(RemoteCode.TIMED_OUT if late else RemoteCode.BROKEN_OFF) from error
        finally:
            timer.cancel()
            connection.close()

    def _connect(self, seconds: float) -> http.client.HTTPConnection:
        if self._tls is None:
            connection = http.client.HTTPConnection(self._host, self._port, timeout=seconds)
        else:
            connection = http.client.HTTPSConnection(self._host, self._port, timeout=seconds, context=self._tls)
        try:
            connection.connect()
        except OSError as error:
            connection.close()
            raise RemoteFailed(RemoteCode.UNREACHABLE) from error
        return connection


def _tls() -> ssl.SSLContext:
    context = ssl.create_default_context()
    # TT 15/2025/TT-BKHCN, list of standards.
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _read(response: http.client.HTTPResponse) -> Answer:
    if 300 <= response.status < 400:
        raise RemoteFailed(RemoteCode.REDIRECTS, status=response.status)
    data = response.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise RemoteFailed(RemoteCode.TOO_LARGE, most=LARGEST)
    # `read` with a size gives what is there when the connection ends early.
    if response.length:
        raise http.client.IncompleteRead(data, response.length)
    if not data.strip():
        return Answer(response.status, {})
    try:
        body = json.loads(data)
    except (ValueError, RecursionError) as error:
        if response.status >= 400:
            # Gateways explain themselves in pages; the status says enough.
            return Answer(response.status, {})
        raise RemoteFailed(RemoteCode.UNREADABLE) from error
    if not isinstance(body, dict):
        raise RemoteFailed(RemoteCode.UNREADABLE)
    return Answer(response.status, body)
