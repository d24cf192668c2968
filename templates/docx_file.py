"""The file around a document's text: what of python-docx's own one a form keeps, and writing it.

The default file of python-docx is of 2013 and weighs 800 KB unpacked: 160 styles twice, a theme, a picture. Whoever
fills, checks or converts a document reads all of it, so a form keeps what its text uses.
"""

import io
import zipfile
from typing import Any

from docx.document import Document
from docx.opc.packuri import CONTENT_TYPES_URI, PACKAGE_URI
from docx.opc.pkgwriter import _ContentTypesItem
from docx.oxml.ns import qn

from templates.catalogue import FONT

# Word makes its built-in styles anew when they are asked for, and its theme when there is none.
_KEPT_PARTS = ("styles", "settings", "header")
_KEPT_STYLES = frozenset({"Normal", "DefaultParagraphFont", "TableNormal", "NoList", "TableGrid", "Header"})


def strip(document: Document) -> None:
    """Take out of a new document the parts and styles of the default file that no form uses."""
    package = document.part.package
    if package is None:
        raise ValueError("a document has a package")
    for relations, kept in ((document.part.rels, _KEPT_PARTS), (package.rels, ("officeDocument", "core-properties"))):
        for name in [name for name, relation in relations.items() if not relation.reltype.endswith(kept)]:
            del relations[name]
    styles: Any = document.styles.element
    for child in list(styles):
        named = child.get(qn("w:styleId"))
        if child.tag == qn("w:latentStyles") or (child.tag == qn("w:style") and named not in _KEPT_STYLES):
            styles.remove(child)
            continue
        # What a style is linked to is gone.
        for link in list(child.iter(qn("w:link"))):
            child.remove(link)
    # The theme is gone: its fonts become the one there is.
    for fonts in styles.iter(qn("w:rFonts")):
        fonts.attrib.clear()
        for script in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
            fonts.set(qn(script), FONT)


def save(document: Document) -> bytes:
    """The file with fixed times inside, so that equal content gives equal bytes."""
    package = document.part.package
    if package is None:
        raise ValueError("a document has a package")
    # Written here: python-docx packs with the time of the day, and packing twice costs as much as filling.
    files: dict[str, bytes] = {PACKAGE_URI.rels_uri: package.rels.xml}
    for part in package.parts:
        part.before_marshal()
        files[part.partname] = part.blob
        if part.rels:
            files[part.partname.rels_uri] = part.rels.xml
    files[CONTENT_TYPES_URI] = _ContentTypesItem.from_parts(package.parts).blob
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for uri, data in sorted(files.items()):
            target.writestr(zipfile.ZipInfo(uri.removeprefix("/"), (2020, 3, 5, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()
