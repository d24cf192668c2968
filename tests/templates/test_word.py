"""The Word door's reading and preparing: our own forms, files as offices make them, and hostile ones."""

import io
import zipfile
from pathlib import Path

import docx
import pytest
from docx.enum.text import WD_PARAGRAPH_ALIGNMENT

import docservice
from templates.convert import OfficePool
from templates.docx import fill
from templates.draft import SignatureBlock
from templates.errors import OfficeRefused, WordPlaceMissing
from templates.layout import DATE_MARK, NUMBER_MARK, SIGNATURE_MARK
from templates.office import DOCX, XLSX, examine_office
from templates.read import places_in, text_of
from templates.word import prepare_word, read_word
from tests.templates.samples import VALUES, draft

DEPUTY = SignatureBlock(("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"), "Vàng Thị Thí Nghiệm")
CENTER = WD_PARAGRAPH_ALIGNMENT.CENTER


def typed(
    *, number: str = "Số:      /BC-UBND", date: str = "Suối Trúc, ngày    tháng 11 năm 2026", sign: bool = True
) -> bytes:
    """A report as an official types it: a borderless table for the head, another for the foot."""
    document = docx.Document()
    head = document.add_table(2, 2)
    head.cell(0, 0).text = "ỦY BAN NHÂN DÂN\nXÃ SUỐI TRÚC"
    head.cell(0, 1).text = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc"
    head.cell(1, 0).text, head.cell(1, 1).text = number, date
    for words in ("BÁO CÁO", "Kết quả trồng rừng", "năm 2026"):
        document.add_paragraph(words).alignment = CENTER
    document.add_paragraph()
    document.add_paragraph("Thực hiện kế hoạch, xã đã trồng 12 ha rừng; số: 5 bản tham gia.")
    foot = document.add_table(1, 2)
    left, right = foot.cell(0, 0), foot.cell(0, 1)
    left.text = "Nơi nhận:"
    for words in ("- UBND tỉnh Hoa Ban;", "- Các phòng;", "- Lưu: VT, KT."):
        left.add_paragraph(words)
    if sign:
        right.text = "TM. ỦY BAN NHÂN DÂN"
        for words in ("CHỦ TỊCH", "", "", "", "Lò Văn Giả Định"):
            right.add_paragraph(words).alignment = CENTER
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def texts(data: bytes) -> list[str]:
    document = docx.Document(io.BytesIO(data))
    cells = [cell for table in document.tables for row in table.rows for cell in row.cells]
    return [p.text for p in document.paragraphs] + [p.text for cell in cells for p in cell.paragraphs]


def test_a_typed_report_is_read() -> None:
    read = read_word(typed())
    assert (read.kind, read.kind_name, read.subject) == ("BC", "Báo cáo", "Kết quả trồng rừng năm 2026")
    assert read.recipients == ("UBND tỉnh Hoa Ban", "Các phòng")
    assert read.archive == "VT, KT"
    assert read.signer_name == "Lò Văn Giả Định"
    assert read.signer_titles == ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH")
    assert read.number_notation == "BC-UBND"
    assert read.faults == ()


@pytest.mark.parametrize("kind", VALUES)
def test_what_our_own_form_made_is_read_back(kind: str) -> None:
    made = draft(kind)
    read = read_word(fill(made))
    assert read.kind == kind
    assert " ".join(read.subject.split()) == (made.content.subject if made.content.kind.shows_subject else "")
    assert read.recipients == made.content.recipients
    assert read.archive == made.content.archive
    assert read.addressees == made.content.addressees
    assert read.signer_name == made.signature.name
    assert read.faults == ()


def test_what_is_missing_is_a_fault_and_no_error() -> None:
    document = docx.Document()
    document.add_paragraph("Chỉ có một đoạn.")
    out = io.BytesIO()
    document.save(out)
    read = read_word(out.getvalue())
    assert read.kind is None
    assert set(read.faults) == {"no_number_line", "no_date_line", "no_signature_place", "no_recipients", "no_kind"}


@pytest.mark.parametrize(
    ("place", "data"),
    [
        ("number", typed(number="")),
        ("date", typed(date="")),
        ("signature", typed(sign=False)),
    ],
)
def test_a_missing_place_is_named(place: str, data: bytes) -> None:
    with pytest.raises(WordPlaceMissing) as caught:
        prepare_word(data, signature=DEPUTY)
    assert (caught.value.code, caught.value.params) == ("place_missing", {"place": place})


def test_preparing_changes_the_block_and_the_two_lines_only() -> None:
    before = typed()
    prepared = prepare_word(before, signature=DEPUTY)
    after = texts(prepared)
    assert [words for words in after if words in DEPUTY.lines] == list(DEPUTY.lines)
    assert "Vàng Thị Thí Nghiệm" in after
    assert not {"Lò Văn Giả Định", "Số:      /BC-UBND"} & set(after)
    gone = {"Lò Văn Giả Định", "CHỦ TỊCH", "Số:      /BC-UBND", "Suối Trúc, ngày    tháng 11 năm 2026", ""}
    assert {words for words in texts(before) if words not in gone} <= set(after)


def test_preparing_twice_for_two_signers_starts_from_the_same_file() -> None:
    first = prepare_word(typed(), signature=DEPUTY)
    again = prepare_word(first, signature=SignatureBlock(("CHỦ TỊCH",), "Lò Văn Giả Định"))
    assert read_word(again).signer_titles == ("CHỦ TỊCH",)


def repacked(
    data: bytes, *, add: dict[str, bytes] | None = None, change: dict[str, tuple[bytes, bytes]] | None = None
) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            old, new = (change or {}).get(name, (b"", b""))
            content = source.read(name)
            if old:
                assert old in content
                content = content.replace(old, new, 1)
            target.writestr(name, content)
        for name, content in (add or {}).items():
            target.writestr(name, content)
    return out.getvalue()


IMAGE = (
    b'<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image" '
    b'Target="http://127.0.0.1:9/x.png" TargetMode="External"/></Relationships>'
)
RELATIONS = "word/_rels/document.xml.rels"


@pytest.mark.parametrize(
    ("code", "data"),
    [
        ("office_unreadable", b"PK\x03\x04 no archive"),
        ("office_unreadable", b""),
        ("office_macros", repacked(typed(), add={"word/vbaProject.bin": b"x"})),
        ("office_external", repacked(typed(), add={"word/embeddings/oleObject1.bin": b"x"})),
        ("office_external", repacked(typed(), change={RELATIONS: (b"</Relationships>", IMAGE)})),
        (
            "office_external",
            repacked(typed(), change={RELATIONS: (b"</Relationships>", IMAGE.replace(b"http:", b"file:"))}),
        ),
        ("office_unreadable", repacked(typed(), add={"word/extra.xml": b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'})),
    ],
)
def test_hostile_files_are_refused(code: str, data: bytes) -> None:
    for read in (examine_office, read_word):
        with pytest.raises(OfficeRefused) as caught:
            read(data)
        assert caught.value.code == code


def test_a_file_that_swells_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr("[Content_Types].xml", b"<Types/>")
        target.writestr("word/document.xml", b"<x>" + b" " * (101 * 1024 * 1024) + b"</x>")
    with pytest.raises(OfficeRefused) as caught:
        examine_office(out.getvalue())
    assert caught.value.code == "office_too_large"


def test_what_passes_is_named_by_its_content() -> None:
    assert examine_office(typed()) == DOCX
    sheet = Path(docservice.__file__).with_name("demo") / "samples/phu-luc-kinh-te.xlsx"
    assert examine_office(sheet.read_bytes()) == XLSX


@pytest.mark.office
def test_a_prepared_file_has_its_three_places_in_the_pdf() -> None:
    pool = OfficePool(size=1)
    try:
        pdf = pool.convert(prepare_word(typed(), signature=DEPUTY), suffix="docx")
    finally:
        pool.close()
    places = places_in(pdf)
    assert {NUMBER_MARK, DATE_MARK, SIGNATURE_MARK} <= set(places)
    assert places[NUMBER_MARK].x < places[DATE_MARK].x
    assert places[SIGNATURE_MARK].y < places[NUMBER_MARK].y
    text = "\n".join(text_of(pdf))
    assert "12 ha rừng" in text
    assert "KT. CHỦ TỊCH" in text


def test_a_normative_draft_is_named_as_such() -> None:
    document = docx.Document()
    for text in ("HỘI ĐỒNG NHÂN DÂN", "Số:      /2026/NQ-HĐND", "NGHỊ QUYẾT", "Quy định mức thu phí"):
        document.add_paragraph(text)
    out = io.BytesIO()
    document.save(out)
    assert read_word(out.getvalue()).family == "normative"
    assert read_word(fill(draft("NQ"))).family != "normative"
