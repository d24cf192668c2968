"""Forms an agency makes itself: examined on upload, tried with samples, filled like our own. Pure, for the fence."""

import copy
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import docx
from docx.document import Document
from docx.oxml.ns import qn
from docx.shared import Mm
from docx.text.paragraph import Paragraph as DocxParagraph
from docx.text.run import Run
from docxtpl import DocxTemplate

from templates.catalogue import SECRETARY, Kind
from templates.docx import ENVIRONMENT, add_annexes, context_of, fit_rules, flat_blocks
from templates.docx_file import save
from templates.docx_parts import CENTER
from templates.docx_tables import put_table
from templates.draft import Draft, Letterhead, SignatureBlock, Table, read_values
from templates.emphasis import bare, emphasise
from templates.errors import OfficeRefused, WordPlaceMissing
from templates.families import FAMILIES, numbered_as
from templates.own_fields import FieldType, OwnField, read_own
from templates.own_language import language_faults
from templates.own_package import FormFault, package_faults
from templates.readable import lines_of
from templates.word import prepare_word

BODY = "\ue010"
# What a form must say, whatever it leaves out of the rest.
_WANTED = ("body", "signer", "signature_lines")


class _Body(list[dict[str, Any]]):
    """The blocks: looped over, or put whole where a paragraph says nothing but `{{ body }}`."""

    def __str__(self) -> str:
        return BODY

    def __html__(self) -> str:
        return BODY


@dataclass(frozen=True)
class Examined:
    """What came of an upload: faults that refuse it, and names of fields the form leaves out."""

    faults: tuple[FormFault, ...]
    left_out: tuple[str, ...] = ()


def examine_form(data: bytes, kind: Kind, fields: tuple[OwnField, ...]) -> Examined:
    """Everything that is wrong with a form; nothing of it is filled before its language is known to be harmless.

    Raises `OfficeRefused` for what is no readable DOCX at all.
    """
    faults = package_faults(data)
    if faults:
        return Examined(tuple(faults))
    found, said = language_faults(data, kind, fields)
    wanted = {name: "word/document.xml" for name in _WANTED if name not in said}
    if not any(field.name == "body" for field in kind.fields):
        wanted.pop("body", None)
    faults = [*found, *(FormFault("name_missing", part, what=name) for name, part in wanted.items())]
    if faults:
        return Examined(tuple(faults))
    # The sentences before the body say these themselves.
    led = set(re.findall(r"{(\w+)}", " ".join((*kind.lead, *kind.close))))
    names = (*(f.name for f in kind.fields if f.name not in led), *(f.name for f in fields))
    left_out = tuple(name for name in names if name not in said)
    return Examined(tuple(_tried(data, kind, fields)), left_out)


def fill_form(data: bytes, draft: Draft, own: Mapping[str, Any]) -> bytes:
    """The draft in an agency's form, which was examined; the places for number, date and signature are made in it.

    Raises `WordPlaceMissing`, `OfficeRefused`.
    """
    template = DocxTemplate(io.BytesIO(data))
    lead = set(re.findall(r"{(\w+)}", " ".join((*draft.content.kind.lead, *draft.content.kind.close))))
    # What a form says itself is not said again before the body.
    blocks = flat_blocks(draft.content, with_lead=not lead & template.get_undeclared_template_variables(ENVIRONMENT))
    context = context_of(draft, blocks)
    context |= (
        dict(draft.content.lines) | {"invited": draft.content.invited, "attendees": draft.content.attendees} | dict(own)
    )
    template.render(context | {"body": _Body(context["body"])}, jinja_env=ENVIRONMENT)
    document: Document = template.docx
    _put_bodies(document, blocks)
    for facts, table in blocks:
        place = _marked(document, str(facts.get("mark", ""))) if table is not None else None
        if place is not None and table is not None:
            put_table(document, place, table)
    emphasise(document)
    fit_rules(document, draft)
    kind = draft.content.kind
    made = prepare_word(
        save(document),
        signature=draft.signature,
        secretary=draft.secretary,
        dated=kind.has_date,
        family=numbered_as(kind),
    )
    return _with_annexes(made, draft) if draft.content.annexes else made


def _with_annexes(word: bytes, draft: Draft) -> bytes:
    """An agency's form says nothing of annexes: they follow it as they follow ours."""
    document = docx.Document(io.BytesIO(word))
    add_annexes(document, draft)
    emphasise(document)
    return save(document)


def sample(kind: Kind, fields: tuple[OwnField, ...]) -> tuple[Draft, dict[str, Any]]:
    """A draft that says every field of a kind, and values of the own fields: for trying a form, and its preview."""
    values: dict[str, Any] = {}
    for field in kind.fields:
        name = field.name
        if name == "body":
            values[name] = [
                {"paragraph": "Đoạn nội dung mẫu thứ nhất của văn bản."},
                {"heading": "I. ĐỀ MỤC MẪU"},
                {"table": {"columns": ["STT", "Cột mẫu"], "rows": [["01", "Ô mẫu"]], "widths_mm": [20, 120]}},
                {"paragraph": "Đoạn nội dung mẫu cuối cùng."},
            ]
        elif name in {"addressees", "citations", "recipients", "invited", "attendees"}:
            values[name] = [f"{_SAMPLES.get(name, 'Mục mẫu')} {number}" for number in ("thứ nhất", "thứ hai")]
        elif name in {"valid_until", "requested_on", "from_day", "to_day"}:
            values[name] = "2026-01-05"
        else:
            values[name] = _SAMPLES.get(name, f"giá trị mẫu của {name}")
    own = {field.name: _sample_of(field) for field in fields}
    letterhead = Letterhead((), ("ỦY BAN NHÂN DÂN", "XÃ MẪU"), "Xã Mẫu")
    block = SignatureBlock(("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"), "Nguyễn Văn Mẫu")
    secretary = SignatureBlock(("THƯ KÝ",), "Trần Thị Mẫu") if SECRETARY in kind.signers else None
    return Draft(read_values(kind, values), letterhead, block, secretary), read_own(fields, own)


_SAMPLES = {
    "subject": "trích yếu mẫu của văn bản",
    "addressees": "Cơ quan mẫu",
    "citations": "Căn cứ Quyết định mẫu",
    "recipients": "Nơi nhận mẫu",
    "archive": "VT, VP",
    "authority": "ỦY BAN NHÂN DÂN XÃ MẪU",
}


def _sample_of(field: OwnField) -> Any:
    return {
        FieldType.TEXT: "chữ mẫu",
        FieldType.NUMBER: "5",
        FieldType.DATE: "2026-01-05",
        FieldType.CHOICE: next(iter(field.options), ""),
        FieldType.LIST: ["mục mẫu một", "mục mẫu hai"],
        FieldType.TABLE: [[f"ô mẫu {at}" for at, _ in enumerate(field.options)]],
    }[field.type]


def _tried(data: bytes, kind: Kind, fields: tuple[OwnField, ...]) -> list[FormFault]:
    """Fill the form with samples: what it loses of the body, and the places it does not have."""
    draft, own = sample(kind, fields)
    try:
        lines = lines_of(fill_form(data, draft, own))
    except WordPlaceMissing as error:
        return [FormFault(f"no_{error.params.get('place', 'place')}", "word/document.xml")]
    except OfficeRefused as error:
        return [FormFault(error.code, "word/document.xml")]
    text = "\n".join(lines)
    heads = [FormFault("head_missing", "word/document.xml", what=head) for head in _heads_missing(kind, lines)]
    if heads:
        return heads
    blocks = flat_blocks(draft.content, with_lead=False) if draft.content.body else []
    said = [bare(facts["text"]).rstrip("./ ") for facts, _ in blocks if "text" in facts]
    said += ["Ô mẫu"] if any(table for _, table in blocks) else []
    return [FormFault("body_lost", "word/document.xml", what=words) for words in said if words not in text]


def _heads_missing(kind: Kind, lines: Sequence[str]) -> list[str]:
    """The heads of a kind's family that its form does not say; how an administrative one looks, the checker tells."""
    family = FAMILIES[kind.family]
    said = {" ".join(line.split()) for line in lines}
    return [] if family.shipped else [head for head in family.heads if head not in said]


def _put_bodies(document: Document, blocks: list[tuple[dict[str, Any], Table | None]]) -> None:
    """Where a paragraph says `{{ body }}`, the blocks in its letters: headings bold, articles with a bold number."""
    body: Any = document.element.body
    for element in [p for p in body.iter(qn("w:p")) if any(t.text and BODY in t.text for t in p.iter(qn("w:t")))]:
        for facts, table in blocks:
            made = DocxParagraph(copy.deepcopy(element), document)
            element.addprevious(made._p)  # noqa: SLF001 - python-docx inserts before only
            _say(made, facts)
            if table is not None:
                put_table(document, made, table)
        element.getparent().remove(element)


def _say(paragraph: DocxParagraph, facts: Mapping[str, Any]) -> None:
    runs = paragraph.runs
    for run in runs[1:]:
        element: Any = run._r  # noqa: SLF001 - as above
        element.getparent().remove(element)
    first: Run = runs[0] if runs else paragraph.add_run()
    first.text = str(facts.get("text", ""))
    if facts["kind"] in {"heading", "division"}:
        first.bold = True
    if facts["kind"] in {"division", "caption"}:
        paragraph.alignment = CENTER
        paragraph.paragraph_format.first_line_indent = Mm(0)
    if facts["kind"] == "article":
        number = copy.deepcopy(first._r)  # noqa: SLF001 - as above
        first._r.addprevious(number)  # noqa: SLF001 - as above
        lead = Run(number, paragraph)
        lead.text, lead.bold = f"Điều {facts['number']}. ", True


def _marked(document: Document, name: str) -> DocxParagraph | None:
    body: Any = document.element.body
    for start in body.iter(qn("w:bookmarkStart")):
        if name and start.get(qn("w:name")) == name:
            return DocxParagraph(start.getparent(), document)
    return None
