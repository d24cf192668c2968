"""What the checker found, in sentences: where, what is wrong, how to mend it, and whether one click can."""

from collections.abc import Mapping
from typing import Any

from docservice.core.errors import Invalid
from docservice.core.words import N_, say
from docservice.documents.check_body_sentences import BODY
from docservice.documents.check_foot_sentences import FOOT
from docservice.documents.check_head_sentences import HEAD
from templates.checker.model import Finding
from templates.checker.rules import RULES, Rule

PARTS: Mapping[str, str] = {
    "nation": N_("Quốc hiệu"),
    "motto": N_("Tiêu ngữ"),
    "superior": N_("Tên cơ quan chủ quản"),
    "issuer": N_("Tên cơ quan ban hành"),
    "number": N_("Số, ký hiệu"),
    "date": N_("Địa danh và thời gian ban hành"),
    "kind_name": N_("Tên loại văn bản"),
    "subject": N_("Trích yếu"),
    "letter_subject": N_("Trích yếu công văn"),
    "citation": N_("Căn cứ"),
    "body": N_("Nội dung"),
    "capacity": N_("Quyền hạn, chức vụ người ký"),
    "signer": N_("Họ tên người ký"),
    "signer_title": N_("Chức vụ khác của người ký"),
    "addressee": N_("Kính gửi"),
    "recipients_title": N_("Dòng “Nơi nhận”"),
    "recipients": N_("Danh sách nơi nhận"),
    "authority": N_("Thẩm quyền ban hành"),
    "enacts": N_("Dòng quyết định, quyết nghị"),
    "division": N_("Phần, chương, mục"),
    "division_title": N_("Tiêu đề phần, chương, mục"),
    "section": N_("Tiêu đề mục lớn"),
    "article": N_("Điều"),
    "annex_title": N_("“Phụ lục” và số thứ tự"),
    "annex_name": N_("Tên Phụ lục"),
    "annex_reference": N_("Chỉ dẫn kèm theo"),
    "urgency": N_("Dấu chỉ mức độ khẩn"),
    "circulation": N_("Chỉ dẫn phạm vi lưu hành"),
    "drafter": N_("Ký hiệu người soạn thảo"),
    "address": N_("Địa chỉ cơ quan"),
    "copy_form": N_("Hình thức sao"),
}

# What is wrong with a component's letters, by the fault and by what was wanted; and how to mend it.
_FAULTS: Mapping[tuple[str, str], tuple[str, str]] = {
    ("size", ""): (N_("{part}: cỡ chữ {found}; quy định {wanted}: “{what}”."), N_("Đặt lại cỡ chữ.")),
    ("weight", "yes"): (N_("{part} không đậm: “{what}”."), N_("Dùng chữ đậm.")),
    ("weight", "no"): (N_("{part} viết đậm: “{what}”."), N_("Bỏ chữ đậm.")),
    ("slant", "yes"): (N_("{part} không nghiêng: “{what}”."), N_("Dùng chữ nghiêng.")),
    ("slant", "no"): (N_("{part} viết nghiêng: “{what}”."), N_("Dùng chữ đứng.")),
    ("capitals", "yes"): (N_("{part} không viết in hoa: “{what}”."), N_("Viết bằng chữ in hoa.")),
    ("capitals", "no"): (N_("{part} viết in hoa: “{what}”."), N_("Viết bằng chữ in thường.")),
    ("align", ""): (N_("{part} không canh giữa: “{what}”."), N_("Canh giữa dòng này.")),
}
_CAPITAL = (
    N_("Viết “{found}”; quy tắc viết hoa là “{wanted}”: “{what}”."),
    N_("Sửa thành “{wanted}”."),
)
SINGLE: Mapping[str, tuple[str, str]] = {**HEAD, **BODY, **FOOT}
_WHERE: Mapping[tuple[bool, bool, bool], str] = {
    (True, True, True): N_("Trang {page}, đoạn {paragraph}, cụm chữ {run}: "),
    (True, True, False): N_("Trang {page}, đoạn {paragraph}: "),
    (False, True, True): N_("Đoạn {paragraph}, cụm chữ {run}: "),
    (False, True, False): N_("Đoạn {paragraph}: "),
    (True, False, False): N_("Trang {page}: "),
}
_MORE = N_(" (và {more} chỗ nữa)")
_ONE_CLICK = N_(" (--fix sửa được)")

_UNREADABLE: Mapping[str, str] = {
    "office_unreadable": N_("Không đọc được tệp: không phải DOCX hay PDF hợp lệ."),
    "office_too_large": N_("Tệp nặng quá giới hạn kiểm tra."),
    "office_macros": N_("Tệp có macro nên không được đọc."),
    "office_external": N_("Tệp gọi nội dung từ bên ngoài nên không được đọc."),
    "pdf_encrypted": N_("Tệp PDF có mật khẩu hoặc bị khóa quyền. Hãy bỏ khóa rồi kiểm tra lại."),
    "pdf_too_many_pages": N_("Tệp PDF có quá nhiều trang."),
    "pdf_without_text": N_("Tệp PDF là ảnh quét, không có chữ để kiểm tra."),
    "pdf_turned": N_("Chữ trên các trang PDF nằm ngang hoặc lộn ngược. Hãy xoay trang rồi kiểm tra lại."),
    "pdf_unreadable": N_("Không đọc được tệp PDF: tệp bị hỏng. Hãy xuất lại từ phần mềm soạn thảo."),
    "font_missing": N_("Máy này thiếu phông chữ để đo."),
    "file_unreadable": N_("Không mở được tệp: không có tệp này hoặc không được phép đọc."),
    "sandbox_timeout": N_(
        "Đọc tệp quá lâu nên đã dừng. Hãy chép nội dung sang một tệp mới (kiểu và danh sách thừa sẽ bớt) hoặc tách "
        "thành nhiều tệp."
    ),
    "sandbox_memory": N_(
        "Đọc tệp tốn quá nhiều bộ nhớ nên đã dừng. Hãy chép nội dung sang một tệp mới hoặc tách thành nhiều tệp."
    ),
    "sandbox_crashed": N_(
        "Tệp làm bộ đọc dừng đột ngột. Hãy mở bằng phần mềm soạn thảo rồi lưu hoặc xuất thành tệp mới."
    ),
    "sandbox_failed": N_(
        "Tệp có chỗ bộ đọc không hiểu. Hãy mở bằng phần mềm soạn thảo rồi lưu hoặc xuất thành tệp mới."
    ),
}
_ANY_UNREADABLE = N_("Không đọc được tệp.")


class FormUnreadable(Invalid):
    """A draft whose file cannot be read; `reason` is a code of `unreadable`."""

    code = "form_unreadable"
    message = N_("Không kiểm tra được thể thức: {reason} Xin lưu lại tệp bằng Word rồi tải lên.")

    def sentence(self, language: str = "vi") -> str:
        return say(self.message, language, reason=unreadable(str(self.details["reason"]), language))


def sentences_of(rule: Rule, wanted: str = "") -> tuple[str, str]:
    """The marked sentences of a rule: what is wrong, how to mend it; `wanted` is yes or no where that matters."""
    if rule.fault:
        return _FAULTS.get((rule.fault, wanted)) or _FAULTS[rule.fault, ""]
    return SINGLE.get(rule.code, _CAPITAL)


def facts_of(finding: Finding, language: str = "vi") -> dict[str, Any]:
    """A finding as JSON values, in its reader's language."""
    rule = RULES[finding.rule]
    wrong, mend = told(finding, language)
    return {
        "rule": rule.code,
        "component": rule.component,
        "severity": rule.severity,
        "legal_basis": rule.legal_basis,
        "page": finding.page,
        "text": where(finding, language) + wrong,
        "fix": mend + (say(_ONE_CLICK, language) if finding.edits else ""),
    }


def told(finding: Finding, language: str = "vi") -> tuple[str, str]:
    """What is wrong and how to mend it, without the place."""
    rule = RULES[finding.rule]
    wrong, mend = sentences_of(rule, finding.params.get("wanted", ""))
    values: dict[str, str] = {"what": "", "found": "", "wanted": "", **finding.params}
    if rule.part:
        values["part"] = say(PARTS[rule.part], language)
    more = say(_MORE, language, more=values["more"]) if "more" in values else ""
    return say(wrong, language).format(**values) + more, say(mend, language).format(**values)


def where(finding: Finding, language: str = "vi") -> str:
    """The place of a finding as a sentence's beginning; empty when it is about the whole file."""
    told = (finding.page is not None, finding.paragraph is not None, finding.run is not None)
    pattern = _WHERE.get(told)
    if pattern is None:
        return ""
    return say(pattern, language, page=finding.page, paragraph=finding.paragraph, run=finding.run)


def unreadable(code: str, language: str = "vi") -> str:
    """Why a file was not checked."""
    return say(_UNREADABLE.get(code, _ANY_UNREADABLE), language)
