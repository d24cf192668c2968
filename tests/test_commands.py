"""The command line: exit codes, JSON, and sentences instead of tracebacks."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import select

from docservice.__main__ import main
from docservice.core import journal
from docservice.core.work import SYSTEM
from docservice.doctor import examine_node
from docservice.documents import queries, storing
from docservice.documents.models import Document, Stage
from tests.node import Office

KEYS = {
    "field",
    "indication",
    "sub_indication",
    "code",
    "level",
    "signer",
    "signing_time",
    "covers_whole_file",
    "changes",
}


@pytest.fixture
def papers(office: Office, tmp_path: Path) -> tuple[Path, Path]:
    """A signed report and the trust settings it is judged by."""
    document_id = office.released()
    with office.reading() as reading:
        version = queries.latest_version(reading, document_id, stage=Stage.SEALED)
        assert version is not None
        (tmp_path / "report.pdf").write_bytes(storing.get(reading.ports, version.sha256))
    settings = office.node.settings
    return tmp_path / "report.pdf", settings.path(settings.trust_dir)


def test_verify_says_in_one_sentence_that_it_holds(
    papers: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    report, trust = papers
    code = main(["verify", "--trust", str(trust), "--at", "2026-11-23T10:00:00+07:00", str(report)])
    said = capsys.readouterr().out
    assert code == 0
    assert "Hợp lệ: Lò Văn Giả Định, UBND xã Suối Trúc, ký lúc 09:" in said
    assert "Hợp lệ: UBND xã Suối Trúc" in said


def test_verify_prints_one_object_a_line_in_order(
    papers: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report, trust = papers
    changed, junk, missing = tmp_path / "changed.pdf", tmp_path / "junk.pdf", tmp_path / "missing.pdf"
    data = bytearray(report.read_bytes())
    data[200] ^= 1
    changed.write_bytes(bytes(data))
    junk.write_bytes(b"junk")
    at = ["--at", "2026-11-23T10:00:00+07:00"]
    code = main(["verify", "--json", "--trust", str(trust), *at, *map(str, (report, changed, junk, missing))])
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert code == 2
    assert [line["file"] for line in lines] == list(map(str, (report, changed, junk, missing)))
    assert all(set(line) == {"file", "error", "signatures", "timestamps"} for line in lines)
    assert all(set(s) == KEYS for line in lines for s in line["signatures"])
    assert [s["indication"] for s in lines[0]["signatures"]] == ["TOTAL-PASSED"] * 2
    assert [s["indication"] for s in lines[1]["signatures"]] == ["TOTAL-FAILED"] * 2
    assert lines[2]["error"]["code"] == "pdf_unreadable"
    assert lines[3]["error"]["code"] == "file_unreadable"


def test_verify_names_each_file_as_it_was_named(
    papers: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report, trust = papers
    folder, pipe, nothing = tmp_path / "folder.pdf", tmp_path / "pipe.pdf", tmp_path / "empty.pdf"
    folder.mkdir()
    os.mkfifo(pipe)
    nothing.touch()
    odd = f"{tmp_path}//./{os.fsdecode(bytes([0xFF]))}.pdf"
    Path(odd).write_bytes(report.read_bytes())
    files = [odd, str(folder), str(pipe), "", "/dev/zero", str(nothing)]
    code = main(["verify", "--json", "--trust", str(trust), "--at", "2026-11-23", *files])
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (code, [line["file"] for line in lines]) == (2, files)
    unreadable = ["file_unreadable"] * 4 + ["pdf_unreadable"]
    assert [line["error"] and line["error"]["code"] for line in lines] == [None, *unreadable]


def test_verify_takes_an_instant_without_a_zone_as_vietnam_time(
    papers: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    report, trust = papers
    for instant, code in (("2026-11-23T10:00:00", 0), ("2026-11-23T03:00:00Z", 0), ("2026-11-23T03:00:00", 1)):
        assert main(["verify", "--json", "--trust", str(trust), "--at", instant, str(report)]) == code
    assert len(capsys.readouterr().out.splitlines()) == 3
    capsys.readouterr()
    for instant, told in (
        ("hôm qua", "“hôm qua” không phải thời điểm"),
        ("9999-12-31T23:59:59-14:00", "1970 đến 9998"),
    ):
        with pytest.raises(SystemExit):
            main(["verify", "--at", instant, str(report)])
        assert told in capsys.readouterr().err


def test_what_the_files_are_judged_by_is_named_where_it_cannot_be_read(
    papers: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report, trust = papers
    junk, long = tmp_path / "junk.crl", "a" * 300
    junk.touch()
    known = ["--trust", str(trust)]
    for options, name in (
        (["--trust", "missing"], "missing"),
        (["--trust", long], long),
        ([*known, "--crl", str(junk)], "junk.crl"),
        ([*known, "--ocsp", str(junk / "below")], "below"),
    ):
        assert main(["verify", "--json", *options, str(report)]) == 2
        told = json.loads(capsys.readouterr().out)["error"]
        assert (told["code"], f"Không đọc được {name}." in told["message"]) == ("trust_unreadable", True)
        assert main(["changes", *options, str(report)]) == 2
        assert f"Không đọc được {name}." in capsys.readouterr().out


def test_verify_writes_to_any_terminal_and_stops_when_nobody_reads(papers: tuple[Path, Path]) -> None:
    report, trust = papers
    at = ["--at", "2026-11-23T10:00:00+07:00"]
    command = [sys.executable, "-m", "docservice", "verify", "--trust", str(trust), *at, str(report)]
    poor = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    done = subprocess.run(command, capture_output=True, env=poor, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert len(done.stdout.decode("ascii").splitlines()) == 2
    read, write = os.pipe()
    os.close(read)
    unread = subprocess.run([*command, "--json"], stdout=write, stderr=subprocess.PIPE, check=False)
    os.close(write)
    assert (unread.returncode, unread.stderr) == (2, b"")
    with Path("/dev/full").open("wb") as full:
        unwritten = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, check=False)
        untold = subprocess.run(command, stdout=full, stderr=full, check=False)
    assert (unwritten.returncode, unwritten.stderr.decode()) == (2, "Không ghi được kết quả: đĩa đã đầy.\n")
    assert untold.returncode == 2
    closed = subprocess.run(["sh", "-c", '"$@" >&-', "sh", *command], stderr=subprocess.PIPE, check=False)  # noqa: S607
    assert (closed.returncode, closed.stderr) == (0, b"")


def test_verify_exits_1_for_no_signature_and_for_the_unknown(
    papers: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report, trust = papers
    sample = Path(__file__).resolve().parents[1] / "docservice/demo/samples/nd-100-2001.pdf"
    assert main(["verify", "--trust", str(trust), str(sample)]) == 1
    assert "không có chữ ký số" in capsys.readouterr().out
    only_root = tmp_path / "root"
    only_root.mkdir()
    (only_root / "root.pem").write_bytes((trust / "demo-root.pem").read_bytes())
    assert main(["verify", "--trust", str(only_root), "--at", "2026-11-23T10:00:00+07:00", str(report)]) == 1
    assert "Chưa xác định" in capsys.readouterr().out


def test_a_wrong_journey_input_is_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    script = tmp_path / "script.json"
    script.write_text('{"request": {}}')
    assert main(["journey", "--out", str(tmp_path / "out"), "--input", str(script)]) == 2
    said = capsys.readouterr().err
    assert said.startswith("journey_input_wrong: ")
    assert "papers" in said
    assert not (tmp_path / "out").exists()


def test_doctor_has_a_line_for_each_port_and_sees_what_is_wrong(office: Office) -> None:
    document_id = office.released()
    findings = list(examine_node(office.node, recount=True))
    assert {f.port for f in findings} == {
        "database", "journal", "stamps", "jobs", "intake", "storage", "copies", "files", "search", "search lag",
        "converter", "fonts", "sandbox", "alerts", "carrier", "keys", "hsm", "phone", "queue", "key places", "trust",
        "timestamps", "recount", "mail", "retention",
    }  # fmt: skip
    assert [f for f in findings if f.ok is False] == []
    assert any("PKCS#12" in f.text for f in findings if f.ok is None)
    with office.node.database.writing() as session:
        session.get_one(Document, document_id).status = "draft"  # type: ignore[assignment] # a drift, planted
        session.get_one(journal.JournalLine, 3).actor = "ai khác"
    broken = {f.port for f in examine_node(office.node, recount=True) if f.ok is False}
    assert broken == {"journal", "recount"}


def test_a_chain_rewritten_as_a_whole_misses_its_time_stamp(office: Office) -> None:
    office.draft()
    with office.node.transactions.work(SYSTEM) as work:
        work.later("signatures.stamp_journal")
    office.drain()
    with office.node.database.writing() as session:
        lines = session.scalars(select(journal.JournalLine).order_by(journal.JournalLine.seq)).all()
        notes = [journal.Note(line.verb, line.subject, json.loads(line.details)) for line in lines]
        for line in lines:
            session.delete(line)
        session.flush()
        journal.append(session, notes, at=office.clock.now(), actor="ai khác", as_post=None, agency_id=None)
    with office.reading() as reading:
        assert journal.verify_chain(reading.session).broken_at is None
    assert [f.port for f in examine_node(office.node, recount=False) if f.ok is False] == ["stamps"]
