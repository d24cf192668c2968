"""Filling a form: the template language runs in a sandbox, text is escaped, equal drafts give equal bytes."""

import io
import re
from contextlib import suppress
from functools import lru_cache
from typing import Any

from docx.document import Document
from docx.text.paragraph import Paragraph as DocxParagraph
from docxtpl import DocxTemplate
from jinja2 import Template
from jinja2.sandbox import SandboxedEnvironment

from templates.annexes import add_text, begin_annex
from templates.catalogue import COMPONENTS, END_MARK, LANGUAGE, Component
from templates.confirmation import add_confirmation
from templates.docx_file import save
from templates.docx_parts import (
    keep_above,
    set_side_indents,
    take_mark,
)
from templates.docx_tables import put_table
from templates.draft import Article, Block, Content, Draft, Heading, Paragraph, SignatureBlock, Table
from templates.emphasis import bare, emphasise, ended, signed
from templates.fonts import balanced_mm, lines_in
from templates.form_files import form_bytes
from templates.forms import (
    BEFORE_FOOT,
    ISSUER,
    ISSUER_RULE,
    LETTER,
    LETTER_PREFIX,
    SUBJECT,
    SUBJECT_RULE,
    TABLE,
)
from templates.layout import HEAD_LEFT_MM, RULE_SHARE, TEXT_MM, signatory_mark

# Measures differ by hairs between office programs; a line must not break for that.
_TOLERANCE_MM = 2.0
# A unit never stands alone at the beginning of a line: a blank that does not break goes before it.
_BEFORE_UNIT = re.compile(r"(?<=[0-9]) (?=(?:[mck]?m[23²³]?|ha|k?g|tấn|tạ|%)(?!\w))")
# What `resolve_listing` gives elements of their own.
_LISTED = re.compile("[\t\n\a\f]")
_DIVISION = re.compile(r"((?:Phần|Chương|Mục|Tiểu mục) (?:[IVXLCDM]+|[0-9]+))(?:[.:]? (.+))?")


class _Environment(SandboxedEnvironment):
    """Compiles a source once: the forms are few, and compiling is most of a filling's cost."""

    @lru_cache(maxsize=200)  # noqa: B019 - there is one environment, as long as the process
    def _compiled(self, source: str) -> Template:
        return super().from_string(source)

    def from_string(self, source: Any, *_globals: Any, **_more: Any) -> Template:
        return self._compiled(source)


ENVIRONMENT = _Environment(autoescape=True)


class _Form(DocxTemplate):
    """One of our forms; making its parts readable for the template language costs as much as filling them, once."""

    def patch_xml(self, src_xml: str) -> str:
        return _patched(src_xml)

    def resolve_listing(self, xml: str) -> str:
        # Line breaks and tabs within a value become elements, which reads every run; hardly any document has one.
        return str(super().resolve_listing(xml)) if _LISTED.search(xml) else xml

    def render_footnotes(self, *_asked: Any, **_more: Any) -> None:
        """There are none in our forms."""


@lru_cache(maxsize=100)
def _patched(part: str) -> str:
    return str(DocxTemplate(io.BytesIO()).patch_xml(part))


def fill(draft: Draft) -> bytes:
    """The draft as a DOCX in its kind's form (Decree 30/2020, Annex III)."""
    content = draft.content
    template = _Form(io.BytesIO(form_bytes(content.kind.code, joint=content.partner is not None)))
    blocks = flat_blocks(content)
    template.render(context_of(draft, blocks), jinja_env=ENVIRONMENT)
    document: Document = template.docx
    for facts, table in blocks:
        if table is not None:
            put_table(document, take_mark(document, facts["mark"]), table)
    _balance(document, draft)
    keep_above(take_mark(document, BEFORE_FOOT))
    confirmed_by = dict(content.lines).get("confirmed_by")
    if confirmed_by:
        add_confirmation(document, confirmed_by)
    add_annexes(document, draft)
    emphasise(document)
    _describe(document, content.subject)
    return save(document)


def add_annexes(document: Document, draft: Draft) -> None:
    """Put the draft's annexes behind everything else, each on pages of its own."""
    for index, annex in enumerate(draft.content.annexes):
        begin_annex(document, draft, index)
        for facts, table in _flatten(annex.body):
            place = add_text(document, facts)
            if table is not None:
                put_table(document, place, table)


def flat_blocks(content: Content, *, with_lead: bool = True) -> list[tuple[dict[str, Any], Table | None]]:
    """The body as a form's loop wants it, between the sentences the form itself puts around it."""
    if not with_lead:
        return _flatten(content.body)
    return _flatten((*_said(content, content.kind.lead), *content.body, *_said(content, content.kind.close)))


def context_of(draft: Draft, blocks: list[tuple[dict[str, Any], Table | None]]) -> dict[str, Any]:
    """What a form may say, by the names it says."""
    content, secretary = draft.content, draft.secretary
    return {
        "superior": () if content.partner else draft.letterhead.superior,
        "issuer": _issuers(draft),
        "kind_name": content.kind.name.upper(),
        "subject": content.subject,
        "authority": content.authority.upper() if content.authority else None,
        "addressees": content.addressees,
        "citations": content.citations,
        "body": [facts for facts, _ in blocks],
        "recipients": content.recipients,
        "archive": content.archive,
        "signature_lines": _named_by(draft) + draft.signature.lines,
        "partner_lines": (content.partner.name, content.partner.title) if content.partner else (),
        "partner_name": content.partner.signer if content.partner else "",
        "signer": draft.signature.name,
        "secretary_lines": secretary.lines if secretary else (),
        "secretary_name": secretary.name if secretary else "",
        "signatory_rows": _rows_of(draft.signatories),
    }


def _issuers(draft: Draft) -> tuple[str, ...]:
    """The agency's lines in the head; of two agencies that issue together both, parted by a dash."""
    partner, own = draft.content.partner, draft.letterhead.issuer
    return (*own[:-1], f"{own[-1]} -", partner.name) if partner else own


def _named_by(draft: Draft) -> tuple[str, ...]:
    """Whom the own signer signs for: said only where two agencies sign."""
    return draft.letterhead.issuer if draft.content.partner else ()


def _rows_of(blocks: tuple[SignatureBlock, ...]) -> list[list[dict[str, Any] | None]]:
    """Two signatories side by side, in their order; the last may stand alone, at the right where a head signs."""
    places: list[dict[str, Any] | None] = [
        {"mark": signatory_mark(ordinal), "lines": block.lines, "name": block.name}
        for ordinal, block in enumerate(blocks, 1)
    ]
    if len(places) % 2:
        places.insert(len(places) - 1, None)
    return [places[start : start + 2] for start in range(0, len(places), 2)]


def _said(content: Content, sentences: tuple[str, ...]) -> tuple[Block, ...]:
    """Sentences the form itself puts around the body; one whose field was left out is not said."""
    said: dict[str, tuple[str, ...]] = {name: (text,) for name, text in content.lines}
    said |= {"addressees": content.addressees, "invited": content.invited, "attendees": content.attendees}
    blocks = []
    for pattern in sentences:
        names = re.findall(r"{(\w+)}", pattern)
        if not all(said.get(name) for name in names):
            continue
        if pattern.startswith("- "):
            entries = said[names[0]]
            stops = [";"] * (len(entries) - 1) + ["."]
            blocks += [Paragraph(f"- {entry}{stop}") for entry, stop in zip(entries, stops, strict=True)]
        else:
            words = pattern.format(**{name: "; ".join(said[name]) for name in names})
            blocks.append(Paragraph(words if words.endswith((":", ",", ".")) else f"{words}."))
    return tuple(blocks)


def _flatten(body: tuple[Block, ...]) -> list[tuple[dict[str, Any], Table | None]]:
    """Blocks as the form's loop wants them; the end mark follows the last sentence (Annex I, part I, II.6)."""
    flat: list[tuple[dict[str, Any], Table | None]] = []
    for block in body:
        if isinstance(block, Heading):
            flat += [(facts, None) for facts in _heading(bare(block.text))]
        elif isinstance(block, Paragraph):
            flat.append(({"kind": "paragraph", "text": signed(block.text)}, None))
        elif isinstance(block, Article):
            flat.append(({"kind": "article", "number": block.number, "text": signed(block.text)}, None))
            flat += [({"kind": "paragraph", "text": signed(text)}, None) for text in block.paragraphs]
        else:
            if block.caption:
                flat.append(({"kind": "caption", "text": block.caption}, None))
            flat.append(({"kind": "table", "mark": f"{TABLE}{len(flat)}"}, block))
    for facts, _ in flat:
        if "text" in facts:
            facts["text"] = _BEFORE_UNIT.sub("\u00a0", facts["text"])
    last = flat[-1][0]
    if "text" not in last:
        flat.append(({"kind": "paragraph", "text": END_MARK}, None))
    else:
        last["text"] = ended(last["text"], END_MARK)
    return flat


def _heading(text: str) -> list[dict[str, Any]]:
    """Phần, Chương and Mục stand on a line of their own, centred, their heading in capitals below (II.6.d)."""
    division = _DIVISION.fullmatch(text)
    if division is None:
        return [{"kind": "heading", "text": text}]
    name, title = division.groups()
    lines = [name, title.upper()] if title else [name]
    return [{"kind": "division", "text": line} for line in lines]


def _balance(document: Document, draft: Draft) -> None:
    """Lines of agency and subject come out alike in length, and their rules in proportion (Annex I)."""
    content = draft.content
    issuer = [
        _balance_line(take_mark(document, f"{ISSUER}{index}"), line, COMPONENTS["issuer"], column_mm=HEAD_LEFT_MM)
        for index, line in enumerate(_issuers(draft))
    ]
    set_side_indents(take_mark(document, ISSUER_RULE), column_mm=HEAD_LEFT_MM, width_mm=max(issuer) * RULE_SHARE)
    subject = take_mark(document, SUBJECT)
    if content.kind.code == LETTER:
        text = f"{LETTER_PREFIX}{content.subject}"
        _balance_line(subject, text, COMPONENTS["letter_subject"], column_mm=HEAD_LEFT_MM)
        return
    title = content.subject if content.kind.shows_subject else content.kind.name.upper()
    widest = _balance_line(subject, title, COMPONENTS["subject"], column_mm=TEXT_MM)
    set_side_indents(take_mark(document, SUBJECT_RULE), column_mm=TEXT_MM, width_mm=widest * RULE_SHARE)


def fit_rules(document: Document, draft: Draft) -> None:
    """The rules of an agency's form that was made from ours, in proportion to what stands above them (Annex I)."""
    content = draft.content
    title = content.subject if content.kind.shows_subject else content.kind.name.upper()
    for mark, texts, name, column_mm in (
        (ISSUER_RULE, _issuers(draft), "issuer", HEAD_LEFT_MM),
        (SUBJECT_RULE, (title,), "subject", TEXT_MM),
    ):
        with suppress(KeyError):
            rule, size, bold = take_mark(document, mark), COMPONENTS[name].size_pt, COMPONENTS[name].bold
            lines = [line for text in texts for line in lines_in(text, size_pt=size, bold=bold, column_mm=column_mm)]
            set_side_indents(rule, column_mm=column_mm, width_mm=max(lines) * RULE_SHARE)


def _balance_line(paragraph: DocxParagraph, text: str, component: Component, *, column_mm: float) -> float:
    """Narrow a centred paragraph until its lines come out alike; returns the longest of them, in millimetres."""
    size, bold = component.size_pt, component.bold
    column = balanced_mm(text, size_pt=size, bold=bold, column_mm=column_mm)
    set_side_indents(paragraph, column_mm=column_mm, width_mm=min(column_mm, column + _TOLERANCE_MM))
    return max(lines_in(text, size_pt=size, bold=bold, column_mm=column))


def _describe(document: Document, subject: str) -> None:
    properties = document.core_properties
    properties.title = subject
    properties.language = LANGUAGE
    properties.author = ""
    properties.comments = ""
    properties.last_modified_by = ""
