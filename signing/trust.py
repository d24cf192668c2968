"""Which roots are believed, and the revocation lists at hand. Nothing is ever fetched: what is not here is unknown."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.ocsp import load_der_ocsp_response

from signing.algorithms import DEFAULT_ALGORITHMS, AlgorithmRule
from signing.errors import TrustUnreadable

_PEM = re.compile(rb"-----BEGIN ([A-Z0-9 ]+)-----.+?-----END \1-----", re.DOTALL)


@dataclass(frozen=True)
class Anchor:
    """A root certificate (DER) believed from a day to a day; open where a day is None."""

    certificate: bytes
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True)
class Trust:
    """Anchors, certificates between them and signers, revocation lists and answers (DER), and strong algorithms."""

    anchors: tuple[Anchor, ...] = ()
    intermediates: tuple[bytes, ...] = ()
    crls: tuple[bytes, ...] = ()
    ocsps: tuple[bytes, ...] = ()
    algorithms: tuple[AlgorithmRule, ...] = DEFAULT_ALGORITHMS

    @property
    def version(self) -> str:
        """A hash that is another one as soon as anything here is; lower-case hexadecimal."""
        return sha256(repr(self).encode()).hexdigest()


def load_trust(*paths: Path) -> Trust:
    """Read certificates, CRLs and OCSP answers from files or folders (PEM or DER).

    A self-signed certificate is an anchor, any other an intermediate. Raises `TrustUnreadable` naming the file.
    """
    anchors: list[Anchor] = []
    intermediates: list[bytes] = []
    crls: list[bytes] = []
    ocsps: list[bytes] = []
    for path in _files(paths):
        for der in _parts(path):
            if (certificate := _certificate(der)) is not None:
                if certificate.issuer == certificate.subject:
                    anchors.append(Anchor(der))
                else:
                    intermediates.append(der)
            elif _is_crl(der):
                crls.append(der)
            elif _is_ocsp(der):
                ocsps.append(der)
            else:
                raise TrustUnreadable("trust_unreadable", file=path.name)
    return Trust(tuple(anchors), tuple(intermediates), tuple(crls), tuple(ocsps))


def _files(paths: Iterable[Path]) -> Iterable[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(p for p in path.iterdir() if p.is_file() and not p.name.startswith("."))
        else:
            yield path


def _parts(path: Path) -> list[bytes]:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise TrustUnreadable("trust_unreadable", file=path.name) from error
    blocks = [match.group(0) for match in _PEM.finditer(data)]
    if not blocks:
        return [data]
    parts = []
    for block in blocks:
        try:
            if b"BEGIN X509 CRL" in block:
                parts.append(x509.load_pem_x509_crl(block).public_bytes(Encoding.DER))
            else:
                parts.append(x509.load_pem_x509_certificate(block).public_bytes(Encoding.DER))
        except ValueError as error:
            raise TrustUnreadable("trust_unreadable", file=path.name) from error
    return parts


def _certificate(der: bytes) -> x509.Certificate | None:
    try:
        return x509.load_der_x509_certificate(der)
    except ValueError:
        return None


def _is_crl(der: bytes) -> bool:
    try:
        x509.load_der_x509_crl(der)
    except ValueError:
        return False
    return True


def _is_ocsp(der: bytes) -> bool:
    try:
        load_der_ocsp_response(der)
    except ValueError:
        return False
    return True
