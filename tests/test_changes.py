"""`docservice changes` and the report of `docservice verify`: what came after a signature, said, drawn and printed."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from PIL import Image

from docservice.__main__ import main
from signing.archive import add_document_stamp
from templates.read import text_of
from tests.signing.builders import NOW, Signers, numbered, paper, prepared, sign_as, signers, whole
from tests.signing.forgeries import updates
from tests.signing.test_verdict import rewritten, updated


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Signers:
    return signers(tmp_path_factory.mktemp("pki"))


@pytest.fixture(scope="module")
def trust(people: Signers, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = tmp_path_factory.mktemp("trust")
    (folder / "root.pem").write_bytes(people.authority.root.public_bytes(Encoding.PEM))
    for number, crl in enumerate(people.authority.crls()):
        (folder / f"{number}.crl").write_bytes(crl)
    return ["--trust", str(folder), "--at", NOW.isoformat()]


@pytest.fixture(scope="module")
def sealed(people: Signers) -> bytes:
    return whole(people)


def told(pdf: bytes, folder: Path, capsys: pytest.CaptureFixture[str], *more: str) -> tuple[int, dict[str, Any]]:
    """Exit code and JSON about a file."""
    file = folder / "report.pdf"
    file.write_bytes(pdf)
    code = main(["changes", "--json", *more, str(file)])
    return code, json.loads(capsys.readouterr().out)


def names(signature: dict[str, Any]) -> list[tuple[str, bool]]:
    return [(change["name"], change["allowed"]) for change in signature["changes"]]


def test_what_the_signature_left_open_is_allowed(
    sealed: bytes, trust: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, record = told(sealed, tmp_path, capsys, *trust)
    leader, agency = record["signatures"]
    assert code == 0
    assert names(leader) == [("số", True), ("ngày", True), ("chữ ký của UBND xã Suối Trúc", True)]
    assert leader["summary"] == ("Sau chữ ký này chỉ có thay đổi được phép: số, ngày, chữ ký của UBND xã Suối Trúc.")
    assert (leader["code"], leader["allowed"], leader["pictures"]) == ("valid", True, [])
    assert (agency["changes"], agency["summary"]) == ([], "Sau chữ ký này tệp không thay đổi.")


def test_a_number_forged_after_the_seal_is_named(
    sealed: bytes, trust: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    forged = rewritten(sealed, "number", value=True, picture=True)
    code, record = told(forged, tmp_path, capsys, *trust, "--signature", "2")
    (agency,) = record["signatures"]
    assert code == 1
    assert names(agency) == [("số", False)]
    assert agency["code"] == "field_changed_after_signing"
    assert agency["summary"] == "Sau chữ ký này có thay đổi không được phép: số."


def test_a_forged_value_no_page_shows_is_named_too(
    sealed: bytes, trust: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, record = told(rewritten(sealed, "number", value=True, picture=False), tmp_path, capsys, *trust)
    (change,) = record["signatures"][1]["changes"]
    assert code == 1
    assert (change["name"], change["page"], change["allowed"]) == ("số", None, False)


@pytest.mark.parametrize(
    ("change", "kind", "name"),
    [
        ("drawn", "page", "nội dung trang 1"),
        ("paged", "page_added", "thêm trang 2"),
        ("annotated", "unseen", "phần không nhìn thấy trên trang"),
    ],
)
def test_what_was_added_is_told_from_what_was_filled(  # noqa: PLR0917 - fixtures and a row
    sealed: bytes,
    trust: list[str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    change: str,
    kind: str,
    name: str,
) -> None:
    code, record = told(updated(sealed, change), tmp_path, capsys, *trust)
    assert code == 1
    for signature, before in zip(record["signatures"], (3, 0), strict=True):
        *allowed, added = signature["changes"]
        assert [one["allowed"] for one in allowed] == [True] * before
        assert (added["kind"], added["name"], added["allowed"]) == (kind, name, False)
        assert signature["code"] == "changed_after_signing"


def test_pictures_stand_side_by_side(
    sealed: bytes, trust: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "a" / "b"
    _, record = told(updated(sealed, "paged"), tmp_path, capsys, *trust, "--out", str(out), "--signature", "1")
    assert [Path(place).name for place in record["signatures"][0]["pictures"]] == [
        "signature-1-page-1.png",
        "signature-1-page-2-added.png",
    ]
    with Image.open(out / "signature-1-page-1.png") as picture:
        assert picture.width > picture.height


def test_changed_bytes_are_no_basis_to_compare_with(
    sealed: bytes, trust: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    changed = bytearray(sealed)
    changed[200] ^= 1
    code, record = told(bytes(changed), tmp_path, capsys, *trust)
    assert code == 1
    for signature in record["signatures"]:
        assert "không còn nguyên vẹn" in signature["summary"]
        assert "tệp không thay đổi" not in signature["summary"]


def test_the_sentences_are_for_people(
    sealed: bytes, trust: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "report.pdf"
    file.write_bytes(sealed)
    assert main(["changes", *trust, str(file)]) == 0
    first, second, *lines = capsys.readouterr().out.splitlines()
    assert first.startswith(f"{file}: chữ ký 1. Hợp lệ: Lò Văn Giả Định, UBND xã Suối Trúc, ký lúc 09:15:42")
    assert first.endswith("Mã: valid.")
    assert second.startswith("  Sau chữ ký này chỉ có thay đổi được phép")
    assert lines[0] == "  1. số, trang 1: được phép"


def test_what_cannot_be_compared_exits_with_2(
    trust: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, record = told(b"junk", tmp_path, capsys, *trust)
    assert (code, record["error"]["code"]) == (2, "pdf_unreadable")
    assert main(["changes", str(tmp_path / "missing.pdf")]) == 2
    assert "không mở được tệp" in capsys.readouterr().out


def test_a_file_without_the_wanted_signature_is_a_sentence(
    people: Signers, trust: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "report.pdf"
    file.write_bytes(paper())
    assert main(["changes", *trust, str(file)]) == 1
    assert "không có chữ ký số" in capsys.readouterr().out
    file.write_bytes(sign_as(prepared(), "leader", people))
    for number in ("0", "2", "-1"):
        assert main(["changes", *trust, "--signature", number, str(file)]) == 2
        assert capsys.readouterr().err.startswith("signature_not_there: ")


def printed(pdf: bytes, folder: Path, *more: str) -> tuple[int, str]:
    """Exit code and text of the report on a file."""
    file, report = folder / "Báo cáo 12.pdf", folder / "out" / "report.pdf"
    file.write_bytes(pdf)
    code = main(["verify", *more, "--report", str(report), str(file)])
    return code, " ".join(" ".join(text_of(report.read_bytes())).split())


ITEMS = (
    "1. Tổ chức chứng thực", "2. Người ký", "3. Cơ quan quản lý chứng thư số", "4. Thời gian ký", "5. Tính toàn vẹn",
    "6. Hiệu lực chứng thư số lúc ký", "7. Thời hạn chứng thư số",
)  # fmt: skip


def test_the_report_shows_the_seven_items_and_every_check(sealed: bytes, trust: list[str], tmp_path: Path) -> None:
    code, text = printed(sealed, tmp_path, *trust)
    assert code == 0
    assert "HỢP LỆ Cả 2 chữ ký đều hợp lệ." in text
    assert "Báo cáo 12.pdf" in text
    assert hashlib.sha256(sealed).hexdigest() in text.replace("\u200b", "")
    assert all(text.count(item) == 2 for item in ITEMS)
    assert "CN=CA trung gian mẫu" in text
    assert text.count("09:15:42 ngày 23/11/2026 (UTC+7), theo dấu thời gian của Dấu thời gian mẫu") == 2
    assert text.count("do Dấu thời gian mẫu cấp, tin cậy được") == 2
    assert text.count("Đạt") == 14
    assert text.count("có hiệu lực: trong thời hạn, không bị thu hồi") == 2


def test_the_report_warns_where_revocation_is_unknown(
    people: Signers, sealed: bytes, trust: list[str], tmp_path: Path
) -> None:
    (tmp_path / "root.pem").write_bytes(people.authority.root.public_bytes(Encoding.PEM))
    code, text = printed(sealed, tmp_path, "--trust", str(tmp_path / "root.pem"), *trust[2:])
    assert code == 1
    assert "CHƯA XÁC ĐỊNH 2 trong 2 chữ ký" in text
    assert "Cảnh báo: không có danh sách thu hồi (CRL)" in text
    assert "có hiệu lực: trong thời hạn" not in text


def test_the_report_says_what_failed_and_looks_no_further(sealed: bytes, trust: list[str], tmp_path: Path) -> None:
    code, text = printed(rewritten(sealed, "number", value=True, picture=True), tmp_path, *trust)
    assert code == 1
    assert "KHÔNG HỢP LỆ 2 trong 2 chữ ký không hợp lệ." in text
    assert "Thay đổi sau khi ký Không đạt số hoặc ngày bị sửa sau khi ký" in text
    assert text.count("Không xét") == 8
    assert "không toàn vẹn: số hoặc ngày bị sửa sau khi ký" in text
    # Nobody looked at the time stamp any more, so the time is proven by nothing.
    assert text.count("(UTC+7), theo thông tin ghi trong chữ ký") == 2
    assert "theo dấu thời gian" not in text


def test_a_document_time_stamp_is_told_in_sentences_and_in_the_report(
    people: Signers, sealed: bytes, trust: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stamped = add_document_stamp(sealed, timestamps=people.stamps())
    code, text = printed(stamped, tmp_path, *trust)
    said = capsys.readouterr().out.splitlines()
    assert (code, len(said)) == (0, 3)
    assert "Dấu thời gian hợp lệ: Dấu thời gian mẫu, " in said[2]
    assert "09:15:42 ngày 23/11/2026" in said[2]
    assert "Dấu thời gian của tài liệu 1" in text
    changed = tmp_path / "changed.pdf"
    changed.write_bytes(updates.updated(stamped, updates.append_content))
    assert main(["verify", *trust, "--lang", "en", str(changed)]) == 1
    assert "Invalid time stamp: given by Dấu thời gian mẫu, " in capsys.readouterr().out


def test_a_time_stamp_service_nobody_trusts_is_not_called_the_signer(
    people: Signers, sealed: bytes, trust: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stranger = signers(tmp_path / "elsewhere")
    signed = sign_as(prepared(), "leader", replace(people, authority=stranger.authority))
    pdf = add_document_stamp(signed, timestamps=stranger.stamps())
    code, text = printed(pdf, tmp_path, *trust)
    said = capsys.readouterr().out.splitlines()
    assert code == 1
    assert "Chưa xác định: dấu thời gian do nơi không được tin cậy cấp. Người ký: " in said[0]
    assert said[1].endswith("(dấu thời gian do nơi không được tin cậy cấp).")
    assert "Dấu thời gian Chưa xác định dấu thời gian do nơi không được tin cậy cấp" in text
    assert "Chuỗi chứng thực Chưa xác định dấu thời gian do nơi không được tin cậy cấp" in text


def test_a_report_is_on_one_readable_file(
    sealed: bytes, trust: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, junk, report = tmp_path / "a.pdf", tmp_path / "junk.pdf", tmp_path / "report.pdf"
    file.write_bytes(sealed)
    junk.write_bytes(b"junk")
    assert main(["verify", *trust, "--report", str(report), str(file), str(junk)]) == 2
    assert capsys.readouterr().err.startswith("report_of_many: ")
    assert main(["verify", *trust, "--report", str(report), str(junk)]) == 2
    assert not report.exists()
    assert main(["verify", *trust, "--report", str(file / "report.pdf"), str(file)]) == 2
    assert capsys.readouterr().err.startswith("place_unwritable: ")


def test_a_file_filled_but_not_sealed(
    people: Signers, trust: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, record = told(numbered(sign_as(prepared(), "leader", people)), tmp_path, capsys, *trust)
    assert code == 0
    assert names(record["signatures"][0]) == [("số", True), ("ngày", True)]
