"""What documents refuse."""

from docservice.core.errors import Conflict, Invalid, NotFound
from docservice.core.words import N_


class DocumentNotFound(NotFound):
    code = "document_not_found"
    message = N_("Không tìm thấy văn bản.")


class RevisionMoved(Conflict):
    code = "revision_moved"
    message = N_("Văn bản đã được người khác cập nhật (lần {now}); xin tải lại trước khi thao tác.")


class WrongState(Conflict):
    code = "wrong_state"
    message = N_("Không thể thực hiện việc này: văn bản đang ở bước “{status}”.")


class DatePrecedesSeries(Conflict):
    code = "date_precedes_series"
    message = N_("Ngày {day} sớm hơn ngày của số gần nhất trong sổ ({last}).")


class RegisterAlreadyOpen(Conflict):
    code = "register_already_open"
    message = N_("Sổ {series} năm {year} đã mở.")


class RegisterNotOpen(Conflict):
    code = "register_not_open"
    message = N_("Sổ {series} năm {year} chưa mở; quản trị viên cần mở sổ và nhập số cuối cùng đã dùng.")


class FormValueWrong(Invalid):
    code = "form_value_wrong"
    message = N_("Mục “{field}” chưa đúng ({reason}).")


class KindUnknown(Invalid):
    code = "kind_unknown"
    message = N_("Chưa có mẫu cho loại văn bản “{kind}”.")


class SlotMissing(Conflict):
    code = "slot_missing"
    message = N_("Mẫu văn bản thiếu vị trí “{mark}” cho số, ngày hoặc chữ ký.")
