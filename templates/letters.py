"""Texts of strangers in letters our papers have: a paper with a missing letter would be no PDF/A."""

import unicodedata
from functools import cache
from typing import Any

from PIL import ImageFont

from templates.fonts import REGULAR, font_file

_NO_LETTER = "□"
_LONGEST = 600


def printable(value: Any) -> Any:
    """The same value, on one line each, with every text in letters there are: names in certificates are strangers'."""
    if isinstance(value, dict):
        return {name: printable(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [printable(inner) for inner in value]
    if not isinstance(value, str):
        return value
    text = unicodedata.normalize("NFC", " ".join(value.split()))
    shown = "".join(letter if _has(letter) else _NO_LETTER for letter in text[:_LONGEST])
    return f"{shown}…" if len(text) > _LONGEST else shown


@cache
def _has(letter: str) -> bool:
    if letter == " ":
        return True
    if unicodedata.category(letter) in {"Cs", "Cn", "Co", "Cc", "Cf"}:
        return False
    font = _font()
    return bytes(font.getmask(letter)) != bytes(font.getmask("\uffff"))


@cache
def _font() -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(font_file(REGULAR)), 40)
