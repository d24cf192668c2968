"""Which bytes a signature speaks for, read from the file itself and not from what a parser made of it.

A byte range has one shape here (ISO 32000-2, 12.8.1): from the first byte to the end of a revision, with one gap that
holds the signature's own hexadecimal text and nothing else.
"""

import hashlib
import io
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pyhanko.pdf_utils.generic import NumberObject, parse_pdf_date
from pyhanko.pdf_utils.misc import PdfReadError
from pyhanko.pdf_utils.reader import PdfFileReader, process_data_at_eof

Gaps = dict[bytes, tuple[int, int]]

_HEX = re.compile(rb"[0-9A-Fa-f]+")
_RANGE = re.compile(rb"/ByteRange\s*\[\s*0+\s+(\d{1,12})\s+(\d{1,12})\s+\d{1,12}\s*\]")
# What CMS calls SHAKE of a fixed length, and its length in bytes (RFC 8702, 3.1).
_SHAKE = {"shake_128": 32, "shake_256": 64}
_NAMES = {"shake128": "shake_128", "shake256": "shake_256", "shake256_len": "shake_256"}
_LARGEST_GAP = 8 * 1024 * 1024
_BLANKS = b" \t\r\n\f\0"


@dataclass(frozen=True)
class Covering:
    """A byte range that has the right shape.

    `gap` is begin and end of the hexadecimal text with its brackets, `end` the offset behind the last covered byte,
    `message` the bytes the text stands for, padding included.
    """

    gap: tuple[int, int]
    end: int
    message: bytes

    def digest(self, pdf: bytes, algorithm: str) -> bytes:
        """Hash of the covered bytes; ValueError for an unknown algorithm."""
        whole = memoryview(pdf)
        return digest_of(algorithm, whole[: self.gap[0]], whole[self.gap[1] : self.end])


def number_gaps(pdf: bytes) -> tuple[bytes, Gaps]:
    """A view of the file for the parser in which each gap's text is its number, and where the gap of a number lies.

    So a signature's contents are known by their place, not by their looks; and the parser, which reads such texts
    character by character, is spared the longest ones.
    """
    view = bytearray(pdf)
    gaps: Gaps = {}
    taken: set[tuple[int, int]] = set()
    for found in _RANGE.finditer(pdf):
        begin, end = int(found[1]), int(found[2])
        if not 10 <= end - begin <= _LARGEST_GAP or end > len(pdf) or (begin, end) in taken:
            continue
        if not _is_hex(pdf[begin:end]):
            continue
        taken.add((begin, end))
        number = len(gaps).to_bytes(4, "big")
        gaps[number] = (begin, end)
        view[begin:end] = b"<%s>" % number.hex().encode() + b" " * (end - begin - 10)
    return bytes(view), gaps


def read_covering(pdf: bytes, gaps: Gaps, signature: Any) -> Covering | None:
    """The byte range of a signature dictionary of the view, or None when it has another shape than the one allowed."""
    numbers = signature.get("/ByteRange")
    if not isinstance(numbers, list) or len(numbers) != 4 or not all(isinstance(n, NumberObject) for n in numbers):
        return None
    start, first, second, length = (int(n) for n in numbers)
    contents = getattr(signature.raw_get("/Contents"), "original_bytes", b"")
    if start != 0 or gaps.get(contents) != (first, second) or length <= 0 or second + length > len(pdf):
        return None
    return Covering((first, second), second + length, _message(pdf[first:second]))


def _is_hex(text: bytes) -> bool:
    digits = text[1:-1].translate(None, _BLANKS)
    return text[:1] == b"<" and text[-1:] == b">" and len(digits) % 2 == 0 and bool(_HEX.fullmatch(digits))


def _message(text: bytes) -> bytes:
    return bytes.fromhex(text[1:-1].translate(None, _BLANKS).decode())


def is_whole_revision(pdf: bytes, reader: PdfFileReader, covering: Covering, revision: int) -> bool:
    """Whether the covered bytes end where the revision ends, and hold every cross-reference section up to it."""
    stream = io.BytesIO(pdf)
    stream.seek(covering.end)
    try:
        if process_data_at_eof(stream) != reader.xrefs.get_startxref_for_revision(revision):
            return False
    except PdfReadError:
        return False
    sections = (reader.xrefs.get_xref_container_info(number) for number in range(revision + 1))
    return all(section.end_location <= covering.end for section in sections)


def is_whole_file(pdf: bytes, covering: Covering) -> bool:
    """Whether nothing but blanks follows the covered bytes."""
    return not pdf[covering.end :].strip(_BLANKS)


def ends_cleanly(pdf: bytes) -> bool:
    """Whether only blanks follow the last end mark: what else followed it, some viewers would read and others not."""
    end = pdf.rfind(b"%%EOF")
    return end >= 0 and not pdf[end + 5 :].strip(_BLANKS)


def digest_of(algorithm: str, *parts: bytes | memoryview) -> bytes:
    """Hash of some bytes, with the lengths RFC 8702 gives SHAKE; ValueError for an unknown algorithm."""
    begun = hashlib.new(_NAMES.get(algorithm, algorithm))
    for part in parts:
        begun.update(part)
    if begun.name in _SHAKE:
        return begun.digest(_SHAKE[begun.name])  # type: ignore[call-arg] # typeshed knows only the usual kind
    return begun.digest()


def claimed_in(signature: Any) -> datetime | None:
    """The signing time a signature dictionary claims (/M), or None."""
    if "/M" not in signature:
        return None
    claimed: datetime = parse_pdf_date(signature["/M"], strict=False)
    return claimed if claimed.tzinfo else claimed.replace(tzinfo=UTC)
