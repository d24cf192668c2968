"""Copies and paper originals: what may be copied, and what a copy says (Decree 30/2020, articles 18.5 and 25 to 27).

A copy is a document of its own: its number stands in the copies' register, and what is electronic is sealed and sent
like any other. `form_values` hold what it was made with.
"""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from docservice.core.db import Base
from docservice.core.work import Reading
from docservice.documents import drafting, queries, texts
from docservice.documents.errors import CopyRefused
from docservice.documents.models import Direction, Document, Version
from docservice.documents.status import Status
from docservice.identity import queries as identity
from templates.catalogue import KINDS, kind_named
from templates.copying import COPY_FORMS, CopyBlock, CopyForm, Extract, Held, Medium
from templates.draft import AROUND_ARCHIVE
from templates.families import form_told
from templates.forms import SALUTATION
from templates.values import normal
from templates.wording import number_line, place_date_line

ARCHIVE_LINE = "Lưu: VT"
# Registered arrivals and released documents: what is on its way has no final form yet.
FINAL = frozenset(
    {
        Status.RELEASED, Status.TO_PRESENT, Status.TO_DIRECT, Status.TO_ASSIGN, Status.ASSIGNED, Status.IN_PROGRESS,
        Status.DONE,
    }
)  # fmt: skip
_FORM_BY_NAME = {form.name.lower(): form for form in COPY_FORMS.values()}


class Printing(Base):
    """A paper original that was printed for the wet stamp (article 18.5): it is no copy and has no number of its own.

    `sha256` is the file to print, once the job has made it.
    """

    __tablename__ = "printing"
    __table_args__ = (UniqueConstraint("document_id", "ordinal"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    document_id: Mapped[UUID] = mapped_column(ForeignKey("document.id"))
    ordinal: Mapped[int]
    version_id: Mapped[UUID] = mapped_column(ForeignKey("version.id"))
    amount: Mapped[int]
    reason: Mapped[str] = mapped_column(String(500))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    sha256: Mapped[str | None] = mapped_column(String(64))
    at: Mapped[datetime]


@dataclass(frozen=True)
class CopyTerms:
    """What a copy was made with: how many, for whom, and for an extract its passages and the form's typed parts."""

    amount: int
    recipients: tuple[str, ...]
    of_sha256: str
    passages: tuple[str, ...] = ()
    # Whether each passage was found in the text of what is copied; a scan without text leaves that to the clerk.
    compared: bool = False
    place: str = ""
    signature_lines: tuple[str, ...] = ()
    signer: str = ""

    def kept(self) -> dict[str, Any]:
        """As the values of the copy's document."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}

    @classmethod
    def read(cls, values: Mapping[str, Any]) -> "CopyTerms":
        """What `kept` gave."""
        plain: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in values.items()
        }
        return cls(**plain)


def terms_of(document: Document) -> CopyTerms:
    """What a copy was made with."""
    return CopyTerms.read(document.form_values or {})


def medium_of(document: Document) -> Medium:
    """Whether the document lies here on paper."""
    return Medium.PAPER if document.on_paper else Medium.ELECTRONIC


def held_as(document: Document) -> Held | None:
    """What the document is itself; None for a paper somebody has to look at. Raises `CopyRefused` for a lesser copy."""
    form = _FORM_BY_NAME.get(document.kind_name.lower())
    if form is not None:
        if form.code != "SY":
            raise CopyRefused(reason="copy_of_copy")
        return Held.CERTIFIED
    return None if document.on_paper else Held.ORIGINAL


def _is_final(document: Document) -> bool:
    """Whether it was issued: what came to be signed here first has neither number nor date (`documents.joint`)."""
    to_be_signed = (
        document.direction == Direction.INCOMING
        and not document.on_paper
        and document.origin_notation is None
        and document.issued_on is None
    )
    return document.status in FINAL and not to_be_signed


def allowed_forms(document: Document) -> list[tuple[CopyForm, Medium]]:
    """The copies the decree allows of a document, none for what has no final form (article 25)."""
    if not _is_final(document):
        return []
    try:
        held = held_as(document)
    except CopyRefused:
        return []
    return [
        (form, target)
        for form in COPY_FORMS.values()
        for target in Medium
        if form.refusal(held=held or form.of, source=medium_of(document), target=target) is None
    ]


def require_allowed(reading: Reading, document: Document, form: CopyForm, target: Medium) -> Version:
    """The version a copy is made of; raises `CopyRefused` with what stands against it."""
    if not _is_final(document):
        raise CopyRefused(reason="copy_not_final")
    held = held_as(document) or form.of
    reason = form.refusal(held=held, source=medium_of(document), target=target)
    if reason is not None:
        raise CopyRefused(reason=reason)
    versions = queries.versions(reading, document.id)
    if not versions:
        raise CopyRefused(reason="copy_no_file")
    if not document.on_paper:
        judged = next((version for version in reversed(versions) if version.verdict), None)
        if judged is None or judged.verdict is None or not judged.verdict["passed"]:
            raise CopyRefused(reason="copy_source_unsigned")
    return versions[-1]


def paragraphs_of(reading: Reading, sha256: str) -> tuple[str, ...] | None:
    """The paragraphs of a file's text, to choose passages from; None when it was not read yet."""
    text = texts.kept_text(reading, sha256)
    return None if text is None else split_paragraphs(text)


# A line that ends so, or a next one that begins so, is where a paragraph ends.
_ENDS = re.compile(r"[.;:!?/]$")
_ALONE = re.compile(r"^Số:|ngày .* tháng .* năm \d{4}$")
_BEGINS = re.compile(r"^(?:[-+•]|\d+[.)]|[a-zđ]\)|[IVX]+\.|Điều\s|Chương\s|Phần\s|Mục\s|Nơi nhận|Căn cứ)")


def split_paragraphs(text: str) -> tuple[str, ...]:
    """The lines of pages put together to paragraphs; a lone page number is none."""
    paragraphs: list[str] = []
    is_open = False
    for raw in normal(text).splitlines():
        line = " ".join(raw.split())
        if not line or line.isdigit():
            continue
        if is_open and not _BEGINS.match(line):
            paragraphs[-1] = f"{paragraphs[-1]} {line}"
        else:
            paragraphs.append(line)
        is_open = not (_ENDS.search(line) or _ALONE.search(line) or line.isupper())
    return tuple(paragraphs)


def require_passages(reading: Reading, version: Version, passages: tuple[str, ...]) -> bool:
    """Whether every passage stands in the text, word by word; False where there is no text to compare with.

    Raises `CopyRefused`: an extract is an exact copy of a part (article 3).
    """
    if not passages:
        raise CopyRefused(reason="passages_missing")
    text = texts.kept_text(reading, version.sha256)
    if text is None:
        raise CopyRefused(reason="text_not_read")
    words = " ".join(normal(text).split())
    if not words:
        return False
    for passage in passages:
        if any(" ".join(normal(line).split()) not in words for line in passage.splitlines()):
            raise CopyRefused(reason="passage_not_found", passage=passage[:80])
    return True


def copies_of(reading: Reading, document_id: UUID) -> list[Document]:
    """The copies made of a document that the actor may see, newest first."""
    wanted = queries.visible_to(reading.actor).where(Document.copy_of_id == document_id)
    return list(reading.session.scalars(wanted.order_by(Document.id.desc())))


def printings_of(reading: Reading, document_id: UUID) -> list[Printing]:
    """The paper originals printed of a document, in their order."""
    wanted = select(Printing).where(Printing.document_id == document_id).order_by(Printing.ordinal)
    return list(reading.session.scalars(wanted))


def describe(document: Document) -> str:
    """What is copied, in one line: `Quyết định số 12/QĐ-UBND ngày 05/01/2026 của UBND xã: về việc ...`."""
    incoming = document.direction == Direction.INCOMING
    notation = document.origin_notation if incoming else document.notation
    parts = [document.kind_name]
    parts += [f"số {notation}"] if notation else []
    parts += [f"ngày {document.issued_on:%d/%m/%Y}"] if document.issued_on else []
    parts += [f"của {document.origin_name}"] if incoming and document.origin_name else []
    return f"{' '.join(parts)}: {document.subject}"


def block_of(reading: Reading, copy: Document) -> CopyBlock:
    """The block under a copy on paper, for the person who signs it by hand (form 3.1)."""
    agency = identity.agency(reading, copy.agency_id)
    form = COPY_FORMS[copy.kind]
    block = drafting.block_of(reading, kind=form.code, signer_post_id=copy.signer_post_id, field_id=copy.field_id)
    number = queries.number_of(reading, copy.id)
    if number is None:
        raise ValueError("a copy has its number before its block is set")
    return CopyBlock(
        issuer=tuple(agency.issuer_lines),
        number=number_line(number.notation),
        mark=form.mark,
        place_date=place_date_line(agency.place, number.given_on),
        recipients=(*terms_of(copy).recipients, ARCHIVE_LINE),
        signature_lines=block.lines,
        signer=block.name,
    )


def extract_of(reading: Reading, copy: Document) -> Extract | None:
    """The document made anew with its chosen passages; None for a copy of the whole."""
    terms = terms_of(copy)
    if not terms.passages or copy.copy_of_id is None:
        return None
    source = queries.get(reading, copy.copy_of_id)
    incoming = source.direction == Direction.INCOMING
    agency = identity.agency(reading, source.agency_id)
    known = kind_named(source.kind_name)
    notation = (source.origin_notation if incoming else source.notation) or ""
    # A clerk who ticks the line of the head has it as a passage.
    is_addressed = any(text.startswith(SALUTATION) for text in terms.passages)
    return Extract(
        superior=() if incoming else tuple(agency.superior_lines),
        issuer=((source.origin_name or "").upper(),) if incoming else tuple(agency.issuer_lines),
        number=number_line(notation, form_told(notation)),
        place_date=place_date_line(terms.place, source.issued_on) if source.issued_on else terms.place,
        kind_name=None if known is KINDS["CV"] else source.kind_name.upper(),
        subject=source.subject,
        passages=terms.passages,
        recipients=() if incoming else (*drafting.recipients_of(source), *_archived(source)),
        signature_lines=tuple(line.upper() for line in terms.signature_lines),
        signer=terms.signer,
        addressees=() if incoming or is_addressed else drafting.addressees_of(source),
    )


def _archived(source: Document) -> tuple[str, ...]:
    archive = AROUND_ARCHIVE.sub("", str((source.form_values or {}).get("archive") or "").strip())
    return (f"Lưu: {archive}",) if archive else ()
