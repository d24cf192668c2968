"""A library's verdict as facts that are kept, and as a sentence an official understands."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter

from docservice.core.clock import VIETNAM
from docservice.core.words import N_, say
from docservice.signatures.additions import added_after
from signing.errors import TrustUnreadable
from signing.verdict import FileVerdict, SignatureVerdict, VerdictCode

PASSED = "TOTAL-PASSED"

_VERDICT = TypeAdapter(FileVerdict)

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


def from_facts(kept: Mapping[str, Any]) -> FileVerdict:
    """The library's verdict again, from what `as_facts` made of it."""
    return _VERDICT.validate_python({part: kept[part] for part in ("signatures", "timestamps")})


def sentence(verdict: SignatureVerdict, language: str = "vi") -> str:
    """One sentence about one signature, in its reader's language."""
    return sentence_of(_plain(verdict), language)


def stamp_sentence(verdict: SignatureVerdict, language: str = "vi") -> str:
    """One sentence about one document time stamp, in its reader's language."""
    return stamp_sentence_of(_plain(verdict), language)


def stamp_sentence_of(kept: Mapping[str, Any], language: str = "vi") -> str:
    """The sentence about a document time stamp from its kept facts (an entry of `as_facts`)."""
    values = _values(kept, language, N_("không rõ nơi cấp"))
    return say(_STAMP_SENTENCES[kept["indication"]], language, **values)


def sentence_of(kept: Mapping[str, Any], language: str = "vi") -> str:
    """The sentence about a signature from its kept facts (an entry of `as_facts`)."""
    values = _values(kept, language, N_("không rõ người ký"))
    pages = [change.removeprefix("page:") for change in kept["changes"] if change.startswith("page:")]
    if pages and kept["indication"] != PASSED:
        return say(_PAGES_CHANGED, language, pages=", ".join(pages), signer=values["signer"])
    if kept["indication"] == PASSED and (added := added_after(kept, language)):
        return say(_FILLED_IN, language, added=added, **values)
    return say(_SENTENCES[kept["indication"]], language, **values)


def _values(kept: Mapping[str, Any], language: str, nobody: str) -> dict[str, str]:
    when = datetime.fromisoformat(kept["signing_time"]).astimezone(VIETNAM) if kept["signing_time"] else None
    return {
        "signer": _named(kept) or say(nobody, language),
        "time": when.strftime("%H:%M:%S") if when else "--",
        "day": when.strftime("%d/%m/%Y") if when else "--",
        "reason": say(REASONS.get(kept["code"], kept["code"]), language),
    }


def _named(kept: Mapping[str, Any]) -> str | None:
    """The signer with title and body, as the certificate names them."""
    signer: str | None = kept["signer"]
    facts = kept["certificate"] or {}
    office = " ".join(filter(None, (facts.get("title"), facts.get("organization"))))
    return f"{signer}, {office}" if office and facts["organization"] != signer else signer


# Why a signature is not simply valid, as its reader needs it; one for each `VerdictCode`.
REASONS: dict[str, str] = {
    VerdictCode.VALID: N_("nội dung không thay đổi sau khi ký"),
    VerdictCode.BYTES_CHANGED: N_("nội dung đã ký bị thay đổi"),
    VerdictCode.SIGNATURE_WRONG: N_("giá trị chữ ký không khớp với chứng thư số"),
    VerdictCode.STRUCTURE_WRONG: N_("cấu trúc chữ ký sai hoặc chữ ký không bao trùm phần đã ký"),
    VerdictCode.BYTE_RANGE_WRONG: N_("phạm vi chữ ký khai không đúng phần tệp đã ký"),
    VerdictCode.ATTRIBUTES_WRONG: N_("các thuộc tính được ký sai quy cách"),
    VerdictCode.FORMAT_UNSUPPORTED: N_("định dạng chữ ký không được hỗ trợ"),
    VerdictCode.CHANGED_AFTER_SIGNING: N_("tệp bị thay đổi sau khi ký"),
    VerdictCode.FIELD_CHANGED_AFTER_SIGNING: N_("số hoặc ngày bị sửa sau khi ký"),
    VerdictCode.COVERED_AFTER_SIGNING: N_("một ô chữ ký thêm sau che mất nội dung đã ký"),
    VerdictCode.CERTIFICATE_MISSING: N_("chữ ký không kèm chứng thư số của người ký"),
    VerdictCode.CERTIFICATE_SWAPPED: N_("chứng thư số trong tệp không phải chứng thư số người ký đã dùng"),
    VerdictCode.SIGNER_UNKNOWN: N_("chứng thư số không thuộc cơ quan chứng thực nào được tin cậy"),
    VerdictCode.REVOCATION_UNKNOWN: N_(
        "chưa kiểm tra được tình trạng thu hồi chứng thư số; hệ thống sẽ tự kiểm tra lại"
    ),
    VerdictCode.REVOKED: N_("chứng thư số đã bị thu hồi"),
    VerdictCode.EXPIRED: N_("chứng thư số đã hết hạn lúc ký hoặc không rõ ký trước khi hết hạn"),
    VerdictCode.NOT_YET_VALID: N_("chứng thư số chưa có hiệu lực lúc ký"),
    VerdictCode.ALGORITHM_WEAK: N_("thuật toán hoặc độ dài khóa không còn an toàn"),
    VerdictCode.TIME_STAMP_WRONG: N_("dấu thời gian không tin cậy được"),
    VerdictCode.STAMPER_UNKNOWN: N_("dấu thời gian do nơi không được tin cậy cấp"),
    VerdictCode.STAMPER_REVOCATION_UNKNOWN: N_(
        "chưa kiểm tra được tình trạng thu hồi chứng thư số của nơi cấp dấu thời gian; hệ thống sẽ tự kiểm tra lại"
    ),
    VerdictCode.STAMPER_REVOKED: N_("chứng thư số của nơi cấp dấu thời gian đã bị thu hồi"),
    VerdictCode.STAMPER_EXPIRED: N_("chứng thư số của nơi cấp dấu thời gian đã hết hạn"),
    VerdictCode.STAMPER_UNSUITABLE: N_("chứng thư số hoặc thuật toán của dấu thời gian không dùng được cho việc này"),
    VerdictCode.TIME_IN_FUTURE: N_("thời điểm ký khai muộn hơn thời điểm kiểm tra"),
    VerdictCode.CERTIFICATE_UNSUITABLE: N_("chứng thư số không dùng được cho việc này"),
}

# Why a file has no verdict at all, by the library's or the fence's code.
_UNREADABLE: dict[str, str] = {
    "file_unreadable": N_("không mở được tệp; xin kiểm tra đường dẫn và quyền đọc"),
    "file_too_large": N_("tệp lớn hơn 256 MB; xin tách thành nhiều tệp"),
    "sandbox_unavailable": N_("máy này chưa lập được vùng cách ly để đọc tệp từ bên ngoài; xin báo quản trị viên"),
    "pdf_unreadable": N_("không phải tệp PDF đọc được; xin yêu cầu nơi gửi gửi lại"),
    "pdf_encrypted": N_("tệp PDF đặt mật khẩu hoặc mã hóa; xin yêu cầu nơi gửi gửi bản không mã hóa"),
    "trust_unreadable": N_("không đọc được cấu hình gốc tin cậy; xin kiểm tra các tệp đã khai"),
    "anchor_missing": N_("thiếu chứng thư số của một gốc tin cậy đã khai"),
}
_GIVEN_UP = N_("không đọc được nội dung tệp trong giới hạn cho phép; xin yêu cầu nơi gửi gửi lại")


def unreadable(code: str | None, language: str = "vi") -> str:
    """What to tell somebody whose file has no verdict."""
    reason = say(_UNREADABLE.get(code or "", _GIVEN_UP), language)
    return say(N_("không kiểm tra được: {reason}."), language, reason=reason)


_ANCHOR_MISSING = N_("trust.toml nêu dấu vân tay {sha256} mà không tệp nào trong thư mục có chứng thư số ấy.")
_FILE_UNREAD, _FILE_WRONG = N_("Không đọc được {file}."), N_("Không đọc được {file}: {reason}.")
# What `load_trust` could not understand of the operator's settings.
_WRONG_IN_TRUST: dict[str, str] = {
    "not_text": N_("tệp không ghi bằng bảng mã UTF-8"),
    "cut_short": N_("nội dung dừng giữa chừng ở cuối tệp"),
    "wrong_in_line": N_("dòng {where} viết sai cú pháp TOML"),
    "word_unknown": N_("không có mục nào tên là {where}; xin sửa tên hoặc bỏ đi"),
    "word_missing": N_("thiếu mục {where}"),
    "value_wrong": N_(
        "mục {where} ghi sai kiểu; ngày ghi như 2026-01-31 và số bit ghi như 2048, không có dấu nháy; "
        "các mục khác ghi trong dấu nháy"
    ),
    "no_table": N_("mỗi phần {where} phải mở đầu bằng dòng [[{where}]]"),
}


def trust_problem(error: TrustUnreadable, language: str = "vi") -> str:
    """Which of the operator's trust files to mend, and where in it."""
    if error.code == "anchor_missing":
        return say(_ANCHOR_MISSING, language, sha256=error.params["sha256"])
    file = error.params["file"]
    if "reason" not in error.params:
        return say(_FILE_UNREAD, language, file=file)
    reason = say(_WRONG_IN_TRUST[str(error.params["reason"])], language, where=error.params.get("where", ""))
    return say(_FILE_WRONG, language, file=file, reason=reason)


_PAGES_CHANGED = N_("Không hợp lệ: trang {pages} đã bị thay đổi sau chữ ký của {signer}.")
_FILLED_IN = N_(
    "Hợp lệ: {signer}, ký lúc {time} ngày {day}; nội dung không thay đổi sau khi ký, chỉ ghi thêm vào chỗ chữ ký này "
    "để trống: {added}."
)
_SENTENCES = {
    PASSED: N_("Hợp lệ: {signer}, ký lúc {time} ngày {day}; nội dung không thay đổi sau khi ký."),
    "TOTAL-FAILED": N_("Không hợp lệ: chữ ký của {signer} ({reason})."),
    "INDETERMINATE": N_("Chưa xác định: {reason}. Người ký: {signer}."),
}
_STAMP_SENTENCES = {
    PASSED: N_("Dấu thời gian hợp lệ: {signer} cấp lúc {time} ngày {day}; nội dung không thay đổi sau đó."),
    "TOTAL-FAILED": N_("Dấu thời gian không hợp lệ: do {signer} cấp ({reason})."),
    "INDETERMINATE": N_("Dấu thời gian chưa xác định: do {signer} cấp ({reason})."),
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
