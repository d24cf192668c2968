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
    message = N_("Văn bản chỉ vào sổ được khi chữ ký số được xác nhận là hợp lệ. {reason}")


class KeyUnavailable(Unavailable):
    code = "key_unavailable"
    message = N_("Không mở được khóa ký số.")


class StampUnavailable(Unavailable):
    code = "stamp_unavailable"
    message = N_("Dịch vụ cấp dấu thời gian không sẵn sàng; hệ thống sẽ tự thử lại.")


class StampAwaited(Conflict):
    code = "stamp_awaited"
    message = N_("Đã ký, chờ dấu thời gian: hệ thống sẽ tự lấy dấu thời gian; xin phát hành sau.")


class ListsUnavailable(Unavailable):
    code = "lists_unavailable"
    message = N_("Không lấy được danh sách thu hồi: {urls}.")


# Why a file may not be signed, by the gate's code.
UNFIT: dict[str, str] = {
    "pdf_hidden_content": N_(
        "Tệp trình ký có nội dung ẩn (lớp tắt hoặc ghi chú ẩn); xin xuất lại tệp rồi trình ký lại."
    ),
    "pdf_field_differs": N_(
        "Tệp trình ký có ô nhập mà giá trị khác với hình hiện ra; xin xuất lại tệp rồi trình ký lại."
    ),
    "pdf_covered_text": N_("Tệp trình ký có chữ bị hình che; xin xuất lại tệp rồi trình ký lại."),
    "pdf_unused_content": N_("Tệp trình ký chứa trang hoặc hình không dùng tới; xin xuất lại tệp rồi trình ký lại."),
    "pdf_embedded_files": N_("Tệp trình ký có tệp khác nhúng bên trong; xin gửi tệp đó thành phụ lục kèm theo."),
    "pdf_annotations": N_("Tệp trình ký có ghi chú hoặc dấu dán; xin xuất lại tệp rồi trình ký lại."),
    "pdf_open_fields": N_("Tệp trình ký có ô còn sửa được; xin xuất lại tệp rồi trình ký lại."),
    "pdf_active_content": N_("Tệp trình ký chứa nội dung tự chạy; xin xuất lại tệp rồi trình ký lại."),
}


class NothingToSign(Conflict):
    code = "nothing_to_sign"
    message = N_("Không có văn bản nào đang chờ ký bằng thiết bị.")


class SigningOver(Conflict):
    code = "signing_over"
    message = N_("Lần ký này đã kết thúc; xin mở lại văn bản để xem kết quả.")


class SignatureValueWrong(Conflict):
    code = "signature_value_wrong"
    message = N_("Giá trị chữ ký trả về không thuộc chứng thư số đã đăng ký; văn bản chưa được ký.")


class CertificateUnusable(Conflict):
    code = "certificate_unusable"
    message = N_("Chứng thư số đã đăng ký không dùng được để ký; xin đăng ký lại.")
