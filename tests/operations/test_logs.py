"""Log lines: one object each for a collector, readable at a terminal, never with a secret."""

import json
import logging
import sys
from pathlib import Path

import pytest

from docservice.core.logs import JsonLines, ShortLines, keep_secret, masked
from docservice.core.trace import current_trace, traced
from docservice.settings import Settings


def record(message: str, *args: object, **more: object) -> logging.LogRecord:
    made = logging.LogRecord("docservice.x", logging.WARNING, __file__, 1, message, args, None)
    vars(made).update(more)
    return made


def test_a_json_line_carries_trace_fields_and_traceback() -> None:
    try:
        int("tệp hỏng")
    except ValueError:
        failed = record("job %s failed", "x.y", ms=12, job="x.y")
        failed.exc_info = sys.exc_info()
    with traced("ab" * 16):
        line = json.loads(JsonLines().format(failed))
    assert line["message"] == "job x.y failed"
    assert (line["level"], line["logger"], line["trace"]) == ("warning", "docservice.x", "ab" * 16)
    assert (line["ms"], line["job"]) == (12, "x.y")
    assert "tệp hỏng" in line["error"]
    assert "Traceback" in line["error"]
    assert line["at"].endswith("+00:00")


def test_a_line_for_people_is_one_line_with_the_trace() -> None:
    with traced("cd" * 16):
        text = ShortLines().format(record("alert raised", alert="disk_low"))
    assert "\n" not in text
    assert text.endswith(f"warning alert raised alert=disk_low [{'cd' * 16}]")
    assert current_trace() is None


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("postgresql://docservice:bi-mat@db/x", "postgresql://docservice:***@db/x"),
        ("redis://:bi-mat@q:6379/0", "redis://:***@q:6379/0"),
        ("Authorization: Bearer abcdefgh.ijk", "Authorization: ***"),
        ("got Bearer abcdefgh.ijk back", "got Bearer *** back"),
        ("access_token=abc&x=1", "access_token=***&x=1"),
        ("{'password': 'bi-mat', 'a': 1}", "{'password': '***', 'a': 1}"),
        ('{"SAD": "0123", "PIN": "1234"}', '{"SAD": "***", "PIN": "***"}'),
        ("GET /vgca/files/AbCd_123-x/a.pdf", "GET /vgca/files/***/a.pdf"),
        ("document 123 signed by post 4", "document 123 signed by post 4"),
    ],
)
def test_what_looks_secret_is_masked(said: str, left: str) -> None:
    assert masked(said).replace("Authorization: *** ***", "Authorization: ***") == left


def test_what_the_secret_files_hold_is_masked_wherever_it_appears(tmp_path: Path) -> None:
    (tmp_path / "p").write_text("kho-nhu-vay-ma\n", encoding="utf-8")
    settings = Settings(data_dir=tmp_path, database_password_file=Path("p"), queue_password_file=Path("missing"))
    for secret in settings.secrets():
        keep_secret(secret)
    line = JsonLines().format(record("cannot log in with %s", "kho-nhu-vay-ma", url="x?kho-nhu-vay-ma"))
    assert "kho-nhu-vay-ma" not in line
    assert line.count("***") == 2
