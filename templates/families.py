"""The families of documents: only the first is the decree's, the others have forms and numbers of their own.

What belongs to another family is named as such and never forced into the administrative forms (Decree 30/2020,
articles 1 and 7). Forms of another family are added as kinds that name it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from templates.catalogue import DECREE, IN_FORCE


@dataclass(frozen=True)
class Family:
    """`shipped` says whether this catalogue has its forms; `number` is how its line of number is told, if it is."""

    code: str
    name: str
    shipped: bool
    legal_basis: str
    number: re.Pattern[str] | None = None
    valid_from: date = IN_FORCE
    valid_to: date | None = None


FAMILIES: Mapping[str, Family] = {
    family.code: family
    for family in (
        Family("administrative", "Văn bản hành chính", shipped=True, legal_basis=f"{DECREE}, Điều 7"),
        Family(
            "normative",
            "Văn bản quy phạm pháp luật",
            shipped=False,
            legal_basis="Luật Ban hành văn bản quy phạm pháp luật",
            # The year stands between number and kind: 01/2026/QĐ-UBND.
            number=re.compile(r"/(?:19|20)\d\d/(?:QĐ|NQ|NĐ|TT|TTLT|QH|UBTVQH|L|PL)\d*\b"),
        ),
        Family("internal", "Giấy tờ nội bộ", shipped=True, legal_basis="Quy chế làm việc của cơ quan"),
        Family(
            "party",
            "Văn bản của Đảng",
            shipped=False,
            legal_basis="Quy định của Đảng về thể thức văn bản",
            # A dash stands between number and kind: 05-NQ/ĐU.
            number=re.compile(r"^\d{1,4}-[A-ZĐ]{1,4}/[A-ZĐ]"),
        ),
        Family(
            "specialised",
            "Văn bản chuyên ngành",
            shipped=False,
            legal_basis="Quy định của người đứng đầu cơ quan quản lý ngành, lĩnh vực",
        ),
    )
}


def is_normative(number: str) -> bool:
    """Whether a line of number is that of a normative document of any body."""
    pattern = FAMILIES["normative"].number
    return pattern is not None and pattern.search(number.replace(" ", "")) is not None
