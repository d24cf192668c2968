"""The one type family, found as files: papers are set with it, and lines are measured with it.

Liberation Serif has the measures of Times New Roman (Decree 30/2020, Annex I, part I, I.4). Its old release, which
may lie beside the new one, lacks Vietnamese letters: a file counts only when it has them.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from math import ceil
from os import environ
from pathlib import Path

from PIL import ImageFont

from templates.catalogue import FONT
from templates.errors import PaperFailed

FAMILY = "Liberation Serif"
REGULAR, BOLD, ITALIC, BOLD_ITALIC = "Regular", "Bold", "Italic", "BoldItalic"
# As the four files of Times New Roman name their styles.
_STYLES = ("Regular", "Bold", "Italic", "Bold Italic")
_POINTS_PER_MM = 72 / 25.4
_MEASURED_AT = 1000
_NARROWEST_MM = 10.0


@cache
def font_file(style: str) -> Path:
    """The file of a style that has Vietnamese letters; raises `PaperFailed` (font_missing)."""
    for folder in _folders():
        for path in sorted(folder.rglob(f"LiberationSerif-{style}.ttf"), reverse=True):
            font = ImageFont.truetype(str(path), 40)
            if _has_vietnamese(font):
                return path
    raise PaperFailed("font_missing", family=f"{FAMILY} {style}")


def operator_fonts(folder: Path | None) -> tuple[Path, ...]:
    """The operator's own Times New Roman: its four styles, or none where one of them or its Vietnamese is missing."""
    if folder is None or not folder.is_dir():
        return ()
    found: dict[str, Path] = {}
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() not in {".ttf", ".otf"} or not path.is_file():
            continue
        try:
            font = ImageFont.truetype(str(path), 40)
        except OSError:
            continue
        family, style = font.getname()
        if family == FONT and _has_vietnamese(font):
            found.setdefault(str(style), path)
    return tuple(found[style] for style in _STYLES) if set(_STYLES) <= set(found) else ()


def is_right_font(name: str) -> bool:
    """Whether a PDF's font is embedded and Times New Roman or the family with its measures; signs may be a symbol's."""
    plain = name.replace(" ", "").lower()
    return not name.endswith("!") and plain.startswith(("liberationserif", "timesnewroman", "opensymbol", "symbol"))


def _has_vietnamese(font: ImageFont.FreeTypeFont) -> bool:
    return bytes(font.getmask("ẵ")) != bytes(font.getmask("\uffff"))


def width_mm(text: str, *, size_pt: float, bold: bool) -> float:
    """The width of a line of text."""
    return _measured(text, bold=bold) * size_pt / _MEASURED_AT / _POINTS_PER_MM


@lru_cache(maxsize=20_000)
def _measured(text: str, *, bold: bool) -> float:
    """The same few words are measured again and again while lines are balanced."""
    return _measure(BOLD if bold else REGULAR).getlength(text)


def lines_in(text: str, *, size_pt: float, bold: bool, column_mm: float) -> tuple[float, ...]:
    """The widths of the lines a text makes in a column, words put one after the other as an office program does."""
    return _lines(*_words(text, size_pt=size_pt, bold=bold), column_mm=column_mm)


def balanced_mm(text: str, *, size_pt: float, bold: bool, column_mm: float) -> float:
    """The narrowest column in which a text makes no more lines than in the given one: its lines come out alike."""
    lengths, blank = _words(text, size_pt=size_pt, bold=bold)
    wanted = len(_lines(lengths, blank, column_mm=column_mm))
    # A narrower column never makes fewer lines.
    steps = range(1, max(0, ceil(column_mm - _NARROWEST_MM)) + 1)
    return column_mm - bisect_left(
        steps, x=True, key=lambda step: len(_lines(lengths, blank, column_mm=column_mm - step)) > wanted
    )


def _words(text: str, *, size_pt: float, bold: bool) -> tuple[list[float], float]:
    """The widths of a text's words, and of a blank."""
    lengths = [width_mm(word, size_pt=size_pt, bold=bold) for word in text.split()]
    return lengths, width_mm(" ", size_pt=size_pt, bold=bold)


def _lines(lengths: Sequence[float], blank: float, *, column_mm: float) -> tuple[float, ...]:
    lines: list[float] = []
    for length in lengths:
        if lines and lines[-1] + blank + length <= column_mm:
            lines[-1] += blank + length
        else:
            lines.append(length)
    return tuple(lines)


@cache
def _measure(style: str) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(font_file(style)), _MEASURED_AT)


def _folders() -> Iterator[Path]:
    """Where fontconfig looks by default: the system's data folders, then the user's."""
    named = environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share"
    for folder in (*named.split(":"), "/usr/share", str(Path.home() / ".local" / "share")):
        yield Path(folder) / "fonts"
