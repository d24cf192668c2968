"""The file as a signature saw it, and which fields are no longer what they were then.

A signed PDF grows by appended updates, so what the signer saw is the file cut where the signature's byte range ends
(ISO 32000-1, 12.8.1); the cut is a valid PDF of its own. Whether the signature holds is the verdict's business: of a
file whose signed bytes were changed, the cut shows the changed bytes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from typing import ParamSpec, TypeVar

from signing.changes import Revisions
from signing.errors import RevisionMissing, SigningError, VerdictImpossible
from signing.found import Found, find_signatures
from signing.once_reader import OnceReader, open_once

P = ParamSpec("P")
T = TypeVar("T")


class FieldKind(StrEnum):
    TEXT = "text"
    SIGNATURE = "signature"
    TIME_STAMP = "time_stamp"


@dataclass(frozen=True)
class FieldChange:
    """A form field that is not what it was when a signature was made; `allowed` by that signature or not."""

    name: str
    kind: FieldKind
    allowed: bool


def _guarded(function: Callable[P, T]) -> Callable[P, T]:
    """Turn whatever the parser raises on a broken file into `VerdictImpossible`."""

    @wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return function(*args, **kwargs)
        except SigningError:
            raise
        except Exception as error:  # the parser raises anything on hostile files
            raise VerdictImpossible("pdf_unreadable") from error

    return call


@_guarded
def signed_revision(pdf: bytes, field: str) -> bytes:
    """The bytes of the file as the signature in this field covers them.

    Raises `RevisionMissing` (signature_missing, signature_name_twice, byte_range_wrong) and `VerdictImpossible`.
    """
    _, found = _open(pdf)
    covering = _of(found, field).covering
    if covering is None:
        raise RevisionMissing("byte_range_wrong", field=field)
    return pdf[: covering.end]


@_guarded
def fields_changed_after(pdf: bytes, field: str) -> tuple[FieldChange, ...]:
    """The text fields that differ from what this signature saw, and the signatures and time stamps made after it.

    What it allows is the verdict's own rule (`signing.changes`); a document time stamp is always allowed (ISO 32000-2,
    12.8.2.2). Raises as `signed_revision`.
    """
    reader, found = _open(pdf)
    signature = _of(found, field)
    revisions = Revisions(pdf, reader)
    lock, permission = signature.lock, signature.permission
    texts = [
        FieldChange(name, FieldKind.TEXT, allowed)
        for name, allowed in revisions.fields_after(signature.revision, lock, permission).items()
    ]
    signed = [
        FieldChange(
            other.name,
            FieldKind.TIME_STAMP if other.is_stamp else FieldKind.SIGNATURE,
            allowed=other.is_stamp or revisions.may_sign(other.name, lock, permission),
        )
        for other in sorted(found, key=lambda f: f.revision)
        if other.revision > signature.revision
    ]
    return tuple(texts + signed)


def _open(pdf: bytes) -> tuple[OnceReader, list[Found]]:
    reader, gaps = open_once(pdf)
    return reader, list(find_signatures(pdf, gaps, reader))


def _of(found: list[Found], field: str) -> Found:
    """The one signature in the field; two fields of one name are a trick, and neither is shown for the other."""
    mine = [signature for signature in found if signature.name == field]
    if len(mine) != 1:
        raise RevisionMissing("signature_name_twice" if mine else "signature_missing", field=field)
    return mine[0]
