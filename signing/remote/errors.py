"""What can go wrong with a signing service, as a closed list: whoever words it needs no other."""

from enum import StrEnum

from signing.errors import SigningError


class RemoteCode(StrEnum):
    """Why a service did not do what was asked; `RemoteFailed.code` is one of these."""

    # Nothing arrived there: asking again asks nobody twice.
    UNREACHABLE = "remote_unreachable"
    # It may have arrived there, no answer came back.
    BROKEN_OFF = "remote_broken_off"
    TIMED_OUT = "remote_timed_out"
    BUSY = "remote_busy"
    REDIRECTS = "remote_redirects"
    TOO_LARGE = "remote_answer_too_large"
    UNREADABLE = "remote_answer_unreadable"
    # It can be read and makes no sense: more signatures than were asked for, a certificate that is none.
    WRONG = "remote_answer_wrong"
    # It does not know us: wrong client id or secret.
    LOCKED_OUT = "remote_locked_out"
    # It does not take the request as it is.
    NOT_TAKEN = "remote_not_taken"
    PERSON_REFUSED = "remote_person_refused"
    PIN_WRONG = "remote_pin_wrong"
    OTP_WRONG = "remote_otp_wrong"
    # A PIN or one-time password that was wrong once is not sent again.
    SECRET_USED = "remote_secret_used"  # noqa: S105 - a code
    # The confirmation was given and is used up or too old.
    CONFIRMATION_OVER = "remote_confirmation_over"
    CREDENTIAL_UNUSABLE = "remote_credential_unusable"
    CERTIFICATE_DIFFERS = "remote_certificate_differs"
    ALGORITHM_UNSUPPORTED = "remote_algorithm_unsupported"
    # More documents than one confirmation covers there.
    TOO_MANY = "remote_too_many"
    # The address in the settings is neither https nor this computer.
    INSECURE = "remote_insecure"


class RemoteFailed(SigningError):
    """A signing service did not do what was asked; `code` is a `RemoteCode`."""

    def __init__(self, code: str, **params: str | int) -> None:
        super().__init__(RemoteCode(code).value, **params)
