"""What meetings refuse."""

from docservice.core.errors import Conflict, NotFound
from docservice.core.words import N_


class MeetingNotFound(NotFound):
    code = "meeting_not_found"
    message = N_("Không tìm thấy cuộc họp.")


class NothingTabled(Conflict):
    code = "nothing_tabled"
    message = N_("Cuộc họp chưa có tài liệu nào để đóng thành bộ.")
