"""What a person uploads is hostile until the gate has passed it: examined behind the fence, then named by its hash.

Until then they are in memory only, gone with the request: nothing is written to the store before the examination, and
what carries a secrecy stamp is refused and forgotten.
"""

import re
from dataclasses import dataclass
from functools import partial
from pathlib import PurePath

from docservice.core.errors import Invalid
from docservice.core.sandbox import Sandbox
from docservice.core.sandbox_errors import SandboxFailed
from docservice.core.words import N_, say
from docservice.core.work import Ports
from docservice.documents import storing
from signing.errors import SigningError
from signing.gate import examine as examine_pdf
from templates.errors import TemplatesError
from templates.office import examine_office
from templates.read import secrecy_stamp_in

PDF = "application/pdf"
DWG = "image/vnd.dwg"
# AutoCAD R11 to 2018. Nothing here opens a drawing: it travels beside the document, named by its hash.
_DRAWING = re.compile(rb"AC10(?:09|1[2458]|2[147]|32)")
LONGEST_NAME = 200

REASONS: dict[str, str] = {
    "not_known": N_("chỉ nhận tệp PDF, Word (.docx), Excel (.xlsx), OpenDocument (.odt) và bản vẽ AutoCAD (.dwg)"),
    "not_word": N_("cửa này nhận tệp Word (.docx)"),
    "not_pdf": N_("tệp không phải là PDF"),
    "empty": N_("tệp rỗng"),
    "pdf_empty": N_("tệp PDF không có trang nào"),
    "pdf_encrypted": N_("tệp PDF đặt mật khẩu; xin bỏ mật khẩu rồi tải lên lại"),
    "pdf_damaged": N_("tệp PDF bị hỏng; xin xuất lại từ phần mềm soạn thảo"),
    "pdf_unreadable": N_("không đọc được tệp PDF; xin xuất lại từ phần mềm soạn thảo"),
    "pdf_active_content": N_(
        "tệp PDF chứa nội dung tự chạy hoặc lấy từ tệp khác (script, liên kết mở tệp, hình lưu ở nơi khác)"
    ),
    "pdf_embedded_files": N_("tệp PDF có tệp khác nhúng bên trong"),
    "pdf_decompression_bomb": N_("tệp PDF phình quá lớn khi mở"),
    "pdf_too_complex": N_("tệp PDF quá phức tạp"),
    "pdf_too_large": N_("tệp quá lớn"),
    "pdf_too_many_pages": N_("tệp PDF có quá nhiều trang"),
    "pdf_image_too_large": N_("ảnh trong tệp PDF quá lớn"),
    "office_unreadable": N_("không đọc được tệp; xin mở bằng Word hoặc Excel và lưu lại"),
    "office_macros": N_("tệp có macro; xin lưu lại dạng .docx hoặc .xlsx không có macro"),
    "office_external": N_("tệp dẫn tới nội dung bên ngoài (liên kết, mẫu hoặc đối tượng nhúng); xin gỡ bỏ"),
    "office_too_large": N_("tệp phình quá lớn khi mở"),
    "secrecy_stamp": N_("trang đầu có dấu chỉ độ mật; văn bản mật không được đưa vào hệ thống này"),
    "sandbox_timeout": N_("đọc tệp quá lâu"),
    "sandbox_memory": N_("đọc tệp tốn quá nhiều bộ nhớ"),
    "sandbox_crashed": N_("tệp làm hỏng bộ đọc"),
}


class UploadRefused(Invalid):
    """`reason` is a code of `REASONS`."""

    code = "upload_refused"
    message = N_("Tệp “{name}” không được tiếp nhận: {reason}.")

    def sentence(self, language: str = "vi") -> str:
        reason = str(self.details["reason"])
        return say(self.message, language, name=self.details["name"], reason=say(REASONS.get(reason, reason), language))


@dataclass(frozen=True)
class Upload:
    """A file that passed: `name` without any folder, `media_type` by what its bytes are."""

    name: str
    sha256: str
    size: int
    media_type: str


def examine(ports: Ports, *, name: str, data: bytes) -> str:
    """The media type of bytes that may come in; raises `UploadRefused`."""
    name = safe_name(name)
    sandbox = ports[Sandbox]
    try:
        if data.lstrip()[:5] == b"%PDF-":
            _, stamp = sandbox.run_both(partial(examine_pdf, data), partial(secrecy_stamp_in, data))
            if stamp is not None:
                raise UploadRefused(name=name, reason="secrecy_stamp")
            return PDF
        if data[:4] == b"PK\x03\x04":
            return sandbox.run(examine_office, data)
        if _DRAWING.match(data):
            return DWG
    except (SigningError, TemplatesError, SandboxFailed) as error:
        raise UploadRefused(name=name, reason=error.code) from error
    raise UploadRefused(name=name, reason="not_known" if data else "empty")


def take_in(ports: Ports, *, name: str, data: bytes, is_scan: bool = False) -> Upload:
    """Examine and store; the row that names it is the caller's. Raises `UploadRefused`.

    A scan is what was received on paper: a PDF, which becomes an original with its row.
    """
    media_type = examine(ports, name=name, data=data)
    if is_scan and media_type != PDF:
        raise UploadRefused(name=safe_name(name), reason="not_pdf")
    stored = storing.put(ports, data)
    return Upload(safe_name(name), stored.key, stored.size, media_type)


def safe_name(name: str) -> str:
    """The last part of a name, printable and not too long."""
    last = PurePath(name.replace("\\", "/")).name
    printable = "".join(letter for letter in last if letter.isprintable()).strip()
    return printable[-LONGEST_NAME:] or "tep"
