"""The same documents as PDF: what can be seen is judged, what cannot be seen is not."""

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pikepdf
import pytest

from templates.catalogue import KINDS
from templates.checker.check import check
from templates.convert import OfficePool
from templates.docx import fill
from templates.errors import PdfUnreadable
from templates.papers import stamp_pages
from tests.checker.correct import CORRECT
from tests.checker.makers import make
from tests.checker.offices import FLOW, LETTER, LONG
from tests.checker.planted import PLANTED, Planted
from tests.checker.planted_below import BELOW
from tests.checker.wordml import para, run
from tests.templates.samples import draft, with_annexes

DAY = date(2026, 11, 24)
pytestmark = [pytest.mark.office, pytest.mark.timeout(180)]

# Faults that leave no trace on paper, or another one: gaps and indents, letter codes, what only a file tells.
UNSEEN = {
    "6.article.indent", "6.body.gap", "6.body.indent", "6.body.indent_blanks", "6.body.indent_list", "5b.gap",
    "5b.rule", "6.body.justified", "6.body.spacing_least", "6.body.spacing_most", "6.body.underline",
    "6.division.align", "9a.align", "9b.left", "10b.box", "11.box", "13.rule", "annex.page", "annex.page_numbers",
    "font.twin", "font.highlight", "unicode.nfc", "unicode.legacy_font", "unicode.widthless", "unicode.hard_blank",
    "1.nation.align", "1.nation.place", "1.motto.gap", "page.landscape", "page.margin_bottom",
    "page.margin_right", "page.margin_top",
}  # fmt: skip
# One fault of each rule that can be seen, of those whose document is longer than the page where the number shows.
SEEN = {
    plan.rule: plan
    for plan in reversed((*PLANTED, *BELOW))
    if plan.rule not in UNSEEN and not plan.rule.startswith("page.number_")
}


@pytest.fixture(scope="module")
def pool() -> Iterator[OfficePool]:
    made = OfficePool()
    yield made
    made.close()


def found(pdf: bytes) -> list[str]:
    return [finding.rule for finding in check(pdf, day=DAY).findings]


@pytest.mark.parametrize("name", sorted(CORRECT))
def test_nothing_is_found_in_correct_documents(name: str, pool: OfficePool) -> None:
    assert found(pool.convert(make(*CORRECT[name]), suffix="docx")) == []


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_nothing_is_found_in_our_own_documents(kind: str, pool: OfficePool) -> None:
    pdf = pool.convert(fill(draft(kind)), suffix="docx")
    report = check(pdf, day=DAY)
    assert report.kind == kind
    assert [finding.rule for finding in report.findings] == []


@pytest.mark.parametrize("kind", ["KH", "QĐ"])
def test_nothing_is_found_in_our_annexes(kind: str, pool: OfficePool) -> None:
    assert found(pool.convert(fill(draft(kind, values=with_annexes()[kind])), suffix="docx")) == []


@pytest.mark.slow
@pytest.mark.parametrize("plan", SEEN.values(), ids=SEEN)
def test_a_planted_fault_is_seen(plan: Planted, pool: OfficePool) -> None:
    assert plan.rule in found(pool.convert(make(*CORRECT[plan.base], plan.change), suffix="docx"))


def test_there_are_enough_of_them() -> None:
    assert len(SEEN) > 150


def test_a_scan_has_no_text_to_check() -> None:
    blank = io.BytesIO()
    with pikepdf.new() as made:
        made.add_blank_page(page_size=(595, 842))
        made.save(blank)
    with pytest.raises(PdfUnreadable) as caught:
        check(blank.getvalue(), day=DAY)
    assert caught.value.code == "pdf_without_text"


def boxed(pdf: bytes, *, media: tuple[float, ...], crop: tuple[float, ...] | None, inherited: bool) -> bytes:
    """The same pages in another box, which may be said of all of them at once."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for page in document.pages:
            del page.obj["/MediaBox"]
            (document.Root.Pages if inherited else page.obj)["/MediaBox"] = pikepdf.Array(media)
            if crop is not None:
                page.obj["/CropBox"] = pikepdf.Array(crop)
        document.save(out)
    return out.getvalue()


def turned(pdf: bytes, degrees: int, *, shown: bool) -> bytes:
    """The same pages turned, with all they show or on paper alone; by 0 degrees they are moved elsewhere."""
    matrix, box = {
        0: ("1 0 0 1 100 50", (100, 50, 695.3, 891.9)),
        90: ("0 1 -1 0 841.9 0", (0, 0, 841.9, 595.3)),
        180: ("-1 0 0 -1 595.3 841.9", (0, 0, 595.3, 841.9)),
        270: ("0 -1 1 0 0 595.3", (0, 0, 841.9, 595.3)),
    }[degrees]
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for page in document.pages:
            page.Rotate = degrees
            if shown:
                page.contents_add(document.make_stream(f"q {matrix} cm ".encode()), prepend=True)
                page.contents_add(document.make_stream(b" Q"))
                page.MediaBox = pikepdf.Array(box)
        document.save(out)
    return out.getvalue()


def test_pages_are_read_as_they_are_shown(pool: OfficePool) -> None:
    pdf = pool.convert(make(*CORRECT["decision, direct"]), suffix="docx")
    assert [found(turned(pdf, degrees, shown=True)) for degrees in (0, 90, 180, 270)] == [[]] * 4
    for degrees in (90, 180, 270):
        with pytest.raises(PdfUnreadable) as caught:
            check(turned(pdf, degrees, shown=False), day=DAY)
        assert caught.value.code == "pdf_turned"


def test_pages_are_read_in_whatever_box_they_are_shown(pool: OfficePool) -> None:
    pdf = pool.convert(make(*CORRECT["decision, direct"]), suffix="docx")
    whole = (0, 0, 595.3, 841.9)
    for media, crop, inherited in (
        (whole, None, True),
        ((0, 841.9, 595.3, 0), None, False),
        (whole, (-50, -50, 700, 900), False),
        ((-50, -50, 700, 900), whole, False),
    ):
        assert found(boxed(pdf, media=media, crop=crop, inherited=inherited)) == [], (media, crop)


@pytest.mark.parametrize("password", ["a", ""])
def test_an_encrypted_file_is_told_so(password: str, pool: OfficePool) -> None:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pool.convert(fill(draft("CV")), suffix="docx"))) as document:
        document.save(out, encryption=pikepdf.Encryption(owner="b", user=password))
    with pytest.raises(PdfUnreadable) as caught:
        check(out.getvalue(), day=DAY)
    assert caught.value.code == "pdf_encrypted"


def test_a_head_below_the_text_is_none() -> None:
    before = para(run(LONG), FLOW)
    whole = replace(LETTER, replaced=(("<w:tbl>", f"{before}<w:tbl>"),)).docx()
    assert "6.body.missing" not in {finding.rule for finding in check(whole, day=DAY).findings}


def test_a_font_left_out_is_told(pool: OfficePool) -> None:
    pdf = pool.convert(fill(draft("CV")), suffix="docx")
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for thing in document.objects:
            if isinstance(thing, pikepdf.Dictionary) and "/FontFile2" in thing:
                del thing["/FontFile2"]
        document.save(out)
    assert "font.unembedded" in found(out.getvalue())


def test_a_stamp_alone_is_no_document() -> None:
    stamped = stamp_pages(("Bản sao để họp",), ((595.0, 842.0),))
    assert "page.family" in found(stamped)
