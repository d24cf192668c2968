"""Where the lines and pictures that come after conversion are put: sizes in points, places from named destinations.

The forms keep an empty paragraph of fixed height for each; its bookmark arrives in the PDF as a named destination at
the column's centre and the line's top.
"""

from dataclasses import dataclass

from templates.catalogue import COMPONENTS

POINTS_PER_MM = 72 / 25.4

NUMBER_MARK = "soKyHieu"
DATE_MARK = "diaDanhNgay"
SIGNATURE_MARK = "chuKy"
SECRETARY_MARK = "chuKyThuKy"
# Those of the second side of a joint document.
PARTNER_NUMBER_MARK = "soKyHieuB"
PARTNER_DATE_MARK = "diaDanhNgayB"
PARTNER_SIGNATURE_MARK = "chuKyB"


def signatory_mark(ordinal: int) -> str:
    """The place of the nth person's signature on a routing slip, counted from 1."""
    return f"nguoiKy{ordinal}"


HEAD_LEFT_MM, HEAD_RIGHT_MM = 66.0, 99.0
TEXT_MM = HEAD_LEFT_MM + HEAD_RIGHT_MM
# Measured for the motto in 13 pt bold: its rule is exactly as long (Annex I, part I, II.1).
MOTTO_MM = 56.0
# Of the allowed third to half of the text's length (Annex I, part I, II.2 and II.5).
RULE_SHARE = 0.42
LINE_HEIGHT_PT = 18.0
# The seal's real diameter, and the usual size of a handwritten signature. The empty paragraph is as high as the seal,
# so that the seal hides neither title nor name.
SEAL_MM = 36.0
SIGNATURE_HEIGHT_MM = SEAL_MM
SIGNATURE_PICTURE_MM = (45.0, 24.0)
# No seal comes upon a routing slip: its places are as high as a signature.
SLIP_SIGNATURE_HEIGHT_MM = SIGNATURE_PICTURE_MM[1] + 2


@dataclass(frozen=True)
class Place:
    """A named destination: page from 0, and a point in PDF coordinates."""

    page: int
    x: float
    y: float


@dataclass(frozen=True)
class SlotSize:
    """A line that is drawn after conversion: its box in points, and how its text stands."""

    width_pt: float
    height_pt: float
    size_pt: float
    italic: bool


@dataclass(frozen=True)
class Rectangle:
    """Page from 0, lower left corner and size in points."""

    page: int
    x: float
    y: float
    width: float
    height: float


# The two boxes share the head's width without touching: the longest place names need more than their column.
_NUMBER_LINE_MM, _DATE_LINE_MM = 61.0, 103.0

NUMBER_LINE = SlotSize(_NUMBER_LINE_MM * POINTS_PER_MM, LINE_HEIGHT_PT, COMPONENTS["number"].size_pt, italic=False)
DATE_LINE = SlotSize(_DATE_LINE_MM * POINTS_PER_MM, LINE_HEIGHT_PT, COMPONENTS["date"].size_pt, italic=True)


def line_box(place: Place, slot: SlotSize) -> Rectangle:
    """The box of a line centred under its destination."""
    return Rectangle(place.page, place.x - slot.width_pt / 2, place.y - slot.height_pt, slot.width_pt, slot.height_pt)


def signature_box(place: Place, *, proportion: float | None = None, slot_mm: float = SIGNATURE_HEIGHT_MM) -> Rectangle:
    """The signature's picture, centred in its slot between title and name (Annex I, part I, II.8).

    `proportion` is the picture's width to its height: a narrow one gets a narrow box, so that a seal over the left
    third of the box lies over the left third of the picture.
    """
    widest, highest = (side * POINTS_PER_MM for side in SIGNATURE_PICTURE_MM)
    shape = proportion or widest / highest
    width, height = min(widest, highest * shape), min(highest, widest / shape)
    slot = slot_mm * POINTS_PER_MM
    return Rectangle(place.page, place.x - width / 2, place.y - (slot + height) / 2, width, height)


def seal_box(signature: Rectangle, *, roomy: bool = False) -> Rectangle:
    """The seal in real size over the left third of the signature, centres level (Annex I, part I, II.8).

    A roomy one can hold it over the left third of any picture that is narrower than the box it is centred in
    (`seal_shift` says where).
    """
    size = SEAL_MM * POINTS_PER_MM
    return Rectangle(
        signature.page,
        signature.x + signature.width / 3 - size,
        signature.y + (signature.height - size) / 2,
        size + (signature.width / 6 if roomy else 0),
        size,
    )


def seal_shift(proportion: float | None) -> float:
    """Where the seal lies in a roomy box, from 0, at the left, to 1, at the right.

    By the width to the height of the signature's picture; one as wide as its place, or none, leaves it at the left.
    """
    widest, highest = SIGNATURE_PICTURE_MM
    return 1 - min(widest, highest * proportion) / widest if proportion else 0.0
