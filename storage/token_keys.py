"""Master keys in a token or an HSM (PKCS #11): they wrap and unwrap there and never leave.

Login counts for all of a process: the keys of storage need a token (slot) of their own, apart from those that sign.
"""

import os
import threading
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

from storage.store import StorageError, StoreDamaged, StoreUnavailable

_TAG_BITS = 128


class TokenKeys:
    """`TOKEN/KEY[,OLDER...]` by their labels; the first key is in use. Opened at first use, again after a failure."""

    def __init__(self, address: str, *, module: Path, pin: str) -> None:
        self._token, _, labels = address.partition("/")
        self._labels = {sha256(label.encode()).digest()[:8]: label for label in labels.split(",") if label}
        if not self._token or not self._labels:
            raise StorageError("master_key_address_unknown", address=address)
        self._newest = next(iter(self._labels))
        self._module, self._pin = module, pin
        # A session of PKCS #11 is not for two threads.
        self._lock = threading.Lock()
        self._session: Any = None
        self._keys: dict[bytes, Any] = {}
        self._pin_refused = False

    @property
    def newest(self) -> bytes:
        return self._newest

    def wrap(self, file_key: bytes, about: bytes) -> bytes:
        nonce = os.urandom(12)
        return nonce + self._ask(self._newest, "encrypt", file_key, nonce, about)

    def unwrap(self, name: bytes, wrapped: bytes, about: bytes) -> bytes:
        if name not in self._labels:
            raise StoreUnavailable("master_key_missing", name=name.hex())
        return self._ask(name, "decrypt", wrapped[12:], wrapped[:12], about)

    def describe(self) -> str:
        secret = os.urandom(32)
        if self.unwrap(self._newest, self.wrap(secret, b""), b"") != secret:
            raise StoreUnavailable("master_key_unusable", reason="wrapping")
        return f"PKCS #11 {self._token}/{self._labels[self._newest]}"

    def _ask(self, name: bytes, verb: str, data: bytes, nonce: bytes, about: bytes) -> bytes:
        # Imported here: who keeps no key in a token needs no module for it.
        from pkcs11 import GCMParams, Mechanism  # noqa: PLC0415
        from pkcs11.exceptions import PKCS11Error  # noqa: PLC0415

        with self._lock:
            for is_last in (False, True):
                try:
                    does = getattr(self._key(name), verb)
                    parameters = GCMParams(nonce, about or None, _TAG_BITS)
                    return bytes(does(data, mechanism=Mechanism.AES_GCM, mechanism_param=parameters))
                except PKCS11Error as error:
                    self._let_go()
                    if not is_last:
                        continue
                    if verb == "decrypt" and self._is_healthy(name):
                        # The token does its work, on anything but these bytes.
                        raise StoreDamaged("store_damaged", key="") from error
                    raise StoreUnavailable("master_key_unusable", reason=type(error).__name__) from error
        raise AssertionError  # the loop returns or raises

    def _is_healthy(self, name: bytes) -> bool:
        from pkcs11 import GCMParams, Mechanism  # noqa: PLC0415
        from pkcs11.exceptions import PKCS11Error  # noqa: PLC0415

        try:
            parameters = GCMParams(bytes(12), None, _TAG_BITS)
            sealed = self._key(name).encrypt(b"docservice", mechanism=Mechanism.AES_GCM, mechanism_param=parameters)
            return bool(sealed)
        except (PKCS11Error, StoreUnavailable):
            return False

    def _key(self, name: bytes) -> Any:
        from pkcs11 import KeyType, ObjectClass, lib  # noqa: PLC0415
        from pkcs11.exceptions import NoSuchKey, PinIncorrect, PKCS11Error, UserAlreadyLoggedIn  # noqa: PLC0415

        if self._pin_refused:
            # Never tried again by itself: tokens lock after a few.
            raise StoreUnavailable("master_key_pin_wrong")
        try:
            if self._session is None:
                token = lib(str(self._module)).get_token(token_label=self._token)
                try:
                    self._session = token.open(user_pin=self._pin)
                except UserAlreadyLoggedIn:
                    self._session = token.open()  # the login of another session of this process counts here too
            if name not in self._keys:
                self._keys[name] = self._session.get_key(
                    object_class=ObjectClass.SECRET_KEY, key_type=KeyType.AES, label=self._labels[name]
                )
        except PinIncorrect as error:
            self._pin_refused = True
            raise StoreUnavailable("master_key_pin_wrong") from error
        except NoSuchKey as error:
            raise StoreUnavailable("master_key_missing", name=self._labels[name]) from error
        except (PKCS11Error, RuntimeError) as error:
            raise StoreUnavailable("master_key_unusable", reason=type(error).__name__) from error
        return self._keys[name]

    def _let_go(self) -> None:
        from pkcs11.exceptions import PKCS11Error  # noqa: PLC0415

        self._keys.clear()
        if self._session is not None:
            with suppress(PKCS11Error):
                self._session.close()
            self._session = None
