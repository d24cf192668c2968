"""A converter that needs no office: every document becomes the same small PDF/A with the places a form has.

It keeps the port's promises that the service relies on: PDF/A-2b, named destinations, a clear refusal of what is no
document. The contract test runs on it and on the real pool.
"""

import io

import pikepdf
import typst

from templates.convert import ConverterHealth
from templates.errors import ConversionFailed
from templates.fit import Misfit
from templates.layout import (
    DATE_MARK,
    NUMBER_MARK,
    PARTNER_DATE_MARK,
    PARTNER_NUMBER_MARK,
    PARTNER_SIGNATURE_MARK,
    SECRETARY_MARK,
    SIGNATURE_MARK,
    signatory_mark,
)

_PLACES = {
    NUMBER_MARK: (178.6, 746.0),
    DATE_MARK: (412.5, 746.0),
    SIGNATURE_MARK: (432.0, 300.0),
    SECRETARY_MARK: (198.4, 300.0),
    PARTNER_NUMBER_MARK: (178.6, 728.0),
    PARTNER_DATE_MARK: (412.5, 728.0),
    PARTNER_SIGNATURE_MARK: (198.4, 180.0),
    signatory_mark(1): (198.4, 520.0),
    signatory_mark(2): (432.0, 520.0),
    signatory_mark(3): (198.4, 420.0),
    signatory_mark(4): (432.0, 420.0),
}
_BEYOND = {"first": "K", "last": "N", "pages": "2"}
_SOURCE_HEAD = """
#set document(title: [Bản thử])
#set page(paper: "a4")
#set text(font: "Liberation Serif", lang: "vi")
"""
_SOURCE = """
#v(6cm)
Văn bản thử của bộ chuyển đổi mẫu.
"""


class CannedConverter:
    """Counts what it converted; `line` stands at the left of the page's head."""

    def __init__(self, line: str = "") -> None:
        self.converted = 0
        source = f"{_SOURCE_HEAD}{line}\n{_SOURCE}"
        self._pdf = _with_places(typst.compile(source.encode(), format="pdf", pdf_standards="a-2b"))

    def convert(self, document: bytes, *, suffix: str) -> bytes:
        if not document.startswith(b"PK"):
            raise ConversionFailed("conversion_failed", suffix=suffix)
        self.converted += 1
        return self._pdf

    def convert_sheets(self, workbook: bytes, *, fitted: bool) -> tuple[bytes, tuple[Misfit, ...]]:
        pdf = self.convert(workbook, suffix="xlsx")
        return pdf, () if fitted else (Misfit("columns", sheet="Biểu 1", params=_BEYOND),)

    def warm(self) -> None:
        """Nothing has to start."""

    def check(self) -> ConverterHealth:
        return ConverterHealth(ready=True, processes=0, restarts=0, problem="", fonts=("LiberationSerif",))

    def close(self) -> None:
        """Nothing has to stop."""


def _with_places(pdf: object) -> bytes:
    assert isinstance(pdf, bytes)
    with pikepdf.open(io.BytesIO(pdf)) as document:
        page = document.pages[0].obj
        document.Root.Dests = pikepdf.Dictionary(
            {f"/{name}": [page, pikepdf.Name.XYZ, x, y, 0] for name, (x, y) in _PLACES.items()}
        )
        out = io.BytesIO()
        document.save(out, deterministic_id=True)
    return out.getvalue()
