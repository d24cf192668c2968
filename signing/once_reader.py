"""pyHanko's reader, but every state of an object is parsed once however many revisions ask for it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

from pyhanko.pdf_utils.generic import Reference
from pyhanko.pdf_utils.reader import PdfFileReader


class OnceReader(PdfFileReader):
    """Comparing revisions asks for the same old objects again and again, and a signature's text is long to parse."""

    def __init__(self, stream: BinaryIO, *, strict: bool) -> None:
        self._states: dict[object, Any] = {}
        super().__init__(stream, strict=strict)

    def get_object(  # type: ignore[override] # the handler's own signature differs from the reader's
        self, ref: Reference, revision: int | None = None, **options: Any
    ) -> Any:
        if revision is None or self.strict:
            return super().get_object(ref, revision, **options)
        key = (ref.idnum, ref.generation, self.xrefs.get_historical_ref(ref, revision), tuple(sorted(options.items())))
        if key not in self._states:
            self._states[key] = super().get_object(ref, revision, **options)
        return self._states[key]

    @contextmanager
    def strictly(self) -> Iterator[None]:
        """Read objects strictly within the block, each from its bytes; pyHanko's strict errors are raised then."""
        before, self.strict = self.strict, True
        try:
            yield
        finally:
            self.strict = before
