"""How a draft will look, before anything is kept: converted and drawn at once, outside of any transaction."""

from docservice.core.errors import Unavailable
from docservice.core.sandbox import Sandbox
from docservice.core.words import N_
from docservice.core.work import Ports
from docservice.documents.errors import NotConvertible
from templates.convert import Converter
from templates.draft import SignatureBlock
from templates.errors import ConverterUnavailable, TemplatesError
from templates.read import page_count, pictures_of
from templates.word import prepare_word

MOST_PAGES = 4
DPI = 88


class PreviewUnavailable(Unavailable):
    code = "preview_unavailable"
    message = N_("Chưa xem trước được: bộ chuyển đổi chưa sẵn sàng. Dự thảo vẫn lưu và trình được.")


def preview(ports: Ports, source: bytes) -> tuple[tuple[bytes, ...], int]:
    """WebP pictures of the first pages of a DOCX, and how many pages it has in all."""
    try:
        pdf = ports[Converter].convert(source, suffix="docx")
        pages = ports[Sandbox].run(page_count, pdf)
        shown = tuple(range(min(pages, MOST_PAGES)))
        return ports[Sandbox].run(pictures_of, pdf, dpi=DPI, pages=shown, media="WEBP"), pages
    except ConverterUnavailable as error:
        raise PreviewUnavailable from error
    except TemplatesError as error:
        raise NotConvertible(reason=error.code) from error


def word_with_block(ports: Ports, word: bytes, block: SignatureBlock) -> bytes:
    """The drafter's Word file as it will be signed; as it is where its places are missing, so it can still be seen."""
    try:
        return ports[Sandbox].run(prepare_word, word, signature=block)
    except TemplatesError:
        return word
