"""`docservice verify`: its sentences word for word, in both languages, and what each trust option brings along."""

import json
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from docservice.__main__ import main
from docservice.signatures.verdicts import REASONS
from signing.archive import finish_document_stamp, prepare_document_stamp
from signing.keys import open_pkcs12
from signing.outcome import VerdictCode
from signing.pdf import sign
from signing.request import Level, SignRequest
from tests.signing.builders import NOW, PASSWORD, Signers, key, prepared, signers
from tests.signing.forgeries import updates
from tests.signing.forgeries.issuing import Wish, authority
from tests.test_commands import KEYS

AT = ["--at", NOW.isoformat()]


@pytest.fixture
def people(tmp_path: Path) -> Signers:
    return signers(tmp_path / "pki")


def verified(pdf: bytes, folder: Path, capsys: pytest.CaptureFixture[str], *more: str) -> tuple[int, list[str]]:
    """Exit code, and the lines without the file's name."""
    file = folder / "report.pdf"
    file.write_bytes(pdf)
    code = main(["verify", *AT, *more, str(file)])
    return code, [line.removeprefix(f"{file}: ") for line in capsys.readouterr().out.splitlines()]


def test_the_sentences_are_those_of_the_page(
    people: Signers, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    issued = people.authority.issue(
        common_name="Lò Văn Giả Định", title="Chủ tịch", organization="UBND xã Suối Trúc", now=NOW, password=PASSWORD
    )
    leader, request = open_pkcs12(issued.pkcs12, PASSWORD), SignRequest("leader", Level.B_T)
    signed = sign(prepared(), request, key=leader, timestamps=people.stamps(), now=NOW)
    root = tmp_path / "root.pem"
    root.write_bytes(people.authority.root.public_bytes(Encoding.PEM))
    lists = []
    for number, crl in enumerate(people.authority.crls()):
        (tmp_path / f"{number}.crl").write_bytes(crl)
        lists += ["--crl", str(tmp_path / f"{number}.crl")]
    trust, who = ["--trust", str(root)], "Lò Văn Giả Định, Chủ tịch UBND xã Suối Trúc"
    unknown = "chưa kiểm tra được tình trạng thu hồi chứng thư số; hệ thống sẽ tự kiểm tra lại"
    unchecked = "revocation of the certificate could not be checked; the system will check again by itself"
    for pdf, options, exits, vietnamese, english in (
        (
            signed, [*trust, *lists], 0,
            f"Hợp lệ: {who}, ký lúc 09:15:42 ngày 23/11/2026; nội dung không thay đổi sau khi ký.",
            f"Valid: {who} signed at 09:15:42 on 23/11/2026; the content has not changed since.",
        ),
        (
            signed, trust, 1,
            f"Chưa xác định: {unknown}. Người ký: {who}.",
            f"Undetermined: {unchecked}. Signer: {who}.",
        ),
        (
            updates.updated(signed, updates.append_content), [*trust, *lists], 1,
            f"Không hợp lệ: trang 1 đã bị thay đổi sau chữ ký của {who}.",
            f"Not valid: page 1 was changed after the signature of {who}.",
        ),
    ):  # fmt: skip
        assert verified(pdf, tmp_path, capsys, *options) == (exits, [vietnamese])
        assert verified(pdf, tmp_path, capsys, "--lang", "en", *options) == (exits, [english])


def test_a_name_makes_no_line_of_its_own(people: Signers, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stranger = key(people.authority, "Ai do\nreport.pdf: Hop le: ong A\x1b[1A\u202e\u2028.", now=NOW)
    signed = sign(prepared(), SignRequest("leader", Level.B_B), key=stranger, timestamps=None, now=NOW)
    root, odd = tmp_path / "root.pem", tmp_path / "a\nb: Hop le.pdf"
    root.write_bytes(signers(tmp_path / "other").authority.root.public_bytes(Encoding.PEM))
    told = "Người ký: Ai do report.pdf: Hop le: ong A [1A  ., UBND xã Suối Trúc."
    code, lines = verified(signed, tmp_path, capsys, "--trust", str(root))
    assert (code, len(lines)) == (1, 1)
    assert lines[0].endswith(told)
    odd.write_bytes(signed)
    assert main(["verify", *AT, "--trust", str(root), str(odd)]) == 1
    assert capsys.readouterr().out.endswith(f"a b: Hop le.pdf: {lines[0]}\n")
    assert main(["changes", *AT, "--trust", str(root), str(odd)]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 2
    parted = tmp_path / "a\u2028b.pdf"
    parted.write_bytes(signed)
    assert main(["verify", "--json", *AT, "--trust", str(root), str(parted)]) == 1
    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line)["file"] == str(parted)


def test_an_answer_of_the_authority_counts_by_its_option(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    above = authority()
    leader, (top,) = above.issue(Wish()), above.above
    signed = sign(prepared(), SignRequest("leader", Level.B_B), key=leader.signing_key, timestamps=None, now=NOW)
    for name, data in (
        ("root.pem", top.certificate.public_bytes(Encoding.PEM)),
        ("top.crl", top.revocations()),
        ("answer.ors", above.answer(leader.certificate)),
    ):
        (tmp_path / name).write_bytes(data)
    options = ["--trust", str(tmp_path / "root.pem"), "--crl", str(tmp_path / "top.crl")]
    assert verified(signed, tmp_path, capsys, *options)[0] == 1
    assert verified(signed, tmp_path, capsys, *options, "--ocsp", str(tmp_path / "answer.ors"))[0] == 0
    # What lies where only answers are looked for is believed by nobody.
    believed = ["--trust", str(tmp_path / "top.crl"), "--ocsp", str(tmp_path / "root.pem")]
    code, (line,) = verified(signed, tmp_path, capsys, "--json", *believed)
    assert (code, json.loads(line)["signatures"][0]["sub_indication"]) == (1, "NO_CERTIFICATE_CHAIN_FOUND")


@pytest.mark.parametrize("kind", [b"/DocTimeStamp", b"/Sig"])
def test_time_stamps_stand_apart_with_the_same_fields(
    people: Signers, tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: bytes
) -> None:
    room = prepare_document_stamp(prepared())
    # Some services call theirs a signature (/Type /Sig) all the same.
    written = b"/Type /DocTimeStamp"
    assert room.placeholder.count(written) == 1
    placeholder = room.placeholder.replace(written, (b"/Type " + kind).ljust(len(written)))
    digest = sha256(placeholder[: room.reserved_start] + placeholder[room.reserved_end :]).digest()
    stamped = finish_document_stamp(replace(room, placeholder=placeholder), people.stamps().stamp(digest).dump())
    code, (line,) = verified(stamped, tmp_path, capsys, "--json")
    record = json.loads(line)
    # A stamp alone is no signature, whatever it is called.
    assert (code, record["error"], record["signatures"]) == (1, None, [])
    assert [(set(entry), entry["code"]) for entry in record["timestamps"]] == [(KEYS, "time_stamper_unknown")]


def test_every_code_stands_in_the_docs_with_its_sentence() -> None:
    page = (Path(__file__).resolve().parents[1] / "docs" / "verdicts.md").read_text("utf-8")
    rows = [[cell.strip() for cell in row.split("|")[1:-1]] for row in page.splitlines() if row.startswith("| `")]
    told = {code.strip("`"): sentence for code, _, _, sentence in rows}
    assert told == {code: f"{reason[0].upper()}{reason[1:]}." for code, reason in REASONS.items()}
    assert set(told) == set(VerdictCode)
