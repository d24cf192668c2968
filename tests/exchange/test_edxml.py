from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from docservice.exchange.edxml import (
    LENGTHS,
    NAMESPACE,
    STATUS_CODES,
    Attachment,
    Business,
    BusinessType,
    ChangedReceiver,
    DocumentMessage,
    DocumentType,
    EdxmlInvalid,
    Organ,
    OtherInfo,
    Priority,
    ReceiverChange,
    Replacement,
    ResponseFor,
    Signer,
    Staff,
    StatusMessage,
    SteeringType,
    Trace,
    Update,
    read_message,
    write_document,
    write_status,
)
from docservice.exchange.edxml_text import one_line
from tests.exchange.samples import ANSWERED, FIXTURES, PROVINCE, attachment, document, status


def read_document(xml: bytes) -> DocumentMessage:
    message = read_message(xml)
    assert isinstance(message, DocumentMessage)
    return message


def as_written(message: DocumentMessage) -> DocumentMessage:
    """What was read, without what only reading can know."""
    files = tuple(replace(file, media_type="") for file in message.attachments)
    return replace(message, attachments=files, warnings=(), declared_secrecy=None)


# --- as the samples look


def test_a_document_is_written_as_the_samples_are() -> None:
    assert write_document(document()) == (FIXTURES / "standard_document.xml").read_bytes()


def test_a_status_is_written_as_the_samples_are() -> None:
    assert write_status(status()) == (FIXTURES / "standard_status.xml").read_bytes()


def test_namespaces_stand_where_peers_expect_them() -> None:
    xml = write_document(document())
    root = etree.fromstring(xml)
    assert root.nsmap == {None: NAMESPACE}
    envelope, encoded = root
    assert [str(node.prefix) for node in root] == ["edXML", "None"]
    assert {node.prefix for node in envelope.iter("{*}*")} == {"edXML"}
    assert encoded[0][-1].prefix == "edXML"
    assert xml.startswith(b'<?xml version="1.0" encoding="UTF-8"?>\n')


def test_header_elements_stand_in_the_samples_order() -> None:
    message = replace(document(), task_codes=("T-1",), application_type="DOC")
    (header,) = etree.fromstring(write_document(message)).iter("{*}MessageHeader")
    assert [etree.QName(child).localname for child in header] == [
        *("From", "To", "DocumentId", "Code", "PromulgationInfo", "DocumentType", "Subject", "Content", "SignerInfo"),
        *("DueDate", "OtherInfo", "ResponseFor", "SteeringType", "ResponseForTask", "ApplicationType", "ToPlaces"),
    ]


def test_times_are_vietnams() -> None:
    instant = datetime(2026, 12, 31, 12, 0, 0, tzinfo=timezone(timedelta(hours=-6)))
    xml = write_status(replace(status(), timestamp=instant))
    assert b"<edXML:Timestamp>2027/01/01 01:00:00</edXML:Timestamp>" in xml
    read = read_message(xml)
    assert isinstance(read, StatusMessage)
    assert read.timestamp == instant
    assert read.timestamp.tzinfo is UTC


def test_text_is_written_in_nfc_and_on_one_line() -> None:
    xml = write_document(replace(document(), subject=" Về  việc\n họp\u00a0giao ban <tháng 3> & quý I "))
    assert read_document(xml).subject == "Về việc họp giao ban <tháng 3> & quý I"


# --- round trips

ORGAN_IDS = st.sampled_from(["H99", "H99.05.01", "K99.02", "000.00.14.H99", "28.22.H99", "G99.AB1"])
LETTERS = st.characters(exclude_categories=("Cs", "Cc", "Cn"), exclude_characters="\ufffe\uffff")
DAYS = st.dates(date(1945, 9, 2), date(2999, 12, 31))
INSTANTS = st.datetimes(datetime(1976, 1, 1), datetime(2999, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001 - bounds
    lambda at: at.replace(microsecond=0)
)
NUMBERS = st.none() | st.integers(0, 999)


def texts(element: str) -> st.SearchStrategy[str]:
    limit = LENGTHS.lengths.get(element, 200)
    return (
        st.text(LETTERS | st.sampled_from("ăâđêôơưẬỰ<>&\"' -./"), min_size=1, max_size=min(limit, 40))
        .map(one_line)
        .filter(lambda text: 0 < len(text) <= limit and text.casefold() != "null")
    )


def maybe(element: str) -> st.SearchStrategy[str | None]:
    return st.none() | texts(element)


DOCUMENT_IDS = texts("DocumentId")
ORGANS = st.builds(
    Organ,
    organ_id=ORGAN_IDS,
    name=maybe("OrganName"),
    in_charge=maybe("OrganizationInCharge"),
    address=maybe("OrganAdd"),
    email=maybe("Email"),
    telephone=maybe("Telephone"),
    fax=maybe("Fax"),
    website=maybe("Website"),
)
STAFF = st.builds(
    Staff,
    department=texts("Department"),
    department_id=maybe("DepartmentId"),
    name=maybe("Staff"),
    staff_id=maybe("StaffId"),
    email=maybe("Email"),
    mobile=maybe("Mobile"),
)
RESPONSES = st.builds(
    ResponseFor,
    document_id=DOCUMENT_IDS,
    organ_id=st.none() | ORGAN_IDS,
    code=maybe("Code"),
    promulgation_date=st.none() | DAYS,
)
UPDATES = st.builds(
    Update,
    content_changed=st.booleans(),
    receivers_changed=st.booleans(),
    receivers=st.lists(st.builds(ChangedReceiver, ORGAN_IDS, st.sampled_from(ReceiverChange)), max_size=3).map(tuple),
)
REPLACEMENTS = st.lists(
    st.builds(Replacement, DOCUMENT_IDS, st.lists(ORGAN_IDS, max_size=3).map(tuple)), min_size=1, max_size=3
).map(tuple)


@st.composite
def businesses(draw: st.DrawFn, response: ResponseFor | None) -> Business:
    kind = draw(st.sampled_from([BusinessType.NEW, BusinessType.UPDATE, BusinessType.REPLACE]))
    kind = BusinessType.REVOKE if response else kind
    return Business(
        type=kind,
        document_id=response.document_id if response else draw(st.none() | DOCUMENT_IDS),
        reason=draw(maybe("BussinessDocReason")),
        paper=draw(st.none() | st.booleans()),
        staff=draw(st.none() | STAFF),
        update=draw(UPDATES) if kind is BusinessType.UPDATE else None,
        replacements=draw(REPLACEMENTS) if kind is BusinessType.REPLACE else (),
    )


FILES = st.lists(
    st.builds(
        Attachment,
        content_id=st.sampled_from(["1", "2", "a-b", "tệp 3", "7d3c"]),
        name=st.sampled_from(["12_UBND.pdf", "bảng số liệu.xlsx", "ảnh (1).png"]),
        content_type=st.sampled_from(["application/pdf", "application/doc"]),
        description=maybe("Description"),
        data=st.binary(max_size=200),
    ),
    max_size=4,
    unique_by=lambda file: file.content_id,
).map(tuple)


@st.composite
def documents(draw: st.DrawFn) -> DocumentMessage:
    sender, *receivers = draw(st.lists(ORGANS, min_size=2, max_size=5, unique_by=lambda organ: organ.organ_id))
    responses = tuple(draw(st.lists(RESPONSES, max_size=3)))
    document_id = draw(DOCUMENT_IDS.filter(lambda one: all(one != response.document_id for response in responses)))
    revoked = draw(st.sampled_from([None, responses[0]])) if responses else None
    business = draw(businesses(revoked))
    if business.document_id == document_id:
        business = replace(business, document_id=None)
    return DocumentMessage(
        sender=sender,
        receivers=tuple(receivers),
        document_id=document_id,
        code_number=draw(st.integers(1, 999_999).map(lambda number: f"{number:02d}")),
        code_notation=draw(st.sampled_from(["BC-UBND", "UBND-VX", "QyĐ-UBND", "2026/QĐ-UBND"])),
        document_type=DocumentType(draw(texts("TypeName")), code=draw(NUMBERS), detail=draw(NUMBERS)),
        subject=draw(texts("Subject")),
        business=business,
        place=draw(maybe("PromulgationInfo/Place")),
        promulgation_date=draw(DAYS),
        content=draw(maybe("Content")),
        signer=draw(st.none() | st.builds(Signer, texts("Competence"), maybe("Position"), maybe("FullName"))),
        due_date=draw(st.none() | DAYS),
        other=OtherInfo(
            priority=draw(st.none() | st.sampled_from(Priority)),
            sphere=draw(maybe("SphereOfPromulgation")),
            typer_notation=draw(maybe("TyperNotation")),
            copies=draw(NUMBERS),
            pages=draw(NUMBERS),
            steering=draw(st.none() | st.booleans()),
            appendixes=tuple(draw(st.lists(texts("Appendix"), max_size=3))),
        ),
        response_for=responses,
        steering_type=draw(st.none() | st.sampled_from(SteeringType)),
        task_codes=tuple(draw(st.lists(texts("TaskCode"), max_size=2))),
        application_type=draw(maybe("ApplicationType")),
        to_places=tuple(draw(st.lists(texts("ToPlaces/Place"), max_size=3))),
        trace=tuple(draw(st.lists(st.builds(Trace, ORGAN_IDS, st.none() | INSTANTS), max_size=3))),
        attachments=draw(FILES),
    )


@given(message=documents())
def test_a_document_read_is_the_document_written(message: DocumentMessage) -> None:
    assert as_written(read_document(write_document(message))) == message


@given(
    message=st.builds(
        StatusMessage,
        sender=ORGANS,
        response_for=RESPONSES,
        status_code=st.sampled_from(sorted(STATUS_CODES)),
        description=texts("Description"),
        timestamp=INSTANTS,
        staff=st.none() | STAFF,
    )
)
def test_a_status_read_is_the_status_written(message: StatusMessage) -> None:
    read = read_message(write_status(message))
    assert isinstance(read, StatusMessage)
    assert replace(read, warnings=(), declared_secrecy=None) == message


# --- recall, update, replace


def test_a_recall_names_its_document_in_both_places() -> None:
    message = replace(document(), business=Business(type=BusinessType.REVOKE, reason="Gửi nhầm"))
    read = read_document(write_document(message))
    assert read.business.document_id == ANSWERED.document_id
    assert [response.document_id for response in read.response_for] == [ANSWERED.document_id]
    assert read.revoked_documents == (ANSWERED.document_id,)


@pytest.mark.parametrize(
    ("business_id", "responses", "revoked"),
    [
        ("X-1", (), ("X-1",)),
        (None, (ANSWERED,), (ANSWERED.document_id,)),
        ("X-1", (ANSWERED,), (ANSWERED.document_id, "X-1")),
        (None, (), (document().document_id,)),
    ],
)
def test_a_recall_is_understood_from_either_place(
    business_id: str | None, responses: tuple[ResponseFor, ...], revoked: tuple[str, ...]
) -> None:
    business = Business(type=BusinessType.REVOKE, document_id=business_id)
    assert replace(document(), business=business, response_for=responses).revoked_documents == revoked


def test_only_a_recall_revokes() -> None:
    assert document().revoked_documents == ()


# --- what is not written

WRONG: list[tuple[Callable[[DocumentMessage], DocumentMessage], str, dict[str, str | int]]] = [
    (lambda m: replace(m, subject="x" * 501), "value_too_long", {"element": "Subject", "limit": 500, "length": 501}),
    (lambda m: replace(m, subject=" "), "value_missing", {"element": "Subject"}),
    (lambda m: replace(m, subject="a\x00b"), "value_unprintable", {"element": "Subject"}),
    (lambda m: replace(m, code_number=""), "value_missing", {"element": "CodeNumber"}),
    (lambda m: replace(m, code_notation="A" * 31), "value_too_long", {"element": "CodeNotation"}),
    (lambda m: replace(m, promulgation_date=None), "value_missing", {"element": "PromulgationDate"}),
    (lambda m: replace(m, document_type=DocumentType("")), "value_missing", {"element": "TypeName"}),
    (lambda m: replace(m, place="x" * 51), "value_too_long", {"element": "PromulgationInfo/Place"}),
    (lambda m: replace(m, to_places=("x" * 151,)), "value_too_long", {"element": "ToPlaces/Place"}),
    (lambda m: replace(m, to_places=("",)), "value_missing", {"element": "ToPlaces/Place"}),
    (lambda m: replace(m, signer=Signer(full_name="x" * 51)), "value_too_long", {"element": "FullName"}),
    (lambda m: replace(m, receivers=()), "receiver_missing", {}),
    (lambda m: replace(m, receivers=(PROVINCE, PROVINCE)), "receiver_repeated", {"value": "H99"}),
    (lambda m: replace(m, receivers=(m.sender,)), "receiver_is_sender", {"value": "H99.05.01"}),
    (lambda m: replace(m, receivers=(Organ("tỉnh Mẫu"),)), "organ_id_invalid", {"value": "tỉnh Mẫu"}),
    (lambda m: replace(m, trace=(Trace("H99", datetime(2026, 3, 5)),)), "value_invalid", {"element": "Timestamp"}),  # noqa: DTZ001 - the point
    (lambda m: replace(m, attachments=(attachment(), attachment())), "content_id_repeated", {"value": "1"}),
    (lambda m: replace(m, attachments=(attachment(name="../x.pdf"),)), "value_invalid", {"element": "AttachmentName"}),
    (lambda m: replace(m, attachments=(attachment(content_id=" "),)), "value_missing", {"element": "ContentId"}),
    (
        lambda m: replace(m, business=Business(type=BusinessType.REVOKE), response_for=()),
        "revoked_document_missing",
        {},
    ),
    (
        lambda m: replace(m, business=Business(type=BusinessType.REVOKE, document_id="other")),
        "revoked_document_missing",
        {},
    ),
    (
        lambda m: replace(m, business=Business(type=BusinessType.UPDATE)),
        "value_invalid",
        {"element": "BussinessDocumentInfo"},
    ),
    (lambda m: replace(m, business=Business(update=Update())), "value_invalid", {"element": "BussinessDocumentInfo"}),
    (lambda m: replace(m, business=Business(type=BusinessType.REPLACE)), "replaced_document_missing", {}),
    (
        lambda m: replace(m, business=Business(replacements=(Replacement("x"),))),
        "value_invalid",
        {"element": "ReplacementInfoList"},
    ),
]


@pytest.mark.parametrize(("change", "code", "params"), WRONG)
def test_a_wrong_document_is_not_written(
    change: Callable[[DocumentMessage], DocumentMessage], code: str, params: dict[str, str | int]
) -> None:
    with pytest.raises(EdxmlInvalid) as refused:
        write_document(change(document()))
    assert refused.value.code == code
    assert refused.value.params.items() >= params.items()


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (replace(status(), status_code="3"), "status_unknown"),
        (replace(status(), status_code="07"), "status_unknown"),
        (replace(status(), description=""), "value_missing"),
        (replace(status(), timestamp=datetime(2026, 3, 5)), "value_invalid"),  # noqa: DTZ001 - the point
    ],
)
def test_a_wrong_status_is_not_written(wrong: StatusMessage, code: str) -> None:
    with pytest.raises(EdxmlInvalid) as refused:
        write_status(wrong)
    assert refused.value.code == code
