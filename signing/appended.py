"""Whether what was appended to a signed file has one meaning only.

Attacks live from readers that disagree: an entry twice in one dictionary, a number twice in one table, an object that
no table lists (Mladenov et al., "1 Trillion Dollar Refund", CCS 2019, incremental saving). What stood there before
the signature is what was signed; what comes after it must be written so that every reader sees the same.
"""

import io
import re
from contextlib import suppress
from typing import Any

from pyhanko.pdf_utils.generic import DictionaryObject, Reference, StreamObject, TrailerReference, read_object
from pyhanko.pdf_utils.misc import PdfReadError, read_non_whitespace
from pyhanko.pdf_utils.xref import (
    XRefEntry,
    XRefSectionMetaInfo,
    XRefSectionType,
    XRefType,
    parse_xref_stream,
    parse_xref_table,
    read_object_header,
)

from signing.once_reader import OnceReader
from signing.plain_objects import NotPlain, read_plain

_BLANK = rb"[ \t\r\n\f\0]"
_HEADER = re.compile(rb"(?<!\d)\d{1,10}" + _BLANK + rb"+\d{1,5}" + _BLANK + rb"+obj(?![A-Za-z])")
# Writers leave their names in comments here.
_GAP = rb"(?:" + _BLANK + rb"|%(?!%EOF)[^\r\n]*[\r\n])*"
_END = re.compile(_GAP + rb"(?:endobj" + _GAP + rb")?startxref" + _BLANK + rb"+\d+" + _BLANK + _GAP + rb"%%EOF")
_LONG_TEXT = re.compile(rb"(/Contents" + _BLANK + rb"*)<[0-9A-Fa-f]{1000,}>")
_ONLY_BLANKS = re.compile(_BLANK + rb"*\Z")


def is_unambiguous(pdf: bytes, reader: OnceReader, revision: int) -> bool:
    """Whether an appended revision (1 or later) reads the same to everybody; what cannot be read does not."""
    try:
        with reader.strictly():
            return _is_unambiguous(pdf, reader, revision)
    except (PdfReadError, ValueError, TypeError, KeyError, IndexError, AssertionError):
        # What a strict reader stumbles over, a lenient one makes something of.
        return False


def _is_unambiguous(pdf: bytes, reader: OnceReader, revision: int) -> bool:
    section = reader.xrefs.get_xref_container_info(revision)
    begin = reader.xrefs.get_xref_container_info(revision - 1).end_location
    # A hybrid section says one thing to old readers and another to new ones; it is there for that.
    if section.xref_section_type not in {XRefSectionType.STANDARD, XRefSectionType.STREAM}:
        return False
    entries, size, behind = _read_section(pdf, reader, section)
    numbers = [entry.idnum for entry in entries]
    end = _END.match(pdf, behind)
    if end is None or len(set(numbers)) != len(numbers) or any(number >= size for number in numbers):
        return False
    if revision + 1 == reader.xrefs.total_revisions and not _ONLY_BLANKS.match(pdf, end.end()):
        return False
    listed = {section.start_location}
    for entry in entries:
        if entry.idnum and entry.xref_type != XRefType.FREE and not _is_as_before(reader, entry, revision):
            reference = Reference(entry.idnum, entry.generation, reader)
            if isinstance(entry.location, int):
                listed.add(entry.location)
                if _comes_from_elsewhere(_read_strictly(pdf[entry.location : end.end()], reference)):
                    return False
            else:
                reader.get_object(reference, revision=revision)
    written = {header.start() for header in _HEADER.finditer(pdf, begin, section.end_location)}
    return written <= listed and all(begin <= place < section.end_location for place in listed)


def _read_section(pdf: bytes, reader: OnceReader, section: XRefSectionMetaInfo) -> tuple[list[XRefEntry], int, int]:
    """Its entries, its size, and the offset behind it, read anew: the first reading was a lenient one."""
    stream = io.BytesIO(pdf)
    stream.seek(section.start_location)
    if section.stream_ref is None:
        entries = list(parse_xref_table(stream, strict=True))
        trailer = DictionaryObject.read_from_stream(stream, TrailerReference(reader))
    else:
        read_object_header(stream, strict=True)
        trailer = DictionaryObject.read_from_stream(stream, section.stream_ref)
        entries = list(parse_xref_stream(trailer, strict=True))
    if "/Root" not in trailer:
        raise PdfReadError("no root")
    return entries, int(trailer["/Size"]), stream.tell()


def _read_strictly(data: bytes, reference: Reference) -> Any:
    """Read an object for the strict reader's objections; a signature's long text says nothing here and is shortened."""
    shortened = _LONG_TEXT.sub(rb"\1<00>", data, count=1)
    with suppress(NotPlain):
        return read_plain(shortened, 0, reference)
    stream = io.BytesIO(shortened)
    if read_object_header(stream, strict=True) != (reference.idnum, reference.generation):
        raise PdfReadError("another object")
    found = read_object(stream, reference)
    read_non_whitespace(stream, seek_back=True)
    if stream.read(6) != b"endobj":
        raise PdfReadError("no end")
    return found


def _comes_from_elsewhere(found: Any) -> bool:
    """Whether a stream's bytes are in another file (ISO 32000-2, 7.3.8.2): they may be others tomorrow."""
    return isinstance(found, StreamObject) and "/F" in found


def _is_as_before(reader: OnceReader, entry: XRefEntry, revision: int) -> bool:
    """Some writers list everything again; what is listed where it was is nothing new."""
    reference = Reference(entry.idnum, entry.generation, reader)
    return bool(reader.xrefs.get_historical_ref(reference, revision - 1) == entry.location)
