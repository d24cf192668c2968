"""Papers and pictures the system makes itself: lines drawn after signing, contents pages, sample seals.

Set by typst with Liberation Serif, whose letters have the measures of Times New Roman.
"""

import io
import json
import math
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

import typst
from PIL import Image, ImageDraw, ImageFont

from templates.errors import PaperFailed
from templates.layout import SlotSize

FAMILY = "Liberation Serif"
_BLUE = (24, 60, 168, 255)
_RED = (206, 24, 30, 235)
# Equal texts give equal bytes: the time of setting is in none of these papers.
_NO_TIME = datetime(2020, 3, 5, tzinfo=UTC)
_SEAL_PIXELS = 425  # 36 mm at 300 dpi


@dataclass(frozen=True)
class Entry:
    """A line of a contents page: `level` 1 for an agenda item, 2 for a paper of it; pages count from 1."""

    level: int
    title: str
    first_page: int
    pages: int


def line_picture(text: str, slot: SlotSize) -> bytes:
    """One line of text, centred in a page of exactly the slot's size, as PDF/A-2b."""
    style = '"italic"' if slot.italic else '"normal"'
    return _set(
        f"""
        #set document(title: sys.inputs.text)
        #set page(width: {slot.width_pt:.4f}pt, height: {slot.height_pt:.4f}pt, margin: 0pt, fill: none)
        #set text(font: "{FAMILY}", size: {slot.size_pt}pt, style: {style}, lang: "vi")
        #set align(center + horizon)
        #sys.inputs.text
        """,
        {"text": text},
    )


@dataclass(frozen=True)
class Contents:
    """A contents page with the places of its entries: page from 0 and the line's top in points from the page's top."""

    pdf: bytes
    rows: tuple[tuple[int, float], ...]


def contents_page(title: str, lines: tuple[str, ...], entries: tuple[Entry, ...]) -> Contents:
    """The contents of a pack: title, lines under it, and where each paper begins; A4, PDF/A-2b."""
    rows = "\n".join(
        f"#row({entry.level}, sys.inputs.e{index}, {entry.first_page})" for index, entry in enumerate(entries)
    )
    heads = "\n".join(f"#align(center)[#sys.inputs.l{index}]" for index in range(len(lines)))
    values = {"title": title} | {f"e{index}": entry.title for index, entry in enumerate(entries)}
    values |= {f"l{index}": line for index, line in enumerate(lines)}
    source = f"""
        #set document(title: sys.inputs.title)
        #set page(paper: "a4", margin: (top: 25mm, bottom: 20mm, left: 30mm, right: 15mm))
        #set text(font: "{FAMILY}", size: 13pt, lang: "vi")
        #set par(leading: 0.7em)
        #let row(level, title, first) = block(
          width: 100%, breakable: false, above: if level == 1 {{ 16pt }} else {{ 10pt }},
          grid(columns: (if level == 1 {{ 0mm }} else {{ 6mm }}, 1fr, 22mm), column-gutter: 4pt,
            context [#metadata((here().page(), here().position().y.pt())) <row>],
            if level == 1 {{ strong(title) }} else {{ title }},
            align(right, if level == 1 {{ [] }} else {{ [trang #first] }})))
        #align(center, text(size: 14pt, weight: "bold")[BỘ TÀI LIỆU HỌP])
        #v(1mm)
        #align(center, text(size: 14pt, weight: "bold", sys.inputs.title))
        {heads}
        #v(6mm)
        {rows}
        """
    pdf = _set(source, values)
    places = tuple((int(page) - 1, float(y)) for page, y in _setter().query(source, values, "<row>"))
    return Contents(pdf, places)


def stamp_pages(texts: tuple[str, ...], sizes: tuple[tuple[float, float], ...]) -> bytes:
    """A transparent page for each text, of the given size in points, with the text small at its foot."""
    pages = "\n".join(
        f"""#page(width: {width:.2f}pt, height: {height:.2f}pt, margin: 0pt, fill: none)[
          #place(bottom + center, dy: -7mm, text(size: 9pt, fill: luma(35%), sys.inputs.t{index}))]"""
        for index, (width, height) in enumerate(sizes)
    )
    values = {f"t{index}": text for index, text in enumerate(texts)}
    return _set(f"""#set text(font: "{FAMILY}", lang: "vi")\n#set document(title: "stamps")\n{pages}""", values)


def seal_image(agency: str) -> bytes:
    """A sample seal: red ring, the agency's name and BẢN MẪU, no national emblem; 36 mm at 300 dpi, transparent."""
    scale = 3
    size = _SEAL_PIXELS * scale
    image = Image.new("RGBA", (size, size), (255, 255, 255, 0))
    draw = ImageDraw.Draw(image)
    draw.ellipse((8, 8, size - 8, size - 8), outline=_RED, width=18)
    draw.ellipse((110 * scale // 3 * 3 // 2, 165, size - 165, size - 165), outline=_RED, width=9)
    _ring_text(image, agency.upper(), radius=size * 0.435, size=int(size * 0.075))
    font = ImageFont.truetype(_font_file(), int(size * 0.13))
    for text, height in (("BẢN", 0.43), ("MẪU", 0.57)):
        draw.text((size / 2, size * height), text, font=font, fill=_RED, anchor="mm")
    return _png(image.resize((_SEAL_PIXELS, _SEAL_PIXELS), Image.Resampling.LANCZOS), 300)


def signature_image(name: str) -> bytes:
    """A sample signature: a blue stroke drawn from the name's letters, transparent, 45 x 24 mm at 300 dpi."""
    width, height, scale = 531, 283, 2
    image = Image.new("RGBA", (width * scale, height * scale), (255, 255, 255, 0))
    draw = ImageDraw.Draw(image)
    points = []
    seed = sum(ord(letter) for letter in name)
    steps = 260
    for step in range(steps):
        at = step / steps
        swing = math.sin(at * math.tau * (4 + seed % 3)) * (0.26 - 0.18 * at)
        swing += math.sin(at * math.tau * (9 + seed % 5) + seed) * 0.07
        x = (0.08 + 0.82 * at + 0.03 * math.sin(at * math.tau * 7 + seed)) * width * scale
        points.append((x, (0.52 - swing - 0.1 * at) * height * scale))
    draw.line(points, fill=_BLUE, width=9, joint="curve")
    tail = [(points[-1][0], points[-1][1]), (width * scale * 0.18, height * scale * 0.82)]
    draw.line([*tail, (width * scale * 0.8, height * scale * 0.74)], fill=_BLUE, width=7, joint="curve")
    return _png(image.resize((width, height), Image.Resampling.LANCZOS), 300)


def _ring_text(image: Image.Image, text: str, *, radius: float, size: int) -> None:
    """Set the letters one by one around the centre, from left over the top to the right."""
    font = ImageFont.truetype(_font_file(), size)
    centre = image.width / 2
    sweep = min(300.0, len(text) * 17.0)
    for index, letter in enumerate(text):
        angle = -sweep / 2 + sweep * (index + 0.5) / len(text)
        tile = Image.new("RGBA", (size * 2, size * 2), (255, 255, 255, 0))
        ImageDraw.Draw(tile).text((size, size), letter, font=font, fill=_RED, anchor="mm")
        tile = tile.rotate(-angle, resample=Image.Resampling.BICUBIC)
        x = centre + radius * math.sin(math.radians(angle)) - size
        y = centre - radius * math.cos(math.radians(angle)) - size
        image.alpha_composite(tile, (int(x), int(y)))


def _png(image: Image.Image, dpi: int) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG", dpi=(dpi, dpi))
    return out.getvalue()


@cache
def _font_file() -> str:
    """The bold face as a file; Pillow finds it by its name in the system's font folders."""
    return ImageFont.truetype("LiberationSerif-Bold.ttf", 10).path  # type: ignore[return-value] # a path for a file


class _Setter:
    """One kept compiler: fonts are searched once, and what did not change is not set again."""

    def __init__(self) -> None:
        fonts = typst.Fonts(include_system_fonts=True, include_embedded_fonts=False)
        if FAMILY not in fonts.families():
            raise PaperFailed("font_missing", family=FAMILY)
        self._fonts = fonts
        self._compiler = typst.Compiler(font_paths=fonts)
        self._lock = threading.Lock()

    def set(self, source: str, values: dict[str, str]) -> bytes:
        with self._lock:
            pdf = self._compiler.compile(
                source.encode(), format="pdf", pdf_standards="a-2b", sys_inputs=values, timestamp=_NO_TIME
            )
        if not isinstance(pdf, bytes):
            raise PaperFailed("paper_failed", reason="no file")
        return pdf

    def query(self, source: str, values: dict[str, str], label: str) -> list[Any]:
        # A query asks the source a compiler was made with, not the one it set last.
        asked = typst.Compiler(source.encode(), font_paths=self._fonts, sys_inputs=values)
        found: list[Any] = json.loads(asked.query(label, field="value"))
        return found


@cache
def _setter() -> _Setter:
    return _Setter()


def _set(source: str, values: dict[str, str]) -> bytes:
    """Compile a typst source; texts come as inputs, so no letter of them is markup."""
    try:
        return _setter().set(source, values)
    except typst.TypstError as error:
        raise PaperFailed("paper_failed", reason=error.message[:200]) from error
