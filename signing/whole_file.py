"""A file that was signed as a whole elsewhere: believed only as what was handed out, plus one signature and no more.

A signature vouches for whatever its program put into the file with it, so its own verdict says nothing of a page that
was changed in the same breath: the new revision is compared with the file that was handed out.
"""

from datetime import datetime

from asn1crypto import x509
from pyhanko.sign.fields import FieldMDPAction, FieldMDPSpec

from signing.changes import Revisions
from signing.depth import deep
from signing.errors import SigningError
from signing.found import Found, find_signatures
from signing.gate import examine
from signing.once_reader import OnceReader, open_once
from signing.outcome import PASSED
from signing.trust import Trust
from signing.verdict import SignatureVerdict, verify


class AnswerRefused(SigningError):
    """What came back is not taken.

    Codes: answer_other_file (it does not begin with what was handed out), answer_not_signed, answer_other_field,
    answer_other_changes (something else was changed too), answer_other_signer, answer_lock_missing (its signature does
    not lock what its field says), answer_earlier_broken, answer_not_valid (`verdict` is the verdict's code).
    """


def check_whole(handed: bytes, answer: bytes, *, field: str, certificate: bytes, trust: Trust, at: datetime) -> bool:
    """Check a signed file against the one handed out; whether its new signature carries a time stamp.

    `field` is where it had to be signed, `certificate` the registered one (DER). Raises `AnswerRefused`, and
    `GateRefused` or `VerdictImpossible` for what cannot be read at all.
    """
    if not answer.startswith(handed):
        raise AnswerRefused("answer_other_file")
    if len(answer) == len(handed):
        raise AnswerRefused("answer_not_signed")
    examine(answer)
    before, after = verify(handed, trust=trust, at=at), verify(answer, trust=trust, at=at)
    known = {signature.field for signature in (*before.signatures, *before.timestamps)}
    fresh = [signature for signature in (*after.signatures, *after.timestamps) if signature.field not in known]
    own = _the_one(fresh, field)
    _require_registered(own, certificate)
    if own.indication != PASSED or not own.covers_whole_file:
        raise AnswerRefused("answer_not_valid", verdict=own.code)
    _require_nothing_else(handed, answer, field)
    standing = {signature.field: signature.indication for signature in (*after.signatures, *after.timestamps)}
    if any(standing.get(s.field) != s.indication for s in (*before.signatures, *before.timestamps)):
        raise AnswerRefused("answer_earlier_broken")
    return own.stamped_by is not None


def _the_one(fresh: list[SignatureVerdict], field: str) -> SignatureVerdict:
    if not fresh:
        raise AnswerRefused("answer_not_signed")
    if len(fresh) > 1:
        raise AnswerRefused("answer_other_changes")
    if fresh[0].field != field:
        raise AnswerRefused("answer_other_field", field=fresh[0].field)
    return fresh[0]


def _require_registered(own: SignatureVerdict, certificate: bytes) -> None:
    wanted = x509.Certificate.load(certificate).sha256.hex()
    if own.certificate is None or own.certificate.sha256 != wanted:
        raise AnswerRefused("answer_other_signer")


@deep()
def _require_nothing_else(handed: bytes, answer: bytes, field: str) -> None:
    """One revision more, in which this field was signed, and nothing else happened to pages, fields or catalogue."""
    old, signed = _read(handed)
    reader, found = _read(answer)
    count = old.xrefs.total_revisions
    if reader.xrefs.total_revisions != count + 1:
        raise AnswerRefused("answer_other_changes")
    only_this = FieldMDPSpec(FieldMDPAction.EXCLUDE, fields=[field])
    revisions = Revisions(answer, reader, is_unsigned=not signed)
    problem, changes = revisions.later_changes(count - 1, only_this, None)
    if problem is not None or changes != (f"signature:{field}",):
        raise AnswerRefused("answer_other_changes")
    (own,) = [signature for signature in found if signature.name == field]
    _require_lock(own)


def _require_lock(own: Found) -> None:
    """What the field says is to be locked is what the signature locks: else number and seal would break it later."""
    if "/Lock" not in own.field:
        return
    wanted, lock = FieldMDPSpec.from_pdf_object(own.field["/Lock"]), own.lock
    same = lock is not None and lock.action == wanted.action and set(lock.fields or ()) == set(wanted.fields or ())
    if not same:
        raise AnswerRefused("answer_lock_missing")


def _read(pdf: bytes) -> tuple[OnceReader, list[Found]]:
    reader, gaps = open_once(pdf)
    return reader, list(find_signatures(pdf, gaps, reader))
