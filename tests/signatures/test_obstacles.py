"""What stands in the way is called what it is: a signature, its time stamp, a stamp over the file, the settings."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.hashes import SHA256

from docservice.documents.models import Stage, Version
from docservice.signatures.obstacles import Obstacle, expected
from docservice.signatures.verdicts import as_facts
from signing.archive import add_document_stamp
from signing.pdf import sign
from signing.request import Level, SignRequest
from signing.trust import Anchor, Trust
from signing.verdict import verify
from tests.signing.builders import NOW, Signers, prepared, sign_as, signers


@pytest.fixture
def people(tmp_path: Path) -> Signers:
    return signers(tmp_path / "own")


@pytest.fixture
def stranger(tmp_path: Path) -> Signers:
    """Another authority, which nobody here believes."""
    return signers(tmp_path / "stranger")


def obstacle(pdf: bytes, trust: Trust, *, by_person: bool = True) -> Obstacle | None:
    facts = as_facts(verify(pdf, trust=trust, at=NOW))
    return expected(facts, [Version(stage=Stage.SIGNED)], by_person=by_person)


def test_the_service_of_the_time_stamp_is_what_the_operator_is_to_add(people: Signers, stranger: Signers) -> None:
    request = SignRequest("leader", Level.B_T)
    pdf = sign(prepared(), request, key=people.leader, timestamps=stranger.stamps(), now=NOW)
    found = obstacle(pdf, people.trust)
    assert found is not None
    assert (found.entry or {})["code"] == "time_stamper_unknown"
    stamper = (found.entry or {})["stamper"]
    assert stamper["sha256"] == stranger.authority.stamper.fingerprint(SHA256()).hex()
    assert stamper["issuer"].startswith("CN=CA trung gian mẫu,OU=")
    assert "dịch vụ vào Gốc tin cậy (nơi cấp: CA trung gian mẫu, BẢN MẪU - không có" in found.remedy()
    # A verdict kept before the stamper was part of it still has its advice.
    old = Obstacle({**(found.entry or {}), "stamper": None})
    assert "(nơi cấp: không rõ)" in old.remedy()


def test_a_stamp_over_the_file_is_named_where_it_is_the_cause(people: Signers, stranger: Signers) -> None:
    signed = sign_as(prepared(), "leader", people)
    pdf = add_document_stamp(signed, timestamps=stranger.stamps())
    without_lists = Trust(anchors=(Anchor(people.authority.anchor()),))
    # The list that is missing keeps no person from signing; the stamp does.
    assert obstacle(signed, without_lists) is None
    found = obstacle(pdf, without_lists)
    assert found is not None
    assert found.is_stamp
    assert found.reason().startswith("Dấu thời gian chưa xác định: do ")
    assert "Nếu tin dịch vụ cấp dấu thời gian này" in found.remedy()
    # The seal waits for the list, and says so of the signature.
    seal = obstacle(signed, without_lists, by_person=False)
    assert seal is not None
    assert seal.reason().startswith("Chưa xác định: chưa kiểm tra được tình trạng thu hồi chứng thư số; hệ thống sẽ")
    assert "Hệ thống tự tải danh sách thu hồi" in seal.remedy()


def test_a_file_without_signatures_and_settings_nobody_can_read() -> None:
    assert expected(None, [], by_person=True) is None
    assert "không có chữ ký số" in Obstacle().reason()
    assert "làm lại tệp" in Obstacle().remedy()
    assert "sửa cấu hình gốc tin cậy" in Obstacle(unreadable_code="anchor_missing").remedy()
