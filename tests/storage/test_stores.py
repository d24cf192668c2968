"""One contract for every store."""

import io
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scripts.local_servers import Minio
from storage import (
    NotStored,
    StorageError,
    Store,
    StoreDamaged,
    StoreUnavailable,
    add_master_key,
    open_master_keys,
    open_store,
    verify,
)
from tests.storage.buckets import s3_store

SERVERS = pytest.mark.servers
PLACES = ("file:files", "memory:", pytest.param("s3:", marks=SERVERS))


@pytest.fixture(params=PLACES)
def place(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=["plain", "sealed"])
def store(request: pytest.FixtureRequest, place: str, tmp_path: Path) -> Iterator[Store]:
    masters = None
    if request.param == "sealed":
        add_master_key(tmp_path / "master.key")
        masters = open_master_keys("file:master.key", base=tmp_path)
    if place != "s3:":
        yield open_store(place, base=tmp_path, masters=masters)
        return
    server: Minio = request.getfixturevalue("minio_server")
    with s3_store(server, masters=masters) as opened:
        yield opened


def read(store: Store, key: str) -> bytes:
    with store.open(key) as source:
        return source.read()


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.binary(max_size=4096))
def test_bytes_come_back_under_their_hash(store: Store, data: bytes) -> None:
    stored = store.put(io.BytesIO(data))
    assert (stored.key, stored.size) == (sha256(data).hexdigest(), len(data))
    assert read(store, stored.key) == data
    verify(store, stored.key)


def test_any_range_of_the_bytes_can_be_read(store: Store) -> None:
    data = bytes(range(256)) * 4096
    key = store.put(io.BytesIO(data)).key
    with store.open(key) as source:
        assert source.read(10) == data[:10]
        source.seek(1_000_000)
        assert source.read(20) == data[1_000_000:1_000_020]
        source.seek(-5, os.SEEK_END)
        assert source.read() == data[-5:]
        assert source.read() == b""
        source.seek(300)
        assert source.read(1) == data[300:301]
        assert source.tell() == 301


def test_retention_is_enforced_or_said_to_be_none(store: Store) -> None:
    key = store.put(io.BytesIO(b"a")).key
    assert store.retain(key, datetime.now(UTC) + timedelta(days=1)) is None
    store.delete(key)
    with pytest.raises(NotStored):
        store.retain(key, datetime.now(UTC) + timedelta(days=1))


def test_its_health_is_told(store: Store) -> None:
    health = store.check()
    assert health.writable
    assert list(store.list()) == []


def test_the_same_bytes_are_one_file_whose_time_is_refreshed(store: Store) -> None:
    first = store.put(io.BytesIO(b"a"))
    between = datetime.now(UTC) + timedelta(milliseconds=20)
    time.sleep(0.05)
    assert store.put(io.BytesIO(b"a")) == first
    assert [f.key for f in store.list()] == [first.key]
    assert list(store.list(older_than=between)) == []


def test_what_was_put_again_is_not_deleted_as_forgotten(store: Store) -> None:
    key = store.put(io.BytesIO(b"a")).key
    before = datetime.now(UTC) - timedelta(seconds=5)
    assert not store.delete(key, not_put_since=before)
    assert read(store, key) == b"a"
    assert store.delete(key, not_put_since=datetime.now(UTC) + timedelta(seconds=5))
    assert not store.exists(key)
    assert store.delete(key, not_put_since=before)


def test_the_right_bytes_mend_a_key_and_others_do_not(store: Store) -> None:
    key = store.put(io.BytesIO(b"a")).key
    for damage in (False, True):
        if damage:
            store.delete(key)
        with pytest.raises(StoreDamaged):
            store.mend(key, io.BytesIO(b"b"))
        assert store.exists(key) is not damage
        store.mend(key, io.BytesIO(b"a"))
        assert read(store, key) == b"a"
    assert [f.key for f in store.list()] == [key]


def test_what_lies_as_it_should_needs_no_renewing(store: Store) -> None:
    key = store.put(io.BytesIO(b"a")).key
    assert not store.renew(key)
    with pytest.raises(NotStored):
        store.renew("0" * 64)


@pytest.mark.parametrize("size", [0, 1, 65535, 65536, 65537, 1048576, 3_000_001])
def test_sizes_around_those_of_chunks_come_back(store: Store, size: int) -> None:
    data = random.Random(size).randbytes(size)  # noqa: S311 - repeatable, not secret
    stored = store.put(io.BytesIO(data))
    assert list(store.list()) == [stored]
    with store.open(stored.key) as source:
        assert source.seek(0, os.SEEK_END) == size
        for begin in {0, size // 3, max(0, size - 70_000), size}:
            source.seek(begin)
            assert source.read(100_000) == data[begin : begin + 100_000]
    verify(store, stored.key)


def test_what_is_deleted_is_gone_and_deleting_again_is_harmless(store: Store) -> None:
    key = store.put(io.BytesIO(b"a")).key
    store.delete(key)
    store.delete(key)
    assert not store.exists(key)
    with pytest.raises(NotStored):
        store.open(key)


@pytest.mark.parametrize("key", ["", "..", "../../etc/passwd", "a" * 63, "A" * 64, "a" * 64 + "/x"])
def test_what_is_no_key_is_not_stored(store: Store, key: str) -> None:
    with pytest.raises(NotStored):
        store.open(key)
    with pytest.raises(NotStored):
        store.delete(key)


def test_an_unknown_address_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StorageError) as refused:
        open_store("ftp://x", base=tmp_path)
    assert refused.value.code == "store_url_unknown"
    with pytest.raises(StorageError) as refused:
        open_store("s3://key@127.0.0.1/bucket", base=tmp_path)
    assert refused.value.code == "store_password_missing"


def test_a_changed_file_shows(tmp_path: Path) -> None:
    store = open_store("file:.", base=tmp_path)
    key = store.put(io.BytesIO("văn bản".encode())).key
    (tmp_path / key[:2] / key[2:4] / key).write_bytes(b"van ban")
    with pytest.raises(StoreDamaged):
        verify(store, key)
    with store.open(key) as source, pytest.raises(StoreDamaged):
        source.read()
    store.mend(key, io.BytesIO("văn bản".encode()))
    verify(store, key)


class Broken(io.RawIOBase):
    def __init__(self) -> None:
        self._calls = 0

    def read(self, _size: int = -1) -> bytes:
        self._calls += 1
        if self._calls > 1:
            raise OSError(28, "No space left on device")
        return b"half"


def test_a_source_that_breaks_leaves_nothing(store: Store) -> None:
    with pytest.raises(StoreUnavailable):
        store.put(Broken())  # type: ignore[arg-type] # reads like a file
    assert list(store.list()) == []


def test_a_source_that_breaks_leaves_nothing_aside(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable):
        open_store("file:.", base=tmp_path).put(Broken())  # type: ignore[arg-type] # reads like a file
    assert list((tmp_path / ".new").iterdir()) == []


def test_left_overs_of_a_killed_put_go_after_a_day(tmp_path: Path) -> None:
    store = open_store("file:.", base=tmp_path)
    old, new = tmp_path / ".new" / "old", tmp_path / ".new" / "new"
    old.write_bytes(b"x")
    new.write_bytes(b"x")
    os.utime(old, (1, 1))
    assert store.drop_left_overs() == 1
    assert new.exists()
    assert not old.exists()


def test_a_put_and_a_clean_up_at_the_same_moment_leave_the_file(tmp_path: Path) -> None:
    store = open_store("file:.", base=tmp_path)
    key = store.put(io.BytesIO(b"a")).key
    for _ in range(200):
        os.utime(tmp_path / key[:2] / key[2:4] / key, (1, 1))
        begun = datetime.now(UTC)
        clearing = threading.Thread(target=store.delete, args=(key,), kwargs={"not_put_since": begun})
        clearing.start()
        store.put(io.BytesIO(b"a"))
        clearing.join()
        verify(store, key)


CHILD = """
import io, sys
from pathlib import Path
from storage import open_store
store = open_store("file:.", base=Path(sys.argv[1]))
ordinal = 0
while True:
    ordinal += 1
    store.put(io.BytesIO(bytes([ordinal % 251]) * 3_000_000 + str(ordinal).encode()))
    if ordinal == 1:
        print("one is there", flush=True)
"""


def test_killed_at_any_moment_a_reader_sees_whole_files_only(tmp_path: Path) -> None:
    kept: Callable[[], list[str]] = lambda: [f.key for f in open_store("file:.", base=tmp_path).list()]  # noqa: E731 - used twice
    for pause in (0.05, 0.11, 0.17):
        child = subprocess.Popen([sys.executable, "-c", CHILD, str(tmp_path)], stdout=subprocess.PIPE)
        assert child.stdout is not None
        child.stdout.readline()
        time.sleep(pause)
        child.send_signal(signal.SIGKILL)
        child.wait()
        child.stdout.close()
    assert kept()
    for key in kept():
        verify(open_store("file:.", base=tmp_path), key)
