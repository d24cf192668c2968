"""What comes from outside: taken in when it is whole and safe, else refused or held, and never half."""

import io
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import pikepdf
import pytest
import typst
from sqlalchemy import select

from docservice.bootstrap import SANDBOX_PRELOAD
from docservice.core.errors import NotAllowed
from docservice.core.intake import Intake, IntakeItem
from docservice.core.outbox import Job
from docservice.core.sandbox import Limits, Sandbox
from docservice.core.work import SYSTEM, Work
from docservice.demo import people
from docservice.documents import queries, storing
from docservice.documents.errors import DocumentNotFound
from docservice.documents.models import Document, File, Stage
from docservice.exchange import holding
from docservice.exchange.carrier import Carrier
from docservice.exchange.edxml import (
    Attachment,
    Business,
    BusinessType,
    DocumentMessage,
    DocumentType,
    Organ,
    ResponseFor,
    SteeringType,
    write_document,
)
from docservice.exchange.errors import NothingHeld
from docservice.exchange.models import Parcel, Receipt
from docservice.exchange.queries import parcels_of
from docservice.identity import service as identity
from docservice.identity.models import Role
from docservice.identity.queries import actor_as, agency_by_code
from docservice.signatures.errors import SignatureNotValid
from docservice.workflow import service as workflow
from storage import Store
from tests.node import REPORT, Office, open_office
from tests.signing.test_joint_files import prepared, with_wrong_lock

SUBJECT = "Việc thử nghiệm gói tin"


def paper(body: str) -> bytes:
    source = f'#set page(paper: "a4", margin: 2cm)\n#set text(font: "Liberation Serif")\n{body}'
    pdf = typst.compile(source.encode(), format="pdf")
    assert isinstance(pdf, bytes)
    return pdf


def encrypted(pdf: bytes) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        document.save(out, encryption=pikepdf.Encryption(owner="a", user="b"))
    return out.getvalue()


def acting(pdf: bytes) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        document.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
        document.save(out)
    return out.getvalue()


def message(pdf: bytes, **changes: Any) -> bytes:
    facts: dict[str, Any] = {
        "sender": Organ("H99", name="UBND tỉnh Hoa Ban"),
        "receivers": (Organ(people.COMMUNE, name="UBND xã Suối Trúc"),),
        "document_id": "H99,2026/11/23,7/UBND-KGVX",
        "code_number": "7",
        "code_notation": "UBND-KGVX",
        "document_type": DocumentType("Công văn"),
        "subject": SUBJECT,
        "steering_type": SteeringType.NOT_STEERING,
        "promulgation_date": date(2026, 11, 23),
        "attachments": (Attachment("1", "7.pdf", "application/pdf", pdf),),
    }
    return write_document(DocumentMessage(**{**facts, **changes}))


def declared_secret() -> bytes:
    declared = b"<edXML:SecurityLevel>2</edXML:SecurityLevel><edXML:SteeringType>"
    return message(paper("Xin chào")).replace(b"<edXML:SteeringType>", declared)


def send(office: Office, data: bytes, message_id: str = "H99,2026/11/23,7/UBND-KGVX") -> None:
    office.node.ports[Carrier].send(to_code=people.COMMUNE, message_id=message_id, data=data)
    with office.node.transactions.work(SYSTEM) as work:
        work.later("exchange.collect_all")
    office.drain()


def a_day_later(office: Office) -> None:
    """What was held is wiped: nobody decided."""
    office.clock.move(timedelta(hours=25))
    with office.node.transactions.work(SYSTEM) as work:
        work.later("exchange.sweep_intake")
    office.drain()


def items(office: Office) -> list[IntakeItem]:
    with office.reading() as reading:
        commune = agency_by_code(reading, people.COMMUNE)
        assert commune is not None
        wanted = select(IntakeItem).where(IntakeItem.agency_id == commune.id).order_by(IntakeItem.received_at)
        return list(reading.session.scalars(wanted))


def incoming(office: Office) -> list[Document]:
    with office.reading("c.clerk") as reading:
        return list(reading.session.scalars(queries.visible_to(reading.actor).where(Document.subject == SUBJECT)))


def reported(office: Office) -> list[tuple[str, str]]:
    with office.reading() as reading:
        wanted = select(Receipt.code, Receipt.description).join(Parcel).where(Parcel.to_code == people.COMMUNE)
        return [(code, text) for code, text in reading.session.execute(wanted)]


def test_a_whole_message_arrives_once_however_often_it_comes(office: Office) -> None:
    for _ in range(3):
        send(office, message(paper("Xin chào")))
    assert [d.status for d in incoming(office)] == ["to_register"]
    assert {item.outcome for item in items(office)} <= {"accepted", "repeated"}
    assert len(incoming(office)) == 1
    assert office.node.ports[Intake].names() == frozenset()
    assert [code for code, _ in reported(office)] == ["01"]


def test_an_unsigned_document_is_not_registered_and_can_be_refused(office: Office) -> None:
    send(office, message(paper("Xin chào")))
    (document,) = incoming(office)
    with pytest.raises(SignatureNotValid):
        office.act("c.clerk", workflow.register, document_id=document.id)
    office.act("c.clerk", workflow.refuse, document_id=document.id, reason="Không có chữ ký số")
    office.drain()
    assert office.status(document.id) == "refused"
    assert max(reported(office)) == ("02", "Không có chữ ký số")


def test_a_signed_pdf_that_was_changed_is_never_registered(office: Office) -> None:
    sent = office.released()
    with office.reading() as reading:
        version = queries.latest_version(reading, sent, stage=Stage.SEALED)
        assert version is not None
        good = storing.get(reading.ports, version.sha256)
    for number, bad in enumerate((appended(good), good.replace(b"/Kids", b"/Kidz", 1), flipped(good))):
        send(office, message(bad, document_id=f"H99,2026/11/23,{number}/UBND"), message_id=f"m{number}")
    for document in incoming(office):
        with pytest.raises(SignatureNotValid):
            office.act("c.clerk", workflow.register, document_id=document.id)
    assert len(incoming(office)) + sum(code == "02" for code, _ in reported(office)) == 3


def appended(pdf: bytes) -> bytes:
    """Something drawn on the first page by an incremental update, after both signatures."""
    from pyhanko.pdf_utils import generic  # noqa: PLC0415 - only here
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter  # noqa: PLC0415 - only here

    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    stream = generic.StreamObject(stream_data=b"q 1 0 0 rg 100 100 200 50 re f Q")
    writer.add_stream_to_page(0, writer.add_object(stream))
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def flipped(pdf: bytes) -> bytes:
    changed = bytearray(pdf)
    at = changed.index(b"stream\n") + 60
    changed[at] ^= 1
    return bytes(changed)


@pytest.mark.parametrize(
    ("pdf", "code"),
    [
        (b"%PDF-1.7 nothing else", "not_pdf"),
        (paper("a")[:-900] + b"%%EOF", "pdf_damaged"),
        (encrypted(paper("a")), "pdf_encrypted"),
        (acting(paper("a")), "pdf_active_content"),
        # The gate lets it pass; what its places allow cannot be read.
        (with_wrong_lock(prepared()), "pdf_unreadable"),
    ],
)
def test_a_file_that_is_not_safe_is_refused_with_a_reason(office: Office, pdf: bytes, code: str) -> None:
    send(office, message(pdf))
    assert incoming(office) == []
    assert [item.outcome for item in items(office)] == [code]
    ((status, reason),) = reported(office)
    assert status == "02"
    assert code in reason
    assert office.node.ports[Intake].names() == frozenset()
    assert stored_for(office, pdf) == []


def test_a_data_file_is_the_one_whose_hash_its_sender_gives(office: Office) -> None:
    sheet, table = b"PK\x03\x04 so lieu", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    main = Attachment("1", "7.pdf", "application/pdf", paper("Xin chào"))
    for stated, outcome in ((b"khac", "hash_differs"), (sheet, "accepted")):
        said = f"SHA-256 {sha256(stated).hexdigest().upper()}"
        files = (main, Attachment("2", "so-lieu.xlsx", table, sheet, description=said))
        send(office, message(b"", attachments=files), message_id=outcome)
        assert items(office)[-1].outcome == outcome
    assert any("không đúng mã băm SHA-256" in text for _, text in reported(office))
    (document,) = incoming(office)
    with office.reading() as reading:
        (annex,) = queries.attachments(reading, document.id)
    assert annex.sha256 == sha256(sheet).hexdigest()


def stored_for(office: Office, data: bytes) -> list[str]:
    from hashlib import sha256  # noqa: PLC0415 - only here

    key = sha256(data).hexdigest()
    return [key] if office.node.ports[Store].exists(key) else []


@pytest.mark.parametrize("stamp", ["MẬT", "TỐI MẬT", "TUYỆT MẬT", "T Ố I  M Ậ T", "Tuyệt mật"])
def test_a_secrecy_stamp_never_leaves_intake(office: Office, stamp: str) -> None:
    pdf = paper(f"Số: 1/UBND\n\n*{stamp}*\n\nNội dung")
    send(office, message(pdf))
    (item,) = items(office)
    assert (item.outcome, item.closed_at) == ("secrecy_stamp", None)
    assert incoming(office) == []
    assert stored_for(office, pdf) == []
    with office.reading() as reading:
        assert reading.session.scalars(select(File.sha256).where(File.media_type == "application/xml")).all() == []
    a_day_later(office)
    assert office.node.ports[Intake].names() == frozenset()
    # Nobody here was asked: its sender learns that it is not here.
    ((code, reason),) = reported(office)
    assert code == "02"
    assert "trang đầu của một tệp có dấu chỉ độ mật, không vào sổ; tệp đã xóa" in reason


@pytest.mark.parametrize("first", ["*MẬT*", "encrypted"])
def test_what_was_not_let_in_arrives_once_it_is_mended(office: Office, first: str) -> None:
    """A document keeps its DocumentId, however often it is sent."""
    send(office, message(encrypted(paper("a")) if first == "encrypted" else paper(first)))
    if first != "encrypted":
        a_day_later(office)
    send(office, message(acting(paper("a"))))
    # Refused once more, for another reason.
    ((code, reason),) = reported(office)
    assert code == "02"
    assert "pdf_active_content" in reason
    send(office, message(paper("Xin chào")))
    send(office, message(paper("Lần nữa")))
    (document,) = incoming(office)
    assert [item.outcome for item in items(office)][-3:] == ["pdf_active_content", "accepted", "repeated"]
    assert sorted(code for code, _ in reported(office)) == ["01", "02"]
    # What its clerk then says is told as well.
    office.act("c.clerk", workflow.refuse, document_id=document.id, reason="Không có chữ ký số")
    office.drain()
    assert dict(reported(office))["02"] == "Không có chữ ký số"
    with office.reading("c.clerk") as reading:
        (state,) = parcels_of(reading, document.id)
    assert [receipt.code for receipt in state.receipts] == ["01", "02"]
    told = state.receipts[-1]
    assert told.carried_at is not None
    assert told.carried_at > told.at
    assert told.original_sha256 is not None
    assert "Không có chữ ký số".encode() in storing.get(office.node.ports, told.original_sha256)


def test_what_is_wiped_lies_there_until_its_sender_is_told(office: Office) -> None:
    send(office, message(paper("*MẬT*")))
    (item,) = items(office)
    decide(office, holding.wipe_held, item.id)
    with office.node.transactions.work(SYSTEM) as work:
        work.later("exchange.sweep_intake")
    # The sweeper comes first, and the file is as old as any.
    folder = office.node.settings.data_dir / "intake"
    for path in folder.iterdir():
        os.utime(path, (0, 0))
    with office.reading() as reading:
        sweeping = reading.session.scalars(select(Job.id).where(Job.name == "exchange.sweep_intake")).one()
    assert office.node.runner.run_one(sweeping)
    assert office.node.ports[Intake].names() == {Intake.name_of(item.agency_id, item.reference)}
    office.drain()
    assert [code for code, _ in reported(office)] == ["02"]
    assert office.node.ports[Intake].names() == frozenset()


@pytest.fixture
def hasty() -> Iterator[Sandbox]:
    """A fence that gives nobody any time."""
    with Sandbox(size=1, preload=SANDBOX_PRELOAD, limits=Limits(wall_s=0)) as made:
        yield made


@pytest.fixture
def opened_with(seeded: Path, tmp_path: Path) -> Callable[[Sandbox], AbstractContextManager[Office]]:
    """One office, opened with one fence and then with another; its clock begins anew each time."""
    shutil.copytree(seeded, tmp_path, dirs_exist_ok=True)
    return lambda fence: open_office(tmp_path, sandbox=fence)


def test_what_cannot_be_read_just_now_is_told_later(
    opened_with: Callable[[Sandbox], AbstractContextManager[Office]], sandbox: Sandbox, hasty: Sandbox
) -> None:
    with opened_with(sandbox) as office:
        send(office, message(paper("*MẬT*")))
    with opened_with(hasty) as office:
        office.clock.move(timedelta(hours=25))
        with office.node.transactions.work(SYSTEM) as work:
            work.later("exchange.sweep_intake")
        office.node.runner.drain()
        assert [item.outcome for item in items(office)] == ["wiped_after_a_day"]
        assert reported(office) == []
        assert len(office.node.ports[Intake].names()) == 1
    with opened_with(sandbox) as office:
        office.clock.move(timedelta(hours=26))
        office.drain()
        assert [code for code, _ in reported(office)] == ["02"]
        assert office.node.ports[Intake].names() == frozenset()


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (message(paper("a")), "không đọc được"),
        (declared_secret(), "khai độ mật"),
        (message(paper("a"), receivers=(Organ("H99.72", name="Xã khác"),)), "gửi nhầm nơi nhận"),
    ],
)
def test_the_sender_of_what_was_wiped_unread_is_told_what_it_can_mend(
    opened_with: Callable[[Sandbox], AbstractContextManager[Office]],
    sandbox: Sandbox,
    hasty: Sandbox,
    data: bytes,
    told: str,
) -> None:
    with opened_with(hasty) as office:
        send(office, data)
        assert [item.outcome for item in items(office)] == ["sandbox_timeout"]
    with opened_with(sandbox) as office:
        a_day_later(office)
        ((code, reason),) = reported(office)
    assert code == "02"
    assert told in reason


def test_what_was_released_and_then_not_read_is_not_wiped_for_its_stamp(
    opened_with: Callable[[Sandbox], AbstractContextManager[Office]], sandbox: Sandbox, hasty: Sandbox
) -> None:
    with opened_with(sandbox) as office:
        send(office, message(paper("*MẬT*")))
        decide(office, holding.release_held, items(office)[0].id)
    with opened_with(hasty) as office:
        office.clock.move(timedelta(minutes=1))
        office.drain()
        assert [item.outcome for item in items(office)] == ["sandbox_timeout"]
    with opened_with(sandbox) as office:
        a_day_later(office)
        ((code, reason),) = reported(office)
    assert code == "02"
    assert "không đọc được" in reason


def test_words_about_secrets_are_no_stamp(office: Office) -> None:
    send(office, message(paper("Công tác bảo mật\n\nMật độ dân số\n\nLuật Bảo vệ bí mật nhà nước, tối mật và mật")))
    assert len(incoming(office)) == 1


def test_a_document_of_number_nought_keeps_it(office: Office) -> None:
    """Only an unsigned joint file has the number 0 because it has none."""
    send(office, message(paper("Xin chào"), code_number="0"))
    (found,) = incoming(office)
    assert (found.origin_notation, found.issued_on) == ("0/UBND-KGVX", date(2026, 11, 23))


def test_the_security_officer_releases_or_wipes(office: Office) -> None:
    send(office, message(paper("*MẬT*\n\nTên một loài ong")))
    send(office, message(paper("*MẬT*"), document_id="H99,2026/11/23,8/UBND"), message_id="b")
    officer = office.act("c.clerk", appoint_officer)
    with office.reading() as reading:
        actor = actor_as(reading, person_id=officer[0], post_id=officer[1])
    first, second = items(office)
    with pytest.raises(NotAllowed):
        office.act("c.clerk", holding.release_held, item_id=first.id)
    with office.node.transactions.work(actor) as work:
        holding.release_held(work, item_id=first.id)
        holding.wipe_held(work, item_id=second.id)
        with pytest.raises(NothingHeld):
            holding.wipe_held(work, item_id=second.id)
    office.drain()
    assert len(incoming(office)) == 1
    assert {item.outcome for item in items(office)} == {"accepted", "wiped"}
    assert office.node.ports[Intake].names() == frozenset()
    assert sorted(code for code, _ in reported(office)) == ["01", "02"]


def decide(office: Office, verb: Callable[..., None], item_id: UUID) -> None:
    """Let a new security officer of the commune decide on what is held; the jobs do not run yet."""
    person_id, post_id = office.act("c.clerk", appoint_officer)
    with office.reading() as reading:
        officer = actor_as(reading, person_id=person_id, post_id=post_id)
    with office.node.transactions.work(officer) as work:
        verb(work, item_id=item_id)


def appoint_officer(work: Work) -> tuple[UUID, UUID]:
    since = work.today - timedelta(days=1)
    assert work.actor.agency_id is not None
    person = identity.enter_person(work, full_name="Cà Văn Thử")
    post = identity.create_post(
        work,
        agency_id=work.actor.agency_id,
        title="Người phụ trách an ninh",
        role=Role.SECURITY_OFFICER,
        valid_from=since,
    )
    identity.appoint(work, post_id=post.id, person_id=person.id, valid_from=since)
    return person.id, post.id


def test_a_declared_secret_is_refused_and_wiped(office: Office) -> None:
    data = declared_secret()
    assert b"SecurityLevel" in data
    send(office, data)
    assert [item.outcome for item in items(office)] == ["secrecy_declared"]
    assert [code for code, _ in reported(office)] == ["02"]
    assert incoming(office) == []
    assert stored_for(office, data) == []
    assert office.node.ports[Intake].names() == frozenset()


def test_a_message_for_somebody_else_is_refused(office: Office) -> None:
    send(office, message(paper("a"), receivers=(Organ("H99.72", name="Xã khác"),)))
    assert [item.outcome for item in items(office)] == ["not_for_us"]
    assert incoming(office) == []


def test_a_recall_is_not_taken_for_a_document(office: Office) -> None:
    recall = Business(type=BusinessType.REVOKE, document_id="H99,2026/11/23,5/UBND-KGVX")
    revoked = (ResponseFor("H99,2026/11/23,5/UBND-KGVX", organ_id="H99", code="5/UBND-KGVX"),)
    send(office, message(paper("Thu hồi"), business=recall, response_for=revoked))
    assert [item.outcome for item in items(office)] == ["business_unsupported"]
    assert incoming(office) == []
    assert [code for code, _ in reported(office)] == ["02"]


@pytest.mark.parametrize("data", [b"<a/>", b"\xff\xfe", b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'])
def test_what_nobody_can_read_is_held_and_wiped_after_a_day(office: Office, data: bytes) -> None:
    send(office, data)
    assert [item.closed_at for item in items(office)] == [None]
    a_day_later(office)
    assert office.node.ports[Intake].names() == frozenset()


def test_the_parcel_travels_and_every_status_comes_back(office: Office) -> None:
    sent = office.released()
    arrived = office.arrived("p.clerk")
    office.act("p.clerk", workflow.register, document_id=arrived.id)
    office.act("p.clerk", workflow.present, document_id=arrived.id, proposal="Đề nghị giao KGVX")
    office.drain()
    with office.reading("c.clerk") as reading:
        (state,) = parcels_of(reading, sent)
    assert [r.code for r in state.receipts] == ["01", "03"]
    assert "2311" in state.receipts[1].description
    with pytest.raises(DocumentNotFound), office.reading("p.clerk") as reading:
        queries.get_visible(reading, sent)


def test_a_status_for_an_unknown_parcel_changes_nothing(office: Office) -> None:
    office.released(values={**REPORT, "subject": SUBJECT})
    with office.reading() as reading:
        receipt = reading.session.scalars(select(Receipt).where(Receipt.carried_at.is_not(None))).first()
        assert receipt is not None
        assert receipt.original_sha256 is not None
        data = storing.get(reading.ports, receipt.original_sha256).replace(b"312/BC-UBND", b"999/BC-UBND")
    send(office, data, message_id="unknown")
    assert "parcel_unknown" in [item.outcome for item in items(office)]
