"""Pictures of pages, drawn behind the fence when first looked at and kept as derivatives that can be dropped."""

from base64 import b64encode

from sqlalchemy import update

from docservice.core.sandbox import Sandbox
from docservice.core.work import Ports, Reading, Work
from docservice.documents import facts, queries, storing
from docservice.documents.models import Document, File
from templates.read import page_count, views_of

# Wide enough for a desk screen (909 x 1286 for A4), about 55 KB a page of text.
DPI = 110
RECIPE_VERSION = 1
_PNG = b"\x89PNG"


def kept_picture(reading: Reading, *, sha256: str, page: int) -> str | None:
    """The store's key of a page's picture, if it was drawn before; pages count from 1."""
    found = queries.derivative(reading, of_sha256=sha256, recipe=_recipe(page), recipe_version=RECIPE_VERSION)
    return found.key if found else None


def draw(ports: Ports, *, sha256: str, page: int) -> bytes:
    """Draw one page; slow, so outside of any transaction. Raises `PdfUnreadable`."""
    pdf = storing.get(ports, sha256)
    (picture,) = ports[Sandbox].run(views_of, pdf, dpi=DPI, pages=(page - 1,))
    return picture


def media_type(picture: bytes) -> str:
    """What a picture of a page is: PNG where it is text on white, else WebP."""
    return "image/png" if picture.startswith(_PNG) else "image/webp"


def data_url(picture: bytes) -> str:
    """The picture inside a page, for what is shown once and kept nowhere."""
    return f"data:{media_type(picture)};base64,{b64encode(picture).decode()}"


def keep_picture(work: Work, *, sha256: str, page: int, key: str) -> None:
    """Remember a drawn page."""
    facts.keep_derivative(work, of_sha256=sha256, recipe=_recipe(page), recipe_version=RECIPE_VERSION, key=key)


def count_pages(ports: Ports, sha256: str) -> int:
    """Count the pages behind the fence. Raises `PdfUnreadable`."""
    return ports[Sandbox].run(page_count, storing.get(ports, sha256))


def keep_pages(work: Work, document: Document, *, sha256: str, pages: int) -> None:
    """Remember how many pages the file has."""
    own = (File.agency_id == document.agency_id, File.sha256 == sha256)
    work.session.execute(update(File).where(*own).values(pages=pages))


def _recipe(page: int) -> str:
    return f"page-{page}"
