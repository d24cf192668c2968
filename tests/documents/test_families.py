"""Kinds of the Party's family and of the normative one, added as data: drafted, numbered, sent, written in books."""

import io
import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import UUID

import docx
import pikepdf
import pytest
from fastapi.testclient import TestClient

from docservice.check import run_check
from docservice.documents import numbering, own_forms, queries, registers, storing
from docservice.documents.catalogue import Catalogue, read_catalogue
from docservice.documents.errors import RegisterNotOpen
from docservice.settings import Settings
from docservice.web import word_door
from docservice.web.app import create_app
from docservice.workflow import service as workflow
from templates.catalogue import ALL_KINDS
from templates.checker.check import check
from templates.errors import OfficeRefused
from templates.families import PARTY_TITLE
from templates.forms import build_form
from templates.office import DOCX
from templates.own_forms import examine_form
from templates.word import prepare_word, read_word
from tests.node import REPORT, open_office
from tests.templates.test_own_forms import GOOD, form
from tests.templates.test_word import DEPUTY, typed
from tests.web.conftest import HERE, PASSWORD, Visitor, open_account

FILE = """
# A family nobody here knows: its heads, its label without a colon, the year at the end.
[[families]]
code = "inspection"
name = "Văn bản kiểm tra mẫu"
legal_basis = "Quy định mẫu của ngành, Điều 3"
heads = ["NGÀNH KIỂM TRA MẪU"]
number = "Số {number}/{kind}.{agency}/{year}"
own_register = true
unsure = "Có cần hai người ký hay không."

# One that numbers as the Party does.
[[families]]
code = "union"
name = "Văn bản của Đoàn mẫu"
legal_basis = "Hướng dẫn mẫu của Đoàn"
heads = ["ĐOÀN THANH NIÊN MẪU"]
number = "party"

[[kinds]]
code = "BBM"
name = "Kết luận kiểm tra"
abbreviation = "KLKT"
family = "inspection"
fields = ["subject", "body", "recipients", "archive"]
legal_basis = "Quy định mẫu của ngành, Điều 4"

[[kinds]]
code = "NQĐM"
name = "Nghị quyết"
abbreviation = "NQ"
family = "union"
fields = ["subject", "body", "recipients", "archive"]
legal_basis = "Hướng dẫn mẫu của Đoàn, mục 2"

[[kinds]]
code = "QĐĐ"
name = "Quyết định"
abbreviation = "QĐ"
family = "party"
fields = ["subject", "body", "recipients", "archive"]
legal_basis = "Hướng dẫn mẫu về thể thức văn bản Đảng"

[[kinds]]
code = "NQPL"
name = "Nghị quyết"
abbreviation = "NQ"
family = "normative"
fields = ["subject", "body", "recipients", "archive"]
optional = ["citations"]
legal_basis = "Luật mẫu, Điều 1"

# What it was called before: its code is no longer drafted.
[[kinds]]
code = "QĐPLC"
name = "Quyết định"
abbreviation = "QĐ"
family = "normative"
fields = ["subject", "body", "recipients", "archive"]
legal_basis = "Luật mẫu cũ, Điều 1"
valid_to = 2025-12-31

[[kinds]]
code = "QĐPL"
name = "Quyết định"
abbreviation = "QĐ"
family = "normative"
fields = ["subject", "body", "recipients", "archive"]
legal_basis = "Luật mẫu, Điều 2"
valid_from = 2026-01-01
"""


@dataclass(frozen=True)
class Way:
    """What differs of a family: the code of its kind, its line of number in a form, the number given, its series."""

    kind: str
    line: str
    notation: str
    shown: str
    series: str
    heads: tuple[str, ...]


PARTY = Way("QĐĐ", "Số        -QĐ/UBND", "312-QĐ/UBND", "Số 312-QĐ/UBND", "outgoing", (PARTY_TITLE,))
TODAY = date(2026, 11, 23)
NORMATIVE = Way(
    "NQPL",
    "Số:        /2026/NQ-UBND",
    "08/2026/NQ-UBND",
    "Số: 08/2026/NQ-UBND",
    "outgoing.NQPL",
    ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"),
)
INSPECTION = Way(
    "BBM",
    "Số        /KLKT.UBND/2026",
    "08/KLKT.UBND/2026",
    "Số 08/KLKT.UBND/2026",
    "outgoing.BBM",
    ("NGÀNH KIỂM TRA MẪU",),
)
UNION = Way("NQĐM", "Số        -NQ/UBND", "312-NQ/UBND", "Số 312-NQ/UBND", "outgoing", ("ĐOÀN THANH NIÊN MẪU",))
WAYS = {"party": PARTY, "normative": NORMATIVE, "inspection": INSPECTION, "union": UNION}


def word_form(way: Way, *, line: str | None = None, heads: bool = True) -> bytes:
    """The agency's form of a kind, as an official types it."""
    lines = tuple(line or way.line if one.startswith("Số:") else one for one in (*GOOD[:8], *GOOD[18:]))
    return form(lines=((*way.heads, *lines) if heads else lines))


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    file = tmp_path / "families.toml"
    file.write_text(FILE, "utf-8")
    return read_catalogue(file)


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_a_kind_of_another_family_is_numbered_its_own_way_all_the_way(
    tmp_path: Path, catalogue: Catalogue, way: Way
) -> None:
    with open_office(tmp_path / "node", replace={Catalogue: catalogue}) as office:
        ports = office.node.ports
        word = word_form(way)
        assert own_forms.examine(ports, data=word, kind=way.kind, declaration="").faults == ()
        kept = storing.put(ports, word)
        with office.reading("c.clerk") as reading:
            agency_id = reading.actor.agency_id
        assert agency_id is not None
        given = {"agency_id": agency_id, "name": "Mẫu", "declaration": "", "sha256": kept.key, "size": kept.size}
        own = office.act("c.clerk", own_forms.add, kind=way.kind, **given)
        office.act("c.clerk", own_forms.use, form_id=own.id)
        document_id = office.checked(values=REPORT, kind=way.kind, form_id=own.id)
        office.sign(document_id)
        if way.series != numbering.OUTGOING:
            # Each kind is numbered for itself, in a book a person opens after the last number used elsewhere.
            with pytest.raises(RegisterNotOpen):
                office.act("c.clerk", workflow.number, document_id=document_id)
            book_of = {"agency_id": agency_id, "series": way.series, "year": 2026}
            office.act("c.clerk", numbering.open_register, **book_of, last_used=7)
        for verb in (workflow.number, workflow.seal, workflow.release):
            office.act("c.clerk", verb, document_id=document_id)
            office.drain()
        document = office.document(document_id)
        assert (document.notation, document.status) == (way.notation, "released")
        with office.reading("c.clerk") as reading:
            book = registers.book(reading, series=way.series, year=2026, limit=5, offset=0)
            assert book.lines[0].columns["Số, ký hiệu"] == way.notation
            issued = queries.latest_version(reading, document.id)
        assert issued is not None
        pdf = storing.get(ports, issued.sha256)
        with pikepdf.open(io.BytesIO(pdf)) as file:
            said = {str(field.T): str(field.get("/V", "")) for field in file.Root.AcroForm.Fields}
        assert said["number"] == way.shown
        # It arrives elsewhere with the very same number.
        assert office.arrived("p.clerk").origin_notation == way.notation


def test_a_form_without_its_family_s_heads_or_with_another_s_number_is_refused(catalogue: Catalogue) -> None:
    assert {kind.code for kind in catalogue.kinds} == {*(way.kind for way in WAYS.values()), "QĐPL", "QĐPLC"}
    for way, other in ((PARTY, NORMATIVE), (NORMATIVE, PARTY), (INSPECTION, NORMATIVE), (UNION, INSPECTION)):
        kind = ALL_KINDS[way.kind]
        faults = examine_form(word_form(way, heads=False), kind, ()).faults
        assert [(fault.code, fault.what) for fault in faults] == [("head_missing", head) for head in way.heads]
        faults = examine_form(word_form(way, line=other.line), kind, ()).faults
        assert [fault.code for fault in faults] == ["other_family"]
        # What this product gives to begin with carries heads and places, and may be used as it is.
        assert examine_form(build_form(way.kind), kind, ()).faults == ()


def test_a_word_file_of_another_family_is_named_and_never_numbered_as_the_decree_s(
    tmp_path: Path, catalogue: Catalogue
) -> None:
    for line, family in (
        ("Số:      /2026/NQ-HĐND", "normative"),
        # However much of the year is left open.
        ("Số:      /20…/NQ-HĐND", "normative"),
        ("Số:  /202…/QĐ-UBND", "normative"),
        ("Số:      /20   /QĐ-UBND", "normative"),
        ("Số      -QĐ/ĐU", "party"),
    ):
        word = typed(number=line)
        assert read_word(word).family == family
        with pytest.raises(OfficeRefused, match="other_family"):
            prepare_word(word, signature=DEPUTY)
        assert prepare_word(word, signature=DEPUTY, family=family)
    # A decree cited among the first lines makes no normative document of a report.
    cited = docx.Document(io.BytesIO(typed()))
    cited.paragraphs[3].text = "Căn cứ Nghị định số 30/2020/NĐ-CP ngày 05 tháng 3 năm 2020 của Chính phủ;"
    out = io.BytesIO()
    cited.save(out)
    assert (read_word(out.getvalue()).family, read_word(out.getvalue()).faults) == ("administrative", ())
    assert catalogue.kinds
    with open_office(tmp_path / "node", replace={Catalogue: catalogue}) as office:
        ports = office.node.ports
        named = word_door.read(ports, name="nghi-quyet.docx", data=typed(number="Số:     /2026/NQ-HĐND"), today=TODAY)
        assert (named.kind, named.values["faults"]) == ("BC", ["normative"])
        # Of two kinds of one name, the one in force.
        decision = docx.Document(io.BytesIO(typed(number="Số:     /20…/QĐ-UBND")))
        for paragraph in decision.paragraphs:
            if paragraph.text == "BÁO CÁO":
                paragraph.text = "QUYẾT ĐỊNH"
        out = io.BytesIO()
        decision.save(out)
        for day, kind in ((TODAY, "QĐPL"), (date(2025, 11, 23), "QĐPLC")):
            assert word_door.read(ports, name="quyet-dinh.docx", data=out.getvalue(), today=day).kind == kind


def test_a_word_draft_of_another_family_is_not_mended_into_the_decree_s_form(
    tmp_path: Path, catalogue: Catalogue
) -> None:
    decision = docx.Document(io.BytesIO(typed(number="Số:     /20…/QĐ-UBND")))
    for paragraph in decision.paragraphs:
        if paragraph.text == "BÁO CÁO":
            paragraph.text = "QUYẾT ĐỊNH"
    out = io.BytesIO()
    decision.save(out)
    with open_office(tmp_path / "node", replace={Catalogue: catalogue}) as office:
        open_account(office, "c.official")
        with TestClient(create_app(office.node), client=HERE, base_url="http://127.0.0.1:8000") as client:
            visitor = Visitor(client)
            client.post("/sign-in", data={"login": "c.official", "password": PASSWORD})
            answer = visitor.post("/drafts/upload", files={"file": ("quyet-dinh.docx", out.getvalue(), DOCX)})
            where = answer.url.path.removesuffix("/edit")
            assert "/check" not in visitor.get(where).text
            assert "/check" not in answer.text
            revision = str(office.document(UUID(where.rpartition("/")[2])).revision)
            for refused in (visitor.get(f"{where}/check"), visitor.post(f"{where}/check/mend", {"revision": revision})):
                assert refused.status_code == 409
                assert "thể thức theo quy định riêng" in refused.text


def test_numbers_of_other_families_are_judged_by_their_own_rule(catalogue: Catalogue) -> None:
    assert [family.code for family in catalogue.families] == ["inspection", "union"]

    def rules(number: str, head: str) -> set[str]:
        lines = (head, "Suối Trúc, ngày 05 tháng 01 năm 2026", number, "QUYẾT ĐỊNH", "Về việc mẫu", "Nội dung mẫu.")
        return {finding.rule for finding in check(form(lines=lines), day=TODAY).findings}

    nation = NORMATIVE.heads[0]
    assert {"page.family", "3.normative"} & rules("Số: 12/2026/NQ-HĐND", nation) == {"page.family"}
    assert {"page.family", "3.normative"} & rules("Số:      /20…/NQ-HĐND", nation) == {"page.family"}
    assert {"page.family", "3.normative"} & rules("Số: 33/2024/QH15", nation) == {"page.family"}
    assert {"page.family", "3.normative"} <= rules("Số 12/2026/NQ-HĐND", nation)
    assert {rule for rule in rules("Số:      /20…/NQ-HĐND", nation) if rule.startswith("3.")} == set()
    assert {"page.family", "3.party"} & rules("Số 15-QĐ/ĐU", PARTY_TITLE) == {"page.family"}
    assert {"page.family", "3.party"} <= rules("Số: 15/QĐ-ĐU", PARTY_TITLE)
    # Of an added family: told by its number or its heads, judged by whose way it follows.
    for number, head in (
        (INSPECTION.shown, nation),
        ("Số: 15/QĐ-UBND", *INSPECTION.heads),
        (UNION.shown, *UNION.heads),
    ):
        found = rules(number, head)
        assert "page.family" in found
        assert {rule for rule in found if rule.startswith("3.")} == set()
    assert "3.party" in rules("Số: 15/NQ-ĐTN", *UNION.heads)


def test_the_command_tells_an_added_family_behind_its_fence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    catalogue, word = tmp_path / "families.toml", tmp_path / "ket-luan.docx"
    catalogue.write_text(FILE, "utf-8")
    word.write_bytes(
        form(lines=("Suối Trúc, ngày 05 tháng 01 năm 2026", INSPECTION.shown, "KẾT LUẬN", "Nội dung mẫu."))
    )
    for named, told in (catalogue, True), (None, False):
        run_check(Settings(data_dir=tmp_path, catalogue_file=named), [word], as_json=True, fix=None)
        found = {finding["rule"] for finding in json.loads(capsys.readouterr().out)["findings"]}
        assert ("page.family" in found) is told
        assert any(rule.startswith("3.") for rule in found) is not told


def test_the_pages_offer_kinds_of_all_families_in_use_with_what_is_to_be_looked_up(
    tmp_path: Path, catalogue: Catalogue
) -> None:
    with open_office(tmp_path / "node", replace={Catalogue: catalogue}) as office:
        open_account(office, "c.admin")
        open_account(office, "c.clerk")
        app = create_app(office.node)
        with TestClient(app, client=HERE, base_url="http://127.0.0.1:8000") as client:
            visitor = Visitor(client)
            for key, pages in (("c.admin", ("/people", "/authorities")), ("c.clerk", ("/forms", "/registers"))):
                client.cookies.clear()
                client.post("/sign-in", data={"login": key, "password": PASSWORD})
                for page in pages:
                    text = visitor.get(page).text
                    assert "Nghị quyết (Văn bản quy phạm pháp luật)" in text, page
                    assert ("Quyết định (Văn bản của Đảng)" in text) is (page != "/registers")
            assert "nhiệm kỳ" in visitor.get("/forms").text
            assert visitor.get("/forms/start/QĐĐ").content == build_form("QĐĐ")
            # The code of a kind has Vietnamese letters; addresses and names of files carry them.
            page = visitor.get("/registers?series=outgoing.QĐPL").text
            assert "Mở sổ" in page
            exported = "/registers/export?series=outgoing.Q%C4%90PL&amp;year=2026"
            assert exported in page
            answer = visitor.get(exported.replace("&amp;", "&"))
            assert (answer.status_code, answer.text[:1]) == (200, "\ufeff")
            named = answer.headers["content-disposition"]
            assert named == "attachment; filename*=UTF-8''so-van-ban-di-Q%C4%90PL-2026.csv"
            visitor.post("/registers/open", {"series": "outgoing.QĐPL", "last_used": "7"})
            assert "Mở sổ" not in visitor.get("/registers?series=outgoing.QĐPL").text
