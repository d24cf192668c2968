"""`docservice files`: check, renew and move every file of a node, as its operator does."""

import shutil
import uuid
from pathlib import Path

import pytest

from docservice.doctor import examine_node
from docservice.documents import storing
from docservice.documents.errors import FilesMisplaced
from docservice.files import FilesMissing, NoKeyFile, PlaceSilent, run_check, run_move, run_new_key, run_renew
from docservice.settings import Settings
from scripts.local_servers import Minio
from storage import Store, StoreUnavailable, open_master_keys, open_store, verify
from storage.store import path_of
from tests.node import open_office
from tests.storage.buckets import password


@pytest.fixture
def folder(seeded: Path, tmp_path: Path) -> Path:
    shutil.copytree(seeded, tmp_path / "data")
    return tmp_path / "data"


def keys_in(store: Store) -> set[str]:
    found = {file.key for file in store.list()}
    for key in found:
        verify(store, key)
    return found


@pytest.mark.servers
def test_a_node_moves_to_minio_and_back(
    folder: Path, tmp_path: Path, minio_server: Minio, capsys: pytest.CaptureFixture[str]
) -> None:
    here = Settings(data_dir=folder)
    before = keys_in(open_store("file:files", base=folder))
    url = minio_server.url(f"test-{uuid.uuid4().hex}")
    assert run_move(here, to=url, password_file=minio_server.password_file, plain=False) == 0
    assert f"STORAGE_URL={url}" in capsys.readouterr().out
    there = open_store(url, base=folder, password=password(minio_server))
    assert keys_in(there) == before
    shutil.rmtree(folder / "files")
    on_minio = Settings(data_dir=folder, storage_url=url, storage_password_file=minio_server.password_file)
    assert run_move(on_minio, to="file:files", password_file=None, plain=False) == 0
    assert keys_in(open_store("file:files", base=folder)) == before
    with open_office(folder) as office:
        office.draft()
        office.drain()


def test_a_move_that_was_broken_off_goes_on(folder: Path) -> None:
    here = Settings(data_dir=folder)
    store = open_store("file:files", base=folder)
    before = keys_in(store)
    gone = min(before)
    lying = folder / "files" / path_of(gone)
    right = lying.read_bytes()
    lying.write_bytes(b"wrong")
    with pytest.raises(FilesMissing) as refused:
        run_move(here, to="file:new", password_file=None, plain=False)
    assert refused.value.sentence().startswith("1 tệp bị mất hoặc sai ở nơi cũ")
    assert gone in refused.value.sentence()
    target = open_store("file:new", base=folder)
    assert keys_in(target) == before - {gone}
    lying.write_bytes(right)
    spoilt = folder / "new" / path_of(max(before - {gone}))
    content = spoilt.read_bytes()
    spoilt.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    moved = {path: path.stat().st_mtime_ns for path in (folder / "new").glob("??/??/*") if path != spoilt}
    assert run_move(here, to="file:new", password_file=None, plain=False) == 0
    assert keys_in(target) == before
    assert all(path.stat().st_mtime_ns == at for path, at in moved.items()), "what was there is not sent again"
    assert spoilt.read_bytes() == content, "but what lies there is read"


def test_while_the_service_runs_a_move_is_not_final(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with open_office(folder) as office:
        assert run_move(Settings(data_dir=folder), to="file:new", password_file=None, plain=False) == 3
        assert "dừng dịch vụ rồi chạy lại" in capsys.readouterr().out
        late = storing.put(office.node.ports, b"put meanwhile").key
    assert run_move(Settings(data_dir=folder), to="file:new", password_file=None, plain=False) == 0
    verify(open_store("file:new", base=folder), late)


@pytest.mark.servers
def test_a_service_connected_to_postgresql_is_seen(tmp_path: Path, postgres_url: str) -> None:
    there = Settings(data_dir=tmp_path, database_url=postgres_url)
    with open_office(tmp_path, database_url=postgres_url):
        assert run_move(there, to="file:new", password_file=None, plain=False) == 3
    assert run_move(there, to="file:new", password_file=None, plain=False) == 0
    assert keys_in(open_store("file:new", base=tmp_path)) == keys_in(open_store("file:files", base=tmp_path))


def test_sealing_an_old_node_changing_its_key_and_undoing_it(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = keys_in(open_store("file:files", base=folder))
    sealed = Settings(data_dir=folder, storage_key_url="file:keys/files.key")
    for _ in range(2):
        assert run_new_key(sealed) == 0
        assert run_renew(sealed) == 0
    assert "khóa cũ có thể bỏ" in capsys.readouterr().out
    assert all(path.name.endswith(".sealed") for path in (folder / "files").glob("??/??/*"))
    newest = (folder / "keys" / "files.key").read_text(encoding="ascii").splitlines()[-1]
    (folder / "keys" / "files.key").write_text(newest, encoding="ascii")
    masters = open_master_keys("file:keys/files.key", base=folder)
    assert keys_in(open_store("file:files", base=folder, masters=masters)) == before
    with pytest.raises(StoreUnavailable):
        open_store("file:files", base=folder).open(min(before))
    assert run_move(sealed, to="file:open", password_file=None, plain=True) == 0
    assert keys_in(open_store("file:open", base=folder)) == before


def test_a_check_tells_and_mends(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lost = min(keys_in(open_store("file:files", base=folder)))
    shutil.copytree(folder / "files", folder / "copies")
    (folder / "files" / path_of(lost)).unlink()
    assert run_check(Settings(data_dir=folder)) == 1
    assert f"HỎNG {lost}" in capsys.readouterr().out
    with open_office(folder) as office:
        said = [(finding.ok, finding.text) for finding in examine_node(office.node, recount=False)]
    assert (False, f"1 tệp mất hoặc sai, chưa sửa được: {lost[:16]} (lost, first)") in said
    assert run_check(Settings(data_dir=folder, copy_url="file:copies")) == 0
    assert run_check(Settings(data_dir=folder)) == 0
    verify(open_store("file:files", base=folder), lost)


@pytest.mark.parametrize(
    ("to", "code"),
    [("ftp://x", "store_url_unknown"), ("s3://k@127.0.0.1:9/bucket", "store_password_missing")],
)
def test_an_unknown_place_is_a_sentence(tmp_path: Path, to: str, code: str) -> None:
    with pytest.raises(FilesMisplaced) as refused:
        run_move(Settings(data_dir=tmp_path), to=to, password_file=None, plain=False)
    assert code in refused.value.sentence()


def test_a_place_that_is_away_is_a_sentence(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret", encoding="ascii")
    with pytest.raises(PlaceSilent) as refused:
        run_move(
            Settings(data_dir=folder),
            to="s3://k@127.0.0.1:9/bucket?tls=0",
            password_file=tmp_path / "secret",
            plain=False,
        )
    assert "chạy lại lệnh này" in refused.value.sentence()


def test_a_master_key_is_made_in_a_file_only(tmp_path: Path) -> None:
    with pytest.raises(NoKeyFile):
        run_new_key(Settings(data_dir=tmp_path))
