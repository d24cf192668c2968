"""What an agency's own form may be made of: no macros, nothing from outside, no objects; each fault names its place."""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from docx.oxml.ns import qn
from lxml import etree

from templates.errors import OfficeRefused
from templates.office import ADDRESS, examine_office

MOST_BYTES = 20 * 1024 * 1024
_MACROS = re.compile(r"vbaproject|vbadata|macrosheets", re.IGNORECASE)
_OBJECTS = re.compile(r"/(embeddings|activex|externallinks)/|oleobject", re.IGNORECASE)
# Fields of Word that fetch or run something when the file is opened or printed.
_FETCHING = re.compile(
    r"\b(DDE|DDEAUTO|INCLUDETEXT|INCLUDEPICTURE|IMPORT|LINK|DATABASE|RD|MACROBUTTON|MERGEFIELD|HYPERLINK)\b",
    re.IGNORECASE,
)
_INSERTED = frozenset({"altChunk", "subDoc", "object", "control"})


@dataclass(frozen=True)
class FormFault:
    """What is wrong in a form: a code, the part of the file, the paragraph in it (0: the whole part), the words."""

    code: str
    part: str
    paragraph: int = 0
    what: str = ""


def package_faults(data: bytes) -> list[FormFault]:
    """The faults of a form's file; raises `OfficeRefused` for what is no readable DOCX at all."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(part.file_size for part in archive.infolist()) > MOST_BYTES:
                raise OfficeRefused("office_too_large")
            faults = [fault for name in archive.namelist() for fault in _faults(archive, name)]
    except (zipfile.BadZipFile, KeyError, ValueError, NotImplementedError, RuntimeError, EOFError) as error:
        raise OfficeRefused("office_unreadable") from error
    if not faults:
        examine_office(data)
    return faults


def xml_of(archive: zipfile.ZipFile, name: str) -> Any | None:
    """A part's tree as python-docx reads it, entities left alone, whatever the part is called.

    None for a picture or the like; raises `OfficeRefused` for a part that should be XML and is none.
    """
    parser = etree.XMLParser(
        remove_blank_text=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        return etree.fromstring(archive.read(name), parser)
    except etree.XMLSyntaxError as error:
        if name.lower().endswith((".xml", ".rels")):
            raise OfficeRefused("office_unreadable") from error
        return None


def _faults(archive: zipfile.ZipFile, name: str) -> Iterator[FormFault]:
    if _MACROS.search(name):
        yield FormFault("macros", name)
    elif _OBJECTS.search(f"/{name}"):
        yield FormFault("object", name)
    elif name == "[Content_Types].xml":
        if b"macroenabled" in archive.read(name).lower():
            yield FormFault("macros", name)
    elif (tree := xml_of(archive, name)) is not None:
        yield from (_relation_faults if name.lower().endswith(".rels") else _part_faults)(name, tree)


def _relation_faults(name: str, tree: Any) -> Iterator[FormFault]:
    for relation in tree:
        what = str(relation.get("Target", ""))[:100]
        if str(relation.get("Type", "")).lower().endswith("/attachedtemplate"):
            yield FormFault("remote_template", name, what=what)
        elif str(relation.get("TargetMode", "")).lower() == "external" or ADDRESS.match(what):
            yield FormFault("external", name, what=what)


def _part_faults(name: str, tree: Any) -> Iterator[FormFault]:
    paragraphs = list(tree.iter(qn("w:p")))
    for at, paragraph in enumerate(paragraphs, 1):
        code = "".join(part.text or "" for part in paragraph.iter(qn("w:instrText")))
        code += " ".join(part.get(qn("w:instr"), "") for part in paragraph.iter(qn("w:fldSimple")))
        if _FETCHING.search(code):
            yield FormFault("field_fetches", name, at, code.strip()[:100])
    numbers = {paragraph: at for at, paragraph in enumerate(paragraphs, 1)}
    for element in tree.iter(etree.Element):
        if etree.QName(element).localname in _INSERTED and element.prefix in {"w", None}:
            holder = next((one for one in element.iterancestors(qn("w:p"))), None)
            yield FormFault("object", name, numbers.get(holder, 0), etree.QName(element).localname)
