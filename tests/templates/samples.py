"""Fictional drafts of each kind, as a web form or a file would give them."""

from typing import Any

from templates.catalogue import KINDS, SECRETARY
from templates.draft import Draft, Letterhead, SignatureBlock, read_values

COMMUNE = Letterhead((), ("ỦY BAN NHÂN DÂN", "XÃ SUỐI TRÚC"), "Suối Trúc")
DEPARTMENT = Letterhead(("ỦY BAN NHÂN DÂN", "TỈNH HOA BAN"), ("SỞ NÔNG NGHIỆP VÀ MÔI TRƯỜNG",), "Hoa Ban")
CHAIR = SignatureBlock(("CHỦ TỌA",), "Lò Thị Ví Dụ")
WRITER = SignatureBlock(("THƯ KÝ",), "Hà Văn Mô Phỏng")
# A unit with a seal of its own under a commune: two lines, not bold, above its own bold name.
OFFICE = Letterhead(("ỦY BAN NHÂN DÂN", "XÃ SUỐI TRÚC"), ("PHÒNG VĂN HÓA - XÃ HỘI",), "Suối Trúc")
LEADER = SignatureBlock(("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"), "Lò Thị Ví Dụ")


def letter_values() -> dict[str, Any]:
    return {
        "subject": "báo cáo tình hình phòng, chống mưa lũ tháng 11",
        "addressees": ["Ủy ban nhân dân các xã", "Phòng Khoa giáo - Văn xã"],
        "body": [{"paragraph": "Đề nghị các đơn vị gửi báo cáo trước ngày 25 tháng 11."}],
        "recipients": ["Như trên"],
        "archive": "VT, KGVX",
    }


def report_values() -> dict[str, Any]:
    return {
        "subject": "Tình hình phòng, chống mưa lũ tháng 11 trên địa bàn xã Suối Trúc",
        "body": [
            {"paragraph": "Ủy ban nhân dân xã Suối Trúc báo cáo như sau:"},
            {"heading": "I. TÌNH HÌNH THIỆT HẠI"},
            {"heading": "1. Nhà ở", "level": 2},
            {
                "table": {
                    "caption": "Bảng 1. Thiệt hại",
                    "columns": ["STT", "Loại thiệt hại", "Số lượng"],
                    "rows": [["1", "Nhà ở bị ngập", "37"], ["2", "Nhà ở hư hỏng nặng", "3"], ["", "Cộng", "40"]],
                    "widths_mm": [15, 100, 40],
                    "align": ["center", "left", "right"],
                }
            },
            {"paragraph": "Trên đây là báo cáo của Ủy ban nhân dân xã Suối Trúc."},
        ],
        "recipients": ["UBND tỉnh Hoa Ban"],
        "archive": "VT, VHXH",
    }


def decision_values() -> dict[str, Any]:
    return {
        "subject": "Về việc thành lập Tổ công tác chuyển đổi số cộng đồng",
        "authority": "Chủ tịch Ủy ban nhân dân xã Suối Trúc",
        "citations": [
            "Căn cứ Luật Tổ chức chính quyền địa phương ngày 16 tháng 6 năm 2025",
            "Theo đề nghị của Trưởng phòng Văn hóa - Xã hội",
        ],
        "body": [
            {"article": "Thành lập Tổ công tác gồm:", "number": 1, "paragraphs": ["1. Ông Hà Văn Mô Phỏng."]},
            {"article": "Quyết định này có hiệu lực kể từ ngày ký.", "number": 2},
        ],
        "recipients": ["Như Điều 2"],
        "archive": "VT, VHXH",
    }


def with_title(**more: Any) -> dict[str, Any]:
    return {"subject": "Nâng cao chất lượng phục vụ Nhân dân", "body": [{"paragraph": "Nội dung cần làm."}],
            "recipients": ["Sở Nội vụ"], "archive": "VT, VP", **more}  # fmt: skip


def telegram_values() -> dict[str, Any]:
    people = ["Chủ tịch Ủy ban nhân dân các xã", "Giám đốc các sở"]
    return with_title(
        subject="Về việc ứng phó mưa lũ", sender="Chủ tịch Ủy ban nhân dân tỉnh Hoa Ban", addressees=people
    )


def invitation_values() -> dict[str, Any]:
    values = with_title(
        subject="Dự phiên họp tháng 11",
        sender="Ủy ban nhân dân xã Suối Trúc",
        invited=["Thường trực HĐND xã", "Trưởng các phòng"],
        occasion="Phiên họp thường kỳ tháng 11",
        time="14 giờ 00, ngày 24 tháng 11 năm 2026",
        place="Phòng họp số 1",
    )
    del values["body"]
    return values


def introduction_values() -> dict[str, Any]:
    return {
        "subject": "Cử cán bộ đến làm việc",
        "sender": "Ủy ban nhân dân xã Suối Trúc",
        "person": "Mè Thị Mẫu Vật",
        "position": "Chuyên viên Phòng Văn hóa - Xã hội",
        "sent_to": "Sở Nội vụ tỉnh Hoa Ban",
        "purpose": "bàn giao hồ sơ",
        "valid_until": "30 tháng 11 năm 2026",
        "recipients": ["Như trên"],
        "archive": "VT",
    }


def leave_values() -> dict[str, Any]:
    return {
        "subject": "Nghỉ phép năm 2026",
        "sender": "Ủy ban nhân dân xã Suối Trúc",
        "requested_on": "20 tháng 11 năm 2026",
        "person": "Mè Thị Mẫu Vật",
        "position": "Chuyên viên",
        "duration": "05 ngày",
        "from_day": "01 tháng 12 năm 2026",
        "to_day": "05 tháng 12 năm 2026",
        "place": "xã Suối Trúc",
        "leave_kind": "nghỉ hằng năm có hưởng lương",
        "recipients": ["Mè Thị Mẫu Vật"],
        "archive": "VT",
    }


def minutes_values() -> dict[str, Any]:
    return {
        "subject": "Họp giao ban tháng 11 năm 2026",
        "started_at": "08 giờ 00, ngày 24 tháng 11 năm 2026",
        "place": "Phòng họp số 1, trụ sở Ủy ban nhân dân xã",
        "attendees": ["Thường trực Ủy ban nhân dân xã", "Trưởng các phòng, ban"],
        "chair": "Bà Lò Thị Ví Dụ, Chủ tịch Ủy ban nhân dân xã",
        "secretary": "Ông Hà Văn Mô Phỏng, công chức Văn phòng",
        "body": [{"paragraph": "Các phòng báo cáo kết quả công tác tháng 11; cuộc họp thống nhất nhiệm vụ tháng 12."}],
        "ended_at": "11 giờ 30, ngày 24 tháng 11 năm 2026",
        "recipients": ["Thành phần dự họp"],
        "archive": "VT, Hồ sơ",
    }


def with_annexes() -> dict[str, dict[str, Any]]:
    """A plan with two annexes in its own file, and a decision that issues a regulation (forms 2.1 and 1.3)."""
    table = {"columns": ["STT", "Họ tên"], "rows": [["1", "Hà Văn Mô Phỏng"]], "widths_mm": [20, 140]}
    plan = with_title(body=[{"paragraph": "Thành viên nêu tại Phụ lục I, nhiệm vụ nêu tại Phụ lục II kèm theo."}])
    plan["annexes"] = [
        {"title": "Danh sách thành viên", "body": [{"table": table}]},
        {"title": "Phân công nhiệm vụ", "body": [{"paragraph": "1. Tổ trưởng phụ trách chung."}]},
    ]
    issued = {"article": "Quy chế này quy định việc làm việc của Tổ công tác.", "number": 1}
    decision = decision_values()
    decision["subject"] = "Ban hành Quy chế làm việc của Tổ công tác chuyển đổi số cộng đồng"
    decision["body"][0] = {"article": "Ban hành kèm theo Quyết định này Quy chế làm việc của Tổ công tác.", "number": 1}
    decision["annexes"] = [{"kind_name": "Quy chế", "title": "Làm việc của Tổ công tác", "body": [issued]}]
    return {"KH": plan, "QĐ": decision}


def resolution_values() -> dict[str, Any]:
    values = decision_values()
    values["authority"] = "Ủy ban nhân dân xã Suối Trúc"
    values["body"][-1]["article"] = "Nghị quyết này có hiệu lực kể từ ngày thông qua."
    return values


VALUES = {code: with_title for code, kind in KINDS.items() if kind.form == "1.4"} | {
    "CV": letter_values,
    "BC": report_values,
    "QĐ": decision_values,
    "NQ": resolution_values,
    "TTr": lambda: with_title(addressees=["Hội đồng nhân dân xã Suối Trúc"], recipients=["Như trên", "Sở Nội vụ"]),
    "CĐ": telegram_values,
    "GM": invitation_values,
    "BB": minutes_values,
    "GGT": introduction_values,
    "GNP": leave_values,
}


def draft(
    kind: str,
    *,
    values: dict[str, Any] | None = None,
    letterhead: Letterhead = COMMUNE,
    signature: SignatureBlock = LEADER,
) -> Draft:
    content = read_values(kind, VALUES[kind]() if values is None else values)
    if SECRETARY in KINDS[kind].signers:
        return Draft(content, letterhead, CHAIR, WRITER)
    return Draft(content, letterhead, signature)
