"""What meetings refuse."""

from docservice.core.errors import NotFound
from docservice.core.words import N_


class MeetingNotFound(NotFound):
    code = "meeting_not_found"
    message = N_("Không tìm thấy cuộc họp.")
