"""A client of the Cloud Signature Consortium's API, version 1.0.4.0 (numbers in brackets are its sections).

Only hashes travel. `authorize` is what makes the service ask its person, on the phone or by PIN and one-time password:
it is sent once, and what was wrong once is never sent again.
"""

import base64
import binascii
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from secrets import token_bytes
from time import monotonic
from typing import Any, Literal

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from signing.remote.door import Answer, Call, Door
from signing.remote.errors import RemoteCode, RemoteFailed

SHA256 = "2.16.840.1.101.3.4.2.1"
_RSA = ("1.2.840.113549.1.1.11", "1.2.840.113549.1.1.1")
_ECDSA = ("1.2.840.10045.4.3.2", "1.2.840.10045.2.1")
_PAGES = 20
_LISTED = 500


@dataclass(frozen=True)
class Access:
    """How this service is known there: by OAuth 2.0 client credentials (8.3) or by `auth/login` (11.2)."""

    kind: Literal["oauth2", "login"]
    client_id: str
    secret: str = field(repr=False)


@dataclass(frozen=True)
class ServiceFacts:
    """What a service says of itself (11.1)."""

    name: str
    specs: str
    auth_types: tuple[str, ...]
    methods: tuple[str, ...]


@dataclass(frozen=True)
class Credential:
    """A key there with its certificates, the signer's first (11.5).

    `auth_mode` is implicit (the service asks its person by itself, as on a phone), explicit (PIN or one-time password
    through us) or oauth2code. `scal2` ties a confirmation to the hashes; `multisign` is how many one covers.
    """

    id: str
    certificates: tuple[x509.Certificate, ...]
    algorithms: tuple[str, ...]
    is_enabled: bool
    auth_mode: str
    scal2: bool
    multisign: int
    needs_pin: bool
    needs_otp: bool


@dataclass(frozen=True)
class Grant:
    """A person's confirmation (signature activation data): a secret for these hashes and some seconds."""

    sad: str = field(repr=False)
    seconds: int


class Csc:
    """One service, reached through its base address (which ends in `/csc/v1`)."""

    def __init__(self, address: str, access: Access, *, seconds: float = 20.0) -> None:
        self._door = Door(address)
        self.access = access
        self._seconds = seconds
        self._lock = threading.Lock()
        self._token: tuple[str, float] | None = None
        self._salt = token_bytes(16)
        self._used: set[bytes] = set()

    def info(self) -> ServiceFacts:
        """What the service is and can do (11.1); needs no sign-in."""
        body = _accepted(self._door.post("info", {"lang": "vi"}, seconds=self._seconds))
        return ServiceFacts(
            name=_text(body, "name"),
            specs=_text(body, "specs"),
            auth_types=_texts(body, "authType"),
            methods=_texts(body, "methods"),
        )

    def check_access(self) -> None:
        """Whether this service is known there; raises remote_locked_out."""
        self._headers()

    def credentials(self, user: str) -> tuple[str, ...]:
        """The ids of a person's keys there (11.4), all pages of the list."""
        found: list[str] = []
        page = ""
        for _ in range(_PAGES):
            asked: dict[str, Any] = {"userID": user, "maxResults": 50}
            body = self._ask("credentials/list", asked | ({"pageToken": page} if page else {}))
            found += _texts(body, "credentialIDs")
            page = str(body.get("nextPageToken") or "")
            if not page:
                return tuple(found)
            if len(found) > _LISTED:
                break
        raise RemoteFailed(RemoteCode.WRONG)

    def credential(self, credential_id: str) -> Credential:
        """A key with its certificates (11.5); remote_credential_unusable when it is disabled or not valid there."""
        asked = {"credentialID": credential_id, "certificates": "chain", "certInfo": True, "authInfo": True}
        body = self._ask("credentials/info", asked)
        key, cert = _part(body, "key"), _part(body, "cert")
        if not body.get("authMode") or not isinstance(body["authMode"], str):
            raise RemoteFailed(RemoteCode.UNREADABLE)
        found = Credential(
            id=credential_id,
            certificates=tuple(map(_certificate, _texts(cert, "certificates"))),
            algorithms=_texts(key, "algo"),
            is_enabled=key.get("status") == "enabled" and cert.get("status", "valid") == "valid",
            auth_mode=body["authMode"],
            scal2=str(body.get("SCAL", "1")) == "2",
            multisign=_number(body, "multisign"),
            needs_pin=_needed(body, "PIN"),
            needs_otp=_needed(body, "OTP"),
        )
        if not found.is_enabled or not found.certificates:
            raise RemoteFailed(RemoteCode.CREDENTIAL_UNUSABLE)
        return found

    def authorize(
        self,
        credential_id: str,
        digests: Sequence[bytes],
        *,
        description: str,
        transaction: str,
        seconds: float,
        pin: str | None = None,
        otp: str | None = None,
        call: Call | None = None,
    ) -> Grant:
        """Ask the person to confirm signing these SHA-256 digests, once for all of them (11.6).

        With an implicit credential the answer comes when the person has acted on the phone, so `seconds` is how long
        that may take. `description` (at most 500 characters) is shown there; `transaction` is our own id of this
        request (clientData). Raises `RemoteFailed`; remote_secret_used for a PIN or password that was wrong before.
        """
        asked: dict[str, Any] = {
            "credentialID": credential_id,
            "numSignatures": len(digests),
            "hash": [_b64(digest) for digest in digests],
            "description": description[:500],
            "clientData": transaction,
        }
        asked |= {name: secret for name, secret in (("PIN", pin), ("OTP", otp)) if secret is not None}
        marks = {self._mark(credential_id, secret) for secret in (pin, otp) if secret is not None}
        if marks & self._used:
            raise RemoteFailed(RemoteCode.SECRET_USED)
        try:
            body = self._ask("credentials/authorize", asked, seconds=seconds, call=call)
        except RemoteFailed as error:
            wrong = {RemoteCode.PIN_WRONG.value: pin, RemoteCode.OTP_WRONG.value: otp}.get(error.code)
            if wrong is not None:
                self._used.add(self._mark(credential_id, wrong))
            raise
        return _grant(body)

    def sign(
        self, credential: Credential, grant: Grant, digests: Sequence[bytes], *, transaction: str
    ) -> tuple[bytes, ...]:
        """The signature values over SHA-256 digests in their order (11.9); there may be fewer, never more.

        Nothing of them is believed yet (`right_value`). Raises `RemoteFailed`; remote_confirmation_over when the
        confirmation is used up.
        """
        body = self._ask(
            "signatures/signHash",
            {
                "credentialID": credential.id,
                "SAD": grant.sad,
                "hash": [_b64(digest) for digest in digests],
                "hashAlgo": SHA256,
                "signAlgo": _sign_algorithm(credential),
                "clientData": transaction,
            },
        )
        values = tuple(_bytes(text) for text in _texts(body, "signatures"))
        if len(values) > len(digests):
            raise RemoteFailed(RemoteCode.WRONG)
        return values

    def _mark(self, credential_id: str, secret: str) -> bytes:
        return sha256(self._salt + credential_id.encode() + b"\0" + secret.encode()).digest()

    def _ask(
        self, path: str, body: Mapping[str, Any], *, seconds: float | None = None, call: Call | None = None
    ) -> Mapping[str, Any]:
        seconds = seconds or self._seconds
        answer = self._door.post(path, body, seconds=seconds, headers=self._headers(), call=call)
        if answer.status == 401:
            with self._lock:
                self._token = None
            if answer.body.get("error") == "invalid_token":
                # The request itself was not looked at: with a fresh token it is made for the first time.
                answer = self._door.post(path, body, seconds=seconds, headers=self._headers(), call=call)
        return _accepted(answer)

    def _headers(self) -> dict[str, str]:
        with self._lock:
            if self._token is None or self._token[1] <= monotonic():
                self._token = self._sign_in()
            return {"Authorization": f"Bearer {self._token[0]}"}

    def _sign_in(self) -> tuple[str, float]:
        """A token and when it is to be replaced; raises remote_locked_out."""
        access = self.access
        if access.kind == "oauth2":
            asked = {
                "grant_type": "client_credentials",
                "client_id": access.client_id,
                "client_secret": access.secret,
                "scope": "service",
            }
            answer = self._door.post("oauth2/token", asked, seconds=self._seconds, as_form=True)
        else:
            basic = _b64(f"{access.client_id}:{access.secret}".encode())
            answer = self._door.post(
                "auth/login", {"rememberMe": False}, seconds=self._seconds, headers={"Authorization": f"Basic {basic}"}
            )
        if answer.status in {400, 401, 403}:
            raise RemoteFailed(RemoteCode.LOCKED_OUT)
        body = _accepted(answer)
        token = _text(body, "access_token")
        return token, monotonic() + max(0, _number(body, "expires_in", otherwise=3600) - 30)


_ERRORS = {
    "access_denied": RemoteCode.PERSON_REFUSED,
    "invalid_pin": RemoteCode.PIN_WRONG,
    "invalid_otp": RemoteCode.OTP_WRONG,
    "invalid_token": RemoteCode.LOCKED_OUT,
    "invalid_client": RemoteCode.LOCKED_OUT,
    "unauthorized_client": RemoteCode.LOCKED_OUT,
    "temporarily_unavailable": RemoteCode.BUSY,
    "server_error": RemoteCode.BUSY,
}


def _accepted(answer: Answer) -> Mapping[str, Any]:
    """The body of an answer that says yes; raises `RemoteFailed` by the error it names (10.1)."""
    if answer.status in {200, 201, 204}:
        return answer.body
    named = str(answer.body.get("error", ""))
    about = str(answer.body.get("error_description", ""))
    code = _ERRORS.get(named)
    if code is None and "SAD" in about:
        code = RemoteCode.CONFIRMATION_OVER
    if code is None and "numSignatures" in about:
        code = RemoteCode.TOO_MANY
    if code is None:
        code = _by_status(answer.status)
    raise RemoteFailed(code, status=answer.status)


def _by_status(status: int) -> RemoteCode:
    if status in {408, 504}:
        return RemoteCode.TIMED_OUT
    if status in {401, 403}:
        return RemoteCode.LOCKED_OUT
    return RemoteCode.BUSY if status == 429 or status >= 500 else RemoteCode.NOT_TAKEN


def _sign_algorithm(credential: Credential) -> str:
    """The algorithm to ask for, of those the key offers (OIDs); raises remote_algorithm_unsupported."""
    public = credential.certificates[0].public_key()
    wanted = _RSA if isinstance(public, rsa.RSAPublicKey) else _ECDSA
    if not isinstance(public, rsa.RSAPublicKey | ec.EllipticCurvePublicKey):
        raise RemoteFailed(RemoteCode.ALGORITHM_UNSUPPORTED)
    for algorithm in wanted:
        if algorithm in credential.algorithms:
            # A key named by its kind alone signs by the algorithm of that kind with SHA-256.
            return algorithm if wanted is _RSA else _ECDSA[0]
    raise RemoteFailed(RemoteCode.ALGORITHM_UNSUPPORTED)


def _grant(body: Mapping[str, Any]) -> Grant:
    return Grant(_text(body, "SAD"), _number(body, "expiresIn", otherwise=3600))


def _needed(body: Mapping[str, Any], name: str) -> bool:
    part = body.get(name)
    return isinstance(part, dict) and str(part.get("presence", "false")).lower() == "true"


def _part(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = body.get(name)
    if not isinstance(part, dict):
        raise RemoteFailed(RemoteCode.UNREADABLE)
    return part


def _text(body: Mapping[str, Any], name: str) -> str:
    text = body.get(name)
    if not isinstance(text, str) or not text:
        raise RemoteFailed(RemoteCode.UNREADABLE)
    return text


def _texts(body: Mapping[str, Any], name: str) -> tuple[str, ...]:
    texts = body.get(name)
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise RemoteFailed(RemoteCode.UNREADABLE)
    return tuple(texts)


def _number(body: Mapping[str, Any], name: str, *, otherwise: int = 1) -> int:
    number = body.get(name, otherwise)
    if not isinstance(number, int) or isinstance(number, bool) or not 0 < number < 10**9:
        raise RemoteFailed(RemoteCode.UNREADABLE)
    return number


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (ValueError, binascii.Error) as error:
        raise RemoteFailed(RemoteCode.UNREADABLE) from error


def _certificate(text: str) -> x509.Certificate:
    try:
        return x509.load_der_x509_certificate(_bytes(text))
    except ValueError as error:
        raise RemoteFailed(RemoteCode.WRONG) from error
