"""Verdicts: what holds passes, what was touched fails, what cannot be known is said to be unknown."""

import io
import random
import re
from datetime import date, timedelta
from pathlib import Path

import pikepdf
import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader

from signing.errors import SigningError, TrustUnreadable, VerdictImpossible
from signing.pdf import sign
from signing.request import Box, Level, SignatureSlot, SignRequest, TextSlot
from signing.slots import prepare_slots
from signing.trust import Anchor, Trust, load_trust
from signing.verdict import SignatureVerdict, verify
from tests.signing.builders import NOW, Signers, key, line, numbered, paper, prepared, sign_as, signers, typeset, whole
from tests.signing.forgeries import readers, updates


def judge(pdf: bytes, people: Signers, **changes: object) -> tuple[SignatureVerdict, ...]:
    arguments = {"trust": people.trust, "at": NOW, **changes}
    return verify(pdf, **arguments).signatures  # type: ignore[arg-type] # replaced by name


def codes(pdf: bytes, people: Signers, **changes: object) -> list[tuple[str, str]]:
    return [(v.indication, str(v.code)) for v in judge(pdf, people, **changes)]


def test_both_signatures_hold(people: Signers, sealed: bytes) -> None:
    leader, agency = judge(sealed, people)
    assert (leader.indication, leader.level, leader.signer) == ("TOTAL-PASSED", "B-T", "Lò Văn Giả Định")
    assert leader.signing_time == NOW
    assert (leader.covers_whole_file, agency.covers_whole_file) == (False, True)
    assert leader.changes == ("field:date", "field:number", "signature:agency")
    assert agency.indication == "TOTAL-PASSED"
    assert leader.certificate is not None
    assert leader.certificate.serial == f"{people.leader.certificate.serial_number:x}"


def test_no_signature_is_no_verdict(people: Signers) -> None:
    assert judge(paper(), people) == ()


def test_nobody_vouches_for_an_unknown_root(people: Signers, sealed: bytes) -> None:
    assert codes(sealed, people, trust=Trust()) == [("INDETERMINATE", "signer_unknown")] * 2


def test_an_anchor_counts_in_its_time_only(people: Signers, sealed: bytes) -> None:
    past = Anchor(people.authority.anchor(), valid_to=date(2026, 1, 1))
    assert codes(sealed, people, trust=Trust(anchors=(past,), crls=people.trust.crls))[0][0] == "INDETERMINATE"


def test_without_revocation_lists_it_is_undetermined(people: Signers, sealed: bytes) -> None:
    verdicts = judge(sealed, people, trust=Trust(anchors=people.trust.anchors))
    assert [(v.indication, v.sub_indication) for v in verdicts] == [("INDETERMINATE", "TRY_LATER")] * 2


@pytest.mark.parametrize(("revoked_after", "passes"), [(timedelta(seconds=-60), False), (timedelta(hours=1), True)])
def test_revocation_counts_from_its_moment(tmp_path: Path, revoked_after: timedelta, passes: bool) -> None:  # noqa: FBT001 - a row
    people = signers(tmp_path, now=NOW - timedelta(hours=2))
    pdf = whole(people)
    people.authority.revoke(people.leader.certificate.serial_number, now=NOW + revoked_after)
    later = NOW + timedelta(hours=3)
    people.authority.refresh_crls(now=later)
    leader, agency = judge(pdf, people, at=later)
    assert (leader.indication == "TOTAL-PASSED") is passes
    if not passes:
        assert leader.code == "revoked"
    assert agency.indication == "TOTAL-PASSED"


def test_a_certificate_that_ended_later_was_good_then(tmp_path: Path) -> None:
    people = signers(tmp_path)
    short = key(people.authority, "Người ký ngắn hạn", days=1)
    brief = Signers(people.authority, short, people.agency)
    pdf = sign_as(prepared(), "leader", brief)
    later = NOW + timedelta(days=20)
    assert codes(pdf, people, at=later)[0] == ("TOTAL-PASSED", "valid")


def test_a_changed_byte_fails_whatever_the_anchors(people: Signers, sealed: bytes) -> None:
    changed = bytearray(sealed)
    changed[200] ^= 1
    for trust in (people.trust, Trust()):
        assert codes(bytes(changed), people, trust=trust) == [("TOTAL-FAILED", "bytes_changed")] * 2


def updated(pdf: bytes, change: str) -> bytes:
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    page, _ = writer.find_page_for_modification(0)
    if change == "drawn":
        writer.add_stream_to_page(0, writer.add_object(generic.StreamObject(stream_data=b"0 0 99 99 re f")))
    elif change == "annotated":
        note = generic.DictionaryObject({
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/FreeText"),
            pdf_name("/Rect"): generic.ArrayObject(generic.NumberObject(n) for n in (0, 0, 90, 90)),
            pdf_name("/Contents"): generic.pdf_string("x"),
        })  # fmt: skip
        writer.register_annotation(page, writer.add_object(note))
    elif change == "paged":
        writer.insert_page(generic.DictionaryObject({
            pdf_name("/Type"): pdf_name("/Page"),
            pdf_name("/MediaBox"): generic.ArrayObject(generic.NumberObject(n) for n in (0, 0, 90, 90)),
            pdf_name("/Resources"): generic.DictionaryObject(),
        }))  # fmt: skip
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize("change", ["drawn", "annotated", "paged"])
def test_what_is_added_afterwards_fails_both(people: Signers, sealed: bytes, change: str) -> None:
    for indication, code in codes(updated(sealed, change), people):
        assert indication == "TOTAL-FAILED"
        assert code in {"changed_after_signing", "structure_wrong"}


def rewritten(pdf: bytes, field: str, *, value: bool, picture: bool) -> bytes:
    """The known forgery: a filled field gets another value, or only another picture."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    for reference in writer.root["/AcroForm"]["/Fields"]:
        target = reference.get_object()
        if target["/T"] == field:
            if value:
                target["/V"] = generic.pdf_string("Số: 99/BC-UBND")
            if picture:
                form = writer.import_page_as_xobject(PdfFileReader(io.BytesIO(line("Số: 99"))))
                target["/AP"] = generic.DictionaryObject({pdf_name("/N"): form})
            writer.update_container(target)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize(("value", "picture"), [(True, False), (False, True), (True, True)])
def test_a_field_filled_again_fails_every_signature_that_saw_it(
    people: Signers,
    sealed: bytes,
    value: bool,  # noqa: FBT001 - a row
    picture: bool,  # noqa: FBT001 - a row
) -> None:
    forged = rewritten(sealed, "number", value=value, picture=picture)
    leader, agency = judge(forged, people)
    assert agency.indication == "TOTAL-FAILED"
    assert leader.indication == "TOTAL-PASSED" or leader.code == "field_changed_after_signing"


def test_an_empty_field_may_not_get_a_picture_that_says_something_else_first(people: Signers) -> None:
    signed = sign_as(prepared(), "leader", people)
    filled = rewritten(numbered(signed), "number", value=False, picture=True)
    resealed = sign_as(filled, "agency", people)
    # Between the two signatures the clerk's file was the clerk's: the leader left the field open, the seal covers it.
    assert codes(resealed, people)[1] == ("TOTAL-PASSED", "valid")


def test_a_field_nobody_left_open_fails(people: Signers) -> None:
    pdf = prepare_slots(
        paper(),
        texts=(TextSlot("number", Box(0, 60, 740, 200, 20)),),
        signatures=(SignatureSlot("leader", None, leaves_open=("agency",)),),
    )
    signed = sign_as(pdf, "leader", people)
    forged = rewritten(signed, "number", value=True, picture=True)
    assert codes(forged, people)[0][0] == "TOTAL-FAILED"


def test_saving_anew_fails(people: Signers, sealed: bytes) -> None:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(sealed)) as document:
        document.save(out)
    assert {indication for indication, _ in codes(out.getvalue(), people)} == {"TOTAL-FAILED"}


def test_a_cut_file_never_passes(people: Signers, sealed: bytes) -> None:
    for length in range(len(sealed) // 20, len(sealed), len(sealed) // 20):
        try:
            verdicts = judge(sealed[:length], people)
        except VerdictImpossible:
            continue
        assert "agency" not in [v.field for v in verdicts if v.indication == "TOTAL-PASSED"]


@pytest.mark.slow
def test_random_flips_never_pass_and_never_raise(people: Signers, sealed: bytes) -> None:
    chance = random.Random(20261123)  # noqa: S311 - repeatable, not secret
    for _ in range(150):
        changed = bytearray(sealed)
        for _ in range(chance.randint(1, 3)):
            changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
        try:
            verdicts = judge(bytes(changed), people)
        except SigningError:
            continue
        agency = [v for v in verdicts if v.field == "agency" and v.indication == "TOTAL-PASSED"]
        # The one place no signature covers is the hexadecimal text of the agency's own signature.
        assert not agency or _only_in_contents(sealed, bytes(changed))


def _only_in_contents(before: bytes, after: bytes) -> bool:
    """Whether they differ in nothing but the last signature's own text, which may hold what is no digit then."""
    *_, last = re.finditer(rb"/ByteRange\s*\[\s*0\s+(\d+)\s+(\d+)", before)
    gap = range(int(last[1]), int(last[2]))
    return all(at in gap for at, (old, new) in enumerate(zip(before, after, strict=True)) if old != new)


@pytest.mark.parametrize(
    "pdf", [b"", b"x", b"%PDF-1.7\n%%EOF", b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF"]
)
def test_what_is_no_pdf_has_no_verdict(people: Signers, pdf: bytes) -> None:
    with pytest.raises(VerdictImpossible):
        judge(pdf, people)


def test_level_b_without_stamp_is_judged_at_its_claim(people: Signers) -> None:
    pdf = sign(prepared(), SignRequest("leader", Level.B_B), key=people.leader, timestamps=None, now=NOW)
    (verdict,) = judge(pdf, people)
    assert verdict.level == "B-B"


def test_trust_is_read_from_pem_and_der(people: Signers, tmp_path: Path, sealed: bytes) -> None:
    (tmp_path / "root.pem").write_bytes(people.authority.root.public_bytes(Encoding.PEM))
    (tmp_path / "middle.der").write_bytes(people.authority.intermediate.public_bytes(Encoding.DER))
    for number, crl in enumerate(people.authority.crls()):
        (tmp_path / f"{number}.crl").write_bytes(crl)
    trust = load_trust(tmp_path)
    assert (len(trust.anchors), len(trust.intermediates), len(trust.crls)) == (1, 1, 2)
    assert codes(sealed, people, trust=trust) == [("TOTAL-PASSED", "valid")] * 2
    (tmp_path / "junk").write_bytes(b"junk")
    with pytest.raises(TrustUnreadable):
        load_trust(tmp_path)
    with pytest.raises(TrustUnreadable):
        load_trust(tmp_path / "missing")


@pytest.mark.parametrize(("change", "pages"), [(updates.append_content, {"page:1"}), (updates.add_page, {"page:4"})])
def test_the_changed_page_is_named(people: Signers, change: updates.Change, pages: set[str]) -> None:
    three = whole(people, paper(pages=3))
    for verdict in judge(updates.updated(three, change), people):
        assert verdict.indication == "TOTAL-FAILED"
        assert {name for name in verdict.changes if name.startswith("page:")} == pages
    assert not any(name.startswith("page:") for verdict in judge(three, people) for name in verdict.changes)


def test_a_long_outline_is_no_reason_to_doubt(people: Signers) -> None:
    """A budget has hundreds of headings, each of which names the next."""
    pdf = whole(people, typeset('#set document(title: "Dự toán")\n' + "= Mục\n" * 500))
    assert codes(pdf, people) == [("TOTAL-PASSED", "valid")] * 2


@pytest.mark.parametrize("form", [b"null", b"99 0 R", b"[]", b"<</Fields null>>", b"<</Fields[null 5 (x)]>>"])
def test_a_form_that_is_none_has_no_signatures(people: Signers, form: bytes) -> None:
    file = readers.File(paper())
    assert judge(file.updated({file.root: file.plus(file.root, b"/AcroForm " + form)}), people) == ()


def test_groups_within_groups_are_walked_once(people: Signers) -> None:
    """Ten groups of ten, each in all the others: ten thousand million fields for whoever counts them."""
    file = readers.File(paper())
    first = file.next
    groups = {first + n: b"<</T(g)/FT/Sig/Kids[" + b"%d 0 R " % (first + n + 1) * 10 + b"]>>" for n in range(10)}
    loop = {first + 10: b"<</T(g)/FT/Sig/Kids[%d 0 R]/V<</Type/Sig/Contents<00>>> >>" % first}
    form = {file.root: file.plus(file.root, b"/AcroForm<</Fields[%d 0 R]>>" % first)}
    (verdict,) = judge(file.updated({**groups, **loop, **form}), people)
    assert verdict.indication == "TOTAL-FAILED"


@pytest.mark.parametrize("comment", [b"", b"%iText-5.5.13.1 (c) 2000-2019\n", b"% a\r\n%b\r"])
def test_an_update_that_changes_nothing_may_name_its_writer(people: Signers, sealed: bytes, comment: bytes) -> None:
    file = readers.File(sealed)
    body, end = file.updated({file.next: b"(x)"}).rsplit(b"startxref", 1)
    named = body + comment + b"startxref" + end
    assert codes(named, people) == [("TOTAL-PASSED", "valid")] * 2
    assert {indication for indication, _ in codes(named + named[-40:], people)} == {"TOTAL-FAILED"}


def test_cross_reference_streams_are_read_as_strictly_as_tables(people: Signers) -> None:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(paper(pages=2))) as document:
        document.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    pdf = whole(people, out.getvalue())
    assert b"/Type /XRef" in pdf[-4000:]
    assert codes(pdf, people) == [("TOTAL-PASSED", "valid")] * 2
    changed = updates.updated(pdf, updates.append_content)
    assert {indication for indication, _ in codes(changed, people)} == {"TOTAL-FAILED"}
