"""A document of one line in Times New Roman: converting it tells whether an office answers, and with which letters."""

import io
from functools import cache

import docx

from templates.catalogue import FONT


@cache
def specimen() -> bytes:
    """The DOCX, with every Vietnamese mark in regular, bold, italic and bold italic letters."""
    made = docx.Document()
    paragraph = made.add_paragraph()
    for bold, italic in ((False, False), (True, False), (False, True), (True, True)):
        run = paragraph.add_run("Độc lập - Tự do - Hạnh phúc: ắằẳẵặ ấầẩẫậ ếềểễệ ốồổỗộ ớờởỡợ ứừửữự ỳýỷỹỵ ƠƯĐĂÂÊÔ ")
        run.bold, run.italic, run.font.name = bold, italic, FONT
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()
