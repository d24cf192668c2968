"""Building the forms: DOCX files laid out by the catalogue, with the places that are filled named in them.

`python -m templates.forms` writes them anew; a test compares what is committed with what is built.
"""

from importlib.resources import as_file, files

import docx
from docx.document import Document
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from templates.catalogue import (
    ALL_KINDS,
    COMPONENTS,
    FIRST_LINE_INDENT_MM,
    FONT,
    LANGUAGE,
    LINE_SPACING,
    MOTTO,
    NATION,
    PAGE,
    PARAGRAPH_GAP_PT,
    SECRETARY,
    Kind,
)
from templates.docx_file import save, strip
from templates.docx_parts import (
    JUSTIFY,
    LEFT,
    bare_table,
    bookmark,
    first_paragraph,
    fixed_height,
    keep_row_whole,
    page_number,
    rule,
    space,
    write,
)
from templates.families import FAMILIES
from templates.fonts import width_mm
from templates.form_files import JOINT_FORM, form_name
from templates.layout import (
    DATE_MARK,
    HEAD_LEFT_MM,
    HEAD_RIGHT_MM,
    LINE_HEIGHT_PT,
    MOTTO_MM,
    NUMBER_MARK,
    PARTNER_DATE_MARK,
    PARTNER_NUMBER_MARK,
    PARTNER_SIGNATURE_MARK,
    SECRETARY_MARK,
    SIGNATURE_HEIGHT_MM,
    SIGNATURE_MARK,
    SLIP_SIGNATURE_HEIGHT_MM,
    TEXT_MM,
)

# The one kind without a name over its text (form 1.5).
LETTER = "CV"
LETTER_PREFIX = "V/v "
SALUTATION = "Kính gửi"
SALUTATION_MM = 35.0
# Marks that filling takes off again.
ISSUER_RULE, SUBJECT_RULE, SUBJECT, BEFORE_FOOT = "keCoQuan", "keTrichYeu", "trichYeu", "truocKy"
# Marks of several, numbered from 0.
ISSUER, TABLE = "coQuan", "bang"


def build_form(kind: str, *, joint: bool = False) -> bytes:
    """Build the form of a kind from the catalogue; equal catalogues give equal bytes.

    A joint one has a line for number, one for place and date, and a place to sign for each of two agencies.
    """
    document = docx.Document()
    known = ALL_KINDS[kind]
    fields = {field.name for field in known.fields}
    _page(document)
    _head(document, known, joint=joint)
    if kind != LETTER:
        _title(document, shows_subject=known.shows_subject)
    if "addressees" in fields and not known.lead:
        _addressees(document)
    if "citations" in fields:
        _citations(document)
    if known.enacts is not None:
        space(write(document.add_paragraph(), known.enacts, COMPONENTS["heading"]), before=6, after=6)
    _body(document)
    _foot(document, known, joint=joint)
    strip(document)
    return save(document)


def _page(document: Document) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(PAGE.width_mm), Mm(PAGE.height_mm)
    section.top_margin, section.bottom_margin = Mm(PAGE.top_mm), Mm(PAGE.bottom_mm)
    section.left_margin, section.right_margin = Mm(PAGE.left_mm), Mm(PAGE.right_mm)
    section.header_distance = Mm(10)
    section.different_first_page_header_footer = True
    number = section.header.paragraphs[0]
    page_number(space(number), COMPONENTS["page_number"])
    normal = document.styles["Normal"]
    normal.font.name = FONT
    normal.font.size = Pt(COMPONENTS["body"].size_pt)
    fonts = normal.element.get_or_add_rPr().get_or_add_rFonts()
    for script in ("w:eastAsia", "w:cs"):
        fonts.set(qn(script), FONT)
    # The defaults' language is the document's; a style's would leave the PDF in English.
    for language in document.styles.element.iter(qn("w:lang")):
        for script in ("w:val", "w:eastAsia"):
            language.set(qn(script), LANGUAGE)


def _head(document: Document, kind: Kind, *, joint: bool) -> None:
    table = bare_table(document, 3 if joint else 2, (HEAD_LEFT_MM, HEAD_RIGHT_MM))
    left, right = table.rows[0].cells
    _loop(left, "superior", "superior")
    bookmark(_loop(left, "issuer", "issuer"), f"{ISSUER}{{{{ loop.index0 }}}}", 10)
    bookmark(rule(left.add_paragraph(), column_mm=HEAD_LEFT_MM, length_mm=20), ISSUER_RULE, 11)
    _drop_first(left)
    heads = FAMILIES[kind.family].heads or (NATION, MOTTO)
    for head, component in zip(heads, ("nation", "motto"), strict=False):
        space(write(right.add_paragraph(), head, COMPONENTS[component]))
    rule(right.add_paragraph(), column_mm=HEAD_RIGHT_MM, length_mm=MOTTO_MM)
    _drop_first(right)
    if kind.routed:
        return
    number, date = table.rows[1].cells
    lines = [(number, NUMBER_MARK, 1), (date, DATE_MARK, 2)]
    for cell, mark, ordinal in lines if kind.has_date else lines[:1]:
        slot = space(first_paragraph(cell), before=6)
        bookmark(fixed_height(slot, LINE_HEIGHT_PT), mark, ordinal)
    if joint:
        number, date = table.rows[2].cells
        for cell, mark, ordinal in ((number, PARTNER_NUMBER_MARK, 16), (date, PARTNER_DATE_MARK, 17)):
            bookmark(fixed_height(space(first_paragraph(cell)), LINE_HEIGHT_PT), mark, ordinal)
    if kind.code == LETTER:
        subject = write(number.add_paragraph(), f"{LETTER_PREFIX}{{{{ subject }}}}", COMPONENTS["letter_subject"])
        bookmark(space(subject, before=6), SUBJECT, 13)


def _title(document: Document, *, shows_subject: bool) -> None:
    name = space(write(document.add_paragraph(), "{{ kind_name }}", COMPONENTS["kind_name"]), before=14)
    if shows_subject:
        bookmark(space(write(document.add_paragraph(), "{{ subject }}", COMPONENTS["subject"])), SUBJECT, 13)
    else:
        bookmark(name, SUBJECT, 13)
    bookmark(rule(document.add_paragraph(), column_mm=TEXT_MM, length_mm=50), SUBJECT_RULE, 12)
    document.add_paragraph("{%p if authority %}")
    space(write(document.add_paragraph(), "{{ authority }}", COMPONENTS["heading"]), before=12, after=6)
    document.add_paragraph("{%p endif %}")
    space(document.add_paragraph(), line=0.6)


def _addressees(document: Document) -> None:
    space(document.add_paragraph(), line=0.8)
    document.add_paragraph("{%p if addressees|length == 1 %}")
    component = COMPONENTS["addressee"]
    space(write(document.add_paragraph(), f"{SALUTATION}: {{{{ addressees[0] }}}}", component), after=12)
    document.add_paragraph("{%p else %}")
    first = write(document.add_paragraph(), f"{SALUTATION}:", component)
    space(first, align=LEFT).paragraph_format.left_indent = Mm(SALUTATION_MM)
    document.add_paragraph("{%p for entry in addressees %}")
    entry = write(document.add_paragraph(), "- {{ entry }}{{ '.' if loop.last else ';' }}", component)
    # The dashes stand under the colon (Annex I, part I, II.9), a long name's further lines under its first letter.
    dash = width_mm("- ", size_pt=component.size_pt, bold=component.bold)
    colon = SALUTATION_MM + width_mm(SALUTATION, size_pt=component.size_pt, bold=component.bold)
    space(entry, align=LEFT, indent_mm=-dash).paragraph_format.left_indent = Mm(colon + dash)
    document.add_paragraph("{%p endfor %}")
    space(document.add_paragraph(), line=0.6)
    document.add_paragraph("{%p endif %}")


def _citations(document: Document) -> None:
    document.add_paragraph("{%p for entry in citations %}")
    _body_text(write(document.add_paragraph(), "{{ entry }}{{ '.' if loop.last else ';' }}", COMPONENTS["citation"]))
    document.add_paragraph("{%p endfor %}")


def _body(document: Document) -> None:
    document.add_paragraph("{%p for block in body %}")
    document.add_paragraph("{%p if block.kind == 'heading' %}")
    heading = _body_text(write(document.add_paragraph(), "{{ block.text }}", COMPONENTS["heading"]))
    heading.paragraph_format.keep_with_next = True
    document.add_paragraph("{%p elif block.kind == 'division' %}")
    division = space(write(document.add_paragraph(), "{{ block.text }}", COMPONENTS["heading"]), after=PARAGRAPH_GAP_PT)
    division.paragraph_format.keep_with_next = True
    document.add_paragraph("{%p elif block.kind == 'caption' %}")
    caption = space(write(document.add_paragraph(), "{{ block.text }}", COMPONENTS["body"]), after=PARAGRAPH_GAP_PT)
    caption.paragraph_format.keep_with_next = True
    document.add_paragraph("{%p elif block.kind == 'article' %}")
    article = write(document.add_paragraph(), "Điều {{ block.number }}.", COMPONENTS["heading"])
    _body_text(write(article, " {{ block.text }}", COMPONENTS["body"]))
    document.add_paragraph("{%p elif block.kind == 'table' %}")
    bookmark(document.add_paragraph(), "{{ block.mark }}", 14)
    document.add_paragraph("{%p else %}")
    _body_text(write(document.add_paragraph(), "{{ block.text }}", COMPONENTS["body"]))
    document.add_paragraph("{%p endif %}")
    document.add_paragraph("{%p endfor %}")


def _body_text(paragraph: Paragraph) -> Paragraph:
    return space(paragraph, after=PARAGRAPH_GAP_PT, line=LINE_SPACING, align=JUSTIFY, indent_mm=FIRST_LINE_INDENT_MM)


def _foot(document: Document, kind: Kind, *, joint: bool) -> None:
    bookmark(space(document.add_paragraph(), line=0.5), BEFORE_FOOT, 15)
    if kind.routed:
        _signatories(document)
        return
    table = bare_table(document, 1, (80.0, 85.0))
    left, right = table.rows[0].cells
    if joint:
        # Side A, which has drafted it, at the left, side B at the right; their places level, however long their names.
        for cell, lines in ((left, "signature_lines"), (right, "partner_lines")):
            _loop(cell, lines, "capacity").paragraph_format.keep_with_next = True
            _drop_first(cell)
            # The shorter one stands low: each signature is in the middle between its title and its name.
            cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.BOTTOM
        own, partner = table.add_row().cells
        _sign_place(own, SIGNATURE_MARK, 3, lines=None)
        _sign_place(partner, PARTNER_SIGNATURE_MARK, 4, lines=None, name="partner_name")
        keep_row_whole(table, 0)
        _recipients_below(table)
        return
    if SECRETARY in kind.signers:
        # Form 1.9: the secretary at the left, the chair at the right, "Nơi nhận" below them.
        _sign_place(left, SECRETARY_MARK, 4, lines="secretary_lines", name="secretary_name")
        _sign_place(right, SIGNATURE_MARK, 3)
        _recipients_below(table)
        return
    _recipients(left)
    _sign_place(right, SIGNATURE_MARK, 3)
    keep_row_whole(table, 0)


def _signatories(document: Document) -> None:
    """Two to a row, as many rows as persons need; a row stays on one page."""
    table = bare_table(document, 3, (80.0, 85.0))
    before, row, after = table.rows
    write(first_paragraph(before.cells[0]), "{%tr for row in signatory_rows %}", COMPONENTS["body"])
    for index, cell in enumerate(row.cells):
        place = f"row[{index}]"
        cell.add_paragraph(f"{{%p if {place} %}}")
        _sign_place(
            cell,
            f"{{{{ {place}.mark }}}}",
            3 + index,
            lines=f"{place}.lines",
            name=f"{place}.name",
            height_mm=SLIP_SIGNATURE_HEIGHT_MM,
        ).paragraph_format.space_after = Pt(2 * PARAGRAPH_GAP_PT)
        cell.add_paragraph("{%p else %}")
        space(cell.add_paragraph())
        cell.add_paragraph("{%p endif %}")
    write(first_paragraph(after.cells[0]), "{%tr endfor %}", COMPONENTS["body"])
    keep_row_whole(table, 1)


def _recipients_below(table: Table) -> None:
    keep_row_whole(table, len(table.rows) - 1)
    below = table.add_row().cells[0]
    _recipients(below)
    first_paragraph(below).paragraph_format.space_before = Pt(PARAGRAPH_GAP_PT)
    keep_row_whole(table, len(table.rows) - 1)


def _recipients(cell: _Cell) -> None:
    space(write(first_paragraph(cell), "Nơi nhận:", COMPONENTS["recipients_title"]), align=LEFT)
    cell.add_paragraph("{%p for entry in recipients %}")
    space(write(cell.add_paragraph(), "- {{ entry }};", COMPONENTS["recipients"]), align=LEFT)
    cell.add_paragraph("{%p endfor %}")
    space(write(cell.add_paragraph(), "- Lưu: {{ archive }}.", COMPONENTS["recipients"]), align=LEFT)


def _sign_place(
    cell: _Cell,
    mark: str,
    ordinal: int,
    *,
    lines: str | None = "signature_lines",
    name: str = "signer",
    height_mm: float = SIGNATURE_HEIGHT_MM,
) -> Paragraph:
    """Capacity and title unless they stand above, room for the signature, the name, which is returned."""
    if lines is not None:
        _loop(cell, lines, "capacity")
    slot = space(cell.add_paragraph())
    bookmark(fixed_height(slot, height_mm * 72 / 25.4), mark, ordinal)
    signer = space(write(cell.add_paragraph(), f"{{{{ {name} }}}}", COMPONENTS["signer"]))
    _drop_first(cell)
    return signer


def _loop(cell: _Cell, items: str, component: str) -> Paragraph:
    """A centred paragraph for each entry of a list."""
    cell.add_paragraph(f"{{%p for line in {items} %}}")
    line = space(write(cell.add_paragraph(), "{{ line }}", COMPONENTS[component]))
    cell.add_paragraph("{%p endfor %}")
    return line


def _drop_first(cell: _Cell) -> None:
    """Remove the empty paragraph a cell begins with, once others follow."""
    cell._tc.remove(first_paragraph(cell)._p)  # noqa: SLF001 - python-docx removes no paragraphs


if __name__ == "__main__":
    for code, known in ALL_KINDS.items():
        with as_file(files("templates").joinpath("forms")) as folder:
            (folder / f"{form_name(known)}.docx").write_bytes(build_form(code))
            if known.may_be_joint:
                (folder / f"{JOINT_FORM}.docx").write_bytes(build_form(code, joint=True))
