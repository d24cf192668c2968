"""Whether signatures hold, in the standard's words (ETSI EN 319 102-1) and one code of ours for each reason.

Integrity comes before trust: bytes, structure or later changes that are wrong fail whatever the anchors are. An
intact signature nobody vouches for is undetermined, never failed; one whose certificate cannot be checked for
revocation is undetermined, never passed. Nothing is fetched.
"""

import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import sha256

from asn1crypto import x509 as asn1_x509
from cryptography import x509

from signing import covering as bytes_covered
from signing.algorithms import is_acceptable
from signing.chains import NOT_IN_FORCE, NOT_YET_VALID, UNKNOWN_SIGNER, WEAK, Chain, Chains
from signing.changed_pages import changed_pages
from signing.changes import Revisions
from signing.covering import Covering
from signing.depth import deep
from signing.errors import VerdictImpossible
from signing.found import PADES, Found, find_signatures, quietly
from signing.keys import certificate_names, one_line, public_key_sha256
from signing.material import Store, read_material
from signing.message import (
    Message,
    MessageWrong,
    content_digest,
    digest_matches,
    read_message,
    stamped_info,
    value_matches,
)
from signing.once_reader import OnceReader, open_once
from signing.outcome import (
    CERTIFICATE_SWAPPED,
    CHANGED,
    HASH,
    IN_FUTURE,
    PASSED,
    STAMP_WRONG,
    STRUCTURE,
    VALID,
    VALUE,
    Outcome,
    VerdictCode,
    of_stamper,
)
from signing.revocation import CA_REVOKED, REVOKED, TRY_LATER
from signing.trust import Trust, day_of

__all__ = ["CertificateFacts", "FileVerdict", "SignatureVerdict", "VerdictCode", "verify"]

# What is wrong with a file is the verdict; the library's own log of it would repeat it as tracebacks.
logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)

_SAY_MORE = frozenset({TRY_LATER, REVOKED, CA_REVOKED})
_CLOCKS_DIFFER = timedelta(minutes=5)


@dataclass(frozen=True)
class CertificateFacts:
    """A certificate: `issuer` and `serial` are what a registered certificate is matched by."""

    subject: str
    organization: str | None
    issuer: str
    serial: str
    sha256: str
    public_key_sha256: str
    valid_from: datetime
    valid_to: datetime
    title: str | None = None


@dataclass(frozen=True)
class SignatureVerdict:
    """One signature or document time stamp.

    `sub_indication` is None when passed; `level` None when it is no PAdES baseline signature; `changes` name what
    happened to the file after it. `signing_time` is proven by a time stamp when `stamped_by` names its service, and
    only stated in the signature when that is None. `chain` leads from the signer's certificate to the anchor;
    `stamper` is the certificate on the signature's own time stamp, believed or not.
    """

    field: str
    indication: str
    sub_indication: str | None
    code: str
    level: str | None
    signer: str | None
    signing_time: datetime | None
    covers_whole_file: bool
    changes: tuple[str, ...]
    certificate: CertificateFacts | None
    stamped_by: str | None = None
    chain: tuple[CertificateFacts, ...] = ()
    stamper: CertificateFacts | None = None


@dataclass(frozen=True)
class FileVerdict:
    """A file's signatures and document time stamps, each in the order they were made."""

    signatures: tuple[SignatureVerdict, ...]
    timestamps: tuple[SignatureVerdict, ...]


@dataclass(frozen=True)
class _Stamp:
    """A document time stamp that can be believed: it proves that the bytes up to `end` were there at `at`."""

    end: int
    at: datetime


def chains_of(pdf: bytes, *, trust: Trust, at: datetime) -> tuple[tuple[asn1_x509.Certificate, ...], ...]:
    """The chains that prove a file's signatures and stamps, signer's certificate first, anchor last.

    Empty when one of them does not pass, or there is none.
    """
    judge, verdict = _judged(pdf, trust, at)
    every = (*verdict.signatures, *verdict.timestamps)
    return judge.chains if every and all(v.indication == PASSED for v in every) else ()


@dataclass(frozen=True)
class _Judged:
    outcome: Outcome
    stamped: datetime | None
    stamped_by: str | None
    chain: Chain | None
    changes: tuple[str, ...]
    stamper: CertificateFacts | None = None


def verify(pdf: bytes, *, trust: Trust, at: datetime) -> FileVerdict:
    """Judge every signature of a PDF at the given instant; raises `VerdictImpossible` when it is no readable PDF."""
    return _judged(pdf, trust, at)[1]


@deep()
def _judged(pdf: bytes, trust: Trust, at: datetime) -> "tuple[_Judge, FileVerdict]":
    try:
        reader, gaps = open_once(pdf)
        found = sorted(find_signatures(pdf, gaps, reader), key=lambda f: (f.revision, f.end))
    except VerdictImpossible:
        raise
    except Exception as error:
        raise VerdictImpossible("pdf_unreadable") from error
    judge = _Judge(pdf, reader, trust, at)
    # The newest stamp is judged first: it proves when the older ones were there.
    stamps = [judge.document_stamp(f) for f in reversed(found) if f.is_stamp]
    signatures = [judge.signature(f) for f in found if not f.is_stamp]
    return judge, FileVerdict(tuple(signatures), tuple(reversed(stamps)))


class _Judge:
    def __init__(self, pdf: bytes, reader: OnceReader, trust: Trust, at: datetime) -> None:
        self._pdf = pdf
        self._reader = reader
        self._trust = trust
        self._at = at
        self._revisions = Revisions(pdf, reader)
        self._material = read_material(reader)
        self._chains = Chains(trust, self._material.proofs)
        self._proofs: list[_Stamp] = []
        self._stamped: list[Found] = []

    @property
    def chains(self) -> tuple[tuple[asn1_x509.Certificate, ...], ...]:
        """The chains that were found good."""
        return self._chains.good

    def signature(self, found: Found) -> SignatureVerdict:
        """Bytes and structure first, then what came later, then trust at the proven time or now."""
        problem, changes = self._integrity(found)
        message = found.message
        stamp, stamped = (message.token, None) if message else (None, None)
        by: str | None = None
        stamper: CertificateFacts | None = None
        chain: Chain | None = None
        if message is not None and problem is None:
            outcome, stamped, stamper = self._own_stamp(found, message, stamp)
            by = stamper.subject if stamper and outcome is None else None
            proven = stamped or self._proven(found)
            chain = self._chains.judge(message.certificate, message.others, moment=proven or self._at)
            times = outcome or self._time(found, message, stamped)
            problem = times or self._strength(message, proven) or chain.outcome
            # What the signer's own chain says, says more than a doubt about when it was signed or who stamped it.
            if chain.outcome == UNKNOWN_SIGNER or (outcome not in {None, STAMP_WRONG} and chain.outcome in _SAY_MORE):
                problem = chain.outcome
            if problem == NOT_YET_VALID and proven is None:
                problem = NOT_IN_FORCE
        return self._verdict(found, _Judged(problem or STRUCTURE, stamped, by, chain, changes, stamper))

    def document_stamp(self, found: Found) -> SignatureVerdict:
        """A document time stamp is judged by its own chain, at the instant a later stamp proves, or now."""
        problem, changes = self._integrity(found)
        message, stamped, chain = found.message, None, None
        if problem is None and found.covering:
            self._stamped.append(found)
        if message is not None and problem is None:
            stamped = _time_of(message)
            moment = self._proven(found) or self._at
            chain = self._stamper_chain(message, stamped, moment)
            late = STAMP_WRONG if stamped > moment + _CLOCKS_DIFFER else None
            problem = late or chain.outcome
            if problem == VALID and found.covering:
                self._proofs.append(_Stamp(found.covering.gap[0], stamped))
        return self._verdict(found, _Judged(problem or STRUCTURE, stamped, None, chain, changes))

    def _integrity(self, found: Found) -> tuple[Outcome | None, tuple[str, ...]]:
        """What is wrong with bytes, structure or later changes, and what these changes are."""
        if found.covering is None:
            return found.problem, ()
        try:
            problem, changes = self._later(found, found.covering)
        except Exception:  # noqa: BLE001 - what cannot be compared is not known to be unchanged
            problem, changes = CHANGED, ()
        return found.problem or self._bytes(found) or problem, changes

    def _bytes(self, found: Found) -> Outcome | None:
        message, covering = found.message, found.covering
        if message is None or covering is None:
            return STRUCTURE
        try:
            if found.is_stamp:
                imprint = stamped_info(message)["message_imprint"]
                algorithm = imprint["hash_algorithm"]["algorithm"].native
                same = covering.digest(self._pdf, algorithm) == imprint["hashed_message"].native
                digest = content_digest(message)
                same = same and digest_matches(message, digest)
            else:
                digest = covering.digest(self._pdf, message.digest_algorithm)
                same = digest_matches(message, digest)
        except (ValueError, TypeError, MessageWrong):
            return STRUCTURE
        if not same:
            return HASH
        if not value_matches(message, digest):
            return VALUE
        return None if message.is_named_certificate else CERTIFICATE_SWAPPED

    def _later(self, found: Found, covering: Covering) -> tuple[Outcome | None, tuple[str, ...]]:
        if bytes_covered.is_whole_file(self._pdf, covering):
            return None, ()
        if not bytes_covered.is_whole_revision(self._pdf, self._reader, covering, found.revision):
            return STRUCTURE, ()
        problem, changes = self._revisions.later_changes(found.revision, found.lock, found.permission)
        if found.revision + 1 == self._revisions.count or not bytes_covered.ends_cleanly(self._pdf):
            problem = CHANGED
        if problem is not None:
            pages = changed_pages(self._pdf[: covering.end], self._pdf)
            changes = (*changes, *(f"page:{page}" for page in pages))
        return problem, changes

    def _own_stamp(
        self, found: Found, message: Message, token: bytes | None
    ) -> tuple[Outcome | None, datetime | None, CertificateFacts | None]:
        """The signature's own time stamp: what is wrong with it, the instant it names, and whose it is.

        A stamp that cannot be believed leaves the time of signing unproven.
        """
        if token is None:
            return None, None, None
        try:
            stamp = read_message(token)
            info = stamped_info(stamp)
            imprint = info["message_imprint"]
            digest = bytes_covered.digest_of(
                imprint["hash_algorithm"]["algorithm"].native, message.signer["signature"].native
            )
            right = (
                digest == imprint["hashed_message"].native
                and digest_matches(stamp, content_digest(stamp))
                and value_matches(stamp, content_digest(stamp))
                and stamp.is_named_certificate
            )
        except (MessageWrong, ValueError):
            return STAMP_WRONG, None, None
        if not right:
            return STAMP_WRONG, None, None
        stamped: datetime = info["gen_time"].native
        moment = self._proven(found) or self._at
        chain = self._stamper_chain(stamp, stamped, moment)
        stamper = quietly(lambda: certificate_facts(stamp.certificate))
        if stamped > moment + _CLOCKS_DIFFER:
            return STAMP_WRONG, stamped, stamper
        if chain.outcome != VALID:
            return chain.outcome, stamped, stamper
        return None, stamped, stamper

    def _stamper_chain(self, stamp: Message, stamped: datetime, moment: datetime) -> Chain:
        chain = self._chains.judge_stamper(stamp.certificate, stamp.others, stamped=stamped, moment=moment)
        return replace(chain, outcome=of_stamper(self._strength(stamp, moment) or chain.outcome))

    def _proven(self, found: Found) -> datetime | None:
        """The earliest instant at which a believed document time stamp saw this signature."""
        return min((proof.at for proof in self._proofs if proof.end >= found.end > 0), default=None)

    def _time(self, found: Found, message: Message, stamped: datetime | None) -> Outcome | None:
        # What the dictionary claims counts where nothing proves the time; under a stamp the signer's clock does not.
        claimed = message.claimed_time if stamped else quietly(lambda: found.claimed_time)
        latest = (stamped or self._at) + _CLOCKS_DIFFER
        return IN_FUTURE if claimed is not None and claimed > latest else None

    def _strength(self, message: Message, moment: datetime | None) -> Outcome | None:
        day = day_of(moment or self._at)
        return None if quietly(lambda: is_acceptable(message, day, self._trust.algorithms)) else WEAK

    def _verdict(self, found: Found, judged: _Judged) -> SignatureVerdict:
        message = found.message
        facts = quietly(lambda: certificate_facts(message.certificate)) if message else None
        moment = judged.stamped or (quietly(lambda: found.claimed_time) if not found.is_stamp else None)
        return SignatureVerdict(
            field=found.name,
            indication=judged.outcome.indication,
            sub_indication=judged.outcome.sub_indication,
            code=judged.outcome.code,
            level=None if found.is_stamp else quietly(lambda: self._level(found)),
            signer=facts.subject if facts else None,
            signing_time=moment,
            covers_whole_file=found.covering is not None and bytes_covered.is_whole_file(self._pdf, found.covering),
            changes=judged.changes,
            certificate=facts,
            stamped_by=judged.stamped_by,
            chain=quietly(lambda: _chain_facts(judged.chain)) or (),
            stamper=judged.stamper,
        )

    def _level(self, found: Found) -> str | None:
        """The PAdES baseline level its parts make, whatever the verdict on them (ETSI EN 319 142-1, 6)."""
        message = found.message
        if message is None or str(found.value.get("/SubFilter")) != PADES:
            return None
        sealing = [stamp for stamp in self._stamped if stamp.covering and stamp.covering.gap[0] >= found.end]
        if message.token is None and not sealing:
            return "B-B"
        if not self._material.speaks_of(message.certificate):
            return "B-T"
        # The first stamp says when, another one keeps: it has to cover what proves the signature.
        keeping = sealing if message.token is not None else sealing[:-1]
        return "B-LTA" if any(self._material_at(s).speaks_of(message.certificate) for s in keeping) else "B-LT"

    def _material_at(self, stamp: Found) -> Store:
        return read_material(self._reader.get_historical_resolver(stamp.revision))


def certificate_facts(certificate: asn1_x509.Certificate) -> CertificateFacts:
    """What people and registers know of a certificate; ValueError when it cannot be read."""
    return _facts_of(certificate.dump())


@lru_cache(maxsize=256)
def _facts_of(der: bytes) -> CertificateFacts:
    read = x509.load_der_x509_certificate(der)
    issuer, serial = certificate_names(read)
    return CertificateFacts(
        subject=_name(read, x509.NameOID.COMMON_NAME) or one_line(read.subject.rfc4514_string()),
        organization=_name(read, x509.NameOID.ORGANIZATION_NAME),
        issuer=issuer,
        serial=serial,
        sha256=sha256(der).hexdigest(),
        public_key_sha256=public_key_sha256(read),
        valid_from=read.not_valid_before_utc,
        valid_to=read.not_valid_after_utc,
        title=_name(read, x509.NameOID.TITLE),
    )


def _chain_facts(chain: Chain | None) -> tuple[CertificateFacts, ...]:
    return tuple(certificate_facts(link) for link in chain.certificates) if chain else ()


def _name(certificate: x509.Certificate, kind: x509.ObjectIdentifier) -> str | None:
    found = certificate.subject.get_attributes_for_oid(kind)
    return one_line(str(found[0].value)) if found else None


def _time_of(message: Message) -> datetime:
    stamped: datetime = stamped_info(message)["gen_time"].native
    return stamped
