"""Where signatures, seals, numbers, dates and marks stand: measured on the page, within a millimetre.

Decree 30/2020, Annex I: part I, II.3 and II.4 (number and date level, each in its column), II.8 (a person's
picture centred between title and name, the seal in real size over its left third, a line of text on annexes) and II.14
(on copies).
"""

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

import docx
import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageChops, ImageDraw

from docservice.core.work import SYSTEM
from docservice.demo import people
from docservice.documents import storing
from docservice.documents.jobs import SECRETARY_FIELD
from docservice.documents.joint import DATE_FIELD, NUMBER_FIELD
from docservice.identity import queries as identity
from docservice.identity.models import Certificate
from docservice.workflow import service as workflow
from docservice.workflow.service import Routing
from signing.images import Picture, cut_image
from templates.catalogue import KINDS, PAGE
from templates.convert import Converter, OfficePool
from templates.layout import HEAD_LEFT_MM, HEAD_RIGHT_MM, POINTS_PER_MM, SEAL_MM, SIGNATURE_PICTURE_MM
from tests.node import Office, open_office
from tests.signatures.test_annexes import annexes_of, attach
from tests.signing.builders import paper
from tests.templates.samples import VALUES
from tests.templates.test_measures import Line, line_of, lines_in
from tests.templates.test_word import typed
from tests.workflow.test_copies import ELECTRONIC, copy, on_paper
from tests.workflow.test_joint import CONTRACT, arrived, cosigned, file_of
from tests.workflow.test_slips import sign, slip

pytestmark = [pytest.mark.office, pytest.mark.slow, pytest.mark.timeout(600)]

NEAR_MM = 1.0
# Shapes of handwriting in pixels, high and flat.
SHAPES = [(300, 420), (900, 250)]
# Ten pixels a millimetre.
_DPI = 254
_PIXELS_PER_MM = 10


@dataclass(frozen=True)
class Rect:
    """A rectangle on a page counted from 0: its sides in millimetres from the page's lower left corner."""

    page: int
    left: float
    bottom: float
    right: float
    top: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.top - self.bottom

    @property
    def x(self) -> float:
        return (self.left + self.right) / 2

    @property
    def y(self) -> float:
        return (self.bottom + self.top) / 2

    def holds(self, box: tuple[float, ...]) -> bool:
        """Whether the middle of a letter's box, in points, lies in it."""
        x, y = (box[0] + box[2]) / 2 / POINTS_PER_MM, (box[1] + box[3]) / 2 / POINTS_PER_MM
        return self.left < x < self.right and self.bottom < y < self.top


def near(value: float) -> object:
    return pytest.approx(value, abs=NEAR_MM)


def fields_in(pdf: bytes) -> dict[str, Rect]:
    found = {}
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for number, page in enumerate(document.pages):
            for annotation in page.get("/Annots", ()):
                if "/FT" in annotation:
                    sides = (float(side) / POINTS_PER_MM for side in annotation.Rect)
                    found[str(annotation.T)] = Rect(number, *sides)
    return found


def flattened(pdf: bytes) -> bytes:
    """The file with the pictures of its fields as parts of its pages."""
    with pypdfium2.PdfDocument(pdf) as document:
        document.init_forms()
        for page in document:
            pypdfium2.raw.FPDFPage_Flatten(page, pypdfium2.raw.FLAT_NORMALDISPLAY)
        out = io.BytesIO()
        document.save(out)
    return out.getvalue()


def written_in(pdf: bytes, field: Rect, *, only: Callable[[str], bool] = str.isprintable) -> list[Line]:
    """The lines of letters drawn in a field."""
    lines: list[list[tuple[str, tuple[float, ...], int]]] = []
    with pypdfium2.PdfDocument(flattened(pdf)) as document:
        text = document[field.page].get_textpage()
        for index, letter in enumerate(text.get_text_range()):
            box = text.get_charbox(index)
            if not only(letter) or not field.holds(box):
                continue
            if not lines or box[0] < lines[-1][-1][1][0]:
                lines.append([])
            lines[-1].append((letter, box, index))
        return [line_of(field.page, text, letters) for letters in lines]


def ink(pdf: bytes, field: Rect, colour: str) -> Rect:
    """What is drawn in blue or red in the field and up to 4 mm around it."""
    with pypdfium2.PdfDocument(flattened(pdf)) as document:
        page = document[field.page].render(scale=_DPI / 72).to_pil().convert("RGB")
    left, top = (field.left - 4) * _PIXELS_PER_MM, page.height - (field.top + 4) * _PIXELS_PER_MM
    size = ((field.width + 8) * _PIXELS_PER_MM, (field.height + 8) * _PIXELS_PER_MM)
    box = coloured(page.crop((round(left), round(top), round(left + size[0]), round(top + size[1]))), colour).getbbox()
    assert box is not None, f"nothing {colour} in {field}"
    x0, y0, x1, y1 = (pixels / _PIXELS_PER_MM for pixels in box)
    return Rect(
        field.page, field.left - 4 + x0, field.top + 4 - y1, field.left - 4 + x1, field.top + 4 - y0
    )  # fmt: skip


def coloured(picture: Image.Image, colour: str) -> Image.Image:
    """A mask of what is clearly more blue than red, or the other way."""
    red, _, blue = picture.split()
    more, less = (blue, red) if colour == "blue" else (red, blue)
    return ImageChops.subtract(more, less).point(lambda value: 255 if value > 60 else 0)


def strokes(png: bytes, colour: str) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of what is drawn in a picture, as parts of its width and height."""
    image = Image.open(io.BytesIO(png)).convert("RGBA")
    white = Image.new("RGBA", image.size, "white")
    white.alpha_composite(image)
    box = coloured(white.convert("RGB"), colour).getbbox()
    assert box is not None
    return box[0] / image.width, box[1] / image.height, box[2] / image.width, box[3] / image.height


def picture_of(office: Office, person: str) -> bytes:
    """The picture registered for whoever holds this post."""
    with office.reading(person) as reading:
        certificate = identity.certificate_of(reading, person_id=reading.actor.person_id)
        assert certificate.image_sha256 is not None
        return storing.get(reading.ports, certificate.image_sha256)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    pool = OfficePool()
    with open_office(tmp_path_factory.mktemp("places"), replace={Converter: pool}) as opened:
        yield opened
    pool.close()


def submitted(office: Office, document_id: UUID) -> bytes:
    office.act("c.official", workflow.submit, document_id=document_id)
    office.drain()
    return file_of(office, document_id)


def check_signature_slot(lines: list[Line], field: Rect) -> None:
    """The picture's box is centred between the line of the title and the line of the name."""
    x, y = field.x * POINTS_PER_MM, field.y * POINTS_PER_MM
    column = [line for line in lines if line.page == field.page and line.left < x < line.right]
    title = min((line for line in column if line.bottom > y), key=lambda line: line.bottom)
    name = max((line for line in column if line.top < y), key=lambda line: line.top)
    assert name.text.istitle(), name
    assert field.x == near(title.middle / POINTS_PER_MM)
    assert field.x == near(name.middle / POINTS_PER_MM)
    assert field.y == near((title.bottom + name.top) / 2 / POINTS_PER_MM)
    assert field.top * POINTS_PER_MM < title.bottom
    assert field.bottom * POINTS_PER_MM > name.top


def check_seal_slot(seal: Rect, signature: Rect) -> None:
    assert (seal.width, seal.height) == (near(SEAL_MM), near(SEAL_MM))
    assert seal.page == signature.page
    assert seal.right == near(signature.left + signature.width / 3)
    assert seal.y == near(signature.y)


def check_head_slots(fields: dict[str, Rect], number: str, date: str) -> None:
    left, right = PAGE.left_mm + HEAD_LEFT_MM / 2, PAGE.left_mm + HEAD_LEFT_MM + HEAD_RIGHT_MM / 2
    assert fields[number].x == near(left)
    if date in fields:
        assert fields[date].x == near(right)
        assert (fields[date].bottom, fields[date].top) == (near(fields[number].bottom), near(fields[number].top))


def test_every_form_has_its_slots_where_the_decree_wants_them(office: Office) -> None:
    for kind in KINDS:
        pdf = submitted(office, office.draft(VALUES[kind](), kind=kind))
        lines, fields = lines_in(pdf), fields_in(pdf)
        wanted = {*KINDS[kind].signers, "agency", NUMBER_FIELD} | ({DATE_FIELD} if KINDS[kind].has_date else set())
        assert set(fields) == wanted, kind
        for signer in KINDS[kind].signers:
            check_signature_slot(lines, fields[signer])
        check_seal_slot(fields["agency"], fields["leader"])
        check_head_slots(fields, NUMBER_FIELD, DATE_FIELD)
        if SECRETARY_FIELD in fields:
            # Form 1.9: the secretary at the left, level with the chair at the right.
            assert fields[SECRETARY_FIELD].right < fields["leader"].left
            assert fields[SECRETARY_FIELD].y == near(fields["leader"].y)


def without_table(word: bytes) -> bytes:
    """The same file, title and name pushed to the right by tabs below the table."""
    document = docx.Document(io.BytesIO(word))
    cell = document.tables[-1].cell(0, 1)
    for paragraph in list(cell.paragraphs):
        document.add_paragraph(f"\t\t\t\t\t\t{paragraph.text}" if paragraph.text else "")
        paragraph.text = ""
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


@pytest.mark.parametrize("word", [typed(), without_table(typed())], ids=["table", "tabs"])
def test_an_officials_own_word_file_gets_the_same_slots(office: Office, word: bytes) -> None:
    stored = storing.put(office.node.ports, word)
    values = {"subject": "Kết quả trồng rừng", "recipients": ["UBND tỉnh Hoa Ban"], "archive": "VT"}
    routing = Routing(office.post("c.leader"), ("H99",))
    document = office.act(
        "c.official", workflow.draft_from_word, word_sha256=stored.key, word_size=len(word), kind="BC", values=values,
        routing=routing,
    )  # fmt: skip
    pdf = submitted(office, document.id)
    fields = fields_in(pdf)
    check_signature_slot(lines_in(pdf), fields["leader"])
    check_seal_slot(fields["agency"], fields["leader"])
    assert fields[NUMBER_FIELD].y == near(fields[DATE_FIELD].y)


def check_hand(pdf: bytes, field: Rect, png: bytes) -> None:
    """The picture as large as the box lets it be, centred, never stretched."""
    left, top, right, bottom = strokes(png, "blue")
    width, height = Image.open(io.BytesIO(png)).size
    scale = min(field.width / width, field.height / height)
    shown_width, shown_height = width * scale, height * scale
    found = ink(pdf, field, "blue")
    assert found.left == near(field.x + (left - 0.5) * shown_width)
    assert found.right == near(field.x + (right - 0.5) * shown_width)
    assert found.top == near(field.y + (0.5 - top) * shown_height)
    assert found.bottom == near(field.y + (0.5 - bottom) * shown_height)


def check_seal(pdf: bytes, seal: Rect, signature: Rect) -> None:
    """A ring of 36 mm whose right edge is where the left third of the signature ends."""
    found = ink(pdf, seal, "red")
    assert (found.width, found.height) == (near(SEAL_MM), near(SEAL_MM))
    assert found.right == near(signature.left + signature.width / 3)
    assert found.y == near(signature.y)


def check_head(pdf: bytes, fields: dict[str, Rect], number: str, date: str) -> None:
    """Number upright and date slanted, in 13 points, on one line, each centred in its column."""
    for name, is_italic in ((number, False), (date, True)):
        if name in fields:
            (line,) = written_in(pdf, fields[name])
            assert line.size == pytest.approx(13, abs=0.5)
            assert line.italic is is_italic
            assert line.middle / POINTS_PER_MM == near(fields[name].x)


def finished(office: Office, document_id: UUID, *, clerk: str = "c.clerk") -> bytes:
    for verb in (workflow.number, workflow.seal):
        office.act(clerk, verb, document_id=document_id)
        office.drain()
    return file_of(office, document_id)


def approved(office: Office, kind: str) -> UUID:
    return office.checked(kind=kind, values=VALUES[kind]())


@pytest.mark.parametrize("kind", ["BC", "CV", "QĐ", "BB", "GGT"])
def test_signature_number_and_seal_as_they_are_drawn(office: Office, kind: str) -> None:
    document_id = approved(office, kind)
    fields = fields_in(file_of(office, document_id))
    if SECRETARY_FIELD in fields:
        shown = office.shown(document_id)
        office.act("c.official", workflow.countersign, document_id=document_id, consented_sha256=shown)
        office.drain()
        check_hand(file_of(office, document_id), fields[SECRETARY_FIELD], picture_of(office, "c.official"))
    office.sign(document_id)
    check_hand(file_of(office, document_id), fields["leader"], picture_of(office, "c.leader"))
    pdf = finished(office, document_id)
    check_seal(pdf, fields["agency"], fields["leader"])
    check_head(pdf, fields, NUMBER_FIELD, DATE_FIELD)


@contextmanager
def with_hand(office: Office, person: str, size: tuple[int, int]) -> Iterator[None]:
    """While this picture, of a shape in pixels, is registered for whoever holds the post."""
    hand = Image.new("RGBA", (size[0] + 200, size[1] + 100), (0, 0, 0, 0))
    ImageDraw.Draw(hand).ellipse((150, 20, 150 + size[0], 20 + size[1]), outline=(20, 50, 180, 255), width=8)
    out = io.BytesIO()
    hand.save(out, "PNG")
    stored = storing.put(office.node.ports, cut_image(out.getvalue(), Picture.PERSON, box_mm=SIGNATURE_PICTURE_MM))
    with office.reading(person) as reading:
        before = identity.certificate_of(reading, person_id=reading.actor.person_id)
    with office.node.transactions.work(SYSTEM) as work:
        work.session.get_one(Certificate, before.id).image_sha256 = stored.key
    try:
        yield
    finally:
        with office.node.transactions.work(SYSTEM) as work:
            work.session.get_one(Certificate, before.id).image_sha256 = before.image_sha256


def check_seal_over_hand(seal: Rect, hand: Rect) -> None:
    """The ring in real size over the left third of what is written, by what is drawn."""
    assert (seal.width, seal.height) == (near(SEAL_MM), near(SEAL_MM))
    assert seal.right == near(hand.left + hand.width / 3)
    assert seal.y == near(hand.y)


@pytest.mark.parametrize("size", SHAPES, ids=["narrow", "flat"])
def test_the_seal_lies_over_the_left_third_of_a_picture_of_any_shape(office: Office, size: tuple[int, int]) -> None:
    """What is registered is cut to its strokes, and the place has the picture's shape."""
    with with_hand(office, "c.leader", size):
        document_id = approved(office, "BC")
        fields, lines = fields_in(file_of(office, document_id)), lines_in(file_of(office, document_id))
        check_signature_slot(lines, fields["leader"])
        office.sign(document_id)
    seen = ink(file_of(office, document_id), fields["leader"], "blue")
    assert (seen.x, seen.y) == (near(fields["leader"].x), near(fields["leader"].y))
    scale = min(SIGNATURE_PICTURE_MM[0] / size[0], SIGNATURE_PICTURE_MM[1] / size[1])
    assert (seen.width, seen.height) == (near(size[0] * scale), near(size[1] * scale))
    check_seal_over_hand(ink(finished(office, document_id), fields["agency"], "red"), seen)


@pytest.mark.parametrize("size", [(450, 240), *SHAPES], ids=["usual", "narrow", "flat"])
def test_each_side_of_a_contract_signs_numbers_and_seals_in_its_own_places(
    office: Office, size: tuple[int, int]
) -> None:
    """Whatever picture the other side's leader has: who drafted the contract did not know it."""
    subject = f"Ảnh chữ ký {size[0]} x {size[1]}"
    values = {**CONTRACT, "subject": subject}
    first = file_of(office, office.released(kind="HĐ", values=values, receiver_codes=[people.DEPARTMENT]))
    fields = fields_in(first)
    check_seal(first, fields["agencyA"], fields["leaderA"])
    with with_hand(office, "s.leader", size):
        part = cosigned(office, arrived(office, subject))
        office.sign(part, by="s.leader")
        assert office.status(part) == "to_number"
        signed = file_of(office, part)
        check_hand(signed, fields["leaderB"], picture_of(office, "s.leader"))
        both = finished(office, part, clerk="s.clerk")
    check_seal_over_hand(ink(both, fields["agencyB"], "red"), ink(signed, fields["leaderB"], "blue"))
    for side, pdf in (("A", first), ("B", both)):
        check_signature_slot(lines_in(pdf), fields[f"leader{side}"])
        check_head(pdf, fields, f"{NUMBER_FIELD}{side}", f"{DATE_FIELD}{side}")
    assert fields["leaderA"].right < fields["agencyB"].left


def test_everybody_on_a_slip_signs_in_the_middle_of_the_own_place(office: Office) -> None:
    hands = ("c.official", "c.head", "c.deputy", "c.leader")
    document_id = slip(office, *hands)
    pdf = file_of(office, document_id)
    fields, lines = fields_in(pdf), lines_in(pdf)
    assert len(fields) == len(hands)
    for name, key in zip(sorted(fields), hands, strict=True):
        check_signature_slot(lines, fields[name])
        sign(office, document_id, key)
        check_hand(file_of(office, document_id), fields[name], picture_of(office, key))


def check_mark(pdf: bytes, said: str) -> None:
    """Top right of the first page, Times New Roman 10, upright, black; no picture of the seal."""
    (field,) = fields_in(pdf).values()
    mark = written_in(pdf, field)
    shown = " ".join(line.text for line in mark)
    assert said in shown
    assert shown.endswith("+07:00")
    for line in mark:
        assert line.size == pytest.approx(10, abs=0.1)
        assert not line.bold
        assert not line.italic
        assert PAGE.width_mm - line.right / POINTS_PER_MM == near(15)
    digits = written_in(pdf, field, only=str.isdigit)
    assert field.top - digits[0].top / POINTS_PER_MM == near(0)
    assert 297 - field.top == near(8)
    with pypdfium2.PdfDocument(flattened(pdf)) as document:
        page = document[0].render(scale=_DPI / 72).to_pil().convert("RGB")
    corner = page.crop((page.width // 2, 0, page.width, 18 * _PIXELS_PER_MM))
    for colour in ("blue", "red"):
        assert coloured(corner, colour).getbbox() is None


def test_annexes_in_files_of_their_own_and_copies_carry_their_line_of_text(office: Office) -> None:
    document_id = office.draft()
    attach(office, document_id, "phu-luc.pdf", paper("Phụ lục 1"))
    submitted(office, document_id)
    office.act("c.head", workflow.check_content, document_id=document_id)
    office.act("c.checker", workflow.check_form, document_id=document_id)
    office.sign(document_id)
    finished(office, document_id)
    annex = annexes_of(office, document_id)["phu-luc.pdf"]
    check_mark(storing.get(office.node.ports, annex.sent_sha256), office.document(document_id).notation or "?")

    for form, said in (("SY", "SAO Y; Ủy ban nhân dân xã Suối Trúc"),):
        copied = copy(office, on_paper(office), form, ELECTRONIC)
        office.act("c.clerk", workflow.seal, document_id=copied)
        office.drain()
        check_mark(file_of(office, copied), said)
