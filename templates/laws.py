"""Laws and other texts of the centre that drafts stand on, as grounds by the decree's rule.

A ground names kind, number, day, issuer and subject; of a law kind, name and day, neither number nor issuer (Annex I,
part I, II.6.a). A text is offered from the day it holds to the day it was replaced.
"""

from dataclasses import dataclass
from datetime import date

from templates.wording import citation, long_date

# Kinds whose ground says no number and no issuer.
NAMED_ONLY = ("Bộ luật", "Luật", "Pháp lệnh")
GOVERNMENT, PRIME_MINISTER = "Chính phủ", "Thủ tướng Chính phủ"


@dataclass(frozen=True)
class Law:
    """`name` is a law's name (`Lưu trữ`) or the subject of any other text (`Về công tác văn thư`).

    `issued_on` is None for a law whose day nobody has looked up here: who drafts adds it.
    """

    kind: str
    name: str
    number: str
    issued_on: date | None = None
    issuer: str = ""
    valid_from: date | None = None
    valid_to: date | None = None

    def holds_on(self, day: date) -> bool:
        """Whether it is in force on a day, as far as its days are known."""
        begun = self.valid_from is None or self.valid_from <= day
        return begun and (self.valid_to is None or day <= self.valid_to)


def ground_of(law: Law) -> str:
    """The line a draft writes."""
    if law.issued_on is None:
        return f"Căn cứ {law.kind} {law.name}"
    if law.kind in NAMED_ONLY:
        return f"Căn cứ {law.kind} {law.name} {long_date(law.issued_on)}"
    return citation(kind=law.kind, notation=law.number, day=law.issued_on, issuer=law.issuer, subject=law.name)


def _law(name: str, number: str, valid_from: date, day: date | None = None) -> Law:
    return Law("Luật", name, number, day, valid_from=valid_from)


def _decree(name: str, number: str, day: date, valid_from: date | None = None) -> Law:
    return Law("Nghị định", name, number, day, GOVERNMENT, valid_from or day)


# What this product itself rests on; an operator adds others (`CATALOGUE_FILE`).
LAWS = (
    _law("Tổ chức chính quyền địa phương", "72/2025/QH15", date(2025, 7, 1), date(2025, 6, 16)),
    _law("Giao dịch điện tử", "20/2023/QH15", date(2024, 7, 1), date(2023, 6, 22)),
    _law("Lưu trữ", "33/2024/QH15", date(2025, 7, 1), date(2024, 6, 21)),
    _law("Bảo vệ bí mật nhà nước", "117/2025/QH15", date(2026, 3, 1), date(2025, 12, 10)),
    _law("An ninh mạng", "116/2025/QH15", date(2026, 7, 1), date(2025, 12, 10)),
    _law("Bảo vệ dữ liệu cá nhân", "91/2025/QH15", date(2026, 1, 1), date(2025, 6, 26)),
    _decree("Về công tác văn thư", "30/2020/NĐ-CP", date(2020, 3, 5)),
    _decree("Quy định về chữ ký số chuyên dùng công vụ", "68/2024/NĐ-CP", date(2024, 6, 25), date(2024, 8, 15)),
    _decree("Quy định về chữ ký điện tử và dịch vụ tin cậy", "23/2025/NĐ-CP", date(2025, 2, 21), date(2025, 4, 10)),
    Law(
        "Quyết định",
        "Về việc gửi, nhận văn bản điện tử giữa các cơ quan trong hệ thống hành chính nhà nước",
        "28/2018/QĐ-TTg",
        date(2018, 7, 12),
        PRIME_MINISTER,
        date(2018, 9, 6),
    ),
)
