"""Every paper the system makes itself: PDF/A-2b, the right letters, and each in the benchmark."""

import io

import pikepdf
import pytest

from docservice.loads.papers import PAPERS, measure_papers
from templates.fonts import is_right_font
from templates.read import fonts_in, text_of


@pytest.mark.parametrize("name", PAPERS)
def test_a_paper_is_pdf_a_in_the_right_letters_and_says_its_words(name: str) -> None:
    made = PAPERS[name](7)
    with pikepdf.open(io.BytesIO(made)) as file, file.open_metadata() as metadata:
        assert metadata.pdfa_status == "2B"
        assert str(metadata["dc:title"])
    assert all(is_right_font(font) for font in fonts_in(made))
    assert any(page.strip() for page in text_of(made))


def test_the_benchmark_measures_each_of_them() -> None:
    measured = measure_papers(1)
    assert list(measured) == list(PAPERS)
    for paper in measured.values():
        assert paper.pages > 0
        assert min(paper.first, paper.work) > 0
        assert 0 < min(paper.again, paper.usual) <= max(paper.again, paper.usual) <= paper.worst
