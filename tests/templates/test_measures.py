"""Each kind, each way of signing, short and long: measured in the PDF, box by box, against the decree."""

import ctypes
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from PIL import Image
from pypdfium2 import raw

from templates.catalogue import COMPONENTS, KINDS, MOTTO, NATION, PAGE
from templates.convert import OfficePool
from templates.docx import fill
from templates.draft import Draft, Letterhead, SignatureBlock
from templates.forms import LETTER
from templates.layout import HEAD_LEFT_MM, HEAD_RIGHT_MM, POINTS_PER_MM
from templates.read import fonts_in, pictures_of
from templates.wording import signature_lines
from tests.judges import judge_pdfa
from tests.templates.samples import COMMUNE, DEPARTMENT, OFFICE, VALUES, draft

pytestmark = [pytest.mark.office, pytest.mark.slow]

HEAD = SignatureBlock(
    signature_lines("TM", own_title="Chủ tịch", collective="Ủy ban nhân dân"), "Lò Thị Ví Dụ"
)  # fmt: skip
DEPUTY = SignatureBlock(
    signature_lines(
        "KT", own_title="Phó Chủ tịch", head_title="Chủ tịch", collective="Ủy ban nhân dân"
    ),
    "Vàng Thị Thí Nghiệm",
)  # fmt: skip
BY_ORDER = SignatureBlock(signature_lines("TL", own_title="Chánh Văn phòng", head_title="Chủ tịch"), "Bạc Văn Kiểm Thử")
SIGNERS = {"head": HEAD, "deputy": DEPUTY, "by order": BY_ORDER}
# Positions may be off by this much, sizes of letters by half a point.
NEAR_PT = 1.0 * POINTS_PER_MM


@dataclass(frozen=True)
class Line:
    """A line of text as the page shows it: box in points, size of its letters, weight and slope of its font."""

    page: int
    text: str
    left: float
    bottom: float
    right: float
    top: float
    size: float
    bold: bool
    italic: bool

    @property
    def middle(self) -> float:
        return (self.left + self.right) / 2


def lines_in(pdf: bytes) -> list[Line]:
    """The lines of each page, letter by letter as they are drawn; what stands side by side are two lines."""
    found: list[Line] = []
    with pypdfium2.PdfDocument(pdf) as document:
        for number, page in enumerate(document):
            text = page.get_textpage()
            letters: list[tuple[str, tuple[float, ...], int]] = []
            for index, letter in enumerate(text.get_text_range()):
                if letter in "\r\n":
                    found += [line_of(number, text, letters)] if letters else []
                    letters = []
                    continue
                box = text.get_charbox(index)
                if letter == " " and not letters:
                    continue
                if letters and letter != " " and box[0] - letters[-1][1][2] > _GAP_PT:
                    found.append(line_of(number, text, letters))
                    letters = []
                if letter != " " or letters:
                    letters.append((letter, box if letter != " " else letters[-1][1], index))
            found += [line_of(number, text, letters)] if letters else []
    return found


# Justified words stand closer than the two columns of the head.
_GAP_PT = 24.0


def line_of(page: int, text: Any, letters: list[tuple[str, tuple[float, ...], int]]) -> Line:
    boxes = [box for _, box, _ in letters]
    first = letters[0][2]
    size = raw.FPDFText_GetFontSize(text, first)
    buffer = ctypes.create_string_buffer(200)
    raw.FPDFText_GetFontInfo(text, first, buffer, 200, ctypes.c_int())
    name = buffer.value.decode()
    return Line(
        page,
        "".join(letter for letter, _, _ in letters).strip(),
        min(box[0] for box in boxes),
        min(box[1] for box in boxes),
        max(box[2] for box in boxes),
        max(box[3] for box in boxes),
        size,
        "Bold" in name,
        "Italic" in name,
    )


@pytest.fixture(scope="module")
def office() -> Iterator[OfficePool]:
    pool = OfficePool()
    yield pool
    pool.close()


Papers = Callable[[str, str, str], bytes]


@pytest.fixture(scope="module")
def paper(office: OfficePool) -> Papers:
    """A document that is measured as PDF, by kind, signer and length; the office program is asked once for each."""
    return cache(lambda kind, signer, length: office.convert(fill(made_of(kind, signer, length)), suffix="docx"))


def long_values(kind: str) -> dict[str, Any]:
    """More than a page of body, where the kind has one."""
    values = VALUES[kind]()
    if "body" in {field.name for field in KINDS[kind].fields}:
        text = "Nội dung cần thực hiện được nêu đầy đủ để đoạn này dài hơn một dòng trên trang giấy khổ A4."
        values["body"] = [{"paragraph": f"{number}. {text}"} for number in range(1, 45)]
    return values


def test_a_sheet_of_all_kinds_for_the_manual(office: OfficePool, request: pytest.FixtureRequest) -> None:
    """`--pictures DIR` keeps the sheet: the first page of each kind, in the order of the catalogue."""
    pages = []
    for kind in KINDS:
        # The chairman decides alone: nobody signs that on behalf of the committee.
        alone = SignatureBlock(("CHỦ TỊCH",), "Lò Thị Ví Dụ")
        made = draft(kind, signature=alone) if kind == "QĐ" else draft(kind)
        pdf = office.convert(fill(made), suffix="docx")
        pages.append(Image.open(io.BytesIO(pictures_of(pdf, dpi=50, pages=(0,))[0])).convert("RGB"))
    width, height = pages[0].size
    columns = 7
    rows = -(-len(pages) // columns)
    sheet = Image.new("RGB", (columns * (width + 8), rows * (height + 8)), "gray")
    for index, page in enumerate(pages):
        sheet.paste(page, (index % columns * (width + 8) + 4, index // columns * (height + 8) + 4))
    folder = request.config.getoption("--pictures")
    if folder:
        sheet.quantize(32).save(Path(folder) / "cac-mau.png", optimize=True)
    assert len({page.tobytes() for page in pages}) == len(KINDS)


@pytest.mark.parametrize("signer", SIGNERS)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("length", ["short", "long"])
def test_every_component_lies_where_the_decree_wants_it(paper: Papers, kind: str, signer: str, length: str) -> None:
    made, pdf = made_of(kind, signer, length), paper(kind, signer, length)
    assert {name.split("-")[0] for name in fonts_in(pdf)} == {"LiberationSerif"}
    with pikepdf.open(io.BytesIO(pdf)) as document, document.open_metadata() as metadata:
        assert metadata.pdfa_status == "2B"
        assert [float(side) for side in document.pages[0].mediabox] == pytest.approx([0, 0, 595.3, 841.9], abs=0.5)
    lines = lines_in(pdf)
    check_head(lines, made.letterhead)
    check_title(lines, kind, made.content.subject)
    check_margins(lines)
    check_foot(lines, made)
    check_page_numbers(lines)


@pytest.mark.judges
@pytest.mark.timeout(900)
def test_every_document_is_pdfa_by_verapdf(paper: Papers, tmp_path: Path) -> None:
    files = []
    for kind in KINDS:
        for signer in SIGNERS:
            for length in ("short", "long"):
                file = tmp_path / f"{kind} {signer} {length}.pdf"
                file.write_bytes(paper(kind, signer, length))
                files.append(file)
    reports = judge_pdfa(files)
    assert len(reports) == len(files) == len(KINDS) * 6
    assert [report for report in reports if not report.compliant] == []


@pytest.mark.parametrize("kind", ["CV", "BC", "QĐ"])
def test_a_unit_with_its_own_seal_stands_under_the_committee_it_belongs_to(office: OfficePool, kind: str) -> None:
    made = draft(kind, letterhead=OFFICE, signature=SignatureBlock(("TRƯỞNG PHÒNG",), "Hà Văn Mô Phỏng"))
    lines = lines_in(office.convert(fill(made), suffix="docx"))
    check_head(lines, OFFICE)


def made_of(kind: str, signer: str, length: str) -> Draft:
    """One of the documents that are measured."""
    values = long_values(kind) if length == "long" else VALUES[kind]()
    letterhead = DEPARTMENT if signer == "by order" else COMMUNE
    return draft(kind, values=values, letterhead=letterhead, signature=SIGNERS[signer])


def line(lines: list[Line], text: str) -> Line:
    found = [entry for entry in lines if entry.text.startswith(text)]
    assert found, f"{text!r} is not in {[entry.text for entry in lines][:40]}"
    return found[0]


def check_style(entry: Line, component: str) -> None:
    wanted = COMPONENTS[component]
    assert entry.size == pytest.approx(wanted.size_pt, abs=0.5), entry
    assert (entry.bold, entry.italic) == (wanted.bold, wanted.italic), entry


def check_head(lines: list[Line], letterhead: Letterhead) -> None:
    left = PAGE.left_mm * POINTS_PER_MM
    right_middle = left + (HEAD_LEFT_MM + HEAD_RIGHT_MM / 2) * POINTS_PER_MM
    left_middle = left + HEAD_LEFT_MM / 2 * POINTS_PER_MM
    nation, motto = line(lines, NATION[:20]), line(lines, MOTTO[:12])
    check_style(nation, "nation")
    check_style(motto, "motto")
    # The superior's name not bold, then the agency's own, bold, each in its lines (Annex I, part I, II.2).
    head = [(text, "superior") for text in letterhead.superior] + [(text, "issuer") for text in letterhead.issuer]
    at_left = [entry for entry in lines if entry.page == 0 and entry.middle < nation.left]
    for entry, (text, component) in zip(at_left, head, strict=False):
        assert text.startswith(entry.text[:12])
        check_style(entry, component)
        assert entry.middle == pytest.approx(left_middle, abs=NEAR_PT)
    own = line(lines, letterhead.issuer[0][:12])
    assert nation.bottom > motto.bottom
    assert nation.middle == pytest.approx(right_middle, abs=NEAR_PT)
    assert motto.middle == pytest.approx(right_middle, abs=NEAR_PT)
    assert own.middle == pytest.approx(left_middle, abs=NEAR_PT)
    # Nothing stands higher than the agency and the nation, which begin at the upper margin.
    top = max(entry.top for entry in lines if entry.page == 0)
    assert 841.9 - top == pytest.approx(PAGE.top_mm * POINTS_PER_MM, abs=4)


def check_title(lines: list[Line], kind: str, subject: str) -> None:
    if kind == LETTER:
        about = line(lines, "V/v")
        check_style(about, "letter_subject")
        assert about.right < (PAGE.left_mm + HEAD_LEFT_MM) * POINTS_PER_MM + NEAR_PT
        return
    text_middle = (PAGE.left_mm + (PAGE.width_mm - PAGE.left_mm - PAGE.right_mm) / 2) * POINTS_PER_MM
    name = line(lines, KINDS[kind].name.upper())
    check_style(name, "kind_name")
    assert name.middle == pytest.approx(text_middle, abs=NEAR_PT)
    if KINDS[kind].shows_subject:
        about = line(lines, subject[:10])
        check_style(about, "subject")
        assert about.middle == pytest.approx(text_middle, abs=NEAR_PT)
        assert about.top < name.bottom + 4


def check_margins(lines: list[Line]) -> None:
    left, right = PAGE.left_mm * POINTS_PER_MM, (PAGE.width_mm - PAGE.right_mm) * POINTS_PER_MM
    for entry in lines:
        assert entry.left >= left - NEAR_PT, entry
        assert entry.right <= right + NEAR_PT, entry
        assert entry.bottom >= PAGE.bottom_mm * POINTS_PER_MM - NEAR_PT, entry


def check_foot(lines: list[Line], made: Draft) -> None:
    signature = made.signature
    title = line(lines, "Nơi nhận:")
    check_style(title, "recipients_title")
    assert title.left == pytest.approx(PAGE.left_mm * POINTS_PER_MM, abs=NEAR_PT + 2)
    check_style(line(lines, "- Lưu:"), "recipients")
    capacity, name = line(lines, signature.lines[0][:8]), line(lines, signature.name)
    check_style(capacity, "capacity")
    check_style(name, "signer")
    assert capacity.page == name.page == title.page
    assert capacity.middle == pytest.approx(name.middle, abs=NEAR_PT)
    if made.secretary is not None:
        check_secretary(lines, made.secretary, capacity, name)
        assert title.top < name.bottom
    else:
        # "Nơi nhận" is level with the first line of the capacity.
        assert title.bottom == pytest.approx(capacity.bottom, abs=5)
    last = line(
        [entry for entry in lines if entry.page == name.page and entry.left > title.right], signature.lines[-1][:8]
    )
    # Room for the seal, in real size, between the title and the name.
    assert last.bottom - name.top > 34 * POINTS_PER_MM


def check_secretary(lines: list[Line], block: SignatureBlock, capacity: Line, name: Line) -> None:
    """The secretary at the left, level with the chair at the right (form 1.9)."""
    own_title, own_name = line(lines, block.lines[0]), line(lines, block.name)
    check_style(own_title, "capacity")
    check_style(own_name, "signer")
    assert own_title.bottom == pytest.approx(capacity.bottom, abs=4)
    assert own_name.bottom == pytest.approx(name.bottom, abs=4)
    assert own_title.right < capacity.left
    assert own_title.middle == pytest.approx(own_name.middle, abs=NEAR_PT)


def check_page_numbers(lines: list[Line]) -> None:
    text_middle = (PAGE.left_mm + (PAGE.width_mm - PAGE.left_mm - PAGE.right_mm) / 2) * POINTS_PER_MM
    for page in range(1, max(entry.page for entry in lines) + 1):
        number = next(entry for entry in lines if entry.page == page and entry.text == str(page + 1))
        check_style(number, "page_number")
        assert number.middle == pytest.approx(text_middle, abs=NEAR_PT)
        assert number.bottom > 841.9 - PAGE.top_mm * POINTS_PER_MM
