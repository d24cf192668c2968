"""What an agency's own form may say: its template language is read as a tree before anything is filled.

Known fields, loops over known lists, conditions and the filters named here; nothing else. Each fault names its place:
the part of the file and the paragraph, counted from 1. Pure, for the fence.
"""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from docx.opc.exceptions import PackageNotFoundError
from docxtpl import DocxTemplate
from jinja2 import TemplateSyntaxError, nodes
from jinja2.sandbox import SandboxedEnvironment
from lxml import etree

from templates.catalogue import Kind
from templates.errors import OfficeRefused
from templates.own_fields import FieldType, OwnField, column_name
from templates.own_package import FormFault, xml_of

FILTERS = frozenset({"upper", "lower", "first", "last", "length", "join", "default", "trim"})
TESTS = frozenset({"defined", "none"})
DEEPEST_LOOP = 2
_ONE_VALUE = frozenset({"first", "last", "join"})
# Expressions that only put others together.
_HARMLESS = (
    nodes.Filter,
    nodes.Test,
    nodes.Compare,
    nodes.Operand,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.CondExpr,
    nodes.Const,
)
_FOOTNOTES = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
_LOOP = frozenset({"first", "last", "index", "index0", "length"})
_BLOCK = frozenset({"kind", "text", "number", "mark"})
_PARAGRAPH = re.compile(r"(?=<w:p[ >])")
# Tags of docxtpl that put raw WordprocessingML, or change cells.
_RAW = re.compile(r"\{\{[\s]*(?:r|p|tr|tc)\s|\{%[-\s]*(?:r|colspan|cellbg|hm|vm)\b")
_PARSER = SandboxedEnvironment(autoescape=True)


@dataclass(frozen=True)
class _Shape:
    """What a name stands for: one value, or a list whose entries have these attributes (none: they are values)."""

    is_list: bool = False
    attributes: frozenset[str] = frozenset()


_VALUE, _LIST, _BLOCKS = _Shape(), _Shape(is_list=True), _Shape(is_list=True, attributes=_BLOCK)


def names_in(kind: Kind, fields: tuple[OwnField, ...]) -> Mapping[str, _Shape]:
    """Every name a form of this kind may say."""
    lists = {"addressees", "citations", "recipients", "invited", "attendees"}
    known = {field.name: _LIST if field.name in lists else _VALUE for field in kind.fields}
    known |= {"superior": _LIST, "issuer": _LIST, "signature_lines": _LIST, "kind_name": _VALUE, "signer": _VALUE}
    known |= {"secretary_lines": _LIST, "secretary_name": _VALUE}
    known |= {"body": _BLOCKS, "authority": _VALUE, "addressees": _LIST, "citations": _LIST}
    for field in fields:
        if field.type is FieldType.TABLE:
            columns = frozenset(column_name(title) for title in field.options)
            known[field.name] = _Shape(is_list=True, attributes=columns)
        else:
            known[field.name] = _LIST if field.type is FieldType.LIST else _VALUE
    return known


def language_faults(data: bytes, kind: Kind, fields: tuple[OwnField, ...]) -> tuple[list[FormFault], frozenset[str]]:
    """The faults of a form's language, and the names it says."""
    known = names_in(kind, fields)
    faults: list[FormFault] = []
    said: set[str] = set()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            # As docxtpl reads it: through a parser, so that nothing hides behind an entity.
            tree = xml_of(archive, name)
            text = "" if tree is None else etree.tostring(tree, encoding="unicode")
            if not any(tag in text for tag in ("{{", "{%", "{#")) and "{<" not in text:
                continue
            if name.startswith("docProps/"):
                faults.append(FormFault("tag_not_here", name))
            else:
                faults += _part_faults(name, text, known, said)
    # Paragraphs kept apart tell the place; that nothing else is said, only the text that will be filled can tell.
    return faults or list(_filled_faults(data, known, said)), frozenset(said)


def _filled_faults(data: bytes, known: Mapping[str, _Shape], said: set[str]) -> Iterator[FormFault]:
    """What docxtpl would compile, read the same way: it joins a tag that is parted between paragraphs."""
    template = DocxTemplate(io.BytesIO(data))
    try:
        template.init_docx()
        sources = list(_sources(template))
    except (KeyError, ValueError, AttributeError, PackageNotFoundError, etree.XMLSyntaxError) as error:
        raise OfficeRefused("office_unreadable") from error
    for part, source in sources:
        try:
            tree = _PARSER.parse(source)
        except TemplateSyntaxError as error:
            yield FormFault("syntax", part, what=str(error.message or "")[:100])
            continue
        for fault in _Reader(part, known, said).read(tree):
            yield replace(fault, paragraph=0)


def _sources(template: DocxTemplate) -> Iterator[tuple[str, str]]:
    """The parts docxtpl fills, as it compiles them."""
    document = template.docx
    yield "word/document.xml", template.patch_xml(template.get_xml())
    for uri in (template.HEADER_URI, template.FOOTER_URI):
        for _, part in template.get_headers_footers(uri):
            yield str(part.partname).lstrip("/"), template.patch_xml(template.get_part_xml(part))
    for part in document.part.package.parts:
        if part.content_type == _FOOTNOTES:
            yield str(part.partname).lstrip("/"), template.patch_xml(part.blob.decode())


def _part_faults(part: str, xml: str, known: Mapping[str, _Shape], said: set[str]) -> Iterator[FormFault]:
    # One paragraph, one line: then the tree's line numbers are the paragraphs'.
    lines = _PARAGRAPH.sub("\n", xml.replace("\n", " ").replace("\r", " "))
    for at, line in enumerate(lines.split("\n")):
        words = "".join(re.findall(r"<w:t(?: [^>]*)?>([^<]*)</w:t>", line))
        raw = _RAW.search(words)
        if raw is not None:
            yield FormFault("tag_unknown", part, at, words[:100])
    source = DocxTemplate(io.BytesIO()).patch_xml(lines)
    try:
        tree = _PARSER.parse(source)
    except TemplateSyntaxError as error:
        yield FormFault("syntax", part, max(0, error.lineno - 1), str(error.message or "")[:100])
        return
    yield from _Reader(part, known, said).read(tree)


def _is_plain_filter(node: nodes.Filter) -> bool:
    return node.name in FILTERS and not (node.kwargs or node.dyn_args or node.dyn_kwargs or node.node is None)


class _Reader:
    """Walks the tree with what is in scope."""

    def __init__(self, part: str, known: Mapping[str, _Shape], said: set[str]) -> None:
        self._part = part
        self._said = said
        self._known = known

    def read(self, tree: nodes.Template) -> Iterator[FormFault]:
        for child in tree.body:
            yield from self._statement(child, dict(self._known), depth=0)

    def _fault(self, code: str, node: nodes.Node, what: str = "") -> FormFault:
        return FormFault(code, self._part, max(0, node.lineno - 1), what[:100])

    def _statement(self, node: nodes.Node, scope: dict[str, _Shape], *, depth: int) -> Iterator[FormFault]:
        if isinstance(node, nodes.Output):
            for said in node.nodes:
                if not isinstance(said, nodes.TemplateData):
                    yield from self._printed(said, scope)
        elif isinstance(node, nodes.If):
            yield from self._expression(node.test, scope)
            for child in (*node.body, *node.elif_, *node.else_):
                yield from self._statement(child, scope, depth=depth)
        elif isinstance(node, nodes.For):
            yield from self._loop(node, scope, depth=depth + 1)
        else:
            yield self._fault("statement_refused", node, type(node).__name__)

    def _loop(self, node: nodes.For, scope: dict[str, _Shape], *, depth: int) -> Iterator[FormFault]:
        if depth > DEEPEST_LOOP or node.recursive:
            yield self._fault("loop_too_deep", node)
            return
        if not isinstance(node.iter, nodes.Name) or not isinstance(node.target, nodes.Name):
            yield self._fault("loop_refused", node)
            return
        shape = scope.get(node.iter.name)
        if shape is None or not shape.is_list:
            yield self._fault("loop_unknown", node, node.iter.name)
            return
        self._said.add(node.iter.name)
        if node.target.name in scope:
            yield self._fault("name_taken", node, node.target.name)
            return
        inner = scope | {node.target.name: _Shape(attributes=shape.attributes), "loop": _Shape(attributes=_LOOP)}
        if node.test is not None:
            yield from self._expression(node.test, inner)
        for child in (*node.body, *node.else_):
            yield from self._statement(child, inner, depth=depth)

    def _printed(self, node: nodes.Expr, scope: dict[str, _Shape]) -> Iterator[FormFault]:
        # The body is put whole where it is named; any other list needs a loop, or a filter that makes one value of it.
        is_one, of = False, node
        while isinstance(of, nodes.Filter | nodes.Getitem):
            is_one = is_one or isinstance(of, nodes.Getitem) or of.name in _ONE_VALUE
            is_count = isinstance(of, nodes.Filter) and of.name == "length"
            if is_count or of.node is None:
                break
            of = of.node
        if isinstance(of, nodes.Name) and (of is not node or of.name != "body"):
            shape = scope.get(of.name, _VALUE)
            if shape.attributes or (shape.is_list and not is_one):
                yield self._fault("needs_loop", of, of.name)
                return
        yield from self._expression(node, scope)

    def _expression(self, node: nodes.Node, scope: dict[str, _Shape]) -> Iterator[FormFault]:
        if isinstance(node, nodes.Name):
            if node.name not in scope:
                yield self._fault("name_unknown", node, node.name)
            self._said.add(node.name)
        elif isinstance(node, nodes.Getattr | nodes.Getitem):
            yield from self._part_of(node, scope)
        elif isinstance(node, nodes.Filter) and not _is_plain_filter(node):
            yield self._fault("filter_refused", node, node.name)
        elif isinstance(node, nodes.Test) and (node.name not in TESTS or node.args):
            yield self._fault("expression_refused", node, node.name)
        elif isinstance(node, _HARMLESS):
            for child in node.iter_child_nodes():
                yield from self._expression(child, scope)
        else:
            yield self._fault("expression_refused", node, type(node).__name__)

    def _part_of(self, node: nodes.Getattr | nodes.Getitem, scope: dict[str, _Shape]) -> Iterator[FormFault]:
        owner = node.node
        shape = scope.get(owner.name) if isinstance(owner, nodes.Name) else None
        if shape is None or not isinstance(owner, nodes.Name):
            yield self._fault("expression_refused", node, getattr(node, "attr", ""))
            return
        self._said.add(owner.name)
        if isinstance(node, nodes.Getattr):
            if shape.is_list or node.attr not in shape.attributes:
                yield self._fault("attribute_unknown", node, f"{owner.name}.{node.attr}")
        elif not (shape.is_list and isinstance(node.arg, nodes.Const) and isinstance(node.arg.value, int)):
            yield self._fault("expression_refused", node, owner.name)
