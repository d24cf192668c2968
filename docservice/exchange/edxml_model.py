"""An edXML message as plain values: what the writer is given and what the reader gives back.

One vocabulary for both directions (QCVN 102:2016/BTTTT, Thông tư 10/2016/TT-BTTTT), so that a message read can be
compared with a message written. Attribute names are English; the element's own name stands beside each.
"""

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import IntEnum

NAMESPACE = "http://www.mic.gov.vn/TBT/QCVN_102_2016"
# What the Party writes behind the dash: `QĐ/ĐU`, no year.
_PARTY_NOTATION = re.compile(r"[^\W\d_]+/[^\W\d_]+(?:[-.&][^\W\d_]+)*")


class EdxmlInvalid(Exception):
    """A message that cannot be written, or not be believed when read; `code` in snake case, `params` say where.

    Codes of reading: `message_too_large`, `attachments_too_large`, `too_many_elements`, `too_many_attachments`,
    `too_deep`, `text_too_long`, `doctype_refused`, `xml_invalid`, `not_edxml`, `element_missing`, `element_repeated`,
    `value_invalid`, `value_too_long` (identifiers only), `base64_invalid`, `status_unknown`.
    Codes of writing: `value_missing`, `value_too_long`, `value_unprintable`, `value_invalid`, `organ_id_invalid`,
    `receiver_missing`, `receiver_repeated`, `receiver_is_sender`, `content_id_repeated`, `revoked_document_missing`,
    `replaced_document_missing`, `status_unknown`.
    Codes of notations: `code_invalid`, `organ_id_invalid`.
    """

    def __init__(self, code: str, **params: str | int) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (type(self), self.code, self.params)


def _rebuild(kind: type[EdxmlInvalid], code: str, params: dict[str, str | int]) -> EdxmlInvalid:
    return kind(code, **params)


class BusinessType(IntEnum):
    """What a message does (`BussinessDocType`)."""

    NEW = 0
    REVOKE = 1
    UPDATE = 2
    REPLACE = 3


class Priority(IntEnum):
    """Độ khẩn (`OtherInfo/Priority`): thường, khẩn, thượng khẩn, hỏa tốc, hỏa tốc hẹn giờ."""

    NORMAL = 0
    URGENT = 1
    VERY_URGENT = 2
    EXPRESS = 3
    EXPRESS_AT_HOUR = 4


class SteeringType(IntEnum):
    """Whether a document steers (`SteeringType`); 0 is seen in messages though no text defines it."""

    UNSTATED = 0
    NOT_STEERING = 1
    STEERING = 2
    STEERING_REPORT = 3


class ReceiverChange(IntEnum):
    """What happened to one receiver of an update (`ReceiverType`)."""

    REMOVED = 0
    ADDED = 1


@dataclass(frozen=True)
class Organ:
    """An agency as a message names it (`From`, `To`).

    Attributes:
        organ_id: `OrganId`, old or new notation.
        name: `OrganName`.
        in_charge: `OrganizationInCharge`, in samples the name of the managing body.
        address: `OrganAdd`.
        email: `Email`.
        telephone: `Telephone`.
        fax: `Fax`.
        website: `Website`.
    """

    organ_id: str
    name: str | None = None
    in_charge: str | None = None
    address: str | None = None
    email: str | None = None
    telephone: str | None = None
    fax: str | None = None
    website: str | None = None


@dataclass(frozen=True)
class DocumentType:
    """Tên loại (`DocumentType`). The numbers are not agreed between systems: rely on the name.

    Attributes:
        code: `Type`.
        detail: `TypeDetail`.
        name: `TypeName`, "Công văn".
    """

    name: str
    code: int | None = 1
    detail: int | None = 0


@dataclass(frozen=True)
class Signer:
    """Who signed (`SignerInfo`).

    Attributes:
        competence: `Competence`, "TM. ỦY BAN NHÂN DÂN".
        position: `Position`, "CHỦ TỊCH".
        full_name: `FullName`.
    """

    competence: str | None = None
    position: str | None = None
    full_name: str | None = None


@dataclass(frozen=True)
class OtherInfo:
    """Further particulars (`OtherInfo`).

    Attributes:
        priority: `Priority`.
        sphere: `SphereOfPromulgation`, phạm vi lưu hành.
        typer_notation: `TyperNotation`, ký hiệu người soạn.
        copies: `PromulgationAmount`, số bản.
        pages: `PageAmount`, số trang.
        steering: `Direction`, whether the document is a văn bản chỉ đạo.
        appendixes: `Appendixes/Appendix`, names of the annexes.
    """

    priority: Priority | None = None
    sphere: str | None = None
    typer_notation: str | None = None
    copies: int | None = None
    pages: int | None = None
    steering: bool | None = None
    appendixes: tuple[str, ...] = ()


@dataclass(frozen=True)
class ResponseFor:
    """Another document this message speaks of (`ResponseFor`): answered, revoked, or reported on.

    Attributes:
        document_id: `DocumentId`.
        organ_id: `OrganId`; in a status 13 the receiver who holds the document, otherwise its sender.
        code: `Code`, number and notation: `12/UBND-VP`.
        promulgation_date: `PromulgationDate`.
    """

    document_id: str
    organ_id: str | None = None
    code: str | None = None
    promulgation_date: date | None = None


@dataclass(frozen=True)
class Trace:
    """One hop (`TraceHeader`); whoever forwards appends one. The last is not necessarily the sender."""

    organ_id: str
    timestamp: datetime | None = None


@dataclass(frozen=True)
class Staff:
    """A person to ask (`StaffInfo`).

    Attributes:
        department: `Department`.
        department_id: `DepartmentId`.
        name: `Staff`.
        staff_id: `StaffId`.
        email: `Email`.
        mobile: `Mobile`.
    """

    department: str | None = None
    department_id: str | None = None
    name: str | None = None
    staff_id: str | None = None
    email: str | None = None
    mobile: str | None = None


@dataclass(frozen=True)
class ChangedReceiver:
    """A receiver an update takes away or adds (`Receiver`). The removed one deletes the document."""

    organ_id: str
    change: ReceiverChange


@dataclass(frozen=True)
class Update:
    """What an update changes (`BussinessDocumentInfo`, only with `BusinessType.UPDATE`).

    Attributes:
        content_changed: `DocumentInfo`.
        receivers_changed: `DocumentReceiver`.
        receivers: `ReceiverList/Receiver`.
    """

    content_changed: bool = False
    receivers_changed: bool = False
    receivers: tuple[ChangedReceiver, ...] = ()


@dataclass(frozen=True)
class Replacement:
    """A document that is replaced, and for whom (`ReplacementInfo`, only with `BusinessType.REPLACE`)."""

    document_id: str
    organ_ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class Business:
    """What the message does (`Bussiness`, spelled so by the standard).

    Attributes:
        document_id: `DocumentId` of the document acted on; None: the message's own.
        type: `BussinessDocType`.
        reason: `BussinessDocReason`.
        paper: `Paper`, whether a paper copy goes as well.
        staff: `StaffInfo`.
        update: `BussinessDocumentInfo`.
        replacements: `ReplacementInfoList/ReplacementInfo`.
    """

    type: BusinessType = BusinessType.NEW
    document_id: str | None = None
    reason: str | None = None
    paper: bool | None = None
    staff: Staff | None = None
    update: Update | None = None
    replacements: tuple[Replacement, ...] = ()


@dataclass(frozen=True)
class Attachment:
    """A file that travels along (`Attachment` and its `Reference`); the first is the document itself by practice.

    Attributes:
        content_id: `ContentId`, without `cid:`.
        name: `AttachmentName`, a plain file name without folders.
        content_type: `ContentType` as declared.
        description: `Description`.
        data: `ContentTransferEncoded`, decoded and, where a single file was zipped for the way, unpacked.
        media_type: what the bytes themselves say they are; empty on a message that was not read.
    """

    content_id: str
    name: str
    content_type: str
    data: bytes = field(repr=False)
    description: str | None = None
    media_type: str = ""


@dataclass(frozen=True)
class DocumentMessage:
    """A document on its way, or its recall, update or replacement.

    Attributes:
        sender: `From`.
        receivers: `To`, every one once; empty only in messages read.
        document_id: `DocumentId`, `H99.05,2026/03/05,12/UBND-VP` or a UUID; never changes for one document.
        code_number: `Code/CodeNumber`, number as text.
        code_notation: `Code/CodeNotation`.
        document_type: `DocumentType`.
        subject: `Subject`, trích yếu.
        business: `Bussiness`.
        place: `PromulgationInfo/Place`.
        promulgation_date: `PromulgationInfo/PromulgationDate`; None only in messages read.
        content: `Content`, a summary.
        signer: `SignerInfo`.
        due_date: `DueDate`, deadline for answering.
        other: `OtherInfo`.
        response_for: `ResponseFor`, documents answered, or the revoked one.
        steering_type: `SteeringType`.
        task_codes: `ResponseForTask/TaskCode`.
        application_type: `ApplicationType`.
        to_places: `ToPlaces/Place`, the text of "Nơi nhận", not routing.
        trace: `TraceHeaderList/TraceHeader`.
        attachments: `AttachmentEncoded/Attachment`.
        declared_secrecy: a secrecy level the message declares anywhere, else None: such a message must be refused
            and its bytes deleted (Luật Bảo vệ bí mật nhà nước 117/2025/QH15). The writer does not look at it.
        warnings: what the reader put up with, as `code` or `code:where`. The writer does not look at it.
    """

    sender: Organ
    receivers: tuple[Organ, ...]
    document_id: str
    code_number: str
    code_notation: str
    document_type: DocumentType
    subject: str
    business: Business = Business()
    place: str | None = None
    promulgation_date: date | None = None
    content: str | None = None
    signer: Signer | None = None
    due_date: date | None = None
    other: OtherInfo = OtherInfo()
    response_for: tuple[ResponseFor, ...] = ()
    steering_type: SteeringType | None = None
    task_codes: tuple[str, ...] = ()
    application_type: str | None = None
    to_places: tuple[str, ...] = ()
    trace: tuple[Trace, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    declared_secrecy: str | None = None
    warnings: tuple[str, ...] = ()

    @property
    def code(self) -> str:
        """Number and notation as an office writes them: `12/UBND-VP`; of the Party `12-QĐ/ĐU`.

        The dash is in the id, or told by a notation of letters, stroke and letters where the id does not say otherwise.
        """
        if not self.code_notation:
            return self.code_number
        slashed, dashed = (f"{self.code_number}{stroke}{self.code_notation}" for stroke in "/-")
        if self.document_id.endswith(f",{dashed}"):
            return dashed
        is_party = _PARTY_NOTATION.fullmatch(self.code_notation) and not self.document_id.endswith(f",{slashed}")
        return dashed if is_party else slashed

    @property
    def revoked_documents(self) -> tuple[str, ...]:
        """The ids of the documents a recall takes back, from either place systems write them to.

        The official sample names them in `ResponseFor`, others in `Bussiness/DocumentId`.
        """
        if self.business.type is not BusinessType.REVOKE:
            return ()
        acted_on = self.business.document_id
        named = [response.document_id for response in self.response_for]
        if acted_on is not None and (acted_on != self.document_id or not named):
            named.append(acted_on)
        return tuple(dict.fromkeys(named or [self.document_id]))


@dataclass(frozen=True)
class StatusMessage:
    """What became of a document: one packet per receiver, without body or attachments.

    Attributes:
        sender: `From`: the receiver of the document; for status 13 its original sender.
        response_for: `ResponseFor`: the document spoken of; see `ResponseFor.organ_id` for status 13.
        status_code: `StatusCode`, two characters out of `edxml_codes.STATUS_CODES`.
        description: `Description`; with status 02 the reason of the refusal.
        timestamp: `Timestamp`, an aware instant.
        staff: `StaffInfo`.
        declared_secrecy: as in `DocumentMessage`.
        warnings: as in `DocumentMessage`.
    """

    sender: Organ
    response_for: ResponseFor
    status_code: str
    description: str
    timestamp: datetime
    staff: Staff | None = None
    declared_secrecy: str | None = None
    warnings: tuple[str, ...] = ()
