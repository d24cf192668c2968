"""What exchange refuses."""

from docservice.core.errors import NotFound, Unavailable
from docservice.core.words import N_


class NothingHeld(NotFound):
    code = "nothing_held"
    message = N_("Không có gói tin nào đang bị giữ với mã này.")


class CalledBackEarly(Unavailable):
    """The call came before what it calls back: the job tries again."""

    code = "called_back_early"
    message = N_("Nơi gửi lấy lại một văn bản còn đang được kiểm tra; hệ thống sẽ tự xử lý lại.")
