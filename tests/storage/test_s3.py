"""What only a real S3 server shows: checksums it checks, uploads it goes on with, retention it enforces, its death."""

import io
import random
import threading
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from scripts.local_servers import Minio, Place, Purpose, use
from scripts.local_servers.running import crash, restart
from storage import (
    LockMissing,
    NotStored,
    StillRetained,
    StorageError,
    Store,
    StoreDamaged,
    StoreUnavailable,
    add_master_key,
    open_master_keys,
    open_store,
    verify,
)
from storage.drill.cutter import Cutter, cutter
from storage.plain import PlainStore
from storage.s3 import S3Address
from storage.s3_parts import upload_in_parts
from storage.sealed import SealedStore
from storage.store import path_of
from tests.storage.buckets import SMALL_PART, bare_client, password, s3_place, s3_store

pytestmark = pytest.mark.servers

DAY = timedelta(days=1)


@pytest.fixture
def store(minio_server: Minio) -> Iterator[Store]:
    with s3_store(minio_server) as opened:
        opened.put(io.BytesIO(b"first"))
        yield opened


def noise(size: int, seed: int = 7) -> bytes:
    return random.Random(seed).randbytes(size)  # noqa: S311 - repeatable, not secret


def bucket_of(store: Store) -> str:
    return store.check().place.rpartition("/")[2]


def through(port: int, store: Store, server: Minio) -> Store:
    """The same bucket by another way."""
    return PlainStore(s3_place(server, f"s3://docservice@127.0.0.1:{port}/{bucket_of(store)}?tls=0"))


@pytest.mark.parametrize("size", [SMALL_PART, SMALL_PART + 1, 3 * SMALL_PART, 3 * SMALL_PART + 12345])
def test_files_around_the_size_of_a_part_come_back(store: Store, size: int) -> None:
    data = noise(size)
    stored = store.put(io.BytesIO(data))
    assert (stored.key, stored.size) == (sha256(data).hexdigest(), size)
    verify(store, stored.key)
    between = datetime.now(UTC)
    assert store.put(io.BytesIO(data)) == stored
    assert [file.key for file in store.list(older_than=between)] == [sha256(b"first").hexdigest()]
    with store.open(stored.key) as source:
        source.seek(size - 3)
        assert source.read() == data[-3:]


def test_a_cut_upload_goes_on_with_the_part_that_is_missing(store: Store, minio_server: Minio) -> None:
    data = noise(5 * SMALL_PART)
    key = sha256(data).hexdigest()
    with cutter(minio_server.port, upwards=True) as relay:
        broken = through(relay.port, store, minio_server)
        relay.allowance = 3 * SMALL_PART
        with pytest.raises(StoreUnavailable):
            broken.put(io.BytesIO(data))
        assert relay.cuts
    assert not store.exists(key)
    s3, bucket = bare_client(minio_server), bucket_of(store)
    upload = s3.list_multipart_uploads(Bucket=bucket, Prefix=path_of(key))["Uploads"][0]["UploadId"]
    there = s3.list_parts(Bucket=bucket, Key=path_of(key), UploadId=upload)["Parts"]
    assert len(there) == 2
    sent = upload_in_parts(s3, bucket, path_of(key), io.BytesIO(data), part_bytes=SMALL_PART, extra={})
    assert sent == 3
    verify(store, key)


def test_a_cut_upload_of_a_sealed_file_goes_on_too(minio_server: Minio, tmp_path: Path) -> None:
    add_master_key(tmp_path / "master.key")
    masters = open_master_keys("file:master.key", base=tmp_path)
    assert masters is not None
    data = noise(5 * SMALL_PART)
    name = path_of(sha256(data).hexdigest()) + ".sealed"
    with s3_store(minio_server, masters=masters) as store, cutter(minio_server.port, upwards=True) as relay:
        store.put(io.BytesIO(b"first"))
        bucket, s3 = bucket_of(store), bare_client(minio_server)
        broken = SealedStore(s3_place(minio_server, f"s3://docservice@127.0.0.1:{relay.port}/{bucket}?tls=0"), masters)
        relay.allowance = 3 * SMALL_PART
        with pytest.raises(StoreUnavailable):
            broken.put(io.BytesIO(data))
        upload = s3.list_multipart_uploads(Bucket=bucket, Prefix=name)["Uploads"][0]["UploadId"]
        assert len(s3.list_parts(Bucket=bucket, Key=name, UploadId=upload)["Parts"]) == 2
        # What is left passes, and the whole would not.
        relay.allowance = 4 * SMALL_PART
        stored = broken.put(io.BytesIO(data))
        verify(store, stored.key)
        assert relay.allowance > 0
        lying = {item["Key"] for item in s3.list_objects_v2(Bucket=bucket)["Contents"]}
        assert lying == {name, path_of(sha256(b"first").hexdigest()) + ".sealed"}


def test_a_note_of_other_bytes_is_not_gone_on_with(minio_server: Minio, tmp_path: Path) -> None:
    add_master_key(tmp_path / "master.key")
    masters = open_master_keys("file:master.key", base=tmp_path)
    assert masters is not None
    data, others = noise(2 * SMALL_PART), noise(2 * SMALL_PART, seed=8)
    with s3_store(minio_server, masters=masters) as store:
        other = store.put(io.BytesIO(others)).key
        s3, bucket = bare_client(minio_server), bucket_of(store)
        head = s3.get_object(Bucket=bucket, Key=f"{path_of(other)}.sealed", Range="bytes=0-127")["Body"].read()
        s3.put_object(Bucket=bucket, Key=f".begun/{sha256(data).hexdigest()}.sealed", Body=head)
        verify(store, store.put(io.BytesIO(data)).key)


def test_parts_of_other_bytes_are_not_joined(store: Store, minio_server: Minio) -> None:
    data = noise(3 * SMALL_PART)
    key = sha256(data).hexdigest()
    s3, bucket = bare_client(minio_server), bucket_of(store)
    begun = s3.create_multipart_upload(Bucket=bucket, Key=path_of(key), ChecksumAlgorithm="SHA256")
    s3.upload_part(
        Bucket=bucket,
        Key=path_of(key),
        UploadId=begun["UploadId"],
        PartNumber=2,
        Body=b"x" * SMALL_PART,
        ChecksumAlgorithm="SHA256",
    )
    store.put(io.BytesIO(data))
    verify(store, key)


def test_a_cut_download_goes_on_where_it_broke(store: Store, minio_server: Minio) -> None:
    data = noise(4 * SMALL_PART)
    key = store.put(io.BytesIO(data)).key
    with cutter(minio_server.port, upwards=False) as relay:
        shaky = through(relay.port, store, minio_server)
        with shaky.open(key) as source:
            begin = source.read(1000)
            relay.is_once, relay.allowance = True, 2 * SMALL_PART
            assert begin + source.read() == data
        assert relay.cuts == 1


def test_a_download_whose_asking_anew_is_cut_too_goes_on(store: Store, minio_server: Minio) -> None:
    data = noise(2 * SMALL_PART)
    key = store.put(io.BytesIO(data)).key
    with cutter(minio_server.port, upwards=False) as relay:
        shaky = through(relay.port, store, minio_server)
        with shaky.open(key) as source:
            begin = source.read(1000)
            # Not even the head of an answer passes for a while: the vendor's own tries are used up.
            relay.allowance = SMALL_PART
            back = threading.Thread(target=lambda: pass_again(relay, after=5))
            back.start()
            assert begin + source.read() == data
            back.join()
        assert relay.cuts >= 5


def pass_again(relay: Cutter, *, after: int) -> None:
    while relay.cuts < after:
        time.sleep(0.01)
    relay.allowance = None


def test_bytes_that_are_not_what_their_name_says_are_noticed_while_read(store: Store, minio_server: Minio) -> None:
    key = sha256(b"first").hexdigest()
    bare_client(minio_server).put_object(Bucket=bucket_of(store), Key=path_of(key), Body=b"forst")
    with store.open(key) as source, pytest.raises(StoreDamaged):
        source.read()
    with pytest.raises(StoreDamaged):
        verify(store, key)


def test_the_server_refuses_an_upload_whose_bytes_changed_on_the_way(store: Store, minio_server: Minio) -> None:
    s3 = bare_client(minio_server)
    name = path_of(sha256(b"other").hexdigest())
    with pytest.raises(s3.exceptions.ClientError) as refused:
        s3.put_object(Bucket=bucket_of(store), Key=name, Body=b"othar", ChecksumSHA256="AAAA" * 10 + "AAA=")
    assert refused.value.response["Error"]["Code"] in {"XAmzContentChecksumMismatch", "BadDigest", "InvalidArgument"}


def test_a_put_that_meets_a_deletion_sends_its_bytes_again(store: Store, minio_server: Minio) -> None:
    key, s3, bucket = sha256(b"first").hexdigest(), bare_client(minio_server), bucket_of(store)
    s3.put_object(Bucket=bucket, Key=f".going/{key}", Body=b"")

    def go_on() -> None:
        s3.delete_object(Bucket=bucket, Key=path_of(key))
        s3.delete_object(Bucket=bucket, Key=f".going/{key}")

    other = threading.Timer(0.5, go_on)
    other.start()
    store.put(io.BytesIO(b"first"))
    other.join()
    verify(store, key)


def test_a_clean_up_leaves_no_mark_behind(store: Store, minio_server: Minio) -> None:
    key = sha256(b"first").hexdigest()
    assert not store.delete(key, not_put_since=datetime.now(UTC) - DAY)
    assert store.delete(key, not_put_since=datetime.now(UTC) + DAY)
    left = bare_client(minio_server).list_objects_v2(Bucket=bucket_of(store))
    assert left["KeyCount"] == 0


@pytest.mark.parametrize("mode", ["governance", "compliance"])
def test_retention_is_enforced_extended_and_never_shortened(minio_server: Minio, mode: str) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    with s3_store(minio_server, f"&lock={mode}") as store:
        key = store.put(io.BytesIO(b"signed")).key
        assert "object_lock" in store.check().abilities
        assert store.retain(key, now + 3 * DAY) == now + 3 * DAY
        assert store.retain(key, now + DAY) == now + 3 * DAY
        assert store.retain(key, now + 5 * DAY) == now + 5 * DAY
        with pytest.raises(StillRetained):
            store.delete(key)
        assert store.put(io.BytesIO(b"signed")).key == key
        verify(store, key)
        free = store.put(io.BytesIO(b"draft")).key
        store.put(io.BytesIO(b"draft"))
        store.delete(free)
        assert [file.key for file in store.list()] == [key]
        versions = bare_client(minio_server).list_object_versions(Bucket=bucket_of(store), Prefix=path_of(free))
        assert "Versions" not in versions


def test_an_original_is_retained_from_the_start(minio_server: Minio) -> None:
    with s3_store(minio_server, "&lock=compliance&lock_days=30") as store:
        draft, original = store.put(io.BytesIO(b"draft")), store.put(io.BytesIO(b"signed"), original=True)
        store.delete(draft.key)
        with pytest.raises(StillRetained):
            store.delete(original.key)
        in_force = store.retain(original.key, datetime.now(UTC) + DAY)
        assert in_force is not None
        assert in_force > datetime.now(UTC) + 29 * DAY


def test_a_retained_file_gets_its_new_master_key_and_stays_retained(minio_server: Minio, tmp_path: Path) -> None:
    keys = tmp_path / "master.key"
    add_master_key(keys)
    url = minio_server.url(f"test-{uuid.uuid4().hex}") + "&lock=compliance&lock_days=30"

    def opened() -> Store:
        masters = open_master_keys("file:master.key", base=tmp_path)
        return open_store(url, base=tmp_path, password=password(minio_server), masters=masters)

    key = opened().put(io.BytesIO(b"signed"), original=True).key
    longer = datetime.now(UTC).replace(microsecond=0) + 90 * DAY
    opened().retain(key, longer)
    add_master_key(keys)
    assert opened().renew(key)
    keys.write_text(keys.read_text(encoding="ascii").splitlines()[-1], encoding="ascii")
    verify(opened(), key)
    with pytest.raises(StillRetained):
        opened().delete(key)
    assert opened().retain(key, datetime.now(UTC) + DAY) == longer


def test_retention_runs_out(minio_server: Minio) -> None:
    with s3_store(minio_server, "&lock=compliance") as store:
        key = store.put(io.BytesIO(b"signed")).key
        until = datetime.now(UTC) + timedelta(seconds=4)
        store.retain(key, until)
        with pytest.raises(StillRetained):
            store.delete(key)
        while store.exists(key):
            try:
                store.delete(key)
            except StillRetained:
                assert datetime.now(UTC) < until + timedelta(seconds=60)


def test_the_server_encrypts_when_asked(minio_server: Minio) -> None:
    with s3_store(minio_server, "&sse=AES256") as store:
        health = store.check()
        assert health.warnings == ()
        assert "encryption" in health.abilities
        for data in (b"small", noise(SMALL_PART + 9)):
            key = store.put(io.BytesIO(data)).key
            store.put(io.BytesIO(data))
            facts = bare_client(minio_server).head_object(Bucket=bucket_of(store), Key=path_of(key))
            assert facts["ServerSideEncryption"] == "AES256"
            verify(store, key)


def test_abilities_are_tried(store: Store, minio_server: Minio) -> None:
    assert set(store.check().abilities) == {"tags", "put_once"}
    s3 = bare_client(minio_server)
    s3.put_bucket_versioning(Bucket=bucket_of(store), VersioningConfiguration={"Status": "Enabled"})
    assert set(store.check().abilities) == {"tags", "put_once", "versioning"}
    assert [file.key for file in store.list()] == [sha256(b"first").hexdigest()]


def test_a_lock_asked_for_where_there_is_none_is_said(store: Store, minio_server: Minio) -> None:
    url = f"s3://docservice@127.0.0.1:{minio_server.port}/{bucket_of(store)}?tls=0&lock=compliance"
    unlocked = open_store(url, password=password(minio_server), base=Path("unused"))
    assert unlocked.check().warnings == ("store_lock_missing",)
    with pytest.raises(LockMissing, match="store_lock_missing"):
        unlocked.put(io.BytesIO(b"signed"), original=True)
    with pytest.raises(LockMissing):
        unlocked.retain(sha256(b"first").hexdigest(), datetime.now(UTC) + DAY)


def test_a_wrong_password_and_a_deaf_place_are_unavailable(minio_server: Minio) -> None:
    wrong = open_store(minio_server.url("x-bucket"), password="wrong", base=Path("unused"))
    for store in (wrong, open_store("s3://k@127.0.0.1:9/x-bucket?tls=0", password="x", base=Path("unused"))):
        with pytest.raises(StoreUnavailable):
            store.put(io.BytesIO(b"a"))
        with pytest.raises(StoreUnavailable):
            store.exists("a" * 64)


def test_killed_and_back_it_has_all_that_was_put() -> None:
    class Lone(Minio):
        name = f"lone-{uuid.uuid4().hex[:8]}"

    server = Lone(Place(Purpose.TEST))
    with use(server), s3_store(server) as store:
        keys = [store.put(io.BytesIO(noise(50_000, seed))).key for seed in range(20)]
        crash(server)
        with pytest.raises(StoreUnavailable):
            store.put(io.BytesIO(b"while it is dead"))
        with pytest.raises(StoreUnavailable):
            store.open(keys[0])
        restart(server)
        keys.append(store.put(io.BytesIO(b"while it is dead")).key)
        assert {file.key for file in store.list()} == set(keys)
        for key in keys:
            verify(store, key)


@pytest.mark.parametrize(
    "url",
    [
        "s3://key:secret@host/bucket",
        "s3://host/bucket",
        "s3://key@host",
        "s3://key@host/bucket?tls=2",
        "s3://key@host/bucket?lock=maybe",
        "s3://key@host/bucket?sse=rot13",
        "s3://key@host/bucket?lock_days=30",
        "s3://key@host/bucket?colour=blue",
    ],
)
def test_an_incomplete_address_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(StorageError) as refused:
        S3Address.parse(url)
    assert "secret" not in str(refused.value)


def test_what_is_not_there_is_not_stored(store: Store) -> None:
    with pytest.raises(NotStored):
        store.open("0" * 64)
    with pytest.raises(NotStored):
        store.retain("0" * 64, datetime.now(UTC))
