"""What stands behind a signature, and what is not signed because it holds more than it shows."""

import io
from uuid import UUID

import pikepdf
import pytest
from sqlalchemy import update

from docservice.core.work import SYSTEM
from docservice.documents import facts, queries, storing
from docservice.documents.models import Stage, Version
from docservice.signatures.keys import TrustSource
from docservice.signatures.models import Ending
from docservice.signatures.queries import records
from docservice.signatures.stamps import StampSource
from docservice.signatures.verdicts import as_facts
from docservice.workflow import service as workflow
from signing.archive import add_document_stamp
from signing.looking import look_over
from signing.verdict import verify
from templates.read import text_of
from tests.node import Office
from tests.signing.test_looking import covered, layer
from tests.web.conftest import Enter


def replace_file(office: Office, document_id: UUID, change: object) -> None:
    """Put another file in place of the one that was submitted, as somebody with the office's disk could."""
    with office.reading() as reading:
        version = queries.latest_version(reading, document_id)
    assert version is not None
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(storing.get(office.node.ports, version.sha256))) as document:
        change(document)  # type: ignore[operator]
        document.save(out)
    stored = storing.put(office.node.ports, out.getvalue())
    with office.node.transactions.work(SYSTEM) as work:
        agency_id = queries.get(work, document_id).agency_id
        facts.name_file(work, agency_id, sha256=stored.key, size=stored.size, media_type="application/pdf")
        work.session.execute(update(Version).where(Version.id == version.id).values(sha256=stored.key))


def test_the_page_tells_document_time_stamps_and_what_was_filled_in(office: Office, enter: Enter) -> None:
    document_id = office.released()
    ports = office.node.ports
    sealed = storing.get(ports, office.shown(document_id))
    stamped = add_document_stamp(sealed, timestamps=ports[StampSource].current())
    verdict = as_facts(verify(stamped, trust=ports[TrustSource].current(), at=office.clock.now()))
    stored = storing.put(ports, stamped)
    with office.node.transactions.work(SYSTEM) as work:
        document = queries.get(work, document_id)
        facts.add_version(work, document, stage=Stage.PRESERVED, sha256=stored.key, size=stored.size, verdict=verdict)
    clerk = enter("c.clerk")
    page = clerk.get(f"/documents/{document_id}").text
    assert "Dấu thời gian hợp lệ: " in page
    assert "chỉ ghi thêm vào chỗ chữ ký này để trống: số, ngày tháng, dấu của cơ quan." in page
    with office.reading() as reading:
        newest = queries.versions(reading, document_id)[-1].ordinal
    report = text_of(clerk.get(f"/documents/{document_id}/versions/{newest}/report").content)
    words = " ".join(" ".join(report).split())
    assert "Dấu thời gian hợp lệ: " in words
    assert "để trống: số, ngày tháng" in words


def test_the_evidence_names_what_was_seen_and_what_was_signed(office: Office, enter: Enter) -> None:
    document_id = office.checked()
    shown = office.shown(document_id)
    office.sign(document_id)
    with office.reading() as reading:
        (record,) = records(reading, document_id)
        signed = queries.latest_version(reading, document_id)
    assert record.evidence is not None
    assert signed is not None
    seen = look_over(storing.get(office.node.ports, shown))
    assert (record.signing.consent_sha256, record.evidence.signed_sha256) == (shown, signed.sha256)
    assert (record.evidence.pages_sha256, record.evidence.renderer) == (seen.pages_sha256, seen.renderer)
    page = enter("c.leader").get(f"/documents/{document_id}/evidence").text
    for words in (shown, signed.sha256, seen.pages_sha256, "Lò Văn Giả Định"):
        assert words in page
    assert enter("p.clerk").get(f"/documents/{document_id}/evidence").status_code == 404


@pytest.mark.parametrize(
    ("change", "reason"),
    [(lambda d: layer(d, OFF=...), "nội dung ẩn"), (covered, "chữ bị hình che")],
)
def test_what_hides_something_is_not_signed_and_the_signer_is_told(
    office: Office, enter: Enter, change: object, reason: str
) -> None:
    document_id = office.checked()
    replace_file(office, document_id, change)
    office.sign(document_id)
    assert office.status(document_id) == "signature"
    with office.reading() as reading:
        (record,) = records(reading, document_id)
    assert (record.signing.ended_as, record.evidence) == (Ending.NOT_FIT, None)
    leader = enter("c.leader")
    assert reason in leader.get(f"/documents/{document_id}").text
    assert "Tệp không được ký" in leader.get(f"/documents/{document_id}/evidence").text


def test_an_arrival_nobody_could_judge_is_not_called_invalid(office: Office, enter: Enter) -> None:
    document_id = office.checked()
    office.sign(document_id)
    for verb in (workflow.number, workflow.seal):
        office.act("c.clerk", verb, document_id=document_id)
        office.drain()
    for file in office.node.settings.path(office.node.settings.trust_dir).glob("*.crl"):
        file.unlink()
    office.act("c.clerk", workflow.release, document_id=document_id)
    office.drain()
    arrived, clerk = office.arrived("p.clerk"), enter("p.clerk")
    page = clerk.get(f"/documents/{arrived.id}").text
    for words in (
        "Chưa xác định: chưa kiểm tra được tình trạng thu hồi",
        "hệ thống sẽ tự kiểm tra lại",
        "chưa được vào sổ",
    ):
        assert words in page
    assert '<p class="waits" role="alert">' in page
    assert '<details class="act" open>' not in page.partition("Trả lại nơi gửi")[0]
    box = clerk.get("/?box=to-register").text
    assert "Chữ ký số chưa xác định" in box
    for shown in (page, box):
        assert "Chữ ký số không hợp lệ" not in shown
    refused = clerk.post(f"/documents/{arrived.id}/acts/register")
    assert refused.status_code == 409
    assert "chỉ vào sổ được khi chữ ký số được xác nhận là hợp lệ. Chưa xác định:" in refused.text
