"""The library's errors: a code and parameters; sentences are the application's.

TemplatesError
├── FormInvalid            a form value is wrong; `params["field"]` says where
├── ConversionFailed       the office process refused the document or gave up on it
├── ConverterUnavailable   no fenced office process can be started here
├── PdfUnreadable          a PDF cannot be read
├── OfficeRefused          an office file is not what may come in
├── FormRefused            the declaration of an agency's own form is not what it may be
├── WordPlaceMissing       a Word file has no line for number or date, or no signature block
└── PaperFailed            a system paper could not be set
"""


class TemplatesError(Exception):
    """Base: `code` in snake case, `params` for whoever words it."""

    def __init__(self, code: str, **params: str | int) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (type(self), self.code, self.params)


class FormInvalid(TemplatesError):
    pass


class ConversionFailed(TemplatesError):
    pass


class ConverterUnavailable(TemplatesError):
    pass


class PdfUnreadable(TemplatesError):
    pass


class OfficeRefused(TemplatesError):
    pass


class FormRefused(TemplatesError):
    pass


class WordPlaceMissing(TemplatesError):
    pass


class PaperFailed(TemplatesError):
    pass


def _rebuild(kind: type[TemplatesError], code: str, params: dict[str, str | int]) -> TemplatesError:
    return kind(code, **params)
