"""What records refuse."""

from docservice.core.errors import Conflict, NotFound
from docservice.core.words import N_


class CaseFileNotFound(NotFound):
    code = "case_file_not_found"
    message = N_("Không tìm thấy hồ sơ.")


class CaseFileClosed(Conflict):
    code = "case_file_closed"
    message = N_("Hồ sơ đã kết thúc, không thêm văn bản được nữa.")
