"""A body as people type or paste it, and the blocks a form is filled with: the same text both ways.

`I. TITLE` and `Chương II` are headings, a short `1. Title` a lower one, `Điều 3. ...` an article with the lines below
it, lines with tabs or `| a | b |` a table whose first line names the columns. Everything else is a paragraph.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Block = dict[str, Any]

_ROMAN = re.compile(r"^[IVXLC]+\.\s+\S")
_PART = re.compile(r"^(PHẦN|CHƯƠNG|MỤC)\s+[IVXLC\d]+\b", re.IGNORECASE)
_NUMBERED = re.compile(r"^\d{1,2}(\.\d{1,2})?\.\s+\S")
_ARTICLE = re.compile(r"^Điều\s+(\d{1,3})\.\s*(.*)$")
_CAPTION = re.compile(r"^(Bảng|Biểu)(\s|$)", re.IGNORECASE)
_NUMBER = re.compile(r"^[-+]?[\d.,\s]+%?$")
# A heading says something short and ends without a stop.
_LONGEST_HEADING = 120


def blocks_from_text(text: str) -> list[Block]:
    """The blocks of a text as `read_values` takes them (`body`); blank lines part nothing but tables."""
    return list(_blocks([line.strip(" \r") for line in text.split("\n")]))


def text_from_blocks(blocks: Sequence[Mapping[str, Any]]) -> str:
    """The text that gives these blocks again; column widths are left to the form."""
    lines: list[str] = []
    for block in blocks:
        if "heading" in block:
            lines.append(str(block["heading"]))
        elif "paragraph" in block:
            lines.append(str(block["paragraph"]))
        elif "article" in block:
            lines.append(f"Điều {block['number']}. {block['article']}")
            lines += [str(line) for line in block.get("paragraphs", ())]
        elif "table" in block:
            lines += _table_lines(block["table"])
    return "\n".join(lines)


def _blocks(lines: Sequence[str]) -> Iterator[Block]:
    at = 0
    while at < len(lines):
        line = lines[at]
        following = lines[at + 1] if at + 1 < len(lines) else ""
        if not line.strip():
            at += 1
        elif _cells(line) or (_CAPTION.match(line) and _cells(following)):
            block, at = _table(lines, at)
            yield block
        elif _ARTICLE.match(line):
            block, at = _article(lines, at)
            yield block
        else:
            yield _line(line)
            at += 1


def _line(line: str) -> Block:
    level = _level(line)
    return {"heading": line.strip(), "level": level} if level else {"paragraph": line.strip()}


def _level(line: str) -> int:
    line = line.strip()
    short = len(line) <= _LONGEST_HEADING and line[-1:] not in {".", ";", ":", ","}
    if short and (_PART.match(line) or (_ROMAN.match(line) and line == line.upper())):
        return 1
    return 2 if short and _NUMBERED.match(line) else 0


def _article(lines: Sequence[str], at: int) -> tuple[Block, int]:
    found = _ARTICLE.match(lines[at])
    if found is None:
        raise ValueError(lines[at])
    number, words = int(found[1]), found[2].strip()
    at += 1
    paragraphs: list[str] = []
    while at < len(lines):
        line = lines[at].strip()
        # A numbered line inside an article is its clause, never a heading.
        if line and (_ARTICLE.match(line) or _level(line) == 1 or _cells(line) or _CAPTION.match(line)):
            break
        paragraphs += [line] if line else []
        at += 1
    if not words and paragraphs:
        words, *paragraphs = paragraphs
    block: Block = {"article": words, "number": number}
    return (block | {"paragraphs": paragraphs} if paragraphs else block), at


def _table(lines: Sequence[str], at: int) -> tuple[Block, int]:
    caption = None
    if not _cells(lines[at]):
        caption, at = lines[at].strip(), at + 1
    columns = _cells(lines[at])
    at += 1
    rows: list[list[str]] = []
    while at < len(lines) and (cells := _cells(lines[at])):
        if not all(re.fullmatch(r":?-{2,}:?", cell) for cell in cells):
            rows.append([*cells, *[""] * len(columns)][: len(columns)])
        at += 1
    align = [
        "right" if rows and all(_NUMBER.match(row[index]) or not row[index] for row in rows) else "left"
        for index in range(len(columns))
    ]
    table: Block = {"columns": columns, "rows": rows, "align": align}
    return {"table": table | ({"caption": caption} if caption else {})}, at


def _cells(line: str) -> list[str]:
    """The cells of a line of a table; none when it is no such line."""
    stripped = line.strip(" ")
    if stripped.startswith("|") and stripped.endswith("|") and stripped.count("|") >= 3:
        return [cell.strip() for cell in stripped[1:-1].split("|")]
    if "\t" in stripped:
        return [cell.strip() for cell in stripped.split("\t")]
    return []


def _table_lines(table: Mapping[str, Any]) -> list[str]:
    caption = [str(table["caption"])] if table.get("caption") else []
    rows = [table["columns"], *table["rows"]]
    # The other notation, since an empty cell at a row's end would be lost with a tab.
    return caption + ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]
