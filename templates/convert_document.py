"""Runs inside the fence, beside the driver: opens a document unseen, and writes it as PDF/A.

Unseen is a third cheaper than in a window, and links and macros are asked for by nobody.
"""

import typing

import uno  # the system's Python has it
from com.sun.star.beans import PropertyValue

EXPORT: "dict[str, object]" = {
    "SelectPdfVersion": 2,
    "ExportBookmarksToPDFDestination": True,
    "ExportBookmarks": False,
    "UseTaggedPDF": True,
    "ExportFormFields": False,
}


def convert_text(desktop: "typing.Any", source: str, result: str) -> None:
    """Convert a DOCX or ODT."""
    document = load_document(desktop, source)
    try:
        _update_indexes(document)
        store_pdf(document, result, by="writer_pdf_Export")
    finally:
        document.close(True)


def load_document(desktop: "typing.Any", source: str) -> "typing.Any":
    """The document, without a window; raises `RuntimeError` when the office program cannot read it."""
    told: dict[str, object] = {"ReadOnly": True, "Hidden": True, "MacroExecutionMode": 0, "UpdateDocMode": 0}
    document = desktop.loadComponentFromURL(uno.systemPathToFileUrl(source), "_default", 0, _values(told))
    if document is None:
        raise RuntimeError("not loaded")
    return document


def store_pdf(document: "typing.Any", result: str, *, by: str) -> None:
    """Write the PDF with an export filter of the office program."""
    data = uno.Any("[]com.sun.star.beans.PropertyValue", _values(EXPORT))
    document.storeToURL(uno.systemPathToFileUrl(result), _values({"FilterName": by, "FilterData": data}))


def _update_indexes(document: "typing.Any") -> None:
    """Tables of contents, twice: the first time they grow, which moves the pages they name."""
    indexes = document.getDocumentIndexes()
    for _ in range(2 if indexes.getCount() else 0):
        document.refresh()
        for at in range(indexes.getCount()):
            indexes.getByIndex(at).update()


def _values(told: "dict[str, object]") -> "tuple[typing.Any, ...]":
    return tuple(PropertyValue(Name=name, Value=value) for name, value in told.items())
