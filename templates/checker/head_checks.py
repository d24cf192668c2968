"""The head of a document: boxes 1, 2, 5a, 5b, 10b and 11 (Annex I, part I, II.1, II.2, II.5, III.2)."""

import re
from collections.abc import Iterator, Sequence

from templates.catalogue import MOTTO, NATION
from templates.checker.anatomy import Anatomy
from templates.checker.head_parts import Head
from templates.checker.letters import at, check_part
from templates.checker.model import PDF, Edit, Finding, Line, Rule, Sheet
from templates.checker.words import kinds
from templates.fonts import lines_in, width_mm

# The decree's third to half, and "as long as", with room for what a hand draws.
_SHARE, _SHARE_CLOSE = (1 / 3, 1 / 2), 0.06
_WHOLE_CLOSE = 0.15
# Old spelling of the mark, which the decree's own forms use beside the new one.
_NATIONS = (NATION, NATION.replace("HÒA", "HOÀ"))
_URGENCIES = {"HỎA TỐC", "HOẢ TỐC", "THƯỢNG KHẨN", "KHẨN", "HỎA TỐC HẸN GIỜ", "HOẢ TỐC HẸN GIỜ"}
_CIRCULATIONS = {"XEM XONG TRẢ LẠI", "LƯU HÀNH NỘI BỘ"}
_LETTER_FORM = re.compile(r"^V/v [^\s:]")
_ABBREVIATED = re.compile(r"^V\s*/\s*v[:\s]*", re.IGNORECASE)


def check_nation(sheet: Sheet, anatomy: Anatomy) -> Iterator[Finding]:
    """Box 1."""
    head = anatomy.head
    skip = ("align",) if sheet.kind == PDF else ()
    if head.nation is None:
        yield Finding("1.nation.missing", 1)
    else:
        yield from check_part("nation", [head.nation], skip=skip)
        if head.nation.text.upper() not in _NATIONS:
            right = NATION if head.nation.text == head.nation.text.upper() else head.nation.text
            edits = [Edit("text", head.nation.number, head.nation.text, NATION)]
            yield at("1.nation.words", head.nation, edits=edits, wanted=right)
        if head.nation.side == "left":
            yield at("1.nation.place", head.nation)
    if head.motto is None:
        yield Finding("1.motto.missing", 1)
        return
    yield from check_part("motto", [head.motto], skip=skip)
    yield from _motto_words(head.motto)
    yield from _motto_rule(head, head.motto)
    gap = (head.motto.before_pt or 0) + (head.nation.after_pt or 0 if head.nation else 0)
    if gap > 6.1 or (head.motto.spacing or 1.0) > 1.55:
        yield at("1.motto.gap", head.motto)


def _motto_words(motto: Line) -> Iterator[Finding]:
    if motto.text == MOTTO:
        return
    hyphens = re.sub(r"\s*[-–—−‐‑]\s*", " - ", motto.text)
    mend = [Edit("text", motto.number, motto.text, MOTTO)]
    if hyphens == MOTTO:
        yield at("1.motto.hyphens", motto, edits=mend)
    elif hyphens.lower() == MOTTO.lower():
        if hyphens != hyphens.upper():
            yield at("1.motto.initials", motto, edits=mend)
    else:
        yield at("1.motto.words", motto, edits=mend)


def _motto_rule(head: Head, motto: Line) -> Iterator[Finding]:
    rules = head.motto_rules
    if not rules:
        yield at("1.motto.rule_missing", motto)
        return
    wanted = _length(motto, 400.0)
    found = min((rule.length_mm for rule in rules), key=lambda length: abs(length - wanted))
    if abs(found / wanted - 1) > _WHOLE_CLOSE:
        yield at("1.motto.rule_length", motto, found=f"{found:.0f}", wanted=f"{wanted:.0f}")


def _length(line: Line, column_mm: float) -> float:
    if line.box:
        return line.box[2] - line.box[0]
    run = (line.shown or line.runs)[0]
    if column_mm < 5:
        return width_mm(line.text, size_pt=run.size_pt, bold=run.bold)
    return max(lines_in(line.text, size_pt=run.size_pt, bold=run.bold, column_mm=column_mm))


def check_agency(sheet: Sheet, anatomy: Anatomy) -> Iterator[Finding]:
    """Box 2."""
    head = anatomy.head
    skip = ("align",) if sheet.kind == PDF else ()
    if not head.issuer:
        yield Finding("2.issuer.missing", 1)
        return
    yield from check_part("superior", head.superior, skip=skip)
    yield from check_part("issuer", head.issuer, skip=skip)
    yield from _share(head.issuer, head.issuer_rules, "2.issuer")


def _share(lines: Sequence[Line], rules: Sequence[Rule], code: str) -> Iterator[Finding]:
    """A rule of a third to a half of the text's length; several lines count by any of their lengths."""
    if not rules:
        yield at(f"{code}.rule_missing", lines[-1])
        return
    lengths = [_length(line, line.column_mm) for line in lines]
    least, most = _SHARE[0] - _SHARE_CLOSE, _SHARE[1] + _SHARE_CLOSE
    if not any(least <= rule.length_mm / length <= most for rule in rules for length in lengths if length):
        found, length = min(rule.length_mm for rule in rules), max(lengths)
        yield at(f"{code}.rule_length", lines[-1], found=f"{found:.0f}", wanted=f"{length / 3:.0f} - {length / 2:.0f}")


def check_title(sheet: Sheet, anatomy: Anatomy) -> Iterator[Finding]:
    """Boxes 5a and 5b."""
    head = anatomy.head
    letter = kinds()["cong van"][0]
    if head.kind is not None and anatomy.kind == letter:
        yield at("5a.letter_titled", head.kind)
    if anatomy.kind == letter:
        yield from _letter_subject(sheet, anatomy)
        return
    if head.kind is None:
        yield Finding("5a.missing", 1)
        return
    yield from check_part("kind_name", [head.kind])
    if head.letter_subject:
        yield at("5b.kind", head.letter_subject[0])
    if not head.subject:
        if anatomy.kind not in {"GGT", "GNP", "ThC", "GUQ"}:
            yield at("5a.subject_missing", head.kind)
        return
    yield from check_part("subject", head.subject)
    yield from _subject_words(head.subject)
    if sheet.kind == PDF or any(line.box is None for line in head.subject):
        yield from _share(head.subject, head.subject_rules, "5a")


def _subject_words(lines: Sequence[Line]) -> Iterator[Finding]:
    first, last = lines[0], lines[-1]
    if _ABBREVIATED.match(first.text):
        right = _ABBREVIATED.sub("Về việc ", first.text)
        yield at("5a.subject_abbreviated", first, edits=[Edit("text", first.number, first.text, right)])
    elif first.text[:1].islower():
        right = first.text[:1].upper() + first.text[1:]
        yield at("5a.subject_initial", first, edits=[Edit("text", first.number, first.text, right)])
    if last.text.endswith((".", ";", ":")) and not last.text.endswith(("...", "v.v.")):
        yield at("5a.subject_stop", last, edits=[Edit("text", last.number, last.text, last.text.rstrip(".;: "))])


def _letter_subject(sheet: Sheet, anatomy: Anatomy) -> Iterator[Finding]:
    lines = anatomy.head.letter_subject
    if not lines:
        yield Finding("5b.missing", 1)
        return
    yield from check_part("letter_subject", lines, skip=("align",) if sheet.kind == PDF else ())
    first, last = lines[0], lines[-1]
    if not _LETTER_FORM.match(first.text):
        right = _ABBREVIATED.sub("V/v ", first.text)
        edits = [Edit("text", first.number, first.text, right)] if right != first.text else []
        yield at("5b.form", first, edits=edits)
    if last.text.endswith((".", ";")) and not last.text.endswith(("...", "v.v.")):
        yield at("5b.stop", last, edits=[Edit("text", last.number, last.text, last.text.rstrip(".; "))])
    number = anatomy.head.number
    if number is not None and sheet.kind != PDF and number.cell == first.cell and number.number + 1 == first.number:
        gap = (number.after_pt or 0) + (first.before_pt or 0)
        if gap < 5.9:
            yield at("5b.gap", first, edits=[Edit("paragraph", first.number, "before", "6")], found=f"{gap:g}")
    if any(rule for line in lines for rule in line.rules):
        yield at("5b.rule", last)


def check_stamps(sheet: Sheet, anatomy: Anatomy) -> Iterator[Finding]:
    """Boxes 10b and 11, where the drafter wrote them."""
    urgency, circulation = anatomy.head.urgency, anatomy.head.circulation
    boxes = sheet.kind != PDF
    if urgency is not None:
        yield from check_part("urgency", [urgency])
        if urgency.text.upper() not in _URGENCIES:
            yield at("10b.words", urgency)
        if boxes and not _boxed(urgency, sheet):
            yield at("10b.box", urgency)
        if any(run.colour is None or not _is_red(run.colour) for run in urgency.shown):
            edits = [Edit("run", urgency.number, "colour", "FF0000", run.number) for run in urgency.shown]
            yield at("10b.colour", urgency, edits=edits)
    if circulation is not None:
        yield from check_part("circulation", [circulation])
        if circulation.text.upper() not in _CIRCULATIONS:
            yield at("11.words", circulation)
        if boxes and not _boxed(circulation, sheet):
            yield at("11.box", circulation)


def _boxed(line: Line, sheet: Sheet) -> bool:
    return line.boxed or (line.cell is not None and line.cell[0] in sheet.tables)


def _is_red(colour: str) -> bool:
    try:
        red, green, blue = (int(colour[at : at + 2], 16) for at in (0, 2, 4))
    except ValueError:
        return False
    return red >= 0xC0 and green <= 0x50 and blue <= 0x50
