"""What became of a file after one of its signatures: the facts, what they are called, and one sentence about them."""

from dataclasses import dataclass
from enum import StrEnum

from pydantic import ConfigDict, TypeAdapter

from docservice.core.sandbox import Sandbox
from docservice.core.words import N_, say
from docservice.core.work import Ports, Reading, Work
from docservice.documents import facts, queries, storing
from docservice.documents.joint import DATE_FIELD, NUMBER_FIELD
from signing.revisions import FieldChange, FieldKind, fields_changed_after, signed_revision
from signing.verdict import FileVerdict, SignatureVerdict, VerdictCode
from templates.compare import ComparedPage, Comparison, compare_pages

DPI = 110

# Of these it is not certain that the cut shows what the signer saw.
BROKEN = frozenset(
    {
        VerdictCode.BYTES_CHANGED,
        VerdictCode.SIGNATURE_WRONG,
        VerdictCode.ATTRIBUTES_WRONG,
        VerdictCode.STRUCTURE_WRONG,
        VerdictCode.BYTE_RANGE_WRONG,
        VerdictCode.FORMAT_UNSUPPORTED,
    }
)


_CHANGED = frozenset({VerdictCode.CHANGED_AFTER_SIGNING, VerdictCode.COVERED_AFTER_SIGNING})


class Kind(StrEnum):
    """What sort of thing changed."""

    FIELD = "field"
    PAGE = "page"
    PAGE_ADDED = "page_added"
    PAGE_REMOVED = "page_removed"
    UNSEEN = "unseen"


@dataclass(frozen=True)
class Found:
    """What the file alone tells, whoever is trusted: kept and read again."""

    fields: tuple[FieldChange, ...]
    comparison: Comparison


@dataclass(frozen=True)
class Change:
    """One difference: `number` as it is written in the pictures, None for what no picture shows; page from 1."""

    number: int | None
    page: int | None
    kind: Kind
    name: str
    allowed: bool


# The one-tuple is there because a dataclass takes no configuration from outside.
_KEPT: TypeAdapter[tuple[Found]] = TypeAdapter(
    tuple[Found], config=ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")
)
# A new recipe when what is found or how it is drawn changes.
_RECIPE_VERSION = 1

ALLOWED, REFUSED = N_("được phép"), N_("không được phép")
_ON_PAGE, _ON_NO_PAGE = N_("{name}, trang {page}"), N_("{name}, không thấy trên trang")
IMPOSSIBLE = N_("Không dựng lại được bản đã ký để so sánh ({code}).")

_NOTHING = N_("Sau chữ ký này tệp không thay đổi.")
_ONLY_ALLOWED = N_("Sau chữ ký này chỉ có thay đổi được phép: {what}.")
_NOT_ALLOWED = N_("Sau chữ ký này có thay đổi không được phép: {what}.")
_DOUBTFUL = N_("Phần đã ký không còn nguyên vẹn, nên chưa chắc người ký đã thấy bản ở bên trái.")
_LEFT_OUT = N_("Tệp quá dài: {n} trang chưa được so sánh.")

_NAMES = {
    Kind.PAGE: N_("nội dung trang {page}"),
    Kind.PAGE_ADDED: N_("thêm trang {page}"),
    Kind.PAGE_REMOVED: N_("bỏ trang {page}"),
    Kind.UNSEEN: N_("phần không nhìn thấy trên trang"),
}
_FIELD_NAMES = {NUMBER_FIELD: N_("số"), DATE_FIELD: N_("ngày")}


def compare_after(sandbox: Sandbox, pdf: bytes, field: str) -> Found:
    """Compare the file with what the signature in this field covers; slow, and never in a transaction.

    Raises `SigningError`, `TemplatesError` or `SandboxFailed` where the signed revision cannot be had or drawn.
    """
    fields = sandbox.run(fields_changed_after, pdf, field)
    before = sandbox.run(signed_revision, pdf, field)
    judged = {change.name: change.allowed for change in fields}
    return Found(fields, sandbox.run(compare_pages, before, pdf, fields=judged, dpi=DPI))


def kept_key(reading: Reading, *, sha256: str, number: int) -> str | None:
    """The store's key of what was found before about the file's signature of this number."""
    kept = queries.derivative(reading, of_sha256=sha256, recipe=f"changes-{number}", recipe_version=_RECIPE_VERSION)
    return kept.key if kept else None


def load(ports: Ports, key: str) -> Found:
    """What was found, from the store."""
    return _KEPT.validate_json(storing.get(ports, key))[0]


def store(ports: Ports, found: Found) -> str:
    """Put what was found into the store; returns its key for `keep`."""
    return storing.put(ports, _KEPT.dump_json((found,))).key


def keep(work: Work, *, sha256: str, number: int, key: str) -> None:
    """Remember where it lies."""
    facts.keep_derivative(work, of_sha256=sha256, recipe=f"changes-{number}", recipe_version=_RECIPE_VERSION, key=key)


def changes_in(found: Found, verdict: SignatureVerdict, file: FileVerdict, language: str = "vi") -> tuple[Change, ...]:
    """Every difference with its name: what the pictures show in its order, then what they do not show."""
    names = {change.name: _field_name(change, file, language) for change in found.fields}
    seen = [
        _seen(page, region.number, names.get(region.field, ""), allowed=region.allowed, language=language)
        for page in found.comparison.pages
        for region in page.regions
    ]
    unseen = [
        Change(None, None, Kind.FIELD, names[change.name], change.allowed)
        for change in found.fields
        if change.name not in {region.field for page in found.comparison.pages for region in page.regions}
    ]
    if verdict.code in _CHANGED and all(change.allowed for change in (*seen, *unseen)):
        unseen.append(Change(None, None, Kind.UNSEEN, say(_NAMES[Kind.UNSEEN], language), allowed=False))
    return (*seen, *unseen)


def summary(changes: tuple[Change, ...], found: Found, verdict: SignatureVerdict, language: str = "vi") -> str:
    """One sentence or two about the changes, for whoever has to decide on the file."""
    refused = [change.name for change in changes if not change.allowed]
    sentences = []
    if refused:
        sentences.append(say(_NOT_ALLOWED, language, what=", ".join(dict.fromkeys(refused))))
    elif changes:
        sentences.append(say(_ONLY_ALLOWED, language, what=", ".join(dict.fromkeys(change.name for change in changes))))
    elif verdict.code not in BROKEN:
        sentences.append(say(_NOTHING, language))
    if verdict.code in BROKEN:
        sentences.append(say(_DOUBTFUL, language))
    if found.comparison.left_out:
        sentences.append(say(_LEFT_OUT, language, n=found.comparison.left_out))
    return " ".join(sentences)


def placed(change: Change, language: str = "vi") -> str:
    """The change's name with where it is, unless the name says so."""
    if change.kind != Kind.FIELD:
        return change.name
    return say(_ON_PAGE if change.page else _ON_NO_PAGE, language, name=change.name, page=change.page)


def is_lawful(changes: tuple[Change, ...], verdict: SignatureVerdict) -> bool:
    """Whether the signed part is whole and nothing came after it but what it allows."""
    return verdict.code not in BROKEN and all(change.allowed for change in changes)


def _seen(page: ComparedPage, number: int, name: str, *, allowed: bool, language: str) -> Change:
    kind = Kind.FIELD if name else Kind.PAGE
    if page.before is None or page.after is None:
        kind = Kind.PAGE_ADDED if page.before is None else Kind.PAGE_REMOVED
    at = page.after or page.before
    return Change(number, at, kind, name or say(_NAMES[kind], language, page=at), allowed)


def _field_name(change: FieldChange, file: FileVerdict, language: str) -> str:
    if change.kind == FieldKind.TIME_STAMP:
        return say(N_("dấu thời gian"), language)
    if change.kind == FieldKind.SIGNATURE:
        signer = next((s.signer for s in file.signatures if s.field == change.name and s.signer), None)
        return say(N_("chữ ký của {signer}"), language, signer=signer or say(N_("không rõ người ký"), language))
    known = _FIELD_NAMES.get(change.name)
    return say(known, language) if known else say(N_("trường “{name}”"), language, name=change.name)
