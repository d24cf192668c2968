"""The agency never signs over a signature that does not hold, and no signature is made twice."""

from sqlalchemy import select

from docservice.core.work import SYSTEM
from docservice.documents import queries, storing
from docservice.documents.models import Stage, Version
from docservice.identity.models import Certificate
from docservice.signatures.models import Evidence, Signing
from docservice.workflow import service as workflow
from tests.node import Office


def test_a_broken_signature_is_not_sealed(office: Office) -> None:
    document_id = office.checked()
    office.sign(document_id)
    office.act("c.clerk", workflow.number, document_id=document_id)
    office.drain()
    with office.node.transactions.work(SYSTEM) as work:
        version = queries.latest_version(work, document_id, stage=Stage.NUMBERED)
        assert version is not None
        broken = bytearray(storing.get(work.ports, version.sha256))
        broken[300] ^= 1
        # Somebody changed the file and the row that names it.
        work.session.get_one(Version, version.id).sha256 = storing.put(work.ports, bytes(broken)).key
    office.act("c.clerk", workflow.seal, document_id=document_id)
    office.drain()
    # It waits for the clerk again, who reads why; nothing is tried behind anybody's back.
    assert office.status(document_id) == "to_seal"
    with office.reading() as reading:
        step = queries.steps(reading, document_id)[-1]
        assert step.verb == "signing_ended"
        assert "Chưa ký số cơ quan được. Không hợp lệ" in (step.note or "")
        assert queries.latest_version(reading, document_id, stage=Stage.SEALED) is None


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
