"""A clerk seals with the agency's key in the server's HSM: the PIN opens its slot for this one act."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from secrets import token_hex
from uuid import UUID, uuid4

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pkcs11 import KeyType
from sqlalchemy import select

from docservice.core.sandbox import Sandbox
from docservice.core.work import SYSTEM
from docservice.doctor import examine_node
from docservice.documents import queries
from docservice.identity import queries as identity
from docservice.identity.models import Certificate, Post
from docservice.signatures import stepwise
from docservice.signatures.hsm import HSM, Hsm, HsmRefused
from docservice.signatures.models import Ending, PreparedSigning
from docservice.workflow import service as workflow
from signing.keys import certificate_names, public_key_sha256
from signing.tokens import open_token
from tests.node import Office, open_office
from tests.signatures.test_annexes import with_annexes
from tests.signing.builders import paper
from tests.signing.tokens import MODULE, PIN, Shelf
from tests.web.conftest import Enter
from tests.web.test_certificates import authority, person_id


@pytest.fixture
def office(seeded: Path, tmp_path: Path, sandbox: Sandbox) -> Iterator[Office]:
    """A node with an HSM."""
    shutil.copytree(seeded, tmp_path, dirs_exist_ok=True)
    with open_office(tmp_path, sandbox=sandbox, replace={Hsm: Hsm(MODULE)}) as opened:
        yield opened


@pytest.fixture
def in_hsm(office: Office, shelf: Shelf) -> Office:
    """The agency's key is in a slot of the HSM."""
    with office.reading("c.clerk") as reading:
        certificate = identity.certificate_of(reading, agency_id=reading.actor.agency_id)
    return put_in_hsm(office, shelf, certificate.id)


def put_in_hsm(office: Office, shelf: Shelf, certificate_id: UUID) -> Office:
    put_on_token(office, shelf, certificate_id, kind=KeyType.RSA, source=HSM)
    return office


def put_on_token(office: Office, shelf: Shelf, certificate_id: UUID, *, kind: KeyType, source: str) -> None:
    """A new key on a new token, in the place of the one that was registered."""
    token = shelf.add(f"{source} {token_hex(6)}", kind, authority(office), now=office.clock.now())
    with open_token(MODULE, serial=token.serial, pin=PIN) as key:
        held = (key.certificate, *key.chain)
    register_at(office, certificate_id, source, held)


def register_at(office: Office, certificate_id: UUID, source: str, held: tuple[x509.Certificate, ...]) -> None:
    """The registered certificate is this one from now on, with its key at this source."""
    with office.node.transactions.work(SYSTEM) as work:
        certificate = work.session.get_one(Certificate, certificate_id)
        certificate.source = source
        certificate.pem = "".join(c.public_bytes(Encoding.PEM).decode() for c in held)
        certificate.issuer, certificate.serial = certificate_names(held[0])
        certificate.public_key_sha256 = public_key_sha256(held[0])


def to_seal(office: Office) -> UUID:
    document_id = with_annexes(office, first=paper("Phụ lục 1"))
    office.act("c.clerk", workflow.seal, document_id=document_id)
    office.drain()
    return document_id


def test_one_pin_seals_the_document_and_its_annex(in_hsm: Office, enter: Enter) -> None:
    document_id = to_seal(in_hsm)
    clerk = enter("c.clerk")
    assert "Mã PIN của khe khóa trên HSM" in clerk.get(f"/documents/{document_id}").text
    assert clerk.post(f"/documents/{document_id}/hsm", {"pin": PIN}).status_code == 200
    in_hsm.drain()
    assert in_hsm.status(document_id) == "to_release"
    with in_hsm.reading() as reading:
        version = queries.latest_version(reading, document_id)
    assert version is not None
    assert (version.verdict or {})["passed"]


def test_only_todays_custodian_seals_and_the_next_one_may_begin_anew(in_hsm: Office, enter: Enter) -> None:
    office = in_hsm
    document_id = to_seal(office)
    clerk, admin = enter("c.clerk"), enter("c.admin")
    stand_in = person_id(office, "c.official")
    tomorrow = f"{office.clock.now() + timedelta(days=1):%Y-%m-%d}"
    admin.post("/certificates/custody", {
        "label": "Khóa mẫu của cơ quan", "person_id": stand_in, "permission": "Giấy ủy quyền số 05/GUQ-UBND",
        "minutes": "Biên bản số 02/BB-UBND", "valid_from": tomorrow,
    })  # fmt: skip
    assert "chưa có chức vụ văn thư" in admin.get("/certificates").text
    further = {"person_id": stand_in, "role": "clerk", "title": "Văn thư (thay)", "valid_from": tomorrow}
    assert admin.post("/people/further", {**further, "title": " "}).status_code == 422
    assert admin.post("/people/further", {**further, "person_id": str(uuid4())}).status_code == 403
    assert admin.post("/people/further", further).status_code == 200
    office.clock.move(timedelta(days=1))
    # The sessions of the day before are over.
    clerk, admin = enter("c.clerk"), enter("c.admin")
    assert "chưa có chức vụ văn thư" not in admin.get("/certificates").text
    # The PIN is not even tried: the device is somebody else's now.
    assert "Mã PIN của khe khóa" not in clerk.get(f"/documents/{document_id}").text
    answer = clerk.post(f"/documents/{document_id}/hsm", {"pin": PIN})
    assert answer.status_code == 403
    assert "đang được giao quản lý thiết bị" in answer.text
    with office.reading() as reading:
        waiting = reading.session.scalars(select(PreparedSigning)).all()
    assert {kept.value for kept in waiting} == {None}
    office.drain()
    assert office.status(document_id) == "sealing"
    # Whoever keeps the device now calls off what the other one began, and seals in person.
    second = enter("c.official")
    with office.reading() as reading:
        post_id = reading.session.scalars(select(Post.id).where(Post.title == "Văn thư (thay)")).one()
    acting = {"as_post": str(post_id)}
    assert second.post(f"/documents/{document_id}/acts/cancel_signing", acting).status_code == 200
    assert clerk.post(f"/documents/{document_id}/acts/seal").status_code == 403
    assert second.post(f"/documents/{document_id}/acts/seal", acting).status_code == 200
    office.drain()
    assert second.post(f"/documents/{document_id}/hsm", {**acting, "pin": PIN}).status_code == 200
    office.drain()
    assert office.status(document_id) == "to_release"


def test_doctor_says_which_hsm_is_used_and_whose_key_is_in_it(in_hsm: Office) -> None:
    found: dict[str, list[str]] = {}
    for finding in examine_node(in_hsm.node, recount=False):
        found.setdefault(finding.port, []).append(finding.text)
    (used,) = found["hsm"]
    assert MODULE.name in used
    assert "SoftHSM" in used
    assert any("hsm: 0 của người ký, 1 của cơ quan" in text for text in found["key places"])
    assert any("do tỉnh quyết định" in text for text in found["key places"])


def test_doctor_says_that_an_hsm_does_not_answer(tmp_path: Path) -> None:
    assert Hsm(None).describe() == ""
    with pytest.raises(HsmRefused) as refused:
        Hsm(tmp_path / "none.so").describe()
    assert "HSM không trả lời" in refused.value.sentence()


def test_no_pin_is_no_try(in_hsm: Office, enter: Enter) -> None:
    document_id = to_seal(in_hsm)
    clerk = enter("c.clerk")
    batch = {"ids": [str(document_id)], "pin": ""}
    for answer in (clerk.post(f"/documents/{document_id}/hsm"), clerk.post("/signing/hsm", batch)):
        assert answer.status_code == 409
        assert "chưa nhập mã PIN" in answer.text
    assert in_hsm.status(document_id) == "sealing"


def test_a_wrong_pin_signs_nothing_and_is_said(in_hsm: Office, enter: Enter) -> None:
    document_id = to_seal(in_hsm)
    answer = enter("c.clerk").post(f"/documents/{document_id}/hsm", {"pin": "0000"})
    assert answer.status_code == 409
    assert "sai mã PIN" in answer.text
    assert in_hsm.status(document_id) == "sealing"


def test_a_batch_is_signed_by_one_pin_and_a_wrong_one_is_mended_on_the_page(
    office: Office, enter: Enter, shelf: Shelf
) -> None:
    with office.reading("c.leader") as reading:
        own = identity.certificate_of(reading, person_id=reading.actor.person_id)
    put_in_hsm(office, shelf, own.id)
    ids = [office.checked() for _ in range(2)]
    for document_id in ids:
        office.sign(document_id)
    leader = enter("c.leader")
    batch = {"ids": [str(document_id) for document_id in ids]}
    page = leader.post("/signing/results", batch).text
    assert "Chờ mã PIN của HSM: 2 văn bản." in page
    assert page.count("Chờ mã PIN<") == 2
    assert "delay:3s" not in page
    wrong = leader.post("/signing/hsm", {**batch, "pin": "0000"})
    assert wrong.status_code == 409
    assert "sai mã PIN" in wrong.text
    assert "Mã PIN của khe khóa trên HSM" in wrong.text
    assert enter("c.deputy").post("/signing/hsm", {**batch, "pin": PIN}).status_code == 403
    assert leader.post("/signing/hsm", {**batch, "pin": PIN}).status_code == 200
    office.drain()
    assert {office.status(document_id) for document_id in ids} == {"to_number"}
    assert "Đã xong." in leader.post("/signing/results", batch).text


def test_what_of_a_batch_does_not_wait_for_the_pin_stays_on_its_page(
    office: Office, enter: Enter, shelf: Shelf
) -> None:
    with office.reading("c.leader") as reading:
        own = identity.certificate_of(reading, person_id=reading.actor.person_id)
    put_in_hsm(office, shelf, own.id)
    called_off, waiting = (office.checked() for _ in range(2))
    for document_id in (called_off, waiting):
        office.sign(document_id)
    office.act("c.leader", stepwise.end, document_id=called_off, ending=Ending.CANCELLED)
    leader = enter("c.leader")
    batch = {"ids": [str(called_off), str(waiting)]}
    form = leader.post("/signing/results", batch).text.partition('action="/signing/hsm"')[2]
    assert all(f'name="ids" value="{document_id}"' in form for document_id in batch["ids"])
    signed = leader.post("/signing/hsm", {**batch, "pin": PIN})
    assert signed.status_code == 200
    office.drain()
    assert office.status(waiting) == "to_number"
    # Sent again, as by a reload, it says that nothing waits, on the page of the batch.
    again = leader.post("/signing/hsm", {**batch, "pin": PIN})
    assert again.status_code == 409
    assert "Không có văn bản nào đang chờ ký" in again.text
    for page in (signed.text, again.text):
        assert all(f'name="ids" value="{document_id}"' in page for document_id in batch["ids"])


def test_nobody_else_opens_the_slot(in_hsm: Office, enter: Enter) -> None:
    document_id = to_seal(in_hsm)
    assert enter("c.leader").post(f"/documents/{document_id}/hsm", {"pin": PIN}).status_code == 403
    assert enter("p.clerk").post(f"/documents/{document_id}/hsm", {"pin": PIN}).status_code == 404
    assert in_hsm.status(document_id) == "sealing"
