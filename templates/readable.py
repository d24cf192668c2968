"""A Word file as lines of text: every paragraph in reading order, a table's row as one line. Pure, for the fence.

What is struck by tracked changes, hidden, or said in a comment is no part of the text; `loose_ends` counts it.
"""

import io
import zipfile
from dataclasses import dataclass
from typing import Any

import docx
from docx.oxml.ns import qn

from templates.errors import OfficeRefused
from templates.values import normal

MOST_LINES = 20_000
_CHANGES = ("w:ins", "w:del", "w:moveFrom", "w:moveTo", "w:rPrChange", "w:pPrChange")
_GONE = frozenset({qn("w:del"), qn("w:moveFrom"), qn("w:delText"), qn("w:instrText")})


@dataclass(frozen=True)
class LooseEnds:
    """What must not be in a file that is issued: tracked changes nobody accepted, comments in the margin."""

    changes: int
    comments: int


def lines_of(data: bytes) -> tuple[str, ...]:
    """The lines that are not empty; raises `OfficeRefused`."""
    try:
        body: Any = docx.Document(io.BytesIO(data)).element.body
    except (zipfile.BadZipFile, KeyError, ValueError, AttributeError) as error:
        raise OfficeRefused("office_unreadable") from error
    lines = [line for child in body.iterchildren() for line in _lines(child)]
    return tuple(lines[:MOST_LINES])


def loose_ends(data: bytes) -> LooseEnds:
    """Tracked changes and comments of a file; raises `OfficeRefused`."""
    try:
        body: Any = docx.Document(io.BytesIO(data)).element.body
    except (zipfile.BadZipFile, KeyError, ValueError, AttributeError) as error:
        raise OfficeRefused("office_unreadable") from error
    changes = sum(1 for name in _CHANGES for _ in body.iter(qn(name)))
    return LooseEnds(changes, sum(1 for _ in body.iter(qn("w:commentReference"))))


def _lines(element: Any) -> list[str]:
    if element.tag == qn("w:p"):
        text = _text(element)
        return [text] if text else []
    if element.tag == qn("w:tbl"):
        return [line for row in element.iterchildren(qn("w:tr")) for line in _row(row)]
    if element.tag == qn("w:sdt"):
        return [
            line for content in element.iterchildren(qn("w:sdtContent")) for child in content for line in _lines(child)
        ]
    return []


def _row(row: Any) -> list[str]:
    """A row of short cells is one line; cells of several lines, as of the head of a document, are read one by one."""
    cells = [[line for child in cell for line in _lines(child)] for cell in row.iterchildren(qn("w:tc"))]
    if all(len(cell) <= 1 for cell in cells):
        text = " | ".join(cell[0] if cell else "" for cell in cells)
        return [text] if text.strip(" |") else []
    return [line for cell in cells for line in cell]


def _text(paragraph: Any) -> str:
    words: list[str] = []
    _gather(paragraph, words)
    return normal(" ".join("".join(words).split()))


def _gather(element: Any, words: list[str]) -> None:
    for child in element.iterchildren():
        if child.tag in _GONE:
            continue
        if child.tag == qn("w:t"):
            words.append(child.text or "")
        elif child.tag in {qn("w:tab"), qn("w:br")}:
            words.append(" ")
        else:
            _gather(child, words)
