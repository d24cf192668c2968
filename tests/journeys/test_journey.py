"""The whole life of one document, and what every outside judge says of its papers."""

import json
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from sqlalchemy import func, select

from docservice.bootstrap import Node, build
from docservice.core import journal
from docservice.core.sandbox import Sandbox
from docservice.core.work import SYSTEM
from docservice.demo import people, script
from docservice.demo.command import write_papers
from docservice.demo.journey import Journey
from docservice.documents import queries, storing
from docservice.documents.models import Document
from docservice.searching.finding import Search, find
from docservice.settings import Settings
from signing.trust import Trust, load_trust
from templates.convert import Converter, OfficePool
from templates.read import field_values, fonts_in, page_count, text_of
from tests.judges import judge_pdfa, judge_signatures, openssl_verify

pytestmark = [pytest.mark.office, pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def converter() -> Iterator[OfficePool]:
    pool = OfficePool()
    yield pool
    pool.close()


@pytest.fixture(scope="module")
def journey(
    tmp_path_factory: pytest.TempPathFactory, converter: OfficePool, sandbox: Sandbox
) -> Iterator[tuple[Node, Path]]:
    folder, out = tmp_path_factory.mktemp("data"), tmp_path_factory.mktemp("out")
    node = build(Settings(data_dir=folder), replace={Converter: converter, Sandbox: sandbox})
    run(node, out)
    yield node, out
    node.close()


def run(node: Node, out: Path) -> list[str]:
    told: list[str] = []
    people.seed(node, keys=node.settings.path(node.settings.keys_dir))
    Journey(node, script.load(None), tell=lambda words, _seconds: told.append(words)).run()
    write_papers(node, script.load(None), out)
    return told


def test_it_leaves_the_papers_it_promises(journey: tuple[Node, Path]) -> None:
    _, out = journey
    names = {path.name for path in out.iterdir()} - {"trust"}
    assert names == {
        "draft.docx", "report.pdf", "parcel.edxml", "verdicts.json", "registers.json", "pack.pdf", "timeline.json",
    }  # fmt: skip
    verdicts = json.loads((out / "verdicts.json").read_text())
    assert all(verdict["passed"] for verdict in verdicts.values())


def test_the_file_says_what_was_numbered(journey: tuple[Node, Path]) -> None:
    pdf = (journey[1] / "report.pdf").read_bytes()
    values = field_values(pdf)
    assert values["number"] == "Số: 312/BC-UBND"
    assert values["date"].startswith("Suối Trúc, ngày ")
    assert "312/BC-UBND" in text_of(pdf)[0]
    assert set(fonts_in(pdf)) <= {
        "LiberationSerif", "LiberationSerif-Bold", "LiberationSerif-Italic", "LiberationSerif-BoldItalic",
    }  # fmt: skip


def test_both_signatures_hold_for_pyhanko_and_openssl(journey: tuple[Node, Path]) -> None:
    _, out = journey
    pdf = (out / "report.pdf").read_bytes()
    trust = load_trust(out / "trust")
    with (out / "report.pdf").open("rb") as source:
        leader, agency = PdfFileReader(source).embedded_regular_signatures
        for signature, level in ((leader, ModificationLevel.FORM_FILLING), (agency, ModificationLevel.NONE)):
            status = validate_pdf_signature(signature, context(trust), ts_validation_context=context(trust))
            assert status.bottom_line, signature.field_name
            assert status.modification_level == level
            assert status.timestamp_validity is not None
            assert status.timestamp_validity.trusted
    for field in ("leader", "agency"):
        report = openssl_verify(pdf, field=field, anchors=[a.certificate for a in trust.anchors])
        assert report.valid, report.detail


def context(trust: Trust) -> ValidationContext:
    return ValidationContext(
        trust_roots=[asn1_x509.Certificate.load(anchor.certificate) for anchor in trust.anchors],
        crls=list(trust.crls),
        allow_fetching=False,
        revocation_mode="require",
    )


@pytest.mark.judges
def test_the_outside_judges_agree(journey: tuple[Node, Path]) -> None:
    node, out = journey
    files = versions_as_files(node, out)
    trust = load_trust(out / "trust")
    anchors = [anchor.certificate for anchor in trust.anchors]
    (report,) = judge_signatures([out / "report.pdf"], anchors=anchors, crls=trust.crls)
    assert [s.field for s in report.signatures] == ["leader", "agency"]
    for signature in report.signatures:
        assert signature.passed, signature.errors
        assert signature.level == "PAdES-BASELINE-T"
        assert not [m for m in signature.modifications if m.kind == "undefined"]
    for judged in judge_pdfa([*files, out / "report.pdf"]):
        assert judged.compliant, (judged.file, judged.failures)


def versions_as_files(node: Node, out: Path) -> list[Path]:
    """Every stored state of the report: each stage is PDF/A, not only the last."""
    files = []
    with node.transactions.reading(SYSTEM) as reading:
        wanted = select(Document).where(Document.subject == script.load(None).report.subject)
        for document in reading.session.scalars(wanted):
            for version in queries.versions(reading, document.id):
                path = out.parent / f"{version.stage}-{version.id}.pdf"
                path.write_bytes(storing.get(node.ports, version.sha256))
                files.append(path)
    return files


def test_the_request_knows_that_it_was_answered_a_day_early(journey: tuple[Node, Path]) -> None:
    story = json.loads((journey[1] / "timeline.json").read_text())
    (answer,) = story["province"]["request"]["answers"]
    assert (answer["notation"], answer["days_before_due"]) == ("312/BC-UBND", 1)
    lines = json.loads((journey[1] / "registers.json").read_text())
    assert lines["tỉnh, sổ đi"]["Văn bản trả lời"].startswith("312/BC-UBND")
    assert lines["xã, sổ đến"]["Số đến"] == "807"


def test_the_statuses_travelled_back_both_ways(journey: tuple[Node, Path]) -> None:
    story = json.loads((journey[1] / "timeline.json").read_text())
    for agency, name in (("province", "request"), ("commune", "report")):
        (parcel,) = story[agency][name]["parcels"]
        assert [status["code"] for status in parcel["statuses"]] == ["01", "03", "04", "05", "06"]


@pytest.mark.parametrize(
    "text", ["bao cao", "báo cáo", "312/BC-UBND", "312 bc ubnd", "số 312/bc-ubnd", "312", "BC-UBND"]
)
@pytest.mark.parametrize("key", ["c.clerk", "c.official", "p.clerk"])
def test_search_finds_the_report_first(journey: tuple[Node, Path], text: str, key: str) -> None:
    node, _ = journey
    with node.transactions.reading(SYSTEM) as reading:
        actor = people.actor(reading, key)
    with node.transactions.reading(actor) as reading:
        found = find(reading, [actor], Search(text))
        assert found.hits[0].document.subject == script.load(None).report.subject


def test_search_shows_nothing_to_anybody_else(journey: tuple[Node, Path]) -> None:
    node, _ = journey
    told = script.load(None)
    with node.transactions.reading(SYSTEM) as reading:
        stranger = people.actor(reading, "c.other")
    with node.transactions.reading(stranger) as reading:
        # Released documents are the whole agency's; the request was assigned to another unit.
        assert told.request.subject not in [
            hit.document.subject for hit in find(reading, [stranger], Search("báo cáo tình hình")).hits
        ]


def test_the_pack_has_contents_and_bookmarks(journey: tuple[Node, Path]) -> None:
    path = journey[1] / "pack.pdf"
    with pikepdf.open(path) as pack, pack.open_outline() as outline:
        titles = [item.title for item in outline.root]
        assert titles[0] == "Mục lục"
        assert [len(item.children) for item in outline.root] == [0, 1, 2]
        links = [a for a in pack.pages[0].obj.get("/Annots", []) if a.get("/Subtype") == "/Link"]
        assert len(links) == 5
    text = text_of(path.read_bytes())
    assert "312/BC-UBND" in " ".join(text)
    assert all("bản sao để họp" in page for page in text)
    assert page_count(path.read_bytes()) == len(text) > 15


def test_the_chain_is_whole_and_a_second_run_changes_nothing(journey: tuple[Node, Path], tmp_path: Path) -> None:
    node, _ = journey
    with node.transactions.reading(SYSTEM) as reading:
        before = journal.verify_chain(reading.session)
    assert before.broken_at is None
    assert [words for words in run(node, tmp_path) if words != "tác vụ nền"] == []
    with node.transactions.reading(SYSTEM) as reading:
        assert journal.verify_chain(reading.session) == before


@pytest.mark.servers
def test_the_same_journey_on_postgresql(
    postgres_url: str, tmp_path: Path, converter: OfficePool, sandbox: Sandbox
) -> None:
    settings = Settings(data_dir=tmp_path / "data", database_url=postgres_url)
    node = build(settings, replace={Converter: converter, Sandbox: sandbox})
    try:
        (tmp_path / "out").mkdir()
        run(node, tmp_path / "out")
        with node.transactions.reading(SYSTEM) as reading:
            assert journal.verify_chain(reading.session).broken_at is None
            assert reading.session.scalar(select(func.count()).select_from(Document)) == 4
    finally:
        node.close()


def test_the_anchor_is_the_demo_authoritys_alone(journey: tuple[Node, Path]) -> None:
    trust = load_trust(journey[1] / "trust")
    (anchor,) = trust.anchors
    certificate = x509.load_der_x509_certificate(anchor.certificate)
    assert "BẢN MẪU" in certificate.subject.rfc4514_string()
    assert certificate.public_bytes(Encoding.DER) == anchor.certificate
