"""Whether a message says of itself that it is secret: such a message must not stay on a networked system.

There is no agreed element for it, so each place a sender might use is looked at. The rule leans towards refusing: a
refusal is answered and can be mended, a secret taken in cannot be taken back. Words such as "bảo mật" are no level.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from docservice.exchange.edxml_tree import Node


@dataclass(frozen=True)
class SecrecyRule:
    """The levels of secrecy, highest first, and the text they come from."""

    levels: tuple[str, ...]
    legal_basis: str
    valid_from: date
    valid_to: date | None


RULE = SecrecyRule(
    levels=("TUYỆT MẬT", "TỐI MẬT", "MẬT"),
    legal_basis="Luật Bảo vệ bí mật nhà nước 117/2025/QH15",
    valid_from=date(2026, 3, 1),
    valid_to=None,
)

# Elements that hold a level and nothing else, compared without case, blanks and underscores.
_LEVEL_ELEMENTS = frozenset(
    {
        "secret",
        "secretlevel",
        "secrecy",
        "secrecylevel",
        "security",
        "securitylevel",
        "confidential",
        "confidentiality",
        "confidentiallevel",
        "confidentialitylevel",
        "domat",
        "mucdomat",
    }
)
# Elements of a few words each, where the level may stand beside another word: "Mật, hỏa tốc".
_SHORT_ELEMENTS = frozenset({"Priority", "TypeName", "SphereOfPromulgation", "Urgency", "Level"})
_OPEN_VALUES = frozenset(
    {"", "0", "thuong", "binh thuong", "khong", "khong mat", "none", "normal", "false", "no", "open", "null"}
)
_LEVEL = re.compile(r"(?<!bảo )(?<!bí )(?<!không )\b(tuyệt mật|tối mật|mật)\b(?! độ| ong| khẩu| mã| thiết)")
_ONLY_A_LEVEL = re.compile(r"\W*(?:(?:mức )?độ mật\W*)?(tuyệt mật|tối mật|mật)\W*")
_PLAIN_LEVELS = {"tuyet mat": "TUYỆT MẬT", "toi mat": "TỐI MẬT", "mat": "MẬT"}


def declared_secrecy(root: Node) -> str | None:
    """The highest level declared, an unknown value of an element made for levels as it stands, or None."""
    found = {level for node in root.walk() if (level := _declared_by(node)) is not None}
    return next((level for level in RULE.levels if level in found), next(iter(sorted(found)), None))


def _declared_by(node: Node) -> str | None:
    text = node.text
    if not text:
        return None
    lower, name = text.casefold(), node.name.removeprefix("@")
    if only := _ONLY_A_LEVEL.fullmatch(lower):
        return only[1].upper()
    for_levels = name.casefold().replace("_", "").replace("-", "") in _LEVEL_ELEMENTS
    if for_levels or name in _SHORT_ELEMENTS:
        if beside := _LEVEL.search(lower):
            return beside[1].upper()
        plain = _without_marks(lower).strip(" .,;:()[]")
        if plain in _PLAIN_LEVELS:
            return _PLAIN_LEVELS[plain]
        if for_levels and plain not in _OPEN_VALUES:
            return text[:40]
    return None


def _without_marks(lower: str) -> str:
    letters = (letter for letter in unicodedata.normalize("NFD", lower) if not unicodedata.combining(letter))
    return "".join(letters).replace("đ", "d")
