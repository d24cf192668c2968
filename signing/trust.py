"""Which roots are believed, and the revocation lists at hand. Nothing is ever fetched: what is not here is unknown."""

import re
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

from asn1crypto import crl, ocsp, pem, x509

from signing.algorithms import DEFAULT_ALGORITHMS, AlgorithmRule
from signing.errors import TrustUnreadable

SETTINGS = "trust.toml"
# In a folder other files may lie beside these: keys, requests, notes.
_ENDINGS = frozenset({"", ".pem", ".crt", ".cer", ".cert", ".der", ".crl", ".ocsp", ".ors"})
_DAYS = ("valid_from", "valid_to")
_WORDS = {
    "anchor": {"sha256", *_DAYS},
    "algorithm": {"name", "least_bits", "legal_basis", *_DAYS},
    "crl": {"url"},
}
_NEEDED = {"anchor": {"sha256"}, "algorithm": {"name", "least_bits", "legal_basis"}, "crl": {"url"}}
_TYPES: dict[str, type] = {"valid_from": date, "valid_to": date, "least_bits": int}
_ARMORED = frozenset({"CERTIFICATE", "TRUSTED CERTIFICATE", "X509 CERTIFICATE", "X509 CRL"})


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
    # Where the service, and only it, gets revocation lists from on a schedule.
    crl_urls: tuple[str, ...] = ()

    @cached_property
    def version(self) -> str:
        """A hash that is another one as soon as anything here is; lower-case hexadecimal."""
        return sha256(repr(self).encode()).hexdigest()


_VIETNAM = timezone(timedelta(hours=7))


def day_of(moment: datetime) -> date:
    """The day an office in Vietnam would write: whoever names the days of an anchor or a rule means that one."""
    return moment.astimezone(_VIETNAM).date()


def load_trust(*paths: Path, lists: Iterable[Path] = ()) -> Trust:
    """Read certificates, CRLs and OCSP answers from files or folders (PEM or DER).

    A certificate is an anchor unless its issuer is given too: then it stands between. A folder with a `trust.toml`
    says itself which are anchors, by fingerprint, and from when to when. From `lists` only CRLs and OCSP answers are
    taken: a certificate beside them is believed by nobody. Raises `TrustUnreadable` naming the file, and for a
    `trust.toml` the `reason` (not_text, cut_short, wrong_in_line, word_unknown, word_missing, value_wrong, no_table)
    with the line or the words as `where`.
    """
    read = _Read()
    for path in lists:
        for file in _files(path):
            _read_file(file, read)
    read.certificates.clear()
    for path in paths:
        files = _files(path)
        if path.is_dir() and (path / SETTINGS).is_file():
            _read_settings(path / SETTINGS, read)
        for file in files:
            _read_file(file, read)
    return read.trust()


@dataclass
class _Read:
    """What has been found so far; `named` are the fingerprints that a `trust.toml` believes."""

    certificates: dict[bytes, x509.Certificate] = field(default_factory=dict)
    crls: list[bytes] = field(default_factory=list)
    ocsps: list[bytes] = field(default_factory=list)
    named: dict[str, Anchor] = field(default_factory=dict)
    algorithms: list[AlgorithmRule] = field(default_factory=list)
    crl_urls: list[str] = field(default_factory=list)

    def trust(self) -> Trust:
        subjects = {certificate.subject.hashable for certificate in self.certificates.values()}
        anchors, between = [], []
        for der, certificate in self.certificates.items():
            believed = self.named.get(certificate.sha256.hex())
            if believed is not None:
                anchors.append(Anchor(der, believed.valid_from, believed.valid_to))
            elif not self.named and (certificate.self_issued or certificate.issuer.hashable not in subjects):
                anchors.append(Anchor(der))
            else:
                between.append(der)
        missing = set(self.named) - {c.sha256.hex() for c in self.certificates.values()}
        if missing:
            raise TrustUnreadable("anchor_missing", sha256=min(missing))
        return Trust(
            tuple(anchors),
            tuple(between),
            tuple(self.crls),
            tuple(self.ocsps),
            (*DEFAULT_ALGORITHMS, *self.algorithms),
            tuple(self.crl_urls),
        )


def _read_settings(path: Path, read: _Read) -> None:
    """`[[anchor]] sha256, valid_from, valid_to`, `[[algorithm]] name, least_bits, ...` and `[[crl]] url`."""
    try:
        settings = tomllib.loads(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise TrustUnreadable("trust_unreadable", file=path.name, reason="not_text") from error
    except tomllib.TOMLDecodeError as error:
        # The library says the place in its sentence only; without one it is the end of the file.
        place = re.search(r"\(at line (\d+)", str(error))
        params = {"reason": "wrong_in_line", "where": place[1]} if place else {"reason": "cut_short"}
        raise TrustUnreadable("trust_unreadable", file=path.name, **params) from error
    except (OSError, ValueError) as error:
        raise TrustUnreadable("trust_unreadable", file=path.name) from error
    _understand(settings, read)


def _understand(settings: dict[str, Any], read: _Read) -> None:
    """A word nobody knows here is an error: a day that is misspelt would believe a root for ever."""
    for table, entries in settings.items():
        if table not in _WORDS:
            raise _wrong("word_unknown", table)
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            raise _wrong("no_table", table)
        for entry in entries:
            if unknown := entry.keys() - _WORDS[table]:
                raise _wrong("word_unknown", *unknown)
            if missing := _NEEDED[table] - entry.keys():
                raise _wrong("word_missing", *missing)
            misread = [word for word, value in entry.items() if type(value) is not _TYPES.get(word, str)]
            if misread:
                raise _wrong("value_wrong", *misread)
    for entry in settings.get("anchor", ()):
        fingerprint = entry["sha256"].replace(":", "").lower()
        read.named[fingerprint] = Anchor(b"", entry.get("valid_from"), entry.get("valid_to"))
    read.algorithms += [AlgorithmRule(**entry) for entry in settings.get("algorithm", ())]
    read.crl_urls += [entry["url"] for entry in settings.get("crl", ())]


def _wrong(reason: str, *words: str) -> TrustUnreadable:
    return TrustUnreadable("trust_unreadable", file=SETTINGS, reason=reason, where=", ".join(sorted(words)))


def _files(path: Path) -> Iterable[Path]:
    try:
        if not path.is_dir():
            return [path]
        return sorted(
            p for p in path.iterdir() if p.is_file() and not p.name.startswith(".") and p.suffix.lower() in _ENDINGS
        )
    except OSError as error:
        raise TrustUnreadable("trust_unreadable", file=path.name) from error


def files_of(*paths: Path) -> dict[bytes, str]:
    """The name of the file that each certificate, list and answer (DER) stands in; raises `TrustUnreadable`."""
    return {der: file.name for path in paths for file in _files(path) for der in _parts(file)}


def _parts(path: Path) -> list[bytes]:
    try:
        data = path.read_bytes()
        return _unarmored(data) if b"-----BEGIN " in data else [data]
    except (OSError, ValueError) as error:
        raise TrustUnreadable("trust_unreadable", file=path.name) from error


def _read_file(path: Path, read: _Read) -> None:
    for der in _parts(path):
        certificate = _loaded(der, x509.Certificate.load, "subject", "issuer", "public_key")
        if certificate is not None:
            read.certificates[der] = certificate
        elif _loaded(der, crl.CertificateList.load, "issuer") is not None:
            read.crls.append(der)
        elif _loaded(der, ocsp.OCSPResponse.load, "basic_ocsp_response") is not None:
            read.ocsps.append(der)
        else:
            raise TrustUnreadable("trust_unreadable", file=path.name)


def _unarmored(data: bytes) -> list[bytes]:
    """The certificates and lists of a PEM file; keys and whatever else lies between them are nobody's business."""
    return [der for kind, _, der in pem.unarmor(data, multiple=True) if kind in _ARMORED]


def _loaded(der: bytes, load: Callable[..., Any], *needed: str) -> Any:
    try:
        found = load(der, strict=True)
        for name in needed:
            _ = getattr(found, name).native
    except Exception:  # noqa: BLE001 - asn1crypto raises whatever the bytes lead it to; each means: another kind
        return None
    return found
