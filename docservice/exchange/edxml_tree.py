"""From bytes to a small tree, with everything a hostile message could try already refused.

The message is fed to the parser in slices and never becomes a document of the parser's own: files travel as base64
inside the XML, tens of megabytes in one text node, so they are decoded while they stream by. What remains, names and
short texts, is kept as plain nodes. A document type is refused at its first mark: with it go entities, external files
and their expansion.
"""

import binascii
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from docservice.exchange.edxml_model import NAMESPACE, EdxmlInvalid
from docservice.exchange.edxml_text import one_line

MEBIBYTE = 1024 * 1024
PAYLOAD = "ContentTransferEncoded"

_SLICE = 65_536
_SEARCHED_FOR_START = 4096
_WHITESPACE = b" \t\r\n\x0b\x0c"
_HREF = "{http://www.w3.org/1999/xlink}href"
# Typing errors of printed texts and of peers, read as what was meant.
_MEANT = {"Organld": "OrganId", "Signerlnfo": "SignerInfo"}


@dataclass(frozen=True)
class ReadLimits:
    """What a message may cost. A reader behind a fence answers in text, so its files have to fit the fence as base64.

    Attributes:
        message_bytes: the whole message as it came.
        attachments_bytes: all files together, decoded and unpacked.
        attachments: how many files.
        elements: how many elements.
        depth: how deep they may be nested.
        text_chars: characters of one value; the standard's longest is 500.
    """

    message_bytes: int = 64 * MEBIBYTE
    attachments_bytes: int = 45 * MEBIBYTE
    attachments: int = 100
    elements: int = 20_000
    depth: int = 32
    text_chars: int = 20_000


DEFAULT_LIMITS = ReadLimits()


@dataclass
class Node:
    """An element: its local name, whether it is in the standard's namespace, and what it holds.

    Attributes:
        data: the decoded bytes of a payload, None elsewhere.
        href: `xlink:href`, which some systems write instead of a ContentId.
    """

    name: str
    standard: bool
    href: str | None = None
    chunks: list[str] = field(default_factory=list)
    children: list["Node"] = field(default_factory=list)
    data: bytes | None = None

    @property
    def text(self) -> str:
        return one_line("".join(self.chunks))

    def walk(self) -> Iterator["Node"]:
        """This node and all below it, in the order of the message."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True)
class Tree:
    """The root, and what was put up with on the way."""

    root: Node
    warnings: tuple[str, ...]


def parse(xml: bytes, *, limits: ReadLimits) -> Tree:
    """The tree of a message, its files decoded.

    Raises:
        EdxmlInvalid: a limit, a document type, broken XML or broken base64; see `EdxmlInvalid`.
    """
    if len(xml) > limits.message_bytes:
        raise EdxmlInvalid("message_too_large", limit=limits.message_bytes, size=len(xml))
    builder = _Builder(limits)
    start = _start(xml, builder)
    parser = etree.XMLParser(
        target=builder,  # type: ignore[arg-type] # the stubs ask for `comment` and bytes; the parser does not
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
    )
    view = memoryview(xml)
    try:
        for at in range(start, len(xml), _SLICE):
            parser.feed(bytes(view[at : at + _SLICE]))
        parser.close()
    except etree.XMLSyntaxError as error:
        raise EdxmlInvalid("xml_invalid", line=error.lineno or 0, reason=(error.msg or "")[:200]) from error
    if builder.root is None:
        raise EdxmlInvalid("xml_invalid", line=0, reason="no element")
    return Tree(builder.root, tuple(builder.warnings))


def _start(xml: bytes, builder: "_Builder") -> int:
    """Where the XML begins: gateways leave text before the declaration."""
    if xml[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return 0
    head = xml[:_SEARCHED_FOR_START]
    declared = re.search(rb"<\?xml\s", head)
    start = declared.start() if declared else head.find(b"<")
    if start < 0:
        raise EdxmlInvalid("not_edxml")
    if head[:start].removeprefix(b"\xef\xbb\xbf").strip():
        builder.warnings["text_before_declaration"] = None
    return start


class _Builder:
    """What the parser calls; it stops the parser by raising."""

    def __init__(self, limits: ReadLimits) -> None:
        self._limits = limits
        self._open: list[Node] = []
        self._payload: _Base64 | None = None
        self._elements = self._files = self._decoded = 0
        # A signature is read from the original bytes, never from this tree: its certificates are passed over here.
        self._passed_over = 0
        self.root: Node | None = None
        self.warnings: dict[str, None] = {}

    def doctype(self, _name: str, _public: str | None, _system: str | None) -> None:
        raise EdxmlInvalid("doctype_refused")

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._elements += 1 + len(attributes)
        if self._elements > self._limits.elements:
            raise EdxmlInvalid("too_many_elements", limit=self._limits.elements)
        if len(self._open) + self._passed_over >= self._limits.depth:
            raise EdxmlInvalid("too_deep", limit=self._limits.depth)
        namespace, _, name = tag.rpartition("}")
        if self._passed_over or name == "Signature":
            self._passed_over += 1
            return
        if self._payload is not None:
            raise EdxmlInvalid("base64_invalid", attachment=self._files)
        node = Node(_meant(name), namespace == "{" + NAMESPACE, href=attributes.get(_HREF))
        # An attribute may say what elsewhere an element says; only levels of secrecy are looked for there.
        for key, value in attributes.items():
            if key != _HREF:
                node.children.append(Node("@" + key.rpartition("}")[2], standard=False, chunks=[value[:200]]))
        if self._open:
            self._open[-1].children.append(node)
        else:
            self.root = node
        self._open.append(node)
        if node.name == PAYLOAD:
            self._begin_file()

    def data(self, text: str) -> None:
        if self._passed_over or not self._open:
            return
        if self._payload is not None:
            self._decoded += self._payload.feed(text)
            if self._decoded > self._limits.attachments_bytes:
                raise EdxmlInvalid("attachments_too_large", limit=self._limits.attachments_bytes)
            return
        node = self._open[-1]
        if len(text) > self._limits.text_chars or len(node.chunks) > self._limits.text_chars:
            raise EdxmlInvalid("text_too_long", element=node.name[:100], limit=self._limits.text_chars)
        node.chunks.append(text)

    def end(self, _tag: str) -> None:
        if self._passed_over:
            self._passed_over -= 1
            return
        node = self._open.pop()
        if self._payload is not None:
            node.data, complete = self._payload.finish()
            self._payload = None
            if not complete:
                self.warnings[f"base64_unpadded:{self._files}"] = None
        elif sum(map(len, node.chunks)) > self._limits.text_chars:
            raise EdxmlInvalid("text_too_long", element=node.name[:100], limit=self._limits.text_chars)

    def close(self) -> None:
        """Nothing is left to do; the parser asks for it."""

    def _begin_file(self) -> None:
        self._files += 1
        if self._files > self._limits.attachments:
            raise EdxmlInvalid("too_many_attachments", limit=self._limits.attachments)
        self._payload = _Base64(self._files)


class _Base64:
    """Base64 decoded as it streams by, line breaks and blanks passed over, anything else refused."""

    def __init__(self, ordinal: int) -> None:
        self._ordinal = ordinal
        self._waiting = b""
        self._ended = False
        self._decoded = io.BytesIO()

    def feed(self, text: str) -> int:
        """Decode what makes whole groups of four; returns how many bytes came of it."""
        try:
            found = self._waiting + text.encode("ascii").translate(None, _WHITESPACE)
        except UnicodeEncodeError as error:
            raise EdxmlInvalid("base64_invalid", attachment=self._ordinal) from error
        whole = len(found) - len(found) % 4
        self._waiting = found[whole:]
        return self._decode(found[:whole])

    def finish(self) -> tuple[bytes, bool]:
        """All bytes, and whether the padding was there."""
        complete = not self._waiting
        self._decode(self._waiting + b"=" * (-len(self._waiting) % 4))
        return self._decoded.getvalue(), complete

    def _decode(self, groups: bytes) -> int:
        if not groups:
            return 0
        if self._ended:
            raise EdxmlInvalid("base64_invalid", attachment=self._ordinal)
        self._ended = groups.endswith(b"=")
        try:
            return self._decoded.write(binascii.a2b_base64(groups, strict_mode=True))
        except binascii.Error as error:
            raise EdxmlInvalid("base64_invalid", attachment=self._ordinal) from error


def _meant(name: str) -> str:
    """The standard spells `Bussiness`; a peer that spells it right means the same."""
    if name.startswith("Business"):
        return "Bussiness" + name.removeprefix("Business")
    return _MEANT.get(name, name)
