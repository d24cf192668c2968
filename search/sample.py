"""Documents and queries made up from a seed, for measuring: many, alike in shape to those of an office, of nobody.

Offices and communes are named as they exist, everything said of them is random.
"""

import math
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate

from search.index import Entry, Query
from search.names import place_names
from search.text import fold, normalise

_KINDS = (
    ("CV", "Công văn", 40),
    ("QĐ", "Quyết định", 20),
    ("BC", "Báo cáo", 12),
    ("KH", "Kế hoạch", 8),
    ("TB", "Thông báo", 8),
    ("TTr", "Tờ trình", 6),
    ("GM", "Giấy mời", 6),
)
_ISSUERS = (
    "UBND",
    "HĐND",
    "VP",
    "SNV",
    "STC",
    "SXD",
    "SNNMT",
    "SGDĐT",
    "SYT",
    "STP",
    "SCT",
    "SKHCN",
    "SVHTTDL",
    "TTra",
)
_FIELDS = ("VX", "KT", "NC", "TH", "TCKH", "ĐT", "KGVX", "NNMT", "TTHC", "CCHC")
_PHRASES = """
phòng chống thiên tai; tình hình mưa lũ; cải cách hành chính; giải quyết thủ tục hành chính; bộ phận một cửa;
chuyển đổi số; hồ sơ điện tử; chữ ký số; đất nông nghiệp; quyền sử dụng đất; bồi thường giải phóng mặt bằng;
xây dựng nông thôn mới; giảm nghèo bền vững; bảo hiểm y tế; bảo hiểm xã hội; khám chữa bệnh; tiêm chủng mở rộng;
phòng chống dịch bệnh; an toàn thực phẩm; an ninh trật tự; phòng cháy chữa cháy; nghĩa vụ quân sự; tuyển quân;
ngân sách nhà nước; dự toán thu chi; quyết toán; đầu tư công; giải ngân vốn; đấu thầu; mua sắm tài sản công;
thi đua khen thưởng; kỷ luật cán bộ; tinh giản biên chế; vị trí việc làm; nâng bậc lương; đào tạo bồi dưỡng;
tiếp công dân; giải quyết khiếu nại; tố cáo; hòa giải ở cơ sở; phổ biến giáo dục pháp luật; hộ tịch; chứng thực;
trường trung học cơ sở; tuyển sinh đầu cấp; phổ cập giáo dục; học bổng; trẻ em có hoàn cảnh khó khăn;
người có công với cách mạng; trợ cấp xã hội; hộ nghèo; việc làm; xuất khẩu lao động; bình đẳng giới;
môi trường; rác thải sinh hoạt; nước sạch; trồng rừng; bảo vệ rừng; thủy lợi; đê điều; chăn nuôi; dịch tả lợn;
giao thông nông thôn; cầu đường; an toàn giao thông; trật tự xây dựng; quy hoạch chi tiết; cấp phép xây dựng;
di tích lịch sử; lễ hội; thể dục thể thao; du lịch cộng đồng; phát thanh truyền hình; thông tin cơ sở;
hội đồng nhân dân; ủy ban nhân dân; mặt trận tổ quốc; kỳ họp thường lệ; chất vấn; ý kiến cử tri; bầu cử;
lưu trữ tài liệu; danh mục hồ sơ; con dấu; văn thư; họp trực tuyến; lịch công tác; báo cáo định kỳ; kiểm tra; giám sát;
triển khai thực hiện; đôn đốc; đề nghị phối hợp; xin ý kiến; góp ý dự thảo; thay thế; bãi bỏ; sửa đổi bổ sung
"""
_ONSETS = """
b c ch d đ g gh h kh l m n nh ng ph qu r s t th tr v x
""".split()  # noqa: SIM905 - a list of so many literals is no easier to read
_RIMES = """
a ai am an anh ao au ác ách ạt ăn ăng âm ân âu âng ấp ất e em en eo é ẹt ên êu ệt i ia iêm iên iêu iệt im in inh
ít o oa oai oan oang oi om on ong óc ót ô ôi ôm ôn ông ốc ốt ơ ơi ơn ớt u ua uân uê ui um un ung uôi uôn uông uy
uyên ưa ưng ươi ươm ươn ương ước
""".split()  # noqa: SIM905 - a list of so many literals is no easier to read
_TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
_TONE_LEFT = re.compile("[\u0300-\u036f]")
_NEWEST = date(2026, 11, 20)
_STOP = """
theo quy định thì cơ quan nào chịu trách nhiệm về việc và thời hạn là bao lâu
""".split()  # noqa: SIM905 - a list of so many literals is no easier to read


@dataclass(frozen=True)
class Wording:
    """The words texts are made of: phrases, and syllables of which few are common and many are rare."""

    phrases: tuple[str, ...]
    places: tuple[str, ...]
    syllables: tuple[str, ...]
    weights: tuple[float, ...]


def wording(seed: int = 2026) -> Wording:
    """The same words for the same seed."""
    chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
    made = [normalise(f"{onset}{_toned(rime, tone)}") for onset in _ONSETS for rime in _RIMES for tone in _TONES[:3]]
    # A rime that has a tone takes no second one.
    made = [word for word in made if not _TONE_LEFT.search(word)]
    chance.shuffle(made)
    phrases = tuple(phrase.strip() for phrase in _PHRASES.replace("\n", " ").split(";"))
    weights = tuple(accumulate(1 / (rank + 5) for rank in range(len(made))))
    return Wording(phrases, place_names(), tuple(made), weights)


def sample_entries(count: int, *, seed: int = 2026, readers: int = 130) -> Iterator[Entry]:
    """So many documents; each is seen by two to six of `readers` groups, named `group:0` and so on."""
    words = wording(seed)
    for ordinal in range(count):
        yield _entry(ordinal, words, random.Random(f"{seed}:{ordinal}"), readers)  # noqa: S311


def sample_queries(count: int, *, of: int, seed: int = 2026, readers: frozenset[str]) -> Iterator[Query]:
    """Queries about the documents of `sample_entries(of)`: 70 % of 1-5 syllables, 20 % numbers, 10 % questions."""
    words = wording(seed)
    for ordinal in range(count):
        chance = random.Random(f"{seed}:query:{ordinal}")  # noqa: S311
        number = chance.randrange(of)
        entry = _entry(number, words, random.Random(f"{seed}:{number}"), 130)  # noqa: S311
        yield Query(_asked(entry, words, chance), readers)


def _toned(rime: str, tone: str) -> str:
    """The tone stands on the vowels, not on the consonants after them."""
    vowels = rime.rstrip("cghmnpt")
    return f"{vowels}{tone}{rime[len(vowels) :]}"


def _entry(ordinal: int, words: Wording, chance: random.Random, readers: int) -> Entry:
    kind, kind_name = chance.choices([row[:2] for row in _KINDS], [row[2] for row in _KINDS])[0]
    issuer, field, place = chance.choice(_ISSUERS), chance.choice(_FIELDS), chance.choice(words.places)
    notation = f"{issuer}-{field}" if kind == "CV" else f"{kind}-{issuer}"
    subject = f"{chance.choice(words.phrases)} {chance.choice(words.phrases)}"
    opening = "V/v" if kind == "CV" else "Về"
    length = int(min(4000, math.exp(chance.gauss(5.7, 0.7))))
    groups = min(readers, chance.randint(2, 6))
    return Entry(
        id=f"d{ordinal:07}",
        version=1,
        number=f"{chance.randint(1, 4000)}/{notation}",
        title=f"{opening} {subject} tại {place}",
        body=_body(length, subject, place, words, chance),
        readers=frozenset(f"group:{group}" for group in chance.sample(range(readers), groups)),
        kind=kind,
        kind_name=kind_name,
        issuer=f"{issuer} {place}",
        day=_NEWEST - timedelta(days=chance.randrange(14 * 365)),
        direction=chance.choice(("incoming", "outgoing")),
    )


def _body(length: int, subject: str, place: str, words: Wording, chance: random.Random) -> str:
    parts: list[str] = [subject, place]
    held = 8
    while held < length:
        if chance.random() < 0.3:
            part = chance.choice(words.phrases)
        else:
            part = " ".join(chance.choices(words.syllables, cum_weights=words.weights, k=chance.randint(3, 9)))
        parts.append(part)
        held += part.count(" ") + 1
    return ". ".join(" ".join(parts[at : at + 4]) for at in range(0, len(parts), 4))


def _asked(entry: Entry, words: Wording, chance: random.Random) -> str:
    draw = chance.random()
    if draw < 0.2:
        first, _, notation = entry.number.partition("/")
        return chance.choice((entry.number, entry.number.lower(), f"{first} {fold(notation)}", first, f"số {first}"))
    text = entry.title if chance.random() < 0.3 else entry.body
    held = text.replace(".", "").split()
    if draw < 0.3:
        at = chance.randrange(max(1, len(held) - 10))
        text = " ".join([*chance.sample(_STOP, 4), *held[at : at + chance.randint(5, 10)]])
    elif draw < 0.65:
        text = chance.choice(words.phrases)
    else:
        at = chance.randrange(max(1, len(held) - 5))
        text = " ".join(held[at : at + chance.randint(1, 5)])
    return fold(text) if chance.random() < 0.5 else text


def overlap(first: Sequence[str], second: Sequence[str]) -> float:
    """The share of two rankings' heads that is common; two empty ones are the same."""
    longest = max(len(first), len(second))
    return len(set(first) & set(second)) / longest if longest else 1.0
