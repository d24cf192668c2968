"""A signing service of our own after the Cloud Signature Consortium's API 1.0.4.0, over real HTTP, with every vice.

`Phone` stands for the person and the phone: it is shown a description and says yes, no or nothing, when the test says.
A plan (`Service.plans`) makes one method misbehave: each entry is used once, then the method is honest again.
"""

import base64
import json
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from secrets import token_urlsafe
from typing import Any
from urllib.parse import parse_qs

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding

CLIENT, SECRET = "docservice", "mat-khau-cua-dich-vu"
Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@dataclass
class Phone:
    """Who must confirm: `shown` are the descriptions that arrived, `answer` what the person taps (None: nothing)."""

    answer: str | None = "yes"
    shown: list[str] = field(default_factory=list)
    tapped: threading.Event = field(default_factory=threading.Event)

    def tap(self, answer: str) -> None:
        self.answer = answer
        self.tapped.set()


@dataclass
class Held:
    """A key of the service: its chain, how it is confirmed and how many signatures one confirmation covers."""

    key: Key
    chain: tuple[x509.Certificate, ...]
    auth_mode: str = "implicit"
    scal: str = "2"
    multisign: int = 5
    pin: str | None = None
    otp: str | None = None
    raw_ecdsa: bool = False
    status: str = "enabled"
    tries: int = 3
    algorithms: tuple[str, ...] = ()


@dataclass
class Confirmed:
    credential_id: str
    hashes: tuple[str, ...]
    left: int
    until: float


Answer = tuple[int, Mapping[str, Any] | bytes]


class Refuse(Exception):
    def __init__(self, status: int, error: str, about: str = "") -> None:
        super().__init__(error)
        self.answer: Answer = (status, {"error": error, "error_description": about})


class Service:
    """The state behind the server; `calls` lists every method called with its body, in order."""

    def __init__(self) -> None:
        self.held: dict[str, Held] = {}
        self.owners: dict[str, list[str]] = {}
        self.phone = Phone()
        self.calls: list[tuple[str, Mapping[str, Any]]] = []
        self.plans: dict[str, deque[Callable[[Handler], Answer | None]]] = {}
        self.tokens: set[str] = set()
        self.confirmed: dict[str, Confirmed] = {}
        # Services that know a transaction again give its confirmation to whoever asks for it anew.
        self.resumes = False
        self.by_transaction: dict[str, str] = {}
        self.sad_seconds = 300
        self.patience = 30.0
        self._lock = threading.Lock()

    def plan(self, method: str, *vices: Callable[["Handler"], Answer | None]) -> None:
        self.plans.setdefault(method, deque()).extend(vices)

    def asked(self, method: str) -> list[Mapping[str, Any]]:
        return [body for name, body in self.calls if name == method]

    def answer(self, method: str, body: Mapping[str, Any], headers: Mapping[str, str]) -> Answer:
        if method == "info":
            return 200, {
                "specs": "1.0.4.0", "name": "Dịch vụ ký thử", "logo": "", "region": "VN", "lang": "vi",
                "authType": ["basic", "oauth2client"], "methods": sorted(_METHODS),
            }  # fmt: skip
        if method == "oauth2/token":
            return self._token(body.get("client_id") == CLIENT and body.get("client_secret") == SECRET)
        if method == "auth/login":
            basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
            return self._token(headers.get("Authorization") == f"Basic {basic}")
        if headers.get("Authorization", "").removeprefix("Bearer ") not in self.tokens:
            raise Refuse(401, "invalid_token", "Invalid access_token")
        return _METHODS[method](self, body)

    def _token(self, known: bool) -> Answer:  # noqa: FBT001 - the outcome of the check
        if not known:
            raise Refuse(401, "invalid_client")
        token = token_urlsafe(16)
        self.tokens.add(token)
        return 200, {"access_token": token, "token_type": "Bearer", "expires_in": 3600}

    def list(self, body: Mapping[str, Any]) -> Answer:
        owned = self.owners.get(str(body.get("userID")), [])
        start = int(body.get("pageToken") or 0)
        page = {"credentialIDs": owned[start : start + 1]}
        return 200, page | ({"nextPageToken": str(start + 1)} if start + 1 < len(owned) else {})

    def describe(self, body: Mapping[str, Any]) -> Answer:
        held = self._credential(body)
        is_rsa = isinstance(held.key, rsa.RSAPrivateKey)
        algorithms = held.algorithms or (
            ("1.2.840.113549.1.1.1", "1.2.840.113549.1.1.11") if is_rsa else ("1.2.840.10045.4.3.2",)
        )
        return 200, {
            "description": "Khóa thử", "authMode": held.auth_mode, "SCAL": held.scal, "multisign": held.multisign,
            "key": {"status": held.status, "algo": algorithms, "len": held.key.key_size},
            "cert": {"status": "valid", "certificates": [_der(certificate) for certificate in held.chain]},
            "PIN": {"presence": "true" if held.pin else "false"},
            "OTP": {"presence": "true" if held.otp else "false", "type": "online"},
        }  # fmt: skip

    def authorize(self, body: Mapping[str, Any]) -> Answer:
        held = self._credential(body)
        count, hashes_ = body.get("numSignatures"), tuple(body.get("hash") or ())
        if not isinstance(count, int) or count > held.multisign:
            raise Refuse(400, "invalid_request", "Numbers of signatures is too high (numSignatures)")
        if held.scal == "2" and len(hashes_) != count:
            raise Refuse(400, "invalid_request", "Missing (or invalid type) array parameter hash")
        transaction = str(body.get("clientData"))
        if self.resumes and transaction in self.by_transaction:
            sad = self.by_transaction[transaction]
            return 200, {"SAD": sad, "expiresIn": self.sad_seconds}
        self._check_secrets(held, body)
        if held.auth_mode == "implicit":
            self._ask_phone(str(body.get("description")), transaction)
        sad = token_urlsafe(24)
        self.confirmed[sad] = Confirmed(str(body["credentialID"]), hashes_, count, time.monotonic() + self.sad_seconds)
        self.by_transaction[transaction] = sad
        return 200, {"SAD": sad, "expiresIn": self.sad_seconds}

    def _check_secrets(self, held: Held, body: Mapping[str, Any]) -> None:
        for name, right in (("PIN", held.pin), ("OTP", held.otp)):
            if right is not None and (held.tries <= 0 or body.get(name) != right):
                held.tries -= 1
                raise Refuse(400, f"invalid_{name.lower()}", f"The {name} is invalid")

    def _ask_phone(self, description: str, transaction: str) -> None:
        """The person is shown a transaction once, however often it is asked for where transactions are known again."""
        with self._lock:
            if not (self.resumes and f"{transaction} {description}" in self.phone.shown):
                self.phone.shown.append(f"{transaction} {description}" if self.resumes else description)
        if self.phone.answer is None and not self.phone.tapped.wait(self.patience):
            raise Refuse(504, "timeout")
        if self.phone.answer != "yes":
            raise Refuse(400, "access_denied", "The user denied the request")

    def sign(self, body: Mapping[str, Any]) -> Answer:
        held = self._credential(body)
        confirmed = self._confirmed(body)
        wanted = list(body.get("hash") or ())
        if held.scal == "2" and not set(wanted) <= set(confirmed.hashes):
            raise Refuse(400, "invalid_request", "Hash is not authorized")
        if len(wanted) > confirmed.left:
            raise Refuse(400, "invalid_request", "Invalid parameter SAD")
        confirmed.left -= len(wanted)
        return 200, {"signatures": [sign_digest(held, base64.b64decode(text)) for text in wanted]}

    def _credential(self, body: Mapping[str, Any]) -> Held:
        held = self.held.get(str(body.get("credentialID")))
        if held is None:
            raise Refuse(400, "invalid_request", "Invalid parameter credentialID")
        return held

    def _confirmed(self, body: Mapping[str, Any]) -> Confirmed:
        confirmed = self.confirmed.get(str(body.get("SAD")))
        if confirmed is None or confirmed.credential_id != body.get("credentialID"):
            raise Refuse(400, "invalid_request", "Invalid parameter SAD")
        if confirmed.until < time.monotonic():
            raise Refuse(400, "invalid_request", "SAD expired")
        return confirmed


_METHODS: dict[str, Callable[[Service, Mapping[str, Any]], Answer]] = {
    "credentials/list": Service.list,
    "credentials/info": Service.describe,
    "credentials/authorize": Service.authorize,
    "signatures/signHash": Service.sign,
}


def sign_digest(held: Held, digest: bytes) -> str:
    """Sign a SHA-256 digest as the key does, ECDSA as DER or as two numbers."""
    if isinstance(held.key, rsa.RSAPrivateKey):
        value = held.key.sign(digest, padding.PKCS1v15(), Prehashed(hashes.SHA256()))
    else:
        value = held.key.sign(digest, ec.ECDSA(Prehashed(hashes.SHA256())))
        if held.raw_ecdsa:
            size = (held.key.key_size + 7) // 8
            value = b"".join(number.to_bytes(size, "big") for number in decode_dss_signature(value))
    return base64.b64encode(value).decode()


def _der(certificate: x509.Certificate) -> str:
    return base64.b64encode(certificate.public_bytes(Encoding.DER)).decode()


class Handler(BaseHTTPRequestHandler):
    """One connection; `protocol_version` with keep-alive, as real services have it."""

    protocol_version = "HTTP/1.1"
    service: Service

    def do_POST(self) -> None:
        data = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        method = self.path.removeprefix("/csc/v1/")
        is_form = "form" in self.headers.get("Content-Type", "")
        body = {k: v[0] for k, v in parse_qs(data.decode()).items()} if is_form else json.loads(data)
        self.service.calls.append((method, body))
        planned = self.service.plans.get(method)
        answer = planned.popleft()(self) if planned else None
        if self.close_connection:
            return
        if answer is None:
            try:
                answer = self.service.answer(method, body, dict(self.headers))
            except Refuse as refused:
                answer = refused.answer
        self.reply(*answer)

    def reply(self, status: int, body: Mapping[str, Any] | bytes, headers: Mapping[str, str] | None = None) -> None:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        try:
            self.send_response(status)
            for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)
        except OSError:
            self.close_connection = True

    def die(self) -> None:
        """Close the connection as a killed process would."""
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


# The vices: each stands for one way in which a service or somebody in between misbehaves.


def dies(handler: Handler) -> None:
    """The connection ends before an answer."""
    handler.die()


def dies_in_the_middle(handler: Handler) -> None:
    """Half an answer, then nothing."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"SAD": "ab')
    handler.die()


def dribbles(handler: Handler) -> None:
    """A byte now and then, for ever."""
    handler.send_response(200)
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    try:
        while True:
            handler.wfile.write(b" ")
            time.sleep(0.05)
    except OSError:
        handler.close_connection = True


def floods(handler: Handler) -> None:
    """More than anybody reads."""
    handler.reply(200, b'{"signatures": ["' + b"A" * (2 * 1024 * 1024) + b'"]}')
    handler.close_connection = True


def redirects_to(address: str) -> Callable[[Handler], None]:
    """Somewhere else, where the token and the hashes would go too."""

    def vice(handler: Handler) -> None:
        handler.reply(307, b"", {"Location": address})
        handler.close_connection = True

    return vice


def says(status: int, body: Mapping[str, Any] | bytes) -> Callable[[Handler], Answer]:
    """This, whatever was asked."""
    return lambda _handler: (status, body)


def signs_something_else(handler: Handler) -> Answer:
    """Right in form, over other bytes."""
    held = next(iter(handler.service.held.values()))
    _, body = handler.service.calls[-1]
    value = sign_digest(held, sha256(b"something else").digest())
    return 200, {"signatures": [value for _ in body["hash"]]}


def signs_all_but_the_last(handler: Handler) -> Answer:
    """One signature too few."""
    held = handler.service.held[str(handler.service.calls[-1][1]["credentialID"])]
    wanted = handler.service.calls[-1][1]["hash"]
    return 200, {"signatures": [sign_digest(held, base64.b64decode(text)) for text in wanted[:-1]]}


def signs_and_dies(handler: Handler) -> None:
    """The confirmation is used up, the answer never arrives."""
    handler.service.answer("signatures/signHash", handler.service.calls[-1][1], dict(handler.headers))
    handler.die()


@contextmanager
def serving(service: Service) -> Iterator[str]:
    """The base address of a running server."""
    handler = type("Bound", (Handler,), {"service": service})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/csc/v1"
    finally:
        service.phone.tapped.set()
        server.shutdown()
        server.server_close()
        thread.join()
