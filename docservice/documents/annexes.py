"""An annex that came as Word or Excel, as the PDF that will be signed, with what of it does not fit a page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from docservice.core.sandbox import Sandbox
from docservice.core.sandbox_errors import SandboxFailed
from docservice.core.words import N_, say
from docservice.core.work import Ports
from docservice.documents.errors import NotConvertible
from docservice.documents.previews import DPI, MOST_PAGES, PreviewUnavailable
from docservice.documents.uploads import PDF
from templates.convert import Converter
from templates.errors import ConverterUnavailable, TemplatesError
from templates.fit import Misfit, misfits_in
from templates.fit_docx import docx_misfits
from templates.office import DOCX, SUFFIXES, XLSX
from templates.pages import entitled
from templates.read import page_count, views_of

MISFITS: Mapping[str, str] = {
    "columns": N_("Trang tính “{sheet}”: từ cột {first} đến cột {last} tràn sang trang khác ({pages} trang ngang)."),
    "drawing": N_("Trang tính “{sheet}”: hình “{drawing}” bị mép trang cắt đôi."),
    "small": N_("Trang tính “{sheet}”: chữ bị thu nhỏ còn {percent} %, khó đọc."),
    "paper": N_("{place}: khổ giấy {paper}; văn bản dùng khổ A4 (Phụ lục I, phần I, mục I.1)."),
    "table": N_("Bảng “{what}” rộng {found} mm, trang chỉ có {room} mm: cột bên phải bị mất."),
    "wide_drawing": N_("Hình “{what}” rộng {found} mm, trang chỉ có {room} mm: phần bên phải bị mất."),
    "changes": N_("Tệp còn {count} chỗ theo dõi thay đổi, sẽ in ra cùng màu đánh dấu; xin chấp nhận hoặc bỏ trước."),
    "beyond": N_("Trang {page}: có phần nằm ngoài mép giấy, người đọc không thấy."),
}
_SHEET, _PAGE = N_("Trang tính “{sheet}”"), N_("Trang {page}")


@dataclass(frozen=True)
class AnnexPdf:
    """The PDF, WebP pictures of its first pages, how many there are, and what does not fit."""

    pdf: bytes
    pictures: tuple[bytes, ...]
    pages: int
    misfits: tuple[Misfit, ...]


def as_pdf(ports: Ports, source: bytes, *, media_type: str, name: str, fitted: bool) -> AnnexPdf:
    """Convert an annex; `fitted` draws a workbook one A4 page wide. A PDF is only looked at.

    Raises `NotConvertible` and `PreviewUnavailable`.
    """
    sandbox = ports[Sandbox]
    sheets: tuple[Misfit, ...] = ()
    try:
        if media_type == PDF:
            pdf = source
        elif media_type == XLSX:
            made, sheets = ports[Converter].convert_sheets(source, fitted=fitted)
            pdf = sandbox.run(entitled, made, title=PurePath(name).stem)
        else:
            made = ports[Converter].convert(source, suffix=SUFFIXES[media_type])
            pdf = sandbox.run(entitled, made, title=PurePath(name).stem)
        lost = misfits_of_word(ports, source) if media_type == DOCX else ()
        # What the sheets told of paper is more than their pages show.
        off_page = [one for one in sandbox.run(misfits_in, pdf) if not (sheets and one.code == "paper")]
        pages = sandbox.run(page_count, pdf)
        shown = tuple(range(min(pages, MOST_PAGES)))
        pictures = sandbox.run(views_of, pdf, dpi=DPI, pages=shown)
    except ConverterUnavailable as error:
        raise PreviewUnavailable from error
    except (TemplatesError, SandboxFailed) as error:
        raise NotConvertible(reason=error.code) from error
    return AnnexPdf(pdf, pictures, pages, (*sheets, *lost, *off_page))


def misfits_of(ports: Ports, pdf: bytes) -> tuple[Misfit, ...]:
    """What of a PDF does not fit its pages; nothing where the file cannot be read, which others say."""
    try:
        return ports[Sandbox].run(misfits_in, pdf)
    except (TemplatesError, SandboxFailed):
        return ()


def misfits_of_word(ports: Ports, word: bytes) -> tuple[Misfit, ...]:
    """What of a DOCX lies beyond its paper; nothing where the file cannot be read, which others say."""
    try:
        return ports[Sandbox].run(docx_misfits, word)
    except (TemplatesError, SandboxFailed):
        return ()


def sentences(misfits: Sequence[Misfit], language: str = "vi") -> list[str]:
    """What does not fit, for people."""
    return [_sentence(misfit, language) for misfit in misfits]


def _sentence(misfit: Misfit, language: str) -> str:
    place = _SHEET if misfit.sheet else _PAGE
    return say(
        MISFITS[misfit.code],
        language,
        place=say(place, language, sheet=misfit.sheet, page=misfit.page),
        sheet=misfit.sheet,
        page=misfit.page,
        **misfit.params,
    )
