"""Certificates and revocation lists whose names are made comparable once (RFC 5280, 7.1; RFC 4518).

Building and checking one chain compares names dozens of times, and the library prepares both texts each time anew:
that was a third of a verdict (measured).
"""

import re
from functools import lru_cache
from typing import Any, ClassVar

from asn1crypto import crl as asn1_crl
from asn1crypto import x509 as asn1_x509

# Letters that RFC 4518 only makes small: those of English and Vietnamese, in one piece each.
_ORDINARY = re.compile("[ -~ÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝàáâãèéêìíòóôõùúýĂăĐđĨĩŨũƠơƯưẠ-ỹ]*")
_BLANKS = re.compile(" +")


class _Part(asn1_x509.NameTypeAndValue):
    def _ldap_string_prep(self, string: str) -> str:
        if _ORDINARY.fullmatch(string):
            return f" {_BLANKS.sub('  ', string.lower()).strip()} "
        prepared: str = super()._ldap_string_prep(string)
        return prepared


class _Parts(asn1_x509.RelativeDistinguishedName):
    _child_spec = _Part


class _Sequence(asn1_x509.RDNSequence):
    _child_spec = _Parts


class _Comparable(asn1_x509.Name):
    _alternatives: ClassVar = [("", _Sequence)]


@lru_cache(maxsize=1024)
def _comparable(der: bytes) -> str:
    comparable: str = _Comparable.load(der).hashable
    return comparable


class Name(asn1_x509.Name):
    """A name that compares as the library's does, by its bytes where these are the same."""

    @property
    def hashable(self) -> str:
        """The name as a text that is the same for every spelling of it."""
        return _comparable(self.dump())

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, asn1_x509.Name):
            return False
        return bool(self.dump() == other.dump() or self.hashable == other.hashable)

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = None  # type: ignore[assignment] # as the library's


def _with_names(fields: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return [(name, Name if kind is asn1_x509.Name else kind, *rest) for name, kind, *rest in fields]


class _CertificateBody(asn1_x509.TbsCertificate):
    _fields = _with_names(asn1_x509.TbsCertificate._fields)


class Certificate(asn1_x509.Certificate):
    """An X.509 certificate (RFC 5280, 4.1)."""

    _fields: ClassVar = [("tbs_certificate", _CertificateBody), *asn1_x509.Certificate._fields[1:]]


class _ListBody(asn1_crl.TbsCertList):
    _fields = _with_names(asn1_crl.TbsCertList._fields)


class RevocationList(asn1_crl.CertificateList):
    """A certificate revocation list (RFC 5280, 5.1)."""

    _fields: ClassVar = [("tbs_cert_list", _ListBody), *asn1_crl.CertificateList._fields[1:]]
