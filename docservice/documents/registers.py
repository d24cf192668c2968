"""What a register's line says, column by column, as Annex IV of Decree 30/2020 prescribes for each book.

Values are written as they are at registration; a later change of a name or a title never reaches back.
"""

from typing import Any

from docservice.core.work import Reading
from docservice.documents.models import Document
from docservice.identity import queries as identity
from templates.catalogue import KINDS
from templates.wording import notation

# Annex IV, part I.B: the ten columns of "Sổ đăng ký văn bản đi".
OUTGOING_COLUMNS = (
    "Số, ký hiệu",
    "Ngày tháng văn bản",
    "Tên loại và trích yếu",
    "Người ký",
    "Nơi nhận",
    "Đơn vị, người nhận bản lưu",
    "Số lượng bản",
    "Ngày chuyển",
    "Ký nhận",
    "Ghi chú",
)

# Annex IV, part II.B: the ten columns of "Sổ đăng ký văn bản đến".
INCOMING_COLUMNS = (
    "Ngày đến",
    "Số đến",
    "Tác giả",
    "Số, ký hiệu",
    "Ngày tháng văn bản",
    "Tên loại và trích yếu",
    "Đơn vị, người nhận",
    "Ngày chuyển",
    "Ký nhận",
    "Ghi chú",
)


def notation_of(reading: Reading, document: Document) -> str:
    """The part after the ordinal: kind and agency, or for a công văn agency and drafting unit (article 15)."""
    agency = identity.agency(reading, document.agency_id)
    unit = identity.unit(reading, document.unit_id) if document.unit_id else None
    return notation(KINDS[document.kind], agency.abbreviation, unit.abbreviation if unit else None)


def outgoing_columns(reading: Reading, document: Document) -> dict[str, Any]:
    """The line of an outgoing document at the moment its number is given."""
    signer = identity.holder_of(reading, document.signer_post_id) if document.signer_post_id else None
    unit = identity.unit(reading, document.unit_id) if document.unit_id else None
    values = (
        document.notation,
        _day(document.issued_on),
        document.title,
        signer.person.full_name if signer else "",
        "; ".join(_receiver(reading, code) for code in document.receiver_codes),
        unit.name if unit else "Văn thư",
        str(max(1, len(document.receiver_codes))),
        _day(reading.today),
        "",
        "",
    )
    return dict(zip(OUTGOING_COLUMNS, values, strict=True))


def incoming_columns(reading: Reading, document: Document) -> dict[str, Any]:
    """The line of an incoming document at the moment it gets its arrival number."""
    values = (
        _day(reading.today),
        document.notation,
        document.origin_name or "",
        document.origin_notation or "",
        _day(document.issued_on),
        document.title,
        "",
        "",
        "",
        f"Hạn trả lời {_day(document.due)}" if document.due else "",
    )
    return dict(zip(INCOMING_COLUMNS, values, strict=True))


def _receiver(reading: Reading, code: str) -> str:
    known = identity.agency_by_code(reading, code)
    return known.name if known else code


def _day(day: Any) -> str:
    return day.strftime("%d/%m/%Y") if day else ""
