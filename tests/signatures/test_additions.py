"""What lawfully came after a signature is named by its sentence."""

import pytest

from docservice.signatures.additions import added_after
from docservice.signatures.verdicts import sentence_of

NUMBERED = ["field:date", "field:number", "signature:agency"]


@pytest.mark.parametrize(
    ("field", "changes", "said"),
    [
        ("agency", [], ""),
        ("leader", NUMBERED, "số, ngày tháng, dấu của cơ quan"),
        ("secretary", ["signature:leader"], "chữ ký của người ký"),
        ("person1", ["signature:person2", "signature:person3"], "chữ ký của người khác"),
        (
            "leaderB",
            ["field:numberB", "field:dateB", "signature:agencyB", "field:numberA", "signature:leaderA"],
            "số, ngày tháng, dấu của cơ quan, phần của cơ quan cùng ký (chữ ký của người ký, số)",
        ),
        ("agencyA", ["signature:agencyB"], "phần của cơ quan cùng ký (dấu của cơ quan)"),
        ("Signature1", ["field:Ghi chú", "signature:Signature2"], "ô “Ghi chú”, chữ ký ở ô “Signature2”"),
    ],
)
def test_what_came_after_has_its_words(field: str, changes: list[str], said: str) -> None:
    assert added_after({"field": field, "changes": changes}) == said


def test_the_sentence_names_it_and_only_where_the_signature_holds() -> None:
    kept = {
        "field": "leader",
        "indication": "TOTAL-PASSED",
        "code": "valid",
        "signer": "Lò Văn Giả Định",
        "signing_time": "2026-11-23T02:15:42+00:00",
        "changes": NUMBERED,
        "certificate": None,
    }
    assert sentence_of(kept) == (
        "Hợp lệ: Lò Văn Giả Định, ký lúc 09:15:42 ngày 23/11/2026; nội dung không thay đổi sau khi ký, chỉ ghi thêm "
        "vào chỗ chữ ký này để trống: số, ngày tháng, dấu của cơ quan."
    )
    assert "only places this signature leaves open were filled: number, date" in sentence_of(kept, "en")
    assert "để trống" not in sentence_of({**kept, "indication": "INDETERMINATE", "code": "revocation_unknown"})
    assert sentence_of({**kept, "changes": []}).endswith("nội dung không thay đổi sau khi ký.")
