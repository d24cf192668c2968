"""The port to signers that answer minutes later: on a phone, in a SIM, at a remote service.

asked -> waiting on the phone -> signed | refused | timed out. An adapter asks once for each transaction, and is looked
at until it has an answer; what it knows of a transaction may die with its process, the rows do not.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Protocol

from cryptography import x509

from docservice.core.errors import Conflict, Invalid, NotFound, Unavailable
from docservice.core.words import N_, say
from signing.remote.csc import Credential, Grant

# The source of certificates whose keys are at the signing service.
REMOTE = "remote"


class State(StrEnum):
    """How far a transaction is, as its adapter knows."""

    # This process never asked, or no longer knows: the answer, if any, goes to nobody here.
    UNKNOWN = "unknown"
    WAITING = "waiting"
    CONFIRMED = "confirmed"
    SIGNED = "signed"
    ENDED = "ended"


@dataclass(frozen=True)
class Progress:
    """What an adapter knows of a transaction.

    `grant` comes with CONFIRMED, `values` with SIGNED (in the order asked, None where there is none), `code` with
    ENDED (a `RemoteCode`).
    """

    state: State
    grant: Grant | None = None
    values: tuple[bytes | None, ...] = field(default=(), repr=False)
    code: str | None = None


@dataclass(frozen=True)
class Ask:
    """What one confirmation is for: SHA-256 digests for one key; `seconds` is how long the person may take."""

    transaction: str
    credential_id: str
    certificate: x509.Certificate
    digests: tuple[bytes, ...]
    description: str
    seconds: float


class RemoteSigner(Protocol):
    @property
    def is_configured(self) -> bool: ...

    @property
    def resumes(self) -> bool:
        """Whether the service knows a transaction again: asking anew for the same one asks the person once."""
        ...

    @property
    def patience(self) -> timedelta:
        """How long a person may take."""
        ...

    def describe(self) -> str:
        """What the service calls itself, for `doctor`; raises `RemoteFailed`, `RemoteNotConfigured`."""
        ...

    def keys_of(self, user: str) -> tuple[Credential, ...]:
        """A person's keys there, by the name or number they are known by; raises as `describe`."""
        ...

    def begin(self, ask: Ask) -> None:
        """Ask the person; returns at once, never asks twice for a transaction it is asking for already."""
        ...

    def look(self, transaction: str) -> Progress:
        """How far it is; returns at once."""
        ...

    def sign(self, ask: Ask, grant: Grant) -> tuple[bytes, ...]:
        """The values for a confirmation, in order, unchecked and perhaps too few; raises `RemoteFailed`."""
        ...

    def drop(self, transaction: str) -> None:
        """Forget a transaction and break off what still waits for it."""
        ...


class RemoteNotConfigured(Unavailable):
    code = "remote_not_configured"
    message = N_("Chưa cấu hình dịch vụ ký từ xa (REMOTE_URL).")


class RemoteRequestNotFound(NotFound):
    code = "remote_request_not_found"
    message = N_("Không tìm thấy yêu cầu ký qua điện thoại.")


class NotAtTheService(Conflict):
    code = "not_at_the_service"
    message = N_("Văn bản này không chờ ký qua điện thoại.")


class RemoteRefusedKey(Invalid):
    code = "remote_refused_key"
    message = N_("Không dùng được khóa ở dịch vụ ký từ xa: {reason}.")

    def sentence(self, language: str = "vi") -> str:
        return say(self.message, language, reason=problem_sentence(str(self.details["reason"]), language))


# Why a request brought no signature, by its code (`RemoteCode`, and a few of this application).
PROBLEMS: Mapping[str, str] = {
    "remote_unreachable": N_("không kết nối được dịch vụ ký, chưa ai được hỏi"),
    "remote_broken_off": N_("kết nối tới dịch vụ ký bị đứt; nếu điện thoại vẫn hiện yêu cầu thì hãy từ chối"),
    "remote_timed_out": N_("không có trả lời trong thời hạn"),
    "remote_busy": N_("dịch vụ ký đang bận hoặc bảo trì"),
    "remote_redirects": N_("dịch vụ ký chuyển hướng sang địa chỉ khác, đã bị từ chối"),
    "remote_answer_too_large": N_("câu trả lời của dịch vụ ký quá lớn"),
    "remote_answer_unreadable": N_("không đọc được câu trả lời của dịch vụ ký"),
    "remote_answer_wrong": N_("câu trả lời của dịch vụ ký không hợp lý"),
    "remote_locked_out": N_("dịch vụ ký không nhận tài khoản của hệ thống này; xin báo quản trị hệ thống"),
    "remote_not_taken": N_("dịch vụ ký không nhận yêu cầu"),
    "remote_person_refused": N_("người ký từ chối trên điện thoại"),
    "remote_pin_wrong": N_("sai mã PIN"),
    "remote_otp_wrong": N_("sai mã OTP"),
    "remote_secret_used": N_("mã này đã sai một lần nên không gửi lại"),
    "remote_confirmation_over": N_("xác nhận đã dùng hết hoặc quá hạn; xin ký lại"),
    "remote_credential_unusable": N_("khóa không hoạt động hoặc không xác nhận bằng điện thoại"),
    "remote_certificate_differs": N_("chứng thư số ở dịch vụ ký khác với chứng thư số đã đăng ký"),
    "remote_algorithm_unsupported": N_("khóa không có thuật toán được chấp nhận"),
    "remote_too_many": N_("quá số văn bản của một lần xác nhận"),
    "remote_insecure": N_("địa chỉ dịch vụ ký không an toàn (cần https)"),
    "signature_value_wrong": N_("giá trị chữ ký trả về không thuộc chứng thư số đã đăng ký"),
    "signature_missing": N_("dịch vụ ký không trả về chữ ký cho văn bản này"),
    "not_custodian": N_("thiết bị lưu khóa bí mật của cơ quan đã được giao cho người khác"),
    "signing_over": N_("lần ký của văn bản này đã kết thúc trước khi có chữ ký"),
}


def problem_sentence(code: str, language: str = "vi") -> str:
    """A code in words; the code itself when it has none."""
    return say(PROBLEMS[code], language) if code in PROBLEMS else code
