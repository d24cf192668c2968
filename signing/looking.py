"""What a PDF must be before somebody signs it: what is seen is what is there, and nothing waits to replace it.

Shadow attacks prepare a file before it is signed: content hidden under a picture, in a layer that is off, or in
objects that no page uses yet (Mainka et al., "Shadow Attacks", NDSS 2021). The gate's own refusals come first.
"""

import ctypes
import io
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import pikepdf
import pypdfium2
from pypdfium2 import raw

from signing.errors import GateRefused
from signing.gate import examine

HIDDEN = "hidden_content"
DIFFERS = "field_differs"
COVERED = "covered_text"
UNUSED = "unused_content"
ATTACHED = "embedded_files"
NOTES = "annotations"
OPEN_FIELDS = "open_fields"
CODES = (HIDDEN, DIFFERS, COVERED, UNUSED, ATTACHED, NOTES, OPEN_FIELDS)

_HIDDEN_FLAGS = 1 << 1 | 1 << 5
_READ_ONLY = 1
# What could be shown in place of what is seen, were a page to name it.
_SHOWABLE_TYPES = frozenset({"/Page", "/Pages", "/Annot", "/Font", "/OCG", "/Catalog"})
_SHOWABLE_SUBTYPES = frozenset({"/Form", "/Image", "/Widget"})
_HARMLESS_NOTES = frozenset({"/Link", "/Widget", "/Popup"})
_COVERING = 0.9
_INVISIBLE = 3
_DOTS_PER_POINT = 1


@dataclass(frozen=True)
class SigningPolicy:
    """Which findings forbid a signature; the others of `CODES` are warnings."""

    refused: frozenset[str] = frozenset({HIDDEN, DIFFERS, COVERED, UNUSED, ATTACHED})


def policy_of(codes: str) -> SigningPolicy:
    """The policy that refuses these codes, parted by commas; raises `ValueError` for one that is none."""
    named = frozenset(code.strip() for code in codes.split(",") if code.strip())
    if not named <= frozenset(CODES):
        raise ValueError(sorted(named - frozenset(CODES)))
    return SigningPolicy(named)


@dataclass(frozen=True)
class LookedOver:
    """A file that may be signed: pages, their hash as `renderer` draws them at 72 dpi, what is odd but allowed."""

    pages: int
    signed: bool
    pages_sha256: str
    renderer: str
    warnings: tuple[str, ...]


def look_over(pdf: bytes, *, policy: SigningPolicy = SigningPolicy()) -> LookedOver:
    """Look a PDF over before it is signed; raises `GateRefused` with the first forbidden code."""
    report = examine(pdf)
    found = set(report.warnings)
    with pikepdf.open(io.BytesIO(pdf), suppress_warnings=True) as document:
        found |= _in_structure(document, signed=report.signed)
    drawn = pypdfium2.PdfDocument(pdf)
    try:
        drawn.init_forms()
        digest = _hash_of_pages(drawn)
        found |= {COVERED} if any(_covers_text(page) for page in drawn) else set()
        # Flattening comes last: from then on the pictures of fields are part of their pages.
        found |= {DIFFERS} if _fields_differ(pdf, drawn) else set()
    finally:
        drawn.close()
    for code in CODES:
        if code in found & policy.refused:
            raise GateRefused(f"pdf_{code}")
    renderer = f"pdfium {pypdfium2.PDFIUM_INFO.build}"
    return LookedOver(report.pages, report.signed, digest, renderer, tuple(sorted(found)))


def _in_structure(document: pikepdf.Pdf, *, signed: bool) -> set[str]:
    found = set()
    if _has_hidden_layer(document):
        found.add(HIDDEN)
    # An update after a signature leaves what it replaced; what may come then is the verdict's to judge.
    if not signed and any(_is_showable(thing) for thing in _unused(document)):
        found.add(UNUSED)
    if any(str(note.get("/Subtype")) not in _HARMLESS_NOTES for page in document.pages for note in _notes(page)):
        found.add(NOTES)
    for page in document.pages:
        for note in _notes(page):
            is_field = str(note.get("/Subtype")) == "/Widget"
            if int(note.get("/F", 0)) & _HIDDEN_FLAGS and (not is_field or _text(note.get("/V"))):
                found.add(HIDDEN)
            if is_field and _inherited(note, "/FT") != "/Sig" and not int(_inherited(note, "/Ff") or 0) & _READ_ONLY:
                found.add(OPEN_FIELDS)
    return found


def _notes(page: pikepdf.Page) -> list[Any]:
    notes: Any = page.obj.get("/Annots")
    return [note for note in notes if isinstance(note, pikepdf.Dictionary)] if notes is not None else []


def _inherited(field: Any, key: str) -> Any:
    """A field's entry, its own or a parent's (ISO 32000-2, 12.7.4)."""
    for _ in range(20):
        if field is None or key in field:
            break
        field = field.get("/Parent")
    return None if field is None else field[key]


def _text(value: Any) -> str:
    return str(value) if isinstance(value, pikepdf.String | pikepdf.Name) else ""


def _has_hidden_layer(document: pikepdf.Pdf) -> bool:
    """Whether any layer can be off, by itself or by another way of looking: what is signed has one face only."""
    layers: Any = document.Root.get("/OCProperties")
    if layers is None:
        return False
    settings = [layers.get("/D"), *(layers.get("/Configs") or [])]
    is_off = any(s is not None and (s.get("/OFF") or str(s.get("/BaseState", "/ON")) != "/ON") for s in settings)
    changes = any(s is not None and s.get("/AS") for s in settings)
    by_rule = any(
        isinstance(thing, pikepdf.Dictionary) and str(thing.get("/Type")) == "/OCMD" for thing in document.objects
    )
    return bool(is_off or changes or by_rule)


def _unused(document: pikepdf.Pdf) -> Iterator[Any]:
    """Objects that nothing refers to, from the trailer on."""
    used: set[tuple[int, int]] = set()
    waiting: list[Any] = [document.trailer]
    while waiting:
        thing = waiting.pop()
        if thing.is_indirect:
            if thing.objgen in used:
                continue
            used.add(thing.objgen)
        if isinstance(thing, pikepdf.Array):
            waiting += [part for part in thing if isinstance(part, pikepdf.Object)]
        elif isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
            keys = list(thing.keys())
            waiting += [part for key in keys if isinstance(part := thing.get(key), pikepdf.Object)]
    for thing in document.objects:
        if thing.objgen not in used:
            yield thing


def _is_showable(thing: Any) -> bool:
    if not isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
        return False
    return str(thing.get("/Type")) in _SHOWABLE_TYPES or str(thing.get("/Subtype")) in _SHOWABLE_SUBTYPES


def _hash_of_pages(document: pypdfium2.PdfDocument) -> str:
    """SHA-256 over the pages as pictures, with fields and annotations: grey, one dot a point."""
    digest = sha256()
    for page in document:
        bitmap = page.render(scale=_DOTS_PER_POINT, grayscale=True)
        digest.update(f"{bitmap.width}x{bitmap.height};".encode())
        digest.update(bytes(bitmap.buffer))
    return digest.hexdigest()


def _covers_text(page: Any) -> bool:
    """Whether a picture or a filled shape lies on text that was drawn before it."""
    texts: list[tuple[float, float, float, float]] = []
    for thing in page.get_objects(max_depth=4):
        if thing.type == raw.FPDF_PAGEOBJ_TEXT:
            if raw.FPDFTextObj_GetTextRenderMode(thing) != _INVISIBLE:
                texts.append(thing.get_bounds())
        elif _is_opaque(thing):
            box = thing.get_bounds()
            if any(_share(text, box) >= _COVERING for text in texts):
                return True
    return False


def _is_opaque(thing: Any) -> bool:
    if thing.type == raw.FPDF_PAGEOBJ_IMAGE:
        return not raw.FPDFPageObj_HasTransparency(thing)
    if thing.type != raw.FPDF_PAGEOBJ_PATH:
        return False
    mode, stroke = ctypes.c_int(), ctypes.c_int()
    raw.FPDFPath_GetDrawMode(thing, mode, stroke)
    return bool(mode.value) and not raw.FPDFPageObj_HasTransparency(thing)


def _share(text: tuple[float, ...], box: tuple[float, ...]) -> float:
    """How much of the text's box lies within the other."""
    width = min(text[2], box[2]) - max(text[0], box[0])
    height = min(text[3], box[3]) - max(text[1], box[1])
    area = (text[2] - text[0]) * (text[3] - text[1])
    return width * height / area if area > 0 and width > 0 and height > 0 else 0.0


def _fields_differ(pdf: bytes, drawn: pypdfium2.PdfDocument) -> bool:
    """Whether a field's value is another than what its picture shows."""
    with pikepdf.open(io.BytesIO(pdf), suppress_warnings=True) as document:
        shown: dict[int, list[tuple[Any, str]]] = {}
        for number, page in enumerate(document.pages):
            for note in _notes(page):
                kind = str(_inherited(note, "/FT"))
                value = _inherited(note, "/V")
                if kind == "/Btn":
                    if _button_differs(note, value):
                        return True
                elif kind in {"/Tx", "/Ch"} and str(note.get("/Subtype")) == "/Widget":
                    box = [float(side) for side in note["/Rect"]]
                    shown.setdefault(number, []).append((box, _plain(_text(value))))
    return any(_texts_differ(drawn, number, fields) for number, fields in shown.items())


def _button_differs(note: Any, value: Any) -> bool:
    state = note.get("/AS")
    if state is None or str(state) == "/Off":
        return False
    return _text(value) != str(state)


def _texts_differ(drawn: pypdfium2.PdfDocument, number: int, fields: list[tuple[Any, str]]) -> bool:
    page = drawn[number]
    raw.FPDFPage_Flatten(page, raw.FLAT_NORMALDISPLAY)
    page.close()
    page = drawn[number]
    try:
        text = page.get_textpage()
        return any(_plain(text.get_text_bounded(*_grown(box))) != value for box, value in fields)
    finally:
        page.close()


def _grown(box: list[float]) -> tuple[float, float, float, float]:
    """The rectangle with its sides in order."""
    left, right = sorted((box[0], box[2]))
    bottom, top = sorted((box[1], box[3]))
    return left, bottom, right, top


def _plain(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFC", text))
