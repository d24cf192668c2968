"""A whole file from a program elsewhere: the honest one is taken, and whatever else it changed is found."""

import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers import ExternalSigner, PdfSignatureMetadata
from pyhanko_certvalidator.registry import SimpleCertificateStore

from signing.errors import GateRefused, SigningError
from signing.keys import as_asn1
from signing.pdf import SignerAt, fill_gap
from signing.request import Box, Level, SignatureSlot
from signing.signed_data import signed_attributes, signed_data
from signing.slots import prepare_slots
from signing.waiting import finished
from signing.whole_file import check_whole
from tests.signing.builders import NOW, Signers, numbered, paper, prepared, sign_as, signers


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Signers:
    return signers(tmp_path_factory.mktemp("whole"))


def check(own: Signers, handed: bytes, answer: bytes, field: str = "leader") -> bool:
    key = own.leader if field == "leader" else own.agency
    der = key.certificate.public_bytes(Encoding.DER)
    return check_whole(handed, answer, field=field, certificate=der, trust=own.trust, at=NOW)


def code_of(own: Signers, handed: bytes, answer: bytes, field: str = "leader") -> str:
    with pytest.raises(SigningError) as refused:
        check(own, handed, answer, field)
    return refused.value.code


def updated(pdf: bytes) -> IncrementalPdfFileWriter:
    return IncrementalPdfFileWriter(io.BytesIO(pdf))


def written(writer: IncrementalPdfFileWriter) -> bytes:
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_the_honest_answer_is_taken_at_each_level(own: Signers) -> None:
    handed = prepared()
    assert check(own, handed, sign_as(handed, "leader", own))
    assert not check(own, handed, sign_as(handed, "leader", own, level=Level.B_B))
    second = numbered(sign_as(handed, "leader", own))
    assert check(own, second, sign_as(second, "agency", own), "agency")


def test_the_file_itself_or_another_one(own: Signers) -> None:
    handed = prepared()
    assert code_of(own, handed, handed) == "answer_not_signed"
    assert code_of(own, handed, handed + b"\n% nothing\n%%EOF\n") == "pdf_damaged"
    other = sign_as(prepared(paper("Quyết định")), "leader", own)
    assert code_of(own, handed, other) == "answer_other_file"
    assert code_of(own, handed, b"") == "answer_other_file"
    flipped = bytearray(sign_as(handed, "leader", own))
    flipped[len(handed) // 2] ^= 1
    assert code_of(own, handed, bytes(flipped)) == "answer_other_file"


def test_another_signer_or_another_field(own: Signers, tmp_path: Path) -> None:
    handed = prepared()
    stranger = signers(tmp_path)
    assert code_of(own, handed, sign_as(handed, "leader", stranger)) == "answer_other_signer"
    assert code_of(own, handed, sign_as(handed, "agency", own)) == "answer_other_field"
    twice = sign_as(sign_as(handed, "leader", own), "agency", own)
    assert code_of(own, handed, twice) == "answer_other_changes"


def test_a_signature_that_does_not_hold(own: Signers, tmp_path: Path) -> None:
    handed = prepared()
    good = sign_as(handed, "leader", own)
    at = good.rfind(b"/Contents <") + 600
    broken = bytearray(good)
    broken[at] = ord("0") if broken[at] != ord("0") else ord("1")
    assert code_of(own, handed, bytes(broken)) in {"answer_not_valid", "answer_other_signer"}
    revoked = signers(tmp_path)
    revoked.authority.revoke(revoked.leader.certificate.serial_number, now=NOW - timedelta(days=1))
    assert code_of(revoked, handed, sign_as(handed, "leader", revoked)) == "answer_not_valid"


def test_an_earlier_signature_that_the_answer_breaks(own: Signers) -> None:
    handed = numbered(sign_as(prepared(), "leader", own))
    writer = updated(handed)
    number_written(writer)
    assert code_of(own, handed, sign_as(written(writer), "agency", own), "agency") == "answer_other_changes"
    locked = sign_as(prepared(), "agency", own)
    assert code_of(own, locked, sign_as(locked, "leader", own)) == "answer_earlier_broken"


def page_changed(writer: IncrementalPdfFileWriter) -> None:
    page, _ = writer.find_page_for_modification(0)
    extra = writer.add_object(generic.StreamObject(stream_data=b"BT /F1 20 Tf 100 500 Td (1.000.000) Tj ET"))
    contents = page.get_object().raw_get("/Contents")
    page.get_object()[pdf_name("/Contents")] = generic.ArrayObject([contents, extra])
    writer.update_container(page.get_object())


def note_added(writer: IncrementalPdfFileWriter) -> None:
    page, _ = writer.find_page_for_modification(0)
    note = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/FreeText"),
            pdf_name("/Rect"): generic.ArrayObject(generic.NumberObject(n) for n in (100, 100, 300, 300)),
            pdf_name("/Contents"): generic.pdf_string("khác"),
        }
    )
    writer.register_annotation(page, writer.add_object(note))


def number_written(writer: IncrementalPdfFileWriter) -> None:
    for reference in writer.root["/AcroForm"]["/Fields"]:
        if reference.get_object()["/T"] == "number":
            reference.get_object()[pdf_name("/V")] = generic.pdf_string("Số: 99/QĐ")
            writer.update_container(reference.get_object())


def field_moved(writer: IncrementalPdfFileWriter) -> None:
    for reference in writer.root["/AcroForm"]["/Fields"]:
        if reference.get_object()["/T"] == "leader":
            box = generic.ArrayObject(generic.FloatObject(n) for n in (0, 0, 595, 842))
            reference.get_object()[pdf_name("/Rect")] = box
            writer.update_container(reference.get_object())


def script_added(writer: IncrementalPdfFileWriter) -> None:
    action = generic.DictionaryObject(
        {pdf_name("/S"): pdf_name("/JavaScript"), pdf_name("/JS"): generic.pdf_string("app.alert(1)")}
    )
    writer.root[pdf_name("/OpenAction")] = writer.add_object(action)
    writer.update_root()


def lock_removed(writer: IncrementalPdfFileWriter) -> None:
    for reference in writer.root["/AcroForm"]["/Fields"]:
        if reference.get_object()["/T"] == "leader":
            del reference.get_object()["/Lock"]
            writer.update_container(reference.get_object())


def pages_appended(writer: IncrementalPdfFileWriter) -> None:
    tree = writer.root["/Pages"]
    kids = tree["/Kids"]
    page = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Page"),
            pdf_name("/Parent"): writer.root.raw_get("/Pages"),
            pdf_name("/MediaBox"): generic.ArrayObject(generic.NumberObject(n) for n in (0, 0, 595, 842)),
        }
    )
    kids.append(writer.add_object(page))
    tree[pdf_name("/Count")] = generic.NumberObject(len(kids))
    writer.update_container(kids)
    writer.update_container(tree)


Change = Callable[[IncrementalPdfFileWriter], None]
CHANGES: list[Change] = [
    page_changed,
    note_added,
    number_written,
    field_moved,
    script_added,
    lock_removed,
    pages_appended,
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_what_was_changed_before_it_was_signed_is_found(own: Signers, change: Change) -> None:
    """In a revision of its own, under a signature that is valid over the whole file."""
    handed = prepared()
    writer = updated(handed)
    change(writer)
    answer = sign_as(written(writer), "leader", own)
    with pytest.raises(SigningError) as refused:
        check(own, handed, answer)
    assert refused.value.code == "answer_other_changes" or isinstance(refused.value, GateRefused)


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_what_was_changed_in_the_very_revision_of_the_signature_is_found(own: Signers, change: Change) -> None:
    """As a program would that alters the file it signs: one revision, one valid signature over all of it."""
    handed = prepared()
    answer = sign_in_one(handed, change, own)
    with pytest.raises(SigningError) as refused:
        check(own, handed, answer)
    allowed = {"answer_other_changes", "answer_lock_missing"}
    assert refused.value.code in allowed or isinstance(refused.value, GateRefused)


def sign_in_one(handed: bytes, change: Change | None, own: Signers) -> bytes:
    """Sign and change in a single revision, with the writer the product itself uses."""
    writer = updated(handed)
    if change is not None:
        change(writer)
    signer = ExternalSigner(as_asn1(own.leader.certificate), SimpleCertificateStore(), signature_value=72)
    metadata = PdfSignatureMetadata(field_name="leader", md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES)
    made = SignerAt(metadata, signer=signer)
    made.now = NOW
    digest, _, output = finished(
        made.async_digest_doc_for_signing(writer, existing_fields_only=True, bytes_reserved=16384)
    )
    attributes = signed_attributes(own.leader.certificate, digest.document_digest).dump()
    value = own.leader.sign(attributes)
    message = signed_data(attributes, value, certificate=own.leader.certificate, chain=own.leader.chain, token=None)
    output.seek(0)
    return fill_gap(output.read(), (digest.reserved_region_start, digest.reserved_region_end), message.dump())


def test_the_way_the_hostile_ones_are_made_is_honest_without_a_change(own: Signers) -> None:
    handed = prepared()
    assert not check(own, handed, sign_in_one(handed, None, own))


def test_a_field_without_a_lock_needs_none(own: Signers) -> None:
    handed = prepare_slots(paper(), texts=(), signatures=(SignatureSlot("leader", Box(0, 300, 100, 100, 60)),))
    assert check(own, handed, sign_as(handed, "leader", own))
