"""Texts that are remembered: the last ones asked for, and no more letters than allowed."""

from docservice.documents.remembered import Remembered


def test_the_texts_asked_for_last_are_kept() -> None:
    lately = Remembered(most=10, longest=6)
    lately.keep("a", "bốn chữ"[:4])
    lately.keep("b", "bốn ")
    assert lately.get("a") == "bốn "
    lately.keep("c", "abc")
    assert lately.get("b") is None
    assert (lately.get("a"), lately.get("c")) == ("bốn ", "abc")


def test_a_text_kept_again_counts_once_and_a_long_one_not_at_all() -> None:
    lately = Remembered(most=10, longest=6)
    for _ in range(5):
        lately.keep("a", "năm kí"[:5])
    lately.keep("b", "năm")
    lately.keep("long", "bảy chữ")
    assert lately.get("long") is None
    assert (lately.get("a"), lately.get("b")) == ("năm k", "năm")
