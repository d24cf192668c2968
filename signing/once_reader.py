"""pyHanko's reader, but every state of an object is parsed once however many revisions ask for it."""

import io
from bisect import bisect_right
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from pyhanko.pdf_utils.generic import DictionaryObject, IndirectObject, Reference
from pyhanko.pdf_utils.reader import HistoricalResolver, PdfFileReader, RawPdfPath

from signing.covering import Gaps, number_gaps
from signing.errors import VerdictImpossible
from signing.plain_objects import NotPlain, read_plain
from signing.ways import Edge, Ways, edges_of, find_ways


def open_once(pdf: bytes) -> "tuple[OnceReader, Gaps]":
    """A reader of the file, and where its signatures' texts lie.

    Raises `VerdictImpossible` for an encrypted file, and pyHanko's errors for one that cannot be read.
    """
    view, gaps = number_gaps(pdf)
    reader = OnceReader(view)
    if reader.encrypted:
        raise VerdictImpossible("pdf_encrypted")
    return reader, gaps


class OnceReader(PdfFileReader):
    """Comparing revisions asks for the same old objects again and again, and a signature's text is long to parse."""

    def __init__(self, view: bytes) -> None:
        self._view = view
        self._states: dict[object, Any] = {}
        self._edges: dict[object, list[Edge]] = {}
        self._history: dict[tuple[int, int], tuple[list[int], list[Any]]] = {}
        self._resolvers: dict[int, OnceResolver] = {}
        super().__init__(io.BytesIO(view), strict=False)

    def get_object(  # type: ignore[override] # the handler's own signature differs from the reader's
        self, ref: Reference, revision: int | None = None, *, as_metadata_stream: bool = False, **_encryption: bool
    ) -> Any:
        # Encrypted files are refused, so there is nothing to decrypt.
        options = {"as_metadata_stream": as_metadata_stream, "never_decrypt": True}
        if self.strict:
            return super().get_object(ref, revision, **options)
        revision = self.xrefs.total_revisions - 1 if revision is None else revision
        key = (ref.idnum, ref.generation, self.place_of(ref, revision), as_metadata_stream)
        if key not in self._states:
            self._states[key] = super().get_object(ref, revision, **options)
        return self._states[key]

    def place_of(self, ref: Reference, revision: int) -> Any:
        """Where an object stands in a revision: an offset, a place in a stream of objects, or None."""
        revisions, places = self._changes(ref)
        index = bisect_right(revisions, revision)
        return places[index - 1] if index else None

    def edges(self, ref: Reference, revision: int) -> list[Edge]:
        """What an object refers to in a revision; see `signing.ways`."""
        key = (ref.idnum, ref.generation, self.place_of(ref, revision))
        if key not in self._edges:
            self._edges[key] = edges_of(self.get_object(ref, revision))
        return self._edges[key]

    def get_historical_resolver(self, revision: int) -> "OnceResolver":
        if revision not in self._resolvers:
            self._resolvers[revision] = OnceResolver(self, revision)
        return self._resolvers[revision]

    @contextmanager
    def strictly(self) -> Iterator[None]:
        """Read objects strictly within the block, each from its bytes; pyHanko's strict errors are raised then."""
        before, self.strict = self.strict, True
        try:
            yield
        finally:
            self.strict = before

    def _changes(self, ref: Reference) -> tuple[list[int], list[Any]]:
        """The revisions that write or free an object, and where it stands then."""
        key = (ref.idnum, ref.generation)
        if key not in self._history:
            revisions: list[int] = []
            places: list[Any] = []
            for number in range(self.xrefs.total_revisions):
                try:
                    places.append(self.xrefs.get_xref_data(number).try_resolve(ref))
                except KeyError:
                    continue
                revisions.append(number)
            self._history[key] = revisions, places
        return self._history[key]

    def _read_object(self, ref: Reference, marker: Any, *args: Any, **options: Any) -> Any:
        if isinstance(marker, int) and not self.strict and not options.get("as_metadata_stream"):
            with suppress(NotPlain):
                return read_plain(self._view, marker, Reference(ref.idnum, ref.generation, self))
        return super()._read_object(ref, marker, *args, **options)


class OnceResolver(HistoricalResolver):
    """A revision of the file; its objects come from the reader's, and the ways to them from what objects refer to."""

    reader: OnceReader

    def __init__(self, reader: OnceReader, revision: int) -> None:
        super().__init__(reader, revision)
        self._ways: Ways | None = None
        self._root: DictionaryObject | None = None

    def get_object(self, ref: Reference, as_metadata_stream: bool = False) -> Any:  # noqa: FBT001, FBT002 - as the library's
        if ref not in self.cache:
            found = self.reader.get_object(ref, self.revision, as_metadata_stream=as_metadata_stream)
            self.cache[ref] = self._subsume_object(found)
        return self.cache[ref]

    @property
    def root(self) -> DictionaryObject:
        if self._root is None:
            self._root = super().root
        return self._root

    def as_stored(self, thing: Any) -> Any:
        """What a thing of this revision is or refers to, in the reader's own copy: look at it, follow nothing in it."""
        while isinstance(thing, IndirectObject):
            thing = self.reader.get_object(thing.reference, self.revision)
        return thing

    def _load_reverse_xref_cache(self) -> None:
        if self._ways is None:
            self._ways = find_ways(self)

    def _get_usages_of_ref(self, ref: Reference) -> set[RawPdfPath]:
        return {RawPdfPath(*way) for way in self._ways.to(ref)} if self._ways is not None else set()
