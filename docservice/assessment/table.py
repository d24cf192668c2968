"""`docs/phu-luc-vi.md`: the annex as a table, made of the same list as the self-assessment.

`python -m docservice.assessment.table` writes it anew; a house test compares.
"""

import sys

from docservice.assessment.item import State
from docservice.assessment.items import SECTIONS, items

_WORDS = {State.MET: "đáp ứng", State.PARTLY: "một phần", State.NOT: "chưa"}
_HEAD = """# Phụ lục VI Nghị định 30/2020/NĐ-CP: từng nội dung ở đâu trong hệ thống

Bảng này được tạo từ `docservice/assessment`; một phép thử của mã nguồn kiểm tra rằng nơi thực hiện và phép thử
nêu ở đây có thật. "Đáp ứng" chỉ được ghi khi có phép thử chứng minh. Cơ quan lập bản tự đánh giá của mình ở trang
**Tự đánh giá** hoặc bằng lệnh `docservice assess`: bản đó xét thêm những gì cơ quan phải tự thiết lập.

"""


def table() -> str:
    """The page as Markdown."""
    counts = {state: sum(1 for item in items() if item.state is state) for state in State}
    lines = [_HEAD, f"Tổng số {sum(counts.values())} nội dung: "]
    lines.append(", ".join(f"{_WORDS[state]} {count}" for state, count in counts.items()) + ".\n")
    for section in SECTIONS:
        lines.append(f"\n## {section.title}\n\n| Mục | Yêu cầu | Kết quả | Nơi thực hiện | Phép thử | Còn thiếu |\n")
        lines.append("|---|---|---|---|---|---|\n")
        for item in section.items:
            places = "<br>".join(f"`{place}`" for place in item.places)
            tests = "<br>".join(f"`{test}`" for test in item.tests)
            cells = (item.code, item.text, _WORDS[item.state], places, tests, item.missing)
            lines.append(f"| {' | '.join(cells)} |\n")
    return "".join(lines)


if __name__ == "__main__":
    sys.stdout.write(table())
