"""A drafter's own Word file: what it says is read, and the places for number, date and signature are made in it.

Pure, for the service's fence. The layout is the decree's (Annex I): head in two columns, kind and subject, body,
"Nơi nhận" beside the signature block. Paragraphs are found by what they say, wherever tables put them.
"""

import copy
import io
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

import docx
from docx.document import Document
from docx.enum.text import WD_PARAGRAPH_ALIGNMENT
from docx.oxml.ns import qn
from docx.shared import Mm
from docx.text.paragraph import Paragraph

from templates.catalogue import kind_named
from templates.docx_parts import bookmark, fixed_height, space
from templates.draft import SignatureBlock
from templates.errors import OfficeRefused, WordPlaceMissing
from templates.families import YEAR, told_family
from templates.layout import (
    DATE_MARK,
    LINE_HEIGHT_PT,
    NUMBER_MARK,
    POINTS_PER_MM,
    SECRETARY_MARK,
    SIGNATURE_HEIGHT_MM,
    SIGNATURE_MARK,
    TEXT_MM,
)
from templates.office import DOCX, examine_office
from templates.readable import loose_ends
from templates.values import normal

_Thing = TypeVar("_Thing")
# Number, date and kind stand in the head; further down such words are the body's.
_HEAD_LINES = 40
# A normative number has its year before the notation, one of the Party a dash before it.
_NUMBER = re.compile(
    rf"^Số\s*:?\s*[\d\s._…]*(?:/\s*(?:{YEAR}/\s*)?(?P<notation>[^\W\d][\w.-]*(?:\s*-\s*[\w.-]+)*)"
    r"|[-–]\s*(?P<party>[^\W\d_]+\s*/\s*[^\W\d_][\w.&-]*))?\s*$"
)
_DATE = re.compile(r"^[^,]{0,60},\s*ngày\b.{0,20}\btháng\b.{0,20}\bnăm\b.{0,12}$", re.IGNORECASE)
_LETTER = re.compile(r"^V/v[:\s]+", re.IGNORECASE)
_SALUTATION = re.compile(r"^(?:Kính gửi\s*:?|[^:]{3,90}\sđiện\s*:)\s*", re.IGNORECASE)
_RECIPIENTS = re.compile(r"^Nơi nhận\s*:?\s*$", re.IGNORECASE)
_ARCHIVE = re.compile(r"^[-–\s]*Lưu\s*:\s*", re.IGNORECASE)
_CAPACITY = re.compile(r"^(TM|KT|TL|TUQ|Q)\.\s*\S")
# Minutes are signed by the chair ("CHỦ TỌA"), to the right of the secretary.
_TITLE = re.compile(
    r"^(PHÓ\s+|QUYỀN\s+)?(CHỦ TỊCH|CHỦ TỌA|CHÁNH|GIÁM ĐỐC|TRƯỞNG|CỤC TRƯỞNG|VIỆN TRƯỞNG|HIỆU TRƯỞNG|BÍ THƯ)\b"
)
_DASH = re.compile(r"^[-–+•\s]+|[;,.\s/]+$")


@dataclass(frozen=True)
class WordDraft:
    """What a Word file says of itself; `faults` are codes of what was looked for and not found.

    `kind` is a code of the decree's, `family` the one its line of number tells, `number_notation` what stands after
    the stroke (`BC-UBND`).
    """

    kind: str | None
    kind_name: str
    subject: str
    addressees: tuple[str, ...]
    recipients: tuple[str, ...]
    archive: str
    signer_name: str
    signer_titles: tuple[str, ...]
    number_notation: str | None
    faults: tuple[str, ...]
    family: str = "administrative"


@dataclass(frozen=True)
class _Line:
    paragraph: Paragraph
    text: str
    cell: Any

    @property
    def centred(self) -> bool:
        style = self.paragraph.style
        inherited = style.paragraph_format.alignment if style is not None else None
        return (self.paragraph.alignment or inherited) == WD_PARAGRAPH_ALIGNMENT.CENTER


@dataclass(frozen=True)
class _Block:
    """The signature block: title lines, what lies between, and the name."""

    titles: tuple[_Line, ...]
    between: tuple[_Line, ...]
    name: _Line


@dataclass(frozen=True)
class _Found:
    number: _Line | None
    date: _Line | None
    block: _Block | None


def read_word(data: bytes) -> WordDraft:
    """Read a DOCX; raises `OfficeRefused` for what is none or may not come in."""
    lines = _lines(_open(data))
    found = _find(lines)
    kind_name, subject = _kind_and_subject(lines)
    known = kind_named(kind_name) if kind_name else None
    recipients, archive = _recipients(lines)
    notation = _NUMBER.match(found.number.text) if found.number else None
    wanted = {
        "no_number_line": found.number,
        "no_date_line": found.date or (known is not None and not known.has_date),
        "no_signature_place": found.block,
        "no_recipients": recipients or archive,
        "no_kind": known,
        "tracked_changes": not loose_ends(data).changes,
    }
    family = told_family(found.number.text) if found.number else "administrative"
    return WordDraft(
        kind=known.code if known else None,
        kind_name=known.name if known else kind_name,
        subject=subject,
        addressees=_addressees(lines),
        recipients=recipients,
        archive=archive,
        signer_name=found.block.name.text if found.block else "",
        signer_titles=tuple(line.text for line in found.block.titles) if found.block else (),
        number_notation=notation["notation"] or notation["party"] if notation else None,
        faults=tuple(code for code, thing in wanted.items() if not thing),
        family=family,
    )


def prepare_word(
    data: bytes,
    *,
    signature: SignatureBlock,
    secretary: SignatureBlock | None = None,
    dated: bool = True,
    family: str = "administrative",
) -> bytes:
    """The same file with its places made and the given signature blocks; nothing else is changed.

    Minutes have a `secretary` who signs too, and are not `dated`. Comments in the margin are left out: what is issued
    holds none. Raises `WordPlaceMissing` (place_missing, `place`: number, date, signature or secretary),
    `OfficeRefused` (tracked_changes where nobody accepted or refused them; other_family where the line of number is
    none of the `family` it is issued in).
    """
    if loose_ends(data).changes:
        raise OfficeRefused("tracked_changes")
    document = _open(data)
    _drop_comments(document)
    _drop_marks(document)
    lines = _lines(document)
    found = _find(lines)
    notes = _block(lines, _opens_secretary) if secretary else None
    number = _there(found.number, "number")
    slots = [(number, NUMBER_MARK), *([(_there(found.date, "date"), DATE_MARK)] if dated else [])]
    blocks = [(_there(found.block, "signature"), signature, SIGNATURE_MARK)]
    blocks += [(_there(notes, "secretary"), secretary, SECRETARY_MARK)] if secretary else []
    notation, told = _NUMBER.match(number.text), told_family(number.text)
    if told != family and (told != "administrative" or (notation is not None and any(notation.groups()))):
        raise OfficeRefused("other_family")
    for ordinal, (line, mark) in enumerate(slots):
        slot = space(_emptied(line.paragraph), before=6)
        _stand(slot)
        bookmark(fixed_height(slot, LINE_HEIGHT_PT), mark, 9001 + ordinal)
    for ordinal, (block, said, mark) in enumerate(blocks):
        _rebuild(block, said, mark, 9003 + ordinal)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _there(thing: _Thing | None, place: str) -> _Thing:
    if thing is None:
        raise WordPlaceMissing("place_missing", place=place)
    return thing


def _open(data: bytes) -> Document:
    if examine_office(data) != DOCX:
        raise OfficeRefused("office_unreadable")
    try:
        return docx.Document(io.BytesIO(data))
    except (zipfile.BadZipFile, KeyError, ValueError, AttributeError) as error:
        raise OfficeRefused("office_unreadable") from error


def _lines(document: Document) -> list[_Line]:
    """Every paragraph in the order it is read, those of tables' cells included, with the cell it stands in."""
    return [
        _Line(Paragraph(element, document), normal(" ".join(Paragraph(element, document).text.split())), cell)
        for element, cell in _paragraphs(document.element.body, None)
    ]


def _paragraphs(parent: Any, cell: Any) -> Iterator[tuple[Any, Any]]:
    for child in parent.iterchildren():
        if child.tag == qn("w:p"):
            yield child, cell
        elif child.tag == qn("w:tbl"):
            for inner in child.iter(qn("w:tc")):
                yield from _paragraphs(inner, inner)
        elif child.tag == qn("w:sdt"):
            for content in child.iterchildren(qn("w:sdtContent")):
                yield from _paragraphs(content, cell)


def _find(lines: list[_Line]) -> _Found:
    head = lines[:_HEAD_LINES]
    # An own form has the two lines empty, with our marks: the marks say where they are.
    number = next((line for line in head if _is_number(line.text)), None) or _marked(head, NUMBER_MARK)
    date = next((line for line in head if _DATE.match(line.text)), None) or _marked(head, DATE_MARK)
    return _Found(number, date, _block(lines, _opens_block))


def _is_number(text: str) -> bool:
    """A line of number, as one of the families known here writes it."""
    return _NUMBER.match(text) is not None or (text.startswith("Số") and told_family(text) != "administrative")


def _marked(lines: list[_Line], mark: str) -> _Line | None:
    for line in lines:
        for start in line.paragraph._p.iter(qn("w:bookmarkStart")):  # noqa: SLF001 - no other door to bookmarks
            if start.get(qn("w:name")) == mark:
                return line
    return None


def _block(lines: list[_Line], opens: Callable[[str], bool]) -> _Block | None:
    """The last line of a capacity or title, the lines of titles below it, and the name at the end."""
    for at in range(len(lines) - 1, -1, -1):
        if not opens(lines[at].text):
            continue
        first = at
        while first > 0 and lines[first - 1].cell is lines[at].cell and opens(lines[first - 1].text):
            first -= 1
        same = [line for line in lines[first:] if line.cell is lines[at].cell]
        titles = []
        while same and same[0].text and (opens(same[0].text) or same[0].text == same[0].text.upper()):
            titles.append(same.pop(0))
        names = [index for index, line in enumerate(same) if line.text and not _DASH.match(line.text)]
        if titles and names:
            return _Block(tuple(titles), tuple(same[: names[0]]), same[names[0]])
    return None


def _opens_block(text: str) -> bool:
    return bool(_CAPACITY.match(text) or (_TITLE.match(text) and text == text.upper()))


def _opens_secretary(text: str) -> bool:
    return text == "THƯ KÝ"


def _kind_and_subject(lines: list[_Line]) -> tuple[str, str]:
    for at, line in enumerate(lines[:_HEAD_LINES]):
        if _LETTER.match(line.text):
            rest = [_LETTER.sub("", line.text)]
            for below in lines[at + 1 : at + 4]:
                if below.cell is not line.cell or not below.text or _DATE.match(below.text):
                    break
                rest.append(below.text)
            return "Công văn", " ".join(rest)
        if line.text and line.text == line.text.upper() and kind_named(line.text) is not None:
            rest = []
            for below in lines[at + 1 : at + 5]:
                if not below.text or not below.centred or _SALUTATION.match(below.text):
                    break
                rest.append(below.text)
            return line.text, " ".join(rest)
    return "", ""


def _addressees(lines: list[_Line]) -> tuple[str, ...]:
    for at, line in enumerate(lines[: _HEAD_LINES + 10]):
        if not _SALUTATION.match(line.text):
            continue
        here = _DASH.sub("", _SALUTATION.sub("", line.text))
        if here:
            return (here,)
        found = []
        for below in lines[at + 1 :]:
            if not below.text.startswith(("-", "–")):
                break
            found.append(_DASH.sub("", below.text))
        return tuple(found)
    return ()


def _recipients(lines: list[_Line]) -> tuple[tuple[str, ...], str]:
    for at in range(len(lines) - 1, -1, -1):
        if not _RECIPIENTS.match(lines[at].text):
            continue
        found, archive = [], ""
        for below in lines[at + 1 :]:
            if below.cell is not lines[at].cell or not below.text.startswith(("-", "–")):
                break
            if _ARCHIVE.match(below.text):
                archive = _DASH.sub("", _ARCHIVE.sub("", below.text))
            else:
                found.append(_DASH.sub("", below.text))
        return tuple(found), archive
    return (), ""


def _rebuild(block: _Block, signature: SignatureBlock, mark: str, ordinal: int) -> None:
    """The given titles, room for the signature in the very middle between them and the name, all on one axis."""
    pattern = space(block.titles[0].paragraph)
    # Without a table the block stands in the right half of the page, where the forms have it.
    indent_mm = 0.0 if block.name.cell is not None else TEXT_MM / 2
    _stand(pattern, indent_mm)
    for line in (*block.titles[1:], *block.between):
        _remove(line.paragraph._p)  # noqa: SLF001 - python-docx removes no paragraphs
    _say(pattern, signature.lines[0])
    last = pattern
    for words in signature.lines[1:]:
        last = _after(last, copy.deepcopy(pattern._p))  # noqa: SLF001 - as above
        _say(last, words)
    room = _emptied(_after(last, copy.deepcopy(pattern._p)))  # noqa: SLF001 - as above
    bookmark(fixed_height(room, SIGNATURE_HEIGHT_MM * POINTS_PER_MM), mark, ordinal)
    _stand(space(block.name.paragraph), indent_mm)
    _say(block.name.paragraph, signature.name)
    for paragraph in (pattern, last, room):
        paragraph.paragraph_format.keep_with_next = True


def _after(paragraph: Paragraph, element: Any) -> Paragraph:
    paragraph._p.addnext(element)  # noqa: SLF001 - python-docx inserts before only
    return Paragraph(element, paragraph._parent)  # noqa: SLF001 - as above


def _say(paragraph: Paragraph, words: str) -> None:
    """Other words in the first run's letters."""
    runs = paragraph.runs
    if not runs:
        paragraph.add_run(words)
        return
    runs[0].text = words
    for run in runs[1:]:
        _remove(run._r)  # noqa: SLF001 - python-docx removes no runs


def _remove(element: Any) -> None:
    element.getparent().remove(element)


def _emptied(paragraph: Paragraph) -> Paragraph:
    for child in list(paragraph._p):  # noqa: SLF001 - everything but the paragraph's properties
        if child.tag != qn("w:pPr"):
            paragraph._p.remove(child)  # noqa: SLF001 - as above
    return paragraph


def _stand(paragraph: Paragraph, left_mm: float = 0) -> None:
    """Between the left edge, or so far from it, and the right one."""
    form = paragraph.paragraph_format
    form.right_indent = form.first_line_indent = Mm(0)
    form.left_indent = Mm(left_mm)


def _drop_comments(document: Document) -> None:
    body: Any = document.element.body
    for name in ("w:commentRangeStart", "w:commentRangeEnd", "w:commentReference"):
        for element in list(body.iter(qn(name))):
            _remove(element)


def _drop_marks(document: Document) -> None:
    """A file made from our own form has these marks already, perhaps twice after copying."""
    body: Any = document.element.body
    for start in list(body.iter(qn("w:bookmarkStart"))):
        if start.get(qn("w:name")) in {SIGNATURE_MARK, SECRETARY_MARK}:
            start.getparent().remove(start)
