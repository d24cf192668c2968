"""A paper of every sort of part, set when a process starts: the first that somebody asks for costs what the others do.

Until then fonts are unread, letters unmeasured and the setter's own code has never run: three of four papers of a new
process took twice their time.
"""

from datetime import date

from templates.assessment_paper import AssessedItem, AssessedSection, Assessment, assessment_paper
from templates.book_paper import BookLine, BookVolume, book_paper
from templates.layout import NUMBER_LINE
from templates.list_paper import PrintedList, list_paper
from templates.papers import Entry, contents_page, line_picture

# Every letter of Vietnamese, in whatever weight it is asked for.
_LETTERS = "aăâbcdđeêghiklmnoôơpqrstuưvxyfjwz"
_TONES = "áàảãạắằẳẵặấầẩẫậéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ"
_SIGNS = "0123456789.,;:/-–()“”%"


def warm_papers() -> None:
    """Set them; raises `PaperFailed`."""
    words = f"{_LETTERS} {_TONES} {_LETTERS.upper()} {_TONES.upper()} {_SIGNS}"
    line_picture("Số: 01/BC-UBND", NUMBER_LINE)
    contents_page("Mẫu", (words,), (Entry(1, words, 1, 1),))
    issuer = ("ỦY BAN NHÂN DÂN", "XÃ MẪU")
    row = (words, words)
    list_paper(PrintedList(words, (words,), row, (82.5, 82.5), (row,) * 3, issuer=issuer, dated=words))
    # A volume and the self-assessment have heads and first pages of their own.
    line = BookLine(row, cancelled=True, reason=words)
    book_paper(BookVolume((), issuer, words, 2026, 1, "", "", "", "", row, (BookLine(row), line)))
    item = AssessedItem("I.1", words, "partly", words)
    section = AssessedSection(words, (item,) * 3)
    assessment_paper(Assessment((), issuer, words, words, words, date(2026, 1, 5), ((words, 1),), words, (section,)))
