"""Bold and italic inside a sentence: `**đậm**` and `__nghiêng__` in what people type, runs of their own in the file.

A form says `{{ block.text }}` and knows nothing of it: between the two the places are marked by signs of the private
use area, which no form value may hold (`templates.values`).
"""

import copy
import re
from typing import Any

from docx.document import Document
from docx.oxml.ns import qn
from docx.text.run import Run

_NOTED = (
    (re.compile(r"\*\*(?=[^\s*])(.+?)(?<=[^\s*])\*\*"), "\ue000", "\ue001"),
    (re.compile(r"(?<![\w.])__(?=[^\s_])(.+?)(?<=[^\s_])__(?!\w)"), "\ue002", "\ue003"),
)
_SIGN = re.compile("([\ue000-\ue003])")
_CLOSING = re.compile("([ .]*)([\ue001\ue003]*)$")


def signed(text: str) -> str:
    """The text with signs for what is noted as bold or italic; a note without its end stays what was typed."""
    for noted, begin, end in _NOTED:
        text = noted.sub(lambda found, begin=begin, end=end: f"{begin}{found[1]}{end}", text)  # type: ignore[misc] # defaults bind the loop's values
    return text


def bare(text: str) -> str:
    """The text without emphasis: what is noted as bold or italic is said plainly."""
    return _SIGN.sub("", signed(text))


def ended(text: str, mark: str) -> str:
    """Signed text that ends with the mark instead of its full stop."""
    if _SIGN.sub("", text).endswith(mark):
        return text
    return _CLOSING.sub(r"\2", text, count=1) + mark


def emphasise(document: Document) -> None:
    """Give what stands between signs runs of its own, in the letters of the run it was written in."""
    body: Any = document.element.body
    # Few paragraphs have signs; each once, in their order.
    signs = (part for part in body.iter(qn("w:t")) if _SIGN.search(part.text or ""))
    for paragraph in dict.fromkeys(next(part.iterancestors(qn("w:p"))) for part in signs):
        bold = italic = False
        for run in list(paragraph.iter(qn("w:r"))):
            text = "".join(part.text or "" for part in run.iterchildren(qn("w:t")))
            if not _SIGN.search(text):
                if bold or italic:
                    _set(run, bold=bold, italic=italic)
                continue
            for part in _SIGN.split(text):
                if part in {"\ue000", "\ue001"}:
                    bold = part == "\ue000"
                elif part in {"\ue002", "\ue003"}:
                    italic = part == "\ue002"
                elif part:
                    _put_before(run, part, bold=bold, italic=italic)
            run.getparent().remove(run)


def _put_before(run: Any, text: str, *, bold: bool, italic: bool) -> None:
    made = copy.deepcopy(run)
    for part in list(made.iterchildren(qn("w:t"))):
        made.remove(part)
    run.addprevious(made)
    Run(made, None).add_text(text)  # type: ignore[arg-type] # adding text asks nothing of the paragraph
    _set(made, bold=bold, italic=italic)


def _set(run: Any, *, bold: bool, italic: bool) -> None:
    letters = Run(run, None)  # type: ignore[arg-type] # as above
    if bold:
        letters.bold = True
    if italic:
        letters.italic = True
