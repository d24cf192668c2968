"""Paper, margins, page numbers and fonts (Annex I, part I, I)."""

import re
from collections.abc import Iterator

from templates.catalogue import FONT, PAGE
from templates.checker import words
from templates.checker.anatomy import Anatomy
from templates.checker.letters import at, points
from templates.checker.model import PDF, Edit, Finding, Line, PageNumber, Run, Section, Sheet
from templates.checker.rules import MARGINS_MM, PARTS
from templates.fonts import FAMILY

# Twips are rounded, and so are PDF's units; a drawn edge of a letter is not the paper's edge.
_CLOSE_MM, _CLOSE_PDF_MM = 0.3, 1.0
_CLOSE_PAGE_MM = 1.0
_NUMBER_PT = (13.0, 14.0)
_TWINS = {name.replace(" ", "").casefold() for name in (FAMILY, "Tinos", "Nimbus Roman", "TeX Gyre Termes")}
_NAMES = {FONT.replace(" ", "").casefold(), "timesnewromanps"}
_STYLED = re.compile(r"[-,]?(?:psmt|mt|bold|italic|regular|\(w1\))+$")
_SYMBOLS = ("symbol", "wingdings", "opensymbol", "webdings", "cambria math")


def check_page(sheet: Sheet, anatomy: Anatomy) -> Iterator[Finding]:
    """Every section's paper and margins, and where page numbers stand."""
    told = set()
    for ordinal, section in enumerate(sheet.sections):
        for finding in (*_paper(section, ordinal, sheet), *_margins(section, ordinal, sheet.kind)):
            # Every page of a PDF is a section: the first one speaks for those that are alike.
            if sheet.kind != PDF or finding.rule not in told:
                told.add(finding.rule)
                yield finding
    yield from _numbers(sheet, anatomy)


def _paper(section: Section, ordinal: int, sheet: Sheet) -> Iterator[Finding]:
    page = _page_of(ordinal, sheet)
    short, long = sorted((section.width_mm, section.height_mm))
    if abs(short - PAGE.width_mm) > _CLOSE_PAGE_MM or abs(long - PAGE.height_mm) > _CLOSE_PAGE_MM:
        size = f"{section.width_mm:.0f} x {section.height_mm:.0f} mm"
        yield Finding("page.size", page, params={"found": size}, edits=(Edit("page", ordinal, "size", "A4"),))
    elif section.width_mm > section.height_mm and not _has_table(sheet, ordinal):
        yield Finding("page.landscape", page)


def _has_table(sheet: Sheet, ordinal: int) -> bool:
    if sheet.kind == PDF:
        return True
    return any(line.cell and line.cell[0] in sheet.tables for line in sheet.lines if line.section == ordinal)


def _page_of(ordinal: int, sheet: Sheet) -> int | None:
    if sheet.kind == PDF:
        return ordinal + 1
    return next((line.page for line in sheet.lines if line.section == ordinal), None)


def _margins(section: Section, ordinal: int, kind: str) -> Iterator[Finding]:
    if section.width_mm > section.height_mm:
        return
    found = {
        "top": section.top_mm,
        "bottom": section.bottom_mm,
        "left": section.left_mm,
        "right": section.right_mm,
    }
    for side, (least, most) in MARGINS_MM.items():
        wide = found[side]
        close = _CLOSE_PDF_MM if kind == PDF else _CLOSE_MM
        # A PDF shows letters, not margins: text that ends early is no fault.
        too_wide = wide > most + close and (kind != PDF or (side == "left" and ordinal == 0))
        if wide < least - close or too_wide:
            right = least if wide < least else most
            edits = (Edit("page", ordinal, side, f"{right:g}"),) if kind != PDF else ()
            params = {"found": f"{wide:.1f}".replace(".", ","), "wanted": f"{least:.0f} - {most:.0f}"}
            yield Finding(f"page.margin_{side}", ordinal + 1 if kind == PDF else None, params=params, edits=edits)


def _numbers(sheet: Sheet, anatomy: Anatomy) -> Iterator[Finding]:
    numbers = [number for section in sheet.sections for number in section.numbers]
    pages = sheet.pages or sheet.least_pages
    lone_annex = not anatomy.head.nation and bool(anatomy.annexes)
    mend = (Edit("number", 0, "", ""),) if sheet.kind != PDF else ()
    if not numbers:
        # An annex and a text issued with a decision begin anew, without a number on their first page.
        issued = {line.page for line in anatomy.rest if words.is_nation(line.text)}
        firsts = {1, *(annex.title.page for annex in anatomy.annexes), *issued}
        if pages > len(firsts) and not lone_annex:
            yield Finding("page.number_missing", 2, edits=mend)
        return
    first = sheet.sections[0]
    if first.shows_first:
        yield Finding("page.number_first", 1, edits=mend)
    for section in sheet.sections:
        for number in section.numbers:
            yield from _number(number, section, mend)
        if section.numbers and section.format not in {"decimal", "numberInDash"}:
            yield Finding("page.number_format", params={"found": section.format}, edits=mend)
            break
    if first.starts_at is not None and first.starts_at != 1:
        yield Finding("page.number_start", 1, params={"found": str(first.starts_at)})


def _number(number: PageNumber, section: Section, mend: tuple[Edit, ...]) -> Iterator[Finding]:
    page = None
    if not number.at_top:
        yield Finding("page.number_bottom", page, edits=mend)
    if not number.centred:
        yield Finding("page.number_align", page, edits=mend)
    least, most = _NUMBER_PT
    if not least - 0.3 <= number.size_pt <= most + 0.3:
        params = {"found": points(number.size_pt), "wanted": f"{least:g} - {most:g}"}
        yield Finding("page.number_size", page, params=params, edits=mend)
    if number.italic or number.bold:
        yield Finding("page.number_style", page, edits=mend)
    if number.beside or section.format == "numberInDash":
        yield Finding("page.number_beside", page, params={"what": number.beside or "- 1 -"}, edits=mend)


def check_fonts(sheet: Sheet, anatomy: Anatomy) -> Iterator[Finding]:
    """Families and colours of all letters, one finding for each line."""
    red = {id(line) for line in (anatomy.head.urgency,) if line}
    for line in (*sheet.lines, *sheet.footer):
        yield from _families(line, sheet.kind)
        coloured = [run for run in line.shown if run.colour and not _dark(run.colour)]
        if coloured and id(line) not in red:
            edits = [Edit("run", line.number, "colour", "", run.number) for run in coloured]
            yield at("font.colour", line, run=coloured[0].number, edits=edits, found=f"#{coloured[0].colour}")
        marked = [run for run in line.shown if run.marked]
        if marked:
            edits = [Edit("run", line.number, "highlight", "", run.number) for run in marked]
            yield at("font.highlight", line, run=marked[0].number, edits=edits)
    for name in sheet.unembedded:
        yield Finding("font.unembedded", params={"found": name})


def _families(line: Line, kind: str) -> Iterator[Finding]:
    wrong: list[Run] = []
    twins: list[Run] = []
    for run in line.shown:
        strange = [font for font in run.fonts if not _is_right(font)]
        if not strange or all(_is_symbol(font, run.text) or _is_legacy(font) for font in strange):
            continue
        if all(font.replace(" ", "").casefold() in _TWINS for font in strange):
            twins.append(run)
        else:
            wrong.append(run)
    for rule, runs in (("font.family", wrong), ("font.twin", twins if kind != PDF else [])):
        if runs:
            edits = [Edit("run", line.number, "font", FONT, run.number) for run in runs]
            found = next(font for font in runs[0].fonts if not _is_right(font))
            yield at(rule, line, run=runs[0].number, edits=edits, found=found)


def _is_right(font: str) -> bool:
    """Word and PDF writers name the family's styles in the font's name too."""
    return _STYLED.sub("", font.replace(" ", "").casefold()) in _NAMES


def _is_symbol(font: str, text: str) -> bool:
    return font.casefold().startswith(_SYMBOLS) and not any(letter.isalpha() and letter < "\ue000" for letter in text)


def _is_legacy(font: str) -> bool:
    return font.casefold().startswith((".vn", "vni", "vntime", ".vntime"))


def _dark(colour: str) -> bool:
    """Whether people would call a colour black."""
    try:
        return max(int(colour[at : at + 2], 16) for at in (0, 2, 4)) <= 0x26
    except ValueError:
        return True


SAMPLE_NUMBER_PT = _NUMBER_PT[0]
__all__ = ["PARTS", "SAMPLE_NUMBER_PT", "check_fonts", "check_page"]
