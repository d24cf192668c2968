"""The words the decree's components begin with, and how the checker knows them however they were typed."""

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from difflib import SequenceMatcher
from functools import cache

from templates.catalogue import KINDS, MOTTO, NATION

# Kinds of article 7 whose forms are not in the catalogue yet: the checker judges what anybody made of them.
FURTHER_KINDS: Mapping[str, tuple[str, str | None]] = {"BB": ("Biên bản", "BB")}
# Of form 1.1 and 1.2: taken by somebody who has the power, on grounds.
ENACTED = frozenset({"QĐ", "NQ"})
# Box 9a stands on letters, and on reports and submissions to those above.
ADDRESSED = frozenset({"CV", "TTr", "BC"})
# Signed by two, one beside the other.
SIGNED_BY_TWO = frozenset({"BB", "HĐ", "BGN", "BTT"})
COPIES = ("SY", "SL", "TrS")

# Vietnamese letters by case, for patterns: a range of code points mixes the cases.
LOWER = "a-zàáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ"
UPPER = "A-ZÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬÈÉẺẼẸÊỀẾỂỄỆÌÍỈĨỊÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢÙÚỦŨỤƯỪỨỬỮỰỲÝỶỸỴĐ"

SALUTATION = re.compile(r"^K[íi]nh\s+g[ửu]i\b", re.IGNORECASE)
CALLS = re.compile(r"\bđiện\s*:$")
RECIPIENTS = re.compile(r"^N[ơo]i\s+(?:nh[ậa]n|g[ửu]i)\b", re.IGNORECASE)
# Below form 1.10 somebody else confirms it, if needed.
CONFIRMED = re.compile(r"^Xác nhận của\s+\S", re.IGNORECASE)
ARCHIVE = re.compile(r"^[-–—+•*\s]*L[ưu]u\b", re.IGNORECASE)
LETTER = re.compile(r"^V\s*/\s*v\b", re.IGNORECASE)
NUMBER = re.compile(r"^Số\b\s*[:.]?|^\d{1,5}[a-zđ]?\s*/\s*[A-ZĐ]", re.IGNORECASE)
DATE = re.compile(
    r"\bng[àa]y\b.*\btháng\b.*\bnăm\b|,\s*(?:ngày\s*)?\d{1,2}\s*[/.-]\s*\d{1,2}\s*[/.-]\s*\d{2,4}\s*$", re.IGNORECASE
)
CITATION = re.compile(r"^(?:[-–+]\s*)?(?:Căn cứ|Theo đề nghị|Xét)\b", re.IGNORECASE)
ENACTS = re.compile(r"^(?:QUYẾT ĐỊNH|QUYẾT NGHỊ|NGHỊ QUYẾT|Quyết định|Quyết nghị)\s*:?$")
CAPACITY = re.compile(
    r"^(?:T\s*/\s*M|K\s*/\s*T|T\s*/\s*L|TM|KT|TL|TUQ|T\.?U\.?Q|UQ|T\.M|K\.T|T\.L|Q"
    r"|THAY MẶT|KÝ THAY|THỪA LỆNH|THỪA [ỦU][ỶY] QUYỀN)\s*[.:/ ]\s*\S"
)
# Above the names of those who agreed on something.
PARTY = re.compile(r"^(?:ĐẠI DIỆN (?:CÁC )?BÊN\b|BÊN [AB]\.?$)")
ANNEX = re.compile(r"^PHỤ\s+LỤC(?:\s+(?:số\s+)?(?P<ordinal>[IVXLC]+|\d+|[A-ZĐ]))?\s*[.:]?$", re.IGNORECASE)
# Number and name on one line.
ANNEX_RUN_ON = re.compile(r"^PHỤ\s+LỤC(?:\s+(?:số\s+)?(?P<ordinal>[IVXLC]+|\d+))?\s*[:.–-]\s*\S", re.IGNORECASE)
ACCOMPANIES = re.compile(r"^\(?\s*(?:Ban hành\s+)?K[èe]m theo\b", re.IGNORECASE)
URGENCY = re.compile(
    r"^(?:HỎA TỐC|HOẢ TỐC|THƯỢNG KHẨN|KHẨN|KHẨN CẤP|TỐI KHẨN|RẤT KHẨN|GẤP)(?: HẸN GIỜ)?[!.]*$", re.IGNORECASE
)
CIRCULATION = re.compile(
    r"^(?:XEM XONG TRẢ LẠI|LƯU HÀNH NỘI BỘ|XEM XONG TRẢ|TÀI LIỆU NỘI BỘ|KHÔNG PHỔ BIẾN)[!.]*$", re.IGNORECASE
)
DRAFTER = re.compile(r"^[A-ZĐ]{1,6}\s*\.?\s*\(?\s*\d{1,4}\s*\)?\.?$", re.IGNORECASE)
ADDRESS = re.compile(
    r"^(?:Địa chỉ|Trụ sở|Điện thoại|ĐT|Email|E-mail|Thư điện tử|Website|Fax|Số điện thoại)\b", re.IGNORECASE
)
COPY = re.compile(r"^(?:SAO Y|SAO LỤC|TRÍCH SAO|SAO Y BẢN CHÍNH|BẢN SAO Y)$", re.IGNORECASE)
TITLE = re.compile(
    r"^(?:PHÓ\s+|QUYỀN\s+)?(?:TỔNG\s+)?(?:CHỦ TỊCH|CHÁNH|GIÁM ĐỐC|TRƯỞNG|CỤC TRƯỞNG|VIỆN TRƯỞNG|HIỆU TRƯỞNG|BÍ THƯ"
    r"|VỤ TRƯỞNG|CHI CỤC TRƯỞNG|TRẠM TRƯỞNG|ĐỘI TRƯỞNG|TỔ TRƯỞNG|TRƯỞNG PHÒNG|TRƯỞNG BAN|BỘ TRƯỞNG|THỨ TRƯỞNG"
    r"|CHỦ NHIỆM|TƯ LỆNH|CHỈ HUY TRƯỞNG|CHỦ TỌA|CHỦ TOẠ|THƯ KÝ|NGƯỜI ỦY QUYỀN|KẾ TOÁN TRƯỞNG|QUYỀN HẠN)\b"
)
RULE_TEXT = frozenset("_-–—─━¯= ")
_NATION_LIKE, _MOTTO_LIKE = 0.86, 0.82


def fold(text: str) -> str:
    """Without marks, in lower case: what two spellings of the same words share."""
    letters = unicodedata.normalize("NFD", text.lower().replace("đ", "d").replace("ð", "d"))
    return " ".join("".join(letter for letter in letters if not unicodedata.combining(letter)).split())


def upper(text: str) -> bool:
    """Whether every letter that has a case is a capital."""
    return text == text.upper() and any(letter.isalpha() for letter in text)


@cache
def _letters(text: str) -> str:
    return "".join(letter for letter in fold(text) if letter.isalpha())


def is_nation(text: str) -> bool:
    """Whether a line means the national title, spelled right or not."""
    return 20 < len(text) < 60 and _like(text, NATION, _NATION_LIKE)


def is_motto(text: str) -> bool:
    """Whether a line means the motto, spelled right or not."""
    return 14 < len(text) < 50 and _like(text, MOTTO, _MOTTO_LIKE)


def _like(text: str, wanted: str, share: float) -> bool:
    own, theirs = _letters(text), _letters(wanted)
    # Most lines are too long, too short, or have too few of the letters in any order, which is soon told.
    least = share * (len(own) + len(theirs)) / 2
    if min(len(own), len(theirs)) < least or sum((Counter(own) & Counter(theirs)).values()) < least:
        return False
    return SequenceMatcher(None, own, theirs).ratio() >= share


@cache
def kinds() -> Mapping[str, tuple[str, str, str | None]]:
    """All 29 kinds by their folded names: code, name, abbreviation (article 7, Annex III)."""
    known = {fold(kind.name): (code, kind.name, kind.abbreviation) for code, kind in KINDS.items()}
    further = {fold(name): (code, name, short) for code, (name, short) in FURTHER_KINDS.items()}
    return further | known


def kind_of(text: str) -> tuple[str, str, str | None] | None:
    """The kind a whole line names: code, name, abbreviation."""
    return kinds().get(fold(text.strip(" .:"))) if len(text) < 40 and not text.endswith(":") else None


def kind_by_abbreviation(short: str) -> tuple[str, str, str | None] | None:
    """The kind with an abbreviation, letter case not minded."""
    exact = next((kind for kind in kinds().values() if kind[2] == short), None)
    return exact or next((k for k in kinds().values() if k[2] is not None and k[2].lower() == short.lower()), None)
