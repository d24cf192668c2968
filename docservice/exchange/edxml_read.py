"""Reading edXML as it really arrives: any order, any prefix, and every mistake seen in the wild put up with aloud.

What only looks wrong becomes a warning in the message; what would make two readers disagree (a header twice, an id
too long to keep, a document type) is refused. Runs behind the fence: it takes bytes and gives back plain values.
"""

import re
from dataclasses import replace

from docservice.exchange.edxml_codes import STATUS_CODES, format_document_id
from docservice.exchange.edxml_fields import Fields
from docservice.exchange.edxml_files import ReceivedFile, media_type, plain_name, unwrapped
from docservice.exchange.edxml_model import (
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
)
from docservice.exchange.edxml_secrecy import declared_secrecy
from docservice.exchange.edxml_tree import DEFAULT_LIMITS, PAYLOAD, Node, ReadLimits, Tree, parse


def read_message(xml: bytes, *, limits: ReadLimits = DEFAULT_LIMITS) -> DocumentMessage | StatusMessage:
    """The message in these bytes: a status when its header carries a status code, otherwise a document.

    A level of secrecy declared anywhere is reported, not raised: the caller refuses, answers and deletes.

    Raises:
        EdxmlInvalid: the message cannot be read, or not in one way only.
    """
    tree = parse(xml, limits=limits)
    if tree.root.name != "edXML":
        raise EdxmlInvalid("not_edxml")
    fields = Fields(tree.warnings)
    header = fields.only(fields.anywhere(tree.root, "MessageHeader"), "MessageHeader")
    if header is None:
        raise EdxmlInvalid("element_missing", element="MessageHeader")
    if fields.children(header, "StatusCode"):
        return _status(fields, tree, header)
    return _document(fields, tree, header, room=limits.attachments_bytes)


def _document(fields: Fields, tree: Tree, header: Node, *, room: int) -> DocumentMessage:
    document_id = fields.document_id(header)
    if document_id is None:
        raise EdxmlInvalid("element_missing", element="DocumentId")
    sender = _sender(fields, header)
    number, notation = _code(fields, header)
    issued = fields.child(header, "PromulgationInfo")
    attachments = _attachments(fields, tree.root, room=room)
    message = DocumentMessage(
        sender=sender,
        receivers=_receivers(fields, header, sender),
        document_id=document_id,
        code_number=number,
        code_notation=notation,
        document_type=_document_type(fields, header),
        subject=fields.text(header, "Subject") or "",
        business=_business(fields, tree.root, document_id),
        place=fields.text(issued, "Place", rule="PromulgationInfo/Place"),
        promulgation_date=fields.date(issued, "PromulgationDate"),
        content=fields.text(header, "Content"),
        signer=_signer(fields, header),
        due_date=fields.date(header, "DueDate"),
        other=_other(fields, header),
        response_for=_responses(fields, header),
        steering_type=fields.choice(header, "SteeringType", SteeringType),
        task_codes=fields.texts(fields.child(header, "ResponseForTask"), "TaskCode"),
        application_type=fields.text(header, "ApplicationType"),
        to_places=fields.texts(fields.child(header, "ToPlaces"), "Place", rule="ToPlaces/Place"),
        trace=_trace(fields, tree.root),
        attachments=attachments,
        declared_secrecy=declared_secrecy(tree.root),
    )
    for element, value in (("Subject", message.subject), ("PromulgationDate", message.promulgation_date)):
        if not value:
            fields.warn("value_missing", element)
    return replace(message, warnings=fields.warnings)


def _status(fields: Fields, tree: Tree, header: Node) -> StatusMessage:
    code = fields.text(header, "StatusCode") or ""
    if re.fullmatch(r"[0-9]", code):
        fields.warn("status_unpadded", code)
        code = "0" + code
    if code not in STATUS_CODES:
        raise EdxmlInvalid("status_unknown", value=code[:20])
    sender = _sender(fields, header)
    about = fields.child(header, "ResponseFor")
    # A recall (13) comes from the document's own sender and names the receiver: the pair is the other way round.
    response = _response_for(fields, about, author=sender.organ_id if code == "13" else None) if about else None
    if response is None:
        raise EdxmlInvalid("element_missing", element="ResponseFor")
    timestamp = fields.time(header, "Timestamp")
    if timestamp is None:
        raise EdxmlInvalid("value_invalid", element="Timestamp")
    return StatusMessage(
        sender=sender,
        response_for=response,
        status_code=code,
        description=fields.text(header, "Description") or "",
        timestamp=timestamp,
        staff=_staff(fields, header),
        declared_secrecy=declared_secrecy(tree.root),
        warnings=fields.warnings,
    )


def _sender(fields: Fields, header: Node) -> Organ:
    found = fields.child(header, "From")
    organ = _organ(fields, found) if found else None
    if organ is None:
        raise EdxmlInvalid("element_missing", element="From/OrganId")
    return organ


def _receivers(fields: Fields, header: Node, sender: Organ) -> tuple[Organ, ...]:
    receivers: dict[str, Organ] = {}
    for node in fields.children(header, "To"):
        organ = _organ(fields, node)
        if organ is None:
            fields.warn("receiver_without_id")
        elif organ.organ_id in receivers:
            fields.warn("receiver_repeated", organ.organ_id)
        else:
            receivers[organ.organ_id] = organ
    if not receivers:
        fields.warn("receiver_missing")
    if sender.organ_id in receivers:
        fields.warn("receiver_is_sender", sender.organ_id)
    return tuple(receivers.values())


def _organ(fields: Fields, node: Node) -> Organ | None:
    organ_id = fields.organ_id(node)
    if organ_id is None:
        return None
    return Organ(
        organ_id=organ_id,
        name=fields.text(node, "OrganName"),
        in_charge=fields.text(node, "OrganizationInCharge"),
        address=fields.text(node, "OrganAdd"),
        email=fields.text(node, "Email"),
        telephone=fields.text(node, "Telephone"),
        fax=fields.text(node, "Fax"),
        website=fields.text(node, "Website"),
    )


def _code(fields: Fields, header: Node) -> tuple[str, str]:
    """Number and notation; a number that brings its notation along is taken apart."""
    code = fields.child(header, "Code")
    number, notation = fields.text(code, "CodeNumber") or "", fields.text(code, "CodeNotation") or ""
    if "/" in number and not notation:
        fields.warn("code_in_one")
        number, _, notation = number.partition("/")
    if not re.fullmatch(r"[0-9]{1,6}[a-zđ]?", number):
        fields.warn("code_number_unusual")
    if not notation:
        fields.warn("value_missing", "CodeNotation")
    return number.strip(), notation.strip()


def _document_type(fields: Fields, header: Node) -> DocumentType:
    node = fields.child(header, "DocumentType")
    name = fields.text(node, "TypeName")
    if name is None:
        fields.warn("value_missing", "TypeName")
    return DocumentType(name=name or "", code=fields.number(node, "Type"), detail=fields.number(node, "TypeDetail"))


def _signer(fields: Fields, header: Node) -> Signer | None:
    node = fields.child(header, "SignerInfo")
    signer = Signer(
        competence=fields.text(node, "Competence"),
        position=fields.text(node, "Position"),
        full_name=fields.text(node, "FullName"),
    )
    return None if signer == Signer() else signer


def _other(fields: Fields, header: Node) -> OtherInfo:
    node = fields.child(header, "OtherInfo")
    return OtherInfo(
        priority=fields.choice(node, "Priority", Priority),
        sphere=fields.text(node, "SphereOfPromulgation"),
        typer_notation=fields.text(node, "TyperNotation"),
        copies=fields.number(node, "PromulgationAmount"),
        pages=fields.number(node, "PageAmount"),
        steering=fields.flag(node, "Direction"),
        appendixes=fields.texts(fields.child(node, "Appendixes"), "Appendix"),
    )


def _responses(fields: Fields, header: Node) -> tuple[ResponseFor, ...]:
    read = [_response_for(fields, node) for node in fields.children(header, "ResponseFor")]
    if None in read:
        fields.warn("response_without_document")
    return tuple(response for response in read if response is not None)


def _response_for(fields: Fields, node: Node, *, author: str | None = None) -> ResponseFor | None:
    """The document spoken of, its id put together where only the parts are there; None when they are not."""
    organ_id, code = fields.organ_id(node), fields.text(node, "Code")
    day, document_id = fields.date(node, "PromulgationDate"), fields.document_id(node)
    issuer = author or organ_id
    if document_id is None and issuer and code and day:
        fields.warn("document_id_put_together")
        document_id = format_document_id(issuer, day, code)
    if document_id is None:
        return None
    return ResponseFor(document_id=document_id, organ_id=organ_id, code=code, promulgation_date=day)


def _trace(fields: Fields, root: Node) -> tuple[Trace, ...]:
    hops = []
    for node in fields.anywhere(root, "TraceHeader"):
        organ_id = fields.organ_id(node)
        if organ_id is None:
            fields.warn("trace_empty")
        else:
            hops.append(Trace(organ_id, fields.time(node, "Timestamp")))
    return tuple(hops)


def _staff(fields: Fields, node: Node | None) -> Staff | None:
    info = fields.child(node, "StaffInfo")
    staff = Staff(
        department=fields.text(info, "Department"),
        department_id=fields.text(info, "DepartmentId"),
        name=fields.text(info, "Staff"),
        staff_id=fields.text(info, "StaffId"),
        email=fields.text(info, "Email"),
        mobile=fields.text(info, "Mobile"),
    )
    return None if staff == Staff() else staff


def _business(fields: Fields, root: Node, own_id: str) -> Business:
    node = fields.only(fields.anywhere(root, "Bussiness"), "Bussiness")
    if node is None:
        fields.warn("business_missing")
        return Business()
    return Business(
        type=_business_type(fields, node),
        document_id=acted_on if (acted_on := fields.document_id(node)) != own_id else None,
        reason=fields.text(node, "BussinessDocReason"),
        paper=fields.flag(node, "Paper"),
        staff=_staff(fields, node),
        update=_update(fields, fields.child(node, "BussinessDocumentInfo")),
        replacements=_replacements(fields, fields.child(node, "ReplacementInfoList")),
    )


def _business_type(fields: Fields, node: Node) -> BusinessType:
    """What the message does; only a missing type is taken for a new document, a wrong one could be a recall."""
    if fields.text(node, "BussinessDocType") is None:
        fields.warn("value_missing", "BussinessDocType")
        return BusinessType.NEW
    kind = fields.choice(node, "BussinessDocType", BusinessType)
    if kind is None:
        raise EdxmlInvalid("value_invalid", element="BussinessDocType")
    return kind


def _update(fields: Fields, node: Node | None) -> Update | None:
    if node is None:
        return None
    receivers = []
    for receiver in fields.children(fields.child(node, "ReceiverList"), "Receiver"):
        organ_id, change = fields.organ_id(receiver), fields.choice(receiver, "ReceiverType", ReceiverChange)
        if organ_id is None or change is None:
            raise EdxmlInvalid("value_invalid", element="Receiver")
        receivers.append(ChangedReceiver(organ_id, change))
    return Update(
        content_changed=bool(fields.flag(node, "DocumentInfo")),
        receivers_changed=bool(fields.flag(node, "DocumentReceiver")),
        receivers=tuple(receivers),
    )


def _replacements(fields: Fields, node: Node | None) -> tuple[Replacement, ...]:
    replaced = []
    for info in fields.children(node, "ReplacementInfo"):
        document_id = fields.document_id(info)
        if document_id is None:
            raise EdxmlInvalid("element_missing", element="ReplacementInfo/DocumentId")
        organs = fields.children(fields.child(info, "OrganIdList"), "OrganId")
        replaced.append(Replacement(document_id, tuple(code for organ in organs if (code := fields.value(organ)))))
    return tuple(replaced)


def _attachments(fields: Fields, root: Node, *, room: int) -> tuple[Attachment, ...]:
    """The files, in their order; what the manifest says fills gaps only, since it may disagree."""
    manifest = {_content_id(fields, node): node for node in fields.anywhere(root, "Reference")}
    read: list[Attachment] = []
    for ordinal, node in enumerate(fields.anywhere(root, "Attachment"), start=1):
        content_id = _content_id(fields, node)
        if not content_id:
            content_id = str(ordinal)
            fields.warn("content_id_missing", content_id)
        if any(content_id == other.content_id for other in read):
            fields.warn("content_id_repeated", content_id)
        attachment = _attachment(fields, node, manifest.get(content_id), content_id, ordinal=ordinal, room=room)
        room -= len(attachment.data)
        read.append(attachment)
    if manifest and set(manifest) != {attachment.content_id for attachment in read}:
        fields.warn("manifest_differs")
    return tuple(read)


def _attachment(
    fields: Fields, node: Node, reference: Node | None, content_id: str, *, ordinal: int, room: int
) -> Attachment:
    payload = fields.child(node, PAYLOAD)
    written_name = fields.text(node, "AttachmentName") or fields.text(reference, "AttachmentName") or ""
    name = plain_name(written_name, ordinal=ordinal)
    if name != written_name:
        fields.warn("attachment_name_cleaned", str(ordinal))
    travelled = ReceivedFile(name, (payload.data if payload else None) or b"")
    if not travelled.data:
        fields.warn("attachment_empty", name)
    file = unwrapped(travelled, room=room, warn=fields.warn)
    return Attachment(
        content_id=content_id,
        name=file.name,
        content_type=fields.text(node, "ContentType") or fields.text(reference, "ContentType") or "",
        description=fields.text(node, "Description") or fields.text(reference, "Description"),
        data=file.data,
        media_type=media_type(file.data, name=file.name),
    )


def _content_id(fields: Fields, node: Node) -> str:
    """`ContentId`, or the link some systems write in its place, without `cid:`."""
    written = fields.text(node, "ContentId") or node.href or ""
    return re.sub(r"(?i)^cid:", "", written.strip())
