"""Joint documents and contracts: two agencies, two leaders, two numbers, two seals in one file that travels."""

from uuid import UUID

import pytest

from docservice.core.errors import NotAllowed
from docservice.core.work import SYSTEM
from docservice.demo import people
from docservice.documents import facts, joint, queries, storing
from docservice.documents.errors import FormValueWrong, NotJoint
from docservice.documents.jobs import RENDER_FAILURES
from docservice.documents.models import Document
from docservice.signatures.keys import TrustSource
from docservice.workflow import service as workflow
from docservice.workflow.queries import open_acts
from docservice.workflow.service import CopyOrder, Passages
from signing.verdict import FileVerdict, verify
from templates.copying import Medium
from templates.read import text_of
from tests.node import Office
from tests.signing.test_joint_files import prepared, with_wrong_lock

SUBJECT = "Lưu trữ dữ liệu số của xã"
CONTRACT = {
    "subject": SUBJECT,
    "body": [{"paragraph": "Hai bên thống nhất các điều khoản sau."}],
    "recipients": ["Hai bên"],
    "archive": "VT",
    "partner": {"name": "Sở Nội vụ tỉnh Hoa Ban", "title": "Giám đốc", "signer": "Bế Văn Ước Lệ"},
}


def sent(office: Office) -> UUID:
    """A contract the commune has signed, numbered, sealed and sent to the department."""
    return office.released(kind="HĐ", values=CONTRACT, receiver_codes=[people.DEPARTMENT])


def arrived(office: Office, subject: str = SUBJECT) -> Document:
    """The contract as the department has it, registered and with its leader."""
    found = office.arrived("s.clerk", subject)
    office.act("s.clerk", workflow.register, document_id=found.id)
    office.act("s.clerk", workflow.present, document_id=found.id, proposal="Kính trình Giám đốc.")
    office.drain()
    return found


def file_of(office: Office, document_id: UUID) -> bytes:
    with office.reading() as reading:
        return storing.get(reading.ports, queries.versions(reading, document_id)[-1].sha256)


def judged(office: Office, pdf: bytes) -> FileVerdict:
    return verify(pdf, trust=office.node.ports[TrustSource].current(), at=office.clock.now())


def cosigned(office: Office, arrival: Document) -> UUID:
    signer = office.post("s.leader")
    made = office.act("s.clerk", workflow.cosign, document_id=arrival.id, signer_post_id=signer)
    office.drain()
    assert office.status(made.id) == "approval"
    return made.id


def test_two_agencies_sign_number_and_seal_one_file(office: Office) -> None:
    own = sent(office)
    first = file_of(office, own)
    assert [s.field for s in judged(office, first).signatures] == ["leaderA", "agencyA"]
    arrival = arrived(office)
    part = cosigned(office, arrival)
    assert file_of(office, part) == first
    with office.reading("s.clerk") as reading:
        assert "revise" not in open_acts(reading, queries.get(reading, part))
        assert not joint.waits_for_us(reading, queries.get(reading, part))
    office.sign(part, by="s.leader")
    for verb in (workflow.number, workflow.seal, workflow.release):
        office.act("s.clerk", verb, document_id=part)
        office.drain()
    assert (office.document(own).notation, office.document(part).notation) == ("312/HĐ-UBND", "903/HĐ-SNV")
    back = office.arrived("c.clerk", SUBJECT)
    whole = file_of(office, back.id)
    assert whole.startswith(first)
    verdict = judged(office, whole)
    assert [(s.field, s.indication) for s in verdict.signatures] == [
        (field, "TOTAL-PASSED") for field in ("leaderA", "agencyA", "leaderB", "agencyB")
    ]
    assert back.answers_id == own
    office.act("c.clerk", workflow.register, document_id=back.id)
    with office.reading("c.clerk") as reading:
        assert joint.sides_signed(queries.versions(reading, back.id)[0].verdict) == {"A", "B"}
        assert [answer.incoming_id for answer in queries.answers_to(reading, own)] == [back.id]
        assert not joint.waits_for_us(reading, queries.get(reading, back.id))


def test_an_extract_of_a_part_signed_here_is_addressed_to_nobody(office: Office) -> None:
    sent(office)
    part = cosigned(office, arrived(office))
    office.sign(part, by="s.leader")
    for verb in (workflow.number, workflow.seal, workflow.release):
        office.act("s.clerk", verb, document_id=part)
        office.drain()
    passage = Passages(("Văn bản thử của bộ chuyển đổi mẫu.",))
    order = CopyOrder("TrS", Medium.PAPER, office.post("s.leader"), passages=passage)
    made = office.act("s.clerk", workflow.make_copy, document_id=part, order=order)
    office.drain()
    assert office.status(made.id) == "to_release"
    assert "Kính gửi" not in text_of(file_of(office, made.id))[0]


def test_the_second_side_begins_once_and_may_refuse(office: Office) -> None:
    sent(office)
    arrival = arrived(office)
    part = cosigned(office, arrival)
    signer = office.post("s.leader")
    with pytest.raises(NotJoint):
        office.act("s.clerk", workflow.cosign, document_id=arrival.id, signer_post_id=signer)
    office.act("s.clerk", workflow.withdraw, document_id=part)
    with pytest.raises(NotAllowed):
        office.act("s.clerk", workflow.revise, document_id=part, values=CONTRACT)
    office.act("s.clerk", workflow.submit, document_id=part)
    office.drain()
    assert office.status(part) == "approval"
    office.act("s.clerk", workflow.withdraw, document_id=part)
    office.act("s.clerk", workflow.discard, document_id=part)
    # It can be begun again after it was given up.
    cosigned(office, arrival)


def test_a_file_whose_places_cannot_be_read_is_told_and_waits_for_nobody(office: Office) -> None:
    sent(office)
    arrival = arrived(office)
    with office.node.transactions.work(SYSTEM) as work:
        wrong = storing.put(work.ports, with_wrong_lock(prepared()))
        facts.name_file(work, arrival.agency_id, sha256=wrong.key, size=wrong.size, media_type="application/pdf")
        queries.versions(work, arrival.id)[0].sha256 = wrong.key
    made = office.act("s.clerk", workflow.cosign, document_id=arrival.id, signer_post_id=office.post("s.leader"))
    office.drain()
    assert office.status(made.id) == "draft"
    with office.reading() as reading:
        assert queries.steps(reading, made.id)[-1].note == RENDER_FAILURES["partner_places_missing"]


def test_an_ordinary_arrival_is_not_joint_and_a_partner_is_one(office: Office) -> None:
    office.released(receiver_codes=[people.DEPARTMENT])
    found = office.arrived("s.clerk")
    office.act("s.clerk", workflow.register, document_id=found.id)
    with pytest.raises(NotJoint):
        office.act("s.clerk", workflow.cosign, document_id=found.id, signer_post_id=office.post("s.leader"))
    for codes in ([], [people.DEPARTMENT, people.PROVINCE]):
        with pytest.raises(FormValueWrong):
            office.draft(CONTRACT, kind="HĐ", receiver_codes=codes)
    with pytest.raises(FormValueWrong):
        office.draft({**CONTRACT, "partner": {"name": "Sở Nội vụ", "title": "", "signer": "A"}}, kind="HĐ",
                     receiver_codes=[people.DEPARTMENT])  # fmt: skip
