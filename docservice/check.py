"""`docservice check`: whether documents are written as Decree 30/2020 says, and mending what is safe to mend.

Exit code 0 when no error was found (notes alone are none), 1 when there were errors, 2 when a file could not be read;
with several files the highest.
"""

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from docservice.core.clock import VIETNAM
from docservice.core.errors import Invalid
from docservice.core.out_files import write
from docservice.core.sandbox import Limits, Sandbox
from docservice.core.sandbox_errors import SandboxFailed
from docservice.core.words import N_, say
from docservice.documents.checking import facts_of, unreadable
from docservice.settings import Settings
from templates.checker.check import check
from templates.checker.mending import mend
from templates.checker.model import Finding, Report
from templates.checker.rules import RULES
from templates.errors import TemplatesError
from templates.families import written_families

# A hostile file costs no more than this; a busy machine needs some seconds more to begin.
LIMITS = Limits(wall_s=6, cpu_s=6, memory_mb=384)
MOST_BYTES = 100 * 1024 * 1024
PRELOAD = ("templates.checker.rehearsal:rehearse",)

_CLEAN = N_("{file}: không có lỗi.")
_SUMMARY = N_("{file}: {errors} lỗi, {warnings} lưu ý.")
_SEVERITIES = {"error": N_("lỗi"), "warning": N_("lưu ý")}
_MENDED = N_("Đã sửa vào “{place}”: {count} chỗ.")
_MENDED_ONE = N_("Đã sửa: {text}")


class MendingOfMany(Invalid):
    code = "mending_of_many"
    message = N_("Chỉ sửa được một tệp DOCX mỗi lần.")


@dataclass(frozen=True)
class Outcome:
    """One file's result: a report, with what was mended in it, or the code of what made it unreadable."""

    file: Path
    report: Report | None
    error: str | None
    mended: tuple[Finding, ...] = ()
    docx: bytes | None = None

    @property
    def exit_code(self) -> int:
        if self.report is None:
            return 2
        return int(any(RULES[finding.rule].severity == "error" for finding in self.report.findings))


def run_check(
    settings: Settings, files: Sequence[Path], *, as_json: bool, fix: Path | None, language: str | None = None
) -> int:
    """Check the files in the order given and print one line, or some sentences, for each.

    `fix` gets the only file, mended; what is found is then what is left in it. Raises `MendingOfMany` and
    `PlaceUnwritable`.
    """
    if fix is not None and len(files) != 1:
        raise MendingOfMany
    language = language or settings.language
    today = datetime.now(UTC).astimezone(VIETNAM).date()
    worst = 0
    with Sandbox(size=1, limits=LIMITS, preload=(*_families(settings), *PRELOAD)) as sandbox:
        for file in files:
            outcome = examine(sandbox, file, today, mending=fix is not None)
            if fix is not None and outcome.docx is not None:
                write(fix, outcome.docx)
            lines = [_json(outcome, language)] if as_json else _sentences(outcome, fix, language)
            sys.stdout.writelines(line + "\n" for line in lines)
            worst = max(worst, outcome.exit_code)
    return worst


def _families(settings: Settings) -> Sequence[str]:
    """What the fence loads to know the families an operator added."""
    if settings.catalogue_file is None:
        return ()
    # The command loads little; who added no family does not pay for reading them.
    from docservice.documents.catalogue import read_catalogue  # noqa: PLC0415

    read_catalogue(settings.path(settings.catalogue_file))
    return (f"templates.families:add_written:{written_families()}",)


def examine(sandbox: Sandbox, file: Path, day: date, *, mending: bool) -> Outcome:
    """Read a file and check it behind the fence; whatever goes wrong is in the outcome."""
    try:
        if file.stat().st_size > MOST_BYTES:
            return Outcome(file, None, "office_too_large")
        data = file.read_bytes()
        if not mending:
            return Outcome(file, sandbox.run(check, data, day=day), None)
        mended = sandbox.run(mend, data, day=day)
    except OSError:
        return Outcome(file, None, "file_unreadable")
    except (TemplatesError, SandboxFailed) as error:
        return Outcome(file, None, error.code)
    return Outcome(file, mended.left, None, mended.done, mended.docx)


def _json(outcome: Outcome, language: str) -> str:
    record: dict[str, Any] = {"file": str(outcome.file), "kind": None, "error": None, "findings": []}
    if outcome.report is None:
        code = outcome.error or "file_unreadable"
        record["error"] = {"code": code, "message": unreadable(code, language)}
    else:
        record["kind"] = outcome.report.kind
        record["findings"] = [facts_of(finding, language) for finding in outcome.report.findings]
    return json.dumps(record, ensure_ascii=False)


def _sentences(outcome: Outcome, fix: Path | None, language: str) -> Iterator[str]:
    if outcome.report is None:
        yield f"{outcome.file}: {unreadable(outcome.error or '', language)}"
        return
    if fix is not None:
        yield say(_MENDED, language, place=str(fix), count=len(outcome.mended))
        for finding in outcome.mended:
            yield "  " + say(_MENDED_ONE, language, text=facts_of(finding, language)["text"])
    facts = [facts_of(finding, language) for finding in outcome.report.findings]
    errors = sum(fact["severity"] == "error" for fact in facts)
    if not facts:
        yield say(_CLEAN, language, file=str(outcome.file))
        return
    yield say(_SUMMARY, language, file=str(outcome.file), errors=errors, warnings=len(facts) - errors)
    for fact in facts:
        severity = say(_SEVERITIES[fact["severity"]], language)
        told = f"{fact['text']} {fact['fix']} ({fact['legal_basis']}; {fact['rule']})"
        yield f"  [{fact['component']}] {severity}: {told}"
