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
from templates.office import ADDRESS, examine_office, parsed

MOST_BYTES = 20 * 1024 * 1024
_MACROS = re.compile(r"vbaproject|vbadata|macrosheets", re.IGNORECASE)
_OBJECTS = re.compile(r"/(embeddings|activex|externallinks)/|oleobject", re.IGNORECASE)
# Fields of Word that fetch or run something when the file is opened or printed: the first word of a code names it.
_NAMES = r"(?:DDE|DDEAUTO|INCLUDETEXT|INCLUDEPICTURE|IMPORT|LINK|DATABASE|RD|MACROBUTTON|MERGEFIELD|HYPERLINK)\b"
# Where a field stands inside of another's code; what it says may be that one's name.
_NESTED = "\ufffc"
_FETCHING = re.compile(rf"^[\s\"]*(?:{_NAMES}|[A-Z]*{_NESTED})", re.IGNORECASE)
_FETCHING_ANYWHERE = re.compile(rf"\b{_NAMES}", re.IGNORECASE)
# What an office program may leave out, or reads apart from what is around it: with parts of fields in there, whose
# code a word is cannot be told.
_APART = ("{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent", qn("w:txbxContent"))
_FIELD_PARTS = (qn("w:fldChar"), qn("w:fldSimple"), qn("w:instrText"))
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
    try:
        return parsed(archive.read(name), remove_blank_text=True)
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
    numbers = {paragraph: at for at, paragraph in enumerate(tree.iter(qn("w:p")), 1)}

    def place(element: Any) -> int:
        return numbers.get(next(element.iterancestors(qn("w:p")), None), 0)

    fetching = {place(element): code for element, code in _field_codes(tree) if _FETCHING.search(code)}
    if any(next(one.iter(*_FIELD_PARTS), None) is not None for one in tree.iter(*_APART)):
        for paragraph, at in numbers.items():
            code = "".join(part.text or "" for part in paragraph.iter(qn("w:instrText")))
            if _FETCHING_ANYWHERE.search(code):
                fetching.setdefault(at, code)
    for at, code in sorted(fetching.items()):
        yield FormFault("field_fetches", name, at, code.replace(_NESTED, "").strip()[:100])
    for element in tree.iter(etree.Element):
        if etree.QName(element).localname in _INSERTED and element.prefix in {"w", None}:
            yield FormFault("object", name, place(element), etree.QName(element).localname)


def _field_codes(tree: Any) -> list[tuple[Any, str]]:
    """Where each field begins, and its code out of all its runs, where `_NESTED` stands for a field inside of it."""
    fields: list[tuple[Any, list[str]]] = []
    # The codes of the fields that have not ended, and whether what follows is what the field shows.
    open_ones: list[tuple[list[str], bool]] = []
    for element in tree.iter(*_FIELD_PARTS):
        kind = element.get(qn("w:fldCharType"))
        if element.tag == qn("w:instrText"):
            if not open_ones:
                fields.append((element, []))
                open_ones.append((fields[-1][1], False))
            open_ones[-1][0].append(element.text or "")
        elif element.tag == qn("w:fldSimple") or kind == "begin":
            if open_ones and not open_ones[-1][1]:
                open_ones[-1][0].append(_NESTED)
            fields.append((element, [element.get(qn("w:instr"), "")]))
            if kind == "begin":
                open_ones.append((fields[-1][1], False))
        elif open_ones:
            code, _ = open_ones.pop()
            if kind == "separate":
                open_ones.append((code, True))
    return [(beginning, "".join(code)) for beginning, code in fields]
