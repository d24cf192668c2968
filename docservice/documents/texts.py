"""The text of a file's pages, read behind the fence once and kept beside it: for the index and for highlights."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import bindparam, select

from docservice.core.sandbox import Sandbox
from docservice.core.work import Ports, Reading, Work
from docservice.documents import facts, queries, storing
from docservice.documents.models import Derivative, Version
from docservice.documents.remembered import Remembered
from templates.read import text_of

RECIPE, RECIPE_VERSION = "text", 1
_TEXTS = (
    select(Version.document_id, Derivative.key)
    .join(Derivative, Derivative.of_sha256 == Version.sha256)
    .where(
        Version.document_id.in_(bindparam("ids", expanding=True)),
        Derivative.recipe == RECIPE,
        Derivative.recipe_version == RECIPE_VERSION,
    )
    .order_by(Version.ordinal)
)
_lately = Remembered()


def read_text(ports: Ports, sha256: str) -> str:
    """Read the pages' text; slow, so outside of any transaction."""
    return of_pages(ports[Sandbox].run(text_of, storing.get(ports, sha256)))


def of_pages(pages: Sequence[str]) -> str:
    """The text of a file from that of its pages."""
    return "\n".join(pages)


def kept_text(reading: Reading, sha256: str) -> str | None:
    """The text read before; None when nobody has read it."""
    kept = _kept(reading, sha256)
    return storing.get(reading.ports, kept.key).decode() if kept else None


def is_kept(reading: Reading, sha256: str) -> bool:
    """Whether the file's text was read before."""
    return _kept(reading, sha256) is not None


def _kept(reading: Reading, sha256: str) -> Derivative | None:
    return queries.derivative(reading, of_sha256=sha256, recipe=RECIPE, recipe_version=RECIPE_VERSION)


def unread(reading: Reading, document_ids: list[UUID]) -> dict[UUID, str]:
    """The newest file of each document that has one whose text nobody has read yet, by its hash."""
    rows = reading.session.execute(
        select(Version.document_id, Version.sha256, Derivative.key)
        .outerjoin(
            Derivative,
            (Derivative.of_sha256 == Version.sha256)
            & (Derivative.recipe == RECIPE)
            & (Derivative.recipe_version == RECIPE_VERSION),
        )
        .where(Version.document_id.in_(document_ids))
        .order_by(Version.ordinal)
    )
    newest = {document_id: (sha256, key) for document_id, sha256, key in rows}
    return {document_id: sha256 for document_id, (sha256, key) in newest.items() if key is None}


def keep_text(work: Work, *, sha256: str, key: str) -> None:
    """Remember where the text of a file lies in the store."""
    facts.keep_derivative(work, of_sha256=sha256, recipe=RECIPE, recipe_version=RECIPE_VERSION, key=key)


def texts_of_documents(reading: Reading, document_ids: list[UUID]) -> dict[UUID, str]:
    """The kept text of each document's newest version, for those that have one."""
    rows = reading.session.execute(_TEXTS, {"ids": document_ids})
    newest: dict[UUID, str] = {row[0]: row[1] for row in rows}
    return {document_id: _text(reading.ports, key) for document_id, key in newest.items()}


def _text(ports: Ports, key: str) -> str:
    text = _lately.get(key)
    if text is None:
        text = storing.get(ports, key).decode()
        _lately.keep(key, text)
    return text
