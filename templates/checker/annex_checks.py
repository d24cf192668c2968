"""Annexes and copies (Annex I, part I, III.1 and part II)."""

import re
from collections.abc import Iterator

from templates.checker.anatomy import Anatomy, Annex
from templates.checker.dates import LONG_DATE, SHORT_DATE, faults_in
from templates.checker.headings import check_headings
from templates.checker.letters import at, check_part
from templates.checker.model import PDF, Edit, Finding, Sheet
from templates.checker.numbering import roman
from templates.checker.words import ANNEX, ANNEX_RUN_ON, COPIES, fold

_NOTATION = re.compile(r"\d+/[^\W\d][\w-]*")
_FORMS = {"SAO Y": "SY", "SAO LỤC": "SL", "TRÍCH SAO": "TrS"}


def check_annexes(sheet: Sheet, anatomy: Anatomy) -> Iterator[Finding]:
    """Titles, ordinals, references and pages of the annexes."""
    annexes = anatomy.annexes
    skip = ("align",) if sheet.kind == PDF else ()
    for place, annex in enumerate(annexes, start=1):
        yield from check_part("annex_title", [annex.title], skip=skip)
        yield from check_part("annex_name", annex.name, skip=skip)
        yield from check_part("annex_reference", annex.reference, skip=skip)
        yield from _ordinal(annex, place, len(annexes))
        yield from _title(annex)
        yield from _reference(annex)
        yield from _told(annex, anatomy)
        loose = [line for line in annex.body if line.cell is None]
        yield from check_headings(sheet, loose, in_annex=True)
        yield from _pages(sheet, annex, anatomy)
    if annexes and anatomy.body:
        text = fold(" ".join(line.text for line in (*anatomy.body, *anatomy.tables, *anatomy.citations)))
        if not re.search(r"\b(?:phu luc|kem|dinh kem|(?:theo|tai|co|xem) (?:cac )?(?:bieu|danh sach))\b", text):
            yield at("annex.mentioned", annexes[0].title)


def _ordinal(annex: Annex, place: int, count: int) -> Iterator[Finding]:
    ordinal = annex.ordinal.upper()
    if not ordinal:
        if count > 1:
            edits = [Edit("text", annex.title.number, annex.title.text, f"Phụ lục {roman(place)}")]
            yield at("annex.ordinal", annex.title, edits=edits)
        return
    if ordinal.isdigit() or not set(ordinal) <= set("IVXLC"):
        right = roman(int(ordinal)) if ordinal.isdigit() and int(ordinal) < 100 else roman(place)
        edits = [Edit("text", annex.title.number, annex.title.text, f"Phụ lục {right}")]
        yield at("annex.roman", annex.title, edits=edits)
    elif count > 1 and ordinal != roman(place):
        yield at("annex.order", annex.title, wanted=roman(place))


def _title(annex: Annex) -> Iterator[Finding]:
    """The word and its ordinal stand on a line of their own, with nothing behind them."""
    if ANNEX_RUN_ON.match(annex.title.text):
        yield at("annex.own_line", annex.title)
    elif annex.title.text.endswith((".", ":")):
        edits = [Edit("text", annex.title.number, annex.title.text, annex.title.text.rstrip(".: "))]
        yield at("annex.stop", annex.title, edits=edits)


def _told(annex: Annex, anatomy: Anatomy) -> Iterator[Finding]:
    """Date and number of the document an annex goes with, where they are filled in."""
    for line in annex.reference:
        short, long = SHORT_DATE.search(line.text), LONG_DATE.search(line.text)
        faults = [fault for fault in faults_in(long) if fault.code != "year"] if long else []
        if short is not None:
            yield at("annex.reference_date", line, found=short[0])
        elif faults:
            edits = [Edit("text", line.number, fault.found, fault.right, run=1) for fault in faults if fault.right]
            yield at("annex.reference_date", line, edits=edits, found=faults[0].found)
        own = _NOTATION.search(anatomy.head.number.text) if anatomy.head.number else None
        told = _NOTATION.search(line.text)
        if own is not None and told is not None and own[0] != told[0]:
            yield at("annex.reference_number", line, found=told[0], wanted=own[0])


def _reference(annex: Annex) -> Iterator[Finding]:
    if not annex.reference:
        yield at("annex.reference", annex.title)
        return
    text = " ".join(line.text for line in annex.reference)
    if not (text.startswith("(") and text.rstrip(".").endswith(")")):
        edits = []
        if len(annex.reference) == 1:
            right = f"({text.strip('(). ')})"
            edits = [Edit("text", annex.reference[0].number, annex.reference[0].text, right)]
        yield at("annex.brackets", annex.reference[0], edits=edits)


def _pages(sheet: Sheet, annex: Annex, anatomy: Anatomy) -> Iterator[Finding]:
    """An annex begins on a page of its own and counts its own pages."""
    if sheet.kind == PDF or not anatomy.head.nation:
        return
    above = [line for line in sheet.lines if line.number < annex.title.number]
    own_section = bool(above) and above[-1].section != annex.title.section
    new_page = own_section or annex.title.page_break_before or (above and above[-1].page != annex.title.page)
    if above and not new_page:
        yield at("annex.page", annex.title)
    section = sheet.sections[min(annex.title.section, len(sheet.sections) - 1)]
    if section.numbers and (not own_section or section.starts_at != 1):
        yield at("annex.page_numbers", annex.title)


def check_copy(anatomy: Anatomy) -> Iterator[Finding]:
    """A copy's own block."""
    line = anatomy.copy
    if line is None:
        return
    yield from check_part("copy_form", [line])
    form = _FORMS.get(line.text.upper())
    if form is None:
        yield at("5a.copy_words", line)
        return
    number = anatomy.copy_number
    if number is None:
        yield at("3.missing", line)
        return
    yield from check_part("number", [number])
    found = re.search(r"/\s*([^\W\d]+)", number.text)
    if found is not None and found[1] != form:
        rule = "3.kind_case" if found[1].lower() == form.lower() else "3.kind"
        yield at(rule, number, found=found[1], wanted=form)
    digits = re.search(r"(\d+)\s*/", number.text)
    if digits is not None and len(digits[1]) == 1:
        yield at("3.zero", number, edits=[Edit("text", number.number, f"{digits[1]}/", f"0{digits[1]}/", run=1)])


__all__ = ["ANNEX", "COPIES", "check_annexes", "check_copy"]
