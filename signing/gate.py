"""What a PDF must be before it is taken in: small enough, whole, open, and without anything that acts.

It runs in a fenced child of the service, and is nevertheless written to survive alone: every way in which a parser
gives up ends in `GateRefused` with a code. The gate only looks; it never rewrites a byte.
"""

import io
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pikepdf
from pyhanko.pdf_utils.reader import PdfFileReader

from signing.errors import GateRefused

MEGABYTE = 1024 * 1024

# Actions, annotations and pictures that do something, fetch something or carry programs (ISO 32000-2, 12.6 and 13).
_ACTIVE_KEYS = ("/JavaScript", "/JS", "/XFA", "/RichMediaContent", "/3DD")
_ACTIVE_ACTIONS = frozenset(
    {
        "/JavaScript",
        "/Launch",
        "/SubmitForm",
        "/ImportData",
        "/GoToR",
        "/GoToE",
        "/Rendition",
        "/Movie",
        "/Sound",
        "/GoTo3DView",
        "/RichMediaExecute",
    }
)
_ACTIVE_KINDS = frozenset({"/RichMedia", "/3D", "/Movie", "/Sound", "/Screen", "/FileAttachment", "/PS"})


@dataclass(frozen=True)
class GateLimits:
    """Sizes in bytes, image area in pixels."""

    file_bytes: int = 100 * MEGABYTE
    pages: int = 3000
    objects: int = 400_000
    stream_bytes: int = 64 * MEGABYTE
    decoded_bytes: int = 512 * MEGABYTE
    image_pixels: int = 120_000_000


@dataclass(frozen=True)
class GateReport:
    """A file that passed: its pages, whether it carries signatures, and codes of what is odd but allowed."""

    pages: int
    signed: bool
    warnings: tuple[str, ...]


# What these hold is a picture: its size is bounded by `image_pixels`, and only a drawing decodes it.
_PICTURE_FILTERS = frozenset({"/DCTDecode", "/JPXDecode", "/CCITTFaxDecode", "/JBIG2Decode"})


def examine(pdf: bytes, *, limits: GateLimits = GateLimits()) -> GateReport:
    """Look a PDF over; raises `GateRefused` with the reason's code."""
    _outside(pdf, limits)
    try:
        return _inside(pdf, limits)
    except GateRefused:
        raise
    except pikepdf.PasswordError as error:
        raise GateRefused("pdf_encrypted") from error
    except MemoryError as error:
        raise GateRefused("pdf_decompression_bomb") from error
    except Exception as error:
        # Behind the fence the parser cannot always begin to decrypt; then it knows no more than that it could not read.
        raise GateRefused("pdf_encrypted" if b"/Encrypt" in pdf else "pdf_damaged") from error


def _outside(pdf: bytes, limits: GateLimits) -> None:
    if not pdf:
        raise GateRefused("pdf_empty")
    if len(pdf) > limits.file_bytes:
        raise GateRefused("pdf_too_large", limit=limits.file_bytes)
    if not pdf.startswith(b"%PDF-") or b"%%EOF" not in pdf[-1024:]:
        raise GateRefused("not_pdf")


def _inside(pdf: bytes, limits: GateLimits) -> GateReport:
    pikepdf.settings.set_qpdf_limits(
        flate_max_memory=limits.stream_bytes,
        run_length_max_memory=limits.stream_bytes,
        png_max_memory=limits.stream_bytes,
        tiff_max_memory=limits.stream_bytes,
        dct_max_memory=4 * limits.stream_bytes,
        max_stream_filters=4,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pikepdf.open(io.BytesIO(pdf), suppress_warnings=True) as document:
            if document.is_encrypted:
                raise GateRefused("pdf_encrypted")
            if document.get_warnings():
                raise GateRefused("pdf_damaged")
            pages = _count_pages(document, limits)
            odd = _look_through(document, limits)
            signed = _is_signed(document)
    _second_opinion(pdf, signed=signed)
    return GateReport(pages=pages, signed=signed, warnings=tuple(sorted(odd)))


def _count_pages(document: pikepdf.Pdf, limits: GateLimits) -> int:
    declared = document.Root.Pages.get("/Count", 0)
    if not isinstance(declared, int) or declared > limits.pages:
        raise GateRefused("pdf_too_many_pages", limit=limits.pages)
    pages = len(document.pages)
    if not 0 < pages <= limits.pages or pages != declared:
        raise GateRefused("pdf_damaged")
    return pages


def _look_through(document: pikepdf.Pdf, limits: GateLimits) -> set[str]:
    """Every object once: nothing may act, no picture may be a bomb; returns codes of what is odd."""
    odd: set[str] = set()
    decoded = 0
    for count, thing in enumerate(document.objects):
        if count >= limits.objects:
            raise GateRefused("pdf_too_complex", limit=limits.objects)
        for entry in _dictionaries(thing):
            _refuse_active(entry)
            _refuse_huge_image(entry, limits)
            if entry.get("/Type") == "/Filespec" and "/EF" in entry:
                odd.add("embedded_files")
        if isinstance(thing, pikepdf.Stream):
            decoded += _decoded_size(thing)
            if decoded > limits.decoded_bytes:
                raise GateRefused("pdf_decompression_bomb")
    return odd


def _decoded_size(stream: pikepdf.Stream) -> int:
    """The stream's size once decoded (pictures left as they are); the parser stops at its own limit."""
    filters: Any = stream.get("/Filter", [])
    last = filters[-1] if isinstance(filters, pikepdf.Array) and len(filters) else filters
    if isinstance(last, pikepdf.Name) and str(last) in _PICTURE_FILTERS:
        return len(stream.read_raw_bytes())
    try:
        return len(stream.read_bytes(decode_level=pikepdf.StreamDecodeLevel.generalized))
    except pikepdf.DataDecodingError as error:
        raise GateRefused("pdf_decompression_bomb") from error


def _dictionaries(thing: Any, depth: int = 0) -> Iterator[Any]:
    """The dictionaries inside one object; what it refers to comes by itself."""
    if depth > 40:
        raise GateRefused("pdf_too_complex", depth=depth)
    if isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
        yield thing
        for key in thing.keys():  # noqa: SIM118 - a pikepdf dictionary iterates over keys only so
            yield from _dictionaries(thing.get(key), depth + 1) if _direct(thing.get(key)) else ()
    elif isinstance(thing, pikepdf.Array):
        for part in thing:
            yield from _dictionaries(part, depth + 1) if _direct(part) else ()


def _direct(thing: Any) -> bool:
    return isinstance(thing, pikepdf.Object) and not thing.is_indirect


def _refuse_active(entry: Any) -> None:
    for key in _ACTIVE_KEYS:
        if key in entry:
            raise GateRefused("pdf_active_content", what=key)
    action = entry.get("/S")
    if isinstance(action, pikepdf.Name) and str(action) in _ACTIVE_ACTIONS:
        raise GateRefused("pdf_active_content", what=str(action))
    kind = entry.get("/Subtype")
    if isinstance(kind, pikepdf.Name) and str(kind) in _ACTIVE_KINDS:
        raise GateRefused("pdf_active_content", what=str(kind))
    # A stream in another file, and a page of another one: what is shown may change without a byte of this file.
    if (isinstance(entry, pikepdf.Stream) and "/F" in entry) or (kind == "/Form" and "/Ref" in entry):
        raise GateRefused("pdf_active_content", what="/F")
    if "/EmbeddedFiles" in entry:
        raise GateRefused("pdf_embedded_files")


def _refuse_huge_image(entry: Any, limits: GateLimits) -> None:
    if entry.get("/Subtype") == "/Image":
        width, height = int(entry.get("/Width", 0)), int(entry.get("/Height", 0))
        if width * height > limits.image_pixels:
            raise GateRefused("pdf_image_too_large", width=width, height=height)


def _is_signed(document: pikepdf.Pdf) -> bool:
    form = document.Root.get("/AcroForm")
    return form is not None and bool(int(form.get("/SigFlags", 0)) & 1)


def _second_opinion(pdf: bytes, *, signed: bool) -> None:
    """The reader that judges signatures must be able to read the file too.

    Strictly where there are signatures; a scanner's file may have harmless faults (Pillow writes generation 65536).
    """
    reader = PdfFileReader(io.BytesIO(pdf), strict=signed)
    pages: Any = reader.root["/Pages"]
    if "/Kids" not in pages:
        raise GateRefused("pdf_damaged")
