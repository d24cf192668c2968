"""One act of sealing covers the document and its annexes; what is no PDF travels with its hash."""

import io
from datetime import datetime
from pathlib import Path
from uuid import UUID

import pikepdf
import pypdfium2
import pytest
from sqlalchemy import select

from docservice.documents import queries, storing
from docservice.documents.models import Attachment
from docservice.exchange.models import Parcel
from docservice.signatures import stepwise
from docservice.signatures.keys import TrustSource
from docservice.signatures.models import Ending, PreparedSigning
from docservice.signatures.queries import open_signings, records
from docservice.workflow import service as workflow
from signing.pdf import sign
from signing.request import Box, DrawnAppearance, Level, SignatureSlot, SignRequest
from signing.slots import prepare_slots
from signing.verdict import verify
from templates.read import first_page, text_of
from templates.text_block import annex_text, copy_text, text_block, text_block_box
from tests.node import Office
from tests.signatures.test_stepwise import move_key
from tests.signing.builders import NOW, paper, signers, typeset, whole

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def attach(office: Office, document_id: UUID, name: str, data: bytes, media_type: str = "application/pdf") -> None:
    stored = storing.put(office.node.ports, data)
    office.act(
        "c.official", workflow.attach, document_id=document_id, name=name, sha256=stored.key,
        size=stored.size, media_type=media_type,
    )  # fmt: skip


def with_annexes(office: Office, **annexes: bytes) -> UUID:
    """A report with annexes, up to where the clerk seals it."""
    document_id = office.draft()
    for name, data in annexes.items():
        attach(office, document_id, f"{name}.pdf", data)
    attach(office, document_id, "so-lieu.xlsx", b"PK\x03\x04 so lieu", XLSX)
    office.number(document_id)
    return document_id


def annexes_of(office: Office, document_id: UUID) -> dict[str, Attachment]:
    with office.reading() as reading:
        return {annex.name: annex for annex in queries.attachments(reading, document_id)}


def test_one_act_seals_the_document_and_its_annexes(office: Office) -> None:
    document_id = with_annexes(office, first=paper("Phụ lục 1"), second=paper("Phụ lục 2"))
    office.act("c.clerk", workflow.seal, document_id=document_id)
    office.drain()
    assert office.status(document_id) == "to_release"
    annexes = annexes_of(office, document_id)
    notation = office.document(document_id).notation or ""
    for name in ("first.pdf", "second.pdf"):
        sealed = storing.get(office.node.ports, annexes[name].sent_sha256)
        original = storing.get(office.node.ports, annexes[name].sha256)
        assert sealed.startswith(original)
        (signature,) = verify(sealed, trust=office.node.ports[TrustSource].current(), at=office.clock.now()).signatures
        assert (signature.indication, signature.level, signature.covers_whole_file) == ("TOTAL-PASSED", "B-T", True)
        assert notation in shown_at_top_right(sealed)
        assert "+07:00" in shown_at_top_right(sealed)
    assert annexes["so-lieu.xlsx"].sealed_sha256 is None
    with office.reading() as reading:
        found = records(reading, document_id)
    assert len([record for record in found if record.evidence]) == 4


def shown_at_top_right(pdf: bytes) -> str:
    """What is drawn in the block's place: the widget's picture becomes part of the page first."""
    place = text_block_box(first_page(pdf))
    document = pypdfium2.PdfDocument(pdf)
    document.init_forms()
    page = document[0]
    pypdfium2.raw.FPDFPage_Flatten(page, pypdfium2.raw.FLAT_NORMALDISPLAY)
    page = document[0]
    return str(page.get_textpage().get_text_bounded(place.x, place.y, place.x + place.width, place.y + place.height))


def test_the_receiver_gets_the_sealed_annex_and_the_hash_of_the_data_file(office: Office) -> None:
    document_id = with_annexes(office, first=paper("Phụ lục 1"))
    office.act("c.clerk", workflow.seal, document_id=document_id)
    office.drain()
    annexes = annexes_of(office, document_id)
    office.act("c.clerk", workflow.release, document_id=document_id)
    office.drain()
    arrived = office.arrived("p.clerk")
    with office.reading() as reading:
        received = {annex.name: annex.sha256 for annex in queries.attachments(reading, arrived.id)}
    assert received["first.pdf"] == annexes["first.pdf"].sealed_sha256
    assert received["so-lieu.xlsx"] == annexes["so-lieu.xlsx"].sha256
    # What no signature covers is named by its hash in the message itself.
    with office.reading() as reading:
        parcel = reading.session.scalars(select(Parcel).where(Parcel.document_id == document_id)).one()
        message = storing.get(reading.ports, parcel.original_sha256 or "").decode()
    assert message.count(f"<Description>SHA-256 {annexes['so-lieu.xlsx'].sha256}</Description>") == 1
    assert f"SHA-256 {annexes['first.pdf'].sealed_sha256}" not in message


def test_an_annex_signed_by_others_keeps_its_signatures(office: Office, sealed_elsewhere: bytes) -> None:
    document_id = with_annexes(office, foreign=sealed_elsewhere)
    office.act("c.clerk", workflow.seal, document_id=document_id)
    office.drain()
    assert office.status(document_id) == "to_release"
    assert annexes_of(office, document_id)["foreign.pdf"].sealed_sha256 is None
    with office.reading() as reading:
        endings = {record.signing.ended_as for record in records(reading, document_id)}
    assert Ending.NOT_NEEDED in endings


@pytest.fixture
def sealed_elsewhere(tmp_path: Path) -> bytes:
    return whole(signers(tmp_path))


def test_an_annex_that_hides_something_stops_the_sealing_and_says_so(office: Office) -> None:
    hidden = typeset("Nội dung #place(dx: -2mm, dy: -6mm, rect(width: 60mm, height: 12mm, fill: white))")
    document_id = with_annexes(office, first=hidden)
    office.act("c.clerk", workflow.seal, document_id=document_id)
    office.drain()
    assert office.status(document_id) == "to_seal"
    with office.reading() as reading:
        assert "chữ bị hình che" in (queries.steps(reading, document_id)[-1].note or "")
        assert open_signings(reading, document_id) == []


def test_a_clerk_with_a_token_signs_all_files_of_one_act(office: Office) -> None:
    key = move_key(office, "c.clerk", agency=True)
    document_id = with_annexes(office, first=paper("Phụ lục 1"))
    office.act("c.clerk", workflow.seal, document_id=document_id)
    office.drain()
    with office.reading() as reading:
        waiting = [(s.id, reading.session.get_one(PreparedSigning, s.id)) for s in open_signings(reading, document_id)]
    assert len(waiting) == 2
    for left, (signing_id, prepared) in zip((1, 0), reversed(waiting), strict=True):
        office.act("c.clerk", stepwise.hand_in, signing_id=signing_id, value=key.sign(prepared.to_sign))
        office.drain()
        with office.reading() as reading:
            assert len(open_signings(reading, document_id)) == left
        assert office.status(document_id) == ("to_release" if not left else "sealing")


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
def test_the_block_stands_upright_at_the_top_right_of_turned_pages(turned: int, tmp_path: Path) -> None:
    with pikepdf.new() as blank:
        blank.add_blank_page(page_size=(595, 842)).rotate(turned, relative=False)
        pdf = saved(blank)
    face = first_page(pdf)
    place = text_block_box(face)
    block = text_block("15/BC-UBND; 24/11/2026 09:15:42 +07:00", face)
    box = Box(0, place.x, place.y, place.width, place.height)
    request = SignRequest("annex1", Level.B_B, DrawnAppearance(block))
    people = signers(tmp_path)
    signed = sign(
        prepare_slots(pdf, texts=(), signatures=(SignatureSlot("annex1", box),)),
        request, key=people.agency, timestamps=None, now=NOW,
    )  # fmt: skip
    document = pypdfium2.PdfDocument(signed)
    document.init_forms()
    picture = document[0].render(scale=1, grayscale=True).to_pil()
    ink = picture.point(lambda value: 255 if value < 128 else 0).getbbox()
    assert ink is not None
    left, top, right, bottom = ink
    # One line, its end 15 mm from the right edge, its top 8 mm under the upper edge.
    assert right - left > 5 * (bottom - top)
    assert abs(picture.width - right - 42.5) < 3
    assert abs(top - 22.7) < 5


def saved(document: pikepdf.Pdf) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def test_the_words_of_annexes_and_copies() -> None:
    at = datetime.fromisoformat("2026-11-24T09:15:42+07:00")
    assert annex_text("15/BC-UBND", at) == "Số: 15/BC-UBND; 24/11/2026; 09:15:42 +07:00"
    assert copy_text("SAO Y", "UBND xã Suối Trúc", at) == "SAO Y; UBND xã Suối Trúc; 24/11/2026; 09:15:42 +07:00"
    face = first_page(paper())
    assert "SAO Y; UBND" in text_of(text_block(copy_text("SAO Y", "UBND xã Suối Trúc", at), face))[0]
