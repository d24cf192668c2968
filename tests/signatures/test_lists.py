"""Trust settings and revocation lists: believed by fingerprint and date, fetched from named addresses only."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Event, Thread

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from sqlalchemy import select

from docservice.core.outbox import Job
from docservice.core.work import SYSTEM
from docservice.signatures.keys import FolderTrust, TrustSource
from docservice.signatures.lists import keep_list
from docservice.signatures.verdicts import trust_problem
from signing.authority import DemoAuthority
from signing.errors import TrustUnreadable
from signing.trust import load_trust
from signing.verdict import verify
from tests.node import Office
from tests.signing.builders import NOW, Signers, signers, whole


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "trust"
    made.mkdir()
    return made


@pytest.fixture
def own(tmp_path: Path, folder: Path) -> Signers:
    people = signers(tmp_path)
    (folder / "root.crt").write_bytes(people.authority.anchor())
    for number, crl in enumerate(people.authority.crls()):
        (folder / f"{number}.crl").write_bytes(crl)
    return people


def settings(folder: Path, people: Signers, more: str = "") -> None:
    fingerprint = people.authority.root.fingerprint(SHA256()).hex(":")
    (folder / "trust.toml").write_text(f'[[anchor]]\nsha256 = "{fingerprint.upper()}"\n{more}')


def test_an_anchor_named_by_its_fingerprint_counts_in_its_time(folder: Path, own: Signers) -> None:
    pdf = whole(own)
    settings(folder, own, "valid_from = 2026-01-01\nvalid_to = 2030-12-31\n")
    assert {v.code for v in verify(pdf, trust=load_trust(folder), at=NOW).signatures} == {"valid"}
    settings(folder, own, "valid_to = 2025-12-31\n")
    assert {v.code for v in verify(pdf, trust=load_trust(folder), at=NOW).signatures} == {"signer_unknown"}


def test_what_is_not_named_is_no_anchor(folder: Path, own: Signers, tmp_path: Path) -> None:
    stranger = signers(tmp_path / "stranger")
    (folder / "stranger.crt").write_bytes(stranger.authority.anchor())
    settings(folder, own)
    assert len(load_trust(folder).anchors) == 1
    (folder / "root.crt").unlink()
    with pytest.raises(TrustUnreadable) as missing:
        load_trust(folder)
    assert missing.value.code == "anchor_missing"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (b"[[anchor]]\n", "thiếu mục sha256"),
        (b"\n\nx = \n", "dòng 3 viết sai cú pháp TOML"),
        (b'x = """', "nội dung dừng giữa chừng ở cuối tệp"),
        (b"x = '\xff'\n", "tệp không ghi bằng bảng mã UTF-8"),
        (b"[[anchor]]\nsha256 = 2026-13-45\n", "dòng 2 viết sai cú pháp TOML"),
        (b'[[algorithm]]\nnome = "sha1"\n', "không có mục nào tên là nome"),
        (b'[[algorithm]]\nname = "rsa"\nleast_bits = "1024"\nlegal_basis = "luat"\n', "mục least_bits ghi sai kiểu"),
        (b'[[algorithm]]\nname = "rsa"\nleast_bits = true\nlegal_basis = "luat"\n', "mục least_bits ghi sai kiểu"),
        (b'[[algorithm]]\nname = "rsa"\n', "thiếu mục least_bits, legal_basis"),
        (b'[[anchor]]\nsha256 = "AB"\nvalid_until = 2020-12-31\n', "không có mục nào tên là valid_until"),
        (b'[[anchor]]\nsha256 = "AB"\nvalid_to = "2020-12-31"\n', "mục valid_to ghi sai kiểu"),
        (b'[[anchor]]\nsha256 = "AB"\nvalid_to = 2020-12-31T00:00:00Z\n', "mục valid_to ghi sai kiểu"),
        (b"[[anchor]]\nsha256 = 12\n", "mục sha256 ghi sai kiểu"),
        (b"[[crl]]\nurl = ['http://a.vn']\n", "mục url ghi sai kiểu"),
        (b'[[anchors]]\nsha256 = "AB"\n', "không có mục nào tên là anchors"),
        (b"[anchors]\n", "không có mục nào tên là anchors"),
        (b"anchor = 1\n", "mỗi phần anchor phải mở đầu bằng dòng [[anchor]]"),
        (b"anchor = ['AB']\n", "mỗi phần anchor phải mở đầu bằng dòng [[anchor]]"),
        (b"[anchor]\nsha256 = 'AB'\n", "mỗi phần anchor phải mở đầu bằng dòng [[anchor]]"),
    ],
)
def test_settings_that_cannot_be_read_are_told_in_a_sentence(folder: Path, text: bytes, told: str) -> None:
    (folder / "trust.toml").write_bytes(text)
    with pytest.raises(TrustUnreadable) as unreadable:
        load_trust(folder)
    assert (unreadable.value.code, unreadable.value.params["file"]) == ("trust_unreadable", "trust.toml")
    assert trust_problem(unreadable.value).startswith(f"Không đọc được trust.toml: {told}")


def test_an_old_algorithm_counts_until_its_last_day(folder: Path, own: Signers) -> None:
    settings(
        folder, own, '[[algorithm]]\nname = "sha1"\nleast_bits = 0\nlegal_basis = "quy định"\nvalid_to = 2015-12-31\n'
    )
    (old,) = [rule for rule in load_trust(folder).algorithms if rule.name == "sha1"]
    assert old.valid_to is not None
    assert old.valid_to.year == 2015


class Serving(BaseHTTPRequestHandler):
    lists: dict[str, bytes]
    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        if self.path == "/elsewhere":
            self.send_response(302)
            self.send_header("Location", "/good")
            self.end_headers()
            return
        self.send_response(200 if self.path in self.lists else 404)
        self.end_headers()
        self.wfile.write(self.lists.get(self.path, b""))

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[tuple[str, type[Serving]]]:
    handler = type("Handler", (Serving,), {"lists": {}, "asked": []})
    made = HTTPServer(("127.0.0.1", 0), handler)
    Thread(target=made.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{made.server_port}", handler
    made.shutdown()
    made.server_close()


def test_lists_that_are_replaced_meanwhile_are_read_again(folder: Path, own: Signers) -> None:
    source, stop = FolderTrust(folder), Event()
    crls = own.authority.crls()

    def replace() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            keep_list(source.fetched, f"http://lists.invalid/{number % 5}", crls[number % 2])
            extra = folder / f"extra-{number % 7}.crl"
            if extra.exists():
                extra.unlink()
            else:
                shutil.copy(folder / "0.crl", extra)
            stop.wait(0.01)

    busy = Thread(target=replace, daemon=True)
    busy.start()
    try:
        found = [source.current() for _ in range(50)]
        names = [source.names() for _ in range(50)]
    finally:
        stop.set()
        busy.join()
    assert {len(trust.anchors) for trust in found} == {1}
    assert all(set(trust.crls) <= set(crls) for trust in found)
    assert {held[trust.anchors[0].certificate] for held, trust in zip(names, found, strict=True)} == {"root.crt"}
    # At rest it is read once.
    assert source.current() is source.current()


def test_a_folder_of_trust_that_cannot_be_looked_into_is_an_error_of_its_own(folder: Path, own: Signers) -> None:
    source = FolderTrust(folder)
    assert len(source.current().anchors) == 1
    (folder / "odd.crl").write_bytes(b"junk")
    with pytest.raises(TrustUnreadable):
        source.current()
    (folder / "odd.crl").unlink()
    assert set(source.current().crls) == set(own.authority.crls())


def test_lists_are_fetched_from_named_addresses_and_kept_when_the_next_is_junk(
    office: Office, server: tuple[str, type[Serving]]
) -> None:
    base, handler = server
    trust = office.node.settings.path(office.node.settings.trust_dir)
    authority = DemoAuthority.open(office.node.settings.path(office.node.settings.keys_dir) / "authority")
    office.clock.move(timedelta(days=1))
    authority.refresh_crls(now=office.clock.now())
    fresh = authority.crls()[1]
    urls = [f"{base}{path}" for path in ("/good", "/elsewhere", "/missing", "/junk")]
    fingerprint = "\n".join(f'[[crl]]\nurl = "{url}"' for url in urls)
    (trust / "trust.toml").write_text(fingerprint)
    handler.lists |= {"/good": fresh, "/junk": b"junk"}
    for _ in range(2):
        with office.node.transactions.work(SYSTEM) as work:
            work.later("signatures.fetch_lists")
        office.node.runner.drain()
        handler.lists["/good"] = b"junk"
    fetched = list((trust / "fetched").iterdir())
    assert [path.read_bytes() for path in fetched] == [fresh]
    assert fresh in office.node.ports[TrustSource].current().crls
    assert set(handler.asked) == {"/good", "/elsewhere", "/missing", "/junk"}
    assert handler.asked.count("/good") == 2
    with office.reading() as reading:
        waiting = reading.session.scalars(select(Job).where(Job.done_at.is_(None))).all()
    assert {"/elsewhere" in (job.last_error or "") for job in waiting} == {True}
    shutil.rmtree(trust / "fetched")
