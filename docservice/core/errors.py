"""What can go wrong, as codes with a status and a sentence that says what to do next.

    DocError
    ├── NotFound     404   it is not there, or it is none of this person's business
    ├── NotAllowed   403   the person sees it and may not do this
    ├── Conflict     409   the facts have moved on
    ├── Invalid      422   the input is wrong; `details["field"]` names where
    ├── TooLarge     413
    └── Unavailable  503   a port does not answer

Slices subclass these; pages, the API and the command line render them in one place each.
"""

from typing import ClassVar

from docservice.core.words import N_, say


class DocError(Exception):
    """Base of every expected failure: `code` for programs, `message` (Vietnamese, marked) for people."""

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 500
    message: ClassVar[str] = N_("Có lỗi xảy ra.")

    def __init__(self, **details: str | int) -> None:
        super().__init__(self.code, details)
        self.details = details

    @property
    def retry_after(self) -> int | None:
        """Seconds after which asking again makes sense; None where waiting changes nothing."""
        return None

    def sentence(self, language: str = "vi") -> str:
        """The message with its details filled in."""
        return say(self.message, language, **self.details)

    def __str__(self) -> str:
        return f"{self.code}: {self.sentence()}"


class NotFound(DocError):
    code = "not_found"
    status = 404
    message = N_("Không tìm thấy.")


class NotAllowed(DocError):
    code = "not_allowed"
    status = 403
    message = N_("Chức vụ đang dùng không có quyền thực hiện việc này.")


class Conflict(DocError):
    code = "conflict"
    status = 409
    message = N_("Việc này không còn thực hiện được ở trạng thái hiện tại.")


class Invalid(DocError):
    code = "invalid"
    status = 422
    message = N_("Dữ liệu nhập chưa đúng.")


class TooLarge(DocError):
    code = "too_large"
    status = 413
    message = N_("Tệp quá lớn.")


class Unavailable(DocError):
    code = "unavailable"
    status = 503
    message = N_("Dịch vụ cần thiết tạm thời không sẵn sàng; xin thử lại sau ít phút.")

    @property
    def retry_after(self) -> int | None:
        return 30

    @property
    def reason(self) -> str:
        """What the driver or server underneath said, on one line for the log."""
        cause = self.__cause__
        return " ".join(str(getattr(cause, "orig", None) or cause or self.code).split())
