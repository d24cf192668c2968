"""A file that two agencies sign: its places for each side, and whether it is still the file one of them sent.

Either side may sign first, so the locks alone do not keep the text: whoever signs first could bring a changed page
along. What comes back is therefore compared with what was sent, and nothing but the places may differ. And an empty
field that somebody hid among the places could be filled after the other side has signed: such a file has no places.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from typing import Any

from pyhanko.pdf_utils.generic import TextStringObject
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import FieldMDPAction, FieldMDPSpec

from signing import changes
from signing.depth import deep
from signing.entries import entry
from signing.errors import VerdictImpossible
from signing.form_fields import FormField, form_fields
from signing.found import Found, find_signatures
from signing.locks import JOINT, left_open
from signing.once_reader import OnceReader, open_once

_SIDES = ("A", "B")
_LEADER = "leader"
_SIGNATURE = "/Sig"


@dataclass(frozen=True)
class JointPlaces:
    """What a file of two sides says of itself.

    Attributes:
        open_fields: the places nobody has filled yet (names as in `signing.locks.JOINT`).
        signers: by side, who is to sign, as the place itself is labelled: name, and title.
        continues: hash of the file it begins with, out of those that were asked about, when nothing but places was
            filled since; None otherwise.
    """

    open_fields: tuple[str, ...]
    signers: Mapping[str, tuple[str, str]]
    continues: str | None


def place_label(name: str, title: str) -> str:
    """How a place names who is to sign there: people read it in a viewer, the other side's system too."""
    return f"{name}, {title}"


@deep()
def joint_places(pdf: bytes, sent: Sequence[tuple[int, str]] = ()) -> JointPlaces | None:
    """The places of a joint file; None for any other file, and where a place or a lock is not as it has to be.

    `sent` are sizes and hashes (SHA-256) of the files it may have been before.
    """
    try:
        reader, gaps = open_once(pdf)
        fields = {field.name: field for field in form_fields(reader.root) if field.kind is not None}
        if not set(JOINT) <= set(fields) or any(field.again for field in fields.values()):
            return None
        empty = {name for name, field in fields.items() if not _is_filled(field)}
        signatures = list(find_signatures(pdf, gaps, reader))
        if not empty <= set(JOINT) or not _are_locks_right(fields, empty, signatures):
            return None
        return JointPlaces(tuple(sorted(empty)), _signers(fields), _continued(pdf, reader, sent))
    except VerdictImpossible:
        return None
    except Exception as error:  # the parser raises anything on hostile files
        raise VerdictImpossible("pdf_unreadable") from error


def _is_filled(field: FormField) -> bool:
    value = entry(field.field, "/V")
    return value is not None and (field.kind == _SIGNATURE or bool(str(value)))


def _are_locks_right(fields: Mapping[str, FormField], empty: set[str], signatures: Iterable[Found]) -> bool:
    """Each place locks what the order of the sides asks for, and what was signed leaves the empty places open."""
    opened = left_open(JOINT)
    for name, field in fields.items():
        if name in JOINT and field.kind == _SIGNATURE and not _leaves(entry(field.field, "/Lock"), opened[name]):
            return False
    return all(
        changes.left_open(signature.lock, name)
        for signature in signatures
        if not signature.is_stamp and signature.name in opened
        for name in empty & set(opened[signature.name])
    )


def _leaves(lock: Any, names: Iterable[str]) -> bool:
    spec = None if lock is None else FieldMDPSpec.from_pdf_object(lock)
    return spec is not None and spec.action == FieldMDPAction.EXCLUDE and set(spec.fields or ()) == set(names)


def _signers(fields: Mapping[str, FormField]) -> dict[str, tuple[str, str]]:
    found = {}
    for side in _SIDES:
        label = entry(fields[f"{_LEADER}{side}"].field, "/TU")
        if isinstance(label, TextStringObject):
            name, _, title = str(label).partition(", ")
            found[side] = (name, title)
    return found


def _continued(pdf: bytes, reader: OnceReader, sent: Sequence[tuple[int, str]]) -> str | None:
    """The longest of the files it begins with, when only places were filled since."""
    for size, digest in sorted(sent, reverse=True):
        if size <= len(pdf) and sha256(pdf[:size]).hexdigest() == digest:
            return digest if size == len(pdf) or _are_only_places_filled(pdf, reader, size) else None
    return None


def _are_only_places_filled(pdf: bytes, reader: OnceReader, size: int) -> bool:
    try:
        before = PdfFileReader(BytesIO(pdf[:size]))
        first = before.xrefs.total_revisions - 1
        is_unsigned = not before.embedded_signatures
    except Exception:  # noqa: BLE001 - what was sent could be read: this is something else
        return False
    revisions = changes.Revisions(pdf, reader, is_unsigned=is_unsigned)
    places = FieldMDPSpec(FieldMDPAction.EXCLUDE, fields=list(JOINT))
    problem, _ = revisions.later_changes(first, places, None)
    return problem is None
