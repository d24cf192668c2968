"""How a draft will look, before anything is kept: converted and drawn at once, outside of any transaction."""

from dataclasses import dataclass

from docservice.core.errors import Unavailable
from docservice.core.sandbox import Sandbox
from docservice.core.words import N_
from docservice.core.work import Ports
from docservice.documents.errors import NotConvertible
from templates.catalogue import Kind
from templates.convert import Converter
from templates.draft import SignatureBlock
from templates.errors import ConverterUnavailable, TemplatesError
from templates.families import numbered_as
from templates.fit import Misfit, misfits_in
from templates.fit_docx import docx_misfits
from templates.read import page_count, views_of
from templates.word import prepare_word

MOST_PAGES = 4
DPI = 88


class PreviewUnavailable(Unavailable):
    code = "preview_unavailable"
    message = N_("Chưa xem trước được: bộ chuyển đổi chưa sẵn sàng. Dự thảo vẫn lưu và trình được.")


@dataclass(frozen=True)
class Preview:
    """WebP pictures of the first pages, how many there are in all, and what of the text does not fit them."""

    pictures: tuple[bytes, ...]
    pages: int
    misfits: tuple[Misfit, ...]


def preview(ports: Ports, source: bytes) -> Preview:
    """How a DOCX comes out on paper; raises `PreviewUnavailable`, `NotConvertible`."""
    try:
        pdf = ports[Converter].convert(source, suffix="docx")
        pages = ports[Sandbox].run(page_count, pdf)
        shown = tuple(range(min(pages, MOST_PAGES)))
        pictures = ports[Sandbox].run(views_of, pdf, dpi=DPI, pages=shown)
        misfits = (*ports[Sandbox].run(docx_misfits, source), *ports[Sandbox].run(misfits_in, pdf))
    except ConverterUnavailable as error:
        raise PreviewUnavailable from error
    except TemplatesError as error:
        raise NotConvertible(reason=error.code) from error
    return Preview(pictures, pages, misfits)


def word_with_block(
    ports: Ports, word: bytes, block: SignatureBlock, *, kind: Kind, secretary: SignatureBlock | None
) -> bytes:
    """The drafter's Word file as it will be signed; as it is where its places are missing, so it can still be seen."""
    try:
        return word_to_sign(ports, word, block, kind=kind, secretary=secretary)
    except TemplatesError:
        return word


def word_to_sign(
    ports: Ports, word: bytes, block: SignatureBlock, *, kind: Kind, secretary: SignatureBlock | None
) -> bytes:
    """The drafter's Word file with its places and those who sign; raises as `prepare_word`, and `SandboxFailed`."""
    return ports[Sandbox].run(
        prepare_word, word, signature=block, secretary=secretary, dated=kind.has_date, family=numbered_as(kind)
    )
