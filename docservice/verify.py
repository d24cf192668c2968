"""`docservice verify`: whether the signatures of files hold, for people as sentences or a paper, for programs as JSON.

Exit code 0 when every signature of every file passed, 1 when one did not or a file has none, 2 when a file could
not be read; with several files the highest.
"""

import json
import stat
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from docservice.core.errors import Invalid
from docservice.core.out_files import write
from docservice.core.sandbox import Limits, Sandbox
from docservice.core.sandbox_errors import SandboxFailed, SandboxUnavailable
from docservice.core.words import N_, say
from docservice.settings import Settings
from docservice.signatures.reports import report_on
from docservice.signatures.verdicts import PASSED, as_facts, sentence, stamp_sentence, trust_problem, unreadable
from signing.errors import SigningError, TrustUnreadable
from signing.keys import one_line
from signing.trust import Trust, load_trust
from signing.verdict import FileVerdict, verify
from templates.papers import use_fonts
from templates.verdict_report import verdict_report

NONE = N_("{file}: không có chữ ký số.")
_KEYS = (
    "field",
    "indication",
    "sub_indication",
    "code",
    "level",
    "signer",
    "signing_time",
    "covers_whole_file",
    "changes",
)

# Two seconds for fifty signatures, three for six hundred tagged pages: what takes longer than this is made to.
LIMITS = Limits(cpu_s=15)
_LARGEST = 256 * 1024 * 1024


class ReportOfMany(Invalid):
    code = "report_of_many"
    message = N_("Báo cáo kiểm tra chỉ lập cho một tệp; xin nêu đúng một tệp.")


@dataclass(frozen=True)
class Outcome:
    """One file's result: either a verdict on its bytes or the code of what made it unreadable."""

    data: bytes
    verdict: FileVerdict | None
    error: str | None
    # What is wrong when it is not the file but what it was to be judged by.
    trust: TrustUnreadable | None = None

    def why(self, language: str) -> str:
        """Why there is no verdict, naming the file to look at where it is one of the trust settings."""
        said = unreadable(self.error, language)
        return f"{said} {trust_problem(self.trust, language)}" if self.trust else said

    @property
    def exit_code(self) -> int:
        if self.verdict is None:
            return 2
        signatures = self.verdict.signatures
        return 0 if signatures and all(s.indication == PASSED for s in signatures) else 1


def run_verify(
    settings: Settings,
    files: Sequence[str],
    *,
    as_json: bool,
    report: Path | None,
    trust: Sequence[Path],
    crls: Sequence[Path],
    ocsps: Sequence[Path],
    at: datetime | None,
    language: str | None = None,
) -> int:
    """Verify the files in the order given and print one line, or some sentences, for each.

    `report` gets the printable report on the only file; a file that cannot be read has none.
    """
    if report is not None and len(files) != 1:
        raise ReportOfMany
    language = language or settings.language
    known = known_trust(settings, trust, crls, ocsps)
    worst = 0
    with Sandbox(size=1, preload=("signing.verdict",), limits=LIMITS) as sandbox:
        for file in files:
            moment = at or datetime.now(UTC)
            outcome = judge(sandbox, Path(file), known, moment)
            said = map(one_line, _sentences(file, outcome, language))
            for line in [_json_line(file, outcome, language)] if as_json else said:
                sys.stdout.write(line + "\n")
            if report is not None and outcome.verdict is not None:
                use_fonts(settings.fonts)
                write(report, verdict_report(report_on(Path(file).name, outcome.data, outcome.verdict, at=moment)))
            worst = max(worst, outcome.exit_code)
    return worst


def known_trust(
    settings: Settings, trust: Sequence[Path], crls: Sequence[Path], ocsps: Sequence[Path]
) -> Trust | TrustUnreadable:
    """The anchors named, else those of the settings, with the revocation lists and answers named."""
    configured = settings.path(settings.trust_dir)
    try:
        anchors = list(trust) or ([configured] if configured.is_dir() else [])
        return load_trust(*anchors, lists=(*crls, *ocsps))
    except TrustUnreadable as error:
        return error
    except OSError:
        # The folder above may not be entered.
        return TrustUnreadable("trust_unreadable", file=configured.name)


def judge(sandbox: Sandbox, file: Path, trust: Trust | TrustUnreadable, at: datetime) -> Outcome:
    """Read a file and judge it behind the fence; whatever goes wrong is in the outcome."""
    if isinstance(trust, TrustUnreadable):
        return Outcome(b"", None, trust.code, trust)
    data = b""
    try:
        found = file.stat()
        # A pipe never ends, and neither does a device of zeros.
        if not stat.S_ISREG(found.st_mode):
            return Outcome(data, None, "file_unreadable")
        if found.st_size > _LARGEST:
            return Outcome(data, None, "file_too_large")
        data = file.read_bytes()
        return Outcome(data, sandbox.run(verify, data, trust=trust, at=at), None)
    except OSError:
        return Outcome(data, None, "file_unreadable")
    except (SigningError, SandboxFailed, SandboxUnavailable) as error:
        return Outcome(data, None, error.code)


def _json_line(file: str, outcome: Outcome, language: str) -> str:
    record: dict[str, Any] = {"file": file, "error": None, "signatures": [], "timestamps": []}
    if outcome.verdict is None:
        record["error"] = {"code": outcome.error, "message": outcome.why(language)}
    else:
        facts = as_facts(outcome.verdict)
        for group in ("signatures", "timestamps"):
            record[group] = [{key: entry[key] for key in _KEYS} for entry in facts[group]]
    return as_line(record)


def as_line(record: dict[str, Any]) -> str:
    """JSON in one line, in letters that standard output has: names of files need not be text at all."""
    line = json.dumps(record, ensure_ascii=False)
    if len(line.splitlines()) > 1:
        # Some readers end a line at letters JSON may hold.
        return json.dumps(record)
    try:
        line.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return json.dumps(record)
    return line


def _sentences(file: str, outcome: Outcome, language: str) -> list[str]:
    if outcome.verdict is None:
        return [f"{file}: {outcome.why(language)}"]
    verdict = outcome.verdict
    said = [f"{file}: {sentence(s, language)}" for s in verdict.signatures] or [say(NONE, language, file=file)]
    return said + [f"{file}: {stamp_sentence(s, language)}" for s in verdict.timestamps]
