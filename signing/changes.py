"""What may change after a signature: less than the generic rules allow.

pyHanko's difference analysis accepts any form filling after an ordinary signature, which lets a known forgery pass:
a field whose picture says something else than when it was signed. Here a field may change after a signature only when
that signature's own FieldMDP leaves it open *and* it was empty then, in value and in picture.
"""

from typing import Any

from pyhanko.pdf_utils.generic import StreamObject
from pyhanko.pdf_utils.reader import HistoricalResolver, PdfFileReader
from pyhanko.sign.fields import FieldMDPAction, FieldMDPSpec
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

FieldState = tuple[str, bytes]


def changed_fields(signature: EmbeddedPdfSignature) -> dict[str, bool]:
    """The text fields that differ now from the signed revision: name to whether the change is allowed."""
    reader: PdfFileReader = signature.reader
    before = _states(reader.get_historical_resolver(signature.signed_revision))
    after = _states(reader.get_historical_resolver(reader.total_revisions - 1))
    changed = {}
    for name in sorted(set(before) | set(after)):
        if before.get(name) != after.get(name):
            was_empty = before.get(name) == ("", b"")
            changed[name] = was_empty and _left_open(signature.fieldmdp, name)
    return changed


def _left_open(lock: FieldMDPSpec | None, name: str) -> bool:
    if lock is None or lock.action == FieldMDPAction.ALL:
        return False
    listed = name in (lock.fields or ())
    return listed if lock.action == FieldMDPAction.EXCLUDE else not listed


def _states(resolver: HistoricalResolver) -> dict[str, FieldState]:
    """Every field that is no signature: its value, and the content its picture draws."""
    root = resolver.root
    if "/AcroForm" not in root:
        return {}
    found: dict[str, FieldState] = {}
    for entry in root["/AcroForm"].get("/Fields", ()):
        field = entry.get_object()
        if field.get("/FT") == "/Sig":
            continue
        found[str(field.get("/T", ""))] = (str(field.get("/V", "")), _picture(field))
    return found


def _picture(field: Any) -> bytes:
    if "/AP" not in field:
        return b""
    pictures = field["/AP"]
    normal = pictures["/N"] if "/N" in pictures else None  # noqa: SIM401 - `get` does not resolve references
    return normal.data if isinstance(normal, StreamObject) else repr(normal).encode()
