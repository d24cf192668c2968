"""tantivy in a folder: ready tokens in, ids out. The user's text never reaches the engine's query language.

One process writes; others may open the folder and read. Nothing is stored but the id and the version: text for
highlights comes from the database, which is the truth.
"""

import shutil
import threading
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import tantivy

from search import text as analysis
from search.clauses import AllOf, Clause, Days, Phrase, Plan, Scored, Term
from search.fields import MATCHED, SCORED, day_of, tokens_of
from search.index import Entry, Hit, IndexHealth, IndexOutdated, IndexUnavailable, Query, Results
from search.ranking import is_ranked, plans

_STAMP = "analysis"
_TOKENIZER = "whitespace"
_BATCH = 500
_HEAP, _BULK_HEAP = 50_000_000, 200_000_000


class EmbeddedIndex:
    """An index opened for reading; the writer's lock is taken with the first `put`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._writer: Any = None
        folder.mkdir(parents=True, exist_ok=True)
        self._schema = _schema()
        self._fingerprint = f"{analysis.ANALYSIS}:{version('tantivy')}"
        stamp = folder / _STAMP
        if not stamp.exists():
            stamp.write_text(self._fingerprint)
        self._outdated = stamp.read_text() != self._fingerprint
        self._index = None if self._outdated else tantivy.Index(self._schema, path=str(folder))

    def put(self, entries: Sequence[Entry]) -> None:
        with self._lock:
            self._add(entries)
            self._commit()

    def remove(self, ids: Sequence[str]) -> None:
        with self._lock:
            writer = self._open_writer()
            for identifier in ids:
                writer.delete_documents_by_term("id", identifier)
            self._commit()

    def find(self, query: Query) -> Results:
        if not query.readers:
            return Results((), 0)
        index = self._current()
        index.reload()
        searcher = index.searcher()
        newest_first = {} if is_ranked(query) else {"order_by_field": "day"}
        for plan in plans(query):
            found = searcher.search(
                _compiled(self._schema, plan), limit=query.limit, offset=query.offset, **newest_first
            )
            if found.count:
                hits = tuple(Hit(str(searcher.doc(address)["id"][0]), float(score)) for score, address in found.hits)
                return Results(hits, int(found.count), relaxed=plan.relaxed)
        return Results((), 0)

    def rebuild(self, entries: Iterable[Entry]) -> None:
        with self._lock:
            if self._outdated:
                self._begin_anew()
            self._let_writer_go()
            self._open_writer(heap_bytes=_BULK_HEAP, threads=2).delete_all_documents()
            batch: list[Entry] = []
            for entry in entries:
                batch.append(entry)
                if len(batch) == _BATCH:
                    self._add(batch, known_versions=False)
                    batch = []
            self._add(batch, known_versions=False)
            self._commit()
            self._let_writer_go()

    def check(self) -> IndexHealth:
        if self._outdated:
            return IndexHealth(str(self._folder), 0, outdated=True)
        index = self._current()
        index.reload()
        return IndexHealth(str(self._folder), int(index.searcher().num_docs), outdated=False)

    def close(self) -> None:
        with self._lock:
            self._let_writer_go()

    def _let_writer_go(self) -> None:
        if self._writer is not None:
            self._writer.wait_merging_threads()
            self._writer = None

    def _add(self, entries: Sequence[Entry], *, known_versions: bool = True) -> None:
        writer = self._open_writer()
        index = self._current()
        index.reload()
        searcher = index.searcher()
        for entry in entries:
            if known_versions and self._version(searcher, entry.id) > entry.version:
                continue
            writer.delete_documents_by_term("id", entry.id)
            writer.add_document(tantivy.Document.from_dict(_fields(entry), self._schema))

    def _version(self, searcher: Any, identifier: str) -> int:
        term = tantivy.Query.term_query(self._schema, "id", identifier)
        found = searcher.search(term, limit=1)
        return int(searcher.doc(found.hits[0][1])["version"][0]) if found.hits else -1

    def _open_writer(self, *, heap_bytes: int = _HEAP, threads: int = 1) -> Any:
        if self._writer is None:
            try:
                self._writer = self._current().writer(heap_size=heap_bytes, num_threads=threads)
            except ValueError as error:
                raise IndexUnavailable("index_locked", place=str(self._folder)) from error
        return self._writer

    def _commit(self) -> None:
        if self._writer is not None:
            self._writer.commit()
            self._writer.garbage_collect_files()

    def _current(self) -> Any:
        if self._index is None:
            raise IndexOutdated("index_outdated", place=str(self._folder))
        return self._index

    def _begin_anew(self) -> None:
        for path in self._folder.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        (self._folder / _STAMP).write_text(self._fingerprint)
        self._index = tantivy.Index(self._schema, path=str(self._folder))
        self._outdated = False


def _schema() -> Any:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("version", stored=True, fast=True)
    for name in SCORED:
        builder.add_text_field(name, tokenizer_name=_TOKENIZER, index_option="position" if name == "u" else "freq")
    for name in MATCHED:
        builder.add_text_field(name, tokenizer_name=_TOKENIZER, index_option="basic")
    builder.add_integer_field("day", indexed=True, fast=True)
    return builder.build()


def _fields(entry: Entry) -> dict[str, Any]:
    tokens = {name: " ".join(tokens) for name, tokens in tokens_of(entry).items()}
    return {"id": entry.id, "version": entry.version, "day": day_of(entry), **tokens}


def _compiled(schema: Any, plan: Plan) -> Any:
    """The plan in tantivy's words: conditions without a share in the score, then what scores."""
    silent = tantivy.Query.const_score_query
    clauses = [(tantivy.Occur.Must, silent(_condition(schema, clause), 0.0)) for clause in plan.required]
    clauses += [(tantivy.Occur.MustNot, _condition(schema, clause)) for clause in plan.excluded]
    clauses += [(tantivy.Occur.Should, _scored(schema, scored)) for scored in plan.scoring]
    return tantivy.Query.boolean_query(clauses)


def _condition(schema: Any, clause: Clause) -> Any:
    query = tantivy.Query
    if isinstance(clause, Term):
        return query.term_query(schema, clause.field, clause.token)
    if isinstance(clause, Phrase):
        return query.phrase_query(schema, "u", list(clause.words))
    if isinstance(clause, Days):
        return query.range_query(schema, "day", tantivy.FieldType.Integer, clause.first, clause.last)
    if isinstance(clause, AllOf):
        return query.boolean_query([(tantivy.Occur.Must, _condition(schema, part)) for part in clause.of])
    parts = [(tantivy.Occur.Should, _condition(schema, part)) for part in clause.of]
    return query.boolean_query(parts, minimum_number_should_match=clause.needed)


def _scored(schema: Any, scored: Scored) -> Any:
    term = tantivy.Query.term_query(schema, scored.term.field, scored.term.token)
    if scored.constant:
        return tantivy.Query.const_score_query(term, scored.weight)
    return tantivy.Query.boost_query(term, scored.weight)
