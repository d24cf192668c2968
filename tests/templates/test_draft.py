import unicodedata
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from templates.draft import (
    Article,
    Letterhead,
    Paragraph,
    SignatureBlock,
    Table,
    body_sha256,
    read_values,
)
from templates.errors import FormInvalid
from tests.templates.samples import VALUES, decision_values, draft, letter_values, report_values


def refused(kind: str, values: Any) -> FormInvalid:
    with pytest.raises(FormInvalid) as raised:
        read_values(kind, values)
    return raised.value


def with_body(*blocks: Any) -> dict[str, Any]:
    return {**report_values(), "body": list(blocks)}


def with_table(**changed: Any) -> dict[str, Any]:
    table = {"columns": ["STT", "Tên"], "rows": [["1", "A"]], **changed}
    return with_body({"table": table})


def test_values_become_typed_content() -> None:
    content = read_values("BC", report_values())
    assert content.subject.startswith("Tình hình")
    table = next(block for block in content.body if isinstance(block, Table))
    assert table.rows[1] == ("2", "Nhà ở hư hỏng nặng", "3")
    assert table.widths_mm == (15.0, 100.0, 40.0)


@pytest.mark.parametrize(
    ("kind", "values", "code", "field"),
    [
        ("BK", report_values(), "kind_unknown", "kind"),
        ("BC", [], "value_wrong_type", ""),
        ("BC", {**report_values(), "signer": "A"}, "field_unknown", "signer"),
        ("BC", {**report_values(), "subject": None}, "value_missing", "subject"),
        ("BC", {**report_values(), "subject": " \n "}, "value_missing", "subject"),
        ("BC", {**report_values(), "subject": 5}, "value_wrong_type", "subject"),
        ("BC", {**report_values(), "subject": "a" * 501}, "value_too_long", "subject"),
        ("BC", {**report_values(), "subject": "a\x07b"}, "value_control_character", "subject"),
        ("BC", {**report_values(), "subject": "a\u202eb"}, "value_control_character", "subject"),
        ("BC", {**report_values(), "subject": "a\uffffb"}, "value_control_character", "subject"),
        ("BC", {**report_values(), "archive": "Lưu: "}, "value_missing", "archive"),
        ("BC", {**report_values(), "recipients": []}, "value_missing", "recipients"),
        ("BC", {**report_values(), "recipients": ["UBND", " - ;"]}, "value_missing", "recipients[1]"),
        ("BC", {**report_values(), "recipients": "UBND"}, "value_wrong_type", "recipients"),
        ("BC", {**report_values(), "recipients": ["a"] * 61}, "value_too_long", "recipients"),
        ("CV", {**letter_values(), "addressees": None}, "value_missing", "addressees"),
        ("CV", {**letter_values(), "subject": "V/v "}, "value_missing", "subject"),
        ("QĐ", {**decision_values(), "citations": []}, "value_missing", "citations"),
        ("QĐ", {**decision_values(), "authority": ""}, "value_missing", "authority"),
        ("BC", with_body("text"), "block_unknown", "body[0]"),
        ("BC", with_body({"picture": "x"}), "block_unknown", "body[0]"),
        ("BC", with_body({"paragraph": "x", "heading": "y"}), "block_unknown", "body[0]"),
        ("BC", with_body({"paragraph": "x", "level": 1}), "field_unknown", "body[0].level"),
        ("BC", with_body({"heading": "x", "level": [1]}), "value_wrong", "body[0].level"),
        ("BC", with_body({"heading": "x", "level": True}), "value_wrong", "body[0].level"),
        ("BC", with_body({"heading": "x", "level": 3}), "value_wrong", "body[0].level"),
        ("BC", with_body({"paragraph": "\u200b"}), "value_missing", "body[0].paragraph"),
        ("BC", with_body({"article": "x"}), "value_missing", "body[0].number"),
        ("BC", with_body({"article": "x", "number": 0}), "value_wrong", "body[0].number"),
        (
            "BC",
            with_body({"article": "x", "number": 1, "paragraphs": [1]}),
            "value_wrong_type",
            "body[0].paragraphs[0]",
        ),
        ("BC", with_table(columns=[]), "value_missing", "body[0].table.columns"),
        ("BC", with_table(rows=[["1"]]), "row_length", "body[0].table.rows[0]"),
        ("BC", with_table(rows=[["1", 2]]), "value_wrong_type", "body[0].table.rows[0][1]"),
        ("BC", with_table(widths_mm=[100, 100]), "table_too_wide", "body[0].table.widths_mm"),
        ("BC", with_table(widths_mm=[1, 100]), "value_wrong", "body[0].table.widths_mm"),
        ("BC", with_table(widths_mm=[10**400, 100]), "value_wrong", "body[0].table.widths_mm"),
        ("BC", with_table(widths_mm=[float("nan"), 100]), "value_wrong", "body[0].table.widths_mm"),
        ("BC", with_table(align=["left", {}]), "value_wrong", "body[0].table.align"),
        ("BC", with_table(colour="red"), "field_unknown", "body[0].table.colour"),
    ],
)
def test_a_wrong_value_is_refused_by_its_name(kind: str, values: Any, code: str, field: str) -> None:
    error = refused(kind, values)
    assert (error.code, error.params["field"]) == (code, field)


def test_all_wrong_fields_are_named_in_one_answer() -> None:
    values = with_table(rows=[["1"], ["2", "b"], ["3"]]) | {"subject": "", "archive": 7}
    error = refused("BC", values)
    assert error.code == "value_missing"
    assert error.params["count"] == 4
    assert error.params["fields"] == "subject,body[0].table.rows[0],body[0].table.rows[2],archive"


def test_a_body_of_endless_text_is_refused() -> None:
    error = refused("BC", with_body(*({"paragraph": "a" * 20_000} for _ in range(101))))
    assert error.code == "value_too_long"


def test_letters_are_normalised_at_entry() -> None:
    values = {
        **report_values(),
        "subject": unicodedata.normalize("NFD", "Tiếng Việt") + " \u00d0ồng Xuân \u00f0ó\u200b",
    }
    assert read_values("BC", values).subject == unicodedata.normalize("NFC", "Tiếng Việt Đồng Xuân đó")


def test_what_the_form_writes_itself_is_not_written_twice() -> None:
    values = letter_values() | {
        "subject": "V/v báo cáo",
        "recipients": ["- Như trên;", "Sở Nội vụ (để b/c)."],
        "archive": "Lưu: VT, KGVX.",
    }
    content = read_values("CV", values)
    assert content.subject == "báo cáo"
    assert content.recipients == ("Như trên", "Sở Nội vụ (để b/c)")
    assert content.archive == "VT, KGVX"


def test_lines_become_paragraphs() -> None:
    content = read_values("BC", with_body({"paragraph": "một\r\n\r\n hai  ba "}, {"article": "bốn\nnăm", "number": 1}))
    assert content.body == (Paragraph("một"), Paragraph("hai ba"), Article(1, "bốn", ("năm",)))


def test_columns_without_widths_share_the_text_width() -> None:
    (table,) = read_values("BC", with_table()).body
    assert isinstance(table, Table)
    assert table.widths_mm == (82.5, 82.5)
    assert table.align == ("left", "left")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["heading", "paragraph", "article", "table", "level", "number", "rows", "columns", "align"])
            | st.text(max_size=5),
            inner,
            max_size=4,
        )
    ),
    max_leaves=15,
)


@given(st.sampled_from(sorted(VALUES)), st.data())
def test_any_value_is_read_or_refused_by_name(kind: str, data: st.DataObject) -> None:
    values = VALUES[kind]()
    name = data.draw(st.sampled_from(sorted(values)))
    values[name] = data.draw(json_values | st.lists(json_values, max_size=3))
    assert outcome(kind, values).startswith(("read", name))


def outcome(kind: str, values: dict[str, Any]) -> str:
    try:
        content = read_values(kind, values)
    except FormInvalid as error:
        return str(error.params["field"])
    return f"read {content.subject}"


@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=60))
def test_reading_twice_changes_nothing_more(text: str) -> None:
    try:
        once = read_values("BC", {**report_values(), "subject": text}).subject
    except FormInvalid:
        return
    assert read_values("BC", {**report_values(), "subject": once}).subject == once
    assert unicodedata.is_normalized("NFC", once)


def test_the_bodys_hash_stays_when_the_signer_changes() -> None:
    first = draft("BC")
    other = replace(first, signature=SignatureBlock(("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"), "Hà Văn Mô Phỏng"))
    assert body_sha256(first) == body_sha256(other)


def test_the_bodys_hash_changes_with_every_part_that_was_checked() -> None:
    first = draft("BC")
    content = first.content
    others = [
        replace(first, letterhead=Letterhead((), ("UBND",), "Suối Trúc")),
        *(
            replace(first, content=changed)
            for changed in (
                replace(content, subject="khác"),
                replace(content, recipients=("khác",)),
                replace(content, archive="khác"),
                replace(content, body=content.body[1:]),
                replace(content, body=(*content.body, Paragraph("thêm"))),
            )
        ),
    ]
    assert len({body_sha256(each) for each in (first, *others)}) == len(others) + 1
