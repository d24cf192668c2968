"""Forms for many signatures: a place for each person of a routing slip, two of everything in a joint document."""

import io
import zipfile
from collections.abc import Iterator

import pytest

from templates.catalogue import ALL_KINDS, INTERNAL_KINDS
from templates.convert import OfficePool
from templates.docx import fill
from templates.draft import Draft, SignatureBlock, body_sha256, read_values
from templates.errors import FormInvalid
from templates.form_files import form_bytes
from templates.forms import build_form
from templates.layout import (
    DATE_MARK,
    NUMBER_MARK,
    PARTNER_DATE_MARK,
    PARTNER_NUMBER_MARK,
    PARTNER_SIGNATURE_MARK,
    SIGNATURE_MARK,
    Place,
    signatory_mark,
)
from templates.read import places_in, text_of
from tests.templates.samples import COMMUNE, LEADER, with_title

SLIP = {"subject": "Mua máy in", "presented_to": "Chủ tịch", "body": [{"paragraph": "Máy cũ đã hỏng."}]}
PARTNER = {"name": "Sở Nội vụ tỉnh Hoa Ban", "title": "Giám đốc", "signer": "Bế Văn Ước Lệ"}


@pytest.fixture(scope="module")
def office() -> Iterator[OfficePool]:
    pool = OfficePool()
    yield pool
    pool.close()


def slip(persons: int) -> Draft:
    blocks = tuple(SignatureBlock((f"CHỨC VỤ {n}",), f"Người Ký {n}") for n in range(1, persons + 1))
    return Draft(read_values("PTr", SLIP), COMMUNE, SignatureBlock((), ""), signatories=blocks)


def contract() -> Draft:
    return Draft(read_values("HĐ", with_title(partner=PARTNER)), COMMUNE, LEADER)


def test_the_committed_forms_are_what_the_catalogue_builds() -> None:
    for kind, joint in [*((kind, False) for kind in INTERNAL_KINDS), ("HĐ", True), ("KH", True)]:
        with (
            zipfile.ZipFile(io.BytesIO(form_bytes(kind, joint=joint))) as committed,
            zipfile.ZipFile(io.BytesIO(build_form(kind, joint=joint))) as built,
        ):
            assert [name for name in built.namelist() if committed.read(name) != built.read(name)] == []


@pytest.mark.office
@pytest.mark.parametrize("persons", [1, 2, 5, 12])
def test_everybody_on_a_slip_has_a_place_two_to_a_row(office: OfficePool, persons: int) -> None:
    places = places_in(pdf := office.convert(fill(slip(persons)), suffix="docx"))
    assert set(places) == {signatory_mark(n) for n in range(1, persons + 1)}
    for n in range(2, persons + 1, 2):
        left, right = places[signatory_mark(n - 1)], places[signatory_mark(n)]
        assert left.page == right.page
        assert left.y == pytest.approx(right.y, abs=0.5)
        assert left.x < right.x
    if persons % 2 and persons > 2:
        # The last of an odd number stands at the right, below the others.
        assert places[signatory_mark(persons)].x == pytest.approx(places[signatory_mark(2)].x, abs=0.5)
    order = [places[signatory_mark(n)] for n in range(1, persons + 1, 2)]
    assert order == sorted(order, key=lambda place: (place.page, -place.y))
    text = " ".join(" ".join(text_of(pdf)).split())
    assert "Người Ký 1" in text
    assert "Nơi nhận" not in text


@pytest.mark.office
def test_a_joint_document_has_two_of_everything_at_one_height(office: OfficePool) -> None:
    places: dict[str, Place] = dict(places_in(pdf := office.convert(fill(contract()), suffix="docx")))
    pairs = (
        (NUMBER_MARK, DATE_MARK),
        (PARTNER_NUMBER_MARK, PARTNER_DATE_MARK),
        (SIGNATURE_MARK, PARTNER_SIGNATURE_MARK),
    )
    assert set(places) == {mark for pair in pairs for mark in pair}
    for left, right in pairs:
        assert places[left].y == pytest.approx(places[right].y, abs=0.5)
        assert places[left].x < places[right].x
    assert places[PARTNER_NUMBER_MARK].y == pytest.approx(places[NUMBER_MARK].y - 18, abs=0.5)
    text = " ".join(" ".join(text_of(pdf)).split())
    for said in ("SỞ NỘI VỤ TỈNH HOA BAN", "GIÁM ĐỐC", "Bế Văn Ước Lệ", LEADER.name):
        assert said in text


def test_the_partner_is_part_of_what_is_checked_and_only_some_kinds_have_one() -> None:
    other = Draft(read_values("HĐ", with_title(partner={**PARTNER, "signer": "Người Khác"})), COMMUNE, LEADER)
    assert body_sha256(contract()) != body_sha256(other)
    assert {code for code, kind in ALL_KINDS.items() if kind.may_be_joint} >= {"HĐ", "BGN", "BTT", "QC", "KH"}
    with pytest.raises(FormInvalid):
        read_values("TTr", with_title(addressees=["HĐND xã"], partner=PARTNER))
