"""Copies of documents: which the decree knows, and how they come out on paper (Decree 30/2020, articles 25 to 27).

A copy on paper is the pages of what is copied with the copy's own block under its last line (form 3.1). An extract is
made anew with every part of the form, and with the passages that were chosen (article 25.3).
"""

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

import pikepdf

from templates.catalogue import DECREE, IN_FORCE, PAGE
from templates.layout import POINTS_PER_MM
from templates.pages import flattened
from templates.read import guarded, last_ink


class Medium(StrEnum):
    PAPER = "paper"
    ELECTRONIC = "electronic"


class Held(StrEnum):
    """What lies before whoever makes the copy: bản gốc or bản chính, or itself a certified copy (bản sao y)."""

    ORIGINAL = "original"
    CERTIFIED = "certified"


_TO_PAPER = frozenset({(Medium.PAPER, Medium.PAPER), (Medium.ELECTRONIC, Medium.PAPER)})
_SCANNED = frozenset({(Medium.PAPER, Medium.ELECTRONIC)})


@dataclass(frozen=True)
class CopyForm:
    """A form of copy: `mark` is what it says of itself, `ways` from which medium to which it may be made.

    `code` is the abbreviation in its notation (Annex III, part I).
    """

    code: str
    name: str
    mark: str
    of: Held
    ways: frozenset[tuple[Medium, Medium]]
    legal_basis: str
    valid_from: date = IN_FORCE
    valid_to: date | None = None

    def refusal(self, *, held: Held, source: Medium, target: Medium) -> str | None:
        """The code of what stands against such a copy; None where the decree allows it."""
        if held is not self.of:
            return "copy_of_certified" if held is Held.CERTIFIED else "copy_of_original"
        return None if (source, target) in self.ways else "copy_same_electronic"


COPY_FORMS: Mapping[str, CopyForm] = {
    form.code: form
    for form in (
        CopyForm("SY", "Bản sao y", "SAO Y", Held.ORIGINAL, _TO_PAPER | _SCANNED, f"{DECREE}, Điều 25 khoản 1"),
        CopyForm("SL", "Bản sao lục", "SAO LỤC", Held.CERTIFIED, _TO_PAPER | _SCANNED, f"{DECREE}, Điều 25 khoản 2"),
        CopyForm(
            "TrS",
            "Bản trích sao",
            "TRÍCH SAO",
            Held.ORIGINAL,
            _TO_PAPER | _SCANNED | {(Medium.ELECTRONIC, Medium.ELECTRONIC)},
            f"{DECREE}, Điều 25 khoản 3",
        ),
    )
}


def copy_form_on(code: str, day: date) -> CopyForm | None:
    """The form of copy with this code that is in force on a day."""
    form = COPY_FORMS.get(code)
    if form is None or day < form.valid_from or (form.valid_to is not None and day > form.valid_to):
        return None
    return form


@dataclass(frozen=True)
class ScanFault:
    """What a digitised document lacks (Annex I, part II, I.2); `code` is one of format, colour, resolution, scale."""

    code: str
    page: int


LOWEST_DPI = 200
# An A4 sheet; a scan may be a little larger or smaller, or lie across.
_A4_PT = (PAGE.width_mm * POINTS_PER_MM, PAGE.height_mm * POINTS_PER_MM)
_OFF_SCALE = 0.03
_MOST_FAULTS = 20
# Less than this part of a page is a seal or a picture in a text, not a scan of the page.
_WHOLE_PAGE = 0.5


@guarded
def scan_faults(pdf: bytes) -> tuple[ScanFault, ...]:
    """Where a scan falls short: PDF before 1.4, no colour, fewer than 200 dpi, pages that are no whole sheet."""
    faults: list[ScanFault] = []
    with pikepdf.open(io.BytesIO(pdf)) as document:
        if tuple(int(part) for part in document.pdf_version.split(".")) < (1, 4):
            faults.append(ScanFault("format", 1))
        for number, page in enumerate(document.pages, 1):
            faults += _page_faults(page, number)
            if len(faults) >= _MOST_FAULTS:
                break
    return tuple(faults[:_MOST_FAULTS])


def _page_faults(page: pikepdf.Page, number: int) -> list[ScanFault]:
    box = [float(side) for side in page.mediabox]
    width, height = abs(box[2] - box[0]), abs(box[3] - box[1])
    faults = []
    short, long = sorted((width, height))
    # A sheet in its real size: A4, or what folds into it (A3, A5 and so on).
    steps = [2 ** (step / 2) for step in range(-2, 5)]
    if not any(_near(short, _A4_PT[0] * s) and _near(long, _A4_PT[1] * s) for s in steps):
        faults.append(ScanFault("scale", number))
    images = [pikepdf.PdfImage(image) for image in _streams(page)]
    whole = [image for image in images if _covers(image, width, height)]
    if not whole:
        faults.append(ScanFault("resolution", number))
    elif any(image.colorspace in {"/DeviceGray", "/CalGray"} or image.image_mask for image in whole):
        faults.append(ScanFault("colour", number))
    return faults


def _streams(page: pikepdf.Page) -> list[Any]:
    found: Any = page.get_images()
    return list(found.values())


def _near(length: float, wanted: float) -> bool:
    return abs(length - wanted) <= wanted * _OFF_SCALE


def _covers(image: pikepdf.PdfImage, width_pt: float, height_pt: float) -> bool:
    """Whether a picture has dots enough for the whole page at 200 dpi, lying or standing."""
    dots = sorted((image.width, image.height))
    wanted = sorted((width_pt / 72 * LOWEST_DPI, height_pt / 72 * LOWEST_DPI))
    return all(have >= needed * (1 - _OFF_SCALE) for have, needed in zip(dots, wanted, strict=True))


@dataclass(frozen=True)
class CopyBlock:
    """The copy's own part, under the full-width rule (form 3.1)."""

    issuer: tuple[str, ...]
    number: str
    mark: str
    place_date: str
    recipients: tuple[str, ...]
    signature_lines: tuple[str, ...]
    signer: str


@dataclass(frozen=True)
class Extract:
    """What is made anew of a document of which passages are copied: every part of its form, and the passages."""

    superior: tuple[str, ...]
    issuer: tuple[str, ...]
    number: str
    place_date: str
    # None for a công văn, whose subject stands under its number.
    kind_name: str | None
    subject: str
    passages: tuple[str, ...]
    recipients: tuple[str, ...] = ()
    signature_lines: tuple[str, ...] = field(default=())
    signer: str = ""
    addressees: tuple[str, ...] = ()


_GAP_MM, _FOOT_MM = 5.0, 15.0


@guarded
def printed(pdf: bytes) -> bytes:
    """The pages as they come out of a printer: number, date and signatures' pictures are part of them now."""
    with flattened(pdf) as document:
        return _saved(document)


@guarded
def with_block(pdf: bytes, block: bytes) -> bytes:
    """The pages as they are printed, with a block (a PDF page as large as itself) right below the last line.

    Where the last sheet has no room left for it, it begins the next one: the back of the sheet.
    """
    bottom = last_ink(pdf)
    with flattened(pdf) as document, pikepdf.open(io.BytesIO(block)) as blocks:
        own = blocks.pages[0]
        width, height = (float(own.mediabox[side]) for side in (2, 3))
        last = document.pages[-1]
        left, low, right, high = (float(side) for side in last.mediabox)
        x = left + PAGE.left_mm * POINTS_PER_MM
        top = min(bottom, high - PAGE.top_mm * POINTS_PER_MM) - _GAP_MM * POINTS_PER_MM
        has_room = top - height >= low + _FOOT_MM * POINTS_PER_MM and x + width <= right
        if not has_room or "/Rotate" in last.obj:
            document.add_blank_page(page_size=_A4_PT)
            last = document.pages[-1]
            x, top = PAGE.left_mm * POINTS_PER_MM, _A4_PT[1] - PAGE.top_mm * POINTS_PER_MM
        last.add_overlay(own, pikepdf.Rectangle(x, top - height, x + width, top))
        return _saved(document)


def _saved(document: pikepdf.Pdf) -> bytes:
    out = io.BytesIO()
    document.save(out, deterministic_id=True)
    return out.getvalue()
