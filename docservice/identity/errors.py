"""What identity refuses."""

from docservice.core.errors import Conflict, Invalid, NotAllowed, NotFound
from docservice.core.words import N_, say


class AgencyUnknown(NotFound):
    code = "agency_unknown"
    message = N_("Không có cơ quan mang mã {code} trong hệ thống.")


class PostNotHeld(NotAllowed):
    code = "post_not_held"
    message = N_("Người dùng không giữ chức vụ này vào ngày hôm nay.")


class NoSigningAuthority(NotAllowed):
    code = "no_signing_authority"
    message = N_("Chức vụ này không có thẩm quyền ký loại văn bản này vào ngày {day}; xin chọn người ký khác.")


class NotCustodian(NotAllowed):
    code = "not_custodian"
    message = N_("Chỉ người đang được giao quản lý thiết bị lưu khóa bí mật mới được ký số của cơ quan.")


class NoCertificate(Conflict):
    code = "no_certificate"
    message = N_("{owner} chưa có chứng thư số còn hiệu lực được đăng ký.")


class SignInWrong(NotAllowed):
    code = "sign_in_wrong"
    message = N_("Tên đăng nhập hoặc mật khẩu chưa đúng.")


class TooManyTries(NotAllowed):
    code = "too_many_tries"
    status = 429
    message = N_("Đã thử sai quá nhiều lần; xin chờ {minutes} phút rồi thử lại.")

    @property
    def retry_after(self) -> int | None:
        return int(self.details["minutes"]) * 60


class PasswordTooShort(Invalid):
    code = "password_too_short"
    message = N_("Mật khẩu cần ít nhất {least} ký tự.")


class LoginTaken(Invalid):
    code = "login_taken"
    message = N_("Tên đăng nhập {login} đã được dùng.")


class CodeTaken(Invalid):
    code = "agency_code_taken"
    message = N_("Mã định danh {code} đã được dùng.")


class PeriodWrong(Invalid):
    code = "period_wrong"
    message = N_("Ngày kết thúc phải sau ngày bắt đầu.")


AUTHORITY_REASONS = {
    "capacity_unknown": N_("tư cách ký này không có trong quy định"),
    "collective": N_("cần tên tập thể đứng sau TM."),
    "head_title": N_("cần chức vụ của người đứng đầu đứng sau KT., TL. hoặc TUQ."),
    "ends": N_("ký thừa ủy quyền phải có ngày hết hạn"),
    "limited": N_("ký thừa ủy quyền phải nêu rõ loại văn bản được ký"),
    "basis": N_("cần văn bản làm căn cứ (quy chế làm việc, văn bản ủy quyền)"),
    "post": N_("chức vụ này không được ký với tư cách đó (Điều 13 Nghị định 30/2020/NĐ-CP)"),
    "reason": N_("cần ghi lý do thu hồi"),
    "not_passed_on": N_("chỉ quyền ký thừa lệnh được giao tiếp, một lần, cho cấp phó cùng đơn vị"),
}


class AuthorityIncomplete(Invalid):
    """`reason` is a code of `AUTHORITY_REASONS` (Decree 30/2020, article 13)."""

    code = "authority_incomplete"
    message = N_("Không ghi được thẩm quyền ký: {reason}.")

    def sentence(self, language: str = "vi") -> str:
        reason = str(self.details["reason"])
        return say(self.message, language, reason=say(AUTHORITY_REASONS.get(reason, reason), language))


class AuthorityUnknown(NotFound):
    code = "authority_unknown"
    message = N_("Không tìm thấy thẩm quyền ký này, hoặc nó đã hết hiệu lực.")


class FieldUnknown(Invalid):
    code = "field_of_work_unknown"
    message = N_("Xin chọn hoặc nhập lĩnh vực công tác của cơ quan.")


class FieldNotCovered(NotAllowed):
    code = "field_not_covered"
    message = N_(
        "Người ký được phân công ký theo lĩnh vực, không gồm lĩnh vực của văn bản này ({field}); "
        "xin chọn người ký khác."
    )


class HandOverIncomplete(Invalid):
    code = "hand_over_incomplete"
    message = N_("Xin ghi đủ thiết bị, văn bản cho phép và biên bản bàn giao (Điều 32 Nghị định 30/2020/NĐ-CP).")


class CertificateKnown(Conflict):
    code = "certificate_known"
    message = N_("Chứng thư số này đã được đăng ký (số sê-ri {serial}).")
