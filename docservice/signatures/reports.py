"""A file's verdict as the paper that is printed and kept: the seven items of the circular, every check, every chain.

The paper is Vietnamese in either language of the screen.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256

from docservice.core.clock import VIETNAM
from docservice.signatures.verdicts import PASSED, REASONS, sentence, stamp_sentence
from signing.outcome import REVOCATION_UNKNOWN
from signing.verdict import CertificateFacts, FileVerdict, SignatureVerdict, VerdictCode
from templates.verdict_report import ReportedCertificate, ReportedCheck, ReportedSignature, State, VerdictReport

FAILED = "TOTAL-FAILED"
_RESULTS: Mapping[str, tuple[State, str]] = {
    PASSED: ("passed", "Hợp lệ"),
    FAILED: ("failed", "Không hợp lệ"),
    "INDETERMINATE": ("unknown", "Chưa xác định"),
}
_INTEGRITY, _STRUCTURE, _LATER, _STAMP, _CHAIN, _TERM, _REVOCATION = range(7)
_CHECKS = (
    ("Tính toàn vẹn của phần đã ký", "phần đã ký còn nguyên vẹn"),
    ("Cấu trúc chữ ký", "chữ ký bao trùm đúng phần đã ký"),
    ("Thay đổi sau khi ký", "không có thay đổi ngoài phạm vi được phép"),
    ("Dấu thời gian", "dấu thời gian tin cậy được"),
    ("Chuỗi chứng thực", "nối được tới gốc tin cậy đã cấu hình"),
    ("Hiệu lực chứng thư số lúc ký", "lúc ký nằm trong thời hạn của chứng thư số"),
    ("Tình trạng thu hồi lúc ký", "chứng thư số không bị thu hồi"),
)
# The verdict stops at the first check that fails: one sign for each of `_CHECKS`, in their order.
# + passed, - failed, ! not known and the reason why, ? not told apart from that reason, . not looked at any more.
_STATES: Mapping[str, str] = {
    VerdictCode.VALID: "+++++++",
    VerdictCode.BYTES_CHANGED: "-......",
    VerdictCode.SIGNATURE_WRONG: "-......",
    VerdictCode.ATTRIBUTES_WRONG: "-......",
    VerdictCode.STRUCTURE_WRONG: "?-.....",
    VerdictCode.BYTE_RANGE_WRONG: "?-.....",
    VerdictCode.FORMAT_UNSUPPORTED: "?-.....",
    VerdictCode.CERTIFICATE_MISSING: "?-.....",
    VerdictCode.CERTIFICATE_SWAPPED: "+-.....",
    VerdictCode.CHANGED_AFTER_SIGNING: "++-....",
    VerdictCode.FIELD_CHANGED_AFTER_SIGNING: "++-....",
    VerdictCode.COVERED_AFTER_SIGNING: "++-....",
    VerdictCode.SIGNER_UNKNOWN: "+++?!..",
    VerdictCode.TIME_STAMP_WRONG: "+++-...",
    VerdictCode.STAMPER_UNKNOWN: "+++!...",
    VerdictCode.STAMPER_REVOCATION_UNKNOWN: "+++!...",
    VerdictCode.STAMPER_REVOKED: "+++-...",
    VerdictCode.STAMPER_EXPIRED: "+++-...",
    VerdictCode.STAMPER_UNSUITABLE: "+++-...",
    VerdictCode.TIME_IN_FUTURE: "+++-...",
    VerdictCode.ALGORITHM_WEAK: "+++?-..",
    VerdictCode.CERTIFICATE_UNSUITABLE: "+++?-..",
    VerdictCode.EXPIRED: "+++??-.",
    VerdictCode.NOT_YET_VALID: "+++??-.",
    VerdictCode.REVOCATION_UNKNOWN: "+++?++!",
    VerdictCode.REVOKED: "+++?++-",
}
# A document time stamp is judged by the service's certificate as a signature is by its signer's.
_OF_STAMPS: Mapping[str, str] = {
    VerdictCode.STAMPER_UNKNOWN: _STATES[VerdictCode.SIGNER_UNKNOWN],
    VerdictCode.STAMPER_REVOCATION_UNKNOWN: _STATES[VerdictCode.REVOCATION_UNKNOWN],
    VerdictCode.STAMPER_REVOKED: _STATES[VerdictCode.REVOKED],
    VerdictCode.STAMPER_EXPIRED: _STATES[VerdictCode.EXPIRED],
    VerdictCode.STAMPER_UNSUITABLE: _STATES[VerdictCode.CERTIFICATE_UNSUITABLE],
}
_SIGNS: Mapping[str, State] = {"+": "passed", "-": "failed", "!": "unknown", "?": "unknown", ".": "skipped"}
_STAMPED = frozenset({"B-T", "B-LT", "B-LTA"})
_NO_REVOCATION = (
    "không có danh sách thu hồi (CRL) hoặc trả lời OCSP dùng được; tình trạng thu hồi chưa biết, "
    "nên chữ ký chưa thể coi là hợp lệ."
)


def report_on(name: str, data: bytes, verdict: FileVerdict, *, at: datetime) -> VerdictReport:
    """What the report says of a file that was judged at an instant."""
    state, result, conclusion = _conclusion(verdict)
    unknown = any(s.code in REVOCATION_UNKNOWN for s in verdict.signatures)
    signatures = [
        _signature(f"Chữ ký {number}: {s.signer or 'không rõ người ký'}", s)
        for number, s in enumerate(verdict.signatures, 1)
    ]
    stamps = [_stamp(f"Dấu thời gian của tài liệu {number}", s) for number, s in enumerate(verdict.timestamps, 1)]
    return VerdictReport(
        state=state,
        result=result,
        conclusion=conclusion,
        facts=(
            ("Tên tệp", name),
            ("SHA-256", sha256(data).hexdigest()),
            ("Dung lượng", f"{len(data):,} byte".replace(",", ".")),
            ("Số chữ ký", str(len(verdict.signatures))),
            ("Kiểm tra lúc", _moment(at)),
            ("Căn cứ", "gốc tin cậy, danh sách thu hồi và trả lời OCSP có tại nơi kiểm tra; không tải gì từ mạng"),
        ),
        warnings=(_NO_REVOCATION,) if unknown else (),
        signatures=(*signatures, *stamps),
        made_at=at.astimezone(VIETNAM),
    )


def _conclusion(verdict: FileVerdict) -> tuple[State, str, str]:
    if not verdict.signatures:
        return "absent", "Không có chữ ký số", "Tệp không có chữ ký số nào."
    indications = [s.indication for s in verdict.signatures]
    if FAILED in indications:
        return (*_RESULTS[FAILED], f"{indications.count(FAILED)} trong {len(indications)} chữ ký không hợp lệ.")
    if all(indication == PASSED for indication in indications):
        return (
            *_RESULTS[PASSED],
            f"Cả {len(indications)} chữ ký đều hợp lệ." if len(indications) > 1 else "Chữ ký hợp lệ.",
        )
    unknown = len(indications) - indications.count(PASSED)
    return (*_RESULTS["INDETERMINATE"], f"{unknown} trong {len(indications)} chữ ký chưa xác định được là hợp lệ.")


def _signature(title: str, verdict: SignatureVerdict) -> ReportedSignature:
    state, result = _RESULTS[verdict.indication]
    checks = _checks(verdict)
    return ReportedSignature(
        title=title,
        state=state,
        result=result,
        sentence=f"{sentence(verdict)} Mã: {_code(verdict)}.",
        items=_items(verdict, checks),
        checks=checks,
        chain=tuple(_certificate(link) for link in verdict.chain or (verdict.certificate,) if link),
    )


def _stamp(title: str, verdict: SignatureVerdict) -> ReportedSignature:
    state, result = _RESULTS[verdict.indication]
    return ReportedSignature(
        title=title,
        state=state,
        result=result,
        sentence=f"{stamp_sentence(verdict)} Mã: {_code(verdict)}.",
        items=(),
        checks=tuple(check for at, check in enumerate(_checks(verdict, _OF_STAMPS)) if at not in {_LATER, _STAMP}),
        chain=tuple(_certificate(link) for link in verdict.chain or (verdict.certificate,) if link),
    )


def _checks(verdict: SignatureVerdict, states: Mapping[str, str] = _STATES) -> tuple[ReportedCheck, ...]:
    """Every check with its state; the one the verdict stopped at carries the reason."""
    notes = {"-": REASONS[verdict.code], "!": REASONS[verdict.code], "?": "không tách riêng được khỏi lý do đã nêu"}
    checks = [
        ReportedCheck(name, _SIGNS[sign], passed if sign == "+" else notes.get(sign, ""))
        for (name, passed), sign in zip(_CHECKS, states.get(verdict.code, _STATES[verdict.code]), strict=True)
    ]
    if verdict.stamped_by and checks[_STAMP].state in {"passed", "unknown"}:
        checks[_STAMP] = ReportedCheck(_CHECKS[_STAMP][0], "passed", f"do {verdict.stamped_by} cấp, tin cậy được")
    elif verdict.level not in _STAMPED and checks[_STAMP].state in {"passed", "unknown"}:
        checks[_STAMP] = _no_stamp(verdict.level)
    return tuple(checks)


def _no_stamp(level: str | None) -> ReportedCheck:
    name, _ = _CHECKS[_STAMP]
    if level is None:
        return ReportedCheck(name, "unknown", "chữ ký không theo PAdES; dấu thời gian không được xét riêng")
    return ReportedCheck(name, "absent", "thời gian ký do phần mềm của người ký ghi")


def _items(verdict: SignatureVerdict, checks: Sequence[ReportedCheck]) -> tuple[tuple[str, str], ...]:
    """The seven items, in the circular's order."""
    facts = verdict.certificate
    unread = "không đọc được từ chữ ký"
    signer = f"{facts.subject}; số sê-ri {facts.serial}" if facts else unread
    manager = (facts.organization or "chứng thư số không ghi") if facts else unread
    return (
        ("Tổ chức chứng thực", _spaced(facts.issuer) if facts else unread),
        ("Người ký", signer),
        ("Cơ quan quản lý chứng thư số", manager),
        ("Thời gian ký", _signing_time(verdict)),
        ("Tính toàn vẹn", _whole(checks)),
        ("Hiệu lực chứng thư số lúc ký", _validity(verdict, checks)),
        ("Thời hạn chứng thư số", _term(facts) if facts else unread),
    )


def _signing_time(verdict: SignatureVerdict) -> str:
    if verdict.signing_time is None:
        return "không đọc được từ chữ ký"
    source = f"theo dấu thời gian của {verdict.stamped_by}" if verdict.stamped_by else "theo thông tin ghi trong chữ ký"
    return f"{_moment(verdict.signing_time)}, {source}"


def _whole(checks: Sequence[ReportedCheck]) -> str:
    states = [checks[at].state for at in (_INTEGRITY, _STRUCTURE, _LATER)]
    if states == ["passed"] * 3:
        return "toàn vẹn: phần đã ký không thay đổi, sau đó chỉ có thay đổi được phép"
    reason = next(check.note for check in checks[:_STAMP] if check.state == "failed")
    return f"không toàn vẹn: {reason}"


def _validity(verdict: SignatureVerdict, checks: Sequence[ReportedCheck]) -> str:
    """Valid only where term and revocation were both looked at and found good."""
    term, revocation = checks[_TERM].state, checks[_REVOCATION].state
    if (term, revocation) == ("passed", "passed"):
        return "có hiệu lực: trong thời hạn, không bị thu hồi"
    if "failed" in (term, revocation):
        return f"không có hiệu lực: {REASONS[verdict.code]}"
    if revocation == "unknown":
        return f"chưa xác định: {REASONS[verdict.code]}"
    return "chưa xác định: chưa xét, vì một phép kiểm tra trước đó không đạt hoặc không xác định được"


def _certificate(facts: CertificateFacts) -> ReportedCertificate:
    return ReportedCertificate(
        subject=f"{facts.subject}; {facts.organization}" if facts.organization else facts.subject,
        issuer=_spaced(facts.issuer),
        serial=facts.serial,
        sha256=facts.sha256,
        term=_term(facts),
    )


def _term(facts: CertificateFacts) -> str:
    first, last = (
        instant.astimezone(VIETNAM).strftime("%d/%m/%Y %H:%M:%S") for instant in (facts.valid_from, facts.valid_to)
    )
    return f"từ {first} đến {last} (UTC+7)"


def _spaced(name: str) -> str:
    """A distinguished name that can be broken into lines where its parts meet."""
    return re.sub(r"(?<!\\),(?! )", ", ", name)


def _code(verdict: SignatureVerdict) -> str:
    parts = (str(verdict.code), verdict.indication, verdict.sub_indication, verdict.level and f"mức {verdict.level}")
    return ", ".join(part for part in parts if part)


def _moment(instant: datetime) -> str:
    return instant.astimezone(VIETNAM).strftime("%H:%M:%S ngày %d/%m/%Y (UTC+7)")
