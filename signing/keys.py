"""Keys that sign, and what must be known of their certificates.

A key in memory is parsed once: pyHanko's own simple signer parses and validates it anew for every signature and
signs twice, which is most of its cost.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from hashlib import sha256
from typing import Protocol
from unicodedata import category

from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, pkcs12
from cryptography.x509 import Certificate, Name, NameOID

from signing.errors import KeyUnusable

# Control and format letters, and those that end a line or a paragraph (Unicode general categories).
_UNSEEN = frozenset({"Cc", "Cf", "Zl", "Zp"})


class SigningKey(Protocol):
    """A key with its certificate; a token or a remote service stands behind the same four names."""

    @property
    def certificate(self) -> Certificate: ...

    @property
    def chain(self) -> tuple[Certificate, ...]:
        """The certificates between the signer's and the anchor."""
        ...

    @property
    def signature_size(self) -> int:
        """Upper bound of a signature value, in bytes."""
        ...

    def sign(self, data: bytes) -> bytes:
        """The signature value over SHA-256 of the data."""
        ...


class KeyInMemory:
    """A private key that was opened once."""

    def __init__(
        self,
        key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey,
        certificate: Certificate,
        chain: tuple[Certificate, ...],
    ) -> None:
        self._key = key
        self._certificate = certificate
        self._chain = chain

    @property
    def certificate(self) -> Certificate:
        return self._certificate

    @property
    def chain(self) -> tuple[Certificate, ...]:
        return self._chain

    @property
    def signature_size(self) -> int:
        return largest_value(self._certificate)

    def sign(self, data: bytes) -> bytes:
        if isinstance(self._key, rsa.RSAPrivateKey):
            return self._key.sign(data, padding.PKCS1v15(), hashes.SHA256())
        return self._key.sign(data, ec.ECDSA(hashes.SHA256()))


def open_pkcs12(data: bytes, password: bytes) -> KeyInMemory:
    """Open a PKCS#12 file; raises `KeyUnusable` (pkcs12_unreadable, key_kind_unsupported)."""
    try:
        key, certificate, others = pkcs12.load_key_and_certificates(data, password)
    except ValueError as error:
        raise KeyUnusable("pkcs12_unreadable") from error
    if key is None or certificate is None:
        raise KeyUnusable("pkcs12_unreadable")
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise KeyUnusable("key_kind_unsupported")
    return KeyInMemory(key, certificate, tuple(others))


def require_valid(key: SigningKey, now: datetime) -> None:
    """Refuse a certificate outside its validity; raises `KeyUnusable` (certificate_not_valid_now)."""
    certificate = key.certificate
    if not certificate.not_valid_before_utc <= now.astimezone(UTC) <= certificate.not_valid_after_utc:
        raise KeyUnusable("certificate_not_valid_now", valid_to=certificate.not_valid_after_utc.isoformat())


def largest_value(certificate: Certificate) -> int:
    """Upper bound of a signature value by this certificate's key, in bytes; raises `KeyUnusable`."""
    public = certificate.public_key()
    if isinstance(public, rsa.RSAPublicKey):
        return (public.key_size + 7) // 8
    if isinstance(public, ec.EllipticCurvePublicKey):
        # A DER sequence of two integers, each with a tag, a length and maybe a leading zero.
        return 2 * ((public.key_size + 7) // 8) + 9
    raise KeyUnusable("key_kind_unsupported")


def verify_value(certificate: Certificate, data: bytes, value: bytes) -> bool:
    """Whether the signature value over SHA-256 of the data belongs to the certificate's key."""
    public = certificate.public_key()
    try:
        if isinstance(public, rsa.RSAPublicKey):
            public.verify(value, data, padding.PKCS1v15(), hashes.SHA256())
        elif isinstance(public, ec.EllipticCurvePublicKey):
            public.verify(value, data, ec.ECDSA(hashes.SHA256()))
        else:
            return False
    except Exception:  # noqa: BLE001 - the library raises several kinds; each means no
        return False
    return True


def certificate_names(certificate: Certificate) -> tuple[str, str]:
    """Issuer and serial, as a signature is matched by them: RFC 4514 text, and hexadecimal."""
    return certificate.issuer.rfc4514_string(), f"{certificate.serial_number:x}"


def name_words(name: str) -> tuple[str, ...]:
    """The values of a distinguished name in RFC 4514 text, the common name first, for people to read."""
    try:
        found = list(Name.from_rfc4514_string(name))[::-1]
    except ValueError:
        return (name,)
    return common_name_first((part.oid.dotted_string, str(part.value)) for part in found)


def common_name_first(parts: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """The values of a name's parts, each given with its dotted object identifier."""
    return tuple(value for _, value in sorted(parts, key=lambda part: part[0] != NameOID.COMMON_NAME.dotted_string))


def one_line(text: str) -> str:
    """A text that a stranger chose, without what breaks lines, moves a terminal or turns the writing round."""
    return "".join(" " if category(letter) in _UNSEEN else letter for letter in text)


def public_key_sha256(certificate: Certificate) -> str:
    """Hash of the subject's public key info, lower-case hexadecimal."""
    info = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return sha256(info).hexdigest()


def as_asn1(certificate: Certificate) -> asn1_x509.Certificate:
    """The same certificate as pyHanko wants it."""
    return asn1_x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))
