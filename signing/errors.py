"""The library's errors: a code and parameters; sentences are the application's.

SigningError
├── GateRefused            the PDF is not acceptable
├── SlotWrong              a form field is missing, filled or locked
├── AlreadySigned          the signature field is taken
├── KeyUnusable            wrong password, wrong key, certificate not valid now
├── ImageRefused           a picture that no signature may show
├── BadSignatureValue      the returned value does not belong to certificate and document
├── TimeStampUnavailable   no time stamp could be had
├── ArchiveImpossible      the signatures cannot be made provable for later
├── AuthorityBroken        the demo authority's folder is not complete
├── TrustUnreadable        an anchor or a revocation list cannot be read
├── RevisionMissing        no such signature in the file, or its byte range names no revision
└── VerdictImpossible      the file is no readable PDF
"""


class SigningError(Exception):
    """Base: `code` in snake case, `params` for whoever words it."""

    def __init__(self, code: str, **params: str | int) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (type(self), self.code, self.params)


class GateRefused(SigningError):
    pass


class SlotWrong(SigningError):
    pass


class AlreadySigned(SigningError):
    pass


class KeyUnusable(SigningError):
    pass


class ImageRefused(SigningError):
    pass


class BadSignatureValue(SigningError):
    pass


class TimeStampUnavailable(SigningError):
    pass


class ArchiveImpossible(SigningError):
    pass


class AuthorityBroken(SigningError):
    pass


class TrustUnreadable(SigningError):
    pass


class RevisionMissing(SigningError):
    pass


class VerdictImpossible(SigningError):
    pass


def _rebuild(kind: type[SigningError], code: str, params: dict[str, str | int]) -> SigningError:
    return kind(code, **params)
