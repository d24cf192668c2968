"""The command: its words, its JSON, its exit codes; and hostile files, which cost little and fetch nothing."""

import io
import json
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import docx
import pytest
from docx.oxml import OxmlElement

from docservice.__main__ import main
from docservice.check import LIMITS, MOST_BYTES, PRELOAD, examine
from docservice.core.sandbox import Limits, Sandbox
from docservice.documents.check_manual import manual
from docservice.documents.checking import SINGLE, facts_of, sentences_of, unreadable
from templates.checker.model import Finding
from templates.checker.rules import RULES
from templates.docx import fill
from templates.office import DOCX
from tests.checker.correct import CORRECT
from tests.checker.makers import make
from tests.checker.planted import PLANTED
from tests.templates.samples import draft

ROOT = Path(__file__).parents[2]
BOXES = {"1", "2", "3", "4", "5a", "5b", "6", "7a", "7b", "7c", "8", "9a", "9b", "10b", "11", "12", "13"}
KEYS = {"rule", "component", "severity", "legal_basis", "page", "text", "fix"}


def faulty() -> bytes:
    paper, manner = CORRECT["letter with tables and underscores"]
    return make(replace(paper, number="Số: 5/UBND-VX"), replace(manner, margins=(15, 20, 30, 15)))


def only_warned() -> bytes:
    paper, manner = CORRECT["plan"]
    return make(replace(paper, recipients=("- Như trên;", "- Lưu: VT.")), manner)


def test_findings_are_json_lines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, bad, noted = tmp_path / "tốt.docx", tmp_path / "xấu.docx", tmp_path / "noted.docx"
    good.write_bytes(fill(draft("BC")))
    bad.write_bytes(faulty())
    noted.write_bytes(only_warned())
    junk, missing = tmp_path / "junk.docx", tmp_path / "missing.docx"
    junk.write_bytes(b"PK\x03\x04 no archive")
    assert main(["check", "--json", str(good)]) == 0
    assert main(["check", "--json", str(noted)]) == 0
    assert main(["check", "--json", str(bad)]) == 1
    assert main(["check", "--json", *map(str, (good, bad, junk, missing))]) == 2
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert all(set(line) == {"file", "kind", "error", "findings"} for line in lines)
    first, warned, single, *_, broken, absent = lines
    assert (first["kind"], first["error"], first["findings"]) == ("BC", None, [])
    assert {finding["severity"] for finding in warned["findings"]} == {"warning"}
    assert [finding["rule"] for finding in single["findings"]] == ["page.margin_top", "3.zero"]
    for finding in single["findings"]:
        assert set(finding) == KEYS
        assert finding["legal_basis"].startswith("Nghị định 30/2020/NĐ-CP")
    zero = single["findings"][1]
    assert (zero["component"], zero["severity"], zero["page"]) == ("3", "error", 1)
    assert zero["text"].startswith("Trang 1, đoạn ")
    assert "5/UBND-VX" in zero["text"]
    assert zero["fix"].endswith("(--fix sửa được)")
    assert (broken["error"]["code"], absent["error"]["code"]) == ("office_unreadable", "file_unreadable")
    assert broken["findings"] == absent["findings"] == []


def test_sentences_come_in_both_languages(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = tmp_path / "bad.docx"
    bad.write_bytes(faulty())
    main(["check", str(bad)])
    vietnamese = capsys.readouterr().out
    assert "2 lỗi, 0 lưu ý" in vietnamese
    assert "Lề trên 15,0 mm; quy định 20 - 25 mm." in vietnamese
    main(["check", "--lang", "en", str(bad)])
    assert "The top margin is 15,0 mm; the rule is 20 - 25 mm." in capsys.readouterr().out


def test_fix_mends_and_says_what_it_did(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad, mended = tmp_path / "bad.docx", tmp_path / "sub" / "mended.docx"
    bad.write_bytes(faulty())
    before = bad.read_bytes()
    assert main(["check", "--fix", str(mended), str(bad)]) == 0
    said = capsys.readouterr().out
    assert "Đã sửa vào" in said
    assert "Số nhỏ hơn 10 thiếu số 0 phía trước" in said
    assert bad.read_bytes() == before
    assert main(["check", str(mended)]) == 0
    texts = [p.text for row in docx.Document(str(mended)).tables[0].rows for cell in row.cells for p in cell.paragraphs]
    assert "Số: 05/UBND-VX" in texts
    assert main(["check", "--fix", str(mended), str(bad), str(bad)]) == 2


def test_the_decrees_own_annexes_are_checked(capsys: pytest.CaptureFixture[str]) -> None:
    samples = sorted((ROOT / "docservice/demo/samples").glob("*.pdf"))
    assert samples
    main(["check", "--json", *map(str, samples)])
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["error"] for line in lines] == [None] * len(samples)


def test_every_rule_has_its_sentences_and_its_place() -> None:
    for code, rule in RULES.items():
        assert rule.component in BOXES | {"page", "annex", "font", "unicode"}, code
        assert rule.component == code.partition(".")[0]
        assert rule.legal_basis
        assert all(sentences_of(rule, wanted) for wanted in ("yes", "no"))
        facts = facts_of(Finding(code, 1, 2, 3, {"found": "a", "wanted": "yes", "what": "c"}))
        assert "{" not in facts["text"] + facts["fix"]
    plain = {code for code, rule in RULES.items() if not rule.fault and not code.startswith("6.capital.")}
    assert plain <= set(SINGLE)
    assert set(SINGLE) <= set(RULES)


def test_the_manual_lists_the_rules_as_they_are() -> None:
    assert (ROOT / "docs/checks.md").read_text("utf-8") == manual()


# --- hostile files -------------------------------------------------------------------------------------------------


def repacked(change: Callable[[dict[str, bytes]], None], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    parts: dict[str, bytes] = {}
    with zipfile.ZipFile(io.BytesIO(fill(draft("BC")))) as source:
        for name in source.namelist():
            parts[name] = source.read(name)
    change(parts)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as target:
        for name, content in parts.items():
            target.writestr(name, content)
    return out.getvalue()


def related(kind: str, target: str, part: str = "document") -> Callable[[dict[str, bytes]], None]:
    def change(parts: dict[str, bytes]) -> None:
        name = f"word/_rels/{part}.xml.rels"
        base = parts.get(name, b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"/>')
        entry = (
            '<Relationship Id="rIdX" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
            f'{kind}" '
            f'Target="{target}" TargetMode="External"/></Relationships>'
        ).encode()
        parts[name] = (
            base.replace(b"</Relationships>", entry).replace(b"/>", b">" + entry, 1)
            if (b"</Relationships>" not in base)
            else base.replace(b"</Relationships>", entry)
        )

    return change


def relation(kind: str, target: str, mode: str = "External") -> bytes:
    space = "http://schemas.openxmlformats.org"
    return (
        f'<Relationships xmlns="{space}/package/2006/relationships"><Relationship Id="rIdX" Target="{target}" '
        f'Type="{space}/officeDocument/2006/relationships/{kind}" TargetMode="{mode}"/></Relationships>'
    ).encode()


def many_paragraphs(count: int) -> bytes:
    made = docx.Document()
    body = made.element.body
    for _ in range(count):
        body.insert(0, OxmlElement("w:p"))
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def put(name: str, content: bytes) -> Callable[[dict[str, bytes]], None]:
    return lambda parts: parts.update({name: content})


def body_xml(old: bytes, new: bytes) -> Callable[[dict[str, bytes]], None]:
    def change(parts: dict[str, bytes]) -> None:
        parts["word/document.xml"] = parts["word/document.xml"].replace(old, new, 1)

    return change


TYPES = "[Content_Types].xml"
WORDS = b'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
DTD = b'<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
PROLOGUE = b"<?xml version='1.0' encoding='UTF-8' standalone='yes'?>"
HOSTILE: dict[str, tuple[Callable[[], bytes], set[str]]] = {
    "macros": (lambda: repacked(put("word/vbaProject.bin", b"x")), {"office_macros"}),
    "macro type": (
        lambda: repacked(
            lambda parts: parts.update(
                {TYPES: parts[TYPES].replace(b"document.main", b"document.macroEnabled.main")}
            )
        ),
        {"office_macros", "office_unreadable"},
    ),
    "external image": (lambda: repacked(related("image", "http://127.0.0.1:9/a.png")), {"office_external"}),
    "image of a file": (lambda: repacked(related("image", "file:///etc/passwd")), {"office_external"}),
    "relations in capitals": (
        lambda: repacked(put("word/_rels/HEADER9.XML.RELS", relation("image", "http://127.0.0.1:9/a.png"))),
        {"office_external"},
    ),
    "external image of a footnote": (
        lambda: repacked(related("image", "http://127.0.0.1:9/a.png", "footnotes")), {"office_external"}
    ),
    "address that says it is inside": (
        lambda: repacked(put("word/_rels/a.xml.rels", relation("image", "file:///etc/passwd", "Internal"))),
        {"office_external"},
    ),
    "text of another file": (
        lambda: repacked(put("word/_rels/a.xml.rels", relation("aFChunk", "a.html", "Internal"))), {"office_external"}
    ),
    "one name in two cases": (lambda: repacked(put("word/Document.xml", b"<a/>")), {"office_unreadable"}),
    "dtd in capitals": (lambda: repacked(put("word/A.XML", DTD + b"<w/>")), {"office_unreadable"}),
    "remote template": (
        lambda: repacked(related("attachedTemplate", "http://127.0.0.1:9/a.dotm", "settings")), {"office_external"}
    ),
    "zip bomb of a part": (
        lambda: repacked(put("word/styles.xml", PROLOGUE + b"<a>" + b" " * 200_000_000 + b"</a>")), {"office_too_large"}
    ),
    "zip bomb of many parts": (
        lambda: repacked(lambda parts: parts.update({f"word/x{n}.xml": b"<a/>" for n in range(6000)})),
        {"office_too_large"},
    ),
    "zip bomb of pictures": (
        lambda: repacked(lambda parts: parts.update({f"word/media/{n}.png": bytes(30_000_000) for n in range(12)})),
        {"office_too_large"},
    ),
    "100,000 paragraphs": (lambda: many_paragraphs(100_000), {"office_too_large"}),
    "broken xml": (lambda: repacked(body_xml(b"</w:body>", b"</w:bdy>")), {"office_unreadable"}),
    "dtd": (lambda: repacked(body_xml(b"<w:document", DTD + b"<w:document")), {"office_unreadable"}),
    "path upwards": (lambda: repacked(put("../../etc/cron.d/x", b"x")), {"office_unreadable"}),
    "absolute path": (lambda: repacked(put("/etc/passwd", b"x")), {"office_unreadable"}),
    "windows path": (lambda: repacked(put("word\\document.xml", b"x")), {"office_unreadable"}),
    "no document": (lambda: repacked(lambda parts: parts.__delitem__("word/document.xml")), {"office_unreadable"}),
    "not a zip": (lambda: b"\xd0\xcf\x11\xe0" + bytes(4000), {"office_unreadable"}),
    "document typed as a picture": (
        lambda: repacked(
            lambda parts: parts.update({TYPES: parts[TYPES].replace(DOCX.encode() + b".main+xml", b"image/png")})
        ),
        {"office_unreadable"},
    ),
    "another part to begin with": (
        lambda: repacked(
            lambda parts: parts.update(
                {
                    "_rels/.rels": parts["_rels/.rels"].replace(b"word/document.xml", b"word/other.xml"),
                    "word/other.xml": parts["word/document.xml"],
                }
            )
        ),
        {"office_unreadable"},
    ),
    "empty": (lambda: b"", {"office_unreadable"}),
    "cut off": (lambda: fill(draft("BC"))[:5000], {"office_unreadable"}),
    "deep nesting": (
        lambda: repacked(body_xml(b"<w:body>", b"<w:body>" + b"<w:sdt><w:sdtContent>" * 5000)), {"office_unreadable"}
    ),
    "pdf of nothing": (lambda: b"%PDF-1.7\n" + b"x" * 2000, {"pdf_unreadable"}),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_a_hostile_file_ends_in_a_clear_error(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    maker, codes = HOSTILE[name]
    file = tmp_path / "hostile.docx"
    file.write_bytes(maker())
    begun = time.process_time()
    assert main(["check", "--json", str(file)]) == 2
    # What reads it is held to its own limits (below); nothing is read out here.
    assert time.process_time() - begun < 10
    line = json.loads(capsys.readouterr().out)
    assert line["error"]["code"] in codes
    assert line["error"]["message"]


# Of a small process of its own, so that what the tests themselves hold does not count.
PEAK = """
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL)
print(done.returncode, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)
"""


def test_hostile_files_and_long_ones_stay_within_512_megabytes(tmp_path: Path) -> None:
    files = []
    for name, (maker, _) in HOSTILE.items():
        file = tmp_path / f"{name}.docx"
        file.write_bytes(maker())
        files.append(str(file))
    long = tmp_path / "long.docx"
    long.write_bytes(many_paragraphs(19_000))
    command = [sys.executable, "-c", PEAK, sys.executable, "-m", "docservice", "check", "--json", *files, str(long)]
    code, peak = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    assert int(code) == 2
    assert 30 < int(peak) < 512


def test_a_file_is_read_within_limits(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert LIMITS.wall_s <= 6
    assert LIMITS.memory_mb <= 384
    huge = tmp_path / "huge.docx"
    with huge.open("wb") as file:
        file.truncate(MOST_BYTES + 1)
    assert main(["check", "--json", str(huge)]) == 2
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "office_too_large"


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        (Limits(memory_mb=24), "sandbox_memory"),
        (Limits(memory_mb=96), "sandbox_memory"),
        (Limits(wall_s=0.05), "sandbox_timeout"),
    ],
)
def test_a_file_too_costly_is_told_so_and_what_to_do(limits: Limits, code: str, tmp_path: Path) -> None:
    file = tmp_path / "costly.docx"
    lists = b"".join(b'<w:num w:numId="%d"><w:abstractNumId w:val="1"/></w:num>' % n for n in range(200_000))
    file.write_bytes(repacked(put("word/numbering.xml", b"<w:numbering " + WORDS + b">" + lists + b"</w:numbering>")))
    with Sandbox(size=1, limits=limits, preload=PRELOAD) as sandbox:
        assert examine(sandbox, file, date(2026, 3, 5), mending=True).error == code
    assert "Hãy " in unreadable(code)
    assert unreadable(code, "en") not in {unreadable("", "en"), unreadable(code)}


def test_remarks_among_the_relations_are_lawful(tmp_path: Path) -> None:
    def change(parts: dict[str, bytes]) -> None:
        for name in ("_rels/.rels", "word/_rels/document.xml.rels"):
            end = b"<!-- remark --><?target data?></Relationships>"
            parts[name] = parts[name].replace(b"</Relationships>", end)

    file = tmp_path / "remarks.docx"
    file.write_bytes(repacked(change))
    assert main(["check", str(file)]) in {0, 1}


def test_a_circle_of_styles_is_no_endless_way(tmp_path: Path) -> None:
    def change(parts: dict[str, bytes]) -> None:
        circle = b'<w:style w:type="paragraph" w:styleId="A"><w:basedOn w:val="B"/></w:style>'
        circle += b'<w:style w:type="paragraph" w:styleId="B"><w:basedOn w:val="A"/></w:style></w:styles>'
        parts["word/styles.xml"] = parts["word/styles.xml"].replace(b"</w:styles>", circle)
        parts["word/document.xml"] = parts["word/document.xml"].replace(b"<w:pPr>", b'<w:pPr><w:pStyle w:val="A"/>', 1)

    file = tmp_path / "circle.docx"
    file.write_bytes(repacked(change))
    assert main(["check", str(file)]) in {0, 1}


def test_styles_are_found_by_the_relation_and_followed_to_the_first(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def change(parts: dict[str, bytes]) -> None:
        chain = (
            b'<w:style w:type="paragraph" w:styleId="A0"><w:rPr><w:rFonts w:ascii="Arial"/></w:rPr></w:style>'
            + b"".join(
                b'<w:style w:type="paragraph" w:styleId="A%d"><w:basedOn w:val="A%d"/></w:style>' % (n, n - 1)
                for n in range(1, 40)
            )
        )
        parts["word/styles2.xml"] = parts.pop("word/styles.xml").replace(b"</w:styles>", chain + b"</w:styles>")
        for name in ("word/_rels/document.xml.rels", TYPES):
            parts[name] = parts[name].replace(b"styles.xml", b"styles2.xml")
        end = b'<w:p><w:pPr><w:pStyle w:val="A39"/></w:pPr><w:r><w:t>a</w:t></w:r></w:p><w:sectPr'
        parts["word/document.xml"] = end.join(parts["word/document.xml"].rsplit(b"<w:sectPr", 1))

    file = tmp_path / "chain.docx"
    file.write_bytes(repacked(change))
    main(["check", str(file), "--json"])
    found = json.loads(capsys.readouterr().out)["findings"]
    assert ["Arial" in one["text"] for one in found if one["rule"] == "font.family"] == [True]


def test_the_table_of_planted_faults_is_long_enough() -> None:
    assert len(PLANTED) > 100


def test_a_page_nobody_laid_out_is_not_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Word writes where its pages ended; a file without that is on page 1 as far as the paper reaches."""
    document = docx.Document()
    for number in range(1, 121):
        run = document.add_paragraph().add_run("Xã đã trồng rừng, chăm sóc rừng và bảo vệ rừng theo kế hoạch.")
        run.font.name = "Arial" if number in {1, 120} else "Times New Roman"
    file = tmp_path / "long.docx"
    document.save(str(file))
    main(["check", str(file), "--json"])
    fonts = [one for one in json.loads(capsys.readouterr().out)["findings"] if one["rule"] == "font.family"]
    assert [(one["page"], one["text"].split(":")[0]) for one in fonts] == [
        (1, "Trang 1, đoạn 1, cụm chữ 1"),
        (None, "Đoạn 120, cụm chữ 1"),
    ]
