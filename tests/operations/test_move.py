"""A node moves from one folder to servers and back, whole, by one command; never while it runs, never onto another."""

import shutil
from pathlib import Path

import pytest
from sqlalchemy import select

from docservice.__main__ import main
from docservice.bootstrap import MOVED, NodeMoved, build
from docservice.core import journal
from docservice.core.sandbox import Sandbox
from docservice.documents.models import File
from docservice.exchange.carrier import Carrier
from docservice.moving import MoveSettingWrong, MoveTargetUsed, MoveToItself, ServiceRuns, move, settings_in
from docservice.operations.rows import TableDigest, all_columns, digests
from docservice.settings import Settings
from scripts.local_servers.place import free_port
from search import Index, Query
from storage import Store
from storage.store import path_of
from tests.node import REPORT
from tests.operations.profiles import Fresh, embedded, live, opened


def state(settings: Settings, sandbox: Sandbox) -> tuple[dict[str, TableDigest], dict[str, int], str]:
    """Rows, files and the journal's head."""
    with opened(settings, sandbox) as office:
        with office.node.database.snapshot() as session:
            rows, chain = digests(session, all_columns()), journal.verify_chain(session)
        assert chain.broken_at is None
        return rows, {file.key: file.size for file in office.node.ports[Store].list()}, chain.head


@pytest.mark.servers
def test_from_one_folder_to_servers_and_back(servers: Fresh, sandbox: Sandbox, seeded: Path, tmp_path: Path) -> None:
    here = embedded(tmp_path / "here")
    live(here, sandbox, seeded=seeded)
    with opened(here, sandbox) as office:
        office.node.ports[Carrier].send(to_code="000.00.01.H99", message_id="on-its-way", data=b"<x/>")
    before = state(here, sandbox)
    there = servers(tmp_path / "there")
    done = move(here, there)
    assert (done.files, done.rows) == (len(before[1]), sum(table.rows for table in before[0].values()))
    assert state(there, sandbox) == before
    with pytest.raises(NodeMoved):
        build(here)
    with opened(there, sandbox) as office:
        assert office.node.ports[Carrier].check().waiting == 1
        with office.reading("c.clerk") as reading:
            assert reading.ports[Index].find(Query(str(REPORT["subject"]), reading.actor.tokens)).hits
        office.drain()
        # A server node that somebody works on does not move.
        with office.reading(), pytest.raises(ServiceRuns):
            move(there, embedded(tmp_path / "third"))
    after = state(there, sandbox)
    back = embedded(tmp_path / "back")
    move(there, back)
    assert state(back, sandbox) == after
    with pytest.raises(NodeMoved):
        build(there)


def test_a_running_node_does_not_move(sandbox: Sandbox, seeded: Path, tmp_path: Path) -> None:
    here = embedded(seeded)
    with opened(here, sandbox), pytest.raises(ServiceRuns):
        move(here, embedded(tmp_path / "there"))


def test_a_move_goes_on_and_never_onto_another_node(sandbox: Sandbox, seeded: Path, tmp_path: Path) -> None:
    here, there = embedded(tmp_path / "here"), embedded(tmp_path / "there")
    live(here, sandbox, seeded=seeded)
    with pytest.raises(MoveToItself):
        move(here, here.model_copy(update={"storage_url": "file:other"}))
    with pytest.raises(MoveTargetUsed):
        move(here, embedded(seeded))
    before = state(here, sandbox)
    move(here, there)
    # As if it had been stopped just before the old place was marked.
    (here.base / MOVED).unlink()
    move(here, there)
    assert state(there, sandbox) == before
    # A damaged file stops it; nothing is marked.
    third = embedded(tmp_path / "third")
    with opened(there, sandbox) as office, office.reading() as reading:
        lost = reading.session.scalars(select(File.sha256)).first()
    assert lost is not None
    (there.base / "files" / path_of(lost)).unlink()
    with pytest.raises(Exception, match="files_missing"):
        move(there, third)
    assert not (there.base / MOVED).exists()


def test_the_command_reads_the_new_place_s_settings(seeded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                                    capsys: pytest.CaptureFixture[str]) -> None:  # fmt: skip
    shutil.copytree(seeded, tmp_path / "here")
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "here"))
    file = tmp_path / "new.env"
    file.write_text(f"# nơi mới\nexport DATA_DIR='{tmp_path}/there'\nCONVERTERS=2\n\n", encoding="utf-8")
    assert main(["move", "--to", str(file)]) == 0
    said = capsys.readouterr().out
    assert "đã so khớp toàn bộ" in said
    assert "Chỉ mục tra cứu đã lập lại" in said
    assert "Khóa không được chuyển theo" in said
    # An index that does not answer takes nothing away from what has to be done now.
    shutil.copytree(seeded, tmp_path / "other")
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "other"))
    away = tmp_path / "away.env"
    away.write_text(f"DATA_DIR={tmp_path}/away\nSEARCH_URL=http://docservice@127.0.0.1:{free_port()}/x\n", "utf-8")
    assert main(["move", "--to", str(away)]) == 2
    told = capsys.readouterr()
    assert "index_not_made" in told.err
    assert f"Từ nay chạy với các thiết lập trong {away}" in told.out
    assert "Khóa không được chuyển theo" in told.out
    assert "Chỉ mục tra cứu đã lập lại" not in told.out
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "here"))
    found = settings_in(file, Settings())
    assert (found.converters, found.data_dir) == (2, tmp_path / "there")
    assert main(["doctor"]) == 2
    assert "node_moved" in capsys.readouterr().err
    for wrong in ("NO_SUCH=1", "CONVERTERS", "CONVERTERS=many"):
        file.write_text(wrong, encoding="utf-8")
        with pytest.raises(MoveSettingWrong):
            settings_in(file, Settings())
    with pytest.raises(MoveSettingWrong):
        settings_in(tmp_path / "missing.env", Settings())
