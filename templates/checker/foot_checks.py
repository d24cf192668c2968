"""The foot of a document: boxes 7a, 7b, 9a, 9b, 12 and 13 (Annex I, part I, II.7, II.9, III.3, III.4)."""

import re
from collections.abc import Iterator, Sequence

from templates.checker.anatomy import Anatomy
from templates.checker.foot_parts import Foot
from templates.checker.headings import is_article
from templates.checker.letters import at, check_part
from templates.checker.model import PDF, Edit, Finding, Line, Sheet
from templates.checker.words import ADDRESSED, ENACTED, RECIPIENTS, SALUTATION, SIGNED_BY_TWO, fold

_GOOD_CAPACITY = re.compile(r"^(TM|KT|TL|TUQ|Q)\. \S")
_LOOSE_CAPACITY = re.compile(
    r"^(T\s*/?\s*M|K\s*/?\s*T|T\s*/?\s*L|TUQ|T\.?\s?U\.?\s?Q|UQ|T\.M|K\.T|T\.L|Q)\s*[.:/]?\s*(?=\S{2})",
    re.IGNORECASE,
)
# Written out where the decree has an abbreviation.
_WORDS = {
    "THAY MẶT": "TM",
    "KÝ THAY": "KT",
    "THỪA LỆNH": "TL",
    "THỪA ỦY QUYỀN": "TUQ",
    "THỪA UỶ QUYỀN": "TUQ",
    "QUYỀN": "Q",
}
_COLLECTIVES: tuple[str, ...] = (
    "uy ban",
    "ubnd",
    "hdnd",
    "hoi dong",
    "ban ",
    "thuong truc",
    "tap the",
    "bo ",
    "so ",
    "chi bo",
    "doan ",
)
_COLLECTIVES += ("to ", "uy vien", "chinh phu", "thuong vu", "thanh vien", "dang uy", "hoi ", "lien ")
_HEADS: tuple[str, ...] = (
    "chu tich",
    "giam doc",
    "truong",
    "chanh",
    "cuc truong",
    "vien truong",
    "hieu truong",
    "bo truong",
    "chi cuc truong",
)
_HEADS += (
    "thu truong",
    "vu truong",
    "tong",
    "chu nhiem",
    "tram truong",
    "doi truong",
    "bi thu",
    "tu lenh",
    "chi huy",
    "quyen han",
)
_DEGREES = re.compile(
    r"^(?:(?:GS|PGS|TS|Dr|ThS|Ths|TH\.S|BS|BSCK\w*|BS\.?CKI+|DS|KS|CN|LS|NGƯT|NGND|NSƯT|NSND|TTƯT|TTND|AHLĐ"
    r"|Tiến sĩ|Tiến sỹ|Thạc sĩ|Thạc sỹ|Giáo sư|Phó giáo sư|Bác sĩ|Bác sỹ|Kỹ sư|Cử nhân|Luật sư|Nhà giáo|Nghệ sĩ"
    r"|Đại tá|Thượng tá|Trung tá|Thiếu tá|Đại úy|Thượng úy|Trung úy|Thiếu úy|Thiếu tướng|Trung tướng)[\s.,-]+)+",
)
_HONORIFIC = re.compile(r"^(?:Ông|Bà|Đồng chí|Đ/c|Đc|Anh|Chị|Mr|Ms)[\s.:]+")
# Sectors whose heads may allow ranks and degrees before a name (II.7.c).
_ALLOWED_DEGREES: tuple[str, ...] = (
    "cong an",
    "quan doi",
    "quan su",
    "bo chi huy",
    "truong ",
    "benh vien",
    "vien ",
    "dai hoc",
    "hoc vien",
    "tram y te",
)
_ALLOWED_DEGREES += ("trung tam y te", "bo doi", "bien phong", "su doan", "trung doan")
_UNOFFICIAL = ("quyen dieu hanh", "pho phu trach", "phu trach", "truong phu trach")
_LEVEL_MM = 3.0
_ALIGN_MM = 1.0


def check_signature(sheet: Sheet, anatomy: Anatomy) -> Iterator[Finding]:
    """Boxes 7a and 7b."""
    foot, minutes = anatomy.foot, anatomy.kind in SIGNED_BY_TWO
    skip = ("align",) if sheet.kind == PDF else ()
    if not foot.capacity:
        if not minutes:
            yield Finding("7a.missing")
        return
    yield from check_part("capacity", foot.capacity, skip=skip)
    if not minutes:
        yield from _capacity(foot.capacity)
    if foot.name is None:
        if not minutes:
            yield at("7b.missing", foot.capacity[-1])
        return
    yield from check_part("signer", [foot.name], skip=skip)
    yield from check_part("signer_title", foot.above_name)
    yield from _name(foot.name, anatomy)


def _capacity(lines: Sequence[Line]) -> Iterator[Finding]:
    texts = [line.text for line in lines]
    for line in lines:
        spelled = next((word for word in _WORDS if line.text.startswith(f"{word} ")), None)
        if spelled is not None and not line.text.startswith("QUYỀN HẠN"):
            right = f"{_WORDS[spelled]}. {line.text[len(spelled) + 1 :]}"
            yield at("7a.form", line, edits=[Edit("text", line.number, line.text, right)], wanted=right)
            continue
        loose = _LOOSE_CAPACITY.match(line.text)
        if loose is None or _GOOD_CAPACITY.match(line.text):
            continue
        letters = re.sub(r"[\s./]", "", loose[1]).upper().replace("TUQ", "UQ").replace("UQ", "TUQ")
        if letters == "Q" and not re.match(r"^Q\s*[.:/]", line.text):
            continue
        bare = re.sub(r"[.:/\s]", "", loose[0]).upper() == letters and not re.search(r"[.:/]", loose[0])
        if bare and not re.match(r"^(?:TM|KT|TL|TUQ)\s", line.text):
            continue
        right = f"{letters}. {line.text[loose.end() :]}"
        rule = "7a.blank" if loose[0].rstrip() == f"{letters}." else "7a.form"
        yield at(rule, line, edits=[Edit("text", line.number, line.text, right)], wanted=right)
    yield from _order(lines, [fold(text) for text in texts])
    for line in lines:
        if any(fold(line.text).endswith(word) or f" {word}" in f" {fold(line.text)}" for word in _UNOFFICIAL):
            yield at("7a.unofficial", line)


def _order(lines: Sequence[Line], folded: Sequence[str]) -> Iterator[Finding]:
    """What may follow what: TM. a collective; KT., TL., TUQ. and Q. a head; KT. a deputy's title below."""
    for index, (line, text) in enumerate(zip(lines, folded, strict=True)):
        found = re.match(r"^(tm|kt|tl|tuq|q)\s*[./]?\s*[./m ]?\s*(?P<rest>\S.*)$", text)
        prefix = re.match(r"^(tm|kt|tl|tuq|q)\b", text.replace("/", "").replace("t.m", "tm").replace("k.t", "kt"))
        if found is None or prefix is None:
            continue
        rest = re.sub(r"^[tkm/lqu]{1,3}[./ ]+", "", text).strip()
        name, below = prefix[1], folded[index + 1] if index + 1 < len(folded) else ""
        if name == "tm" and rest.startswith(_HEADS) and not rest.startswith(_COLLECTIVES):
            yield at("7a.collective", line)
        if name in {"kt", "tl", "tuq"} and rest.startswith(("uy ban", "ubnd", "hdnd", "hoi dong nhan dan")):
            yield at("7a.head", line)
        if name == "kt" and not below.startswith("pho ") and not below.startswith(("thu truong", "kt")):
            yield at("7a.deputy", line)
        if name in {"tm", "tl", "tuq"} and not below:
            yield at("7a.own_title", line)
        if name == "q" and rest.startswith("pho "):
            yield at("7a.acting", line)
    above = " ".join(folded[:-1])
    if folded[-1].startswith("pho ") and not re.search(
        r"\b(?:kt|tl|tuq)\b", above.replace("/", "").replace("k.t", "kt")
    ):
        yield at("7a.deputy_alone", lines[-1])


def _name(line: Line, anatomy: Anatomy) -> Iterator[Finding]:
    issuer = fold(" ".join(part.text for part in (*anatomy.head.superior, *anatomy.head.issuer)))
    degree = _DEGREES.match(line.text)
    if degree is not None and not any(word in f"{issuer} " for word in _ALLOWED_DEGREES):
        yield at("7b.degree", line, edits=[Edit("text", line.number, line.text, line.text[degree.end() :])])
    honorific = _HONORIFIC.match(line.text)
    if honorific is not None:
        yield at("7b.honorific", line, edits=[Edit("text", line.number, line.text, line.text[honorific.end() :])])
    if line.text.endswith((".", ",", ";")):
        yield at("7b.full_stop", line, edits=[Edit("text", line.number, line.text, line.text.rstrip(".,; "))])
    low = [word for word in line.text.split() if word[:1].islower()]
    if low and len(line.text.split()) <= 6:
        right = " ".join(word[:1].upper() + word[1:] for word in line.text.split())
        yield at("7b.initial", line, edits=[Edit("text", line.number, line.text, right)])


def check_recipients(sheet: Sheet, anatomy: Anatomy) -> Iterator[Finding]:
    """Box 9b, and 12 below it."""
    foot = anatomy.foot
    if foot.title is None:
        yield Finding("9b.missing")
        return
    yield from _title(sheet, foot, minutes=anatomy.kind in SIGNED_BY_TWO)
    if foot.drafter is not None:
        yield from check_part("drafter", [foot.drafter])
        if not re.match(r"^[A-ZĐ]{1,6}\.\(?\d+\)?$", foot.drafter.text):
            yield at("12.form", foot.drafter)
    entries = foot.recipients
    if not entries:
        yield at("9b.empty", foot.title)
        return
    yield from check_part("recipients", entries)
    for line in entries[:-1]:
        if not line.text.endswith(";") and not _continues(line, entries):
            right = line.text.rstrip(" .,:") + ";"
            yield at("9b.semicolon", line, edits=[Edit("text", line.number, line.text, right)])
    if not entries[-1].text.endswith("."):
        right = entries[-1].text.rstrip(" ;,:") + "."
        yield at("9b.full_stop", entries[-1], edits=[Edit("text", entries[-1].number, entries[-1].text, right)])
    yield from _dashes(sheet, entries)
    yield from _archive(entries)
    yield from _named(anatomy)


def _title(sheet: Sheet, foot: Foot, *, minutes: bool) -> Iterator[Finding]:
    title = foot.title
    if title is None:
        return
    yield from check_part("recipients_title", [title])
    if any(run.underline for run in title.shown):
        edits = [Edit("run", title.number, "underline", "", run.number) for run in title.shown]
        yield at("9b.underline", title, edits=edits)
    if fold(title.text).startswith("noi gui"):
        yield at("9b.words", title, edits=[Edit("text", title.number, title.text, "Nơi nhận:")])
    elif not title.text.endswith(":") and RECIPIENTS.sub("", title.text).strip() == "":
        yield at("9b.colon", title, edits=[Edit("text", title.number, title.text, title.text.rstrip(" .") + ":")])
    elif title.text not in {"Nơi nhận:", "NƠI NHẬN:"} and title.text.endswith(":"):
        yield at("9b.words", title, edits=[Edit("text", title.number, title.text, "Nơi nhận:")])
    if title.align in {"center", "right"}:
        yield at("9b.left", title, edits=[Edit("paragraph", title.number, "align", "left")])
    first = foot.capacity[0] if foot.capacity else None
    beside = first is not None and sheet.kind == PDF and title.page == first.page and not minutes
    if beside and first and title.box and first.box and abs(title.box[3] - first.box[3]) > _LEVEL_MM:
        yield at("9b.level", title)


def _continues(line: Line, entries: Sequence[Line]) -> bool:
    """Whether the next line goes on with this entry: it has no dash and begins low."""
    after = entries[entries.index(line) + 1]
    return not after.text.startswith(("-", "–", "+", "•", "*")) and after.text[:1].islower()


def _dashes(sheet: Sheet, entries: Sequence[Line]) -> Iterator[Finding]:
    for at_, line in enumerate(entries):
        if at_ and _continues(entries[at_ - 1], entries):
            continue
        if re.match(r"^[-–]\s*[a-zđ]", line.text):
            right = re.sub(r"[^\W\d_]", lambda found: found[0].upper(), line.text, count=1)
            yield at("9b.initial", line, edits=[Edit("text", line.number, line.text, right)])
        blank = "" if sheet.kind == PDF else " "
        if not re.match(rf"^-{blank or ' ?'}\S", line.text):
            bare = line.text.lstrip("–—+•*. ")
            edits = [] if line.label else [Edit("text", line.number, line.text, f"- {bare}")]
            yield at("9b.dash", line, edits=edits)
        elif sheet.kind != PDF and line.start_mm is not None and line.start_mm > 3 and not line.pieces:
            yield at("9b.left", line, edits=[Edit("paragraph", line.number, "first", "0")])


def _archive(entries: Sequence[Line]) -> Iterator[Finding]:
    found = [line for line in entries if re.match(r"^[-–—+•*\s]*L[ưu]u\b", line.text, re.IGNORECASE)]
    if not found:
        yield at("9b.archive", entries[-1])
        return
    line = found[-1]
    if line is not entries[-1]:
        yield at("9b.archive_last", line)
    told = re.match(r"^[-–—+•*\s]*(?P<word>L[ưu]u)(?P<colon>\s*:?)\s*(?P<rest>.*)$", line.text, re.IGNORECASE)
    if told is None:
        return
    if told["colon"].strip() != ":":
        right = line.text.replace(f"{told['word']}{told['colon']}", f"{told['word']}: ", 1).replace(":  ", ": ")
        yield at("9b.archive_colon", line, edits=[Edit("text", line.number, line.text, right)])
    rest = told["rest"].lstrip(": ")
    if not re.match(r"^VT\b", rest):
        yield at("9b.archive_office", line)
    elif re.match(r"^VT\s*[;.\-–/ ]\s*[A-ZĐ(]", rest):
        right = re.sub(r"VT\s*[;.\-–/ ]\s*", "VT, ", line.text, count=1)
        yield at("9b.archive_comma", line, edits=[Edit("text", line.number, line.text, right)])


def _named(anatomy: Anatomy) -> Iterator[Finding]:
    entries = anatomy.foot.recipients
    above = next(
        (line for line in entries if re.match(r"^[-–\s]*Như (?:trên|kính gửi)\b", line.text, re.IGNORECASE)), None
    )
    calls = anatomy.salutation or anatomy.kind in {"CĐ", "GM", "GGT", "PG", "PC", "PB", "ThC"}
    if above is not None and not calls:
        yield at("9b.as_above", above)
    elif above is not None and "gửi" in above.text:
        right = re.sub(r"[Nn]hư kính gửi", "Như trên", above.text)
        yield at("9b.above_words", above, edits=[Edit("text", above.number, above.text, right)])
    elif above is None and anatomy.salutation is not None and anatomy.kind in ADDRESSED:
        yield at("9b.above_missing", entries[0])
    articles = any(re.match(r"^[-–\s]*Như [Đđ]iều\b", line.text) for line in entries)
    wrongly = next((line for line in entries if re.match(r"^[-–\s]*Như [Đđ]iều\b", line.text)), None)
    if wrongly is not None and not any(is_article(line.text) for line in anatomy.body):
        yield at("9b.articles", wrongly)
    if anatomy.kind in ENACTED and not articles and above is None:
        yield at("9b.as_articles", entries[0])


def check_salutation(sheet: Sheet, anatomy: Anatomy) -> Iterator[Finding]:
    """Box 9a."""
    line, entries = anatomy.salutation, anatomy.addressees
    if line is None:
        if anatomy.kind == "CV":
            yield Finding("9a.missing", 1)
        return
    if anatomy.kind is not None and anatomy.kind not in ADDRESSED:
        yield at("9a.kind", line)
    yield from check_part("addressee", [line, *entries])
    words = SALUTATION.match(line.text)
    if words is not None and words[0] != "Kính gửi":
        yield at("9a.words", line, edits=[Edit("text", line.number, words[0], "Kính gửi", run=1)])
    rest = SALUTATION.sub("", line.text).strip()
    if not rest.startswith(":"):
        edits = [Edit("text", line.number, words[0], f"{words[0]}:", run=1)] if words else []
        yield at("9a.colon", line, edits=edits)
    yield from _receivers(sheet, line, entries, rest)


def _receivers(sheet: Sheet, line: Line, entries: Sequence[Line], rest: str) -> Iterator[Finding]:
    """One receiver stands on the line itself, several on lines of their own."""
    named = rest.lstrip(": ")
    listed = [entry for entry in entries if entry.text.startswith(("-", "–", "—", "+", "•"))]
    if not listed and not named:
        listed = list(entries)
    if len(listed) == 1 and not named:
        yield at("9a.same_line", listed[0])
    elif named and (listed or ";" in named.rstrip(";")):
        yield at("9a.own_lines", line)
    if len(listed) > 1:
        yield from _entries(sheet, listed)


def _entries(sheet: Sheet, listed: Sequence[Line]) -> Iterator[Finding]:
    for entry in listed:
        if not entry.text.startswith("-"):
            edits = [] if entry.label else [Edit("text", entry.number, entry.text, f"- {entry.text.lstrip('–—+• ')}")]
            yield at("9a.dash", entry, edits=edits)
    for entry in listed[:-1]:
        if not entry.text.endswith(";"):
            right = entry.text.rstrip(" .,:") + ";"
            yield at("9a.semicolon", entry, edits=[Edit("text", entry.number, entry.text, right)])
    last = listed[-1]
    if not last.text.endswith("."):
        right = last.text.rstrip(" ;,:") + "."
        yield at("9a.full_stop", last, edits=[Edit("text", last.number, last.text, right)])
    starts = [entry.start_mm for entry in listed if entry.start_mm is not None and entry.align != "center"]
    apart = bool(starts) and max(starts) - min(starts) > _ALIGN_MM
    if sheet.kind != PDF and (apart or any(entry.align == "center" for entry in listed)):
        yield at("9a.align", listed[0])


def check_address(sheet: Sheet, anatomy: Anatomy) -> Iterator[Finding]:
    """Box 13."""
    if not anatomy.address:
        return
    yield from check_part("address", anatomy.address)
    first = anatomy.address[0]
    if sheet.kind != PDF and not any(line.rules for line in (*sheet.footer, *sheet.lines[-8:])):
        yield at("13.rule", first)
