"""A leader whose key is elsewhere: prepared, signed minutes later, finished; called off, refused, asked again."""

import shutil
from pathlib import Path
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from sqlalchemy import select

from docservice.core.errors import NotAllowed
from docservice.core.sandbox import Sandbox
from docservice.core.work import SYSTEM
from docservice.demo import people
from docservice.documents import queries
from docservice.documents.models import Stage
from docservice.documents.status import derive
from docservice.identity.models import Certificate
from docservice.signatures import stepwise
from docservice.signatures.errors import SignatureValueWrong, SigningOver
from docservice.signatures.keys import KeySource
from docservice.signatures.models import Ending, PreparedSigning, Signing
from docservice.workflow import service as workflow
from signing.keys import SigningKey
from tests.node import Office, open_office


def move_key(office: Office, person: str = "c.leader", *, agency: bool = False) -> SigningKey:
    """The person's key, or the agency's, is with the person from now on; what signed here signs in the test."""
    with office.reading() as reading:
        who = people.actor(reading, person)
    owner = Certificate.agency_id == who.agency_id if agency else Certificate.person_id == who.person_id
    with office.node.transactions.work(SYSTEM) as work:
        (certificate,) = work.session.scalars(select(Certificate).where(owner)).all()
        key = work.ports[KeySource].open(certificate.id)
        certificate.source = "agent"
        certificate.pem = "".join(c.public_bytes(Encoding.PEM).decode() for c in (key.certificate, *key.chain))
    return key


def asked(office: Office, document_id: UUID) -> tuple[Signing, PreparedSigning]:
    with office.reading() as reading:
        signing = reading.session.scalars(select(Signing).where(Signing.document_id == document_id)).one()
        return signing, reading.session.get_one(PreparedSigning, signing.id)


def test_prepared_signed_after_a_restart_and_finished(seeded: Path, tmp_path: Path, sandbox: Sandbox) -> None:
    shutil.copytree(seeded, tmp_path, dirs_exist_ok=True)
    with open_office(tmp_path, sandbox=sandbox) as office:
        key = move_key(office)
        document_id = office.checked()
        office.sign(document_id)
        assert office.status(document_id) == "signing"
    with open_office(tmp_path, sandbox=sandbox) as office:
        signing, prepared = asked(office, document_id)
        value = key.sign(prepared.to_sign)
        office.act("c.leader", stepwise.hand_in, signing_id=signing.id, value=value)
        office.drain()
        assert office.status(document_id) == "to_number"
        with office.reading() as reading:
            version = queries.latest_version(reading, document_id)
        assert version is not None
        assert (version.stage, (version.verdict or {})["passed"]) == (Stage.SIGNED, True)
        with pytest.raises(SigningOver):
            office.act("c.leader", stepwise.hand_in, signing_id=signing.id, value=value)


def test_only_the_right_value_by_the_right_person_is_taken(office: Office) -> None:
    key = move_key(office)
    document_id = office.checked()
    office.sign(document_id)
    signing, prepared = asked(office, document_id)
    value = key.sign(prepared.to_sign)
    with pytest.raises(NotAllowed):
        office.act("c.clerk", stepwise.hand_in, signing_id=signing.id, value=value)
    for wrong in (b"", value[:-1] + bytes([value[-1] ^ 1]), key.sign(b"something else")):
        with pytest.raises(SignatureValueWrong):
            office.act("c.leader", stepwise.hand_in, signing_id=signing.id, value=wrong)
    assert office.status(document_id) == "signing"


def test_called_off_it_waits_for_its_signer_and_is_signed_in_the_same_row(office: Office) -> None:
    key = move_key(office)
    document_id = office.checked()
    office.sign(document_id)
    signing, before = asked(office, document_id)
    office.act("c.leader", workflow.cancel_signing, document_id=document_id)
    assert office.status(document_id) == "signature"
    with pytest.raises(SigningOver):
        office.act("c.leader", stepwise.hand_in, signing_id=signing.id, value=key.sign(before.to_sign))

    office.act("c.leader", workflow.sign, document_id=document_id, consented_sha256=office.shown(document_id))
    office.drain()
    again, prepared = asked(office, document_id)
    assert (again.id, again.ended_at) == (signing.id, None)
    office.act("c.leader", stepwise.hand_in, signing_id=again.id, value=key.sign(prepared.to_sign))
    office.drain()
    with office.reading() as reading:
        steps = [step.verb for step in queries.steps(reading, document_id)]
        assert derive(steps) == office.status(document_id) == "to_number"


@pytest.mark.parametrize("ending", [Ending.REFUSED, Ending.TIMED_OUT])
def test_refused_or_forgotten_elsewhere_it_waits_for_its_signer(office: Office, ending: Ending) -> None:
    move_key(office)
    document_id = office.checked()
    office.sign(document_id)
    with office.node.transactions.work(SYSTEM) as work:
        stepwise.end(work, document_id=document_id, ending=ending)
    assert office.status(document_id) == "signature"
    assert asked(office, document_id)[0].ended_as == ending


def test_what_is_signed_here_cannot_be_called_off(office: Office) -> None:
    document_id = office.checked()
    office.act(
        "c.leader", workflow.approve_and_sign, document_id=document_id, consented_sha256=office.shown(document_id)
    )
    with pytest.raises(SigningOver):
        office.act("c.leader", workflow.cancel_signing, document_id=document_id)
    office.drain()
    assert office.status(document_id) == "to_number"
