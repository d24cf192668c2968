"""Keys in a token or an HSM (PKCS #11): the key never leaves, the PIN is asked once for a batch.

A wrong PIN is never tried again by itself: tokens lock after a few.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import pkcs11
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from pkcs11 import Attribute, Mechanism, ObjectClass
from pkcs11.exceptions import (
    DeviceRemoved,
    PinIncorrect,
    PinInvalid,
    PinLenRange,
    PinLocked,
    PKCS11Error,
    TokenNotPresent,
    TokenNotRecognised,
)

from signing.errors import KeyUnusable
from signing.keys import largest_value


@dataclass(frozen=True)
class TokenName:
    """A token that is plugged in; `serial` tells two of one label apart."""

    label: str
    serial: str
    maker: str


def list_tokens(module: Path) -> tuple[TokenName, ...]:
    """The tokens a module sees; raises `KeyUnusable` (module_unusable)."""
    return tuple(_name(token) for token in _tokens(module))


def token_holding(module: Path, certificate_sha256: str) -> TokenName:
    """The token with this certificate, which can be read without a PIN.

    Raises `KeyUnusable`: token_missing, or module_unusable when one that cannot be read may be the one.
    """
    failed: PKCS11Error | None = None
    for token in _tokens(module):
        try:
            with _closing(token.open()) as session:
                # The search is read to its end: a token that is left in the middle of one complains.
                held = list(session.get_objects({Attribute.CLASS: ObjectClass.CERTIFICATE}))
                if certificate_sha256 in {sha256(bytes(c[Attribute.VALUE])).hexdigest() for c in held}:
                    return _name(token)
        except (TokenNotPresent, TokenNotRecognised, DeviceRemoved):
            # One that is pulled out meanwhile, or was never set up, is not the one.
            continue
        except PKCS11Error as error:
            failed = error
    if failed is not None:
        raise KeyUnusable("module_unusable", module=module.name) from failed
    raise KeyUnusable("token_missing", certificate=certificate_sha256)


class TokenKey:
    """A key in an opened token, behind the same names as any other."""

    def __init__(self, key: Any, certificate: x509.Certificate, chain: tuple[x509.Certificate, ...]) -> None:
        self._key = key
        self._certificate = certificate
        self._chain = chain

    @property
    def certificate(self) -> x509.Certificate:
        return self._certificate

    @property
    def chain(self) -> tuple[x509.Certificate, ...]:
        return self._chain

    @property
    def signature_size(self) -> int:
        return largest_value(self._certificate)

    def sign(self, data: bytes) -> bytes:
        """As `SigningKey.sign`; raises `KeyUnusable` (token_removed) when the token no longer answers."""
        try:
            if isinstance(self._certificate.public_key(), rsa.RSAPublicKey):
                return bytes(self._key.sign(data, mechanism=Mechanism.SHA256_RSA_PKCS))
            # Not every token hashes for ECDSA; every one signs a hash, and answers with two bare integers.
            value = bytes(self._key.sign(sha256(data).digest(), mechanism=Mechanism.ECDSA))
        except PKCS11Error as error:
            raise KeyUnusable("token_removed") from error
        half = len(value) // 2
        return encode_dss_signature(int.from_bytes(value[:half], "big"), int.from_bytes(value[half:], "big"))


@contextmanager
def open_token(module: Path, *, serial: str, pin: str, certificate_sha256: str | None = None) -> Iterator[TokenKey]:
    """Log in to a token once, for as many signatures as the block makes.

    `certificate_sha256` (lower-case hexadecimal) chooses among several; without it the only one is taken. Raises
    `KeyUnusable`: module_unusable, token_missing, pin_wrong, pin_locked, certificate_missing, token_removed.
    """
    try:
        session = _token(module, serial).open(user_pin=pin)
    except (PinIncorrect, PinInvalid, PinLenRange) as error:
        raise KeyUnusable("pin_wrong") from error
    except PinLocked as error:
        raise KeyUnusable("pin_locked") from error
    except PKCS11Error as error:
        raise KeyUnusable("module_unusable", module=module.name) from error
    with _closing(session):
        yield _find(session, certificate_sha256)


@contextmanager
def _closing(session: pkcs11.Session) -> Iterator[pkcs11.Session]:
    try:
        yield session
    finally:
        # A token that was pulled out takes no leave; what was wrong before is what is told.
        with suppress(PKCS11Error):
            session.close()


def _library(module: Path) -> Any:
    try:
        return pkcs11.lib(str(module))
    except (PKCS11Error, RuntimeError) as error:
        raise KeyUnusable("module_unusable", module=module.name) from error


def _tokens(module: Path) -> list[Any]:
    try:
        return list(_library(module).get_tokens())
    except PKCS11Error as error:
        raise KeyUnusable("module_unusable", module=module.name) from error


def _name(token: Any) -> TokenName:
    return TokenName(token.label.strip(), token.serial.decode().strip(), (token.manufacturer_id or "").strip())


def _token(module: Path, serial: str) -> Any:
    for token in _tokens(module):
        if token.serial.decode().strip() == serial:
            return token
    raise KeyUnusable("token_missing", serial=serial)


def _find(session: pkcs11.Session, wanted: str | None) -> TokenKey:
    try:
        held = {
            bytes(found[Attribute.ID]): bytes(found[Attribute.VALUE])
            for found in session.get_objects({Attribute.CLASS: ObjectClass.CERTIFICATE})
        }
        keys: dict[bytes, Any] = {
            bytes(found[Attribute.ID]): found
            for found in session.get_objects({Attribute.CLASS: ObjectClass.PRIVATE_KEY})
        }
    except PKCS11Error as error:
        raise KeyUnusable("token_removed") from error
    mine = {name: der for name, der in held.items() if name in keys and wanted in {None, sha256(der).hexdigest()}}
    if len(mine) != 1:
        raise KeyUnusable("certificate_missing", found=len(mine))
    ((name, der),) = mine.items()
    certificate = x509.load_der_x509_certificate(der)
    if not isinstance(certificate.public_key(), rsa.RSAPublicKey | ec.EllipticCurvePublicKey):
        raise KeyUnusable("key_kind_unsupported")
    others = tuple(x509.load_der_x509_certificate(other) for other in held.values())
    return TokenKey(keys[name], certificate, _chain(certificate, others))


def _chain(certificate: x509.Certificate, others: tuple[x509.Certificate, ...]) -> tuple[x509.Certificate, ...]:
    """The authorities the token holds, from the signer upward, without a root."""
    chain: list[x509.Certificate] = []
    last = certificate
    while len(chain) < len(others):
        above = next((o for o in others if o.subject == last.issuer and o.subject != o.issuer), None)
        if above is None or above in chain:
            break
        chain.append(above)
        last = above
    return tuple(chain)
