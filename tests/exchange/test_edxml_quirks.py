"""What really arrives: each file in `fixtures` carries mistakes seen in the wild, with fictional agencies."""

from datetime import UTC, date, datetime

import pytest

from docservice.exchange.edxml import (
    BusinessType,
    ChangedReceiver,
    DocumentMessage,
    EdxmlInvalid,
    ReceiverChange,
    Replacement,
    ResponseFor,
    StatusMessage,
    SteeringType,
    Trace,
    Update,
    read_message,
    write_document,
    write_status,
)
from tests.exchange.samples import FIXTURES, PDF, document, status


def fixture(name: str) -> DocumentMessage:
    message = read_message((FIXTURES / name).read_bytes())
    assert isinstance(message, DocumentMessage)
    return message


def status_fixture(name: str) -> StatusMessage:
    message = read_message((FIXTURES / name).read_bytes())
    assert isinstance(message, StatusMessage)
    return message


def test_text_before_the_declaration_and_values_that_cannot_be() -> None:
    message = fixture("before_declaration.xml")
    assert message.document_id == "000.00.05.H99,2026/02/30,74fass22/STD-VP"
    assert message.code == "74fass22/STD-VP"
    assert message.promulgation_date is None
    assert message.document_type.name == "Công văn"
    assert message.document_type.code is None
    assert message.other.priority is None
    assert message.subject == "Về việc thử cổng nối"
    assert set(message.warnings) == {
        "text_before_declaration",
        "code_number_unusual",
        "value_unreadable:Type",
        "value_unreadable:PromulgationDate",
        "value_missing:PromulgationDate",
        "value_unknown:Priority=9",
    }


def test_null_ids_empty_traces_and_receivers_named_twice() -> None:
    message = fixture("null_organ_id.xml")
    assert [receiver.organ_id for receiver in message.receivers] == ["H99"]
    assert message.code == "12/UBND-VP"
    assert message.promulgation_date == date(2026, 3, 5)
    assert message.trace == (Trace("H99.05.01"),)
    assert message.response_for == (
        ResponseFor("H99,2026/02/20,101/UBND-KSTT", "H99", "101/UBND-KSTT", date(2026, 2, 20)),
    )
    assert message.business.type is BusinessType.NEW
    assert set(message.warnings) >= {
        "null_text:OrganId",
        "receiver_without_id",
        "receiver_repeated:H99",
        "trace_empty",
        "code_in_one",
        "date_unusual:PromulgationDate",
        "document_id_put_together",
        "response_without_document",
        "business_missing",
        "value_missing:Subject",
        "value_missing:TypeName",
    }


def test_another_prefix_another_order_and_the_other_spelling() -> None:
    message = fixture("other_prefix_and_order.xml")
    assert (message.sender.organ_id, message.sender.name) == ("H99", "UBND tỉnh Mẫu")
    assert [receiver.organ_id for receiver in message.receivers] == ["H99.05.01"]
    assert message.business.type is BusinessType.REPLACE
    assert message.business.replacements == (Replacement("H99,2026/03/01,09/UBND-VP", ("H99.05.01",)),)
    assert message.steering_type is SteeringType.STEERING
    assert message.to_places == ("Như trên", "Lưu: VT")
    assert message.signer is not None
    assert message.signer.full_name == "Phạm Thị D"


def test_files_are_joined_to_the_manifest_by_id_or_link() -> None:
    annex, report = fixture("other_prefix_and_order.xml").attachments
    assert (annex.content_id, annex.name, annex.data) == ("phu-luc", "phu luc.pdf", b"%PDF-1.7\n%%EOF\n")
    assert (report.content_id, report.content_type, report.description) == (
        "chinh",
        "application/pdf",
        "Văn bản chính",
    )
    assert set(fixture("other_prefix_and_order.xml").warnings) == {"attachment_name_cleaned:1", "manifest_differs"}


def test_no_namespace_and_a_status_as_a_number() -> None:
    message = status_fixture("no_namespace_status.xml")
    assert message.status_code == "03"
    assert message.response_for.document_id == "H99.05.01,2026/03/05,12/UBND-VP"
    assert message.timestamp == datetime(2026, 3, 5, 2, 40, 10, tzinfo=UTC)
    assert set(message.warnings) == {
        "namespace_unusual",
        "status_unpadded:3",
        "document_id_put_together",
        "date_unusual:Timestamp",
    }


def test_a_recall_speaks_of_the_senders_own_document() -> None:
    message = status_fixture("recall_status.xml")
    assert message.sender.organ_id == "H99.05.01"
    assert message.response_for.organ_id == "H99"
    assert message.response_for.document_id == "H99.05.01,2026/03/05,12/UBND-VP"


def test_an_element_of_the_standard_goes_before_a_strangers() -> None:
    xml = write_document(document()).replace(
        b"<edXML:Subject>", b'<s:Subject xmlns:s="urn:other">other</s:Subject><edXML:Subject>'
    )
    message = read_message(xml)
    assert isinstance(message, DocumentMessage)
    assert message.subject == document().subject
    assert message.warnings == ()


def test_too_long_values_are_read_with_a_warning() -> None:
    xml = write_document(document()).replace("Ví Dụ</edXML:Place>".encode(), b"x" * 51 + b"</edXML:Place>")
    message = read_message(xml)
    assert isinstance(message, DocumentMessage)
    assert message.place == "x" * 51
    assert message.warnings == ("value_too_long:PromulgationInfo/Place",)


@pytest.mark.parametrize(
    ("old", "new", "code", "where"),
    [
        ("<edXML:OrganId>H99.05.01</edXML:OrganId>\n          <edXML:Org", "<edXML:Org", "element_missing", "From"),
        ("<edXML:DocumentId>H99.05.01,2026/03/05,12/UBND-VP</edXML:DocumentId>\n        <edXML:Code>",
         "<edXML:Code>", "element_missing", "DocumentId"),
        ("<edXML:Code>\n", "<edXML:DocumentId>X</edXML:DocumentId><edXML:Code>\n", "element_repeated", "DocumentId"),
        ("<edXML:To>", "<edXML:From><edXML:OrganId>H98</edXML:OrganId></edXML:From><edXML:To>",
         "element_repeated", "From"),
        ("<edXML:OrganId>H99</edXML:OrganId>", f"<edXML:OrganId>H99{'.01' * 12}</edXML:OrganId>",
         "value_too_long", "OrganId"),
        ("H99.05.01,2026/03/05,12/UBND-VP</edXML:DocumentId>\n        <edXML:Code>",
         f"{'x' * 201}</edXML:DocumentId>\n        <edXML:Code>", "value_too_long", "DocumentId"),
        ("<edXML:BussinessDocType>0", "<edXML:BussinessDocType>7", "value_invalid", "BussinessDocType"),
        ("</edXML:edXMLHeader>", "<edXML:MessageHeader/></edXML:edXMLHeader>", "element_repeated", "MessageHeader"),
        ("MessageHeader>", "OtherHeader>", "element_missing", "MessageHeader"),
    ],
)  # fmt: skip
def test_what_two_readers_would_read_differently_is_refused(old: str, new: str, code: str, where: str) -> None:
    xml = write_document(document()).decode()
    assert old in xml
    with pytest.raises(EdxmlInvalid) as refused:
        read_message(xml.replace(old, new).encode())
    assert refused.value.code == code
    assert str(refused.value.params["element"]).startswith(where)


def changed(old: str, new: str) -> DocumentMessage:
    xml = write_document(document()).decode()
    assert old in xml
    message = read_message(xml.replace(old, new).encode())
    assert isinstance(message, DocumentMessage)
    return message


@pytest.mark.parametrize(
    ("old", "new", "warning"),
    [
        ("<edXML:OrganId>H99</edXML:OrganId>", "<edXML:OrganId>tinh-mau</edXML:OrganId>", "organ_id_unusual:tinh-mau"),
        ("<edXML:OrganId>H99</edXML:OrganId>", "<edXML:OrganId>H99.05.01</edXML:OrganId>",
         "receiver_is_sender:H99.05.01"),
        ("<edXML:OrganId>H99</edXML:OrganId>", "", "receiver_missing"),
        ("<edXML:Paper>0", "<edXML:Paper>22", "value_unreadable:Paper"),
        ("<edXML:BussinessDocType>0</edXML:BussinessDocType>", "", "value_missing:BussinessDocType"),
        ("<edXML:CodeNotation>UBND-VP</edXML:CodeNotation>", "<edXML:CodeNotation/>", "value_missing:CodeNotation"),
        ("<edXML:DueDate>2026/03/12", "<edXML:DueDate>2026-03-12T00:00:00", "date_unusual:DueDate"),
        ("<edXML:DueDate>2026/03/12", "<edXML:DueDate>trước ngày 12", "value_unreadable:DueDate"),
        ("<ContentId>cid:1</ContentId>", "", "content_id_missing:1"),
    ],
)  # fmt: skip
def test_what_only_looks_wrong_is_read_with_a_warning(old: str, new: str, warning: str) -> None:
    assert warning in changed(old, new).warnings


REASON = "<edXML:BussinessDocReason>"
UPDATE = """<edXML:BussinessDocumentInfo><edXML:DocumentInfo>0</edXML:DocumentInfo>
<edXML:DocumentReceiver>1</edXML:DocumentReceiver><edXML:ReceiverList>
<edXML:Receiver><edXML:ReceiverType>0</edXML:ReceiverType><edXML:OrganId>H99.07</edXML:OrganId></edXML:Receiver>
<edXML:Receiver><edXML:ReceiverType>1</edXML:ReceiverType><edXML:OrganId>H99.08</edXML:OrganId></edXML:Receiver>
</edXML:ReceiverList></edXML:BussinessDocumentInfo>"""


def test_an_update_says_who_loses_the_document_and_who_gets_it() -> None:
    assert changed(REASON, UPDATE + REASON).business.update == Update(
        content_changed=False,
        receivers_changed=True,
        receivers=(
            ChangedReceiver("H99.07", ReceiverChange.REMOVED),
            ChangedReceiver("H99.08", ReceiverChange.ADDED),
        ),
    )


@pytest.mark.parametrize(
    ("part", "code"),
    [
        (UPDATE.replace("<edXML:ReceiverType>0", "<edXML:ReceiverType>5"), "value_invalid"),
        (UPDATE.replace("H99.07", "null"), "value_invalid"),
        ("<edXML:ReplacementInfoList><edXML:ReplacementInfo/></edXML:ReplacementInfoList>", "element_missing"),
    ],
)
def test_an_update_or_replacement_that_names_nobody_is_refused(part: str, code: str) -> None:
    with pytest.raises(EdxmlInvalid) as refused:
        changed(REASON, part + REASON)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b">03<", b">07<", "status_unknown"),
        (b">03<", b">003<", "status_unknown"),
        (b"2026/03/05 09:40:10", b"", "value_invalid"),
        (b"2026/03/05 09:40:10", b"2026/02/30 09:40:10", "value_invalid"),
        (b"ResponseFor>", b"Response>", "element_missing"),
    ],
)
def test_a_status_that_says_nothing_is_refused(old: bytes, new: bytes, code: str) -> None:
    xml = write_status(status())
    assert old in xml
    with pytest.raises(EdxmlInvalid) as refused:
        read_message(xml.replace(old, new))
    assert refused.value.code == code


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_other_encodings_are_read(encoding: str) -> None:
    text = write_document(document()).decode().replace("UTF-8", encoding.removesuffix("-sig"))
    message = read_message(text.encode(encoding))
    assert isinstance(message, DocumentMessage)
    assert message.subject == document().subject
    assert message.attachments[0].data == PDF


# --- declared secrecy

OPEN = (FIXTURES / "declared_secret.xml").read_text("utf-8")


@pytest.mark.parametrize(
    ("declared", "level"),
    [
        ("<edXML:SecurityLevel>1</edXML:SecurityLevel>", "1"),
        ("<edXML:Do_Mat>Tối mật</edXML:Do_Mat>", "TỐI MẬT"),
        ("<edXML:DoMat>TUYET MAT</edXML:DoMat>", "TUYỆT MẬT"),
        ("<edXML:Level>Độ mật: Mật</edXML:Level>", "MẬT"),
        ("<edXML:AnyOther>[TUYỆT MẬT]</edXML:AnyOther>", "TUYỆT MẬT"),
        ("<edXML:Paper>Mật</edXML:Paper><edXML:Stamp>tối mật</edXML:Stamp>", "TỐI MẬT"),
        ("<edXML:SphereOfPromulgation>Mật - chỉ người nhận</edXML:SphereOfPromulgation>", "MẬT"),
        ('<edXML:Sphere secretLevel="Mật"/>', "MẬT"),
        ("<edXML:SphereOfPromulgation>\u004d\u0041\u0323\u0302\u0054</edXML:SphereOfPromulgation>", "MẬT"),
    ],
)
def test_declared_secrecy_is_found_wherever_it_stands(declared: str, level: str) -> None:
    message = read_message(OPEN.replace("DECLARED", declared).encode())
    assert message.declared_secrecy == level


@pytest.mark.parametrize(
    ("old", "new", "level"),
    [
        ("<edXML:Priority>0<", "<edXML:Priority>Mật, hỏa tốc<", "MẬT"),
        ("<edXML:Priority>0<", "<edXML:Priority>TOI MAT<", "TỐI MẬT"),
        (">Công văn<", ">Công văn Mật<", "MẬT"),
        ("<edXML:Priority>0<", "<edXML:Priority>khẩn<", None),
    ],
)
def test_declared_secrecy_is_found_beside_other_words(old: str, new: str, level: str | None) -> None:
    assert old in OPEN
    assert read_message(OPEN.replace(old, new).encode()).declared_secrecy == level


@pytest.mark.parametrize(
    "harmless",
    [
        "",
        "<edXML:SecurityLevel>0</edXML:SecurityLevel>",
        "<edXML:SecurityLevel>Thường</edXML:SecurityLevel>",
        "<edXML:DoMat/>",
        "<edXML:SphereOfPromulgation>Bảo mật, lưu hành nội bộ</edXML:SphereOfPromulgation>",
        "<edXML:SphereOfPromulgation>Mật độ dân cư</edXML:SphereOfPromulgation>",
        "<edXML:TyperNotation>MAT</edXML:TyperNotation>",
        "<edXML:Appendixes><edXML:Appendix>Mật ong rừng</edXML:Appendix></edXML:Appendixes>",
    ],
)
def test_words_that_only_look_secret_are_let_through(harmless: str) -> None:
    assert read_message(OPEN.replace("DECLARED", harmless).encode()).declared_secrecy is None
