"""A time-stamp service is believed only when it answers our question, in time, with a token that holds."""

import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from asn1crypto import tsp
from cryptography.hazmat.primitives.serialization import Encoding

from signing.errors import TimeStampUnavailable
from signing.pdf import sign
from signing.request import Level, SignRequest
from signing.timestamps import UNKNOWN_TOKEN_SIZE, HttpTimeStamps
from signing.verdict import verify
from tests.signing.builders import Signers, prepared, signers

Responder = Callable[[tsp.TimeStampReq], Any]


@pytest.fixture
def people(tmp_path: Path) -> Signers:
    return signers(tmp_path, now=datetime.now(UTC))


@pytest.fixture
def openssl(people: Signers, tmp_path: Path) -> Responder:
    """Another implementation's time-stamp service, with the demo authority's key."""
    authority = tmp_path / "authority"
    (tmp_path / "chain.pem").write_bytes(people.authority.intermediate.public_bytes(Encoding.PEM))
    (tmp_path / "serial").write_text("01\n")
    (tmp_path / "tsa.conf").write_text(
        f"[tsa]\ndefault_tsa = here\n[here]\nserial = {tmp_path / 'serial'}\nsigner_cert = {authority / 'tsa.pem'}\n"
        f"signer_key = {authority / 'tsa.key'}\ncerts = {tmp_path / 'chain.pem'}\nsigner_digest = sha256\n"
        "default_policy = 1.2.3.4\ndigests = sha256\ness_cert_id_alg = sha256\n"
    )

    def respond(asked: tsp.TimeStampReq) -> tsp.TimeStampResp:
        (tmp_path / "asked").write_bytes(asked.dump())
        command = ["openssl", "ts", "-reply", "-config", f"{tmp_path}/tsa.conf", "-queryfile", f"{tmp_path}/asked"]
        made = subprocess.run(command, check=True, capture_output=True).stdout
        return tsp.TimeStampResp.load(made)

    return respond


@contextmanager
def service(respond: Responder, *, drip: float = 0) -> Iterator[str]:
    """A service on loopback; `drip` are the seconds it waits before every byte."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            answer = respond(tsp.TimeStampReq.load(self.rfile.read(int(self.headers["Content-Length"]))))
            data = answer if isinstance(answer, bytes) else answer.dump()
            self.send_response(200)
            self.send_header("Content-Length", str(len(data) + (1 if not data else 0)))
            self.end_headers()
            try:
                for at in range(0, len(data), 1 if drip else len(data)):
                    time.sleep(drip)
                    self.wfile.write(data[at : at + 1] if drip else data)
            except OSError:
                # The one who asked has given up, as the test wants.
                self.close_connection = True

        def log_message(self, *_arguments: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


def test_another_ones_service_stamps_our_signature(people: Signers, openssl: Responder) -> None:
    now = datetime.now(UTC)
    with service(openssl) as url:
        stamps = HttpTimeStamps(url)
        assert stamps.token_size == UNKNOWN_TOKEN_SIZE
        signed = sign(prepared(), SignRequest("leader", Level.B_T), key=people.leader, timestamps=stamps, now=now)
    # Now it is known how much room such a token needs.
    assert stamps.token_size < UNKNOWN_TOKEN_SIZE
    (verdict,) = verify(signed, trust=people.trust, at=now).signatures
    assert (verdict.indication, verdict.level) == ("TOTAL-PASSED", "B-T")


def _refusal(_asked: tsp.TimeStampReq) -> tsp.TimeStampResp:
    return tsp.TimeStampResp({"status": {"status": "rejection"}})


def _granted_without_token(_asked: tsp.TimeStampReq) -> tsp.TimeStampResp:
    return tsp.TimeStampResp({"status": {"status": "granted"}})


@pytest.mark.parametrize(
    "respond",
    [_refusal, _granted_without_token, lambda _: b"", lambda _: b"0", lambda _: b"<html>", lambda _: bytes(70_000)],
)
def test_what_is_no_token(respond: Responder) -> None:
    with service(respond) as url, pytest.raises(TimeStampUnavailable):
        HttpTimeStamps(url).stamp(b"d" * 32)


def test_a_token_for_another_question(openssl: Responder) -> None:
    given: list[tsp.TimeStampResp] = []

    def with_changed(field: str, value: object) -> Responder:
        def respond(asked: tsp.TimeStampReq) -> tsp.TimeStampResp:
            asked[field] = value
            given.append(openssl(asked))
            return given[-1]

        return respond

    other = {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": b"x" * 32}
    for respond in (with_changed("message_imprint", other), with_changed("nonce", 7), with_changed("nonce", None)):
        with service(respond) as url, pytest.raises(TimeStampUnavailable):
            HttpTimeStamps(url).stamp(b"d" * 32)
    assert [answer["status"]["status"].native for answer in given] == ["granted"] * 3


def test_a_token_whose_own_signature_is_broken(openssl: Responder) -> None:
    def spoilt(asked: tsp.TimeStampReq) -> bytes:
        whole: bytes = openssl(asked).dump()
        # The signature value ends the answer.
        return bytes([*whole[:-1], whole[-1] ^ 1])

    for respond, holds in ((openssl, True), (spoilt, False)):
        with service(respond) as url, nullcontext() if holds else pytest.raises(TimeStampUnavailable):
            HttpTimeStamps(url).stamp(b"d" * 32)


def test_a_service_that_drips_is_not_waited_for(openssl: Responder) -> None:
    """Every byte comes in time, the answer as a whole does not."""
    with service(openssl, drip=0.01) as url, pytest.raises(TimeStampUnavailable):
        HttpTimeStamps(url, timeout=0.5).stamp(b"d" * 32)


def test_a_service_that_is_not_there_is_unavailable() -> None:
    with pytest.raises(TimeStampUnavailable):
        HttpTimeStamps("http://127.0.0.1:9/", timeout=1).stamp(b"d" * 32)
    with pytest.raises(TimeStampUnavailable):
        HttpTimeStamps("file:///etc/hostname")
