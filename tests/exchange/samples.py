"""Messages between plainly fictional agencies, for every test of the exchange."""

from datetime import UTC, date, datetime
from pathlib import Path

from docservice.exchange.edxml import (
    Attachment,
    Business,
    DocumentMessage,
    DocumentType,
    Organ,
    OtherInfo,
    Priority,
    ResponseFor,
    Signer,
    Staff,
    StatusMessage,
    SteeringType,
    Trace,
)

FIXTURES = Path(__file__).parent / "fixtures"
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\nendobj\n%%EOF\n"

COMMUNE = Organ(
    organ_id="H99.05.01",
    name="UBND xã Ví Dụ",
    in_charge="UBND tỉnh Mẫu",
    address="Thôn 1, xã Ví Dụ, tỉnh Mẫu",
    email="vanthu@xavidu.example",
    telephone="0200000001",
    website="xavidu.example",
)
PROVINCE = Organ(organ_id="H99", name="UBND tỉnh Mẫu")
DOCUMENT_ID = "H99.05.01,2026/03/05,12/UBND-VP"
ANSWERED = ResponseFor(
    document_id="H99,2026/02/20,101/UBND-KSTT",
    organ_id="H99",
    code="101/UBND-KSTT",
    promulgation_date=date(2026, 2, 20),
)


def attachment(data: bytes = PDF, *, name: str = "12_UBND-VP.signed.pdf", content_id: str = "1") -> Attachment:
    return Attachment(
        content_id=content_id, name=name, content_type="application/pdf", description="Văn bản chính", data=data
    )


def document() -> DocumentMessage:
    return DocumentMessage(
        sender=COMMUNE,
        receivers=(PROVINCE,),
        document_id=DOCUMENT_ID,
        code_number="12",
        code_notation="UBND-VP",
        document_type=DocumentType("Công văn"),
        subject="Về việc báo cáo tình hình giải quyết hồ sơ tháng 02",
        business=Business(
            reason="Văn bản điện tử mới",
            paper=False,
            staff=Staff(
                department="Văn phòng HĐND và UBND",
                name="Trần Thị B",
                email="vanthu@xavidu.example",
                mobile="0900000000",
            ),
        ),
        place="Ví Dụ",
        promulgation_date=date(2026, 3, 5),
        content="Báo cáo tình hình giải quyết hồ sơ tháng 02",
        signer=Signer("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH", "Nguyễn Văn A"),
        due_date=date(2026, 3, 12),
        other=OtherInfo(
            priority=Priority.NORMAL,
            typer_notation="NVA",
            copies=1,
            pages=2,
            steering=False,
            appendixes=("Phụ lục số liệu",),
        ),
        response_for=(ANSWERED,),
        steering_type=SteeringType.NOT_STEERING,
        to_places=("Văn phòng UBND tỉnh",),
        trace=(Trace("H99.05.01", datetime(2026, 3, 5, 2, 15, 42, tzinfo=UTC)),),
        attachments=(attachment(),),
    )


def status() -> StatusMessage:
    return StatusMessage(
        sender=PROVINCE,
        response_for=ResponseFor(
            document_id=DOCUMENT_ID,
            organ_id="H99.05.01",
            code="12/UBND-VP",
            promulgation_date=date(2026, 3, 5),
        ),
        status_code="03",
        description="Đã tiếp nhận, vào sổ văn bản đến số 0457",
        timestamp=datetime(2026, 3, 5, 2, 40, 10, tzinfo=UTC),
        staff=Staff(department="Văn thư", name="Lê Văn C", mobile="0900000001", email="vanthu@tinhmau.example"),
    )
