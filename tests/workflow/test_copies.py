"""Copies and paper originals: what the decree allows, each with its number, its mark and its register line."""

import io
from typing import Any
from uuid import UUID

import pikepdf
import pytest
from PIL import Image, ImageChops, ImageDraw

from docservice.core.errors import NotAllowed
from docservice.core.work import SYSTEM
from docservice.documents import copies, queries, registers, storing
from docservice.documents.errors import CopyRefused, DocumentNotFound, FormValueWrong, WrongState
from docservice.documents.models import Document, RegisterLine
from docservice.documents.numbering import COPIES, OUTGOING
from docservice.identity import custody
from docservice.identity.errors import NoSigningAuthority, NotCustodian
from docservice.signatures.keys import TrustSource
from docservice.workflow import service as workflow
from docservice.workflow.service import CopyOrder, Passages
from signing.verdict import verify
from templates.copying import COPY_FORMS, Held, Medium, scan_faults
from templates.read import pictures_of, text_of
from tests.node import Office
from tests.signatures.test_annexes import shown_at_top_right

PAPER, ELECTRONIC = Medium.PAPER, Medium.ELECTRONIC


def scan(*, dpi: int = 200, mode: str = "RGB", size_mm: tuple[float, float] = (210, 297)) -> bytes:
    """A scanned sheet: a picture and nothing else."""
    pixels = (round(size_mm[0] / 25.4 * dpi), round(size_mm[1] / 25.4 * dpi))
    picture = Image.new(mode, pixels, "white")
    ImageDraw.Draw(picture).rectangle((200, 200, pixels[0] - 200, 900), fill="black" if mode != "RGB" else "navy")
    out = io.BytesIO()
    picture.save(out, "PDF", resolution=dpi)
    return out.getvalue()


def on_paper(office: Office, data: bytes | None = None, *, kind_name: str = "Quyết định") -> UUID:
    """A registered arrival on paper."""
    stored = storing.put(office.node.ports, data or scan())
    document = office.act(
        "c.clerk", workflow.enter_paper, scan_sha256=stored.key, scan_size=stored.size, kind_name=kind_name,
        subject="Về việc giao kế hoạch năm 2026", origin_name="Sở Nội vụ tỉnh Hoa Ban", origin_notation="12/QĐ-SNV",
    )  # fmt: skip
    office.act("c.clerk", workflow.register, document_id=document.id)
    office.drain()
    return document.id


def copy(office: Office, document_id: UUID, form: str, target: Medium, **more: Any) -> UUID:
    order = CopyOrder(form=form, target=target, **{"signer_post_id": office.post("c.leader"), **more})
    made = office.act("c.clerk", workflow.make_copy, document_id=document_id, order=order)
    office.drain()
    return made.id


def refused(office: Office, document_id: UUID, form: str, target: Medium, **more: Any) -> str:
    with pytest.raises(CopyRefused) as caught:
        copy(office, document_id, form, target, **more)
    return str(caught.value.details["reason"])


def file_of(office: Office, document_id: UUID) -> bytes:
    with office.reading() as reading:
        version = queries.latest_version(reading, document_id)
        assert version is not None
        return storing.get(reading.ports, version.sha256)


def lines_of(office: Office, series: str) -> list[dict[str, Any]]:
    with office.reading("c.clerk") as reading:
        book = registers.book(reading, series=series, year=2026, limit=None, offset=0)
    return [line.columns for line in book.lines]


# Article 25, way by way: what is held, from which medium, to which, and the forms of copy it allows.
ALLOWED = {
    (Held.ORIGINAL, PAPER, PAPER): {"SY", "TrS"},
    (Held.ORIGINAL, PAPER, ELECTRONIC): {"SY", "TrS"},
    (Held.ORIGINAL, ELECTRONIC, PAPER): {"SY", "TrS"},
    (Held.ORIGINAL, ELECTRONIC, ELECTRONIC): {"TrS"},
    (Held.CERTIFIED, PAPER, PAPER): {"SL"},
    (Held.CERTIFIED, PAPER, ELECTRONIC): {"SL"},
    (Held.CERTIFIED, ELECTRONIC, PAPER): {"SL"},
    (Held.CERTIFIED, ELECTRONIC, ELECTRONIC): set(),
}


@pytest.mark.parametrize(("way", "forms"), ALLOWED.items())
def test_the_forms_of_copy_are_those_of_the_decree(way: tuple[Held, Medium, Medium], forms: set[str]) -> None:
    held, source, target = way
    allowed = {
        code for code, form in COPY_FORMS.items() if form.refusal(held=held, source=source, target=target) is None
    }
    assert allowed == forms


def test_an_electronic_original_is_printed_with_the_copys_block(office: Office) -> None:
    released = office.released()
    copied = copy(office, released, "SY", PAPER, recipients=("Phòng Kinh tế",), amount=3)
    document = office.document(copied)
    assert (document.notation, str(document.status), document.kind_name) == ("05/SY-UBND", "to_release", "Bản sao y")
    text = text_of(file_of(office, copied))[-1]
    for words in ("SAO Y", "Số: 05/SY-UBND", "Suối Trúc, ngày 23 tháng 11 năm 2026", "- Phòng Kinh tế;", "- Lưu: VT.",
                  "TM. ỦY BAN NHÂN DÂN", "Lò Văn Giả Định"):  # fmt: skip
        assert words in text
    with pikepdf.open(io.BytesIO(file_of(office, copied))) as printed:
        # What is printed is no electronic document any more: fields and signatures are part of the page.
        assert "/AcroForm" not in printed.Root
        assert all("/Annots" not in page or not len(page.Annots) for page in printed.pages)
    (line,) = lines_of(office, COPIES)
    assert (line["Số, ký hiệu bản sao"], line["Số lượng bản"]) == ("05/SY-UBND", "03")
    assert line["Hình thức sao"] == "Bản sao y, điện tử sang giấy"
    assert "312/BC-UBND" in line["Văn bản được sao"]
    office.act("c.clerk", workflow.release, document_id=copied)
    assert office.status(copied) == "released"


def test_all_forms_of_copy_share_one_series(office: Office) -> None:
    released, paper = office.released(), on_paper(office)
    numbers = [
        office.document(made).notation
        for made in (
            copy(office, released, "SY", PAPER),
            copy(office, on_paper(office, kind_name="Bản sao y"), "SL", PAPER),
            copy(office, paper, "SY", ELECTRONIC),
        )
    ]
    assert numbers == ["05/SY-UBND", "06/SL-UBND", "07/SY-UBND"]
    # The documents' own series is untouched.
    assert office.document(office.released()).notation == "313/BC-UBND"


def test_a_digitised_copy_is_sealed_with_its_mark_and_sent(office: Office) -> None:
    paper = on_paper(office)
    copied = copy(office, paper, "SY", ELECTRONIC, receiver_codes=("H99",))
    assert office.status(copied) == "to_seal"
    office.act("c.clerk", workflow.seal, document_id=copied)
    office.drain()
    sealed = file_of(office, copied)
    with office.reading() as reading:
        scanned, copied_scan = (
            storing.get(reading.ports, queries.versions(reading, one)[0].sha256) for one in (paper, copied)
        )
    assert sealed.startswith(copied_scan)
    assert pictures_of(copied_scan, dpi=50) == pictures_of(scanned, dpi=50)
    verdict = verify(sealed, trust=office.node.ports[TrustSource].current(), at=office.clock.now())
    assert [(s.indication, s.covers_whole_file) for s in verdict.signatures] == [("TOTAL-PASSED", True)]
    mark = " ".join(shown_at_top_right(sealed).split())
    assert mark.startswith("SAO Y; Ủy ban nhân dân xã Suối Trúc; 23/11/2026; 09:00:")
    assert mark.strip().endswith("+07:00")
    office.act("c.clerk", workflow.release, document_id=copied)
    office.drain()
    arrived = office.arrived("p.clerk", office.document(copied).subject)
    assert (arrived.kind_name, arrived.origin_notation) == ("Bản sao y", "05/SY-UBND")


def test_an_extract_holds_the_chosen_passages_and_every_part_of_the_form(office: Office) -> None:
    released = office.released()
    with office.reading() as reading:
        version = queries.latest_version(reading, released)
        assert version is not None
        paragraphs = copies.paragraphs_of(reading, version.sha256)
    assert paragraphs
    passage = next(text for text in paragraphs if "bộ chuyển đổi mẫu" in text)
    assert passage == "Văn bản thử của bộ chuyển đổi mẫu."
    copied = copy(office, released, "TrS", ELECTRONIC, passages=Passages((passage,)))
    assert office.document(copied).notation == "05/TrS-UBND"
    text = text_of(file_of(office, copied))[0]
    for words in ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Số: 312/BC-UBND", "BÁO CÁO", "Tình hình thử nghiệm hệ thống",
                  passage, "TM. ỦY BAN NHÂN DÂN", "(Đã ký)", "Lò Văn Giả Định", "- UBND tỉnh Hoa Ban;",
                  "- Lưu: VT, VHXH."):  # fmt: skip
        assert words in text
    office.act("c.clerk", workflow.seal, document_id=copied)
    office.drain()
    assert shown_at_top_right(file_of(office, copied)).startswith("TRÍCH SAO; Ủy ban nhân dân xã Suối Trúc;")


def test_an_extract_of_a_letter_says_whom_it_is_addressed_to(office: Office) -> None:
    letter = {"subject": "rà soát", "body": [{"paragraph": "Nội dung."}], "recipients": ["- Như trên;"]}
    letter |= {"archive": "Lưu: VT"}
    values = letter | {"addressees": ["UBND tỉnh Hoa Ban", "Sở Nội vụ"]}
    released = office.released(values=values, kind="CV")
    passage = Passages(("Văn bản thử của bộ chuyển đổi mẫu.",))
    text = text_of(file_of(office, copy(office, released, "TrS", PAPER, passages=passage)))[0]
    for words in ("Kính gửi:", "- UBND tỉnh Hoa Ban;", "- Sở Nội vụ.", "- Như trên;", "- Lưu: VT."):
        assert words in text
    assert "Lưu: Lưu" not in text


def test_an_extract_of_a_scan_is_typed_and_the_register_says_that_nobody_compared_it(office: Office) -> None:
    paper = on_paper(office)
    typed = Passages(("Điều 1. Giao kế hoạch năm 2026.",), "Hoa Ban", ("Giám đốc",), "Bế Văn Ước Lệ")
    copied = copy(office, paper, "TrS", PAPER, passages=typed)
    text = text_of(file_of(office, copied))[0]
    for words in ("SỞ NỘI VỤ TỈNH HOA BAN", "Số: 12/QĐ-SNV", "GIÁM ĐỐC", "Bế Văn Ước Lệ", "TRÍCH SAO"):
        assert words in text
    assert "văn thư tự đối chiếu" in lines_of(office, COPIES)[0]["Ghi chú"]


def test_what_the_decree_does_not_know_is_refused_with_a_sentence(office: Office) -> None:
    released, paper = office.released(), on_paper(office)
    certified, lesser = on_paper(office, kind_name="Bản sao y"), on_paper(office, kind_name="Bản sao lục")
    assert refused(office, released, "SY", ELECTRONIC) == "copy_same_electronic"
    assert refused(office, released, "SL", PAPER) == "copy_of_original"
    assert refused(office, certified, "SY", PAPER) == "copy_of_certified"
    assert refused(office, certified, "TrS", PAPER, passages=Passages(("a",))) == "copy_of_certified"
    assert refused(office, lesser, "SL", PAPER) == "copy_of_copy"
    assert refused(office, released, "TrS", PAPER) == "passages_missing"
    assert (
        refused(office, released, "TrS", PAPER, passages=Passages(("Câu không có ở đâu cả.",))) == "passage_not_found"
    )
    with pytest.raises(FormValueWrong):
        copy(office, paper, "TrS", PAPER, passages=Passages(("Điều 1.",)))
    with pytest.raises(FormValueWrong):
        copy(office, released, "SY", PAPER, amount=0)
    sentence = CopyRefused(reason="copy_same_electronic").sentence()
    assert sentence == (
        "Không làm được bản sao này: văn bản điện tử không sao y, sao lục sang văn bản điện tử; "
        "hãy chuyển chính văn bản điện tử đó."
    )
    # Nothing half-done: no number was used up.
    assert lines_of(office, COPIES) == []


def test_only_final_documents_are_copied(office: Office) -> None:
    assert refused_by(office, office.draft()) in {"copy_not_final", "not_there"}
    sealed = office.checked()
    office.sign(sealed)
    assert refused_by(office, sealed) == "copy_not_final"


def refused_by(office: Office, document_id: UUID) -> str:
    try:
        return refused(office, document_id, "SY", PAPER)
    except DocumentNotFound:
        return "not_there"


def test_who_may_make_copies_and_who_may_sign_them(office: Office) -> None:
    released = office.released()
    order = CopyOrder(form="SY", target=PAPER, signer_post_id=office.post("c.leader"))
    for key in ("c.official", "c.leader", "c.checker"):
        with pytest.raises(NotAllowed):
            office.act(key, workflow.make_copy, document_id=released, order=order)
    with pytest.raises(DocumentNotFound):
        office.act("p.official", workflow.make_copy, document_id=released, order=order)
    with pytest.raises(NoSigningAuthority):
        copy(office, released, "SY", PAPER, signer_post_id=office.post("c.official"))
    paper = on_paper(office)
    hand_over(office)
    with pytest.raises(NotCustodian):
        copy(office, paper, "SY", ELECTRONIC)


def hand_over(office: Office) -> None:
    """Somebody else keeps the agency's key from today."""
    with office.reading("c.checker") as reading:
        agency_id, person_id = reading.actor.agency_id, reading.actor.person_id
    office.act(
        "c.clerk", custody.hand_over, agency_id=agency_id, label="Khóa mẫu của cơ quan", person_id=person_id,
        permission="Giấy giao", minutes="Biên bản", valid_from=office.clock.now().date(),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("data", "faults"),
    [
        (scan(), set()),
        (scan(dpi=300), set()),
        (scan(size_mm=(297, 420)), set()),
        (scan(dpi=120), {"resolution"}),
        (scan(mode="L"), {"colour"}),
        (scan(size_mm=(150, 150)), {"scale"}),
    ],
)
def test_a_scan_is_measured_against_the_decree(data: bytes, faults: set[str]) -> None:
    assert {fault.code for fault in scan_faults(data)} == faults


def test_an_extract_of_what_can_no_longer_be_read_gives_no_copy_and_its_number_is_cancelled(office: Office) -> None:
    released = office.released()
    with office.node.transactions.work(SYSTEM) as work:
        work.session.get_one(Document, released).form_values = {"subject": "Tình hình"}
    copied = copy(office, released, "TrS", PAPER, passages=Passages(("Văn bản thử của bộ chuyển đổi mẫu.",)))
    assert office.status(copied) == "cancelled"
    with office.reading("c.clerk") as reading:
        (line,) = registers.book(reading, series=COPIES, year=2026, limit=None, offset=0).lines
    assert "không đọc lại được" in (line.reason or "")


def test_a_poor_scan_gives_no_copy_and_its_number_is_cancelled_with_the_reason(office: Office) -> None:
    paper = on_paper(office, scan(dpi=100))
    copied = copy(office, paper, "SY", ELECTRONIC)
    assert office.status(copied) == "cancelled"
    with office.reading("c.clerk") as reading:
        (line,) = registers.book(reading, series=COPIES, year=2026, limit=None, offset=0).lines
    assert line.cancelled
    assert "200 dpi" in (line.reason or "")


def test_a_copy_of_what_few_may_read_is_not_for_everybody(office: Office) -> None:
    paper = on_paper(office)
    copied = copy(office, paper, "SY", PAPER)
    office.act("c.clerk", workflow.release, document_id=copied)
    with office.reading("c.other") as reading:
        assert queries.find_visible(reading, copied) is None
    with office.reading("c.clerk") as reading:
        assert [made.id for made in copies.copies_of(reading, paper)] == [copied]


def test_a_spoiled_copy_is_cancelled_with_its_number(office: Office) -> None:
    copied = copy(office, office.released(), "SY", PAPER)
    office.act("c.clerk", workflow.cancel_number, document_id=copied, reason="In hỏng")
    assert office.status(copied) == "cancelled"
    released = office.checked()
    office.sign(released)
    for verb in (workflow.number, workflow.seal):
        office.act("c.clerk", verb, document_id=released)
        office.drain()
    # A sealed document of its own keeps its number.
    with pytest.raises(NotAllowed):
        office.act("c.clerk", workflow.cancel_number, document_id=released, reason="In hỏng")


def test_a_paper_original_has_signature_and_number_but_no_seal(office: Office) -> None:
    released = office.released()
    printing = office.act(
        "c.clerk", workflow.print_original, document_id=released, reason="Gửi nơi chưa nhận điện tử", amount=2
    )
    office.drain()
    with office.reading("c.clerk") as reading:
        (kept,) = copies.printings_of(reading, released)
        assert (kept.id, kept.amount) == (printing.id, 2)
        assert kept.sha256 is not None
        pdf = storing.get(reading.ports, kept.sha256)
    assert "312/BC-UBND" in text_of(pdf)[0]
    colours = inks(pdf)
    assert colours["blue"] > 100
    assert colours["red"] == 0
    assert inks(file_of(office, released))["red"] > 100
    newest, first = lines_of(office, OUTGOING)[:2]
    assert newest["Số, ký hiệu"] == first["Số, ký hiệu"] == "312/BC-UBND"
    assert newest["Số lượng bản"] == "02 bản giấy"
    assert newest["Ghi chú"] == "In bản chính giấy: Gửi nơi chưa nhận điện tử"
    with office.reading() as reading:
        correction = reading.session.get_one(Document, released)
        assert str(correction.status) == "released"
        further = reading.session.query(RegisterLine).where(RegisterLine.corrects_id.is_not(None)).one()
        assert further.columns == newest
    # It is no copy: the copies' register knows nothing of it.
    assert lines_of(office, COPIES) == []


def inks(pdf: bytes) -> dict[str, int]:
    """How many dots of the first page are blue and how many red."""
    picture = Image.open(io.BytesIO(pictures_of(pdf, dpi=50)[0])).convert("RGB")
    red, _, blue = picture.split()
    return {
        name: ImageChops.subtract(one, other).point([255 if value > 60 else 0 for value in range(256)]).histogram()[255]
        for name, one, other in (("blue", blue, red), ("red", red, blue))
    }


def test_a_paper_original_is_refused_to_others_and_before_there_is_a_number(office: Office) -> None:
    signed = office.checked()
    office.sign(signed)
    with pytest.raises(WrongState):
        office.act("c.clerk", workflow.print_original, document_id=signed, reason="Cần gấp", amount=1)
    released = office.released()
    for key in ("c.official", "c.leader"):
        with pytest.raises(NotAllowed):
            office.act(key, workflow.print_original, document_id=released, reason="Cần gấp", amount=1)
    for reason, amount in (("  ", 1), ("Cần gấp", 0)):
        with pytest.raises(FormValueWrong):
            office.act("c.clerk", workflow.print_original, document_id=released, reason=reason, amount=amount)
    with pytest.raises(NotAllowed):
        copied = copy(office, released, "SY", PAPER)
        office.act("c.clerk", workflow.print_original, document_id=copied, reason="Cần gấp", amount=1)
