"""Sealed files: nothing of them is readable, no change of them goes unseen, and master keys change underneath."""

import io
import os
import random
import shutil
from pathlib import Path

import pytest

from storage import (
    MasterKeys,
    StorageError,
    Store,
    StoreDamaged,
    StoreUnavailable,
    add_master_key,
    open_master_keys,
    open_store,
    verify,
)
from storage.sealing import HEAD, TAG
from storage.store import path_of

CHUNK = 65536


def noise(size: int, seed: int = 7) -> bytes:
    return random.Random(seed).randbytes(size)  # noqa: S311 - repeatable, not secret


def masters(folder: Path) -> MasterKeys:
    found = open_master_keys("file:keys/master.key", base=folder)
    assert found is not None
    return found


def store_of(folder: Path, *, sealed: bool = True) -> Store:
    return open_store("file:files", base=folder, masters=masters(folder) if sealed else None)


def lying(folder: Path, key: str) -> Path:
    return folder / "files" / f"{path_of(key)}.sealed"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    add_master_key(tmp_path / "keys" / "master.key")
    return tmp_path


def test_nothing_of_a_file_is_readable_where_it_lies(folder: Path) -> None:
    text = "Quyết định về việc thử nghiệm. ".encode() * 5000
    key = store_of(folder).put(io.BytesIO(text)).key
    assert [path.name for path in (folder / "files").glob("*/*/*")] == [f"{key}.sealed"]
    assert b"Quy" not in lying(folder, key).read_bytes()
    first = lying(folder, key).read_bytes()
    store_of(folder).mend(key, io.BytesIO(text))
    second = lying(folder, key).read_bytes()
    assert first[HEAD : HEAD + 16] != second[HEAD : HEAD + 16]  # each put has a key of its own


def test_every_changed_byte_shows(folder: Path) -> None:
    store = store_of(folder)
    key = store.put(io.BytesIO(noise(3 * CHUNK + 5))).key
    sealed = lying(folder, key).read_bytes()
    places = [*range(HEAD), *range(HEAD, len(sealed), 9973), len(sealed) - 1]
    for place in places:
        changed = bytearray(sealed)
        changed[place] ^= 1
        lying(folder, key).write_bytes(changed)
        with pytest.raises((StoreDamaged, StoreUnavailable)):
            verify(store, key)
    lying(folder, key).write_bytes(sealed)
    verify(store, key)


def test_cut_lengthened_reordered_and_mixed_files_show(folder: Path) -> None:
    store = store_of(folder)
    one, two = (store.put(io.BytesIO(noise(3 * CHUNK, seed))).key for seed in (1, 2))
    sealed, other = lying(folder, one).read_bytes(), lying(folder, two).read_bytes()
    step = CHUNK + TAG
    chunks = [sealed[HEAD + n * step : HEAD + (n + 1) * step] for n in range(3)]
    wrong = {
        "cut at a chunk": sealed[: HEAD + 2 * step],
        "cut within a chunk": sealed[:-7],
        "the head alone": sealed[:HEAD],
        "nothing": b"",
        "longer by a chunk": sealed + chunks[0],
        "longer by a byte": sealed + b"\0",
        "two chunks in the other order": sealed[:HEAD] + chunks[1] + chunks[0] + chunks[2],
        "a chunk twice": sealed[:HEAD] + chunks[0] + chunks[0] + chunks[2],
        "a chunk of another file": sealed[: HEAD + step] + other[HEAD + step : HEAD + 2 * step] + chunks[2],
        "another file": other,
        "the body of another file": sealed[:HEAD] + other[HEAD:],
    }
    for how, data in wrong.items():
        lying(folder, one).write_bytes(data)
        with pytest.raises(StoreDamaged):
            verify(store, one)
            pytest.fail(how)


def test_a_range_of_a_cut_or_swapped_file_is_not_given_out_either(folder: Path) -> None:
    store = store_of(folder)
    one, two = (store.put(io.BytesIO(noise(3 * CHUNK, seed))).key for seed in (1, 2))
    whole = lying(folder, one).read_bytes()
    for data in (whole[: HEAD + 2 * (CHUNK + TAG)], lying(folder, two).read_bytes()):
        lying(folder, one).write_bytes(data)
        with pytest.raises(StoreDamaged):
            store.open(one)


def test_a_new_master_key_takes_over_and_the_old_one_can_go(folder: Path) -> None:
    keys = folder / "keys" / "master.key"
    data = noise(200_000)
    key = store_of(folder).put(io.BytesIO(data)).key
    body = lying(folder, key).read_bytes()[HEAD:]
    add_master_key(keys)
    store = store_of(folder)
    verify(store, key)
    assert store.renew(key)
    assert not store.renew(key)
    assert lying(folder, key).read_bytes()[HEAD:] == body  # the chunks stay as they are
    keys.write_text(keys.read_text(encoding="ascii").splitlines()[-1] + "\n", encoding="ascii")
    with store_of(folder).open(key) as source:
        assert source.read() == data
    assert keys.stat().st_mode & 0o777 == 0o600


def test_a_damaged_file_is_not_renewed(folder: Path) -> None:
    key = store_of(folder).put(io.BytesIO(noise(200_000))).key
    sealed = bytearray(lying(folder, key).read_bytes())
    sealed[-1] ^= 1
    lying(folder, key).write_bytes(sealed)
    add_master_key(folder / "keys" / "master.key")
    with pytest.raises(StoreDamaged):
        store_of(folder).renew(key)
    assert lying(folder, key).read_bytes() == sealed


def test_without_its_master_key_a_file_waits_and_is_not_lost(folder: Path) -> None:
    key = store_of(folder).put(io.BytesIO(b"a")).key
    (folder / "keys" / "master.key").unlink()
    add_master_key(folder / "keys" / "master.key")
    with pytest.raises(StoreUnavailable) as refused:
        store_of(folder).open(key)
    assert refused.value.code == "master_key_missing"
    plain = store_of(folder, sealed=False)
    with pytest.raises(StoreUnavailable) as refused:
        plain.open(key)
    assert refused.value.code == "store_sealed"
    assert "store_sealed_without_key" in plain.check().warnings


def test_files_from_before_are_read_checked_and_sealed_in_turn(folder: Path) -> None:
    plain, store = store_of(folder, sealed=False), store_of(folder)
    data = noise(200_000)
    key = plain.put(io.BytesIO(data)).key
    assert store.exists(key)
    with store.open(key) as source:
        source.seek(100_000)
        assert source.read(5) == data[100_000:100_005]
    assert [file.size for file in store.list()] == [len(data)]
    store.put(io.BytesIO(data))
    assert [(file.key, file.size) for file in store.list()] == [(key, len(data))]
    assert store.renew(key)
    assert not (folder / "files" / path_of(key)).exists()
    other = plain.put(io.BytesIO(b"old")).key
    assert store.renew(other)
    assert not (folder / "files" / path_of(other)).exists()
    verify(store, other)
    store.delete(other)
    assert not store.exists(other)


def test_plain_bytes_laid_in_place_of_sealed_ones_are_not_believed(folder: Path) -> None:
    store = store_of(folder)
    key = store.put(io.BytesIO(b"right")).key
    lying(folder, key).unlink()
    (folder / "files" / path_of(key)).write_bytes(b"wrong")
    with pytest.raises(StoreDamaged):
        store.open(key)


@pytest.mark.parametrize(
    ("content", "mode", "code"),
    [
        (None, 0o600, "master_key_file_missing"),
        ("ab" * 32, 0o640, "master_key_open_to_others"),
        ("ab" * 31, 0o600, "master_key_file_unreadable"),
        ("xyz", 0o600, "master_key_file_unreadable"),
        ("", 0o600, "master_key_file_unreadable"),
    ],
)
def test_a_bad_key_file_is_refused(tmp_path: Path, content: str | None, mode: int, code: str) -> None:
    if content is not None:
        (tmp_path / "k").write_text(content, encoding="ascii")
        (tmp_path / "k").chmod(mode)
    with pytest.raises(StorageError) as refused:
        open_master_keys("file:k", base=tmp_path)
    assert refused.value.code == code


@pytest.mark.parametrize("address", ["vault:x", "pkcs11:token/key", "file:"])
def test_an_unknown_place_of_keys_is_refused(tmp_path: Path, address: str) -> None:
    with pytest.raises(StorageError):
        open_master_keys(address, base=tmp_path)


def test_no_key_means_no_sealing(tmp_path: Path) -> None:
    assert open_master_keys("", base=tmp_path) is None


def test_a_copy_of_folder_and_key_is_all_that_is_needed(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    key = store_of(folder).put(io.BytesIO(noise(100_000))).key
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "copy"
    shutil.copytree(folder, elsewhere)
    verify(store_of(elsewhere), key)
    assert os.listdir(elsewhere / "files" / ".new") == []  # noqa: PTH208 - names are what is asked
