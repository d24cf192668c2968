"""Every source of keys by the product's own ways, with each kind of key and at every level, before the judges.

A PKCS#12 file, a token through the agent, the server's HSM, the phone's service and VGCA Sign Service: what each signs
is carried on by the product's own jobs, and all of it is put before the Java judges at once.
"""

import base64
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from fastapi.testclient import TestClient
from pkcs11 import KeyType

from docservice.core.sandbox import Sandbox
from docservice.documents import queries, storing
from docservice.identity.queries import certificate_of
from docservice.signatures import agent, stepwise
from docservice.signatures.agent import AGENT, JobKeys
from docservice.signatures.hsm import HSM, Hsm
from docservice.signatures.keys import TrustSource
from docservice.signatures.stamps import StampSource
from docservice.signatures.vgca import VGCA
from docservice.workflow import service as workflow
from signing.archive import add_validation_data
from signing.keys import KeyInMemory
from signing.request import Level
from tests.judges import judge_pdfa, judge_signatures, openssl_verify
from tests.judges.test_product import written
from tests.node import Office
from tests.signatures.phones import ask, give_phone, office_with_phones, wait_until_ended
from tests.signatures.test_stamping import Place, Switched, preserve
from tests.signatures.test_stepwise import asked as prepared_for
from tests.signing.agent.test_agent import Played, Stage, play
from tests.signing.remote.csc_server import Key, Service
from tests.signing.tokens import MODULE, PIN, Shelf
from tests.web.conftest import ADDRESS, Enter, Visitor, app, enter
from tests.web.test_certificates import authority
from tests.web.test_hsm import put_on_token, register_at
from tests.web.test_vgca import Tool
from tests.web.test_vgca import asked as handed_out

__all__ = ["app", "enter", "play"]

pytestmark = [pytest.mark.judges, pytest.mark.slow, pytest.mark.timeout(600)]

# Signs what waits on a document, at a level for whoever puts the time stamp in alone.
Way = Callable[[UUID, Level], None]
LATER = "stamped-later"
KINDS = {"rsa": KeyType.RSA, "p256": KeyType.EC}


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def office(seeded: Path, tmp_path: Path, sandbox: Sandbox, service: Service) -> Iterator[Office]:
    others: dict[type, Any] = {Hsm: Hsm(MODULE), StampSource: Switched}
    with office_with_phones(seeded, tmp_path / "node", sandbox, service, others=others) as found:
        yield found


def registered(office: Office, *, agency: bool = False) -> UUID:
    """The leader's certificate, or the agency's."""
    with office.reading("c.leader") as reading:
        who = reading.actor
        owner: dict[str, Any] = {"agency_id": who.agency_id} if agency else {"person_id": who.person_id}
        return certificate_of(reading, **owner).id


def by_agent(office: Office, play: Played, document_id: UUID, _: Level) -> None:
    """The agent gets the server's job, looks at the file, asks the PIN; its page brings the value back."""

    async def act(stage: Stage) -> None:
        stage.clock.at = office.clock.now()
        stage.agent.pairings.add(stage.origin, office.node.ports[JobKeys].current().public_key())
        job = office.act("c.leader", agent.issue_job, document_ids=[document_id], origin=stage.origin)
        signing, kept = prepared_for(office, document_id)
        stage.files[f"/agent/files/{signing.id}"] = storing.get(office.node.ports, kept.placeholder_sha256)
        status, answer = await stage.post("/v1/sign", {"job": job})
        assert status == 200, answer
        for entry in answer["results"]:
            value = base64.b64decode(entry["value"])
            office.act("c.leader", stepwise.hand_in, signing_id=UUID(entry["id"]), value=value)

    play(act, None)


def by_hsm(person: Visitor, document_id: UUID, _: Level = Level.B_T) -> None:
    assert person.post(f"/documents/{document_id}/hsm", {"pin": PIN}).status_code == 200


def by_phone(office: Office, document_id: UUID, _: Level) -> None:
    (request,) = ask(office, [document_id])
    assert wait_until_ended(office, request).ended_as == "signed"


def by_vgca(tool: Tool, leader: Visitor, document_id: UUID, level: Level) -> None:
    tool.level = level
    ((_, parameters),) = handed_out(leader, document_id)
    assert tool.run(parameters)["Status"] is True


def newest(office: Office, document_id: UUID) -> bytes:
    with office.reading() as reading:
        return storing.get(reading.ports, queries.versions(reading, document_id)[-1].sha256)


@dataclass
class Desk:
    """Reports that the leader signs and the clerk seals; `files` are kept by level and source."""

    office: Office
    clerk: Visitor
    files: dict[str, bytes] = field(default_factory=dict)
    sealed: dict[str, UUID] = field(default_factory=dict)

    @property
    def stamps(self) -> Switched:
        found = self.office.node.ports[StampSource]
        assert isinstance(found, Switched)
        return found

    def carry(self, name: str, way: Way) -> None:
        """One report signed without a time stamp, and one signed with it at once, which goes on to its seal."""
        self.stamps.state = "silent"
        self.files[f"B_{name}"] = newest(self.office, self._signed(way, Level.B_B))
        self.stamps.state = "answers"
        document_id = self.sealed[name] = self._signed(way, Level.B_T)
        self.files[f"T_{name}"] = newest(self.office, document_id)
        for verb in (workflow.number, workflow.seal):
            self.office.act("c.clerk", verb, document_id=document_id)
            self.office.drain()
        if self.office.status(document_id) == "sealing":
            by_hsm(self.clerk, document_id)
            self.office.drain()
        assert self.office.status(document_id) == "to_release"

    def _signed(self, way: Way, level: Level) -> UUID:
        document_id = self.office.checked()
        self.office.sign(document_id)
        way(document_id, level)
        self.office.drain()
        assert self.office.status(document_id) == "to_number"
        return document_id

    def carry_unstamped(self, name: str) -> None:
        """One report signed and sealed while no time stamp can be had: the job puts one over the sealed file."""
        self.stamps.state = "silent"
        document_id = self.sealed[name] = self._signed(lambda _, __: None, Level.B_B)
        for verb in (workflow.number, workflow.seal):
            self.office.act("c.clerk", verb, document_id=document_id)
            self.office.node.runner.drain()
        self.files[f"B_{name}"] = newest(self.office, document_id)
        self.stamps.state = "answers"
        self.office.clock.move(timedelta(hours=2))
        self.office.drain()
        self.files[f"T_{name}"] = newest(self.office, document_id)

    def preserve(self) -> None:
        """The night two days later makes B-LTA of what is sealed; the step between is what its job does first."""
        settings = self.office.node.settings
        preserve(Place(self.office, self.stamps, settings.path(settings.keys_dir)), after=timedelta(days=2))
        trust, at = self.office.node.ports[TrustSource].current(), self.office.clock.now()
        for name, document_id in self.sealed.items():
            self.files[f"LT_{name}"] = add_validation_data(self.files[f"T_{name}"], trust=trust, at=at)
            self.files[f"LTA_{name}"] = newest(self.office, document_id)


def new_key(kind: str) -> Key:
    if kind == "rsa":
        return rsa.generate_private_key(65537, 2048)
    return ec.generate_private_key(ec.SECP256R1())


def at_tools(office: Office, app: Any, leader: Visitor) -> Iterator[tuple[str, Way]]:
    """The leader's key is at VGCA's tool, by each kind in turn."""
    made_by = authority(office)
    for kind in KINDS:
        key = new_key(kind)
        own = made_by.certify(
            key.public_key(), common_name="Lò Văn Giả Định", organization="UBND xã", now=office.clock.now()
        )
        held = (own, made_by.intermediate)
        register_at(office, registered(office), VGCA, held)
        tool = Tool(TestClient(app, base_url=ADDRESS), office, KeyInMemory(key, own, held[1:]))
        yield f"vgca-{kind}", partial(by_vgca, tool, leader)


def on_tokens(office: Office, shelf: Shelf, leader: Visitor, play: Played) -> Iterator[tuple[str, Way]]:
    """The leader's key is on a token at hand, then in the HSM, where the agency's is from then on."""
    for kind, of_token in KINDS.items():
        put_on_token(office, shelf, registered(office), kind=of_token, source=AGENT)
        yield f"agent-{kind}", partial(by_agent, office, play)
        for agency in (False, True):
            put_on_token(office, shelf, registered(office, agency=agency), kind=of_token, source=HSM)
        yield f"hsm-{kind}", partial(by_hsm, leader)


def on_phones(office: Office, service: Service) -> Iterator[tuple[str, Way]]:
    """The leader's newest key is at the phone's service."""
    for kind in KINDS:
        give_phone(office, service, key=new_key(kind))
        yield f"phone-{kind}", partial(by_phone, office)


@pytest.fixture
def ways(office: Office, shelf: Shelf, app: Any, enter: Enter, play: Played) -> Iterable[tuple[str, Way]]:
    """Each way of signing by its name; taking the next one moves the leader's key there."""
    leader = enter("c.leader")
    in_file: list[tuple[str, Way]] = [("file-p256", lambda _, __: None)]
    return chain(in_file, at_tools(office, app, leader), on_tokens(office, shelf, leader, play))


@pytest.fixture
def desk(office: Office, service: Service, enter: Enter, ways: Iterable[tuple[str, Way]]) -> Desk:
    """Every source has signed."""
    made = Desk(office, enter("c.clerk"))
    made.carry_unstamped(LATER)
    for name, way in chain(ways, on_phones(office, service)):
        made.carry(name, way)
    made.preserve()
    return made


def test_every_source_and_kind_of_key_passes_at_every_level(desk: Desk, tmp_path: Path) -> None:
    trust, at = desk.office.node.ports[TrustSource].current(), desk.office.clock.now()
    anchors = [anchor.certificate for anchor in trust.anchors]
    paths = written(tmp_path, **desk.files)
    for name, report in zip(desk.files, judge_signatures(paths, anchors=anchors, crls=trust.crls, at=at), strict=True):
        level = name.split("_")[0]
        assert len(report.signatures) == (2 if level == "LTA" or name.endswith(LATER) else 1), name
        for signature in report.signatures:
            assert signature.passed, (name, signature)
            assert signature.level == f"PAdES-BASELINE-{level}", (name, signature)
            assert signature.changed("undefined") == (), (name, signature)
            said = openssl_verify(desk.files[name], field=signature.field, anchors=anchors, at=at)
            assert said.valid, (name, said)
    for name, archive in zip(desk.files, judge_pdfa(paths), strict=True):
        assert archive.compliant, (name, archive)
