"""The strip "Thử trong 5 phút": six clicks, each into the place of the person whose turn it is. Demo nodes only."""

from dataclasses import dataclass
from uuid import UUID

from docservice.core.words import N_
from docservice.core.work import Reading
from docservice.demo import people


@dataclass(frozen=True)
class TourStep:
    """A click: who one becomes, what there is to do, and the page it is done on."""

    person_id: UUID | None
    role: str
    words: str
    next: str


_STEPS = (
    ("c.official", N_("Công chức:"), N_("soạn một văn bản từ mẫu rồi trình"), "/drafts/new"),
    ("c.head", N_("Trưởng phòng:"), N_("kiểm tra nội dung"), "/?box=to-check"),
    ("c.leader", N_("Chủ tịch:"), N_("ký một hoặc nhiều văn bản"), "/?box=to-sign"),
    ("c.clerk", N_("Văn thư xã:"), N_("cấp số, ký số cơ quan, phát hành"), "/?box=to-number"),
    ("p.clerk", N_("Văn thư tỉnh:"), N_("nhận và vào sổ"), "/?box=to-register"),
    ("p.leader", N_("Chủ tịch tỉnh:"), N_("cho ý kiến, rồi tra cứu không dấu"), "/search?q=mua+lu"),
)


def steps(reading: Reading) -> list[TourStep]:
    """The six clicks, as far as the demo's people are here."""
    return [
        TourStep(people.actor(reading, key).person_id, role, words, address) for key, role, words, address in _STEPS
    ]
