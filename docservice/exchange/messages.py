"""From facts to edXML and back: what a parcel says of a document, and what we keep of a parcel that came."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from docservice.core.clock import legal_day
from docservice.core.work import Reading
from docservice.documents import drafting, joint, queries, registers, storing
from docservice.documents.models import Document, File, Stage, Urgency
from docservice.exchange.edxml import (
    Attachment,
    Business,
    BusinessType,
    DocumentMessage,
    DocumentType,
    Organ,
    OtherInfo,
    Priority,
    ResponseFor,
    Signer,
    StatusMessage,
    SteeringType,
    Trace,
    split_code,
    write_document,
    write_status,
)
from docservice.exchange.models import Parcel, Receipt, Way
from docservice.exchange.queries import incoming_parcel
from docservice.identity import queries as identity
from docservice.identity.models import Agency

PDF = "application/pdf"
NO_SUBJECT = "(không có trích yếu)"
NO_KIND = "Văn bản"
# The number is mandatory; this one says that there is none yet, and no document is ever given it.
UNNUMBERED = "0"
# How a description names the hash of a file that no signature covers.
_HASHED = "SHA-256 "
_TO_SIGN_FIRST = "Đề nghị ký trước văn bản hai cơ quan cùng ký"
_URGENCIES = tuple(Urgency)


@dataclass(frozen=True)
class Attached:
    """A file of a message that came: its name, what its bytes say it is, and the hash its sender gives, if any."""

    name: str
    media_type: str
    data: bytes
    stated_sha256: str | None = None

    @property
    def is_as_stated(self) -> bool:
        """Whether the bytes are those its sender's hash names."""
        return self.stated_sha256 is None or sha256(self.data).hexdigest() == self.stated_sha256


@dataclass(frozen=True)
class Arrival:
    """What an incoming document keeps of its message; `answers` are the DocumentIds it answers.

    `is_numbered` is false for the number 0, which an unsigned joint file has until somebody issues it.
    """

    message_id: str
    from_code: str
    from_name: str
    to_codes: tuple[str, ...]
    notation: str
    subject: str
    kind_name: str
    issued_on: date | None
    due: date | None
    urgency: Urgency
    answers: tuple[str, ...]
    is_new: bool
    is_numbered: bool
    declared_secrecy: str | None


@dataclass(frozen=True)
class StatusArrival:
    """A status that came: about which message of ours, from whom."""

    message_id: str
    from_code: str
    from_name: str
    code: str
    description: str
    at: datetime


def compose_document(reading: Reading, parcel: Parcel) -> bytes:
    """The edXML message of a parcel; composed from facts alone, so a repetition gives the same bytes."""
    if parcel.document_id is None:
        raise ValueError("a parcel that is sent has a document")
    document = queries.get(reading, parcel.document_id)
    sender = identity.agency(reading, parcel.agency_id)
    asks_first = document.notation is None
    number, notation = (
        (UNNUMBERED, registers.notation_of(reading, document)) if asks_first else split_code(document.notation or "")
    )
    block = drafting.signature_block(reading, document)
    message = DocumentMessage(
        sender=_organ(sender),
        receivers=(Organ(parcel.to_code, name=parcel.partner_name),),
        document_id=parcel.message_id,
        code_number=number,
        code_notation=notation,
        document_type=DocumentType(document.kind_name),
        subject=document.subject,
        content=document.subject,
        business=Business(
            document_id=parcel.message_id, reason=_TO_SIGN_FIRST if asks_first else "Văn bản điện tử mới", paper=False
        ),
        place=sender.place,
        # The element is mandatory; what has no date yet says the day it was sent.
        promulgation_date=document.issued_on or legal_day(parcel.created_at),
        signer=Signer(
            competence=block.lines[0] if len(block.lines) > 1 else None,
            position=block.lines[-1],
            full_name=block.name,
        ),
        due_date=document.due,
        other=OtherInfo(priority=Priority(_URGENCIES.index(Urgency(document.urgency))), copies=1),
        response_for=_response_for(reading, document),
        steering_type=SteeringType.NOT_STEERING,
        to_places=drafting.recipients_of(document),
        trace=(Trace(sender.code, parcel.created_at),),
        attachments=_attachments(reading, document),
    )
    return write_document(message)


def compose_status(reading: Reading, parcel: Parcel, receipt: Receipt) -> bytes:
    """The status packet that tells a parcel's sender what became of it."""
    own = identity.agency(reading, parcel.agency_id)
    document = queries.get(reading, parcel.document_id) if parcel.document_id else None
    return write_status(
        StatusMessage(
            sender=_organ(own),
            response_for=ResponseFor(
                document_id=parcel.message_id,
                # Of what is called back, whoever holds it.
                organ_id=parcel.from_code if parcel.way == Way.IN else parcel.to_code,
                code=document.origin_notation if document else None,
                promulgation_date=document.issued_on if document else None,
            ),
            status_code=receipt.code,
            description=receipt.description,
            timestamp=receipt.at,
        )
    )


def arrival_of(message: DocumentMessage) -> Arrival:
    """What we keep of a document message, cut to what our columns hold: the reader only warns of long values."""
    priority = min(int(message.other.priority or Priority.NORMAL), len(_URGENCIES) - 1)
    return Arrival(
        message_id=message.document_id,
        from_code=message.sender.organ_id,
        from_name=(message.sender.name or message.sender.organ_id)[:200],
        to_codes=tuple(receiver.organ_id for receiver in message.receivers),
        notation=message.code[:60],
        subject=message.subject[:500] or NO_SUBJECT,
        kind_name=message.document_type.name[:100] or NO_KIND,
        issued_on=message.promulgation_date,
        due=message.due_date,
        urgency=_URGENCIES[priority],
        answers=tuple(answered.document_id for answered in message.response_for),
        is_new=message.business.type is BusinessType.NEW,
        is_numbered=message.code_number != UNNUMBERED,
        declared_secrecy=message.declared_secrecy,
    )


def attached_files(message: DocumentMessage) -> tuple[Attached, ...]:
    """The files that came with a message, the document itself first."""
    return tuple(
        Attached(a.name, a.media_type or a.content_type, a.data, _stated(a.description)) for a in message.attachments
    )


def _stated(description: str | None) -> str | None:
    found = re.fullmatch(rf"{_HASHED}([0-9A-Fa-f]{{64}})", (description or "").strip())
    return found[1].lower() if found else None


def status_of(message: StatusMessage) -> StatusArrival:
    """What we keep of a status packet."""
    return StatusArrival(
        message_id=message.response_for.document_id,
        from_code=message.sender.organ_id,
        from_name=(message.sender.name or message.sender.organ_id)[:200],
        code=message.status_code,
        description=message.description,
        at=message.timestamp,
    )


def _organ(agency: Agency) -> Organ:
    return Organ(agency.code, name=agency.name)


def _response_for(reading: Reading, document: Document) -> tuple[ResponseFor, ...]:
    """The documents this one answers, named as their senders named them.

    A joint document the other side has signed first answers that side's part.
    """
    answered = [queries.get(reading, document.answers_id)] if document.answers_id else []
    answered += joint.answers_of(reading, document.id)
    found = [(one, parcel) for one in answered if (parcel := incoming_parcel(reading, one.id)) is not None]
    return tuple(
        ResponseFor(
            document_id=parcel.message_id,
            organ_id=parcel.from_code,
            code=one.origin_notation,
            promulgation_date=one.issued_on,
        )
        for one, parcel in found
    )


def _attachments(reading: Reading, document: Document) -> tuple[Attachment, ...]:
    asks_first = document.notation is None
    main = queries.latest_version(reading, document.id, stage=Stage.SUBMITTED if asks_first else Stage.SEALED)
    if main is None:
        raise ValueError("only a sealed document is sent, or one that is to be signed there first")
    name = f"{document.kind}-cho-ky.pdf" if asks_first else f"{(document.notation or '').replace('/', '_')}.signed.pdf"
    files = [Attachment("1", name, PDF, storing.get(reading.ports, main.sha256), description="Văn bản chính")]
    for attached in queries.attachments(reading, document.id):
        key = attached.sent_sha256
        media_type = reading.session.get_one(File, (document.agency_id, key)).media_type
        # What no signature covers is named by its hash.
        hashed = "" if attached.sealed_sha256 else f"{_HASHED}{key}"
        data = storing.get(reading.ports, key)
        files.append(Attachment(str(attached.ordinal + 1), attached.name, media_type, data, description=hashed))
    return tuple(files)
