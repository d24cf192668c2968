"""Joint documents whose other side signs first: sent unsigned, called back, refused, come back and completed."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

import pytest

from docservice.core.errors import NotAllowed
from docservice.core.work import SYSTEM
from docservice.demo import people
from docservice.documents import copies, queries
from docservice.documents.errors import (
    OtherSideOtherSigner,
    PrintedSignerOther,
    ReasonMissing,
    ReturnedFileOther,
    WrongState,
)
from docservice.documents.models import Document
from docservice.exchange.edxml import DocumentType, Organ, ResponseFor
from docservice.exchange.queries import parcels_of
from docservice.identity import queries as identity
from docservice.signatures.keys import KeySource
from docservice.signatures.models import Preservation
from docservice.web.joint_shown import joint_state
from docservice.workflow import service as workflow
from docservice.workflow.queries import open_acts
from signing.joint_files import joint_places
from signing.locks import JOINT
from signing.pdf import sign
from signing.request import Level, SignRequest
from tests.exchange.test_intake import message, send
from tests.node import Office
from tests.signing.test_joint_files import with_note
from tests.workflow.test_joint import CONTRACT, SUBJECT, arrived, cosigned, file_of, judged

REASON = "Cần sửa điều khoản thanh toán."


def with_partner(office: Office, values: Mapping[str, object] = CONTRACT) -> UUID:
    """A contract that was approved here and lies, unsigned, with the department."""
    document_id = office.checked(kind="HĐ", values=values, receiver_codes=[people.DEPARTMENT])
    office.act("c.leader", workflow.send_to_partner, document_id=document_id, note="Đề nghị Sở ký trước.")
    office.drain()
    return document_id


def signed_there(office: Office, arrival: Document) -> UUID:
    """The department's part, signed, numbered, sealed and on its way back."""
    part = cosigned(office, arrival)
    office.sign(part, by="s.leader")
    finish(office, "s.clerk", part)
    return part


def finish(office: Office, clerk: str, document_id: UUID) -> None:
    for verb in (workflow.number, workflow.seal, workflow.release):
        office.act(clerk, verb, document_id=document_id)
        office.drain()


def came(office: Office, key: str, own: UUID) -> Document:
    """The arrival that answers an own document."""
    with office.reading(key) as reading:
        wanted = queries.visible_to(reading.actor).where(Document.direction == "incoming", Document.answers_id == own)
        return reading.session.scalars(wanted).one()


def acts(office: Office, key: str, document_id: UUID) -> frozenset[str]:
    with office.reading(key) as reading:
        return frozenset(map(str, open_acts(reading, queries.get(reading, document_id))))


def test_the_other_side_signs_first_and_both_have_the_whole_file(office: Office) -> None:
    own = with_partner(office)
    unsigned = file_of(office, own)
    assert office.status(own) == "with_partner"
    assert office.document(own).waiting_for == f"organ:{people.DEPARTMENT}"
    assert set(joint_places(unsigned).open_fields) == set(JOINT)  # type: ignore[union-attr] # it is one
    # Nobody changes the text meanwhile.
    for verb in (workflow.withdraw, workflow.approve):
        with pytest.raises(WrongState):
            office.act("c.official" if verb is workflow.withdraw else "c.leader", verb, document_id=own)
    arrival = arrived(office)
    assert (arrival.origin_notation, arrival.issued_on) == (None, None)
    # Nobody has issued it yet: there is nothing to copy.
    assert copies.allowed_forms(arrival) == []
    part = signed_there(office, arrival)
    assert office.status(arrival.id) == "done"
    back = came(office, "c.clerk", own)
    office.act("c.clerk", workflow.register, document_id=back.id)
    assert (office.status(own), office.status(back.id)) == ("signature", "done")
    assert office.document(own).waiting_for == f"post:{office.post('c.leader')}"
    half = file_of(office, own)
    assert half.startswith(unsigned)
    assert [(s.field, s.indication) for s in judged(office, half).signatures] == [
        ("leaderB", "TOTAL-PASSED"),
        ("agencyB", "TOTAL-PASSED"),
    ]
    # The text is the other agency's word, too: it is signed or given up, not changed.
    assert {"sign", "discard"} <= acts(office, "c.leader", own)
    assert not {"return", "change_signer", "send_to_partner"} & acts(office, "c.leader", own)
    office.act("c.leader", workflow.sign, document_id=own, consented_sha256=office.shown(own))
    office.drain()
    finish(office, "c.clerk", own)
    whole = file_of(office, own)
    assert [(s.field, s.indication) for s in judged(office, whole).signatures] == [
        (field, "TOTAL-PASSED") for field in ("leaderB", "agencyB", "leaderA", "agencyA")
    ]
    final = came(office, "s.clerk", part)
    with office.node.transactions.work(SYSTEM) as work:
        # As if the part alone had been preserved for years; the whole file is not.
        work.session.add(Preservation(document_id=part, renew_on=date(2035, 1, 1), at=work.now))
    office.act("s.clerk", workflow.register, document_id=final.id)
    assert file_of(office, part) == whole
    with office.reading() as reading:
        assert reading.session.get_one(Preservation, part).renew_on == reading.today
    assert (office.status(part), office.status(final.id)) == ("released", "done")
    assert (office.document(own).notation, office.document(part).notation) == ("312/HĐ-UBND", "903/HĐ-SNV")


def test_it_is_called_back_while_nobody_has_signed(office: Office) -> None:
    own = with_partner(office)
    arrival = arrived(office)
    part = cosigned(office, arrival)
    office.act("c.leader", workflow.call_back, document_id=own, reason=REASON)
    assert office.status(own) == "calling_back"
    office.drain()
    assert [office.status(one) for one in (own, arrival.id, part)] == ["approval", "called_back", "cancelled"]
    # It can be changed and sent again, as another parcel.
    office.act("c.leader", workflow.send_to_partner, document_id=own)
    office.drain()
    with office.reading() as reading:
        first, second = parcels_of(reading, own)
    assert first.parcel.message_id != second.parcel.message_id
    assert {"13", "15"} <= {receipt.code for receipt in first.receipts}
    # The old parcel's answers say nothing of the new one.
    assert office.status(own) == "with_partner"


def test_what_was_signed_there_is_not_given_back(office: Office) -> None:
    own = with_partner(office)
    part = cosigned(office, arrived(office))
    office.sign(part, by="s.leader")
    office.act("c.clerk", workflow.call_back, document_id=own, reason=REASON)
    office.drain()
    assert (office.status(own), office.status(part)) == ("with_partner", "to_number")
    finish(office, "s.clerk", part)
    back = came(office, "c.clerk", own)
    office.act("c.clerk", workflow.register, document_id=back.id)
    assert office.status(own) == "signature"


@pytest.mark.parametrize("when", ["on arrival", "when it was begun"])
def test_the_other_side_may_refuse_with_a_reason(office: Office, when: str) -> None:
    own = with_partner(office)
    if when != "on arrival":
        arrival = arrived(office)
        part = cosigned(office, arrival)
        assert "decline" not in acts(office, "s.leader", arrival.id)
        office.act("s.clerk", workflow.withdraw, document_id=part)
        office.act("s.clerk", workflow.discard, document_id=part)
        assert "decline" in acts(office, "s.leader", arrival.id)
        office.act("s.leader", workflow.decline, document_id=arrival.id, reason=REASON)
    else:
        arrival = office.arrived("s.clerk", SUBJECT)
        office.act("s.clerk", workflow.refuse, document_id=arrival.id, reason=REASON)
    office.drain()
    assert (office.status(own), office.status(arrival.id)) == ("approval", "refused")
    with office.reading() as reading:
        assert queries.steps(reading, own)[-1].note == REASON
    office.act("c.leader", workflow.return_document, document_id=own, note="Sửa theo ý kiến của Sở.")


@pytest.mark.parametrize("by", ["c.leader", "c.clerk"])
def test_what_the_other_side_has_signed_is_given_up_with_a_reason(office: Office, by: str) -> None:
    own = with_partner(office)
    part = signed_there(office, arrived(office))
    office.act("c.clerk", workflow.register, document_id=came(office, "c.clerk", own).id)
    if by == "c.clerk":
        # Signed here too, and with no number yet: the clerk may end it, and nobody may change the text.
        assert "discard" not in acts(office, by, own)
        office.act("c.leader", workflow.sign, document_id=own, consented_sha256=office.shown(own))
        office.drain()
        assert {"number", "discard"} <= acts(office, by, own)
        assert "return" not in acts(office, by, own)
    with pytest.raises(ReasonMissing):
        office.act(by, workflow.discard, document_id=own)
    office.act(by, workflow.discard, document_id=own, note=REASON)
    office.drain()
    assert office.status(own) == "cancelled"
    with office.reading() as reading:
        (state,) = parcels_of(reading, part)
    assert state.receipts[-1].description == REASON or REASON in {receipt.description for receipt in state.receipts}


def test_only_a_joint_document_goes_out_unsigned(office: Office) -> None:
    plain = office.checked()
    with pytest.raises(NotAllowed):
        office.act("c.leader", workflow.send_to_partner, document_id=plain)
    assert "send_to_partner" not in acts(office, "c.leader", plain)


@pytest.mark.parametrize("order", ["drafting side first", "other side first"])
def test_nobody_but_whom_the_pages_name_signs_for_the_other_side(office: Office, order: str) -> None:
    partner = {"name": "Sở Nội vụ tỉnh Hoa Ban", "title": "Giám đốc", "signer": "Nông Thị Khác"}
    values = {**CONTRACT, "partner": partner}
    if order == "other side first":
        with_partner(office, values)
    else:
        office.released(kind="HĐ", values=values, receiver_codes=[people.DEPARTMENT])
    arrival = arrived(office)
    with pytest.raises(PrintedSignerOther, match="Nông Thị Khác"):
        cosigned(office, arrival)


def test_a_post_that_is_only_called_otherwise_is_told(office: Office) -> None:
    with_partner(office, {**CONTRACT, "partner": {**CONTRACT["partner"], "title": "Giám đốc Sở"}})  # type: ignore[dict-item] # a dict
    part = cosigned(office, arrived(office))
    with office.reading() as reading:
        notes = [step.note or "" for step in queries.steps(reading, part)]
        shown = joint_state(reading, queries.get(reading, part))
    assert any("GIÁM ĐỐC SỞ" in note and "Xin cân nhắc trước khi ký" in note for note in notes)
    assert shown is not None
    assert shown.remark in notes


def returned(office: Office, own: UUID, pdf: bytes) -> Document:
    """What the commune gets when the department's system sends this file back."""
    with office.reading() as reading:
        parcel = parcels_of(reading, own)[-1].parcel
    data = message(
        pdf,
        sender=Organ(people.DEPARTMENT, name="Sở Nội vụ tỉnh Hoa Ban"),
        subject=SUBJECT,
        document_type=DocumentType("Hợp đồng"),
        response_for=(ResponseFor(document_id=parcel.message_id, organ_id=people.COMMUNE),),
    )
    send(office, data)
    return came(office, "c.clerk", own)


def signed_by(office: Office, pdf: bytes, key: str) -> bytes:
    with office.reading() as reading:
        certificate = identity.certificate_of(reading, person_id=people.actor(reading, key).person_id)
    opened = office.node.ports[KeySource].open(certificate.id)
    return sign(pdf, SignRequest("leaderB", Level.B_B), key=opened, timestamps=None, now=office.clock.now())


def test_what_comes_back_otherwise_is_not_registered(office: Office) -> None:
    own = with_partner(office)
    unsigned = file_of(office, own)
    other = returned(office, own, signed_by(office, unsigned, "k.leader"))
    with pytest.raises(OtherSideOtherSigner, match="Lò Thị Tưởng Tượng"):
        office.act("c.clerk", workflow.register, document_id=other.id)
    assert "register" not in acts(office, "c.clerk", other.id)
    office.act("c.clerk", workflow.refuse, document_id=other.id, reason="Sai người ký.")
    # Nobody waits for ever: it can be changed and sent anew.
    assert office.status(own) == "approval"


def test_a_text_changed_over_there_is_not_registered(office: Office) -> None:
    own = with_partner(office)
    changed = returned(office, own, signed_by(office, with_note(file_of(office, own)), "s.leader"))
    with office.reading() as reading:
        # The signature itself holds: what was done before it is none of its business.
        assert queries.versions(reading, changed.id)[0].verdict["passed"]  # type: ignore[index] # it was judged
    with pytest.raises(ReturnedFileOther):
        office.act("c.clerk", workflow.register, document_id=changed.id)
    assert office.status(own) == "with_partner"
