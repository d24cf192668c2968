"""Master keys that stay in a token: SoftHSM stands for the HSM."""

import io
import subprocess
import uuid
from pathlib import Path

import pkcs11
import pytest
from pkcs11 import Attribute, KeyType

from storage import MasterKeys, StoreDamaged, StoreUnavailable, open_master_keys, open_store, verify
from storage.store import path_of
from tests.signing.tokens import MODULE, PIN, SO_PIN, Shelf


class Slot:
    """A token of its own with AES keys in it."""

    def __init__(self) -> None:
        self.label = f"files-{uuid.uuid4().hex[:8]}"
        command = ["softhsm2-util", "--init-token", "--free", "--label", self.label, "--pin", PIN, "--so-pin", SO_PIN]
        subprocess.run(command, check=True, capture_output=True)
        pkcs11.lib(str(MODULE)).reinitialize()

    def add(self, label: str) -> None:
        with self._open() as session:
            secret = {Attribute.SENSITIVE: True, Attribute.EXTRACTABLE: False}
            session.generate_key(KeyType.AES, 256, label=label, store=True, template=secret)

    def drop(self, label: str) -> None:
        with self._open() as session:
            session.get_key(label=label).destroy()

    def keys(self, *labels: str, pin: str = PIN) -> MasterKeys:
        address = f"pkcs11:{self.label}/{','.join(labels)}"
        found = open_master_keys(address, base=Path("unused"), module=MODULE, pin=pin)
        assert found is not None
        return found

    def _open(self) -> pkcs11.Session:
        library = pkcs11.lib(str(MODULE))
        library.reinitialize()  # nobody else is logged in
        return library.get_token(token_label=self.label).open(rw=True, user_pin=PIN)


@pytest.fixture
def slot(shelf: Shelf) -> Slot:
    made = Slot()
    made.add("files-2025")
    return made


def test_files_are_sealed_and_the_key_stays_in_the_token(slot: Slot, tmp_path: Path) -> None:
    store = open_store("file:files", base=tmp_path, masters=slot.keys("files-2025"))
    data = bytes(range(256)) * 1000
    key = store.put(io.BytesIO(data)).key
    assert (tmp_path / "files" / f"{path_of(key)}.sealed").exists()
    with store.open(key) as source:
        source.seek(200_000)
        assert source.read(3) == data[200_000:200_003]
    verify(store, key)
    assert store.check().sealed == f"PKCS #11 {slot.label}/files-2025"


def test_a_new_key_in_the_token_takes_over(slot: Slot, tmp_path: Path) -> None:
    key = open_store("file:files", base=tmp_path, masters=slot.keys("files-2025")).put(io.BytesIO(b"a")).key
    slot.add("files-2026")
    store = open_store("file:files", base=tmp_path, masters=slot.keys("files-2026", "files-2025"))
    assert store.renew(key)
    slot.drop("files-2025")
    verify(open_store("file:files", base=tmp_path, masters=slot.keys("files-2026")), key)


def test_a_token_that_was_away_is_opened_again(slot: Slot, tmp_path: Path) -> None:
    store = open_store("file:files", base=tmp_path, masters=slot.keys("files-2025"))
    key = store.put(io.BytesIO(b"a")).key
    pkcs11.lib(str(MODULE)).reinitialize()
    verify(store, key)


def test_a_changed_head_is_told_from_a_token_that_does_not_answer(slot: Slot, tmp_path: Path) -> None:
    store = open_store("file:files", base=tmp_path, masters=slot.keys("files-2025"))
    key = store.put(io.BytesIO(b"a")).key
    lying = tmp_path / "files" / f"{path_of(key)}.sealed"
    changed = bytearray(lying.read_bytes())
    changed[40] ^= 1
    lying.write_bytes(changed)
    with pytest.raises(StoreDamaged):
        store.open(key)
    store.mend(key, io.BytesIO(b"a"))
    slot.drop("files-2025")
    pkcs11.lib(str(MODULE)).reinitialize()
    with pytest.raises(StoreUnavailable) as refused:
        open_store("file:files", base=tmp_path, masters=slot.keys("files-2025")).open(key)
    assert refused.value.code == "master_key_missing"


def test_a_wrong_pin_is_tried_once(slot: Slot, tmp_path: Path) -> None:
    store = open_store("file:files", base=tmp_path, masters=slot.keys("files-2025", pin="99999999"))
    for _ in range(12):
        with pytest.raises(StoreUnavailable) as refused:
            store.put(io.BytesIO(b"a"))
        assert refused.value.code == "master_key_pin_wrong"
    assert not store.check().writable
    open_store("file:files", base=tmp_path, masters=slot.keys("files-2025")).put(io.BytesIO(b"a"))
