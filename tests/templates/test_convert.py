"""The converter's promises, on the real office pool and on the stand-in; the fence on the real one."""

import io
import os
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import docx
import pikepdf
import pytest

from templates.convert import Converter, OfficePool
from templates.docx import fill
from templates.errors import ConversionFailed
from templates.layout import DATE_MARK, NUMBER_MARK, SIGNATURE_MARK
from templates.read import fonts_in, page_count, places_in, text_of
from tests.canned import CannedConverter
from tests.templates.samples import draft, report_values

REAL = pytest.param("office", marks=[pytest.mark.office, pytest.mark.timeout(180)])


@pytest.fixture(scope="module")
def pool() -> Iterator[OfficePool]:
    made = OfficePool()
    yield made
    made.close()


@pytest.fixture(params=["canned", REAL])
def converter(request: pytest.FixtureRequest) -> Converter:
    if request.param == "canned":
        return CannedConverter()
    made: OfficePool = request.getfixturevalue("pool")
    return made


def document(text: str = "Xin chào") -> bytes:
    made = docx.Document()
    made.add_paragraph(text)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def test_a_form_becomes_pdfa_with_its_places(converter: Converter) -> None:
    pdf = converter.convert(fill(draft("BC", values=report_values())), suffix="docx")
    assert {NUMBER_MARK, DATE_MARK, SIGNATURE_MARK} <= set(places_in(pdf))
    assert all(font.startswith("LiberationSerif") and not font.endswith("!") for font in fonts_in(pdf))
    with pikepdf.open(io.BytesIO(pdf)) as opened, opened.open_metadata() as metadata:
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("2", "B")


@pytest.mark.parametrize("junk", [b"", b"Xin ch\xc3\xa0o", b"\x00" * 5000])
def test_what_is_no_document_is_refused_and_the_next_one_is_served(converter: Converter, junk: bytes) -> None:
    with pytest.raises(ConversionFailed):
        converter.convert(junk, suffix="docx")
    assert page_count(converter.convert(document(), suffix="docx")) == 1


def test_it_says_that_it_is_ready(converter: Converter) -> None:
    assert converter.check().ready


@pytest.mark.office
def test_a_killed_office_is_replaced_within_the_call(pool: OfficePool) -> None:
    pool.convert(document(), suffix="docx")
    victims = [pid for pid, command in processes() if "soffice.bin" in command]
    assert victims
    for pid in victims:
        os.kill(pid, signal.SIGKILL)
    begun = time.monotonic()
    assert "Xin chào" in text_of(pool.convert(document(), suffix="docx"))[0]
    assert time.monotonic() - begun < 30


@pytest.mark.office
def test_many_callers_share_one_office(pool: OfficePool) -> None:
    with ThreadPoolExecutor(4) as callers:
        texts = callers.map(lambda n: text_of(pool.convert(document(f"số {n}"), suffix="docx"))[0], range(8))
    assert [text.strip() for text in texts] == [f"số {n}" for n in range(8)]


@pytest.mark.office
def test_nothing_is_fetched_and_no_file_of_the_host_is_seen(pool: OfficePool, tmp_path: Path) -> None:
    asked: list[str] = []

    class Listener(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, *_arguments: object) -> None:
            """Say nothing."""

    embedded = docx.Document()
    embedded.add_picture(io.BytesIO(PIXEL))
    out = io.BytesIO()
    embedded.save(out)
    assert pictures_in(pool.convert(out.getvalue(), suffix="docx")) > 0

    server = HTTPServer(("127.0.0.1", 0), Listener)
    Thread(target=server.serve_forever, daemon=True).start()
    secret = tmp_path / "secret.png"
    secret.write_bytes(PIXEL)
    secret.chmod(0o644)
    targets = [f"http://127.0.0.1:{server.server_port}/spy.png", secret.as_uri()]
    try:
        for target in targets:
            pdf = pool.convert(with_linked_picture(target), suffix="docx")
            with pikepdf.open(io.BytesIO(pdf)) as opened:
                pictures = [
                    o for o in opened.objects if isinstance(o, pikepdf.Stream) and o.get("/Subtype") == "/Image"
                ]
            assert pictures == []
    finally:
        server.shutdown()
        server.server_close()
    assert asked == []


@pytest.mark.office
def test_a_zip_bomb_ends_in_an_error(pool: OfficePool) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(document())) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            data = b"<a>" + b" " * 600_000_000 if name == "word/document.xml" else source.read(name)
            target.writestr(name, data)
    with pytest.raises(ConversionFailed):
        pool.convert(out.getvalue(), suffix="docx")


CHILD = """
import sys, time, io, docx
from templates.convert import OfficePool
made = docx.Document(); made.add_paragraph("a"); out = io.BytesIO(); made.save(out)
pool = OfficePool(); pool.convert(out.getvalue(), suffix="docx")
print("ready", flush=True); time.sleep(60)
"""


@pytest.mark.office
def test_a_killed_service_leaves_no_office_and_the_next_pool_no_folder() -> None:
    child = subprocess.Popen([sys.executable, "-c", CHILD], stdout=subprocess.PIPE)
    assert child.stdout is not None
    assert child.stdout.readline() == b"ready\n"
    prefix = f"docservice-office-{child.pid}-"
    child.kill()
    child.wait()
    child.stdout.close()
    for _ in range(100):
        if not [pid for pid, command in processes() if prefix in command]:
            break
        time.sleep(0.05)
    assert [command for _, command in processes() if prefix in command] == []
    OfficePool().close()
    assert list(Path(tempfile.gettempdir()).glob(f"{prefix}*")) == []


def pictures_in(pdf: bytes) -> int:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        streams = [o for o in opened.objects if isinstance(o, pikepdf.Stream)]
        return sum(stream.get("/Subtype") == "/Image" for stream in streams)


def processes() -> list[tuple[int, str]]:
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            except OSError:
                continue
            found.append((int(folder.name), command))
    return found


PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63"
    "f8cfc0f01f0005000201fe4b5e4a0000000049454e44ae426082"
)


def with_linked_picture(target: str) -> bytes:
    """A document whose picture lies elsewhere: what a plain office program fetches and embeds."""
    made = docx.Document()
    made.add_picture(io.BytesIO(PIXEL))
    out = io.BytesIO()
    made.save(out)
    changed = io.BytesIO()
    with zipfile.ZipFile(out) as source, zipfile.ZipFile(changed, "w") as copy:
        for name in source.namelist():
            data = source.read(name)
            if name == "word/_rels/document.xml.rels":
                data = data.replace(b'Target="media/image1.png"', f'TargetMode="External" Target="{target}"'.encode())
            if name == "word/document.xml":
                data = data.replace(b"r:embed=", b"r:link=")
            if not name.startswith("word/media/"):
                copy.writestr(name, data)
    return changed.getvalue()
