"""The gate for office files: what a DOCX, XLSX or ODT must be before anything else reads it.

Pure, for the service's fence. Nothing in a file is fetched: what points outside of it is refused.
"""

import io
import posixpath
import re
import zipfile
from typing import Any

from lxml import etree

from templates.errors import OfficeRefused

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ODT = "application/vnd.oasis.opendocument.text"
# What each is called at the end of a file's name, and by the converter.
SUFFIXES = {DOCX: "docx", XLSX: "xlsx", ODT: "odt"}

MOST_PARTS = 5_000
MOST_BYTES = 300 * 1024 * 1024
MOST_XML = 100 * 1024 * 1024
# A hyperlink is text to click on; everything else outside would be loaded by itself.
_HARMLESS_OUTSIDE = ("/hyperlink",)
_OUTSIDE = re.compile(r"^\s*(?:[a-z][a-z0-9+.-]*:|//|\\\\|/|\.\./)", re.IGNORECASE)
# Where a relation leads out of the file, whatever its mode says; a stroke alone begins the name of a part.
ADDRESS = re.compile(r"^\s*(?:[a-z][a-z0-9+.-]*:|//|\\\\)", re.IGNORECASE)
_HREF = "{http://www.w3.org/1999/xlink}href"
_TEXT_LINKS = {
    "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}a",
    "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}a",
}
_SCRIPTS = (
    "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}script",
    "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}event-listeners",
)
# Objects of other programs, and what another program would be asked for.
_FOREIGN = (
    "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}dde-source",
    "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}dde-connection-decl",
    "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}object-ole",
    "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}applet",
    "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}plugin",
)
_ACTIVE_PARTS = ("vbaproject.bin", "vbadata.xml", "/activex/", "/embeddings/", "/externallinks/", "/macrosheets/")
_MAIN = {"word/document.xml": DOCX, "xl/workbook.xml": XLSX}
_TYPED = "{http://schemas.openxmlformats.org/package/2006/content-types}"


def examine_office(data: bytes) -> str:
    """The media type of a DOCX, XLSX or ODT that may come in.

    Raises `OfficeRefused`: office_unreadable, office_too_large, office_macros, office_external.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _examine(archive)
    except (zipfile.BadZipFile, etree.XMLSyntaxError, KeyError, ValueError, NotImplementedError, RuntimeError) as error:
        raise OfficeRefused("office_unreadable") from error


def _examine(archive: zipfile.ZipFile) -> str:
    parts = archive.infolist()
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_BYTES:
        raise OfficeRefused("office_too_large")
    names = {part.filename for part in parts}
    # Office programs find a part whatever the case of its letters: two of one name would be read as one likes.
    if len({name.lower() for name in names}) != len(parts):
        raise OfficeRefused("office_unreadable")
    for name in names:
        _examine_name(name)
    for part in parts:
        if part.filename.lower().endswith((".xml", ".rels", ".vml")):
            _examine_xml(archive, part)
    if "mimetype" in names and "content.xml" in names:
        return _examine_open(archive, names)
    types = archive.read("[Content_Types].xml")
    if b"macroenabled" in types.lower():
        raise OfficeRefused("office_macros")
    main = next((name for name in _MAIN if name in names), None)
    if main is None or _led_to(archive) != {main} or _types_of(main, parsed(types)) != {f"{_MAIN[main]}.main+xml"}:
        raise OfficeRefused("office_unreadable")
    return _MAIN[main]


def _led_to(archive: zipfile.ZipFile) -> set[str]:
    """The parts an office program would begin with."""
    return {
        posixpath.normpath("/" + relation.get("Target", "")).lstrip("/")
        for relation in parsed(archive.read("_rels/.rels")).iterchildren("*")
        if relation.get("Type", "").endswith("/officeDocument")
    }


def _types_of(part: str, types: Any) -> set[str]:
    """What a part is said to be: by its name, else by the end of it."""
    named = {
        each.get("ContentType", "")
        for each in types.iterchildren(_TYPED + "Override")
        if each.get("PartName", "").lower() == f"/{part}"
    }
    ended = {
        each.get("ContentType", "")
        for each in types.iterchildren(_TYPED + "Default")
        if part.endswith("." + each.get("Extension", "").lower())
    }
    return named or ended


def _examine_name(name: str) -> None:
    """Refuse a part that could act, or whose name points out of the file, where one were to unpack it."""
    if name.startswith("/") or "\\" in name or "\x00" in name or ".." in name.split("/"):
        raise OfficeRefused("office_unreadable")
    low = f"/{name.lower()}"
    if any(active in low for active in _ACTIVE_PARTS):
        raise OfficeRefused("office_macros" if "vba" in low or "macro" in low else "office_external")


def _examine_open(archive: zipfile.ZipFile, names: set[str]) -> str:
    """An OpenDocument text: no macros, no passwords, nothing that lies outside of the file."""
    if archive.read("mimetype").strip() != ODT.encode():
        raise OfficeRefused("office_unreadable")
    if any(name.startswith(("Basic/", "Scripts/")) for name in names):
        raise OfficeRefused("office_macros")
    for name in names:
        if not name.endswith(".xml"):
            continue
        for element in parsed(archive.read(name)).iter():
            if element.tag in _SCRIPTS:
                raise OfficeRefused("office_macros")
            if element.tag in _FOREIGN:
                raise OfficeRefused("office_external")
            if isinstance(element.tag, str) and element.tag.endswith("}encryption-data"):
                raise OfficeRefused("office_unreadable")
            target = element.get(_HREF)
            if target and _OUTSIDE.match(target) and element.tag not in _TEXT_LINKS:
                raise OfficeRefused("office_external")
    return ODT


def _examine_xml(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    if part.file_size > MOST_XML:
        raise OfficeRefused("office_too_large")
    xml = archive.read(part)
    if len(xml) != part.file_size:
        raise OfficeRefused("office_too_large")
    tree = parsed(xml)
    if tree.getroottree().docinfo.internalDTD is not None:
        raise OfficeRefused("office_unreadable")
    if part.filename.lower().endswith(".rels"):
        for relation in tree.iterchildren("*"):
            kind, target = relation.get("Type", "").lower(), relation.get("Target", "")
            outside = relation.get("TargetMode", "").lower() == "external" or ADDRESS.match(target)
            # Another file's text, which office programs would put into this one.
            if kind.endswith("/afchunk") or (outside and not kind.endswith(_HARMLESS_OUTSIDE)):
                raise OfficeRefused("office_external")


def parsed(xml: bytes, *, remove_blank_text: bool = False) -> Any:
    """A part's root, entities and network left alone; raises `XMLSyntaxError` and `MemoryError`."""
    parser = etree.XMLParser(
        remove_blank_text=remove_blank_text, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        return etree.fromstring(xml, parser)
    except etree.XMLSyntaxError as error:
        # The parser says so of a lawful part too, where there is no more memory.
        if getattr(error, "code", None) == etree.ErrorTypes.ERR_NO_MEMORY:
            raise MemoryError from error
        raise
