"""Elasticsearch 8 or 9: the same ready tokens, separated by blanks, in a plain mapping that needs no plugin.

Readers and writers know an alias, never an index. A rebuild fills a new index beside the old one and then moves the
alias; what changes meanwhile is written to both. The document's version is the index's version, so that a late or
repeated job never puts back an older state. While processes are replaced by those of another version, both are at work:
neither writes into an index the other has made.
"""

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from threading import BoundedSemaphore
from typing import Any, TypeVar
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

from elastic_transport import ObjectApiResponse
from elasticsearch import ApiError, Elasticsearch, NotFoundError, TransportError

from search.counts import read_counts
from search.elastic_forms import MAPPING, compiled, counting, document
from search.index import (
    Entry,
    Facet,
    Hit,
    IndexHealth,
    IndexOutdated,
    IndexUnavailable,
    Query,
    Results,
    SearchError,
)
from search.ranking import is_ranked, plans

# So many entries go in one request, and so many requests are under way while the next one is made ready: the server
# indexes each by one thread. Requests of 500 long texts are too much for a server with 512 MB.
_BATCH, _AT_ONCE = 200, 2
_BUSY = 429
# A server that has no room for a request now is asked again after so many seconds each time.
_WAITS = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0)
# A person waits for what is found: a server whose memory is full of rubbish clears it within that time.
_PAUSES = (0.25, 0.5, 1.0, 2.0)
# Not more than two of a process have this patience: who waits keeps a thread and a connection from everybody else.
_PATIENT = BoundedSemaphore(2)
_DEEPEST = 20_000
# Of an answer only what is read here.
_ANSWERED = ("hits.total.value", "hits.hits._score", "hits.hits.fields", "aggregations.*.buckets")

Answer = TypeVar("Answer")


class _NoRoom(IndexUnavailable):
    """The server is there and has no memory or no free place in its queue: the same request may pass later."""


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
            targets = self._targets()
            orders = _orders(entries)
            for name in targets if orders else ():
                self._bulk(name, orders, refresh=True)

    def remove(self, ids: Sequence[str]) -> None:
        with self._translated():
            for name in self._targets():
                orders: list[dict[str, Any]] = [{"delete": {"_id": identifier}} for identifier in ids]
                if orders:
                    self._bulk(name, orders, refresh=True)

    def find(self, query: Query) -> Results:
        if not query.readers:
            return Results((), 0)
        with self._translated():
            self._require_current()
            for plan in plans(query):
                said = self._search_patiently(query, compiled(plan))
                total = int(said["hits"]["total"]["value"])
                if total:
                    rows = said["hits"].get("hits", ())
                    hits = tuple(self._hit(row) for row in rows)
                    facets = read_counts(said["aggregations"]) if query.with_facets else {}
                    return Results(hits, total, plan.relaxed, facets)
        return Results((), 0, facets=dict.fromkeys(Facet, ()) if query.with_facets else {})

    def _search_patiently(self, query: Query, form: dict[str, Any]) -> ObjectApiResponse[Any]:
        is_patient = _PATIENT.acquire(blocking=False)
        try:
            return _patiently(partial(self._search, query, form), _PAUSES if is_patient else ())
        finally:
            if is_patient:
                _PATIENT.release()

    def _search(self, query: Query, form: dict[str, Any]) -> ObjectApiResponse[Any]:
        with self._translated():
            return self._server.search(
                index=self._alias,
                query=form,
                sort=None if is_ranked(query) else [{"day": "desc"}],
                aggs=counting() if query.with_facets else None,
                from_=min(query.offset, _DEEPEST),
                size=max(0, min(query.limit, _DEEPEST - query.offset)),
                track_total_hits=True,
                stored_fields="_none_",
                docvalue_fields=[{"field": "name"}],
                filter_path=_ANSWERED,
                ignore_unavailable=True,
            )

    def begin_rebuild(self) -> None:
        with self._translated():
            fresh = self._create(refresh="-1")
            left = self._holders(self._building)
            if not left:
                # An index of that very name, which a write of an earlier version made by itself.
                self._delete([self._building])
            self._server.indices.update_aliases(
                actions=[
                    {"add": {"index": fresh, "alias": self._building, "is_write_index": True}},
                    *({"remove": {"index": name, "alias": self._building}} for name in left),
                ]
            )
            self._delete(left)

    def fill(self, entries: Sequence[Entry]) -> None:
        with self._translated():
            if self._being_made() is None:
                raise IndexUnavailable("no_rebuild", place=self._place)
            # In as many parts as requests are under way. A job asks here, which may be tried again after its lease.
            self._send(entries, in_one=max(1, -(-len(entries) // _AT_ONCE)), waits=_WAITS[:4])

    def finish_rebuild(self) -> None:
        with self._translated():
            fresh = self._being_made()
            if fresh is None:
                raise IndexUnavailable("no_rebuild", place=self._place)
            self._server.indices.put_settings(index=fresh, settings={"refresh_interval": "1s"})
            self._server.indices.refresh(index=fresh)
            self._move_alias(fresh)
            self._outdated = False

    def rebuild(self, entries: Iterable[Entry]) -> None:
        self.begin_rebuild()
        with self._translated():
            self._send(entries, in_one=_BATCH, waits=_WAITS)
        self.finish_rebuild()

    def check(self) -> IndexHealth:
        with self._translated():
            self._outdated = None
            building = self._count(self._building) if self._being_made() else None
            if self._is_outdated():
                return IndexHealth(self._place, 0, outdated=True, building=building)
            here = self._count(self._alias) if self._holders(self._alias) else 0
            return IndexHealth(self._place, here, outdated=False, building=building)

    def close(self) -> None:
        self._server.close()

    def _targets(self) -> list[str]:
        """Where changes go: the index in use, unless outdated, and the one being made; there is one afterwards."""
        building = [self._building] if self._being_made() else []
        if self._is_known_outdated():
            if not building:
                raise IndexOutdated("index_outdated", place=self._place)
            return building
        if self._holders(self._alias):
            return [self._alias, *building]
        if not building:
            self._move_alias(self._create(refresh="1s"))
        return building or [self._alias]

    def _being_made(self) -> str | None:
        """The index that is being filled; one that a process of another version has begun counts for nothing."""
        try:
            said = self._server.indices.get_mapping(index=self._building)
        except NotFoundError:
            return None
        return next((name for name, facts in said.items() if _is_current(facts)), None)

    def _holders(self, alias: str) -> list[str]:
        """The indexes an alias names."""
        try:
            return list(self._server.indices.get_alias(name=alias))
        except NotFoundError:
            return []

    def _count(self, alias: str) -> int:
        self._server.indices.refresh(index=alias)
        return int(self._server.count(index=alias)["count"])

    def _delete(self, names: Iterable[str]) -> None:
        for name in names:
            self._server.indices.delete(index=name, ignore_unavailable=True)

    def _create(self, *, refresh: str) -> str:
        name = f"{self._alias}-{datetime.now(UTC):%Y%m%d%H%M%S}-{uuid4().hex[:8]}"
        settings = {
            # One shard, so that the rarity of a word is that of the whole; millions of documents fit.
            "number_of_shards": 1,
            "auto_expand_replicas": "0-1",
            "refresh_interval": refresh,
            "max_result_window": _DEEPEST,
        }
        self._server.indices.create(index=name, settings=settings, mappings=MAPPING)
        return name

    def _move_alias(self, fresh: str) -> None:
        """Let the alias name this index alone, in one step, then delete what it and a broken rebuild left."""
        old, building = self._holders(self._alias), self._holders(self._building)
        self._server.indices.update_aliases(
            actions=[
                {"add": {"index": fresh, "alias": self._alias, "is_write_index": True}},
                *({"remove": {"index": name, "alias": self._alias}} for name in old),
                *({"remove": {"index": name, "alias": self._building}} for name in building),
            ]
        )
        self._delete({*old, *building} - {fresh})

    def _send(self, entries: Iterable[Entry], *, in_one: int, waits: Sequence[float]) -> None:
        """Fill the index that is being made, so many entries in a request."""
        waiting = iter(entries)
        with ThreadPoolExecutor(_AT_ONCE) as senders:
            sent: deque[Future[None]] = deque()
            while batch := list(islice(waiting, in_one)):
                if len(sent) > _AT_ONCE:
                    sent.popleft().result()
                # Long work does not end because the server has no room for a moment.
                bulk = partial(self._bulk, self._building, _orders(batch), refresh=False)
                sent.append(senders.submit(_patiently, bulk, waits))
            for request in sent:
                request.result()

    def _bulk(self, alias: str, orders: list[dict[str, Any]], *, refresh: bool) -> None:
        server = self._server.options(request_timeout=120)
        with self._translated():
            # A rebuild may end meanwhile and take the alias with it: the server would make an index of that name.
            said = server.bulk(index=alias, operations=orders, refresh=refresh, require_alias=True)
        for item in said["items"] if said["errors"] else ():
            ((_, done),) = item.items()
            # 409: a newer version is there already, which is what the version is for. To forget what is not there is
            # no error to the server.
            if "error" in done and done["status"] != 409:
                # Perhaps the index is another version's by now.
                self._outdated = None
                kind = _NoRoom if done["status"] == _BUSY else IndexUnavailable
                raise kind("index_unavailable", place=self._place, reason=str(done["error"]["type"]))

    def _require_current(self) -> None:
        if self._is_known_outdated():
            raise IndexOutdated("index_outdated", place=self._place)

    def _is_known_outdated(self) -> bool:
        # Asked again while it is: another process may have finished a rebuild.
        if self._outdated is not False:
            self._outdated = self._is_outdated()
        return self._outdated

    def _is_outdated(self) -> bool:
        try:
            said = self._server.indices.get_mapping(index=self._alias)
        except NotFoundError:
            return False
        return not all(_is_current(facts) for facts in said.values())

    def _hit(self, row: Mapping[str, Any]) -> Hit:
        if "fields" not in row:
            # Another version's index has been put into use since this one was asked.
            self._outdated = None
            raise IndexOutdated("index_outdated", place=self._place)
        return Hit(str(row["fields"]["name"][0]), float(row["_score"] or 0))

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except ApiError as error:
            reason = error.error if isinstance(error.error, str) else str(error.meta.status)
            kind = _NoRoom if error.meta.status == _BUSY else IndexUnavailable
            raise kind("index_unavailable", place=self._place, reason=reason) from error
        except TransportError as error:
            raise IndexUnavailable("index_unavailable", place=self._place, reason=type(error).__name__) from error


def _patiently(ask: Callable[[], Answer], waits: Sequence[float]) -> Answer:
    """Ask a server without room again after each of these seconds; the last refusal is raised."""
    for seconds in waits:
        try:
            return ask()
        except _NoRoom:
            time.sleep(seconds)
    return ask()


def _is_current(facts: Mapping[str, Any]) -> bool:
    """Whether this version has made the index, by its mapping."""
    return bool(facts["mappings"].get("_meta") == MAPPING["_meta"])


def _orders(entries: Iterable[Entry]) -> list[dict[str, Any]]:
    """The lines of a request to index entries, in pairs: which, and what."""
    orders: list[dict[str, Any]] = []
    for entry in entries:
        orders.append({"index": {"_id": entry.id, "version": entry.version, "version_type": "external_gte"}})
        orders.append(document(entry))
    return orders
