"""What comes back of a joint document late, old, half, from elsewhere or unsigned takes nobody's place."""

import re
from datetime import timedelta
from io import BytesIO
from uuid import UUID

import pytest
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, append_signature_field
from sqlalchemy import select

from docservice.core.work import Work
from docservice.demo import people
from docservice.documents import joint, queries
from docservice.documents.errors import (
    AskedBackAlready,
    NotAskedBack,
    PrintedSignerOther,
    ReturnedFileIncomplete,
    ReturnedFileLate,
    ReturnedFileOther,
)
from docservice.documents.models import Document
from docservice.exchange.edxml import DocumentType, Organ, ResponseFor, StatusMessage, write_status
from docservice.exchange.queries import parcels_of
from docservice.identity import queries as identity
from docservice.identity import service as people_of
from docservice.identity.models import Tenure
from docservice.identity.queries import actor_as
from docservice.inbox.boxes import SENT_BACK
from docservice.signatures.errors import SignatureNotValid
from docservice.signatures.keys import KeySource
from docservice.web import joint_shown
from docservice.web.joint_shown import joint_state
from docservice.workflow import service as workflow
from signing.joint_files import joint_places
from signing.locks import JOINT
from signing.pdf import sign
from signing.request import Level, SignRequest
from tests.exchange.test_intake import incoming, message, paper, reported, send
from tests.node import REPORT, Office
from tests.workflow.test_joint import CONTRACT, SUBJECT, arrived, cosigned, file_of
from tests.workflow.test_joint_first import REASON, acts, came, finish, signed_by, signed_there, with_partner

DEPARTMENT = Organ(people.DEPARTMENT, name="Sở Nội vụ tỉnh Hoa Ban")


def sent_again(office: Office, pdf: bytes, *, answers: UUID | None, sender: Organ = DEPARTMENT) -> Document:
    """What the commune gets when another system sends it this file, naming the first parcel it answers."""
    named: tuple[ResponseFor, ...] = ()
    if answers is not None:
        with office.reading() as reading:
            parcel = parcels_of(reading, answers)[0].parcel
        named = (ResponseFor(document_id=parcel.message_id, organ_id=people.COMMUNE),)
    facts = {"sender": sender, "subject": "Tệp gửi lại", "document_type": DocumentType("Hợp đồng")}
    send(office, message(pdf, response_for=named, **facts))
    return office.arrived("c.clerk", "Tệp gửi lại")


def test_an_older_file_does_not_replace_the_changed_one(office: Office) -> None:
    own = with_partner(office)
    old = file_of(office, signed_there(office, arrived(office)))
    refused = came(office, "c.clerk", own)
    office.act("c.clerk", workflow.refuse, document_id=refused.id, reason=REASON)
    office.drain()
    office.act("c.leader", workflow.return_document, document_id=own, note=REASON)
    office.act("c.head", workflow.pass_back, document_id=own)
    values = {**CONTRACT, "body": [{"paragraph": "Hai bên sửa lại điều khoản thanh toán."}]}
    office.act("c.official", workflow.revise, document_id=own, values=values)
    office.act("c.official", workflow.submit, document_id=own)
    office.drain()
    office.act("c.head", workflow.check_content, document_id=own)
    office.act("c.checker", workflow.check_form, document_id=own)
    office.act("c.leader", workflow.send_to_partner, document_id=own)
    office.drain()
    changed = file_of(office, own)
    late = sent_again(office, old, answers=own)
    with pytest.raises(ReturnedFileLate):
        office.act("c.clerk", workflow.register, document_id=late.id)
    # Refusing it says nothing of the file that lies there now.
    office.act("c.clerk", workflow.refuse, document_id=late.id, reason="Bản cũ.")
    assert (office.status(own), file_of(office, own)) == ("with_partner", changed)


def test_half_a_file_does_not_replace_the_whole_one(office: Office) -> None:
    own = with_partner(office)
    half = file_of(office, signed_there(office, arrived(office)))
    office.act("c.clerk", workflow.register, document_id=came(office, "c.clerk", own).id)
    office.act("c.leader", workflow.sign, document_id=own, consented_sha256=office.shown(own))
    office.drain()
    finish(office, "c.clerk", own)
    whole = file_of(office, own)
    again = sent_again(office, half, answers=own)
    with pytest.raises(ReturnedFileLate):
        office.act("c.clerk", workflow.register, document_id=again.id)
    assert file_of(office, own) == whole


def test_what_was_released_here_is_not_replaced_by_the_other_sides_part_of_the_unsigned_file(office: Office) -> None:
    own = with_partner(office)
    part = file_of(office, signed_there(office, arrived(office)))
    office.act("c.clerk", workflow.refuse, document_id=came(office, "c.clerk", own).id, reason=REASON)
    office.sign(own)
    finish(office, "c.clerk", own)
    released = file_of(office, own)
    late = sent_again(office, part, answers=own)
    with pytest.raises(ReturnedFileLate):
        office.act("c.clerk", workflow.register, document_id=late.id)
    assert file_of(office, own) == released


def test_a_third_agency_sends_nothing_back(office: Office) -> None:
    own = with_partner(office)
    copy = file_of(office, signed_there(office, arrived(office)))
    third = sent_again(office, copy, answers=own, sender=Organ(people.PROVINCE, name="UBND tỉnh Hoa Ban"))
    with pytest.raises(ReturnedFileOther):
        office.act("c.clerk", workflow.register, document_id=third.id)
    office.act("c.clerk", workflow.refuse, document_id=third.id, reason="Không phải bên ký.")
    assert office.status(own) == "with_partner"


def test_a_part_without_number_and_seal_is_not_registered(office: Office) -> None:
    own = with_partner(office)
    half = sent_again(office, signed_by(office, file_of(office, own), "s.leader"), answers=own)
    with pytest.raises(ReturnedFileIncomplete):
        office.act("c.clerk", workflow.register, document_id=half.id)


def test_a_signature_beside_the_places_is_judged(office: Office) -> None:
    pdf = file_of(office, with_partner(office))
    with office.reading() as reading:
        certificate = identity.certificate_of(reading, person_id=people.actor(reading, "s.leader").person_id)
    key = office.node.ports[KeySource].open(certificate.id)
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    append_signature_field(writer, SigFieldSpec("Signature1"))
    writer.write(out := BytesIO())  # type: ignore[no-untyped-call] # pyHanko is typed in part
    pdf = out.getvalue()
    signed = sign(pdf, SignRequest("Signature1", Level.B_B), key=key, timestamps=None, now=office.clock.now())
    # The last bytes of the signature's value, which is all that is forged.
    *_, last = re.finditer(rb"/Contents\s*<([0-9a-fA-F]+?)0*>", signed)
    forged = signed[: last.end(1) - 40] + b"0" * 40 + signed[last.end(1) :]
    assert set(joint_places(forged).open_fields) == set(JOINT)  # type: ignore[union-attr] # it is one
    arrival = sent_again(office, forged, answers=None)
    with office.reading() as reading:
        assert not joint.asks_first(reading, arrival)
    with pytest.raises(SignatureNotValid):
        office.act("c.clerk", workflow.register, document_id=arrival.id)


def test_both_sides_go_on_after_what_came_back_was_refused(office: Office) -> None:
    own = with_partner(office)
    part = signed_there(office, arrived(office))
    office.act("c.clerk", workflow.refuse, document_id=came(office, "c.clerk", own).id, reason=REASON)
    office.drain()
    assert (office.status(own), office.status(part)) == ("approval", "released")
    with office.reading() as reading:
        assert [REASON in (queries.steps(reading, one)[-1].note or "") for one in (own, part)] == [True, True]


def test_the_second_side_signs_anew_after_its_part_was_refused(office: Office) -> None:
    own = office.released(kind="HĐ", values=CONTRACT, receiver_codes=[people.DEPARTMENT])
    arrival = arrived(office)
    signed_there(office, arrival)
    office.act("c.clerk", workflow.refuse, document_id=came(office, "c.clerk", own).id, reason=REASON)
    office.drain()
    office.sign(part := cosigned(office, arrival), by="s.leader")
    finish(office, "s.clerk", part)
    with office.reading("c.clerk") as reading:
        back = joint.answers_of(reading, own)[-1]
    office.act("c.clerk", workflow.register, document_id=back.id)
    assert file_of(office, own) == file_of(office, part)


def test_the_whole_file_finds_the_part_among_what_it_answers(office: Office) -> None:
    values = {**REPORT, "subject": "Đề nghị ký hợp đồng"}
    signer = office.post("s.leader")
    letter = office.draft(values, by="s.official", signer_post_id=signer, receiver_codes=[people.COMMUNE])
    office.act("s.official", workflow.submit, document_id=letter)
    office.drain()
    office.sign(letter, by="s.leader")
    finish(office, "s.clerk", letter)
    asked = office.arrived("c.clerk", "Đề nghị ký hợp đồng")
    office.act("c.clerk", workflow.register, document_id=asked.id)
    own = office.draft(CONTRACT, by="c.clerk", kind="HĐ", receiver_codes=[people.DEPARTMENT], answers_id=asked.id)
    office.act("c.clerk", workflow.submit, document_id=own)
    office.drain()
    office.act("c.checker", workflow.check_content, document_id=own)
    office.act("c.checker", workflow.check_form, document_id=own)
    office.act("c.leader", workflow.send_to_partner, document_id=own)
    office.drain()
    part = signed_there(office, arrived(office))
    office.act("c.clerk", workflow.register, document_id=came(office, "c.clerk", own).id)
    office.act("c.leader", workflow.sign, document_id=own, consented_sha256=office.shown(own))
    office.drain()
    finish(office, "c.clerk", own)
    whole = came(office, "s.clerk", part)
    office.act("s.clerk", workflow.register, document_id=whole.id)
    assert file_of(office, part) == file_of(office, own)


def test_another_joint_document_may_answer_one(office: Office) -> None:
    """A contract the department drafts is no return of the one it answers."""
    own = office.released(kind="HĐ", values=CONTRACT, receiver_codes=[people.DEPARTMENT])
    unsigned = file_of(office, with_partner(office, {**CONTRACT, "subject": "Phụ lục hợp đồng"}))
    other = sent_again(office, unsigned, answers=own)
    office.act("c.clerk", workflow.register, document_id=other.id)
    assert office.status(other.id) == "to_present"


def test_a_file_is_asked_back_once_and_nobody_waits_for_ever(office: Office) -> None:
    own = with_partner(office)
    assert "stop_waiting" not in acts(office, "c.leader", own)
    with pytest.raises(NotAskedBack):
        office.act("c.leader", workflow.stop_waiting, document_id=own, reason=REASON)
    office.sign(cosigned(office, arrived(office)), by="s.leader")
    office.act("c.leader", workflow.call_back, document_id=own, reason=REASON)
    office.drain()
    assert office.status(own) == "with_partner"
    with pytest.raises(AskedBackAlready):
        office.act("c.leader", workflow.call_back, document_id=own, reason=REASON)
    assert {"call_back", "stop_waiting"} & acts(office, "c.leader", own) == {"stop_waiting"}
    office.act("c.leader", workflow.stop_waiting, document_id=own, reason="Sở không gửi lại.")
    assert office.status(own) == "approval"


def test_whoever_has_the_file_reads_that_it_is_wanted_back(office: Office) -> None:
    own = with_partner(office)
    arrival = arrived(office)
    office.act("c.leader", workflow.call_back, document_id=own, reason=REASON)
    office.drain()
    with office.reading() as reading:
        (state,) = parcels_of(reading, arrival.id)
    assert [receipt.description for receipt in state.receipts if receipt.code == "13"] == [REASON]


def test_what_is_called_back_before_it_comes_stays_out(office: Office) -> None:
    unknown = "H99,2026/11/23,7/UBND-KGVX"
    call = StatusMessage(
        sender=Organ("H99", name="UBND tỉnh Hoa Ban"),
        response_for=ResponseFor(document_id=unknown, organ_id=people.COMMUNE),
        status_code="13",
        description=REASON,
        timestamp=office.clock.now(),
    )
    send(office, write_status(call), message_id=f"{unknown}#13")
    assert sorted(code for code, _ in reported(office)) == ["02", "13"]
    send(office, message(paper("Xin chào")))
    assert incoming(office) == []


def test_who_cancels_the_number_tells_the_other_side(office: Office) -> None:
    own = with_partner(office)
    part = signed_there(office, arrived(office))
    office.act("c.clerk", workflow.register, document_id=came(office, "c.clerk", own).id)
    office.act("c.leader", workflow.sign, document_id=own, consented_sha256=office.shown(own))
    office.drain()
    office.act("c.clerk", workflow.number, document_id=own)
    office.drain()
    office.act("c.clerk", workflow.cancel_number, document_id=own, reason=REASON)
    office.drain()
    with office.reading() as reading:
        assert queries.steps(reading, part)[-1].note == REASON
        shown = joint_state(reading, queries.get(reading, part))
    assert shown is not None
    assert shown.sentence == joint_shown.REFUSED


def test_a_new_holder_does_not_sign_under_the_name_of_the_old_one(office: Office) -> None:
    own = with_partner(office)
    signed_there(office, arrived(office))
    office.act("c.clerk", workflow.register, document_id=came(office, "c.clerk", own).id)
    post = office.post("c.leader")
    successor = office.act("c.leader", _succeed, post_id=post)
    with office.reading() as reading:
        new = actor_as(reading, person_id=successor, post_id=post)
    with pytest.raises(PrintedSignerOther, match="Lò Văn Giả Định"), office.node.transactions.work(new) as work:
        workflow.sign(work, document_id=own, consented_sha256=office.shown(own))


def _succeed(work: Work, *, post_id: UUID) -> UUID:
    agency_id, yesterday = work.actor.agency_id, work.today - timedelta(days=1)
    assert agency_id is not None
    tenure = work.session.scalars(select(Tenure).where(Tenure.post_id == post_id)).one()
    people_of.end_tenure(work, agency_id=agency_id, tenure_id=tenure.id, last_day=yesterday)
    person = people_of.enter_person(work, full_name="Quàng Văn Thay")
    people_of.appoint(work, post_id=post_id, person_id=person.id, valid_from=work.today)
    return person.id


def test_what_was_sent_again_is_no_longer_sent_back(office: Office) -> None:
    own = with_partner(office)
    office.act("s.clerk", workflow.refuse, document_id=office.arrived("s.clerk", SUBJECT).id, reason=REASON)
    office.drain()
    assert own in boxed(office)
    office.act("c.leader", workflow.send_to_partner, document_id=own)
    office.drain()
    assert own not in boxed(office)


def boxed(office: Office) -> list[UUID]:
    with office.reading("c.clerk") as reading:
        return [one.id for one in reading.session.scalars(SENT_BACK.select(reading.actor, reading.today))]
