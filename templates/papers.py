"""Papers and pictures the system makes itself: lines drawn after signing, contents pages, sample seals.

Set by typst in the operator's Times New Roman, or in Liberation Serif, whose letters have its measures.
"""

import io
import json
import math
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import typst
from PIL import Image, ImageDraw, ImageFont

from templates.catalogue import FONT
from templates.errors import PaperFailed
from templates.fonts import BOLD, FAMILY, ITALIC, REGULAR, font_file, operator_fonts
from templates.layout import SlotSize

_BLUE = (24, 60, 168, 255)
_RED = (206, 24, 30, 235)
# Nothing to see, in the ink's own colour: blending at the edges brings no grey in.
_CLEAR_BLUE, _CLEAR_RED = (*_BLUE[:3], 0), (*_RED[:3], 0)
# Equal texts give equal bytes: the time of setting is in none of these papers.
_NO_TIME = datetime(2020, 3, 5, tzinfo=UTC)
_SEAL_PIXELS = 425  # 36 mm at 300 dpi
_TOO_LONG = "line too long"
# The first of them that there is.
_LETTERS = f'#set text(font: ("{FONT}", "{FAMILY}"))\n'


@dataclass(frozen=True)
class Entry:
    """A line of a contents page: `level` 1 for an agenda item, 2 for a paper of it; pages count from 1."""

    level: int
    title: str
    first_page: int
    pages: int


def line_picture(text: str, slot: SlotSize) -> bytes:
    """One line of text, centred in a page of exactly the slot's size, as PDF/A-2b.

    Raises `PaperFailed` (line_too_long) when the line is wider than its slot: nothing of it may be lost.
    """
    style = '"italic"' if slot.italic else '"normal"'
    return set_paper(
        f"""
        #set document(title: given.text)
        #set page(width: {slot.width_pt:.4f}pt, height: {slot.height_pt:.4f}pt, margin: 0pt, fill: none)
        #set text(size: {slot.size_pt}pt, style: {style}, lang: "vi", fallback: false)
        #set align(center + horizon)
        #let line = box(given.text)
        #layout(room => {{
          if measure(line).width > room.width or given.text.contains("\\n") {{ panic("{_TOO_LONG}") }}
          line
        }})
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
    values = {
        "values": json.dumps(
            {"title": title, "lines": lines, "entries": [(e.level, e.title, e.first_page) for e in entries]},
            ensure_ascii=False,
        )
    }
    pdf = set_paper(_CONTENTS, values)
    (places,) = _setter().query(_CONTENTS, values, "<places>")
    return Contents(pdf, tuple((int(page) - 1, float(y)) for page, y in places))


_CONTENTS = """
#let d = json(bytes(given.values))
#set document(title: d.title)
#set page(paper: "a4", margin: (top: 25mm, bottom: 20mm, left: 30mm, right: 15mm))
#set text(size: 13pt, lang: "vi")
#set par(leading: 0.7em)
#let row(level, title, first) = block(
  width: 100%, breakable: false, above: if level == 1 { 16pt } else { 10pt },
  grid(columns: (if level == 1 { 0mm } else { 6mm }, 1fr, 22mm), column-gutter: 4pt,
    [#metadata(none) <row>],
    if level == 1 { strong(title) } else { title },
    align(right, if level == 1 { [] } else { [trang #first] })))
#align(center, text(size: 14pt, weight: "bold")[BỘ TÀI LIỆU HỌP])
#v(1mm)
#align(center, text(size: 14pt, weight: "bold", d.title))
#for line in d.lines { align(center, line) }
#v(6mm)
#for entry in d.entries { row(..entry) }
// Asked once at the end: a row that asked for its own place would be set again when it knew it.
#context [#metadata(query(<row>).map(row => {
  let place = row.location().position()
  (place.page, place.y.pt())
})) <places>]
"""


def stamp_pages(texts: tuple[str, ...], sizes: tuple[tuple[float, float], ...]) -> bytes:
    """A transparent page for each text, of the given size in points, with the text small at its foot."""
    pages = [(width, height, text) for text, (width, height) in zip(texts, sizes, strict=True)]
    return set_paper(_STAMPS, {"values": json.dumps(pages, ensure_ascii=False)})


_STAMPS = """
#set text(lang: "vi")
#set document(title: "stamps")
#for (width, height, said) in json(bytes(given.values)) {
  page(width: width * 1pt, height: height * 1pt, margin: 0pt, fill: none,
    place(bottom + center, dy: -7mm, text(size: 9pt, fill: luma(35%), said)))
}
"""


def seal_image(agency: str) -> bytes:
    """A sample seal: red ring, the agency's name and BẢN MẪU, no national emblem; 36 mm at 300 dpi, transparent."""
    scale = 3
    size = _SEAL_PIXELS * scale
    image = Image.new("RGBA", (size, size), _CLEAR_RED)
    draw = ImageDraw.Draw(image)
    for inset, width in ((8, 18), (165, 9)):
        draw.ellipse((inset, inset, size - inset, size - inset), outline=_RED, width=width)
    _ring_text(image, agency.upper(), radius=size * 0.432, size=int(size * 0.075))
    font = ImageFont.truetype(str(font_file(BOLD)), int(size * 0.13))
    for text, height in (("BẢN", 0.43), ("MẪU", 0.57)):
        draw.text((size / 2, size * height), text, font=font, fill=_RED, anchor="mm")
    return _png(image.resize((_SEAL_PIXELS, _SEAL_PIXELS), Image.Resampling.LANCZOS), 300)


def signature_image(name: str) -> bytes:
    """A sample signature: blue strokes that depend on the name, transparent, 45 x 24 mm at 300 dpi."""
    width, height, scale = 531, 283, 3
    image = Image.new("RGBA", (width * scale, height * scale), _CLEAR_BLUE)
    draw = ImageDraw.Draw(image)
    for stroke in _strokes(name):
        curve = _smooth(stroke)
        for index, (x, y) in enumerate(curve):
            # A pen presses less where a stroke begins and ends.
            pressure = min(index, len(curve) - 1 - index, 60) / 60
            radius = 3.5 + 5.5 * pressure
            at_x, at_y = x * width * scale, y * height * scale
            draw.ellipse((at_x - radius, at_y - radius, at_x + radius, at_y + radius), fill=_BLUE)
    return _png(image.resize((width, height), Image.Resampling.LANCZOS), 300)


def _strokes(name: str) -> tuple[list[tuple[float, float]], ...]:
    """A capital's loop, a hand running to the right, and a flourish below; all in parts of the picture."""
    digest = sha256(name.encode()).digest()
    wobble = [value / 255 for value in digest]
    capital = [(0.10, 0.62), (0.09, 0.30), (0.20, 0.10), (0.27, 0.28), (0.20, 0.66), (0.13, 0.78), (0.12, 0.58)]
    hand = [(0.12 + 0.02 * wobble[0], 0.55)]
    count = 9 + digest[1] % 4
    for index in range(count):
        x = 0.22 + 0.56 * index / count
        tall = 0.34 if wobble[index + 2] > 0.72 else 0.12
        hand += [(x + 0.03, 0.56 - tall - 0.08 * wobble[index + 8]), (x + 0.045, 0.62 + 0.07 * wobble[index + 14])]
    hand += [(0.84, 0.46), (0.93, 0.36)]
    flourish = [(0.90, 0.66), (0.60, 0.80 + 0.05 * wobble[30]), (0.24, 0.88), (0.40, 0.80), (0.78, 0.76)]
    return capital, hand, flourish


def _smooth(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """A Catmull-Rom curve through the points."""
    padded = [points[0], *points, points[-1]]
    curve = []
    for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        steps = max(20, int(math.dist(b, c) * 700))
        for step in range(steps):
            t = step / steps
            curve.append((_between(a[0], b[0], c[0], d[0], t), _between(a[1], b[1], c[1], d[1], t)))
    return curve


def _between(a: float, b: float, c: float, d: float, t: float) -> float:
    return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)


def _ring_text(image: Image.Image, text: str, *, radius: float, size: int) -> None:
    """Set the letters one by one around the centre, from left over the top to the right; long names smaller."""
    room, loose = math.radians(300) * radius, 1.25
    font = ImageFont.truetype(str(font_file(BOLD)), size)
    needed = font.getlength(text) * 1.05
    if needed > room:
        size = int(size * room / needed)
        font = ImageFont.truetype(str(font_file(BOLD)), size)
    widths = [font.getlength(letter) for letter in text]
    spread = min(loose, room / sum(widths))
    centre, at = image.width / 2, -sum(widths) * spread / 2
    for letter, width in zip(text, widths, strict=True):
        angle = (at + width * spread / 2) / radius
        at += width * spread
        tile = Image.new("RGBA", (size * 2, size * 2), _CLEAR_RED)
        ImageDraw.Draw(tile).text((size, size * 1.35), letter, font=font, fill=_RED, anchor="ms")
        tile = tile.rotate(-math.degrees(angle), resample=Image.Resampling.BICUBIC)
        x, y = centre + radius * math.sin(angle) - size, centre - radius * math.cos(angle) - size
        image.alpha_composite(tile, (round(x), round(y)))


def _png(image: Image.Image, dpi: int) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG", dpi=(dpi, dpi))
    return out.getvalue()


class _Setter:
    """One kept compiler: fonts are searched once, and what did not change since a paper set lately is not set again.

    Values stand in the source: those handed over beside it belong to the compiler's library, and with each other
    library everything is set anew.
    """

    def __init__(self, own: tuple[Path, ...]) -> None:
        needed = (*own, *(font_file(style) for style in (REGULAR, BOLD, ITALIC)))
        folders = sorted({str(file.parent) for file in needed})
        fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=list(folders))
        self._fonts = fonts
        self._compiler = typst.Compiler(font_paths=fonts)
        self._lock = threading.Lock()

    def set(self, source: str, values: dict[str, str], *, tagged: bool) -> bytes:
        with self._lock:
            pdf = self._compiler.compile(
                _whole(source, values), format="pdf", pdf_standards="a-2b", timestamp=_NO_TIME, pdf_tags=tagged
            )
        if not isinstance(pdf, bytes):
            raise PaperFailed("paper_failed", reason="no file")
        return pdf

    def query(self, source: str, values: dict[str, str], label: str) -> list[Any]:
        # A query asks the source a compiler was made with, not the one it set last.
        asked = typst.Compiler(_whole(source, values), font_paths=self._fonts)
        found: list[Any] = json.loads(asked.query(label, field="value"))
        return found


def _whole(source: str, values: Mapping[str, str]) -> bytes:
    """The source behind its letters and behind `given`, a dictionary of the values."""
    given = "".join(f"{name}: {_quoted(value)}, " for name, value in values.items())
    return f"{_LETTERS}#let given = (:{given})\n{source}".encode()


def _quoted(value: str) -> str:
    """The text as a string of typst's: only these two letters mean anything in one."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


class _InUse:
    """The operator's fonts in this process."""

    own: tuple[Path, ...] = ()


def use_fonts(folder: Path | None) -> None:
    """Set this process's papers in the operator's Times New Roman, where the folder has it; None ends that."""
    _InUse.own = operator_fonts(folder)


def letters_in_use() -> tuple[bytes, ...]:
    """The operator's font files in this process, for one that sees no file of the host (`use_letters`)."""
    return tuple(file.read_bytes() for file in _InUse.own)


def use_letters(letters: Sequence[bytes]) -> None:
    """Set this process's papers in these fonts, written to its own temp folder; none leaves them as they are."""
    if letters:
        folder = Path(mkdtemp(prefix="letters-"))
        for number, data in enumerate(letters):
            (folder / f"{number}.ttf").write_bytes(data)
        use_fonts(folder)


@cache
def _made(own: tuple[Path, ...]) -> _Setter:
    return _Setter(own)


_MAKING = threading.Lock()


def _setter() -> _Setter:
    # Two threads that ask for the first paper at once wait for one compiler.
    with _MAKING:
        return _made(_InUse.own)


def set_paper(source: str, values: dict[str, str], *, tagged: bool = True) -> bytes:
    """Compile a typst source as PDF/A-2b; its texts are the strings of `given`, so no letter of them is markup.

    Which letters a paper is set in is no business of its source. `tagged` is whether it tells what is heading, text
    and table; what is set by columns (`templates.ruled`) would be told in the wrong order.

    Raises `PaperFailed` (line_too_long, paper_failed).
    """
    try:
        return _setter().set(source, values, tagged=tagged)
    except typst.TypstError as error:
        if _TOO_LONG in error.message:
            raise PaperFailed("line_too_long", line=values["text"][:200]) from error
        raise PaperFailed("paper_failed", reason=error.message[:200]) from error
