"""Checking a file by Decree 30/2020: what it is, and every rule that does not hold.

Pure, for the service's fence. Nothing is judged that the file does not tell.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from templates.checker import annex_checks, body_checks, citation_checks, foot_checks, head_checks, number_checks
from templates.checker.anatomy import Anatomy, dissect
from templates.checker.axes import check_axes
from templates.checker.headings import check_headings
from templates.checker.model import Finding, Report, Sheet
from templates.checker.page_checks import check_fonts, check_page
from templates.checker.pdf import read_pdf
from templates.checker.reading import read_docx
from templates.checker.rules import in_force
from templates.checker.text_checks import check_capitals, check_unicode

# Of one rule so many places are told; the last of them says how many more there are.
MOST_OF_A_RULE = 10


def check(data: bytes, *, day: date) -> Report:
    """Check a DOCX or a PDF by the rules in force on a day.

    Raises `OfficeRefused` and `PdfUnreadable` for what cannot be read or may not come in.
    """
    return check_sheet(read_pdf(data) if data.startswith(b"%PDF-") else read_docx(data), day=day)


def check_sheet(sheet: Sheet, *, day: date) -> Report:
    """Check what was read."""
    return report_of(*findings_of(sheet, day=day))


def findings_of(sheet: Sheet, *, day: date) -> tuple[str | None, list[Finding]]:
    """The kind of what was read, and everything found, however often."""
    anatomy = dissect(sheet)
    return anatomy.kind, _in_force(sheet, anatomy, day)


def report_of(kind: str | None, found: Sequence[Finding]) -> Report:
    """The same findings in the order of reading, of each rule some."""
    order = sorted(range(len(found)), key=lambda n: (found[n].paragraph is not None, found[n].paragraph or 0, n))
    return Report(kind, tuple(bounded([found[n] for n in order])))


def _in_force(sheet: Sheet, anatomy: Anatomy, day: date) -> list[Finding]:
    """What the rules of a day find; a page that nobody has laid out is not told."""
    unsure = sheet.unsure_from
    return [
        replace(finding, page=None) if unsure and (finding.paragraph or 0) >= unsure else finding
        for finding in _findings(sheet, anatomy)
        if in_force(finding.rule, day)
    ]


def _findings(sheet: Sheet, anatomy: Anatomy) -> Iterator[Finding]:
    yield from check_page(sheet, anatomy)
    yield from check_fonts(sheet, anatomy)
    yield from check_unicode(sheet)
    if anatomy.family == "administrative":
        yield from _document(sheet, anatomy)
        yield from annex_checks.check_copy(anatomy)
        yield from _copied(sheet, anatomy)
    elif not anatomy.annexes:
        yield Finding("page.family", 1, params={"found": anatomy.family})
        yield from number_checks.check_family(anatomy)
    yield from annex_checks.check_annexes(sheet, anatomy)
    yield from check_capitals(anatomy)
    if anatomy.attached:
        other = replace(sheet, lines=anatomy.attached)
        theirs = dissect(other)
        yield from _document(other, theirs)
        yield from check_capitals(theirs)


def _document(sheet: Sheet, anatomy: Anatomy) -> Iterator[Finding]:
    """A document with its own head; what goes with another has number, date and signature there (form 1.3)."""
    yield from head_checks.check_nation(sheet, anatomy)
    yield from head_checks.check_agency(sheet, anatomy)
    yield from head_checks.check_title(sheet, anatomy)
    yield from head_checks.check_stamps(sheet, anatomy)
    yield from check_axes(sheet, anatomy)
    yield from body_checks.check_grounds(anatomy)
    yield from citation_checks.check_citations(anatomy)
    yield from foot_checks.check_salutation(sheet, anatomy)
    yield from body_checks.check_body(sheet, anatomy)
    yield from check_headings(sheet, anatomy.body)
    yield from citation_checks.check_references(anatomy)
    yield from foot_checks.check_address(sheet, anatomy)
    if anatomy.accompanies is None or anatomy.head.number is not None:
        yield from number_checks.check_number(sheet, anatomy)
        yield from number_checks.check_date(sheet, anatomy)
    if anatomy.accompanies is None or anatomy.foot.capacity:
        yield from foot_checks.check_signature(sheet, anatomy)
    if anatomy.accompanies is None or anatomy.foot.title is not None:
        yield from foot_checks.check_recipients(sheet, anatomy)


def _copied(sheet: Sheet, anatomy: Anatomy) -> Iterator[Finding]:
    """The components of a copy on paper are written as a document's (Annex I, part II, II.2.c)."""
    said = (anatomy.copy, anatomy.copy_number)
    if not any(line.side and line.text for line in anatomy.copied if line not in said):
        return
    copied = dissect(replace(sheet, lines=anatomy.copied))
    yield from head_checks.check_agency(sheet, copied)
    yield from number_checks.check_date(sheet, copied)
    yield from foot_checks.check_signature(sheet, copied)
    yield from foot_checks.check_recipients(sheet, copied)


def bounded(found: Sequence[Finding]) -> Iterator[Finding]:
    """The same findings, of each rule `MOST_OF_A_RULE` at most."""
    total = Counter(finding.rule for finding in found)
    told: Counter[str] = Counter()
    for finding in found:
        told[finding.rule] += 1
        if told[finding.rule] > MOST_OF_A_RULE:
            continue
        more = total[finding.rule] - MOST_OF_A_RULE
        if told[finding.rule] == MOST_OF_A_RULE and more > 0:
            yield Finding(
                finding.rule,
                finding.page,
                finding.paragraph,
                finding.run,
                {**finding.params, "more": str(more)},
                finding.edits,
            )
        else:
            yield finding
