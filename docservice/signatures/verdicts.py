"""A library's verdict as facts that are kept, and as a sentence an official understands."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from docservice.core.clock import VIETNAM
from docservice.core.words import N_, say
from signing.verdict import FileVerdict, SignatureVerdict

PASSED = "TOTAL-PASSED"

NO_SIGNATURE = N_("không có chữ ký số")


def as_facts(verdict: FileVerdict) -> dict[str, Any]:
    """The verdict as JSON values: `passed` when there are signatures and every one holds, and `reason` if not."""
    signatures = [_plain(s) for s in verdict.signatures]
    broken = [s for s in verdict.signatures if s.indication != PASSED]
    passed = bool(verdict.signatures) and not broken
    return {
        "passed": passed,
        "reason": "" if passed else (sentence(broken[0]) if broken else NO_SIGNATURE),
        "signatures": signatures,
        "timestamps": [_plain(t) for t in verdict.timestamps],
    }


def sentence(verdict: SignatureVerdict, language: str = "vi") -> str:
    """One sentence about one signature, in its reader's language."""
    when = verdict.signing_time.astimezone(VIETNAM) if verdict.signing_time else None
    values = {
        "signer": verdict.signer or say(N_("không rõ người ký"), language),
        "time": when.strftime("%H:%M:%S") if when else "--",
        "day": when.strftime("%d/%m/%Y") if when else "--",
        "reason": verdict.code,
    }
    return say(_SENTENCES[verdict.indication], language, **values)


_SENTENCES = {
    PASSED: N_("Hợp lệ: {signer} ký lúc {time} ngày {day}; nội dung không thay đổi sau khi ký."),
    "TOTAL-FAILED": N_("Không hợp lệ: chữ ký của {signer} ({reason})."),
    "INDETERMINATE": N_("Chưa xác định: chữ ký của {signer} ({reason})."),
}


def _plain(verdict: SignatureVerdict) -> dict[str, Any]:
    return {name: _json(value) for name, value in asdict(verdict).items()}


def _json(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, dict):
        return {name: _json(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_json(inner) for inner in value]
    return value
