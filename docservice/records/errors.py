"""What records refuse."""

from docservice.core.errors import Conflict, Invalid, NotFound
from docservice.core.words import N_


class CaseFileNotFound(NotFound):
    code = "case_file_not_found"
    message = N_("Không tìm thấy hồ sơ.")


class CaseFileClosed(Conflict):
    code = "case_file_closed"
    message = N_("Hồ sơ đã kết thúc, không thêm văn bản được nữa.")


class CaseFileEmpty(Conflict):
    code = "case_file_empty"
    message = N_("Hồ sơ chưa có văn bản nào.")


class CaseFileUnfinished(Conflict):
    code = "case_file_unfinished"
    message = N_("Còn {count} văn bản trong hồ sơ chưa giải quyết xong.")


class CaseFileNotClosed(Conflict):
    code = "case_file_not_closed"
    message = N_("Hồ sơ chưa kết thúc, hoặc đã nộp lưu.")


class AlreadyAnswered(Conflict):
    code = "already_answered"
    message = N_("Yêu cầu này đã được trả lời.")


class PurposeMissing(Invalid):
    code = "purpose_missing"
    message = N_("Xin ghi mục đích khai thác.")
