"""Elasticsearch while processes of two versions are at work, and while a rebuild ends beside a change."""

import uuid
from collections import UserList
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
from elasticsearch import Elasticsearch as Client

from scripts.local_servers import Elasticsearch
from search import Entry, IndexOutdated, IndexUnavailable, Query
from search.elastic import ElasticIndex
from tests.search.engines import bare_client, elastic_index, second_index
from tests.search.test_facets import ENTRIES, HERE, ids

pytestmark = pytest.mark.servers

# What version 4 of the analysis sent, and the mapping it made: the whole text, the titles' beginnings, the readers.
FORMER = {"u": "bao cao", "begin": "b ba bao c ca cao", "readers": ["agency:1/all"], "day": 739_000}
FORMER_MAPPING: dict[str, Any] = {
    "dynamic": "strict",
    "_source": {"enabled": False},
    "_meta": {"analysis": 4},
    "properties": {
        "u": {"type": "text", "analyzer": "whitespace"},
        "begin": {"type": "text", "analyzer": "whitespace"},
        "readers": {"type": "keyword"},
        "day": {"type": "integer"},
    },
}


class Slow(UserList[Entry]):
    """Entries that take long to be made ready: meanwhile something happens."""

    def __init__(self, entries: Iterable[Entry], meanwhile: Callable[[], None]) -> None:
        super().__init__(entries)
        self._meanwhile = meanwhile

    def __iter__(self) -> Iterator[Entry]:
        self._meanwhile()
        return iter(self.data)


@pytest.fixture
def name() -> str:
    return f"docservice-test-{uuid.uuid4().hex[:12]}"


@pytest.fixture
def index(elasticsearch_server: Elasticsearch, name: str) -> Iterator[ElasticIndex]:
    with elastic_index(elasticsearch_server, name) as opened:
        yield opened


@pytest.fixture
def client(elasticsearch_server: Elasticsearch) -> Iterator[Client]:
    with bare_client(elasticsearch_server) as opened:
        yield opened


def make_former(client: Client, name: str, alias: str, *, entries: int = 0) -> str:
    """An index as the former version made it, behind the alias and no other."""
    made = f"{name}-former-{uuid.uuid4().hex[:4]}"
    client.indices.create(index=made, mappings=FORMER_MAPPING)
    actions: list[dict[str, Any]] = [{"add": {"index": made, "alias": alias}}]
    if client.indices.exists_alias(name=alias):
        actions += [{"remove": {"index": held, "alias": alias}} for held in client.indices.get_alias(name=alias)]
    client.indices.update_aliases(actions=actions)
    for at in range(entries):
        client.index(index=made, id=f"former-{at}", document=FORMER, refresh=True)
    return made


def test_an_entry_of_another_version_is_refused(index: ElasticIndex, client: Client, name: str) -> None:
    index.put(ENTRIES[:2])
    index.begin_rebuild()
    index.fill(ENTRIES[:2])
    for alias in (name, f"{name}-building"):
        said = client.bulk(index=alias, operations=[{"index": {"_id": "late"}}, FORMER], refresh=True)
        assert said["items"][0]["index"]["error"]["type"] == "strict_dynamic_mapping_exception"
    index.finish_rebuild()
    assert ids(index, Query("", HERE)) == {"a", "b"}


def test_an_index_that_another_version_began_is_begun_again(index: ElasticIndex, client: Client, name: str) -> None:
    index.put(ENTRIES[:1])
    former = make_former(client, name, f"{name}-building")
    assert index.check().building is None
    index.put(ENTRIES[1:2])
    with pytest.raises(IndexUnavailable, match="no_rebuild"):
        index.fill(ENTRIES)
    with pytest.raises(IndexUnavailable, match="no_rebuild"):
        index.finish_rebuild()
    assert ids(index, Query("", HERE)) == {"a", "b"}
    index.begin_rebuild()
    index.fill(ENTRIES)
    index.finish_rebuild()
    assert ids(index, Query("", HERE)) == {"a", "b", "c", "d"}
    assert not client.indices.exists(index=former)


def test_an_index_that_another_version_put_into_use_is_outdated(index: ElasticIndex, client: Client, name: str) -> None:
    index.put(ENTRIES)
    assert ids(index, Query("", HERE)) == {"a", "b", "c", "d"}
    make_former(client, name, name, entries=2)
    for question in (Query("", HERE), Query("báo cáo", HERE)):
        with pytest.raises(IndexOutdated):
            index.find(question)
    with pytest.raises(IndexOutdated):
        index.put(ENTRIES[:1])
    assert index.check().outdated
    index.rebuild(ENTRIES)
    assert ids(index, Query("", HERE)) == {"a", "b", "c", "d"}


def test_a_change_for_another_versions_index_waits(index: ElasticIndex, client: Client, name: str) -> None:
    index.put(ENTRIES)
    assert ids(index, Query("", HERE)) == {"a", "b", "c", "d"}
    make_former(client, name, name)
    # Known only by the server's refusal; then it is asked again.
    with pytest.raises(IndexUnavailable):
        index.put(ENTRIES[:1])
    with pytest.raises(IndexOutdated):
        index.put(ENTRIES[:1])


@pytest.mark.parametrize("verb", ["put", "fill"])
def test_a_change_is_refused_when_the_rebuild_ends_meanwhile(
    index: ElasticIndex, elasticsearch_server: Elasticsearch, client: Client, name: str, verb: str
) -> None:
    index.put(ENTRIES[:1])
    index.begin_rebuild()
    index.fill(ENTRIES[:1])
    other = second_index(elasticsearch_server, name)
    with pytest.raises(IndexUnavailable):
        getattr(index, verb)(Slow(ENTRIES[1:2], other.finish_rebuild))
    other.close()
    assert not client.indices.exists(index=f"{name}-building")
    index.put(ENTRIES[1:2])
    assert ids(index, Query("", HERE)) == {"a", "b"}


def test_what_is_not_there_is_forgotten_and_a_lost_index_is_not(index: ElasticIndex, client: Client, name: str) -> None:
    index.put(ENTRIES[:1])
    index.remove(["never", "a", "a"])
    assert index.check().entries == 0
    index.begin_rebuild()
    client.indices.delete(index=next(iter(client.indices.get_alias(name=name))))
    # No index in use, one being made: it takes the changes, and is not given up for an empty one.
    index.put(ENTRIES[:1])
    index.fill(ENTRIES[1:2])
    index.finish_rebuild()
    assert ids(index, Query("", HERE)) == {"a", "b"}


def test_an_index_in_the_place_of_the_alias_is_cleared_away(index: ElasticIndex, client: Client, name: str) -> None:
    index.put(ENTRIES[:1])
    # As a write of an earlier version made it, after the rebuild had ended.
    client.index(index=f"{name}-building", id="lost", document=FORMER)
    assert index.check().building is None
    index.put(ENTRIES[1:2])
    index.begin_rebuild()
    index.fill(ENTRIES)
    index.finish_rebuild()
    assert ids(index, Query("", HERE)) == {"a", "b", "c", "d"}
