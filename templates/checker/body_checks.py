"""The body's look: justified, indented, spaced, its end mark (Annex I, part I, II.6.e)."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from templates.catalogue import END_MARK, PARAGRAPH_GAP_PT
from templates.checker.anatomy import Anatomy
from templates.checker.headings import is_article, is_division, is_heading, is_item
from templates.checker.letters import at, check_part, is_indented, points
from templates.checker.model import BOTH, PDF, Edit, Finding, Line, Sheet
from templates.checker.rules import INDENTS_MM, PARTS
from templates.checker.words import ENACTED, RULE_TEXT, upper
from templates.fonts import width_mm

_LEAST_SPACING, _MOST_SPACING = 0.97, 1.53
# A paragraph that is not longer than its line shows no difference between flush left and justified.
_FULL = 0.98
_PROSE = 40


def check_body(sheet: Sheet, anatomy: Anatomy) -> Iterator[Finding]:
    """Box 6 without its headings and grounds."""
    if not anatomy.body and not anatomy.tables:
        yield Finding("6.body.missing", 1)
        return
    prose = {id(line) for line in anatomy.body if _is_prose(line)}
    yield from _letters(anatomy.body, prose)
    if sheet.kind != PDF:
        for line in anatomy.body:
            if id(line) in prose or is_article(line.text):
                yield from _paragraph(line)
        yield from _gaps(sheet, anatomy.body, prose)
    yield from _end(anatomy)


def _is_prose(line: Line) -> bool:
    """A sentence of running text, not a heading, a caption or something centred."""
    if is_division(line.text) or is_article(line.text) or is_heading(line) or line.align == "center":
        return False
    return not upper(line.text) and not set(line.text) <= RULE_TEXT


def _letters(body: Sequence[Line], prose: set[int]) -> Iterator[Finding]:
    usual = _usual_size(body)
    for line in body:
        is_prose = id(line) in prose
        if not is_prose and (is_division(line.text) or is_heading(line)):
            continue
        for finding in check_part("body", [line], skip=("weight", "slant")):
            yield replace(finding, edits=tuple(replace(edit, new=f"{usual:g}") for edit in finding.edits))
        yield from _whole_paragraph(line, is_prose=is_prose)
        odd = [run for run in line.shown if abs(run.size_pt - usual) > 0.3]
        if is_prose and odd and 12.7 <= odd[0].size_pt <= 14.3:
            edits = [Edit("run", line.number, "size", f"{usual:g}", run.number) for run in odd]
            params = {"found": points(odd[0].size_pt), "wanted": points(usual)}
            yield at("6.body.sizes", line, run=odd[0].number, edits=edits, **params)


def _usual_size(body: Sequence[Line]) -> float:
    """The size most of the text has, as far as the decree allows it."""
    sizes = Counter[float]()
    for line in body:
        for run in line.shown:
            sizes[round(run.size_pt, 1)] += len(run.text)
    lawful = [size for size, _ in sizes.most_common() if 12.9 <= size <= 14.1]
    return lawful[0] if lawful else PARTS["body"].sample_pt


def _whole_paragraph(line: Line, *, is_prose: bool) -> Iterator[Finding]:
    """What may be done to a word, but not to a whole paragraph."""
    shown = line.shown
    if len(line.text) > 100 and upper(line.text):
        yield at("6.body.capitals", line)
    if not is_prose or len(line.text) < _PROSE or line.text.startswith("(") or not shown:
        return
    if all(run.bold for run in shown) and not is_item(line.text):
        edits = [Edit("run", line.number, "bold", "0", run.number) for run in shown]
        yield at("6.body.weight", line, edits=edits, wanted="no")
    if all(run.italic for run in shown):
        edits = [Edit("run", line.number, "italic", "0", run.number) for run in shown]
        yield at("6.body.slant", line, edits=edits, wanted="no")
    if all(run.underline for run in shown):
        edits = [Edit("run", line.number, "underline", "0", run.number) for run in shown]
        yield at("6.body.underline", line, edits=edits)


def _paragraph(line: Line) -> Iterator[Finding]:
    if line.align not in {BOTH, None} and _is_long(line):
        yield at("6.body.justified", line, edits=[Edit("paragraph", line.number, "align", "both")])
    if not is_article(line.text):
        yield from _indent(line)
    spacing = line.spacing if line.spacing is not None else 1.0
    if spacing < _LEAST_SPACING:
        edits = [Edit("paragraph", line.number, "line", "1")]
        yield at("6.body.spacing_least", line, edits=edits, found=points(round(spacing, 2)))
    elif spacing > _MOST_SPACING:
        edits = [Edit("paragraph", line.number, "line", "1.5")]
        yield at("6.body.spacing_most", line, edits=edits, found=points(round(spacing, 2)))


def _is_long(line: Line) -> bool:
    if len(line.text) < 60:
        return False
    shown = line.shown
    size = shown[0].size_pt if shown else 14.0
    room = line.column_mm - (line.start_mm or 0)
    return len(line.text) > 160 or width_mm(line.text, size_pt=size, bold=False) > room * _FULL


def _indent(line: Line) -> Iterator[Finding]:
    if line.start_mm is None:
        return
    raw = "".join(run.text for run in line.runs)
    blanks = len(raw) - len(raw.lstrip(" \xa0\u2002\u2003"))
    edits = [Edit("paragraph", line.number, "first", f"{INDENTS_MM[1]:g}")]
    if blanks >= 3:
        yield at("6.body.indent_blanks", line, edits=[Edit("text", line.number, raw[:blanks], "", run=1), *edits])
    elif is_indented(line):
        return
    elif is_item(line.text) or line.label:
        yield at("6.body.indent_list", line, found=points(round(line.start_mm, 1)))
    elif _is_long(line) or line.text.endswith((".", ":", ";", END_MARK)):
        yield at("6.body.indent", line, edits=edits, found=points(round(line.start_mm, 1)))


def _gaps(sheet: Sheet, body: Sequence[Line], prose: set[int]) -> Iterator[Finding]:
    """Two paragraphs of text one after the other, with nothing between them in the file."""
    order = {id(line): n for n, line in enumerate(sheet.lines)}
    for above, below in pairwise(body):
        places = order.get(id(above)), order.get(id(below))
        if places[0] is None or places[1] is None or places[1] - places[0] != 1 or above.number == below.number:
            continue
        if not all(id(line) in prose or is_article(line.text) for line in (above, below)):
            continue
        gap = (above.after_pt or 0) + (below.before_pt or 0)
        if gap < PARAGRAPH_GAP_PT - 0.1:
            edits = [Edit("paragraph", above.number, "after", f"{PARAGRAPH_GAP_PT:g}")]
            yield at("6.body.gap", above, edits=edits, found=points(round(gap, 1)))


def _end(anatomy: Anatomy) -> Iterator[Finding]:
    """The end mark follows the last sentence, and stands nowhere before."""
    body = list(anatomy.body)
    if not body:
        return
    last = body[-1]
    tail = [line for line in anatomy.tables if line.number > last.number and line.text.endswith(END_MARK)]
    for line in body[:-1]:
        if line.text.endswith(END_MARK):
            yield at("6.end.early", line, edits=[Edit("text", line.number, END_MARK, ".")])
    if tail:
        return
    if not last.text.endswith(END_MARK):
        odd = re.search(r"[.;,]?\s*(?:\./\s*\.|/\.|\./|\.\s+/\s*\.)\s*$", last.text)
        if odd is not None:
            yield at("6.end.form", last, edits=[Edit("text", last.number, odd[0], END_MARK)])
            return
        stop = re.search(r"[.;,:]?\s*$", last.text)
        edits = [Edit("text", last.number, last.text, last.text[: stop.start() if stop else None] + END_MARK)]
        yield at("6.end.missing", last, edits=edits)
    elif re.search(r"\s\./\.$", last.text) and last.text != END_MARK:
        right = re.sub(r"\s+\./\.$", END_MARK, last.text)
        yield at("6.end.blank", last, edits=[Edit("text", last.number, last.text, right)])


def check_grounds(anatomy: Anatomy) -> Iterator[Finding]:
    """What decisions and resolutions have before their articles."""
    yield from check_part("authority", anatomy.authority)
    if anatomy.kind not in ENACTED:
        return
    wanted = "QUYẾT ĐỊNH:" if anatomy.kind == "QĐ" else "QUYẾT NGHỊ:"
    if anatomy.enacts is None:
        yield Finding("6.enacts.missing", 1, params={"wanted": wanted})
    else:
        yield from check_part("enacts", [anatomy.enacts])
        if anatomy.enacts.text.upper() != wanted or not anatomy.enacts.text.endswith(":"):
            edits = [Edit("text", anatomy.enacts.number, anatomy.enacts.text, wanted)]
            yield at("6.enacts.words", anatomy.enacts, edits=edits, wanted=wanted)
    if not anatomy.authority:
        yield Finding("6.authority.missing", 1)
    if not anatomy.citations:
        yield Finding("6.citation.missing", 1)
    if anatomy.kind == "QĐ" and not any(is_article(line.text) for line in anatomy.body):
        yield Finding("6.articles.missing", 1)
