"""How reading a stranger's file fails, apart from the library's own errors: one tree, caught in one place."""

from docservice.core.errors import DocError, Unavailable
from docservice.core.words import N_


class SandboxFailed(DocError):
    """The function ended without an answer that can be trusted; `details["function"]` names it."""

    code = "sandbox_failed"
    status = 422
    message = N_("Không đọc được nội dung tệp. Hãy kiểm tra lại tệp hoặc yêu cầu bên gửi gửi lại.")


class SandboxCrashed(SandboxFailed):
    """The process died of a signal: a parser's memory error, or somebody who tried one."""

    code = "sandbox_crashed"
    message = N_("Tệp làm chương trình đọc dừng đột ngột nên không được tiếp nhận.")


class SandboxTimeout(SandboxFailed):
    """More wall or processor time than allowed."""

    code = "sandbox_timeout"
    message = N_("Đọc tệp quá lâu nên đã dừng. Tệp có thể quá phức tạp hoặc bị lỗi.")


class SandboxMemory(SandboxFailed):
    """More memory than allowed."""

    code = "sandbox_memory"
    message = N_("Tệp cần quá nhiều bộ nhớ để đọc nên không được tiếp nhận.")


class SandboxUnavailable(Unavailable):
    """No fence could be built here; nothing is read without one. `details["problem"]` is for the operator."""

    code = "sandbox_unavailable"
    message = N_("Máy chủ chưa lập được vùng cách ly để đọc tệp từ bên ngoài. Hãy báo quản trị viên.")
