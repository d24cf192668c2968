"""Grounds and references to other documents (Annex I, part I, II.6.a and b), and dates in the text."""

import re
from collections.abc import Iterator, Sequence

from templates.checker.anatomy import Anatomy
from templates.checker.dates import LONG_DATE, SHORT_DATE, faults_in, is_possible, long_form
from templates.checker.letters import at, check_part
from templates.checker.model import Edit, Finding, Line

_KINDS = (
    "Nghị định|Thông tư liên tịch|Thông tư|Quyết định|Nghị quyết|Chỉ thị|Kế hoạch|Công văn|Thông báo|Báo cáo|Tờ trình"
    "|Hướng dẫn|Chương trình|Kết luận|Quy chế|Quy định|Công điện"
)
_GROUND = re.compile(rf"^Căn cứ (?:{_KINDS})\b", re.IGNORECASE)
_LAW = re.compile(r"^Căn cứ (?:các )?(?:Bộ luật|Luật|Pháp lệnh)\b(?P<rest>.*)$")
_LAW_NUMBER = re.compile(
    r"\b(?:Bộ luật|Luật|Pháp lệnh) [^;.]{3,120}?(?P<cut>,? (?:số )?\d{1,3}/\d{4}/(?:QH|UBTVQH|PL)\w*)"
)
_REFERENCE = re.compile(
    rf"\b(?P<kind>{_KINDS}) (?P<word>số\s*)?(?P<number>\d{{1,5}}[a-zđ]?\s*/\s*(?:\d{{4}}\s*/\s*)?[A-ZĐ][\wĐđ]*"
    r"(?:\s*[-–]\s*[A-ZĐ][\wĐđ]*)*)"
)
_ISSUER = re.compile(r"\bcủa\s+\S")
_SUBJECT = re.compile(
    r"\b(?:về|quy định|ban hành|phê duyệt|hướng dẫn|sửa đổi|bổ sung|công bố|giao|thành lập|quy chế|thực hiện|tổ chức"
    r"|triển khai|phân cấp|điều chỉnh|kiện toàn)\b",
    re.IGNORECASE,
)


def check_citations(anatomy: Anatomy) -> Iterator[Finding]:
    """The grounds, line by line."""
    lines = anatomy.citations
    yield from check_part("citation", lines)
    for ordinal, line in enumerate(lines):
        yield from _stop(line, last=ordinal == len(lines) - 1, enacted=anatomy.enacts is not None)
        if line.text.startswith(("-", "–", "+")):
            yield at("6.citation.dash", line, edits=[Edit("text", line.number, line.text, line.text.lstrip("-–+ "))])
        if line.text[:1].islower():
            right = line.text[:1].upper() + line.text[1:]
            yield at("6.citation.initial", line, edits=[Edit("text", line.number, line.text, right)])
        text = line.text.lstrip("-–+ ")
        if _GROUND.match(text):
            yield from _whole(line, text)
        named = _LAW.match(text)
        law = _LAW_NUMBER.search(text) if named else None
        if named and not LONG_DATE.search(text) and not SHORT_DATE.search(text):
            yield at("6.citation.law_date", line)
        if law is not None:
            yield at("6.citation.law_number", line, edits=[Edit("text", line.number, law["cut"], "", run=1)])


def _stop(line: Line, *, last: bool, enacted: bool) -> Iterator[Finding]:
    wanted = "." if last else ";"
    if line.text.endswith(wanted) or (last and not enacted and line.text.endswith((";", ","))):
        return
    right = line.text.rstrip(" .;,:") + wanted
    rule = "6.citation.full_stop" if last else "6.citation.semicolon"
    yield at(rule, line, edits=[Edit("text", line.number, line.text, right)])


def _whole(line: Line, text: str) -> Iterator[Finding]:
    """Kind, number, date, issuer and subject all belong to a ground."""
    found = _REFERENCE.search(text)
    if found is None:
        if "này" not in text.split():
            yield at("6.citation.number", line)
        return
    if not found["word"]:
        yield _number_word("6.citation.number_word", line, found)
    rest = text[found.end() :]
    long, short = LONG_DATE.search(rest), SHORT_DATE.search(rest)
    if long is None and short is not None:
        edits = []
        if is_possible(short["day"], short["month"], short["year"]):
            right = long_form(short["day"], short["month"], short["year"]).removeprefix("ngày ")
            edits = [Edit("text", line.number, short[0], right, run=1)]
        yield at("6.citation.date_form", line, edits=edits)
    elif long is None:
        yield at("6.citation.date", line)
    issuer = _ISSUER.search(rest)
    if issuer is None:
        yield at("6.citation.issuer", line)
    elif not _SUBJECT.search(rest[issuer.end() :]):
        yield at("6.citation.subject", line)


def _number_word(rule: str, line: Line, found: re.Match[str]) -> Finding:
    old = f"{found['kind']} {found['number']}"
    return at(rule, line, edits=[Edit("text", line.number, old, f"{found['kind']} số {found['number']}", run=1)])


def check_references(anatomy: Anatomy) -> Iterator[Finding]:
    """References in the text: whole at first, kind and number later; and every date."""
    known: set[str] = set()
    for line in anatomy.citations:
        known |= {_name(found) for found in _REFERENCE.finditer(line.text)}
        yield from _dates([line])
    yield from _dates(anatomy.body)
    for line in anatomy.body:
        for found in _REFERENCE.finditer(line.text):
            yield from _reference(line, found, known)
            known.add(_name(found))
        law = _LAW_NUMBER.search(line.text)
        if law is not None:
            yield at("6.reference.law_number", line)


def _name(found: re.Match[str]) -> str:
    return re.sub(r"\s+", "", f"{found['kind']}{found['number']}").replace("–", "-").lower()


def _reference(line: Line, found: re.Match[str], known: set[str]) -> Iterator[Finding]:
    rest = line.text[found.end() : found.end() + 60]
    dated = bool(re.match(r"\s*,?\s*ngày\b", rest))
    if not found["word"]:
        yield _number_word("6.reference.number_word", line, found)
    tight = re.sub(r"\s+", "", found["number"]).replace("–", "-")
    if tight != found["number"]:
        edits = [Edit("text", line.number, found["number"], tight, run=1)]
        yield at("6.reference.blanks", line, edits=edits, found=found["number"], wanted=tight)
    if _name(found) in known:
        if dated and LONG_DATE.match(rest.lstrip(" ,")):
            yield at("6.reference.later", line, found=found[0])
    elif not dated:
        yield at("6.reference.first", line, found=found[0])


def _dates(lines: Sequence[Line]) -> Iterator[Finding]:
    for line in lines:
        for found in LONG_DATE.finditer(line.text):
            for fault in faults_in(found):
                if fault.code == "year":
                    continue
                edits = [Edit("text", line.number, fault.found, fault.right, run=1)] if fault.right else []
                wanted = fault.right or fault.found
                yield at(f"6.date.{fault.code}", line, edits=edits, found=fault.found, wanted=wanted)
        for short in SHORT_DATE.finditer(line.text):
            if line.text.startswith("Căn cứ") and _REFERENCE.search(line.text):
                continue
            if is_possible(short["day"], short["month"], short["year"]):
                wanted = long_form(short["day"], short["month"], short["year"])
                yield at("6.date.form", line, found=short[0], wanted=wanted)
            else:
                yield at("6.date.impossible", line, found=short[0], wanted=short[0])
