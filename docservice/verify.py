"""`docservice verify`: whether the signatures of files hold, for people as sentences and for programs as JSON.

Exit code 0 when every signature of every file passed, 1 when one did not or a file has none, 2 when a file could
not be read; with several files the highest.
"""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from docservice.core.sandbox import Sandbox
from docservice.core.sandbox_errors import SandboxFailed
from docservice.core.words import N_, say
from docservice.settings import Settings
from docservice.signatures.verdicts import PASSED, as_facts, sentence, unreadable
from signing.errors import SigningError, TrustUnreadable
from signing.trust import Trust, load_trust
from signing.verdict import FileVerdict, verify

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


@dataclass(frozen=True)
class Outcome:
    """One file's result: either a verdict or the code of what made it unreadable."""

    file: str
    verdict: FileVerdict | None
    error: str | None

    @property
    def exit_code(self) -> int:
        if self.verdict is None:
            return 2
        signatures = self.verdict.signatures
        return 0 if signatures and all(s.indication == PASSED for s in signatures) else 1


def run_verify(
    settings: Settings,
    files: Sequence[Path],
    *,
    as_json: bool,
    trust: Sequence[Path],
    crls: Sequence[Path],
    ocsps: Sequence[Path],
    at: datetime | None,
    language: str | None = None,
) -> int:
    """Verify the files in the order given and print one line, or some sentences, for each."""
    anchors = list(trust)
    configured = settings.path(settings.trust_dir)
    if not anchors and configured.is_dir():
        anchors = [configured]
    language = language or settings.language
    try:
        known: Trust | TrustUnreadable = load_trust(*anchors, *crls, *ocsps)
    except TrustUnreadable as error:
        known = error
    worst = 0
    with Sandbox(size=1, preload=("signing.verdict",)) as sandbox:
        for file in files:
            outcome = _judge(sandbox, file, known, at or datetime.now(UTC))
            for line in _json_lines(outcome, language) if as_json else _sentences(outcome, language):
                sys.stdout.write(line + "\n")
            worst = max(worst, outcome.exit_code)
    return worst


def _judge(sandbox: Sandbox, file: Path, trust: Trust | TrustUnreadable, at: datetime) -> Outcome:
    if isinstance(trust, TrustUnreadable):
        return Outcome(str(file), None, trust.code)
    try:
        return Outcome(str(file), sandbox.run(verify, file.read_bytes(), trust=trust, at=at), None)
    except OSError:
        return Outcome(str(file), None, "file_unreadable")
    except (SigningError, SandboxFailed) as error:
        return Outcome(str(file), None, error.code)


def _json_lines(outcome: Outcome, language: str) -> list[str]:
    record: dict[str, Any] = {"file": outcome.file, "error": None, "signatures": [], "timestamps": []}
    if outcome.verdict is None:
        record["error"] = {"code": outcome.error, "message": unreadable(outcome.error, language)}
    else:
        facts = as_facts(outcome.verdict)
        for group in ("signatures", "timestamps"):
            record[group] = [{key: entry[key] for key in _KEYS} for entry in facts[group]]
    return [json.dumps(record, ensure_ascii=False)]


def _sentences(outcome: Outcome, language: str) -> list[str]:
    if outcome.verdict is None:
        return [f"{outcome.file}: {unreadable(outcome.error, language)}"]
    if not outcome.verdict.signatures:
        return [say(NONE, language, file=outcome.file)]
    return [f"{outcome.file}: {sentence(s, language)}" for s in outcome.verdict.signatures]
