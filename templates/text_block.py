"""The text an agency's signature shows on an annex in a file of its own and on an electronic copy.

Top right of the first page, no seal: Times New Roman 10, upright, black (Decree 30/2020, Annex I, part I, II.8 and
II.14). The time is Vietnam's, with seconds and its offset.
"""

from datetime import datetime

from templates.families import form_told
from templates.layout import POINTS_PER_MM, Rectangle
from templates.papers import set_paper
from templates.read import PageFace
from templates.wording import number_line

SIZE_PT = 10
_WIDTH_MM, _HEIGHT_MM = 85.0, 9.0
_FROM_RIGHT_MM, _FROM_TOP_MM = 15.0, 8.0


def annex_text(notation: str, at: datetime) -> str:
    """On an annex (form 2.2): number and notation of the document; day and time of signing, with Vietnam's offset."""
    return f"{number_line(notation, form_told(notation))}; {_time(at)}"


def copy_text(form: str, agency: str, at: datetime) -> str:
    """On an electronic copy (form 3.2): the form of copy (SAO Y, SAO LỤC, TRÍCH SAO); the agency; time of signing."""
    return f"{form}; {agency}; {_time(at)}"


def _time(at: datetime) -> str:
    offset = at.strftime("%z")
    return f"{at:%d/%m/%Y}; {at:%H:%M:%S} {offset[:3]}:{offset[3:]}"


def text_block(text: str, face: PageFace) -> bytes:
    """The text as a page of exactly the block's size, turned so that it stands upright on the page that is shown.

    Raises `PaperFailed`.
    """
    width, height = _size(face)
    return set_paper(
        f"""
        #set document(title: given.text)
        #set page(width: {width:.4f}pt, height: {height:.4f}pt, margin: 0pt, fill: none)
        #set text(size: {SIZE_PT}pt, fill: black, lang: "vi")
        #set par(leading: 2pt)
        #place(top + left, rotate(-{face.rotation}deg, reflow: true, box(
          width: {_WIDTH_MM}mm, height: {_HEIGHT_MM}mm, align(right + top, given.text))))
        """,
        {"text": text},
    )


def text_block_box(face: PageFace) -> Rectangle:
    """Where the block lies: top right as the page is shown, whatever its rotation."""
    width, height = _size(face)
    right, top = _FROM_RIGHT_MM * POINTS_PER_MM, _FROM_TOP_MM * POINTS_PER_MM
    x, y = {
        0: (face.right - right - width, face.top - top - height),
        90: (face.left + top, face.top - right - height),
        180: (face.left + right, face.bottom + top),
        270: (face.right - top - width, face.bottom + right),
    }[face.rotation]
    return Rectangle(0, x, y, width, height)


def _size(face: PageFace) -> tuple[float, float]:
    width, height = _WIDTH_MM * POINTS_PER_MM, _HEIGHT_MM * POINTS_PER_MM
    return (height, width) if face.rotation in {90, 270} else (width, height)
