"""A document changed after it was signed, sent as if nothing had happened: the demo shows what becomes of it."""

import re
from dataclasses import replace
from uuid import UUID

from docservice.core.ids import new_id
from docservice.core.work import SYSTEM
from docservice.demo.cast import Cast
from docservice.documents import queries
from docservice.exchange import messages
from docservice.exchange.carrier import Carrier
from docservice.exchange.edxml import DocumentMessage, format_document_id, read_message, write_document
from docservice.exchange.models import Parcel, Way
from docservice.identity import queries as identity

# A date inside what both signatures cover; one digit of it is changed, and nothing else.
_DATE = re.compile(rb"(/CreationDate ?\(D(?::|\\072))2")


def deliver_altered(cast: Cast, document_id: UUID, *, to: str) -> None:
    """Send a sealed document with one digit changed; the receiver finds out by the signatures alone."""
    with cast.node.transactions.reading(SYSTEM) as reading:
        document = queries.get(reading, document_id)
        sender = identity.agency(reading, document.agency_id)
        receiver = identity.agency_by_code(reading, to)
        if document.issued_on is None or document.notation is None or receiver is None:
            raise LookupError(to)
        parcel = Parcel(
            id=new_id(),
            agency_id=sender.id,
            way=Way.OUT,
            document_id=document.id,
            message_id=format_document_id(sender.code, document.issued_on, document.notation),
            from_code=sender.code,
            to_code=to,
            partner_name=receiver.name,
            created_at=reading.now,
        )
        message = read_message(messages.compose_document(reading, parcel))
    if not isinstance(message, DocumentMessage):
        raise TypeError("a document's message reads as a document")
    first, *others = message.attachments
    altered, places = _DATE.subn(rb"\g<1>1", first.data, count=1)
    if not places:
        raise LookupError("no place to alter")
    changed = replace(first, data=altered)
    data = write_document(replace(message, attachments=(changed, *others)))
    cast.node.ports[Carrier].send(to_code=to, message_id=parcel.message_id, data=data)
    with cast.node.transactions.work(SYSTEM) as work:
        work.later("exchange.collect_all", merge_key="exchange.collect_all")
    cast.drain()
