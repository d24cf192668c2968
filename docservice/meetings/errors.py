"""What meetings refuse."""

from docservice.core.errors import Invalid, NotFound
from docservice.core.words import N_


class MeetingNotFound(NotFound):
    code = "meeting_not_found"
    message = N_("Không tìm thấy cuộc họp.")


class MeetingIncomplete(Invalid):
    code = "meeting_incomplete"
    message = N_("Xin nhập tên, địa điểm cuộc họp và nội dung.")
