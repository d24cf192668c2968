"""A paper of every sort of part, set when a process starts: the first that somebody asks for costs what the others do.

Until then fonts are unread, letters unmeasured and the setter's own code has never run: three of four papers of a new
process took twice their time.
"""

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
