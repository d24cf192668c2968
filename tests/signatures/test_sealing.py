"""The agency never signs over a signature that does not hold, and no signature is made twice."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from docservice.core.errors import DocError, NotAllowed
from docservice.core.work import SYSTEM
from docservice.demo import people
from docservice.documents import queries, storing
from docservice.documents.models import Stage, Version
from docservice.identity import queries as identity
from docservice.identity.models import Certificate
from docservice.signatures import service as signatures
from docservice.signatures import stepwise
from docservice.signatures.errors import PersonHasNotSigned
from docservice.signatures.models import Evidence, KeptVerdict, PreparedSigning, Signing
from docservice.workflow import service as workflow
from docservice.workflow.queries import open_acts
from tests.node import Office
from tests.signatures.test_stepwise import move_key
from tests.templates.samples import VALUES
from tests.workflow.test_joint import arrived, cosigned, sent
from tests.workflow.test_slips import sign, slip


def test_a_broken_signature_is_not_sealed(office: Office) -> None:
    document_id = office.checked()
    office.sign(document_id)
    office.act("c.clerk", workflow.number, document_id=document_id)
    office.drain()
    damage(office, document_id)
    office.act("c.clerk", workflow.seal, document_id=document_id)
    office.drain()
    # It waits for the clerk again, who reads why; nothing is tried behind anybody's back.
    assert office.status(document_id) == "to_seal"
    with office.reading() as reading:
        step = queries.steps(reading, document_id)[-1]
        assert step.verb == "signing_ended"
        assert "Chưa ký số cơ quan được. Không hợp lệ" in (step.note or "")
        assert queries.latest_version(reading, document_id, stage=Stage.SEALED) is None


@pytest.mark.parametrize("key_at", ["file", "agent", "hsm", "remote", "vgca"])
def test_nobody_signs_over_a_signature_that_does_not_hold(office: Office, key_at: str) -> None:
    document_id = slip(office, "c.head", "c.leader")
    sign(office, document_id, "c.head")
    damage(office, document_id)
    with office.node.transactions.work(SYSTEM) as work:
        leader = people.actor(work, "c.leader").person_id
        identity.certificate_of(work, person_id=leader).source = key_at
    sign(office, document_id, "c.leader")
    # Nothing was made ready for the key, wherever it is: it waits for the leader, who reads why and may return it.
    assert office.document(document_id).waiting_for == f"post:{office.post('c.leader')}"
    with office.reading("c.leader") as reading:
        assert reading.session.scalars(select(PreparedSigning)).all() == []
        step = queries.steps(reading, document_id)[-1]
        assert step.verb == "signing_ended"
        assert "chữ ký có trước trong tệp chưa được xác nhận là hợp lệ" in (step.note or "")
        assert "Không hợp lệ: chữ ký của" in (step.note or "")
        assert {"sign_in_turn", "return"} <= open_acts(reading, queries.get(reading, document_id))
        assert [str(version.stage) for version in queries.versions(reading, document_id)] == ["submitted", "signed"]


def test_the_other_agency_does_not_sign_over_a_broken_signature(office: Office) -> None:
    sent(office)
    part = cosigned(office, arrived(office))
    damage(office, part)
    office.sign(part, by="s.leader")
    # Approved it is, and waits to be signed.
    assert office.status(part) == "signature"
    with office.reading() as reading:
        assert "Không hợp lệ: chữ ký của" in (queries.steps(reading, part)[-1].note or "")


def test_a_signature_is_judged_anew_before_the_next_one(office: Office) -> None:
    document_id = slip(office, "c.head", "c.leader")
    sign(office, document_id, "c.head")
    shown = office.shown(document_id)
    office.clock.move(timedelta(minutes=6))
    before = office.clock.now()
    sign(office, document_id, "c.leader")
    with office.reading() as reading:
        kept = reading.session.scalars(select(KeptVerdict).where(KeptVerdict.sha256 == shown)).one()
    assert kept.at is not None
    assert kept.at >= before


def test_a_list_that_cannot_be_had_keeps_nobody_from_signing(office: Office) -> None:
    document_id = slip(office, "c.head", "c.leader")
    sign(office, document_id, "c.head")
    trust = office.node.settings.path(office.node.settings.trust_dir)
    lists = [path for path in trust.iterdir() if path.suffix == ".crl"]
    assert lists
    for path in lists:
        path.unlink()
    sign(office, document_id, "c.leader")
    with office.reading() as reading:
        assert [str(version.stage) for version in queries.versions(reading, document_id)][-2:] == ["signed", "routed"]


def test_nobody_signs_pages_whose_signature_was_taken_out(office: Office) -> None:
    document_id = slip(office, "c.head", "c.leader")
    unsigned = office.shown(document_id)
    sign(office, document_id, "c.head")
    with office.node.transactions.work(SYSTEM) as work:
        version = queries.latest_version(work, document_id)
        assert version is not None
        work.session.get_one(Version, version.id).sha256 = unsigned
    sign(office, document_id, "c.leader")
    with office.reading() as reading:
        assert queries.steps(reading, document_id)[-1].verb == "signing_ended"


def test_a_value_that_comes_back_is_not_put_over_a_signature_that_broke_meanwhile(office: Office) -> None:
    document_id = slip(office, "c.head", "c.leader")
    sign(office, document_id, "c.head")
    key = move_key(office)
    sign(office, document_id, "c.leader")
    with office.reading() as reading:
        prepared = reading.session.scalars(select(PreparedSigning)).one()
    damage(office, document_id)
    with office.node.transactions.work(SYSTEM) as work:
        stepwise.hand_in(work, signing_id=prepared.signing_id, value=key.sign(prepared.to_sign))
    office.drain()
    with office.reading("c.leader") as reading:
        step = queries.steps(reading, document_id)[-1]
        assert step.verb == "signing_ended"
        assert "Không hợp lệ: chữ ký của" in (step.note or "")
        assert "sign_in_turn" in open_acts(reading, queries.get(reading, document_id))


def test_a_file_nobody_can_read_any_more_ends_the_signing(office: Office) -> None:
    document_id = slip(office, "c.head", "c.leader")
    sign(office, document_id, "c.head")
    replace_newest(office, document_id, b"no PDF")
    sign(office, document_id, "c.leader")
    with office.reading() as reading:
        step = queries.steps(reading, document_id)[-1]
        assert (step.verb, "không kiểm tra được" in (step.note or "")) == ("signing_ended", True)


def damage(office: Office, document_id: UUID) -> None:
    """Somebody changes the newest file and the row that names it."""
    with office.reading() as reading:
        version = queries.latest_version(reading, document_id)
        assert version is not None
        broken = bytearray(storing.get(reading.ports, version.sha256))
    broken[300] ^= 1
    replace_newest(office, document_id, bytes(broken))


def replace_newest(office: Office, document_id: UUID, data: bytes) -> None:
    """Other bytes in the place of the newest file, and the row names them."""
    with office.node.transactions.work(SYSTEM) as work:
        version = queries.latest_version(work, document_id)
        assert version is not None
        work.session.get_one(Version, version.id).sha256 = storing.put(work.ports, data).key


def test_nothing_is_sealed_before_the_authorised_person_has_signed(office: Office) -> None:
    report, minutes = office.checked(), office.checked(kind="BB", values=VALUES["BB"]())
    office.act("c.official", workflow.countersign, document_id=minutes, consented_sha256=office.shown(minutes))
    office.drain()
    assert office.status(minutes) == "approval"
    for document_id in (report, minutes):
        with pytest.raises(DocError):
            office.act("c.clerk", workflow.seal, document_id=document_id)
        # What the act asks for looks for itself: the secretary's signature is not that of whoever is authorised.
        document = office.document(document_id)
        with pytest.raises(PersonHasNotSigned):
            office.act("c.clerk", signatures.ask_agency, document=document)


def test_nothing_and_nobody_seals_but_a_person(office: Office) -> None:
    document_id = office.checked()
    office.sign(document_id)
    office.act("c.clerk", workflow.number, document_id=document_id)
    office.drain()
    document = office.document(document_id)
    # No schedule and no rule: the system's own work is refused, by the act and by what the act asks for.
    with pytest.raises(DocError), office.node.transactions.work(SYSTEM) as work:
        workflow.seal(work, document_id=document_id)
    with pytest.raises(NotAllowed), office.node.transactions.work(SYSTEM) as work:
        signatures.ask_agency(work, document)
    office.clock.move(timedelta(days=3))
    office.drain()
    assert office.status(document_id) == "to_seal"


def test_each_signature_leaves_evidence_of_what_was_shown(office: Office) -> None:
    document_id = office.released()
    with office.reading() as reading:
        signings = reading.session.scalars(select(Signing).where(Signing.document_id == document_id)).all()
        versions = {version.id: version for version in queries.versions(reading, document_id)}
        assert {s.field for s in signings} == {"leader", "agency"}
        for signing in signings:
            evidence = reading.session.get_one(Evidence, signing.id)
            certificate = reading.session.get_one(Certificate, signing.certificate_id)
            assert evidence.shown_sha256 == versions[signing.version_id].sha256
            assert signing.made_version_id is not None
            assert evidence.signed_sha256 == versions[signing.made_version_id].sha256
            named = {s["certificate"]["serial"] for s in evidence.verdict["signatures"]}
            assert certificate.serial in named
            assert evidence.verdict["passed"]


def test_a_signing_job_that_runs_again_signs_nothing(office: Office) -> None:
    document_id = office.checked()
    office.sign(document_id)
    with office.reading() as reading:
        signing = reading.session.scalars(select(Signing).where(Signing.document_id == document_id)).one()
    with office.node.transactions.work(SYSTEM) as work:
        work.later("signatures.sign", signing_id=signing.id)
    office.drain()
    with office.reading() as reading:
        assert [v.stage for v in queries.versions(reading, document_id)] == [Stage.SUBMITTED, Stage.SIGNED]
