"""Texts of strangers in letters our papers have: a paper with a missing letter would be no PDF/A."""

import unicodedata
from functools import cache, lru_cache
from typing import Any

from PIL import ImageFont

from templates.fonts import REGULAR, font_file

_NO_LETTER = "□"
LONGEST = 600


def printable(value: Any, *, longest: int | None = LONGEST) -> Any:
    """The same value, on one line each, with every text in letters there are: names in certificates are strangers'.

    A text of more than `longest` letters is cut; None for what may not be cut.
    """
    if isinstance(value, dict):
        return {name: printable(inner, longest=longest) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [printable(inner, longest=longest) for inner in value]
    return _printable(value, longest) if isinstance(value, str) else value


@lru_cache(maxsize=5_000)
def _printable(value: str, longest: int | None) -> str:
    """A text of some; most texts of a register stand in it many times."""
    text = unicodedata.normalize("NFC", " ".join(value.split()))
    shown = text[:longest]
    # Nearly every text is made of letters that were looked up before.
    if not _KNOWN.issuperset(shown):
        shown = "".join(letter if _has(letter) else _NO_LETTER for letter in shown)
    return f"{shown}…" if len(shown) < len(text) else shown


# Letters the paper's font has.
_KNOWN = {" "}


@cache
def _has(letter: str) -> bool:
    if letter in _KNOWN:
        return True
    if unicodedata.category(letter) in {"Cs", "Cn", "Co", "Cc", "Cf"}:
        return False
    font = _font()
    if bytes(font.getmask(letter)) == bytes(font.getmask("\uffff")):
        return False
    _KNOWN.add(letter)
    return True


@cache
def _font() -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(font_file(REGULAR)), 40)
