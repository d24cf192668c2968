"""Whether the picture of a signature hides what stands on its page."""

import re
from typing import Any

import pypdfium2
from pypdfium2 import raw

# More than this part of a page is no signature any more.
_LARGEST_PART = 0.25
# Signatures touch the lines around them: what counts is what lies well inside.
_MARGIN = 0.15
_FILLER = re.compile(r"[\s._…\-–]*")
# A stamp on a scanned page: this part of the ground may be dark before it counts as writing.
_DARK, _DARK_PART = 128, 0.03
_WIDGET = 20


def hides_content(pdf: bytes, field: str) -> bool:
    """Whether the widget of the named field lies on writing, or is larger than a quarter of its page.

    Page text is looked for below it, and on pages without text, as scans are, dark ground.
    """
    document = pypdfium2.PdfDocument(pdf)
    try:
        document.init_forms()
        return any(_hides(page, field, document) for page in document)
    finally:
        document.close()


def _hides(page: Any, field: str, document: Any) -> bool:
    for box in _boxes(page, field, document):
        left, bottom, right, top = box
        width, height = right - left, top - bottom
        page_width, page_height = page.get_size()
        if width * height > _LARGEST_PART * page_width * page_height:
            return True
        inner = (left + _MARGIN * width, bottom + _MARGIN * height, right - _MARGIN * width, top - _MARGIN * height)
        text = page.get_textpage()
        if text.count_chars():
            if not _FILLER.fullmatch(text.get_text_bounded(*inner)):
                return True
        elif _is_dark(page, inner):
            return True
    return False


def _boxes(page: Any, field: str, document: Any) -> list[tuple[float, float, float, float]]:
    """Rectangles of the field's widgets on the page, from the page's lower left corner."""
    found = []
    for number in range(raw.FPDFPage_GetAnnotCount(page)):
        annotation = raw.FPDFPage_GetAnnot(page, number)
        if raw.FPDFAnnot_GetSubtype(annotation) == _WIDGET and _name(document, annotation) == field:
            box = raw.FS_RECTF()
            raw.FPDFAnnot_GetRect(annotation, box)
            left, right = sorted((box.left, box.right))
            bottom, top = sorted((box.bottom, box.top))
            found.append((left, bottom, right, top))
        raw.FPDFPage_CloseAnnot(annotation)
    return [box for box in found if box[0] < box[2] and box[1] < box[3]]


def _name(document: Any, annotation: Any) -> str:
    size = raw.FPDFAnnot_GetFormFieldName(document.formenv, annotation, None, 0)
    buffer = (raw.FPDF_WCHAR * (size // 2))()
    raw.FPDFAnnot_GetFormFieldName(document.formenv, annotation, buffer, size)
    return bytes(buffer).decode("utf-16-le").rstrip("\0")


def _is_dark(page: Any, box: tuple[float, float, float, float]) -> bool:
    width, height = page.get_size()
    left, bottom, right, top = box
    image = page.render(
        scale=1,
        draw_annots=False,
        may_draw_forms=False,
        crop=(left, bottom, width - right, height - top),
        grayscale=True,
    ).to_pil()
    histogram = image.histogram()
    return sum(histogram[:_DARK]) > _DARK_PART * sum(histogram)
