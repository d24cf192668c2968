"""Writing edXML exactly as the official samples look, since peers depend on prefix and order though none should.

The text is put together here rather than by an XML library: the samples bind one namespace twice, as default on the
root and as `edXML` on the envelope, and a library would choose one of the two. Everything is checked before the first
character is written; nothing is cut or left out to make it fit.
"""

import binascii
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from xml.sax.saxutils import escape

from docservice.exchange.edxml_codes import LENGTHS, STATUS_CODES, code_direction
from docservice.exchange.edxml_model import (
    NAMESPACE,
    Attachment,
    Business,
    BusinessType,
    DocumentMessage,
    EdxmlInvalid,
    Organ,
    OtherInfo,
    ResponseFor,
    Staff,
    StatusMessage,
)
from docservice.exchange.edxml_text import UNPRINTABLE, one_line, write_date, write_time

_STAFF = (
    ("Department", "department"),
    ("DepartmentId", "department_id"),
    ("Staff", "name"),
    ("StaffId", "staff_id"),
    ("Email", "email"),
    ("Mobile", "mobile"),
)
# The sample of a status has these two the other way round.
_STAFF_OF_STATUS = (*_STAFF[:4], _STAFF[5], _STAFF[4])


def write_document(message: DocumentMessage) -> bytes:
    """The message as UTF-8 XML, in the order of the samples.

    Raises:
        EdxmlInvalid: a mandatory value is missing, a value is too long or cannot stand in XML, receivers repeat or
            include the sender, or the kind of message lacks what it acts on. `params["element"]` says where.
    """
    _check_receivers(message)
    _check_attachments(message.attachments)
    business = _checked_business(message)
    xml = _Xml()
    with xml.envelope():
        with xml.element("edXMLHeader"):
            with xml.element("MessageHeader"):
                _write_header(xml, message)
            with xml.element("TraceHeaderList"):
                for hop in message.trace:
                    with xml.element("TraceHeader"):
                        xml.organ_id(hop.organ_id)
                        xml.leaf("Timestamp", write_time(hop.timestamp) if hop.timestamp else None)
                _write_business(xml, business)
        with xml.element("edXMLBody"), xml.element("edXMLManifest", ' version="1.0"'):
            for file in message.attachments:
                with xml.element("Reference"):
                    xml.required("ContentId", f"cid:{file.content_id}")
                    xml.required("ContentType", file.content_type)
                    xml.leaf("Description", file.description)
                    xml.required("AttachmentName", file.name)
    with xml.plain_element("AttachmentEncoded"):
        for file in message.attachments:
            xml.attachment(file)
    return xml.finished()


def write_status(message: StatusMessage) -> bytes:
    """The status packet as UTF-8 XML, in the order of the sample.

    Raises:
        EdxmlInvalid: `status_unknown`, or as for a document.
    """
    if message.status_code not in STATUS_CODES:
        raise EdxmlInvalid("status_unknown", value=message.status_code[:20])
    if message.timestamp.tzinfo is None:
        raise EdxmlInvalid("value_invalid", element="Timestamp")
    xml = _Xml()
    with xml.envelope(), xml.element("edXMLHeader"), xml.element("MessageHeader"):
        _write_organ(xml, "From", message.sender)
        _write_response_for(xml, message.response_for)
        if message.staff is not None:
            _write_staff(xml, message.staff, order=_STAFF_OF_STATUS)
        xml.required("StatusCode", message.status_code)
        xml.required("Description", message.description)
        xml.required("Timestamp", write_time(message.timestamp))
    return xml.finished()


class _Xml:
    """Text growing element by element; every value passes `leaf`."""

    def __init__(self) -> None:
        self._parts: list[bytes] = [
            b'<?xml version="1.0" encoding="UTF-8"?>\n',
            f'<edXML xmlns="{NAMESPACE}">\n'.encode(),
        ]
        self._depth = 1

    @contextmanager
    def envelope(self) -> Iterator[None]:
        with self.element("edXMLEnvelope", f' xmlns:edXML="{NAMESPACE}"'):
            yield

    @contextmanager
    def element(self, name: str, attributes: str = "") -> Iterator[None]:
        with self.plain_element(f"edXML:{name}", attributes):
            yield

    @contextmanager
    def plain_element(self, name: str, attributes: str = "") -> Iterator[None]:
        self._line(f"<{name}{attributes}>")
        self._depth += 1
        yield
        self._depth -= 1
        self._line(f"</{name}>")

    def leaf(self, name: str, value: str | int | None, *, rule: str = "", prefix: str = "edXML:") -> None:
        """One value, left out when None or empty; `rule` names its length where the element's name is not enough."""
        text = one_line("" if value is None else str(value))
        if not text:
            return
        limit = LENGTHS.lengths.get(rule or name)
        if limit is not None and len(text) > limit:
            raise EdxmlInvalid("value_too_long", element=rule or name, limit=limit, length=len(text))
        if UNPRINTABLE.search(text):
            raise EdxmlInvalid("value_unprintable", element=rule or name)
        self._line(f"<{prefix}{name}>{escape(text)}</{prefix}{name}>")

    def required(self, name: str, value: str | None, *, rule: str = "", prefix: str = "edXML:") -> None:
        if not one_line(value or ""):
            raise EdxmlInvalid("value_missing", element=rule or name)
        self.leaf(name, value, rule=rule, prefix=prefix)

    def organ_id(self, code: str) -> None:
        if code_direction(code) is None:
            raise EdxmlInvalid("organ_id_invalid", value=code[:100])
        self.leaf("OrganId", code)

    def attachment(self, file: Attachment) -> None:
        with self.plain_element("Attachment"):
            self.required("ContentId", f"cid:{file.content_id}", prefix="")
            self.required("AttachmentName", file.name, prefix="")
            self.leaf("Description", file.description, prefix="")
            self.required("ContentType", file.content_type, prefix="")
            self._parts += (
                f'{"  " * self._depth}<edXML:ContentTransferEncoded xmlns:edXML="{NAMESPACE}">'.encode(),
                binascii.b2a_base64(file.data, newline=False),
                b"</edXML:ContentTransferEncoded>\n",
            )

    def finished(self) -> bytes:
        return b"".join((*self._parts, b"</edXML>\n"))

    def _line(self, text: str) -> None:
        self._parts.append(f"{'  ' * self._depth}{text}\n".encode())


def _write_header(xml: _Xml, message: DocumentMessage) -> None:
    _write_organ(xml, "From", message.sender)
    for receiver in message.receivers:
        _write_organ(xml, "To", receiver)
    xml.required("DocumentId", message.document_id)
    with xml.element("Code"):
        xml.required("CodeNumber", message.code_number)
        xml.required("CodeNotation", message.code_notation)
    with xml.element("PromulgationInfo"):
        xml.leaf("Place", message.place, rule="PromulgationInfo/Place")
        day = message.promulgation_date
        xml.required("PromulgationDate", write_date(day) if day else None)
    with xml.element("DocumentType"):
        xml.leaf("Type", message.document_type.code)
        xml.leaf("TypeDetail", message.document_type.detail)
        xml.required("TypeName", message.document_type.name)
    xml.required("Subject", message.subject)
    xml.leaf("Content", message.content)
    if message.signer is not None:
        with xml.element("SignerInfo"):
            xml.leaf("Competence", message.signer.competence)
            xml.leaf("Position", message.signer.position)
            xml.leaf("FullName", message.signer.full_name)
    xml.leaf("DueDate", write_date(message.due_date) if message.due_date else None)
    _write_other(xml, message.other)
    for response in message.response_for:
        _write_response_for(xml, response)
    xml.leaf("SteeringType", None if message.steering_type is None else int(message.steering_type))
    _write_list(xml, "ResponseForTask", "TaskCode", message.task_codes)
    xml.leaf("ApplicationType", message.application_type)
    _write_list(xml, "ToPlaces", "Place", message.to_places, rule="ToPlaces/Place")


def _write_organ(xml: _Xml, name: str, organ: Organ) -> None:
    with xml.element(name):
        xml.organ_id(organ.organ_id)
        xml.leaf("OrganizationInCharge", organ.in_charge)
        xml.leaf("OrganName", organ.name)
        xml.leaf("OrganAdd", organ.address)
        xml.leaf("Email", organ.email)
        xml.leaf("Telephone", organ.telephone)
        xml.leaf("Fax", organ.fax)
        xml.leaf("Website", organ.website)


def _write_other(xml: _Xml, other: OtherInfo) -> None:
    if other == OtherInfo():
        return
    with xml.element("OtherInfo"):
        xml.leaf("Priority", None if other.priority is None else int(other.priority))
        xml.leaf("SphereOfPromulgation", other.sphere)
        xml.leaf("TyperNotation", other.typer_notation)
        xml.leaf("PromulgationAmount", other.copies)
        xml.leaf("PageAmount", other.pages)
        xml.leaf("Direction", None if other.steering is None else str(other.steering).lower())
        _write_list(xml, "Appendixes", "Appendix", other.appendixes)


def _write_response_for(xml: _Xml, response: ResponseFor) -> None:
    with xml.element("ResponseFor"):
        if response.organ_id is not None:
            xml.organ_id(response.organ_id)
        xml.leaf("Code", response.code)
        xml.leaf("PromulgationDate", write_date(response.promulgation_date) if response.promulgation_date else None)
        xml.required("DocumentId", response.document_id)


def _write_staff(xml: _Xml, staff: Staff, *, order: Iterable[tuple[str, str]] = _STAFF) -> None:
    with xml.element("StaffInfo"):
        for element, attribute in order:
            xml.leaf(element, getattr(staff, attribute))


def _write_list(xml: _Xml, group: str, name: str, values: tuple[str, ...], *, rule: str = "") -> None:
    if values:
        with xml.element(group):
            for value in values:
                xml.required(name, value, rule=rule)


def _write_business(xml: _Xml, business: Business) -> None:
    with xml.element("Bussiness"):
        xml.required("DocumentId", business.document_id)
        xml.leaf("BussinessDocType", int(business.type))
        xml.leaf("BussinessDocReason", business.reason)
        xml.leaf("Paper", None if business.paper is None else int(business.paper))
        if business.staff is not None:
            _write_staff(xml, business.staff)
        if business.update is not None:
            with xml.element("BussinessDocumentInfo"):
                xml.leaf("DocumentInfo", int(business.update.content_changed))
                xml.leaf("DocumentReceiver", int(business.update.receivers_changed))
                if business.update.receivers:
                    with xml.element("ReceiverList"):
                        for receiver in business.update.receivers:
                            with xml.element("Receiver"):
                                xml.organ_id(receiver.organ_id)
                                xml.leaf("ReceiverType", int(receiver.change))
        if business.replacements:
            with xml.element("ReplacementInfoList"):
                for old in business.replacements:
                    with xml.element("ReplacementInfo"):
                        xml.required("DocumentId", old.document_id)
                        with xml.element("OrganIdList"):
                            for code in old.organ_ids:
                                xml.organ_id(code)


def _check_receivers(message: DocumentMessage) -> None:
    codes = [receiver.organ_id for receiver in message.receivers]
    if not codes:
        raise EdxmlInvalid("receiver_missing")
    repeated = next((code for code, times in Counter(codes).items() if times > 1), None)
    if repeated is not None:
        raise EdxmlInvalid("receiver_repeated", value=repeated[:100])
    if message.sender.organ_id in codes:
        raise EdxmlInvalid("receiver_is_sender", value=message.sender.organ_id[:100])
    if any(hop.timestamp is not None and hop.timestamp.tzinfo is None for hop in message.trace):
        raise EdxmlInvalid("value_invalid", element="Timestamp")


def _check_attachments(files: tuple[Attachment, ...]) -> None:
    ids = Counter(file.content_id for file in files)
    repeated = next((content_id for content_id, times in ids.items() if times > 1), None)
    if repeated is not None:
        raise EdxmlInvalid("content_id_repeated", value=repeated[:100])
    for file in files:
        if not file.content_id.strip():
            raise EdxmlInvalid("value_missing", element="ContentId")
        if "/" in file.name or "\\" in file.name or file.name.strip() in {".", ".."}:
            raise EdxmlInvalid("value_invalid", element="AttachmentName")


def _checked_business(message: DocumentMessage) -> Business:
    """The business with the id of the document acted on, which a recall names in both places systems look."""
    business, acted_on = message.business, message.business.document_id
    if business.type is BusinessType.REVOKE:
        named = [response.document_id for response in message.response_for]
        acted_on = acted_on or next(iter(named), None)
        if acted_on not in named:
            raise EdxmlInvalid("revoked_document_missing")
    if (business.update is None) is (business.type is BusinessType.UPDATE):
        raise EdxmlInvalid("value_invalid", element="BussinessDocumentInfo")
    if bool(business.replacements) is not (business.type is BusinessType.REPLACE):
        raise EdxmlInvalid(
            "replaced_document_missing" if not business.replacements else "value_invalid", element="ReplacementInfoList"
        )
    return Business(
        type=business.type,
        document_id=acted_on or message.document_id,
        reason=business.reason,
        paper=business.paper,
        staff=business.staff,
        update=business.update,
        replacements=business.replacements,
    )
