"""Annex VI of Decree 30/2020/NĐ-CP, item by item: where the product answers it, which test shows it, what is missing.

Only a system that meets the annex lets the head of an agency stop the stamped paper copy (article 19), so an item says
"met" only where a test shows it. `docs/phu-luc-vi.md` and the agency's self-assessment are both made of this list.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from docservice.assessment.creating import CONNECTING, CREATING, SECURITY
from docservice.assessment.general import DESIGN, PRINCIPLES
from docservice.assessment.item import Item
from docservice.assessment.keeping import CASE_FILES, KEEPING, RECALLING
from docservice.assessment.running import ADMINISTERING, INPUT_FIELDS, OUTPUTS
from docservice.assessment.searching import METADATA, SEARCHING


@dataclass(frozen=True)
class Section:
    title: str
    items: tuple[Item, ...]


SECTIONS = (
    Section("I. Nguyên tắc xây dựng hệ thống", PRINCIPLES),
    Section("II. Yêu cầu chung khi thiết kế hệ thống", DESIGN),
    Section("III.1. Tạo lập và theo dõi văn bản", CREATING),
    Section("III.2. Kết nối, liên thông", CONNECTING),
    Section("III.3. An ninh thông tin", SECURITY),
    Section("III.4. Lập và quản lý hồ sơ", CASE_FILES),
    Section("III.5. Bảo quản và lưu trữ văn bản, hồ sơ", KEEPING),
    Section("III.6. Thống kê, tìm kiếm và sử dụng văn bản, hồ sơ", SEARCHING),
    Section("III.7. Quản lý dữ liệu đặc tả", METADATA),
    Section("III.8. Thu hồi văn bản", RECALLING),
    Section("IV. Yêu cầu về quản trị hệ thống", ADMINISTERING),
    Section("V. Thông tin đầu ra của hệ thống", OUTPUTS),
    Section("Phần II. Chuẩn thông tin đầu vào", INPUT_FIELDS),
)


def items() -> Iterable[Item]:
    """Every item in the annex's order."""
    return (item for section in SECTIONS for item in section.items)
