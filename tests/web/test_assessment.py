"""The self-assessment: what the product answers, made worse by what an agency has not set up, and as a paper."""

import json
from pathlib import Path

import pytest

from docservice.__main__ import main
from docservice.assessment.findings import LOOKS, assess
from docservice.assessment.items import items
from docservice.demo import people
from docservice.identity import queries
from docservice.settings import Settings
from templates.assessment_paper import Assessment, assessment_paper
from templates.read import text_of
from tests.node import Office


def assessed(office: Office, settings: Settings | None = None) -> Assessment:
    with office.reading() as reading:
        agency = queries.agency_by_code(reading, people.COMMUNE)
        assert agency is not None
        return assess(reading, settings or office.node.settings, agency)


def state_of(made: Assessment, code: str) -> tuple[str, str]:
    (found,) = [item for section in made.sections for item in section.items if item.code == code]
    return found.state, found.remark


def test_what_only_the_agency_can_set_up_is_looked_up(office: Office) -> None:
    made = assessed(office)
    assert set(LOOKS) <= {item.code for item in items()}
    state, remark = state_of(made, "III.1.đ")
    assert (state, remark) == ("met", "Năm 2026 đã mở đủ sổ văn bản đi, văn bản đến, bản sao.")
    # The demo's keys and its plain address are nothing an agency may rest on.
    assert state_of(made, "II.8")[0] == "unset"
    assert "không có giá trị pháp lý" in state_of(made, "II.8")[1]
    assert state_of(made, "I.2")[0] == "unset"
    assert state_of(made, "III.5.g") == ("unset", "Chưa đặt lịch sao lưu (BACKUP_DIR).")
    secure = assessed(office, office.node.settings.model_copy(update={"public_url": "https://xa.example"}))
    assert state_of(secure, "I.2")[0] == "partly"
    assert "https" in state_of(secure, "I.2")[1]


def test_only_a_whole_system_lets_the_stamped_paper_stop(office: Office) -> None:
    made = assessed(office)
    assert sum(count for _, count in made.counts) == len(list(items()))
    assert "chưa đáp ứng đầy đủ Phụ lục VI" in made.conclusion
    assert "có đóng dấu" in made.conclusion


def test_the_paper_says_all_of_it(office: Office) -> None:
    made = assessed(office)
    text = " ".join(" ".join(text_of(assessment_paper(made))).split())
    for words in (
        "BẢN TỰ ĐÁNH GIÁ", "ỦY BAN NHÂN DÂN", "XÃ SUỐI TRÚC", "Suối Trúc, ngày 23 tháng 11 năm 2026", made.conclusion,
        "NGƯỜI ĐỨNG ĐẦU CƠ QUAN, TỔ CHỨC",
    ):  # fmt: skip
        assert words in text
    # Where in the sources is of use to whoever checks the product, in docs/phu-luc-vi.md.
    assert "docservice/" not in text
    for section in made.sections:
        assert section.title in text
        assert all(item.code in text for item in section.items)


def test_the_command_prints_json_and_writes_the_paper(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    office.node.close()
    monkeypatch.setenv("DATA_DIR", str(office.node.settings.data_dir))
    out = tmp_path / "tu-danh-gia.pdf"
    assert main(["assess", "--agency", people.COMMUNE, "--json", "--out", str(out)]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["agency"] == "UBND xã Suối Trúc"
    assert out.read_bytes().startswith(b"%PDF-")
    assert main(["assess", "--agency", "H00.1"]) == 2
    assert "agency_unknown" in capsys.readouterr().err
