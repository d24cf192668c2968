"""Made subjects, senders and letters for benchmarks: plausible, fictional, the same for the same number."""

import random
from datetime import date

from templates.papers import set_paper

_VERBS = (
    "triển khai", "báo cáo kết quả", "đề nghị phối hợp", "hướng dẫn thực hiện", "kiểm tra", "rà soát", "tổng kết",
    "đôn đốc", "góp ý dự thảo", "phê duyệt", "xin ý kiến về", "chấn chỉnh", "tiếp tục thực hiện", "giao chỉ tiêu",
)  # fmt: skip
_MATTERS = (
    "công tác phòng, chống thiên tai", "cải cách thủ tục hành chính", "quản lý đất đai", "trật tự xây dựng",
    "chuyển đổi số", "thu ngân sách", "bảo hiểm y tế toàn dân", "an toàn thực phẩm", "phòng cháy, chữa cháy rừng",
    "xây dựng nông thôn mới", "giảm nghèo bền vững", "phổ cập giáo dục", "tiêm chủng mở rộng", "tuyển quân",
    "vệ sinh môi trường", "cấp nước sạch", "hòa giải ở cơ sở", "quản lý hộ tịch", "đấu giá quyền sử dụng đất",
    "chi trả trợ cấp xã hội", "phát triển du lịch cộng đồng", "bảo trì đường giao thông", "tiếp công dân",
)  # fmt: skip
_WHEN = ("quý I", "quý II", "quý III", "quý IV", "6 tháng đầu năm", "năm 2026", "giai đoạn 2026-2030", "tháng 10")
_PLACES = ("Suối Trúc", "Bản Đá", "Nà Lúa", "Đồi Chè", "Khe Sậy", "Mường Ví", "Hang Thử", "Bãi Dâu", "Cầu Mẫu")

QUERIES = (
    "phòng chống thiên tai", "bao cao ket qua", "thu ngân sách quý II", "đất đai", "an toan thuc pham",
    "trật tự xây dựng",
    "chuyển đổi số năm 2026", "tiếp công dân", "bảo hiểm y tế", "giảm nghèo", "ho tich", "đấu giá quyền sử dụng đất",
)  # fmt: skip


_PAGE = """
#set document(title: given.number)
#set page(paper: "a4", margin: (top: 20mm, bottom: 20mm, left: 30mm, right: 15mm))
#set text(size: 13pt, lang: "vi")
"""


def subject_of(n: int) -> str:
    """The subject of the n-th document."""
    chance = random.Random(n)  # noqa: S311 - repeatable, not secret
    verb, matter, when, place = (chance.choice(words) for words in (_VERBS, _MATTERS, _WHEN, _PLACES))
    return f"{verb[:1].upper()}{verb[1:]} {matter} {when} tại {place}"


def query_of(chance: random.Random) -> str:
    """What somebody types: mostly words, sometimes a number."""
    return f"{chance.randrange(1, 4000)}/BC-UBND" if chance.random() < 0.2 else chance.choice(QUERIES)


def letter(n: int) -> bytes:
    """A page of text as a PDF; no two numbers give the same bytes."""
    lines = [f"V/v {subject_of(n)}"]
    lines += [f"{i}. {subject_of(n * 31 + i)}; đề nghị các đơn vị thực hiện đúng thời hạn." for i in range(1, 19)]
    values = {f"l{i}": line for i, line in enumerate(lines)}
    day = date(2026, 1 + n % 11, 1 + n % 28)
    values["number"] = f"Số: {n}/CV-UBND, ngày {day:%d/%m/%Y}"
    paragraphs = "\n\n".join(f"#given.l{i}" for i in range(len(lines)))
    return set_paper(f"{_PAGE}\n#given.number\n\n{paragraphs}", values)
