"""The gate for office files: what a DOCX or XLSX must be before anything else reads it.

Pure, for the service's fence. Nothing in a file is fetched: what points outside of it is refused.
"""

import io
import zipfile

from lxml import etree

from templates.errors import OfficeRefused

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

MOST_PARTS = 5_000
MOST_BYTES = 300 * 1024 * 1024
MOST_XML = 100 * 1024 * 1024
# A hyperlink is text to click on; everything else outside would be loaded by itself.
_HARMLESS_OUTSIDE = ("/hyperlink",)
_ACTIVE_PARTS = ("vbaproject.bin", "vbadata.xml", "/activex/", "/embeddings/", "/externallinks/", "/macrosheets/")
_MAIN = {"word/document.xml": DOCX, "xl/workbook.xml": XLSX}


def examine_office(data: bytes) -> str:
    """The media type of a DOCX or XLSX that may come in.

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
    if len(names) != len(parts) or any(_strays(name) for name in names):
        raise OfficeRefused("office_unreadable")
    for name in names:
        low = f"/{name.lower()}"
        if any(active in low for active in _ACTIVE_PARTS):
            raise OfficeRefused("office_macros" if "vba" in low or "macro" in low else "office_external")
    for part in parts:
        if part.filename.endswith((".xml", ".rels", ".vml")):
            _examine_xml(archive, part)
    types = archive.read("[Content_Types].xml").lower()
    if b"macroenabled" in types:
        raise OfficeRefused("office_macros")
    for main, media_type in _MAIN.items():
        if main in names:
            return media_type
    raise OfficeRefused("office_unreadable")


def _strays(name: str) -> bool:
    """Whether a part's name points out of the file, where one were to unpack it."""
    return name.startswith("/") or "\\" in name or "\x00" in name or ".." in name.split("/")


def _examine_xml(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    if part.file_size > MOST_XML:
        raise OfficeRefused("office_too_large")
    xml = archive.read(part)
    if len(xml) != part.file_size:
        raise OfficeRefused("office_too_large")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    tree = etree.fromstring(xml, parser)
    if tree.getroottree().docinfo.internalDTD is not None:
        raise OfficeRefused("office_unreadable")
    if part.filename.endswith(".rels"):
        for relation in tree:
            outside = relation.get("TargetMode") == "External"
            if outside and not relation.get("Type", "").lower().endswith(_HARMLESS_OUTSIDE):
                raise OfficeRefused("office_external")
