"""Annexes in files of their own and electronic copies: sealed with a line of text and no picture of the seal.

Annexes are sealed in the same act as their document. Decree 30/2020, Annex I, part I, II.8 and part II, I.3. Only PDF
files are signed; data files travel beside with their hash.
"""

from uuid import UUID

from docservice.core.clock import VIETNAM
from docservice.core.runner import JobRun
from docservice.core.sandbox import Sandbox
from docservice.core.work import Work
from docservice.documents import facts
from docservice.documents.models import Attachment, Document
from docservice.identity import queries as identity
from signing.request import Box, DrawnAppearance, Level, SignatureSlot, SignRequest
from signing.slots import prepare_slots
from storage import StoredFile
from templates.copying import COPY_FORMS
from templates.read import first_page
from templates.text_block import annex_text, copy_text, text_block, text_block_box


def prepare_annex(run: JobRun, pdf: bytes, *, field: str, notation: str) -> tuple[bytes, SignRequest]:
    """The annex with an empty field at the top right of its first page, and what is to be signed into it."""
    return _prepare(run, pdf, field=field, text=annex_text(notation, run.now.astimezone(VIETNAM)))


def prepare_copy(run: JobRun, pdf: bytes, *, field: str, document: Document) -> tuple[bytes, SignRequest]:
    """An electronic copy with its mark: the form of copy, the agency and the time (Annex I, part II, I.3)."""
    with run.reading() as reading:
        agency = identity.agency(reading, document.agency_id)
    mark = COPY_FORMS[document.kind].mark
    return _prepare(
        run, pdf, field=field, text=copy_text(mark, identity.full_name(agency.name), run.now.astimezone(VIETNAM))
    )


def _prepare(run: JobRun, pdf: bytes, *, field: str, text: str) -> tuple[bytes, SignRequest]:
    face = run.ports[Sandbox].run(first_page, pdf)
    place = text_block_box(face)
    box = Box(0, place.x, place.y, place.width, place.height)
    slots = (SignatureSlot(field, box),)
    return prepare_slots(pdf, texts=(), signatures=slots), SignRequest(
        field, Level.B_T, DrawnAppearance(text_block(text, face))
    )


def keep_sealed(work: Work, document: Document, attachment_id: UUID, stored: StoredFile) -> None:
    """This file is what travels as the annex from now on; the one that was attached stays."""
    facts.name_file(work, document.agency_id, sha256=stored.key, size=stored.size, media_type="application/pdf")
    work.session.get_one(Attachment, attachment_id).sealed_sha256 = stored.key
