"""tantivy in a folder: ready tokens in, ids out. The user's text never reaches the engine's query language.

One process writes; others may open the folder and read. Nothing is stored but the id and the version: text for
highlights comes from the database, which is the truth. The index lies in a folder of its own below, which `current`
names: a rebuild fills a new one beside it, named by `building`, and then changes the name.
"""

import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import tantivy

from search.counts import Awaited, Counts, read_counts
from search.folders import Folders
from search.heads import head
from search.index import (
    Entry,
    Facet,
    Hit,
    IndexHealth,
    IndexOutdated,
    IndexUnavailable,
    Query,
    Results,
)
from search.ranking import is_ranked, plans
from search.tantivy_forms import FOUND, KEYED, SCHEMA, compiled, counting, document, key_of, matching

_BATCH = 2_000
_HEAP, _BULK_HEAP = 50_000_000, 200_000_000
# More than the time between two ticks of any disk's clock that is in use.
_TICK_NS = 100_000_000
# So many names of counted values are remembered.
_MOST_NAMES = 50_000


class EmbeddedIndex:
    """An index opened for reading; a writer's lock is taken with the first `put`."""

    def __init__(self, folder: Path) -> None:
        self._folders = Folders(folder)
        self._lock = threading.Lock()
        self._opened: dict[str, Any] = {}
        self._held: tuple[tuple[str, int, int], Any] | None = None
        self._writers: dict[str, Any] = {}
        self._counters = ThreadPoolExecutor(max_workers=4, thread_name_prefix="counting")
        self._names: dict[tuple[Facet, int], str] = {}
        if self._folders.current() is None:
            self._folders.use(self._folders.make())

    def put(self, entries: Sequence[Entry]) -> None:
        with self._lock:
            for name in self._targets():
                self._add(name, entries)

    def remove(self, ids: Sequence[str]) -> None:
        with self._lock:
            for name in self._targets():
                writer = self._writer(name)
                for identifier in ids:
                    writer.delete_documents_by_term("id", identifier)
                self._commit(name)

    def find(self, query: Query) -> Results:
        if not query.readers:
            return Results((), 0)
        with self._searching() as searcher:
            ordered = {} if is_ranked(query) else {"order_by_field": "day"}
            for plan in plans(query):
                # Counted beside the search for the first of them: the engine holds no lock of Python's meanwhile.
                counts = (
                    self._counters.submit(searcher.aggregate, matching(plan), counting()) if query.with_facets else None
                )
                facets = Awaited(partial(self._read, searcher, counts)) if counts else {}
                # Who is told how many there are by the counts need not meet them all to be shown the first.
                first = head(searcher, plan, query.limit) if counts and not query.offset and not ordered else None
                if counts and first:
                    return Results(_hits(searcher, first), partial(_total, counts), plan.relaxed, facets)
                found = searcher.search(compiled(plan), limit=max(1, query.limit), offset=query.offset, **ordered)
                if found.count:
                    hits = _hits(searcher, found.hits[: query.limit])
                    return Results(hits, int(found.count), plan.relaxed, facets)
                if counts:
                    # There is nothing to count; it need not begin, if it waits for its turn.
                    counts.cancel()
        return Results((), 0, facets=dict.fromkeys(Facet, ()) if query.with_facets else {})

    def _read(self, searcher: Any, counts: Future[Any]) -> Counts:
        return read_counts(self._named(searcher, counts.result()))

    def _named(self, searcher: Any, counts: Mapping[str, Any]) -> dict[str, Any]:
        """The counts with the values themselves where the engine has counted numbers."""
        named = dict(counts)
        for facet in KEYED:
            rows = counts[str(facet)]["buckets"]
            named[facet] = {"buckets": [{**row, "key": self._name(searcher, facet, int(row["key"]))} for row in rows]}
        return named

    def _name(self, searcher: Any, facet: Facet, key: int) -> str:
        """The value with this number, from an entry that has it."""
        known = self._names.get((facet, key))
        if known is not None:
            return known
        if len(self._names) >= _MOST_NAMES:
            self._names.clear()
        wanted = tantivy.Query.term_query(SCHEMA, KEYED[facet], key)
        (_, at), *_ = searcher.search(wanted, limit=1, count=False).hits
        name = next(str(value) for value in searcher.doc(at)[facet] if key_of(value) == key)
        self._names[facet, key] = name
        return name

    def begin_rebuild(self) -> None:
        with self._lock:
            self._drop_building()
            self._folders.build(self._folders.make())

    def fill(self, entries: Sequence[Entry]) -> None:
        self._fill(entries, commit=True)

    def _fill(self, entries: Sequence[Entry], *, commit: bool) -> None:
        with self._lock:
            name = self._folders.building()
            if name is None:
                raise IndexUnavailable("no_rebuild", place=str(self._folders.place))
            self._writer(name, heap_bytes=_BULK_HEAP, threads=2)
            self._add(name, entries, commit=commit)

    def finish_rebuild(self) -> None:
        with self._lock:
            fresh, old = self._folders.building(), self._folders.current()
            if fresh is None:
                raise IndexUnavailable("no_rebuild", place=str(self._folders.place))
            if fresh in self._writers:
                self._commit(fresh)
            self._let_go(fresh)
            self._folders.use(fresh)
            if old is not None:
                self._let_go(old)
            self._folders.clean()

    def rebuild(self, entries: Iterable[Entry]) -> None:
        self.begin_rebuild()
        waiting = iter(entries)
        while batch := list(islice(waiting, _BATCH)):
            self._fill(batch, commit=False)
        self.finish_rebuild()

    def check(self) -> IndexHealth:
        building = self._folders.building()
        being_made = None if building is None else self._count(building)
        if self._folders.is_outdated():
            return IndexHealth(str(self._folders.place), 0, outdated=True, building=being_made)
        with self._searching() as searcher:
            return IndexHealth(str(self._folders.place), int(searcher.num_docs), outdated=False, building=being_made)

    def close(self) -> None:
        self._counters.shutdown()
        with self._lock:
            self._held = None
            for name in list(self._writers):
                self._let_go(name)

    def _targets(self) -> list[str]:
        """Where changes go: the index in use, unless it cannot take them, and the one being made."""
        building = self._folders.building()
        if self._folders.is_outdated():
            if building is None:
                raise IndexOutdated("index_outdated", place=str(self._folders.place))
            return [building]
        current = self._folders.current()
        return [name for name in (current, building) if name is not None]

    def _add(self, name: str, entries: Sequence[Entry], *, commit: bool = True) -> None:
        writer = self._writer(name)
        index = self._open(name)
        index.reload()
        searcher = index.searcher()
        # What a rebuild has not committed is not seen, and nobody has put anything newer beside it: a `put` commits.
        is_empty = searcher.num_docs == 0
        for entry in entries:
            if not is_empty:
                if _version(searcher, entry.id) > entry.version:
                    continue
                writer.delete_documents_by_term("id", entry.id)
            writer.add_document(document(entry))
        if commit:
            self._commit(name)

    def _writer(self, name: str, *, heap_bytes: int = _HEAP, threads: int = 1) -> Any:
        if name not in self._writers:
            try:
                self._writers[name] = self._open(name).writer(heap_size=heap_bytes, num_threads=threads)
            except ValueError as error:
                raise IndexUnavailable("index_locked", place=str(self._folders.place)) from error
        return self._writers[name]

    def _commit(self, name: str) -> None:
        self._writers[name].commit()
        self._writers[name].garbage_collect_files()

    def _let_go(self, name: str) -> None:
        writer = self._writers.pop(name, None)
        if writer is not None:
            writer.wait_merging_threads()
        self._opened.pop(name, None)
        # An open searcher keeps the room of a folder that was deleted.
        self._held = None

    def _drop_building(self) -> None:
        name = self._folders.building()
        if name is not None:
            self._let_go(name)
            self._folders.forget_building()

    def _open(self, name: str) -> Any:
        if name not in self._opened:
            self._opened[name] = tantivy.Index(SCHEMA, path=str(self._folders.path(name)))
        return self._opened[name]

    def _count(self, name: str) -> int:
        with suppress(ValueError):
            index = self._open(name)
            index.reload()
            return int(index.searcher().num_docs)
        return 0

    @contextmanager
    def _searching(self) -> Iterator[Any]:
        """A searcher over the index in use, whichever process has put it there."""
        if self._folders.is_outdated():
            raise IndexOutdated("index_outdated", place=str(self._folders.place))
        searcher = None
        # Between reading the name and opening it the folder may have been replaced: then the name has changed.
        for _ in range(3):
            name = self._folders.current()
            if name is None:
                break
            try:
                searcher = self._searcher(name)
                break
            except (ValueError, OSError):
                self._opened.pop(name, None)
        if searcher is None:
            raise IndexUnavailable("index_unavailable", place=str(self._folders.place))
        yield searcher

    def _searcher(self, name: str) -> Any:
        """A searcher over all that is committed.

        It is made anew when the list of the index's parts was written anew: to read that takes longer than to find a
        number in them.
        """
        index = self._open(name)
        written = (self._folders.path(name) / "meta.json").stat()
        stamp = (name, written.st_ino, written.st_mtime_ns)
        held = self._held
        if held is not None and held[0] == stamp:
            return held[1]
        index.reload()
        searcher = index.searcher()
        # Of two lists written within one tick of the disk's clock the second may look like the first.
        is_settled = time.time_ns() - written.st_mtime_ns > _TICK_NS
        self._held = (stamp, searcher) if is_settled else None
        return searcher


def _hits(searcher: Any, found: Iterable[tuple[float | None, Any]]) -> tuple[Hit, ...]:
    return tuple(Hit(str(searcher.doc(at)["id"][0]), float(score or 0)) for score, at in found)


def _total(counts: Future[Any]) -> int:
    return int(counts.result()[FOUND]["value"])


def _version(searcher: Any, identifier: str) -> int:
    found = searcher.search(tantivy.Query.term_query(SCHEMA, "id", identifier), limit=1, count=False)
    return int(searcher.doc(found.hits[0][1])["version"][0]) if found.hits else -1
