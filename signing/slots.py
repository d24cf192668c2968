"""Number and date after the leader's signature: fields that stay open until the agency's signature locks them.

Before any signature the file gets empty read-only text fields and both signature fields, each with a lock that says
which fields may still be filled (FieldMDP). Filling is an incremental update: the bytes before stay a prefix.
"""

import io
from collections.abc import Mapping, Sequence

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import (
    FieldMDPAction,
    FieldMDPSpec,
    SigFieldSpec,
    VisibleSigSettings,
    append_signature_field,
    enumerate_sig_fields,
)

from signing.errors import SlotWrong
from signing.request import Box, SignatureSlot, TextSlot, TextValue

_PRINT = 4
_READ_ONLY = 1


def prepare_slots(pdf: bytes, *, texts: Sequence[TextSlot], signatures: Sequence[SignatureSlot]) -> bytes:
    """Add empty text fields and signature fields; raises `SlotWrong` for a page or name that cannot be."""
    names = [slot.name for slot in texts] + [slot.name for slot in signatures]
    if len(set(names)) != len(names):
        raise SlotWrong("slot_name_taken")
    writer = _writer(pdf)
    pages = int(writer.root["/Pages"]["/Count"])
    boxes = [slot.box for slot in texts] + [slot.box for slot in signatures if slot.box is not None]
    if any(not 0 <= box.page < pages for box in boxes):
        raise SlotWrong("slot_page_missing", pages=pages)
    for slot in signatures:
        spec = SigFieldSpec(
            slot.name,
            on_page=slot.box.page if slot.box else 0,
            box=slot.box.corners if slot.box else None,  # type: ignore[arg-type] # fractions of a point are fine
            field_mdp_spec=_lock(slot),
            readable_field_name=slot.label,
            visible_sig_settings=VisibleSigSettings(print_signature=True),
        )
        append_signature_field(writer, spec)
    for text in texts:
        _append_text_field(writer, text)
    return _bytes(writer)


def fill_texts(pdf: bytes, values: Mapping[str, TextValue]) -> bytes:
    """Fill text fields once: value, and the picture of exactly the field's size.

    Raises `SlotWrong`: slot_unknown, slot_filled, slot_locked (a signature in the file locks the field).
    """
    writer = _writer(pdf)
    fields = {str(field["/T"]): field for field in _fields(writer)}
    locked = _locked_names(pdf, tuple(fields))
    for name, value in values.items():
        if name not in fields or fields[name].get("/FT") != "/Tx":
            raise SlotWrong("slot_unknown", field=name)
        if str(fields[name].get("/V", "")):
            raise SlotWrong("slot_filled", field=name)
        if name in locked:
            raise SlotWrong("slot_locked", field=name)
        _fill(writer, fields[name], value)
    return _bytes(writer)


def _lock(slot: SignatureSlot) -> FieldMDPSpec:
    if not slot.leaves_open:
        return FieldMDPSpec(FieldMDPAction.ALL)
    return FieldMDPSpec(FieldMDPAction.EXCLUDE, fields=list(slot.leaves_open))


def _append_text_field(writer: IncrementalPdfFileWriter, slot: TextSlot) -> None:
    page, _ = writer.find_page_for_modification(slot.box.page)
    field = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/Widget"),
            pdf_name("/FT"): pdf_name("/Tx"),
            pdf_name("/T"): pdf_string(slot.name),
            pdf_name("/V"): pdf_string(""),
            pdf_name("/Ff"): generic.NumberObject(_READ_ONLY),
            pdf_name("/F"): generic.NumberObject(_PRINT),
            pdf_name("/Rect"): generic.ArrayObject(generic.FloatObject(n) for n in slot.box.corners),
            pdf_name("/P"): page,
            pdf_name("/AP"): generic.DictionaryObject({pdf_name("/N"): writer.add_object(_empty_picture(slot.box))}),
        }
    )
    reference = writer.add_object(field)
    writer.register_annotation(page, reference)
    fields = writer.root["/AcroForm"]["/Fields"]
    fields.append(reference)
    writer.update_container(fields)


def _empty_picture(box: Box) -> generic.StreamObject:
    picture = generic.StreamObject(
        dict_data={
            pdf_name("/Type"): pdf_name("/XObject"),
            pdf_name("/Subtype"): pdf_name("/Form"),
            pdf_name("/BBox"): _bbox(box.width, box.height),
            pdf_name("/Resources"): generic.DictionaryObject(),
        },
        stream_data=b"",
    )
    # Compressed as the picture that will fill it: validators call a new filter an undefined modification.
    picture.compress()
    return picture


def _bbox(width: float, height: float) -> generic.ArrayObject:
    return generic.ArrayObject(generic.FloatObject(n) for n in (0, 0, width, height))


def _fill(writer: IncrementalPdfFileWriter, field: generic.DictionaryObject, value: TextValue) -> None:
    left, bottom, right, top = (float(n) for n in field["/Rect"])
    picture = PdfFileReader(io.BytesIO(value.picture))
    form = writer.import_page_as_xobject(picture)
    imported = form.get_object()
    # The box stays what it was: validators call a change of it an undefined modification.
    imported["/BBox"] = _bbox(right - left, top - bottom)
    field["/V"] = pdf_string(value.value)
    field["/AP"] = generic.DictionaryObject({pdf_name("/N"): form})
    writer.update_container(field)


def _fields(writer: IncrementalPdfFileWriter) -> list[generic.DictionaryObject]:
    if "/AcroForm" not in writer.root:
        return []
    return [reference.get_object() for reference in writer.root["/AcroForm"]["/Fields"]]


def _locked_names(pdf: bytes, names: tuple[str, ...]) -> frozenset[str]:
    """The fields that a signature already in the file forbids to fill."""
    locked: set[str] = set()
    reader = PdfFileReader(io.BytesIO(pdf))
    for _, value, reference in enumerate_sig_fields(reader):
        field = reference.get_object()
        if value is None or "/Lock" not in field:
            continue
        lock = field["/Lock"]
        listed = {str(name) for name in lock.get("/Fields", ())}
        if lock["/Action"] == "/All":
            locked |= set(names)
        elif lock["/Action"] == "/Exclude":
            locked |= set(names) - listed
        else:
            locked |= listed
    return frozenset(locked)


def _writer(pdf: bytes) -> IncrementalPdfFileWriter:
    try:
        # An update on the line of "%%EOF" breaks PDF/A (ISO 19005-2, 6.1.9): some writers, typst too, end without one.
        return IncrementalPdfFileWriter(io.BytesIO(pdf if pdf.endswith((b"\n", b"\r")) else pdf + b"\n"))
    except (PdfError, ValueError) as error:
        raise SlotWrong("pdf_unreadable") from error


def _bytes(writer: IncrementalPdfFileWriter) -> bytes:
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()
