"""The converter's promises, on the real office pool and on the stand-in; the fence on the real one."""

import io
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import cache
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import docx
import pikepdf
import pytest
from docx.shared import Mm

from docservice.core.sandbox import Sandbox
from templates.checker.check import check
from templates.convert import Converter, OfficePool
from templates.docx import fill
from templates.errors import ConversionFailed
from templates.fence import MOST_MEMORY_MB
from templates.fit import misfits_in
from templates.fit_docx import docx_misfits
from templates.fonts import font_file, operator_fonts
from templates.layout import DATE_MARK, NUMBER_LINE, NUMBER_MARK, SIGNATURE_MARK
from templates.office import DOCX, ODT, examine_office
from templates.pages import PackPaper, make_pack
from templates.papers import Entry, contents_page, letters_in_use, line_picture, use_fonts
from templates.read import fonts_in, page_count, places_in, text_of
from tests.canned import CannedConverter
from tests.templates.samples import draft, report_values

ROOT = Path(__file__).resolve().parents[2]
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
    return saved(made)


def saved(made: Any) -> bytes:
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


@cache
def long_document(paragraphs: int) -> bytes:
    """Made at the level of XML: python-docx takes longer than the converter."""
    made = docx.Document()
    lines = [f"<w:p><w:r><w:t>đoạn {number}{' và lời văn' * 20}</w:t></w:r></w:p>" for number in range(paragraphs)]
    marked = made.add_paragraph("HERE")
    marked.runs[0].text = "HERE"
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(saved(made))) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            data = source.read(name)
            if name == "word/document.xml":
                data = re.sub(rb"<w:p(?: [^>]*)?><w:r><w:t>HERE</w:t></w:r></w:p>", "".join(lines).encode(), data)
            target.writestr(name, data)
    return out.getvalue()


def open_document(text: str) -> bytes:
    names = 'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'  # noqa: E501
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        target.writestr("mimetype", ODT)
        target.writestr(
            "content.xml",
            f'<office:document-content {names} office:version="1.2"><office:body><office:text><text:p>{text}</text:p>'
            "</office:text></office:body></office:document-content>",
        )
        target.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
            f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{ODT}"/>'
            '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
            "</manifest:manifest>",
        )
    return out.getvalue()


def workbook(columns: int, setup: str = "") -> bytes:
    """One sheet of ten rows and so many columns, each as wide as a column is by itself."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    package, office = (
        "http://schemas.openxmlformats.org/package/2006",
        "http://schemas.openxmlformats.org/officeDocument/2006",
    )
    kinds = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    cells = "".join(f'<c t="inlineStr"><is><t>Ô {at}</t></is></c>' for at in range(columns))
    rows = "".join(f'<row r="{row}">{cells}</row>' for row in range(1, 11))

    def relation(kind: str, target: str) -> str:
        entry = f'<Relationship Id="rId1" Type="{office}/relationships/{kind}" Target="{target}"/>'
        return f'<Relationships xmlns="{package}/relationships">{entry}</Relationships>'

    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" '
        f'ContentType="{kinds}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" '
        f'ContentType="{kinds}.worksheet+xml"/></Types>',
        "_rels/.rels": relation("officeDocument", "xl/workbook.xml"),
        "xl/_rels/workbook.xml.rels": relation("worksheet", "worksheets/sheet1.xml"),
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}/relationships"><sheets>'
        '<sheet name="Biểu 1" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{rows}</sheetData>{setup}</worksheet>',
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for name, content in parts.items():
            target.writestr(name, content)
    return out.getvalue()


def times_like(folder: Path) -> None:
    """Four font files that call themselves Times New Roman, as an operator's would."""
    for style in ("Regular", "Bold", "Italic", "BoldItalic"):
        font = bytearray(font_file(style).read_bytes())
        for entry in range(int.from_bytes(font[4:6])):
            at = 12 + 16 * entry
            if font[at : at + 4] == b"name":
                _rename(font, int.from_bytes(font[at + 8 : at + 12]))
        (folder / f"times-{style}.ttf").write_bytes(font)


def _rename(font: bytearray, table: int) -> None:
    """Other words in the name table: the new family is a letter shorter, the PostScript name as long as before."""
    strings = table + int.from_bytes(font[table + 4 : table + 6])
    done = set()
    for ordinal in range(int.from_bytes(font[table + 2 : table + 4])):
        record = table + 6 + 12 * ordinal
        length, offset = (int.from_bytes(font[record + at : record + at + 2]) for at in (8, 10))
        wide = int.from_bytes(font[record : record + 2]) in {0, 3}
        coding = "utf-16-be" if wide else "latin-1"
        old = bytes(font[strings + offset : strings + offset + length]).decode(coding)
        new = old.replace("Liberation Serif", "Times New Roman").replace("LiberationSerif", "TimesNewRomanPS")
        if (new == old and offset not in done) or int.from_bytes(font[record + 6 : record + 8]) not in {1, 4, 6, 16}:
            continue
        written = new.encode(coding)
        font[strings + offset : strings + offset + len(written)] = written
        font[record + 8 : record + 10] = len(written).to_bytes(2)
        done.add(offset)


def kill_offices(*, busiest: bool = False, spared: Sequence[int] = ()) -> None:
    victims = [pid for pid in own_offices() if pid not in spared]
    assert victims
    if busiest:
        victims = [max(victims, key=_ticks)]
    for pid in victims:
        os.kill(pid, signal.SIGKILL)


def busy() -> float:
    """How many times as long things may take now: ten seconds are promised on a machine that has nothing else to do.

    Twice at least: other tests and the servers are at work beside this one, and the load is told a minute late.
    """
    return max(2.0, os.getloadavg()[0] / (os.cpu_count() or 1))


def own_offices() -> list[int]:
    """The office programs of this test run: others on the machine have theirs."""
    return [pid for pid, command in processes() if "soffice.bin" in command and _is_below(pid, os.getpid())]


def _is_below(pid: int, ancestor: int) -> bool:
    while pid > 1 and pid != ancestor:
        try:
            pid = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            return False
    return pid == ancestor


def _ticks(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


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
@pytest.mark.crash
def test_a_killed_office_is_replaced_within_the_call(pool: OfficePool) -> None:
    pool.convert(document(), suffix="docx")
    kill_offices()
    begun = time.monotonic()
    assert "Xin chào" in text_of(pool.convert(document(), suffix="docx"))[0]
    assert time.monotonic() - begun < 10 * busy()


@pytest.mark.office
def test_an_office_serves_on_when_the_thread_that_asked_first_has_ended(pool: OfficePool) -> None:
    with ThreadPoolExecutor(1) as caller:
        caller.submit(pool.convert, document(), suffix="docx").result()
    first = own_offices()
    pool.convert(document(), suffix="docx")
    assert own_offices() == first != []


@pytest.mark.office
@pytest.mark.crash
@pytest.mark.parametrize("size", [1, 2])
def test_a_document_whose_converter_is_killed_is_done_by_the_next(size: int) -> None:
    others = own_offices()
    pool = OfficePool(size=size)
    try:
        with ThreadPoolExecutor(size) as warming:
            list(warming.map(lambda _: pool.convert(document(), suffix="docx"), range(size)))
        with ThreadPoolExecutor(1) as caller:
            begun = time.monotonic()
            long = caller.submit(pool.convert, long_document(600), suffix="docx")
            time.sleep(0.25)
            assert not long.done()
            kill_offices(busiest=True, spared=others)
            assert "đoạn 599" in text_of(long.result())[-1]
            assert time.monotonic() - begun < 10 * busy()
        assert pool.check().restarts >= 1
    finally:
        pool.close()


@pytest.mark.office
@pytest.mark.crash
def test_a_converter_killed_while_it_starts_is_replaced() -> None:
    others = own_offices()
    pool = OfficePool(size=1)
    try:
        with ThreadPoolExecutor(1) as caller:
            done = caller.submit(pool.convert, document(), suffix="docx")
            while not (started := [pid for pid in own_offices() if pid not in others]) and not done.done():
                time.sleep(0.005)
            assert started
            kill_offices(spared=others)
            assert "Xin chào" in text_of(done.result())[0]
        assert pool.check().restarts >= 1
    finally:
        pool.close()


@pytest.mark.office
@pytest.mark.crash
def test_what_takes_too_long_is_ended_and_the_next_one_is_served(pool: OfficePool) -> None:
    endless = long_document(60_000)
    # An office that has to be started first would be part of what is timed.
    pool.convert(document(), suffix="docx")
    begun = time.monotonic()
    with pytest.raises(ConversionFailed) as caught:
        pool.convert(endless, suffix="docx")
    assert caught.value.code in {"conversion_timeout", "conversion_failed"}
    assert time.monotonic() - begun < 10 * busy()
    assert page_count(pool.convert(document(), suffix="docx")) == 1


@pytest.mark.office
def test_an_office_may_not_use_more_than_its_memory(pool: OfficePool) -> None:
    pool.convert(document(), suffix="docx")
    limits = [(Path("/proc") / str(pid) / "limits").read_text() for pid in own_offices()]
    assert limits
    for told in limits:
        data = next(line for line in told.splitlines() if line.startswith("Max data size"))
        assert int(data.split()[3]) == MOST_MEMORY_MB * 1024 * 1024
    assert MOST_MEMORY_MB < 512


@pytest.mark.office
def test_the_operators_times_new_roman_is_embedded(tmp_path: Path) -> None:
    times_like(tmp_path)
    pool = OfficePool(fonts=tmp_path)
    try:
        fonts = pool.check().fonts
    finally:
        pool.close()
    assert fonts
    assert all(font.startswith("TimesNewRoman") for font in fonts)


def test_papers_of_the_system_are_set_in_the_operators_letters_too(tmp_path: Path) -> None:
    def families() -> set[str]:
        pack = contents_page("Kỳ họp", ("Xã Suối Trúc",), (Entry(1, "Báo cáo", 1, 2),)).pdf
        return {
            font.partition("-")[0]
            for made in (pack, line_picture("Số: 15/BC-UBND", NUMBER_LINE))
            for font in fonts_in(made)
        }

    assert families() == {"LiberationSerif"}
    times_like(tmp_path)
    use_fonts(tmp_path)
    try:
        assert {family.removesuffix("MT").removesuffix("PS") for family in families()} == {"TimesNewRoman"}
        # Behind the fence no file of the host is seen: the letters of a meeting's pack come with the call.
        with Sandbox(size=1) as sandbox:
            paper = PackPaper("1. Báo cáo", "Báo cáo", line_picture("Số: 15/BC-UBND", NUMBER_LINE))
            pack = sandbox.run(make_pack, "Kỳ họp", ("Xã Suối Trúc",), (paper,), letters=letters_in_use())
        assert all(font.startswith("TimesNewRoman") for font in fonts_in(pack.pdf))
    finally:
        use_fonts(None)
    assert families() == {"LiberationSerif"}


def test_a_folder_without_all_four_styles_is_not_used(tmp_path: Path) -> None:
    times_like(tmp_path)
    assert len(operator_fonts(tmp_path)) == 4
    (tmp_path / "times-Bold.ttf").unlink()
    (tmp_path / "times.txt").write_text("no font")
    (tmp_path / "broken.ttf").write_bytes(b"no font")
    assert operator_fonts(tmp_path) == ()
    assert operator_fonts(tmp_path / "none") == ()


@pytest.mark.office
def test_an_open_document_is_converted(pool: OfficePool) -> None:
    assert examine_office(open_document("Xin chào")) == ODT
    assert "Xin chào" in text_of(pool.convert(open_document("Xin chào"), suffix="odt"))[0]


@pytest.mark.office
def test_sheets_that_do_not_fit_are_told_and_can_be_fitted(pool: OfficePool) -> None:
    narrow, told = pool.convert_sheets(workbook(5), fitted=False)
    assert (page_count(narrow), told) == (1, ())
    wide, told = pool.convert_sheets(workbook(14), fitted=False)
    assert page_count(wide) == 2
    assert [(misfit.code, misfit.sheet, misfit.params["first"]) for misfit in told] == [("columns", "Biểu 1", "K")]
    fitted, told = pool.convert_sheets(workbook(14), fitted=True)
    assert (page_count(fitted), told) == (1, ())
    assert [misfit.code for misfit in pool.convert_sheets(workbook(40), fitted=True)[1]] == ["small"]
    lying, told = pool.convert_sheets(workbook(5, '<pageSetup paperSize="8" orientation="landscape"/>'), fitted=False)
    assert [(misfit.code, misfit.params) for misfit in told] == [("paper", {"paper": "A3 ngang"})]
    assert [misfit.code for misfit in misfits_in(lying)] == ["paper"]


@pytest.mark.office
def test_what_runs_off_the_paper_is_told(pool: OfficePool) -> None:
    made = docx.Document()
    made.add_paragraph("Bảng rộng")
    table = made.add_table(1, 3)
    table.autofit = False
    made.sections[0].page_width, made.sections[0].page_height = Mm(210), Mm(297)
    for column in table.columns:
        column.width = Mm(100)
        column.cells[0].width = Mm(100)
        column.cells[0].text = "Nội dung"
    for column in table._tbl.tblGrid:  # noqa: SLF001 - python-docx sets no grid by itself
        column.w = Mm(100)
    assert [misfit.code for misfit in docx_misfits(saved(made))] == ["table"]
    ours = fill(draft("BC"))
    assert docx_misfits(ours) == ()
    assert misfits_in(pool.convert(ours, suffix="docx")) == ()


@pytest.mark.office
@pytest.mark.parametrize("number", range(1, 7))
def test_the_decrees_annexes_are_converted_and_checked(pool: OfficePool, number: int) -> None:
    annex = (ROOT / f"tests/samples/nd-30-2020-phu-luc-{number}.docx").read_bytes()
    assert examine_office(annex) == DOCX
    pdf = pool.convert(annex, suffix="docx")
    assert "Phụ lục" in text_of(pdf)[0]
    for data in (annex, pdf):
        check(data, day=date(2026, 11, 24))


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
