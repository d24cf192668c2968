"""Forms an agency makes itself: what they may say, what is refused and where, and how they are filled."""

import io
import zipfile
from collections.abc import Callable
from typing import Any

import docx
import pytest
from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

from templates.catalogue import KINDS
from templates.docx import fill
from templates.errors import FormInvalid, FormRefused, OfficeRefused
from templates.form_files import form_bytes
from templates.own_fields import FieldType, OwnField, read_fields, read_own, write_fields
from templates.own_forms import examine_form, fill_form, sample
from templates.readable import lines_of

DECLARED = """so_dai_bieu: Số đại biểu (số)
ngay_hop: Ngày họp (ngày)
hinh_thuc?: Hình thức (chọn: trực tiếp; trực tuyến)
thanh_phan: Thành phần (danh sách)
kinh_phi: Kinh phí (bảng: Nội dung; Số tiền)"""
FIELDS = read_fields(DECLARED)
GOOD = (
    "{%p for line in issuer %}", "{{ line|upper }}", "{%p endfor %}",
    "Số:        /BC-UBND",
    "Xã Mẫu, ngày    tháng    năm", "BÁO CÁO",
    "{{ subject }}", "{{ body }}", "Họp {{ ngay_hop }}, {{ so_dai_bieu }} đại biểu",
    "{%p if hinh_thuc %}", "Hình thức: {{ hinh_thuc }}", "{%p endif %}",
    "{%p for mot in thanh_phan %}", "{{ loop.index }}. {{ mot }}", "{%p endfor %}",
    "{%p for dong in kinh_phi %}", "{{ dong.noi_dung }}: {{ dong.so_tien }}", "{%p endfor %}",
    "Nơi nhận:", "{%p for entry in recipients %}", "- {{ entry }};", "{%p endfor %}", "- Lưu: {{ archive }}.",
    "{%p for line in signature_lines %}", "{{ line }}", "{%p endfor %}", "", "{{ signer }}",
)  # fmt: skip


def form(*extra: str, change: Callable[[Document], None] | None = None, lines: tuple[str, ...] = GOOD) -> bytes:
    """A form as an official types it in Word."""
    file = docx.Document()
    for line in (*lines[:8], *extra, *lines[8:]):
        file.add_paragraph(line)
    if change is not None:
        change(file)
    out = io.BytesIO()
    file.save(out)
    return out.getvalue()


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as target:
        for part in source.namelist():
            if part != name:
                target.writestr(part, source.read(part))
        target.writestr(name, content)
    return out.getvalue()


def relation(kind: str, target: str, *, outside: bool = True) -> Callable[[bytes], bytes]:
    def add(data: bytes) -> bytes:
        name = "word/_rels/document.xml.rels"
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            rels = archive.read(name).decode()
        mode = ' TargetMode="External"' if outside else ""
        schema = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
        made = f'<Relationship Id="rX" Type="{schema}/{kind}" Target="{target}"{mode}/></Relationships>'
        return with_part(data, name, rels.replace("</Relationships>", made).encode())

    return add


def test_a_good_form_is_filled_with_the_decrees_numbers_and_days() -> None:
    data = form()
    examined = examine_form(data, KINDS["BC"], FIELDS)
    assert examined.faults == ()
    assert examined.left_out == ("citations",)
    draft, own = sample(KINDS["BC"], FIELDS)
    lines = lines_of(fill_form(data, draft, own))
    assert "Họp ngày 05 tháng 01 năm 2026, 05 đại biểu" in lines
    assert "1. mục mẫu một" in lines
    assert "ô mẫu 0: ô mẫu 1" in lines
    assert "STT | Cột mẫu" in lines
    assert "I. ĐỀ MỤC MẪU" in lines
    assert "Hình thức: trực tiếp" in lines


def test_a_list_is_said_in_one_line_by_a_filter() -> None:
    line = "{{ recipients|join(', ')|upper }}; {{ thanh_phan|last }}; {{ thanh_phan[0] }}; {{ kinh_phi|length }} dòng"
    assert examine_form(form(line), KINDS["BC"], FIELDS).faults == ()
    draft, own = sample(KINDS["BC"], FIELDS)
    said = "NƠI NHẬN MẪU THỨ NHẤT, NƠI NHẬN MẪU THỨ HAI; mục mẫu hai; mục mẫu một; 1 dòng"
    assert said in lines_of(fill_form(form(line), draft, own))


def test_a_form_that_knows_no_style_of_tables_gets_them_with_borders() -> None:
    data = form(change=lambda file: file.styles["Table Grid"].delete())
    assert examine_form(data, KINDS["BC"], FIELDS).faults == ()
    draft, own = sample(KINDS["BC"], FIELDS)
    (table,) = docx.Document(io.BytesIO(fill_form(data, draft, own))).tables
    borders: Any = table._tbl.tblPr.find(qn("w:tblBorders"))  # noqa: SLF001 - python-docx has no word for borders
    assert [border.get(qn("w:val")) for border in borders] == ["single"] * 6


@pytest.mark.parametrize("kind", ["CV", "BC", "QĐ", "GM", "CĐ", "GGT", "BB"])
def test_our_own_form_is_a_good_beginning(kind: str) -> None:
    assert examine_form(form_bytes(kind), KINDS[kind], ()).faults == ()


def test_a_form_made_from_ours_has_its_rules_as_long_as_ours() -> None:
    def rules(data: bytes) -> list[Any]:
        paragraphs = list(docx.Document(io.BytesIO(data)).element.body.iter(qn("w:p")))
        return [
            (p.pPr.ind.left, p.pPr.ind.right)
            for p in paragraphs
            if p.pPr is not None and p.pPr.find(qn("w:pBdr")) is not None and p.pPr.ind is not None
        ]

    draft, own = sample(KINDS["BC"], ())
    assert rules(fill_form(form_bytes("BC"), draft, own)) == rules(fill(draft))


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("{{ khong_co }}", "name_unknown"),
        ("{{ subject.__class__ }}", "attribute_unknown"),
        ("{{ subject.__class__.__mro__ }}", "expression_refused"),
        ("{{ ''.__class__ }}", "expression_refused"),
        ("{{ subject['x'] }}", "expression_refused"),
        ("{{ range(10) }}", "expression_refused"),
        ("{{ cycler('a') }}", "expression_refused"),
        ("{{ lipsum }}", "name_unknown"),
        ("{{ subject|attr('x') }}", "filter_refused"),
        ("{{ subject|safe }}", "filter_refused"),
        ("{{ subject|center(99999999) }}", "filter_refused"),
        ("{{ subject * 99999999 }}", "expression_refused"),
        ("{{ 7 ** 7 ** 7 }}", "expression_refused"),
        ("{{ recipients }}", "needs_loop"),
        ("{{ recipients|upper }}", "needs_loop"),
        ("{{ kinh_phi|first }}", "needs_loop"),
        ("{{ kinh_phi[0] }}", "needs_loop"),
        ("{{ body|join }}", "needs_loop"),
        ("{% set x = 1 %}", "statement_refused"),
        ("{% include 'x' %}", "statement_refused"),
        ("{% import 'x' as y %}", "statement_refused"),
        ("{% macro m() %}{% endmacro %}", "statement_refused"),
        ("{% for a in subject %}{% endfor %}", "loop_unknown"),
        ("{% for a in range(9) %}{% endfor %}", "loop_refused"),
        ("{% for a, b in recipients %}{% endfor %}", "loop_refused"),
        ("{% for signer in recipients %}{% endfor %}", "name_taken"),
        ("{% for a in recipients recursive %}{% endfor %}", "loop_too_deep"),
        (
            "{% for a in recipients %}{% for b in issuer %}{% for c in superior %}{% endfor %}{% endfor %}{% endfor %}",
            "loop_too_deep",
        ),
        ("{% for a in kinh_phi %}{{ a.khac }}{% endfor %}", "attribute_unknown"),
        ("{% if subject %}", "syntax"),
        ("{{r subject }}", "tag_unknown"),
        ("{% colspan subject %}", "tag_unknown"),
    ],
)
def test_what_is_not_allowed_is_refused_with_its_paragraph(line: str, code: str) -> None:
    faults = examine_form(form(line), KINDS["BC"], FIELDS).faults
    assert code in {fault.code for fault in faults}
    fault = next(fault for fault in faults if fault.code == code)
    assert fault.part == "word/document.xml"
    if code not in {"syntax", "loop_too_deep"}:
        # Eight paragraphs stand before it; a control paragraph of docxtpl counts like any other.
        assert fault.paragraph == 9


def test_a_tag_split_over_runs_and_one_behind_an_entity_are_read_too() -> None:
    def split(file: Document) -> None:
        paragraph = file.add_paragraph("")
        for part in ("{", "{ khong", "_co }", "}"):
            paragraph.add_run(part)

    assert "name_unknown" in {fault.code for fault in examine_form(form(change=split), KINDS["BC"], FIELDS).faults}
    with zipfile.ZipFile(io.BytesIO(form("CHO NAY"))) as archive:
        hidden = archive.read("word/document.xml").replace(b"CHO NAY", b"&#123;&#123; khong_co }}")
    faults = examine_form(with_part(form("CHO NAY"), "word/document.xml", hidden), KINDS["BC"], FIELDS).faults
    assert "name_unknown" in {fault.code for fault in faults}


@pytest.mark.parametrize(
    "change",
    [
        lambda xml: xml.replace(b"CHO NAY", b"{</w:t></w:r></w:p><w:p><w:r><w:t>{ 7 * 7 }}"),
        lambda xml: xml.replace(b"CHO NAY", b"{</w:t></w:r></w:p><w:p><w:r><w:t>% set x = 1 %}"),
        lambda xml: xml.replace(b"CHO NAY", b"{</w:t></w:r> <w:r> <w:t>{ 7 * 7 }}"),
    ],
)
def test_a_tag_the_filling_would_join_is_read_too(change: Callable[[bytes], bytes]) -> None:
    with zipfile.ZipFile(io.BytesIO(form("CHO NAY"))) as archive:
        parted = change(archive.read("word/document.xml"))
    faults = examine_form(with_part(form("CHO NAY"), "word/document.xml", parted), KINDS["BC"], FIELDS).faults
    assert {fault.code for fault in faults} <= {"expression_refused", "statement_refused"}
    assert faults


def test_a_header_is_read_whatever_its_part_is_called() -> None:
    def header(file: Document) -> None:
        file.sections[0].header.paragraphs[0].text = "{{ 7 * 7 }}"

    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(form(change=header))) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name in {"[Content_Types].xml", "word/_rels/document.xml.rels"}:
                content = content.replace(b"header1.xml", b"header1.bin")
            target.writestr(name.replace("header1.xml", "header1.bin"), content)
    faults = examine_form(out.getvalue(), KINDS["BC"], FIELDS).faults
    assert [(fault.code, fault.part) for fault in faults] == [("expression_refused", "word/header1.bin")]
    with pytest.raises(OfficeRefused, match="office_unreadable"):
        examine_form(with_part(out.getvalue(), "word/header1.bin", b"<w:hdr"), KINDS["BC"], FIELDS)


def test_tags_in_headers_are_read_and_in_properties_refused() -> None:
    def header(file: Document) -> None:
        file.sections[0].header.paragraphs[0].text = "{{ khong_co }}"

    faults = examine_form(form(change=header), KINDS["BC"], FIELDS).faults
    assert [(fault.code, fault.part, fault.paragraph) for fault in faults] == [("name_unknown", "word/header1.xml", 1)]

    def titled(file: Document) -> None:
        file.core_properties.title = "{{ subject }}"

    faults = examine_form(form(change=titled), KINDS["BC"], FIELDS).faults
    assert [(fault.code, fault.part) for fault in faults] == [("tag_not_here", "docProps/core.xml")]


def field(code: str) -> Callable[[Document], None]:
    def add(file: Document) -> None:
        made = f'<w:p {nsdecls("w")}><w:fldSimple w:instr="{code}"><w:r><w:t>x</w:t></w:r></w:fldSimple></w:p>'
        body: Any = file.element.body
        body.insert(3, parse_xml(made))

    return add


@pytest.mark.parametrize(
    ("change", "code", "part"),
    [
        (lambda data: with_part(data, "word/vbaProject.bin", b"x"), "macros", "word/vbaProject.bin"),
        (lambda data: with_part(data, "word/embeddings/oleObject1.bin", b"x"), "object", "word/embeddings/"),
        (relation("attachedTemplate", "http://127.0.0.1/x.dotm"), "remote_template", "word/_rels/"),
        (relation("attachedTemplate", "x.dotm", outside=False), "remote_template", "word/_rels/"),
        (relation("image", "http://127.0.0.1/x.png"), "external", "word/_rels/"),
        (relation("hyperlink", "http://127.0.0.1/"), "external", "word/_rels/"),
        (relation("oleObject", "file:///etc/passwd"), "external", "word/_rels/"),
        (relation("image", "http://127.0.0.1/x.png", outside=False), "external", "word/_rels/"),
    ],
)
def test_macros_objects_and_links_are_refused_with_their_part(
    change: Callable[[bytes], bytes], code: str, part: str
) -> None:
    faults = examine_form(change(form()), KINDS["BC"], FIELDS).faults
    assert [fault.code for fault in faults] == [code]
    assert faults[0].part.startswith(part)


@pytest.mark.parametrize(
    "code", ["INCLUDETEXT x.docx", "INCLUDEPICTURE http://127.0.0.1/x", "DDEAUTO c:\\\\x", "LINK a", "IncludePicture x"]
)
def test_a_field_that_fetches_is_refused_with_its_paragraph(code: str) -> None:
    faults = examine_form(form(change=field(code)), KINDS["BC"], FIELDS).faults
    assert [(fault.code, fault.part, fault.paragraph) for fault in faults] == [
        ("field_fetches", "word/document.xml", 4)
    ]


def complex_field(*parts: str) -> Callable[[Document], None]:
    """A field over several runs: `<` begins one, `>` ends it, what is between is code."""

    def add(file: Document) -> None:
        marks = {"<": '<w:fldChar w:fldCharType="begin"/>', ">": '<w:fldChar w:fldCharType="end"/>'}
        runs = "".join(f"<w:r>{marks.get(part) or f'<w:instrText>{part}</w:instrText>'}</w:r>" for part in parts)
        body: Any = file.element.body
        body.insert(3, parse_xml(f"<w:p {nsdecls('w')}>{runs}</w:p>"))

    return add


@pytest.mark.parametrize(
    "parts",
    [
        ("<", " INCLUDE", "TEXT", " x.docx ", ">"),
        ("<", " PAGE ", ">", "<", " LINK a ", ">"),
        ("<", " IF 1 = 1 ", "<", " INCLUDEPICTURE x ", ">", " b ", ">"),
        # A field that gives the name of the one around it.
        ("<", " INCLUDE", "<", " QUOTE TEXT ", ">", " x.docx ", ">"),
        ("<", "<", " QUOTE LINK ", ">", " x.docx ", ">"),
        # One that nobody ended.
        ("<", " DDE x "),
    ],
)
def test_a_field_that_fetches_is_found_over_runs_and_inside_of_others(parts: tuple[str, ...]) -> None:
    faults = examine_form(form(change=complex_field(*parts)), KINDS["BC"], FIELDS).faults
    assert [(fault.code, fault.paragraph) for fault in faults] == [("field_fetches", 4)]


def test_a_field_that_only_names_something_so_is_none_that_fetches() -> None:
    for code in ("REF link \\h", "SEQ database", "IF link = 1 a b", "= {page} - 1"):
        assert examine_form(form(change=field(code)), KINDS["BC"], FIELDS).faults == ()
    for parts in (("<", " REF ", "link \\h ", ">"), ("<", " IF ", "<", " PAGE ", ">", " = 1 link ", ">")):
        assert examine_form(form(change=complex_field(*parts)), KINDS["BC"], FIELDS).faults == ()


def test_a_field_with_two_readings_is_searched_whole() -> None:
    def add(file: Document) -> None:
        other = "http://schemas.openxmlformats.org/markup-compatibility/2006"
        begin = '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        fallback = f"<mc:Fallback>{begin}<w:r><w:instrText>REF </w:instrText></w:r></mc:Fallback>"
        made = (
            f"{begin}<mc:AlternateContent>{fallback}</mc:AlternateContent><w:r><w:instrText>LINK a</w:instrText></w:r>"
        )
        body: Any = file.element.body
        body.insert(3, parse_xml(f'<w:p {nsdecls("w")} xmlns:mc="{other}">{made}</w:p>'))

    assert "field_fetches" in {fault.code for fault in examine_form(form(change=add), KINDS["BC"], FIELDS).faults}


def test_what_is_no_docx_is_no_form() -> None:
    for data in (b"", b"PK\x03\x04", b"%PDF-1.7", with_part(form(), "word/document.xml", b"<w:p>")):
        with pytest.raises(OfficeRefused):
            examine_form(data, KINDS["BC"], ())
    doctype = b'<!DOCTYPE x [<!ENTITY e "{{ lipsum }}">]><x>&e;</x>'
    with pytest.raises(OfficeRefused):
        examine_form(with_part(form(), "word/extra.xml", doctype), KINDS["BC"], FIELDS)


@pytest.mark.parametrize(
    ("gone", "code"),
    [
        ("{{ body }}", "name_missing"),
        ("{{ signer }}", "name_missing"),
        ("Số:        /BC-UBND", "no_number"),
        ("Xã Mẫu, ngày    tháng    năm", "no_date"),
    ],
)
def test_a_form_without_a_needed_place_is_refused(gone: str, code: str) -> None:
    faults = examine_form(form(lines=tuple(line for line in GOOD if line != gone)), KINDS["BC"], FIELDS).faults
    assert [fault.code for fault in faults] == [code]


def test_a_loop_over_the_body_that_forgets_tables_is_found_out() -> None:
    loop = ("{%p for block in body %}", "{{ block.text }}", "{%p endfor %}")
    at = GOOD.index("{{ body }}")
    faults = examine_form(form(lines=(*GOOD[:at], *loop, *GOOD[at + 1 :])), KINDS["BC"], FIELDS).faults
    assert [(fault.code, fault.what) for fault in faults] == [("body_lost", "Ô mẫu")]


def test_values_that_look_like_the_language_stay_text() -> None:
    draft, own = sample(KINDS["BC"], FIELDS)
    own["thanh_phan"] = ["{{ 7 * 7 }}", "<w:p/>", "{% for %}"]
    lines = lines_of(fill_form(form(), draft, own))
    assert {"1. {{ 7 * 7 }}", "2. <w:p/>", "3. {% for %}"} <= set(lines)


def test_declarations_are_read_and_written_alike() -> None:
    assert write_fields(FIELDS) == DECLARED
    assert FIELDS[2] == OwnField(
        "hinh_thuc", "Hình thức", FieldType.CHOICE, ("trực tiếp", "trực tuyến"), required=False
    )


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("không rõ", "declaration_unclear"),
        ("a: Nhãn (lạ)", "declaration_unclear"),
        ("ten: Nhãn (chọn)", "declaration_unclear"),
        ("ten: Nhãn (chữ: a; b)", "declaration_unclear"),
        ("subject: Nhãn (chữ)", "name_taken"),
        ("signer: Nhãn (chữ)", "name_taken"),
        ("__class__: Nhãn (chữ)", "declaration_unclear"),
    ],
)
def test_a_declaration_that_is_unclear_names_its_line(line: str, code: str) -> None:
    with pytest.raises(FormRefused) as refused:
        read_fields(f"ok: Được (chữ)\n\n{line}")
    assert (refused.value.code, refused.value.params["line"]) == (code, 3)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("so_dai_bieu", "5", "05"),
        ("so_dai_bieu", "1500000", "1.500.000"),
        ("so_dai_bieu", "1.500,25", "1.500,25"),
        ("ngay_hop", "2026-02-03", "ngày 03 tháng 02 năm 2026"),
        ("hinh_thuc", "trực tuyến", "trực tuyến"),
        ("kinh_phi", [["a", "1"]], [{"noi_dung": "a", "so_tien": "1"}]),
    ],
)
def test_own_values_are_written_by_the_decrees_rules(name: str, value: object, said: object) -> None:
    chosen = tuple(one for one in FIELDS if one.name == name)
    assert read_own(chosen, {name: value}) == {name: said}


@pytest.mark.parametrize(
    ("name", "value"),
    [("so_dai_bieu", "năm"), ("ngay_hop", "mai"), ("hinh_thuc", "khác"), ("kinh_phi", [["a"]]), ("thanh_phan", [])],
)
def test_own_values_that_are_wrong_name_their_field(name: str, value: object) -> None:
    chosen = tuple(one for one in FIELDS if one.name == name)
    with pytest.raises(FormInvalid) as refused:
        read_own(chosen, {name: value})
    assert str(refused.value.params["field"]).startswith(name)
