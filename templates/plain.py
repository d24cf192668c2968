r"""A body as people type or paste it, and the blocks a form is filled with: the same text both ways.

`I. TITLE` and `Chương II` are headings, a short `1. Title` a lower one, `Điều 3. ...` an article with the lines below
it, lines with tabs or `| a | b |` a table whose first line names the columns. Everything else is a paragraph. Where
the look of a line would mislead, it says itself what it is: `# Title` and `## Title` are headings, `\1. Text` a
paragraph. What Word puts before the lines of its lists becomes the dash that the decree's documents use.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from templates.draft import MOST_COLUMNS

Block = dict[str, Any]

_ROMAN = re.compile(r"^[IVXLC]+\.\s+\S")
_PART = re.compile(r"^(PHẦN|CHƯƠNG|MỤC)\s+[IVXLC\d]+\b", re.IGNORECASE)
_NUMBERED = re.compile(r"^\d{1,2}(\.\d{1,2})?\.\s+\S")
_ARTICLE = re.compile(r"^Điều\s+(\d{1,3})\.\s*(.*)$")
_CAPTION = re.compile(r"^(Bảng|Biểu)(\s|$)", re.IGNORECASE)
_NUMBER = re.compile(r"^[-+]?[\d.,\s]+%?$")
_SAID_HEADING = re.compile(r"^(#{1,2})\s+(\S.*)$")
# Signs of Word's lists, as they come along when a list is copied: bullets of Symbol and Wingdings, "o", en dash.
_BULLET = re.compile(
    r"^\s*(?:[\u2022\u00b7\u25aa\u25cf\u25cb\u25a0\u2013\u2014\uf0a7\uf0b7\uf0d8\uf0fc*]|o(?=\t))[\s\u00a0]+(?=\S)"
)
# A number of Word's lists has a tab behind it, which is no column of a table.
_LIST_NUMBER = re.compile(r"^\s*((?:\d{1,3}|[IVXLC]+|[a-zđ])[.)])\t+(?=[^\t]+$)")
_CELL_END = re.compile(r"(?<!\\)\|")
# A heading says something short and ends without a stop.
_LONGEST_HEADING = 120


def blocks_from_text(text: str) -> list[Block]:
    """The blocks of a text as `read_values` takes them (`body`); blank lines part nothing but tables."""
    lines = text.replace("\r", "").replace("\v", "\n").replace("\u00a0", " ").split("\n")
    return list(_blocks([_LIST_NUMBER.sub(r"\1 ", _BULLET.sub("- ", line)).strip(" ") for line in lines]))


def text_from_blocks(blocks: Sequence[Mapping[str, Any]]) -> str:
    """The text that gives these blocks again; column widths are left to the form."""
    lines: list[str] = []
    for block in blocks:
        if "heading" in block:
            level, words = int(block.get("level", 1)), str(block["heading"])
            lines.append(words if _level(words) == level else f"{'#' * level} {words}")
        elif "paragraph" in block:
            lines += [_as_paragraph(line) for line in str(block["paragraph"]).splitlines()]
        elif "article" in block:
            lines.append(f"Điều {block['number']}. {block['article']}")
            lines += [f"\\{line}" if _ends_article(line) else str(line) for line in block.get("paragraphs", ())]
        elif "table" in block:
            lines += _table_lines(block["table"])
    return "\n".join(lines)


def table_rows(text: str, *, columns: int) -> list[list[str]]:
    """The rows of a table alone, each of at least so many cells: lines of `| a | b |`, or with tabs as from a workbook.

    A row with more cells than there are columns keeps them: whoever reads the value says so.
    """
    rows = [_cells(line, strokes=2) or [line.strip()] for line in text.splitlines() if line.strip()]
    return [_as_wide(row, columns) for row in rows]


def rows_text(rows: Iterable[Sequence[object]]) -> str:
    """The lines that `table_rows` reads as these rows."""
    return "\n".join(f"| {' | '.join(_cell_text(cell) for cell in row)} |" for row in rows)


def _as_wide(row: Sequence[str], columns: int) -> list[str]:
    """The row with empty cells added, or taken off where there are too many."""
    kept = list(row)
    while len(kept) > columns and not kept[-1]:
        kept.pop()
    return [*kept, *[""] * (columns - len(kept))]


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
    if line.startswith("\\"):
        return {"paragraph": line[1:].strip()}
    said = _SAID_HEADING.match(line)
    if said is not None:
        return {"heading": said[2].strip(), "level": len(said[1])}
    level = _level(line)
    return {"heading": line.strip(), "level": level} if level else {"paragraph": line.strip()}


def _as_paragraph(line: str) -> str:
    """A line that is read as a paragraph again, whatever it looks like."""
    misleads = line.startswith(("\\", "#")) or bool(_level(line) or _ARTICLE.match(line) or _cells(line))
    return f"\\{line}" if misleads else line


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
        if line and _ends_article(line):
            break
        paragraphs += [line.removeprefix("\\").strip()] if line else []
        at += 1
    if not words and paragraphs:
        words, *paragraphs = paragraphs
    block: Block = {"article": words, "number": number}
    return (block | {"paragraphs": paragraphs} if paragraphs else block), at


def _ends_article(line: str) -> bool:
    other = _ARTICLE.match(line) or _SAID_HEADING.match(line) or _CAPTION.match(line)
    return bool(other or _level(line) == 1 or _cells(line))


def _table(lines: Sequence[str], at: int) -> tuple[Block, int]:
    caption = None
    if not _cells(lines[at]):
        caption, at = lines[at].strip(), at + 1
    columns = _cells(lines[at])
    at += 1
    rows: list[list[str]] = []
    while at < len(lines) and (cells := _cells(lines[at])):
        if not all(re.fullmatch(r":?-{2,}:?", cell) for cell in cells):
            rows.append(cells)
        at += 1
    # A head of joined cells names fewer columns than there are; what is too wide for a table stays as uneven as it is.
    wide = min(max(map(len, [columns, *rows])), MOST_COLUMNS)
    columns, rows = _as_wide(columns, wide), [_as_wide(row, wide) for row in rows]
    align = [
        "right" if rows and all(_NUMBER.match(row[index]) or not row[index] for row in rows) else "left"
        for index in range(wide)
    ]
    table: Block = {"columns": columns, "rows": rows, "align": align}
    return {"table": table | ({"caption": caption} if caption else {})}, at


def _cells(line: str, *, strokes: int = 3) -> list[str]:
    """The cells of a line of a table; none when it is no such line. Two strokes make one cell."""
    stripped = line.strip(" ")
    if stripped.startswith("|") and stripped.endswith("|") and stripped.count("|") >= strokes:
        return [_cell(cell) for cell in _CELL_END.split(stripped[1:-1])]
    if "\t" in stripped:
        return [cell.strip() for cell in stripped.split("\t")]
    return []


def _cell(text: str) -> str:
    return text.strip().replace("\\|", "|").replace("\\n", "\n")


def _cell_text(value: object) -> str:
    return str(value).replace("|", "\\|").replace("\n", "\\n")


def _table_lines(table: Mapping[str, Any]) -> list[str]:
    caption = [str(table["caption"])] if table.get("caption") else []
    # The other notation, since an empty cell at a row's end would be lost with a tab.
    return [*caption, *rows_text([table["columns"], *table["rows"]]).split("\n")]
