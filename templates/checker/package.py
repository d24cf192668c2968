"""The parts of a DOCX the checker reads, through the gate for office files and with limits of its own.

Nothing is fetched and nothing unpacked to a disk; a part counts only under its own plain name.
"""

import io
import posixpath
import zipfile
from dataclasses import dataclass
from functools import cache
from typing import Any

from lxml import etree

from templates.errors import OfficeRefused
from templates.office import DOCX, examine_office, parsed

MOST_PARAGRAPHS = 20_000
# Text of 20,000 paragraphs with every letter in a run of its own stays below this.
MOST_TEXT_XML = 40 * 1024 * 1024
_RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_MAIN = "word/document.xml"
# The names of ISO/IEC 29500 Strict, and what the same is called by everybody else.
_STRICT = tuple(
    (b"http://purl.oclc.org/ooxml/" + new, b"http://schemas.openxmlformats.org/" + old)
    for new, old in (
        (b"wordprocessingml/main", b"wordprocessingml/2006/main"),
        (b"drawingml/main", b"drawingml/2006/main"),
        (b"drawingml/wordprocessingDrawing", b"drawingml/2006/wordprocessingDrawing"),
        (b"drawingml/picture", b"drawingml/2006/picture"),
        (b"officeDocument/relationships", b"officeDocument/2006/relationships"),
    )
)


@dataclass(frozen=True)
class Package:
    """Parsed parts. `related` are headers and footers by the relation's id: part name and root."""

    document: Any
    styles: Any | None
    theme: Any | None
    numbering: Any | None
    settings: Any | None
    related: dict[str, tuple[str, Any]]


def open_package(data: bytes) -> Package:
    """Read the parts; raises `OfficeRefused` for what is no DOCX, may not come in, or is too large to be checked."""
    _bound(data)
    if examine_office(data) != DOCX:
        raise OfficeRefused("office_unreadable")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = set(archive.namelist())

        # Two relations to one part lead to one tree: what is mended in it is saved.
        @cache
        def part(name: str) -> Any | None:
            return parse(archive.read(name)) if name in names else None

        document = part(_MAIN)
        related: dict[str, tuple[str, Any]] = {}
        single: dict[str, Any | None] = dict.fromkeys(("styles", "theme", "numbering", "settings"))
        relations = part("word/_rels/document.xml.rels")
        for relation in relations if relations is not None else ():
            kind = str(relation.get("Type", "")).rpartition("/")[2]
            target = posixpath.normpath(posixpath.join("word", str(relation.get("Target", "")))).lstrip("/")
            if relation.tag != _RELATIONS or target not in names:
                continue
            if kind in single:
                single[kind] = part(target)
            elif kind in {"header", "footer"}:
                related[str(relation.get("Id"))] = (target, part(target))
        package = Package(document=document, **single, related=related)
    _count(document)
    return package


def parse(xml: bytes) -> Any:
    """A part's root, by the names everybody uses."""
    for strict, usual in _STRICT:
        xml = xml.replace(strict, usual)
    return parsed(xml)


def replace_parts(data: bytes, parts: dict[str, Any]) -> bytes:
    """The same file with some parts written anew."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            root, content = parts.get(entry.filename), source.read(entry)
            if root is not None:
                content = _written(root, strict=any(strict in content for strict, _ in _STRICT))
            target.writestr(zipfile.ZipInfo(entry.filename, entry.date_time), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _written(root: Any, *, strict: bool) -> bytes:
    xml = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    for new, usual in _STRICT if strict else ():
        xml = xml.replace(usual, new)
    return bytes(xml)


def _bound(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            size = sum(
                part.file_size
                for part in archive.infolist()
                if part.filename.lower().endswith((".xml", ".rels", ".vml"))
            )
    except (zipfile.BadZipFile, ValueError, NotImplementedError, RuntimeError) as error:
        raise OfficeRefused("office_unreadable") from error
    if size > MOST_TEXT_XML:
        raise OfficeRefused("office_too_large")


def _count(document: Any) -> None:
    wanted = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}p"
    for number, _ in enumerate(document.iter(wanted), start=1):
        if number > MOST_PARAGRAPHS:
            raise OfficeRefused("office_too_large")
