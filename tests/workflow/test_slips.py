"""Routing slips (phiếu trình): many persons in the order the drafter chose or in any, and no seal."""

import io
from uuid import UUID

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader
from sqlalchemy import select

from docservice.core.errors import NotAllowed
from docservice.doctor import Finding, examine_node
from docservice.documents import queries, signatories, storing
from docservice.documents.errors import DocumentNotFound, NotYourTurn, SignatoriesWrong, WrongState
from docservice.documents.models import Document
from docservice.documents.signatories import Naming
from docservice.inbox.boxes import TO_COUNTERSIGN
from docservice.signatures.errors import ConsentMoved
from docservice.signatures.keys import TrustSource
from docservice.workflow import service as workflow
from docservice.workflow.queries import open_acts, signatories_of
from signing.verdict import verify
from tests.node import Office

SLIP = {
    "subject": "Mua máy phát điện dự phòng cho trạm y tế",
    "presented_to": "Chủ tịch Ủy ban nhân dân xã Suối Trúc",
    "body": [{"paragraph": "Trạm y tế xã mất điện nhiều lần trong mùa mưa; đề nghị mua một máy 15 kVA."}],
}
HANDS = ("c.official", "c.head", "c.deputy", "c.leader")


def slip(office: Office, *hands: str, in_turn: bool = True) -> UUID:
    naming = Naming(tuple(office.post(key) for key in hands), in_turn=in_turn)
    document_id = office.draft(SLIP, kind="PTr", signer_post_id=None, receiver_codes=[], signatories=naming)
    office.act("c.official", workflow.submit, document_id=document_id)
    office.drain()
    return document_id


def sign(office: Office, document_id: UUID, by: str, *, opinion: str | None = None) -> None:
    shown = office.shown(document_id)
    office.act(by, workflow.sign_in_turn, document_id=document_id, consented_sha256=shown, opinion=opinion)
    office.drain()


def waits(office: Office, key: str) -> bool:
    """Whether something lies in the box of what this person is to sign."""
    with office.reading(key) as reading:
        return bool(reading.session.scalars(TO_COUNTERSIGN.select(reading.actor, reading.today)).all())


def verdicts(office: Office, document_id: UUID) -> list[tuple[str, str]]:
    with office.reading() as reading:
        pdf = storing.get(reading.ports, queries.versions(reading, document_id)[-1].sha256)
    found = verify(pdf, trust=office.node.ports[TrustSource].current(), at=office.clock.now())
    return [(signature.field, signature.indication) for signature in found.signatures]


def test_a_slip_goes_from_hand_to_hand_and_is_done(office: Office) -> None:
    document_id = slip(office, *HANDS)
    recounted = Finding("recount", ok=True, text="1 văn bản khớp với sự kiện")
    for ordinal, key in enumerate(HANDS):
        assert office.status(document_id) == "routing"
        assert office.document(document_id).waiting_for == f"post:{office.post(key)}"
        assert [waits(office, other) for other in HANDS] == [other == key for other in HANDS]
        assert [found for found in examine_node(office.node, recount=True) if found.port == "recount"] == [recounted]
        for other in HANDS[ordinal + 1 :]:
            with pytest.raises(NotYourTurn):
                sign(office, document_id, other)
        sign(office, document_id, key)
    assert office.status(document_id) == "routed"
    assert office.document(document_id).waiting_for is None
    assert office.document(document_id).notation is None
    assert verdicts(office, document_id) == [(f"person{n}", "TOTAL-PASSED") for n in (1, 2, 3, 4)]
    with office.reading() as reading:
        stages = [str(version.stage) for version in queries.versions(reading, document_id)]
    assert stages == ["submitted", "signed", "signed", "signed", "routed"]
    with pytest.raises(WrongState):
        sign(office, document_id, "c.leader")


def test_an_opinion_is_signed_with_the_pages(office: Office) -> None:
    document_id = slip(office, "c.head", "c.leader")
    words = "Đồng ý; đề nghị lấy ba báo giá trước khi mua."
    sign(office, document_id, "c.head", opinion=words)
    sign(office, document_id, "c.leader")
    with office.reading() as reading:
        first, second = signatories_of(reading, office.document(document_id), queries.steps(reading, document_id))
        pdf = storing.get(reading.ports, queries.versions(reading, document_id)[-1].sha256)
    assert first.signed is not None
    assert second.signed is not None
    assert (first.signed.note, second.signed.note) == (words, None)
    said = {sig.field_name: sig.sig_object.get("/Reason") for sig in PdfFileReader(io.BytesIO(pdf)).embedded_signatures}
    assert said == {"person1": words, "person2": None}
    assert {indication for _, indication in verdicts(office, document_id)} == {"TOTAL-PASSED"}


def test_in_any_order_everybody_waits_at_once(office: Office) -> None:
    document_id = slip(office, *HANDS[:3], in_turn=False)
    missing = set(HANDS[:3])
    for key in (HANDS[2], HANDS[0], HANDS[1]):
        assert {other for other in HANDS[:3] if waits(office, other)} == missing
        shown = office.shown(document_id)
        sign(office, document_id, key)
        missing.discard(key)
        # Whoever comes next is shown what the one before has signed.
        for other in missing:
            with pytest.raises(ConsentMoved):
                office.act(other, workflow.sign_in_turn, document_id=document_id, consented_sha256=shown)
        with pytest.raises((NotYourTurn, WrongState)):
            sign(office, document_id, key)
    assert office.status(document_id) == "routed"
    assert {indication for _, indication in verdicts(office, document_id)} == {"TOTAL-PASSED"}


def test_who_is_not_named_neither_sees_nor_signs_it(office: Office) -> None:
    document_id = slip(office, "c.head", "c.leader")
    for key in ("c.deputy", "p.leader"):
        with pytest.raises((DocumentNotFound, NotAllowed)):
            sign(office, document_id, key)
    with office.reading("c.official") as reading:
        assert "sign_in_turn" not in open_acts(reading, queries.get(reading, document_id))


def test_a_slip_that_comes_back_is_signed_by_all_again(office: Office) -> None:
    document_id = slip(office, *HANDS[:3])
    sign(office, document_id, "c.official")
    with pytest.raises(NotYourTurn):
        office.act("c.deputy", workflow.return_document, document_id=document_id, note="Xin xem lại dự toán.")
    office.act("c.head", workflow.return_document, document_id=document_id, note="Xin xem lại dự toán.")
    assert office.status(document_id) == "draft"
    assert not waits(office, "c.head")
    office.act("c.official", workflow.submit, document_id=document_id)
    office.drain()
    assert office.document(document_id).waiting_for == f"post:{office.post('c.official')}"
    for key in HANDS[:3]:
        sign(office, document_id, key)
    assert office.status(document_id) == "routed"


def test_other_people_can_be_named_while_it_is_a_draft(office: Office) -> None:
    document_id = slip(office, "c.head", "c.leader")
    office.act("c.official", workflow.withdraw, document_id=document_id)
    naming = Naming((office.post("c.deputy"),))
    routing = workflow.Routing(None, signatories=naming)
    office.act("c.official", workflow.revise, document_id=document_id, values=SLIP, routing=routing)
    with office.reading() as reading:
        assert signatories.naming_of(reading, document_id).post_ids == naming.post_ids
    office.act("c.official", workflow.submit, document_id=document_id)
    office.drain()
    sign(office, document_id, "c.deputy")
    assert office.status(document_id) == "routed"


def test_a_wrong_list_of_signatories_is_refused(office: Office) -> None:
    for hands, reason in (
        ((), "signatories_missing"),
        (("c.head", "c.head"), "signatory_twice"),
        (("p.leader",), "signatory_elsewhere"),
        (("c.archivist",), "signatory_elsewhere"),
        (("c.other",), "signatory_without_key"),
    ):
        with pytest.raises(SignatoriesWrong) as refused:
            slip(office, *hands)
        assert refused.value.details["reason"] == reason
    with office.reading() as reading:
        assert reading.session.scalars(select(Document)).all() == []
