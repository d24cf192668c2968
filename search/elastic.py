"""Elasticsearch 8 or 9: the same ready tokens, separated by blanks, in a plain mapping that needs no plugin.

Readers and writers know an alias, never an index. A rebuild fills a new index beside the old one and then moves the
alias; what changes meanwhile is written to both. The document's version is the index's version, so that a late or
repeated job never puts back an older state.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import islice
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

from elasticsearch import ApiError, Elasticsearch, NotFoundError, TransportError

from search import text as analysis
from search.clauses import AllOf, Clause, Days, Phrase, Plan, Scored, Term
from search.fields import MATCHED, SCORED, day_of, tokens_of
from search.index import (
    Entry,
    Hit,
    IndexHealth,
    IndexOutdated,
    IndexUnavailable,
    Query,
    Results,
    SearchError,
)
from search.ranking import is_ranked, plans

_BATCH = 250
_DEEPEST = 20_000
# Lucene leaves out the constant factor k1 + 1 of BM25 that tantivy keeps; with it constants weigh alike.
_BM25_FACTOR = 2.2


class ElasticIndex:
    """`url` names server and alias: `http(s)://user@host:port/name`. Nothing is asked before the first verb."""

    def __init__(self, url: str, *, password: str | None) -> None:
        parts = urlsplit(url)
        self._alias = parts.path.strip("/")
        if parts.password or not parts.hostname or not self._alias or "/" in self._alias or parts.query:
            raise SearchError("search_url_unknown", url=f"{parts.scheme}://{parts.hostname or ''}")
        self._building = f"{self._alias}-building"
        self._place = urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
        self._server = Elasticsearch(
            urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], "", "", "")),
            basic_auth=(parts.username, password or "") if parts.username else None,
            request_timeout=15,
            retry_on_timeout=True,
            max_retries=2,
        )
        self._outdated: bool | None = None

    def put(self, entries: Sequence[Entry]) -> None:
        with self._translated():
            self._require_current()
            for name in self._targets():
                self._write(name, entries, refresh=True)

    def remove(self, ids: Sequence[str]) -> None:
        with self._translated():
            self._require_current()
            for name in self._targets():
                orders: list[dict[str, Any]] = [{"delete": {"_id": identifier}} for identifier in ids]
                if orders:
                    self._bulk(name, orders, refresh=True)

    def find(self, query: Query) -> Results:
        if not query.readers:
            return Results((), 0)
        with self._translated():
            self._require_current()
            order = None if is_ranked(query) else [{"day": "desc"}]
            for plan in plans(query):
                said = self._server.search(
                    index=self._alias,
                    query=_compiled(plan),
                    sort=order,
                    from_=min(query.offset, _DEEPEST),
                    size=max(0, min(query.limit, _DEEPEST - query.offset)),
                    track_total_hits=True,
                    source=False,
                    ignore_unavailable=True,
                )
                total = int(said["hits"]["total"]["value"])
                if total:
                    hits = tuple(Hit(str(hit["_id"]), float(hit["_score"] or 0)) for hit in said["hits"]["hits"])
                    return Results(hits, total, relaxed=plan.relaxed)
        return Results((), 0)

    def rebuild(self, entries: Iterable[Entry]) -> None:
        with self._translated():
            fresh = self._create(refresh="-1")
            self._server.indices.put_alias(index=fresh, name=self._building)
            waiting = iter(entries)
            while batch := list(islice(waiting, _BATCH)):
                self._write(fresh, batch, refresh=False)
            self._server.indices.put_settings(index=fresh, settings={"refresh_interval": "1s"})
            self._server.indices.refresh(index=fresh)
            self._move_alias(fresh)
            self._outdated = False

    def check(self) -> IndexHealth:
        with self._translated():
            self._outdated = None
            if self._is_outdated():
                return IndexHealth(self._place, 0, outdated=True)
            if not self._server.indices.exists_alias(name=self._alias):
                return IndexHealth(self._place, 0, outdated=False)
            self._server.indices.refresh(index=self._alias)
            return IndexHealth(self._place, int(self._server.count(index=self._alias)["count"]), outdated=False)

    def close(self) -> None:
        self._server.close()

    def _targets(self) -> list[str]:
        """The index in use, made when there is none, and the one that is being filled."""
        if not self._server.indices.exists_alias(name=self._alias):
            self._move_alias(self._create(refresh="1s"))
        is_building = self._server.indices.exists_alias(name=self._building)
        return [self._alias, self._building] if is_building else [self._alias]

    def _create(self, *, refresh: str) -> str:
        name = f"{self._alias}-{datetime.now(UTC):%Y%m%d%H%M%S}-{uuid4().hex[:8]}"
        settings = {
            # One shard, so that the rarity of a word is that of the whole; millions of documents fit.
            "number_of_shards": 1,
            "auto_expand_replicas": "0-1",
            "refresh_interval": refresh,
            "max_result_window": _DEEPEST,
        }
        self._server.indices.create(index=name, settings=settings, mappings=_MAPPING)
        return name

    def _move_alias(self, fresh: str) -> None:
        """Let the alias name this index alone, in one step, then delete what it and a broken rebuild left."""
        mine = self._server.indices.get_alias(index=f"{self._alias}-*", ignore_unavailable=True)
        old = [name for name, facts in mine.items() if self._alias in facts["aliases"]]
        building = [name for name, facts in mine.items() if self._building in facts["aliases"]]
        self._server.indices.update_aliases(
            actions=[
                {"add": {"index": fresh, "alias": self._alias, "is_write_index": True}},
                *({"remove": {"index": name, "alias": self._alias}} for name in old),
                *({"remove": {"index": name, "alias": self._building}} for name in building),
            ]
        )
        for name in {*old, *building} - {fresh}:
            self._server.indices.delete(index=name, ignore_unavailable=True)

    def _write(self, name: str, entries: Sequence[Entry], *, refresh: bool) -> None:
        orders: list[dict[str, Any]] = []
        for entry in entries:
            orders.append({"index": {"_id": entry.id, "version": entry.version, "version_type": "external_gte"}})
            tokens = tokens_of(entry)
            document: dict[str, Any] = {field: " ".join(tokens[field]) for field in _TEXTS}
            document |= {field: tokens[field] for field in _KEYWORDS}
            orders.append({**document, "day": day_of(entry)})
        if orders:
            self._bulk(name, orders, refresh=refresh)

    def _bulk(self, name: str, orders: list[dict[str, Any]], *, refresh: bool) -> None:
        server = self._server.options(request_timeout=120)
        said = server.bulk(index=name, operations=orders, refresh=refresh)
        for item in said["items"] if said["errors"] else ():
            ((_, done),) = item.items()
            # 409: a newer version is there already, which is what the version is for.
            if done["status"] >= 300 and done["status"] not in {404, 409}:
                raise IndexUnavailable("index_unavailable", place=self._place, reason=str(done["error"]["type"]))

    def _require_current(self) -> None:
        if self._outdated is None:
            self._outdated = self._is_outdated()
        if self._outdated:
            raise IndexOutdated("index_outdated", place=self._place)

    def _is_outdated(self) -> bool:
        try:
            said = self._server.indices.get_mapping(index=self._alias)
        except NotFoundError:
            return False
        return any(facts["mappings"].get("_meta") != _MAPPING["_meta"] for facts in said.values())

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except ApiError as error:
            reason = error.error if isinstance(error.error, str) else str(error.meta.status)
            raise IndexUnavailable("index_unavailable", place=self._place, reason=reason) from error
        except TransportError as error:
            raise IndexUnavailable("index_unavailable", place=self._place, reason=type(error).__name__) from error


_TEXTS = (*SCORED, "b", "fragment")
_KEYWORDS = tuple(name for name in MATCHED if name not in _TEXTS)
_PLAIN: dict[str, Any] = {"type": "text", "analyzer": "whitespace"}
_MAPPING: dict[str, Any] = {
    "dynamic": "strict",
    "_source": {"enabled": False},
    "_meta": {"analysis": analysis.ANALYSIS},
    "properties": {
        **{name: {**_PLAIN, "index_options": "positions" if name == "u" else "freqs"} for name in SCORED},
        **{name: {**_PLAIN, "index_options": "docs", "norms": False} for name in ("b", "fragment")},
        **{name: {"type": "keyword"} for name in _KEYWORDS},
        "day": {"type": "integer"},
    },
}


def _compiled(plan: Plan) -> dict[str, Any]:
    """The plan in Elasticsearch's words: filters outside the score, then what scores."""
    return {
        "bool": {
            "filter": [_condition(clause) for clause in plan.required],
            "must_not": [_condition(clause) for clause in plan.excluded],
            "should": [_scored(scored) for scored in plan.scoring],
            "minimum_should_match": 0,
        }
    }


def _condition(clause: Clause) -> dict[str, Any]:
    if isinstance(clause, Term):
        return {"term": {clause.field: clause.token}}
    if isinstance(clause, Phrase):
        return {"match_phrase": {"u": {"query": " ".join(clause.words), "analyzer": "whitespace"}}}
    if isinstance(clause, Days):
        bounds = {"gte": clause.first, "lte": clause.last}
        return {"range": {"day": {name: bound for name, bound in bounds.items() if bound is not None}}}
    if isinstance(clause, AllOf):
        return {"bool": {"filter": [_condition(part) for part in clause.of]}}
    return {
        "bool": {"should": [_condition(part) for part in clause.of], "minimum_should_match": clause.needed},
    }


def _scored(scored: Scored) -> dict[str, Any]:
    if scored.constant:
        return {"constant_score": {"filter": _condition(scored.term), "boost": scored.weight}}
    return {"term": {scored.term.field: {"value": scored.term.token, "boost": scored.weight * _BM25_FACTOR}}}
