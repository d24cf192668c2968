"""An Elasticsearch that has no room for a moment: who searches waits and is answered, a rebuild
waits and goes on, a change is tried again by its job."""

from collections.abc import Iterator

import pytest

from scripts.local_servers import Elasticsearch
from search import IndexUnavailable, Query
from search.elastic import ElasticIndex
from search.sample import sample_entries
from tests.search.crowded import Crowd, Refusal, crowd_before
from tests.search.engines import elastic_index
from tests.search.test_facets import ENTRIES, HERE, ids

pytestmark = pytest.mark.servers

# The client itself asks thrice, at once, before it says that a request was refused as a whole.
ASKS = {Refusal.WHOLE: 3, Refusal.EACH: 1}


@pytest.fixture
def crowd(elasticsearch_server: Elasticsearch) -> Iterator[Crowd]:
    with crowd_before(elasticsearch_server.port) as opened:
        yield opened


@pytest.fixture
def index(elasticsearch_server: Elasticsearch, crowd: Crowd) -> Iterator[ElasticIndex]:
    with elastic_index(elasticsearch_server, port=crowd.port) as opened:
        yield opened


@pytest.mark.parametrize("kind", list(Refusal))
def test_a_rebuild_waits_and_leaves_nothing_out(index: ElasticIndex, crowd: Crowd, kind: Refusal) -> None:
    entries, asks = list(sample_entries(300)), ASKS[kind]
    crowd.kind, crowd.left = kind, 2 * asks
    index.rebuild(entries)
    assert (crowd.refused, crowd.left) == (2 * asks, 0)
    assert index.check().entries == len(entries)
    # Halfway, by a job: the same.
    index.begin_rebuild()
    crowd.left = asks
    index.fill(entries[:200])
    index.fill(entries[200:])
    index.finish_rebuild()
    assert (crowd.refused, index.check().entries) == (3 * asks, len(entries))


def test_a_job_that_fills_gives_up_before_its_lease_ends_and_is_tried_again(index: ElasticIndex, crowd: Crowd) -> None:
    index.begin_rebuild()
    crowd.kind, crowd.left = Refusal.EACH, 1_000
    with pytest.raises(IndexUnavailable, match="es_rejected_execution_exception"):
        index.fill(ENTRIES)
    assert crowd.refused == 10  # two requests, each at once and after each of four pauses
    crowd.left = 0
    index.fill(ENTRIES)
    index.finish_rebuild()
    assert ids(index, Query("", HERE)) == {"a", "b", "c", "d"}


@pytest.mark.parametrize("kind", list(Refusal))
def test_a_change_does_not_wait(index: ElasticIndex, crowd: Crowd, kind: Refusal) -> None:
    index.put(ENTRIES[:1])
    crowd.kind, crowd.left = kind, ASKS[kind]
    with pytest.raises(IndexUnavailable, match="es_rejected_execution_exception"):
        index.put(ENTRIES[1:2])
    assert crowd.left == 0
    index.put(ENTRIES[1:2])
    assert ids(index, Query("", HERE)) == {"a", "b"}


def test_who_searches_waits_a_moment_and_is_answered(index: ElasticIndex, crowd: Crowd) -> None:
    index.put(ENTRIES)
    crowd.left = 2 * ASKS[crowd.kind]
    assert ids(index, Query("", HERE)) == {"a", "b", "c", "d"}
    assert crowd.left == 0
    crowd.left, crowd.refused = 1_000, 0
    with pytest.raises(IndexUnavailable, match="es_rejected_execution_exception"):
        index.find(Query("", HERE))
    assert crowd.refused == 5 * ASKS[crowd.kind]  # at once and after each of four pauses
