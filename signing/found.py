"""The signatures of a file as it has them: each field, its bytes, its message, and what is wrong with these."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from pyhanko.pdf_utils.generic import DictionaryObject
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import FieldMDPSpec, MDPPerm

from signing.covering import Covering, Gaps, claimed_in, read_covering
from signing.entries import entry
from signing.form_fields import form_fields
from signing.message import Message, MessageWrong, read_message
from signing.outcome import ATTRIBUTES, BYTE_RANGE, CERTIFICATE_MISSING, STRUCTURE, UNSUPPORTED, Outcome

PADES, STAMP = "/ETSI.CAdES.detached", "/ETSI.RFC3161"
_DETACHED = frozenset({PADES, "/adbe.pkcs7.detached"})
_BY_MESSAGE = {"format": STRUCTURE, "attributes": ATTRIBUTES, "certificate_missing": CERTIFICATE_MISSING}


@dataclass(frozen=True)
class Found:
    """A filled signature field as the file has it; `covering` and `message` are None when they are wrong."""

    name: str
    field: Any
    value: Any
    revision: int
    is_stamp: bool
    covering: Covering | None
    message: Message | None
    problem: Outcome | None

    @property
    def end(self) -> int:
        """The offset behind the last covered byte; 0 when the byte range is wrong."""
        return self.covering.end if self.covering else 0

    @property
    def claimed_time(self) -> datetime | None:
        """When its signer says it was signed."""
        return (self.message.claimed_time if self.message else None) or claimed_in(self.value)

    @property
    def lock(self) -> FieldMDPSpec | None:
        """Which fields it forbids to change (ISO 32000-2, 12.8.2.4)."""
        parameters = self._transform("/FieldMDP")
        return None if parameters is None else FieldMDPSpec.from_pdf_object(parameters)

    @property
    def permission(self) -> MDPPerm | None:
        """Which changes it allows at all, when it certifies or its field says so (12.8.2.2)."""
        parameters = self._transform("/DocMDP")
        if parameters is not None:
            return MDPPerm(parameters["/P"]) if "/P" in parameters else MDPPerm.FILL_FORMS
        allowed = entry(entry(self.field, "/Lock", {}), "/P")
        return None if allowed is None else MDPPerm(allowed)

    def _transform(self, method: str) -> Any:
        for listed in entry(self.value, "/Reference", ()):
            reference = listed.get_object()
            if reference["/TransformMethod"] == method:
                return reference["/TransformParams"]
        return None


def find_signatures(pdf: bytes, gaps: Gaps, reader: PdfFileReader) -> Iterator[Found]:
    """Every filled signature field of the newest revision; pyHanko's errors when the form cannot be read."""
    taken: set[Any] = set()
    for named in form_fields(reader.root):
        field = named.field
        signature = entry(field, "/V") if named.kind == "/Sig" and not named.again else None
        if not isinstance(signature, DictionaryObject):
            continue
        where = getattr(field.raw_get("/V"), "reference", None)
        kind = str(signature.get("/SubFilter", ""))
        found = Found(
            name=named.name,
            field=field,
            value=signature,
            revision=reader.xrefs.get_last_change(where) if where is not None else -1,
            is_stamp=kind == STAMP or signature.get("/Type") == "/DocTimeStamp",
            covering=None,
            message=None,
            problem=None,
        )
        # Two fields that show one signature: the second is an imitation.
        yield replace(found, problem=STRUCTURE) if where is None or where in taken else _read(pdf, gaps, found, kind)
        taken.add(where)


def _read(pdf: bytes, gaps: Gaps, found: Found, kind: str) -> Found:
    covering = quietly(lambda: read_covering(pdf, gaps, found.value))
    if covering is None:
        return replace(found, problem=BYTE_RANGE)
    found = replace(found, covering=covering)
    if (kind == STAMP) is not found.is_stamp or (not found.is_stamp and kind not in _DETACHED):
        return replace(found, problem=UNSUPPORTED)
    try:
        message = read_message(covering.message)
    except MessageWrong as error:
        return replace(found, problem=_BY_MESSAGE[error.kind])
    right = "tst_info" if found.is_stamp else "data"
    if message.content_type != right or (message.content is None) is found.is_stamp:
        return replace(found, message=message, problem=STRUCTURE)
    if kind == PADES and not message.names_certificate:
        return replace(found, message=message, problem=ATTRIBUTES)
    return replace(found, message=message)


def quietly(ask: Callable[[], Any]) -> Any:
    """Details of a signature too broken to have them are None; the verdict says already that it is broken."""
    try:
        return ask()
    except Exception:  # noqa: BLE001 - asn1crypto raises whatever the broken bytes lead it to
        return None
