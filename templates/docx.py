"""Filling a form: the template language runs in a sandbox, text is escaped, equal drafts give equal bytes."""

import io
from typing import Any

from docx.document import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph as DocxParagraph
from docxtpl import DocxTemplate
from jinja2.sandbox import SandboxedEnvironment

from templates.catalogue import COMPONENTS
from templates.docx_parts import ALIGNMENTS, CENTER, repeat_header, set_rule_length, set_widths, space, write
from templates.draft import Article, Block, Draft, Heading, Paragraph, Table
from templates.forms import ISSUER_RULE, SUBJECT_RULE, TEXT_MM, form_bytes, save
from templates.layout import HEAD_LEFT_MM, POINTS_PER_MM

END_MARK = "./."
# Widths of letters in units of the type size, averaged over Vietnamese text set in bold.
_CAPITAL_WIDTH, _LETTER_WIDTH = 0.62, 0.49


def fill(draft: Draft) -> bytes:
    """The draft as a DOCX in its kind's form (Decree 30/2020, Annex III)."""
    content = draft.content
    template = DocxTemplate(io.BytesIO(form_bytes(content.kind.code)))
    blocks = _flatten(content.body)
    template.render(
        {
            "superior": draft.letterhead.superior,
            "issuer": draft.letterhead.issuer,
            "kind_name": content.kind.name.upper(),
            "subject": content.subject,
            "authority": content.authority,
            "addressees": content.addressees,
            "citations": content.citations,
            "body": [facts for facts, _ in blocks],
            "recipients": content.recipients,
            "archive": content.archive,
            "signature_lines": draft.signature.lines,
            "signer": draft.signature.name,
        },
        jinja_env=SandboxedEnvironment(autoescape=True),
    )
    document: Document = template.docx
    for facts, table in blocks:
        if table is not None:
            _insert_table(document, facts["mark"], table)
    _set_rules(document, draft)
    _describe(document, content.subject)
    return save(document)


def _flatten(body: tuple[Block, ...]) -> list[tuple[dict[str, Any], Table | None]]:
    """Blocks as the form's loop wants them; the end mark follows the last sentence (Annex I, part I, II.6)."""
    flat: list[tuple[dict[str, Any], Table | None]] = []
    for block in body:
        if isinstance(block, Heading):
            flat.append(({"kind": "heading", "text": block.text}, None))
        elif isinstance(block, Paragraph):
            flat.append(({"kind": "paragraph", "text": block.text}, None))
        elif isinstance(block, Article):
            flat.append(({"kind": "article", "number": block.number, "text": block.text}, None))
            flat += [({"kind": "paragraph", "text": text}, None) for text in block.paragraphs]
        else:
            if block.caption:
                flat.append(({"kind": "paragraph", "text": block.caption}, None))
            flat.append(({"kind": "table", "mark": f"[[table {len(flat)}]]"}, block))
    last = flat[-1][0]
    if "text" not in last:
        flat.append(({"kind": "paragraph", "text": END_MARK}, None))
    elif not last["text"].endswith(END_MARK):
        last["text"] = last["text"].rstrip(" .") + END_MARK
    return flat


def _insert_table(document: Document, mark: str, table: Table) -> None:
    """Put a table where its mark stands; number of columns and widths are the draft's, so no form can hold it."""
    place = next(p for p in document.paragraphs if p.text == mark)
    made = document.add_table(len(table.rows) + 1, len(table.columns))
    made.style = "Table Grid"
    made.alignment = WD_TABLE_ALIGNMENT.CENTER
    made.autofit = False
    for cell, title in zip(made.rows[0].cells, table.columns, strict=True):
        paragraph = space(write(cell.paragraphs[0], title, COMPONENTS["table"]), before=3, after=3)
        paragraph.runs[0].bold = True
    for row, values in zip(made.rows[1:], table.rows, strict=True):
        for cell, value, align in zip(row.cells, values, table.align, strict=True):
            space(write(cell.paragraphs[0], value, COMPONENTS["table"]), before=2, after=2, align=ALIGNMENTS[align])
    set_widths(made, table.widths_mm)
    repeat_header(made)
    place._p.addnext(made._tbl)  # noqa: SLF001 - python-docx appends tables at the end only
    for run in place.runs:
        run.text = ""
    space(place, line=0.3)
    empty: Any = OxmlElement("w:p")
    after = DocxParagraph(empty, place._parent)  # noqa: SLF001 - a gap after the table
    made._tbl.addnext(after._p)  # noqa: SLF001 - as above
    space(after, line=0.4, align=CENTER)


def _set_rules(document: Document, draft: Draft) -> None:
    """Rules under the agency's name and the subject: a third to a half of the text's length (Annex I)."""
    issuer = max(draft.letterhead.issuer, key=len)
    size = COMPONENTS["issuer"].size_pt
    length = 0.42 * len(issuer) * _CAPITAL_WIDTH * size / POINTS_PER_MM
    _set_rule(document, ISSUER_RULE, HEAD_LEFT_MM, length)
    size = COMPONENTS["subject"].size_pt
    widest = min(len(draft.content.subject) * _LETTER_WIDTH * size / POINTS_PER_MM, TEXT_MM)
    _set_rule(document, SUBJECT_RULE, TEXT_MM, 0.42 * widest)


def _set_rule(document: Document, mark: str, column_mm: float, length_mm: float) -> None:
    for element in document.element.body.iter(qn("w:bookmarkStart")):
        if element.get(qn("w:name")) == mark:
            paragraph: Any = element.getparent()
            set_rule_length(DocxParagraph(paragraph, document), column_mm=column_mm, length_mm=length_mm)


def _describe(document: Document, subject: str) -> None:
    properties = document.core_properties
    properties.title = subject
    properties.language = "vi-VN"
    properties.author = ""
    properties.comments = ""
    properties.last_modified_by = ""
