"""A signing service with the CSC API behind the port: what waits for the phone waits in a thread of its own.

The API (1.0.4) has no way to ask later how a confirmation went: the answer comes over the very connection that asked.
What waits here dies with the process; the rows then say that time ran out, or, where the service knows a transaction
again (`resumes`), the same transaction is asked for anew and the person is not.
"""

import logging
import threading
from datetime import timedelta
from pathlib import Path
from typing import Literal

from docservice.settings import Settings
from docservice.signatures.remote import Ask, Progress, RemoteNotConfigured, RemoteSigner, State
from signing.remote.csc import Access, Credential, Csc, Grant
from signing.remote.door import Call
from signing.remote.errors import RemoteCode, RemoteFailed

log = logging.getLogger(__name__)

IMPLICIT = "implicit"


class NoRemote:
    """No service is configured: nothing can be asked."""

    is_configured = False
    resumes = False
    patience = timedelta(0)

    def describe(self) -> str:
        raise RemoteNotConfigured

    def keys_of(self, user: str) -> tuple[Credential, ...]:
        raise RemoteNotConfigured(user=user)

    def begin(self, ask: Ask) -> None:
        log.warning("%s: no signing service is configured", ask.transaction)

    def look(self, transaction: str) -> Progress:
        log.warning("%s: no signing service is configured", transaction)
        return Progress(State.ENDED, code=RemoteCode.UNREACHABLE)

    def sign(self, ask: Ask, grant: Grant) -> tuple[bytes, ...]:
        raise RemoteFailed(RemoteCode.UNREACHABLE, transaction=ask.transaction, seconds=grant.seconds)

    def drop(self, transaction: str) -> None:
        log.warning("%s: no signing service is configured", transaction)


class _Waiting:
    """One transaction that is being asked for."""

    def __init__(self) -> None:
        self.call = Call()
        self.progress = Progress(State.WAITING)


class CscSigner:
    """One service of the CSC API for this node; the secret is read from its file when it is needed."""

    is_configured = True

    def __init__(
        self,
        address: str,
        *,
        client_id: str,
        secret_file: Path | None,
        kind: Literal["oauth2", "login"] = "oauth2",
        patience: timedelta = timedelta(minutes=4),
        resumes: bool = False,
    ) -> None:
        self._address = address
        self._client_id, self._secret_file, self._kind = client_id, secret_file, kind
        self._resumes, self._patience = resumes, patience
        self._made: Csc | None = None
        self._lock = threading.Lock()
        self._waiting: dict[str, _Waiting] = {}

    @property
    def resumes(self) -> bool:
        return self._resumes

    @property
    def patience(self) -> timedelta:
        return self._patience

    def describe(self) -> str:
        facts = self._client().info()
        # The address answers to anybody; whether we are known there is what matters.
        self._client().check_access()
        return f"{facts.name} (CSC {facts.specs})"

    def keys_of(self, user: str) -> tuple[Credential, ...]:
        client = self._client()
        return tuple(client.credential(name) for name in client.credentials(user))

    def begin(self, ask: Ask) -> None:
        with self._lock:
            if ask.transaction in self._waiting:
                return
            waiting = self._waiting[ask.transaction] = _Waiting()
        threading.Thread(target=self._ask, args=(ask, waiting), name=f"phone {ask.transaction}", daemon=True).start()

    def look(self, transaction: str) -> Progress:
        with self._lock:
            waiting = self._waiting.get(transaction)
        return waiting.progress if waiting else Progress(State.UNKNOWN)

    def sign(self, ask: Ask, grant: Grant) -> tuple[bytes, ...]:
        client = self._client()
        credential = self._registered(client, ask)
        return client.sign(credential, grant, ask.digests, transaction=ask.transaction)

    def drop(self, transaction: str) -> None:
        with self._lock:
            waiting = self._waiting.pop(transaction, None)
        if waiting is not None:
            waiting.call.break_off()

    def close(self) -> None:
        """Break off whatever waits: the rows know what was asked."""
        for transaction in list(self._waiting):
            self.drop(transaction)

    def _client(self) -> Csc:
        access = Access(self._kind, self._client_id, self._read_secret())
        with self._lock:
            # The secret may be replaced while the node runs.
            if self._made is None or self._made.access != access:
                self._made = Csc(self._address, access)
            return self._made

    def _read_secret(self) -> str:
        try:
            return self._secret_file.read_text("utf-8").strip() if self._secret_file else ""
        except OSError as error:
            raise RemoteFailed(RemoteCode.LOCKED_OUT) from error

    def _ask(self, ask: Ask, waiting: _Waiting) -> None:
        try:
            client = self._client()
            _require_phone(self._registered(client, ask), len(ask.digests))
            grant = client.authorize(
                ask.credential_id,
                ask.digests,
                description=ask.description,
                transaction=ask.transaction,
                seconds=ask.seconds,
                call=waiting.call,
            )
            waiting.progress = Progress(State.CONFIRMED, grant=grant)
        except RemoteFailed as error:
            waiting.progress = Progress(State.ENDED, code=error.code)
        except Exception:
            # A thread's error would otherwise be nobody's, and the request would wait in vain.
            log.exception("asking for %s", ask.transaction)
            waiting.progress = Progress(State.ENDED, code=RemoteCode.BROKEN_OFF)

    def _registered(self, client: Csc, ask: Ask) -> Credential:
        """The key as the service describes it now, if it is still the registered certificate's."""
        credential = client.credential(ask.credential_id)
        if credential.certificates[0] != ask.certificate:
            raise RemoteFailed(RemoteCode.CERTIFICATE_DIFFERS)
        return credential


def _require_phone(credential: Credential, count: int) -> None:
    """Whether the service asks for so many signatures on a phone by itself; raises `RemoteFailed`."""
    if credential.auth_mode != IMPLICIT:
        raise RemoteFailed(RemoteCode.CREDENTIAL_UNUSABLE)
    if count > credential.multisign:
        raise RemoteFailed(RemoteCode.TOO_MANY, most=credential.multisign)


def open_remote(settings: Settings) -> RemoteSigner:
    """The signing service the settings name, or none; raises `RemoteFailed` for an address that is not secure."""
    if not settings.remote_url:
        return NoRemote()
    secret = settings.remote_secret_file
    return CscSigner(
        settings.remote_url,
        client_id=settings.remote_client_id,
        secret_file=settings.path(secret) if secret else None,
        kind=settings.remote_sign_in,
        patience=timedelta(seconds=settings.remote_wait_seconds),
        resumes=settings.remote_resumes,
    )
