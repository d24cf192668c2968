"""The converter behind a Unix socket keeps the converter's promises, and survives whoever asks badly or goes away."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from templates.convert import ConverterHealth
from templates.convert_socket import SocketConverter, converting
from templates.docx import fill
from templates.errors import ConversionFailed, ConverterUnavailable
from templates.layout import DATE_MARK, NUMBER_MARK, SIGNATURE_MARK
from templates.read import places_in
from tests.canned import CannedConverter
from tests.templates.samples import draft, report_values

ROOT = Path(__file__).parents[2]


@pytest.fixture
def line(tmp_path: Path) -> Path:
    return tmp_path / "socket"


@pytest.fixture
def asked(line: Path) -> Iterator[SocketConverter]:
    with converting(line, CannedConverter()):
        yield SocketConverter(line, patience=10)


def test_what_comes_back_is_what_the_converter_made(asked: SocketConverter) -> None:
    form = fill(draft("BC", values=report_values()))
    assert places_in(asked.convert(form, suffix="docx")) == places_in(CannedConverter().convert(form, suffix="docx"))
    assert asked.check().ready
    with pytest.raises(ConversionFailed) as failed:
        asked.convert(b"no document", suffix="docx")
    with pytest.raises(ConversionFailed) as expected:
        CannedConverter().convert(b"no document", suffix="docx")
    assert failed.value.code == expected.value.code
    with pytest.raises(ConversionFailed):
        asked.convert(form, suffix="../x")
    for fitted in (False, True):
        told = CannedConverter().convert_sheets(form, fitted=fitted)[1]
        assert asked.convert_sheets(form, fitted=fitted)[1] == told


def test_nobody_there_is_a_reason_to_try_later(line: Path) -> None:
    with pytest.raises(ConverterUnavailable) as missing:
        SocketConverter(line).convert(b"x", suffix="docx")
    assert missing.value.code == "converter_unreachable"
    assert not SocketConverter(line).check().ready


def test_only_this_user_may_ask(asked: SocketConverter, line: Path) -> None:
    assert line.stat().st_mode & 0o007 == 0
    assert asked.check().ready


@pytest.mark.parametrize(
    "question",
    [b"", b"x", b"{}\n", b"[]\n", b'{"act": "convert", "size": -1}\n', b'{"size": 9999999999}\n', b"x" * 5000 + b"\n",
     b'{"act": "convert", "suffix": "docx", "size": 10}\nabc'],
)  # fmt: skip
def test_a_bad_question_gets_no_answer_and_harms_nobody(asked: SocketConverter, line: Path, question: bytes) -> None:
    with socket.socket(socket.AF_UNIX) as bad:
        bad.settimeout(5)
        bad.connect(str(line))
        bad.sendall(question)
        bad.shutdown(socket.SHUT_WR)
        assert bad.recv(10) == b""
    assert asked.check().ready


class Silent(CannedConverter):
    def check(self) -> ConverterHealth:
        time.sleep(3)
        return super().check()


def test_a_converter_that_hangs_is_not_waited_for(line: Path) -> None:
    with converting(line, Silent()):
        health = SocketConverter(line, patience=0.2).check()
    assert not health.ready
    assert "conversion_timeout" in health.problem


@pytest.mark.office
@pytest.mark.timeout(180)
def test_the_command_converts_without_network_secrets_or_data(line: Path, tmp_path: Path) -> None:
    """As the compose file runs it, with the same command; the network is taken away where this machine lets us."""
    data = tmp_path / "data"
    command = [sys.executable, "-m", "docservice", "converter", "--socket", str(line)]
    environment = {"PATH": os.environ["PATH"], "DATA_DIR": str(data), "HOME": str(tmp_path)}
    fenced = ["/usr/bin/unshare", "--net", "--", *command] if os.geteuid() == 0 else command
    service = subprocess.Popen(fenced, cwd=ROOT, env=environment)
    try:
        deadline = time.monotonic() + 60
        while not line.exists():
            assert time.monotonic() < deadline
            time.sleep(0.1)
        pdf = SocketConverter(line).convert(fill(draft("BC", values=report_values())), suffix="docx")
        assert {NUMBER_MARK, DATE_MARK, SIGNATURE_MARK} <= set(places_in(pdf))
        checked = subprocess.run([*command, "--check"], cwd=ROOT, capture_output=True, text=True, check=False)
        assert (checked.returncode, checked.stdout) == (0, "tốt\n")
        assert not data.exists()
    finally:
        service.send_signal(signal.SIGTERM)
        assert service.wait(timeout=30) == 0
    assert not line.exists()
