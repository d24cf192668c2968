"""A certificate as it is registered for a person or an agency: read from files, chained to an anchor, fit to sign."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import pem as armor
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from signing.errors import KeyUnusable
from signing.keys import certificate_names, public_key_sha256
from signing.trust import Trust

# QCVN 102:2016/BTTTT and the Government Cipher Committee's profiles: RSA from 2,048 bits, P-256 and up.
_LEAST_RSA_BITS = 2048
_CURVES = frozenset({"secp256r1", "secp384r1"})
_MOST = 10


@dataclass(frozen=True)
class Registrable:
    """`pem` holds the certificate and those between it and the anchor, in this order; names as a verdict has them."""

    pem: str
    subject: str
    issuer: str
    serial: str
    public_key_sha256: str
    valid_from: datetime
    valid_to: datetime


def registrable(files: tuple[bytes, ...], trust: Trust) -> Registrable:
    """Read one signer's certificate, with its authority's where the trust settings do not hold them (PEM or DER).

    Raises `KeyUnusable`: certificate_unreadable, certificate_ambiguous (none or several for a signer),
    certificate_not_for_signing, key_kind_unsupported, certificate_untrusted (no chain to a configured anchor).
    """
    given = [certificate for data in files for certificate in _read(data)]
    signers = [certificate for certificate in given if not _is_authority(certificate)]
    if len(signers) != 1:
        raise KeyUnusable("certificate_ambiguous", found=len(signers))
    own = signers[0]
    _require_signing(own)
    chain = _chain(own, [*given, *_loaded(trust.intermediates)], _loaded(a.certificate for a in trust.anchors))
    issuer, serial = certificate_names(own)
    return Registrable(
        pem="".join(c.public_bytes(Encoding.PEM).decode() for c in (own, *chain)),
        subject=_name(own),
        issuer=issuer,
        serial=serial,
        public_key_sha256=public_key_sha256(own),
        valid_from=own.not_valid_before_utc,
        valid_to=own.not_valid_after_utc,
    )


def _read(data: bytes) -> list[x509.Certificate]:
    try:
        ders = [der for _, _, der in armor.unarmor(data, multiple=True)] if b"-----BEGIN " in data else [data]
        return [x509.load_der_x509_certificate(der) for der in ders[:_MOST]]
    except ValueError as error:
        raise KeyUnusable("certificate_unreadable") from error


def _loaded(ders: Iterable[bytes]) -> list[x509.Certificate]:
    return [x509.load_der_x509_certificate(der) for der in ders]


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False
    except ValueError as error:
        raise KeyUnusable("certificate_unreadable") from error


def _require_signing(certificate: x509.Certificate) -> None:
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound as error:
        raise KeyUnusable("certificate_not_for_signing") from error
    if not (usage.digital_signature or usage.content_commitment):
        raise KeyUnusable("certificate_not_for_signing")
    public = certificate.public_key()
    is_strong_rsa = isinstance(public, rsa.RSAPublicKey) and public.key_size >= _LEAST_RSA_BITS
    is_known_curve = isinstance(public, ec.EllipticCurvePublicKey) and public.curve.name in _CURVES
    if not (is_strong_rsa or is_known_curve):
        raise KeyUnusable("key_kind_unsupported")


def _chain(
    own: x509.Certificate, between: list[x509.Certificate], anchors: list[x509.Certificate]
) -> tuple[x509.Certificate, ...]:
    """Those between a certificate and its anchor; each step is checked by its signature."""
    chain: list[x509.Certificate] = []
    last = own
    while not any(last == anchor or _issued(anchor, last) for anchor in anchors):
        above = next((c for c in between if c not in (own, *chain) and _is_authority(c) and _issued(c, last)), None)
        if above is None:
            raise KeyUnusable("certificate_untrusted", issuer=last.issuer.rfc4514_string())
        chain.append(above)
        last = above
    return tuple(chain)


def _issued(issuer: x509.Certificate, certificate: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _name(certificate: x509.Certificate) -> str:
    found = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(found[0].value) if found else certificate.subject.rfc4514_string()
