"""What a signed file brings along to prove its signatures: its document security store (ETSI EN 319 142-1, 5.4).

Nothing here is believed for being here: certificates need a chain, lists and answers their issuer's signature.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from asn1crypto import crl, ocsp, x509
from pyhanko.pdf_utils.reader import HistoricalResolver, PdfFileReader

from signing.certificates import Certificate, RevocationList
from signing.chains import Material
from signing.entries import entry

T = TypeVar("T")
_LARGEST = 20 * 1024 * 1024


@dataclass(frozen=True)
class Store:
    """The security store's contents; `proofs` is empty without one."""

    proofs: Material

    def speaks_of(self, certificate: x509.Certificate) -> bool:
        """Whether it holds a revocation list of the certificate's issuer, or an answer about the certificate."""
        if any(listed.issuer.hashable == certificate.issuer.hashable for listed in self.proofs.crls):
            return True
        return any(answers_about(answer, certificate) for answer in self.proofs.ocsps)


def answers_about(answer: ocsp.OCSPResponse, certificate: x509.Certificate) -> bool:
    """Whether an OCSP answer speaks of a certificate, by its serial number."""
    return certificate.serial_number in _serials(answer)


def read_material(reader: PdfFileReader | HistoricalResolver) -> Store:
    """Read the security store of the newest revision, or of the one given.

    What in it cannot be read is left out, and so proves nothing.
    """
    store = entry(reader.root, "/DSS")
    if store is None:
        return Store(Material())
    return Store(
        Material(
            certificates=tuple(_loaded(store, "/Certs", _certificate)),
            crls=tuple(_loaded(store, "/CRLs", _list)),
            ocsps=tuple(_loaded(store, "/OCSPs", _answer)),
        )
    )


def _loaded(store: Any, key: str, load: Callable[[bytes], T]) -> Iterator[T]:
    try:
        streams = [listed.get_object() for listed in entry(store, key, ())]
    except Exception:  # noqa: BLE001 - a broken store proves nothing, and that is what is returned
        return
    for stream in streams:
        try:
            data = stream.data
            if len(data) <= _LARGEST:
                yield load(data)
        except Exception:  # noqa: BLE001, S112 - as above, for one entry
            continue


def _certificate(data: bytes) -> x509.Certificate:
    certificate = Certificate.load(data, strict=True)
    _ = certificate.serial_number, certificate.issuer.hashable, certificate.public_key.algorithm
    return certificate


def _list(data: bytes) -> crl.CertificateList:
    listed = RevocationList.load(data, strict=True)
    _ = listed.issuer.hashable, listed["tbs_cert_list"]["this_update"].native
    return listed


def _answer(data: bytes) -> ocsp.OCSPResponse:
    answer = ocsp.OCSPResponse.load(data, strict=True)
    _ = _serials(answer)
    return answer


def _serials(answer: ocsp.OCSPResponse) -> set[int]:
    basic = answer.basic_ocsp_response
    return {entry["cert_id"]["serial_number"].native for entry in basic["tbs_response_data"]["responses"]}
