"""Twenty correct documents of varied kind, style and length."""

from collections.abc import Mapping
from dataclasses import replace

from tests.checker.makers import LONG, Manner, Paper

LETTER = Paper(addressees=("Sở Nội vụ tỉnh Hoa Ban",))
DECREE_30 = "Căn cứ Nghị định số 30/2020/NĐ-CP ngày 05 tháng 3 năm 2020 của Chính phủ về công tác văn thư"
DECISION = Paper(
    number="Số: 05/QĐ-UBND",
    kind="QUYẾT ĐỊNH",
    subject="Về việc thành lập Tổ công tác chuyển đổi số cộng đồng",
    authority="CHỦ TỊCH ỦY BAN NHÂN DÂN XÃ SUỐI TRÚC",
    citations=(
        "Căn cứ Luật Tổ chức chính quyền địa phương ngày 16 tháng 6 năm 2025;",
        f"{DECREE_30};",
        "Theo đề nghị của Trưởng phòng Văn hóa - Xã hội.",
    ),
    enacts="QUYẾT ĐỊNH:",
    body=(
        "Điều 1. Thành lập Tổ công tác chuyển đổi số cộng đồng xã Suối Trúc gồm các ông, bà có tên sau:",
        "1. Ông Hà Văn Mô Phỏng, Phó Chủ tịch Ủy ban nhân dân xã, Tổ trưởng.",
        "2. Bà Lò Thị Thử, công chức Văn hóa - Xã hội, thành viên.",
        "Điều 2. Tổ công tác có nhiệm vụ:",
        "a) Tuyên truyền, hướng dẫn Nhân dân sử dụng dịch vụ công trực tuyến;",
        "b) Tổng hợp khó khăn, vướng mắc;",
        "c) Báo cáo kết quả hằng tháng;",
        "d) Phối hợp với các đoàn thể;",
        "đ) Thực hiện nhiệm vụ khác được giao.",
        "Điều 3. Quyết định này có hiệu lực kể từ ngày ký./.",
    ),
    recipients=("- Như Điều 3;", "- UBND tỉnh (để b/c);", "- Lưu: VT, VHXH."),
    capacity=("CHỦ TỊCH",),
)
REPORT = Paper(
    superior=("ỦY BAN NHÂN DÂN", "TỈNH HOA BAN"),
    issuer=("SỞ NÔNG NGHIỆP", "VÀ MÔI TRƯỜNG"),
    number="Số: 125/BC-SNNMT",
    date="Hoa Ban, ngày 25 tháng 11 năm 2026",
    kind="BÁO CÁO",
    subject="Kết quả công tác phòng, chống thiên tai tháng 11 năm 2026",
    addressees=("Ủy ban nhân dân tỉnh Hoa Ban",),
    body=(
        "I. TÌNH HÌNH CHUNG",
        LONG,
        "1. Công tác chỉ đạo",
        LONG,
        "2. Kết quả thực hiện",
        LONG,
        "II. PHƯƠNG HƯỚNG THÁNG TỚI",
        LONG,
        "Trên đây là báo cáo của Sở Nông nghiệp và Môi trường./.",
    ),
    recipients=("- Như trên;", "- Lãnh đạo Sở;", "- Lưu: VT, PCTT (03)."),
    capacity=("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"),
    name="Nguyễn Văn Thử Nghiệm",
)
PLAN = replace(
    REPORT,
    number="Số: 15/KH-UBND",
    superior=(),
    issuer=("ỦY BAN NHÂN DÂN", "XÃ SUỐI TRÚC"),
    date="Suối Trúc, ngày 10 tháng 02 năm 2026",
    kind="KẾ HOẠCH",
    subject="Chuyển đổi số xã Suối Trúc năm 2026",
    addressees=(),
    recipients=("- Thường trực HĐND xã;", "- Các phòng chuyên môn;", "- Lưu: VT."),
    capacity=("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"),
)
MINUTES = Paper(
    number="Số: 03/BB-UBND",
    date=None,
    kind="BIÊN BẢN",
    subject="Họp giao ban tháng 11",
    body=(
        "Thời gian bắt đầu: 08 giờ 00, ngày 24 tháng 11 năm 2026.",
        "Địa điểm: Phòng họp số 1.",
        "Thành phần tham dự: Lãnh đạo Ủy ban nhân dân xã và trưởng các phòng chuyên môn.",
        "Chủ trì: Bà Lò Thị Ví Dụ, Chủ tịch Ủy ban nhân dân xã.",
        LONG,
        "Cuộc họp kết thúc vào 10 giờ 30, ngày 24 tháng 11 năm 2026./.",
    ),
    secretary=("THƯ KÝ", "Hà Văn Mô Phỏng"),
    capacity=("CHỦ TỌA",),
    recipients=("- Thành viên dự họp;", "- Lưu: VT, Hồ sơ."),
)
REGULATION_BODY = (
    "Chương I",
    "QUY ĐỊNH CHUNG",
    "Điều 1. Phạm vi điều chỉnh",
    "Quy chế này quy định về tiếp công dân tại trụ sở Ủy ban nhân dân xã.",
    "Điều 2. Nguyên tắc",
    "1. Công khai, minh bạch, đúng thời hạn.",
    "2. Tôn trọng, lắng nghe ý kiến của công dân.",
    "Chương II",
    "TRÁCH NHIỆM THỰC HIỆN",
    "Điều 3. Trách nhiệm của công chức",
    "1. Công chức tiếp công dân có trách nhiệm:",
    "a) Ghi đầy đủ nội dung vào sổ;",
    "b) Trả lời đúng thời hạn theo quy định tại điểm a khoản 1 Điều 24 của Luật Tiếp công dân.",
    "2. Các phòng phối hợp thực hiện./.",
)
REGULATION = replace(
    PLAN, kind="QUY CHẾ", number="Số: 07/QC-UBND", subject="Tiếp công dân tại xã Suối Trúc", body=REGULATION_BODY
)
ANNEX = (
    "Phụ lục",
    "DANH SÁCH THÀNH VIÊN TỔ CÔNG TÁC",
    "(Kèm theo Quyết định số 05/QĐ-UBND ngày 05 tháng 3 năm 2026 của Chủ tịch Ủy ban nhân dân xã)",
    ("1. Ông Hà Văn Mô Phỏng, Phó Chủ tịch.", "2. Bà Lò Thị Thử, công chức."),
)
FOREST = (
    "Thực hiện Luật Lâm nghiệp và Nghị định số 156/2018/NĐ-CP ngày 16 tháng 11 năm 2018 của Chính phủ "
    "quy định chi tiết thi hành một số điều của Luật Lâm nghiệp, Sở đã xây dựng kế hoạch trồng rừng."
)
WITH_PLAN = "(Kèm theo Kế hoạch số"
WITH_ANNEXES = replace(
    PLAN,
    body=(*PLAN.body[:-1], "Chỉ tiêu cụ thể tại Phụ lục I và Phụ lục II kèm theo Kế hoạch này./."),
    annexes=(
        ("Phụ lục I", "CHỈ TIÊU NĂM 2026", f"{WITH_PLAN} 15/KH-UBND ngày 10 tháng 02 năm 2026 của UBND xã)", (LONG,)),
        ("Phụ lục II", "BIỂU PHÂN CÔNG", "(Kèm theo Kế hoạch số    /KH-UBND ngày    tháng    năm     của UBND xã)", ()),
    ),
)  # fmt: skip
RESOLUTION = replace(
    DECISION,
    issuer=("HỘI ĐỒNG NHÂN DÂN", "XÃ SUỐI TRÚC"),
    number="Số: 21/NQ-HĐND",
    kind="NGHỊ QUYẾT",
    subject="Về chương trình giám sát năm 2027",
    authority="HỘI ĐỒNG NHÂN DÂN XÃ SUỐI TRÚC",
    enacts="QUYẾT NGHỊ:",
    recipients=("- Như Điều 3;", "- Lưu: VT."),
    capacity=("TM. HỘI ĐỒNG NHÂN DÂN", "CHỦ TỊCH"),
)
LONG_REPORT = replace(REPORT, body=(*(part for _ in range(10) for part in REPORT.body[:-1]), REPORT.body[-1]))

CORRECT: Mapping[str, tuple[Paper, Manner]] = {
    "letter with tables and underscores": (LETTER, Manner()),
    "copied letter": (replace(LETTER, copy=("SAO Y", "Số: 08/SY-UBND")), Manner()),
    "letter with tabs": (replace(LETTER, addressees=("Sở Nội vụ", "Sở Tài chính")), Manner(layout="tabs")),
    "letter to three, by order": (
        replace(LETTER, addressees=("Sở Nội vụ", "Sở Tài chính", "Văn phòng UBND tỉnh"), number="Số: 108/UBND-VP",
                capacity=("TL. CHỦ TỊCH", "CHÁNH VĂN PHÒNG"), name="Vàng A Ví Dụ"),
        Manner(layout="rows", rules="shape", numbers="simple"),
    ),
    "urgent letter with an address": (
        replace(LETTER, urgency="HỎA TỐC", drafter="PL.(300)", address="Địa chỉ: Bản Nà Mẫu, xã Suối Trúc"),
        Manner(rules="vml", head_size=13),
    ),
    "internal letter": (replace(LETTER, circulation="LƯU HÀNH NỘI BỘ"), Manner(rules="border", look="styles")),
    "decision, direct": (DECISION, Manner(layout="rows", rules="border")),
    "decision with styles": (DECISION, Manner(look="styles", rules="shape", size=13, numbers="tab")),
    "decision from defaults": (replace(DECISION, capacity=("Q. CHỦ TỊCH",)), Manner(look="defaults", gap="before")),
    "decision with an annex": (
        replace(DECISION, annexes=(ANNEX,), body=(
            "Điều 1. Thành lập Tổ công tác gồm các thành viên có tên trong Phụ lục kèm theo.",
            "Điều 2. Quyết định này có hiệu lực kể từ ngày ký./.")),
        Manner(runs=2),
    ),
    "resolution": (RESOLUTION, Manner(layout="rows", rules="vml", numbers="frame")),
    "report of a department": (REPORT, Manner(layout="rows", rules="shape", one_paragraph_agency=True)),
    "long report": (LONG_REPORT, Manner(layout="rows", size=13, spacing=1.5, margins=(25, 25, 35, 20))),
    "report with a table": (
        replace(REPORT, table=(("STT", "Nội dung", "Số lượng"), ("1", "nhà ở bị ngập", "37"))),
        Manner(layout="rows", look="defaults", rules="border", indent_mm=10),
    ),
    "plan": (PLAN, Manner(layout="three", exact_pt=18, spacing=None)),
    "plan with annexes": (WITH_ANNEXES, Manner(rules="border", numbers="header")),
    "regulation": (REGULATION, Manner(look="styles", rules="underscores", gap="before", spacing=1.0)),
    "minutes": (MINUTES, Manner(layout="rows", rules="shape")),
    "contract": (
        replace(
            MINUTES,
            kind="HỢP ĐỒNG",
            number="Số: 15/HĐ-UBND",
            date="Suối Trúc, ngày 11 tháng 3 năm 2026",
            subject="Thuê dịch vụ vệ sinh trụ sở Ủy ban nhân dân xã",
            body=(
                "Trụ sở Ủy ban nhân dân xã do Bên B vệ sinh hằng ngày.",
                "Hợp đồng có hiệu lực kể từ ngày ký, được lập thành 04 bản, mỗi bên giữ 02 bản./.",
            ),
            secretary=("ĐẠI DIỆN BÊN B", "Lý Thị Ví Dụ"),
            capacity=("ĐẠI DIỆN BÊN A", "CHỦ TỊCH"),
            recipients=("- Bên B;", "- Lưu: VT, KT."),
        ),
        Manner(layout="rows"),
    ),
    "invitation": (
        replace(PLAN, kind="GIẤY MỜI", number="Số: 09/GM-UBND", subject="Dự phiên họp tháng 11", body=(
            "Ủy ban nhân dân xã Suối Trúc trân trọng kính mời: Trưởng các thôn, bản trên địa bàn xã.",
            "Tới dự: Phiên họp thường kỳ tháng 11.", "Thời gian: 14 giờ 00, ngày 24 tháng 11 năm 2026.",
            "Địa điểm: Phòng họp số 1./.")),
        Manner(layout="tabs", numbers="none"),
    ),
    "telegram": (
        replace(PLAN, kind="CÔNG ĐIỆN", number="Số: 01/CĐ-UBND", subject="Về việc ứng phó mưa lũ",
                urgency="THƯỢNG KHẨN", body=(
                    "Chủ tịch Ủy ban nhân dân xã Suối Trúc điện:", "- Trưởng các thôn, bản;", "- Trạm Y tế xã.", LONG,
                    "Yêu cầu các đơn vị thực hiện nghiêm Công điện này./.")),
        Manner(rules="border", gutter_mm=5),
    ),
    "submission signed by a deputy in a unit": (
        replace(REPORT, kind="TỜ TRÌNH", number="Số: 77/TTr-SNNMT", subject="Về việc phê duyệt kế hoạch trồng rừng",
                capacity=("TUQ. GIÁM ĐỐC", "CHÁNH VĂN PHÒNG"), body=(
                    FOREST,
                    LONG, "Kính trình Ủy ban nhân dân tỉnh xem xét, quyết định./.")),
        Manner(layout="rows", tabbed_indent=True, rules="underscores"),
    ),
}  # fmt: skip
