"""What drafts stand on and where they go, known to the product and added by an operator's file."""

import json
import unicodedata
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from docservice.core.sandbox_child import MESSAGE_BYTES
from docservice.documents import own_forms, storing
from docservice.documents.catalogue import AgencyElsewhere, Catalogue, CatalogueWrong, read_catalogue
from docservice.exchange import queries as exchange
from docservice.web import choices
from templates.catalogue import ALL_KINDS
from templates.checker.check import check
from templates.docx import fill
from templates.families import FAMILIES, told_by_heads, told_family, written_families
from templates.laws import LAWS, ground_of
from tests.node import REPORT, open_office
from tests.templates.samples import draft
from tests.templates.test_own_forms import GOOD, form

TODAY = date(2026, 11, 23)
FILE = """
[[laws]]
kind = "Thông tư"
name = "Quy định về quản lý rừng mẫu"
number = "01/2026/TT-BMAU"
issued_on = 2026-01-05
issuer = "Bộ Mẫu"
valid_from = 2026-02-01

[[laws]]
kind = "Nghị định"
name = "Về công tác văn thư"
number = "30/2020/NĐ-CP"
issued_on = 2020-03-05
issuer = "Chính phủ"
valid_to = 2026-06-30

[[agencies]]
code = "H98.02"
name = "UBND tỉnh Mẫu Khác"
"""


KIND = """
[[kinds]]
code = "GPM"
name = "Giấy phép mẫu"
abbreviation = "GPM"
family = "specialised"
fields = ["subject", "person", "body", "recipients", "archive"]
optional = ["citations"]
legal_basis = "Thông tư mẫu, Điều 3"
"""
FAMILY = """
[[families]]
code = "mau_a"
name = "Ngành mẫu"
legal_basis = "Quy định mẫu của ngành"
number = "Số: {number}/{kind}.{agency}/{year}"
"""
# As many families as may be added.
LETTERS = "abcdefghijklmno"
COURT = FAMILY.replace("mau_a", "mau_c").replace("{kind}.{agency}/{year}", "{year}/{kind}-{agency}")


def read(tmp_path: Path, text: str) -> Catalogue:
    file = tmp_path / "catalogue.toml"
    file.write_text(text, "utf-8")
    return read_catalogue(file)


def test_grounds_follow_the_rule_of_citation() -> None:
    said = {law.number: ground_of(law) for law in LAWS}
    # Of a law kind, name and day; of everything else number, day, issuer and subject.
    assert said["33/2024/QH15"] == "Căn cứ Luật Lưu trữ ngày 21 tháng 6 năm 2024"
    assert said["30/2020/NĐ-CP"] == (
        "Căn cứ Nghị định số 30/2020/NĐ-CP ngày 05 tháng 3 năm 2020 của Chính phủ về công tác văn thư"
    )
    assert said["68/2024/NĐ-CP"].endswith("của Chính phủ quy định về chữ ký số chuyên dùng công vụ")


def test_the_checker_has_nothing_against_any_of_them() -> None:
    whole = draft("QĐ")
    content = replace(whole.content, citations=tuple(ground_of(law) for law in LAWS))
    made = fill(replace(whole, content=content))
    found = [one.rule for one in check(made, day=TODAY).findings if "citation" in one.rule]
    # Who drafts is asked for the day of the laws whose day is not known here.
    assert found == ["6.citation.law_date" for law in LAWS if law.issued_on is None]


def test_a_file_adds_laws_and_agencies_and_ends_what_was_replaced(tmp_path: Path) -> None:
    catalogue = read(tmp_path, FILE)
    assert [law.number for law in catalogue.laws_about("rung mau", day=TODAY, most=5)] == ["01/2026/TT-BMAU"]
    assert catalogue.laws_about("rừng mẫu", day=date(2026, 1, 20), most=5) == []
    # The decree's own row now has an end.
    assert catalogue.laws_about("30/2020", day=TODAY, most=5) == []
    assert [law.number for law in catalogue.laws_about("30/2020", day=date(2026, 1, 1), most=5)] == ["30/2020/NĐ-CP"]
    assert catalogue.name_of("H98.02") == "UBND tỉnh Mẫu Khác"
    assert read_catalogue(None) == Catalogue()


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("[[laws]\n", "catalogue.toml"),
        ("[[law]]\n", "law"),
        ("laws = 3\n", "laws"),
        ('[[laws]]\nkind = "Thông tư"\nname = "A"\nnumber = "1/TT"\n', "laws 1"),
        ('[[laws]]\nkind = "Luật"\nname = "A"\nnumber = ""\nvalid_from = "hôm qua"\n', "laws 1"),
        # A ground says the day, of a law too.
        ('[[laws]]\nkind = "Luật"\nname = "A"\nnumber = "1/2026/QH16"\n', "laws 1"),
        ('[[laws]]\nkind = "Pháp lệnh"\nname = "A"\nissued_on = 2026-01-05\n', "laws 1"),
        ('[[agencies]]\ncode = "H1"\nname = "A"\n[[agencies]]\ncode = ""\nname = "B"\n', "agencies 2"),
        (KIND.replace("specialised", "administrative"), "kinds 1"),
        (KIND.replace("specialised", "internal"), "kinds 1"),
        (KIND.replace("specialised", "chuyen_nganh"), "kinds 1"),
        (KIND.replace("GPM", "QĐ"), "kinds 1"),
        (KIND.replace('"person", ', '"lung_tung", '), "kinds 1"),
        (KIND.replace('"archive"', '"place"'), "kinds 1"),
        ('[[agencies]]\ncode = "H1"\nname = "A"\nmore = 1\n', "agencies 1"),
        # A family's own way of numbering has to be told from the decree's and from the others'.
        (FAMILY.replace("mau_a", "party"), "families 1"),
        (FAMILY.replace("{kind}.{agency}/{year}", "{kind}-{agency}"), "families 1"),
        (FAMILY.replace("{kind}.{agency}/{year}", "{agency}"), "families 1"),
        (FAMILY.replace("/{kind}.", "-{kind}."), "families 1"),
        (FAMILY.replace("{kind}.{agency}", "{kind.__class__}"), "families 1"),
        (FAMILY.replace("{kind}.{agency}", "{sector}"), "families 1"),
        (FAMILY.replace('"Số: {number}/{kind}.{agency}/{year}"', '"specialised"'), "families 1"),
        (FAMILY.replace("Ngành mẫu", ""), "families 1"),
        (f'{FAMILY}heads = ["A", "B", "C"]\n', "families 1"),
        (f'{FAMILY}heads = [" "]\n', "families 1"),
        (f'{FAMILY}heads = "A"\n', "families 1"),
        (f'{FAMILY}unsure = "{"a" * 501}"\n', "families 1"),
        (FAMILY.replace('"Số: {number}/{kind}.{agency}/{year}"', '"party"\nown_register = true'), "families 1"),
        # A kind of it whose number would be told as a normative document's.
        (
            COURT + KIND.replace("specialised", "mau_c").replace('abbreviation = "GPM"', 'abbreviation = "QĐ"'),
            "kinds 1",
        ),
    ],
)
def test_a_fault_in_the_file_is_told_with_its_place(tmp_path: Path, text: str, place: str) -> None:
    with pytest.raises(CatalogueWrong) as caught:
        read(tmp_path, text)
    assert caught.value.details["place"] == place
    # Of such a file nothing stays, nor what stood before the fault.
    assert not {"mau_a", "mau_c"} & set(FAMILIES)
    assert "GPM" not in ALL_KINDS


def test_kinds_before_a_fault_are_forgotten_with_their_family(tmp_path: Path) -> None:
    kind = KIND.replace("specialised", "mau_c")
    with pytest.raises(CatalogueWrong):
        read(tmp_path, COURT + kind + kind.replace('"GPM"', '"GPN"', 1).replace('"GPM"', '"QĐ"'))
    assert "mau_c" not in FAMILIES
    assert "GPM" not in ALL_KINDS
    assert read(tmp_path, COURT + kind).kinds[0].family == "mau_c"
    assert "GPM" in ALL_KINDS


def test_the_longest_families_still_fit_into_what_is_told_behind_the_fence(tmp_path: Path) -> None:
    family = FAMILY.replace("Ngành mẫu", "Ế" * 200).replace("Quy định mẫu của ngành", "Ế" * 200)
    family += f'heads = ["{"Ế" * 200}", "{"Ề" * 200}"]\nunsure = "{"Ế" * 500}"\n'
    texts = [family.replace("mau_a", f"mau_{one}").replace("{agency}/", f"{{agency}}/{one * 60}/") for one in LETTERS]
    assert len(read(tmp_path, "".join(texts)).families) == len(LETTERS)
    with pytest.raises(CatalogueWrong):
        read(tmp_path, "".join([*texts, family.replace("mau_a", "mau_z")]))
    assert len(written_families().encode()) < MESSAGE_BYTES * 3 // 4


def test_heads_are_compared_as_documents_are_read(tmp_path: Path) -> None:
    typed = unicodedata.normalize("NFD", "NGÀNH  MẪU ")
    (family,) = read(tmp_path, f'{FAMILY}heads = ["{typed}"]\n').families
    assert family.heads == ("NGÀNH MẪU",)
    assert told_by_heads(["NGÀNH MẪU", "Số: 15/QĐ-UBND"]) == "mau_a"


@pytest.mark.parametrize(
    "heads",
    [
        ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"],
        ["Độc lập – Tự do – Hạnh phúc"],
        ["ĐẢNG CỘNG SẢN VIỆT NAM"],
        [],
    ],
)
def test_heads_of_other_families_tell_no_added_one(tmp_path: Path, heads: list[str]) -> None:
    read(tmp_path, f"{FAMILY}heads = {json.dumps(heads, ensure_ascii=False)}\n")
    assert told_by_heads([*heads, "Số: 15/QĐ-UBND"]) is None
    # Its number still tells it.
    assert told_family("Số: 15/GPM.UBND/2026") == "mau_a"
    # An administrative document stays one, its faults told.
    whole = draft("QĐ")
    assert "page.family" not in {one.rule for one in check(fill(whole), day=TODAY).findings}


def test_a_normative_kind_is_one_whose_number_can_be_told(tmp_path: Path) -> None:
    kind = KIND.replace("specialised", "normative").replace('code = "GPM"', 'code = "GPMPL"')
    with pytest.raises(CatalogueWrong) as caught:
        read(tmp_path, kind)
    assert str(caught.value.details["what"]).startswith("abbreviation: normative documents are QĐ, NQ,")


def test_a_law_is_added_with_number_and_day_alone(tmp_path: Path) -> None:
    row = '[[laws]]\nkind = "Luật"\nname = "Rừng mẫu"\nnumber = "1/2026/QH16"\nissued_on = 2026-01-05\n'
    (law,) = read(tmp_path, row).laws_about("rừng mẫu", day=TODAY, most=5)
    assert ground_of(law) == "Căn cứ Luật Rừng mẫu ngày 05 tháng 01 năm 2026"


def test_a_file_that_is_not_there_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(CatalogueWrong):
        read_catalogue(tmp_path / "none.toml")


def test_a_document_goes_to_an_agency_of_another_node(tmp_path: Path) -> None:
    elsewhere = AgencyElsewhere("H98.02", "UBND tỉnh Mẫu Khác")
    with open_office(tmp_path, replace={Catalogue: Catalogue(agencies=(elsewhere,))}) as office:
        with office.reading("c.official") as reading:
            offered = [agency.name for agency in choices.receivers(reading)]
        assert offered[-1] == "UBND tỉnh Mẫu Khác"
        assert "UBND xã Suối Trúc" not in offered
        document_id = office.released(receiver_codes=[elsewhere.code])
        with office.reading() as reading:
            parcels = exchange.parcels_of(reading, document_id)
        assert [state.parcel.partner_name for state in parcels] == ["UBND tỉnh Mẫu Khác"]
        # Whoever has written to an agency is in its address book, and in nobody else's.
        office.released()
        with office.reading("p.clerk") as reading:
            assert reading.actor.agency_id is not None
            assert exchange.partners(reading, agency_id=reading.actor.agency_id) == [("H99.71", "UBND xã Suối Trúc")]
        with office.reading("s.clerk") as reading:
            assert reading.actor.agency_id is not None
            assert exchange.partners(reading, agency_id=reading.actor.agency_id) == []


def test_a_kind_of_another_family_is_added_by_a_file_and_goes_all_the_way(tmp_path: Path) -> None:
    catalogue = read(tmp_path, KIND)
    # Read again, as by another process of the node, it changes nothing.
    assert read(tmp_path, KIND) == catalogue
    values = {**REPORT, "person": "Ông Nguyễn Văn Mẫu"}
    word = form(lines=(*GOOD[:8], "Cấp cho: {{ person }}", *GOOD[18:]))
    with open_office(tmp_path / "node", replace={Catalogue: catalogue}) as office:
        # It is never forced into a form of the decree.
        with pytest.raises(own_forms.OwnFormNeeded):
            office.draft(values, kind="GPM")
        ports = office.node.ports
        assert own_forms.examine(ports, data=word, kind="GPM", declaration="").faults == ()
        kept = storing.put(ports, word)
        with office.reading("c.clerk") as reading:
            agency_id = reading.actor.agency_id
        given = {"agency_id": agency_id, "name": "Giấy phép", "declaration": "", "sha256": kept.key, "size": kept.size}
        own = office.act("c.clerk", own_forms.add, kind="GPM", **given)
        office.act("c.clerk", own_forms.use, form_id=own.id)
        document = office.document(office.released(values=values, kind="GPM", form_id=own.id))
        assert (document.kind_name, document.notation) == ("Giấy phép mẫu", "312/GPM-UBND")
        assert document.status == "released"
