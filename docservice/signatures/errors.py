"""What signing refuses."""

from docservice.core.errors import Conflict, Unavailable
from docservice.core.words import N_


class ConsentMoved(Conflict):
    code = "consent_moved"
    message = N_("Tệp trình ký đã thay đổi sau khi mở xem; xin đọc lại trước khi ký.")


class PersonHasNotSigned(Conflict):
    code = "person_has_not_signed"
    message = N_("Chưa có chữ ký số hợp lệ của người có thẩm quyền; chưa được ký số của cơ quan.")


class SignatureNotValid(Conflict):
    code = "signature_not_valid"
    message = N_("Chữ ký số không hợp lệ ({reason}); văn bản không được vào sổ, xin trả lại nơi gửi.")


class KeyUnavailable(Unavailable):
    code = "key_unavailable"
    message = N_("Không mở được khóa ký số.")


class StampUnavailable(Unavailable):
    code = "stamp_unavailable"
    message = N_("Dịch vụ cấp dấu thời gian không sẵn sàng; hệ thống sẽ tự thử lại.")
