"""The small notations inside a message: document numbers, agency codes, status codes, and the lengths allowed.

They are kept apart from XML because registers, the agency directory and the timeline need them too.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from docservice.exchange.edxml_model import EdxmlInvalid

ORGAN_ID_LENGTH = 35
DOCUMENT_ID_LENGTH = 200


@dataclass(frozen=True)
class OrganIdRule:
    """One notation of agency codes, and the text it comes from; `valid_from` is the day of that text."""

    direction: Literal["new", "old"]
    pattern: re.Pattern[str]
    legal_basis: str
    valid_from: date
    valid_to: date | None = None


# The new notation is asked first: `H56` alone reads the same in both. Group widths of 2 or 3 are what is seen; the
# former is still found in messages after its end, so both are accepted on any day.
ORGAN_ID_RULES = (
    OrganIdRule(
        direction="new",
        pattern=re.compile(r"[A-Z][0-9]{2}(\.[0-9A-Z]{2,3})*"),
        legal_basis="Quyết định 20/2020/QĐ-TTg, sửa đổi bởi Quyết định 09/2025/QĐ-TTg",
        valid_from=date(2020, 7, 22),
    ),
    OrganIdRule(
        direction="old",
        pattern=re.compile(r"([0-9A-Z]{2,3}\.)+[A-Z][0-9]{2}"),
        legal_basis="QCVN 102:2016/BTTTT (Thông tư 10/2016/TT-BTTTT)",
        valid_from=date(2016, 4, 1),
        valid_to=date(2020, 7, 21),
    ),
)


@dataclass(frozen=True)
class LengthRules:
    """How many characters each element may have when written; the dates are those of the text itself."""

    legal_basis: str
    valid_from: date
    valid_to: date | None
    lengths: dict[str, int]


LENGTHS = LengthRules(
    legal_basis="QCVN 102:2016/BTTTT (Thông tư 10/2016/TT-BTTTT)",
    valid_from=date(2016, 4, 1),
    valid_to=None,
    lengths={
        # 13 in the text; codes of Quyết định 20/2020/QĐ-TTg are up to 35 long.
        "OrganId": ORGAN_ID_LENGTH,
        "OrganizationInCharge": 200,
        "OrganName": 200,
        "OrganAdd": 250,
        "Email": 100,
        "Telephone": 20,
        "Fax": 20,
        "Website": 100,
        # Not limited by the text; every id built from its parts is shorter.
        "DocumentId": DOCUMENT_ID_LENGTH,
        "CodeNumber": 11,
        "CodeNotation": 30,
        "PromulgationInfo/Place": 50,
        "TypeName": 100,
        "Subject": 500,
        "Content": 500,
        "Competence": 100,
        "Position": 100,
        "FullName": 50,
        "ToPlaces/Place": 150,
        "SphereOfPromulgation": 100,
        "TyperNotation": 10,
        "Appendix": 250,
    },
)


@dataclass(frozen=True)
class StatusCode:
    """One status a packet may carry; `progress` orders those that tell how far a document has come."""

    code: str
    meaning: str
    progress: int | None


# Transport states (inbox, processing, done, fail) are the carrier's business and never appear here.
STATUS_CODES = {
    status.code: status
    for status in (
        StatusCode("01", "Đã đến", 1),
        StatusCode("03", "Đã tiếp nhận", 2),
        StatusCode("04", "Phân công xử lý", 3),
        StatusCode("05", "Đang xử lý", 4),
        StatusCode("06", "Hoàn thành", 5),
        # Refused stands above all: the sender has to act on it, whatever else arrived before or after.
        StatusCode("02", "Từ chối tiếp nhận", 6),
        StatusCode("13", "Lấy lại", None),
        StatusCode("15", "Đồng ý cập nhật, lấy lại", None),
        StatusCode("16", "Từ chối cập nhật, lấy lại", None),
    )
}

_NUMBER = r"(?P<number>[0-9]{1,10}[a-zđ]?)"
_NOTATION = r"(?P<notation>[^\W_]+(?:[-.&/][^\W_]+)*)"
# The Party writes a dash before the kind and a stroke after it: `12-QĐ/ĐU`.
_STROKE = r"(?:/|-(?=[^\W\d_]+/))"
_CODE = re.compile(f"{_NUMBER}{_STROKE}{_NOTATION}")
_DOCUMENT_ID = re.compile(
    rf"(?P<organ>[^,]+),(?P<y>[0-9]{{4}})/(?P<m>[0-9]{{1,2}})/(?P<d>[0-9]{{1,2}}),(?P<code>{_NUMBER}{_STROKE}{_NOTATION})"
)


def split_code(code: str) -> tuple[str, str]:
    """Number and notation of `12/BC-UBND` or `12-QĐ/ĐU`; the year of a normative document stays with its notation.

    Spaces around the parts are taken away, letters are kept as they are (`TTr` is not `TTR`).

    Raises:
        EdxmlInvalid: `code_invalid`.
    """
    found = _CODE.fullmatch(re.sub(r"\s", "", unicodedata.normalize("NFC", code)))
    if found is None:
        raise EdxmlInvalid("code_invalid", value=code[:100])
    return found["number"], found["notation"]


def format_document_id(organ_id: str, day: date, code: str) -> str:
    """The id a document keeps for ever: `H99.05,2026/03/05,12/UBND-VP`."""
    return f"{organ_id},{day:%Y/%m/%d},{code}"


def split_document_id(document_id: str) -> tuple[str, date, str] | None:
    """Agency, day and code of an id; None for a UUID and for a day that does not exist (both are seen)."""
    found = _DOCUMENT_ID.fullmatch(document_id)
    if found is None:
        return None
    try:
        day = date(int(found["y"]), int(found["m"]), int(found["d"]))
    except ValueError:
        return None
    return found["organ"], day, found["code"]


def normalise_code(organ_id: str) -> str:
    """An agency's code without spaces and in capitals, its direction kept.

    Raises:
        EdxmlInvalid: `organ_id_invalid` when it fits neither notation.
    """
    code = re.sub(r"\s", "", unicodedata.normalize("NFC", organ_id)).upper()
    if code_direction(code) is None:
        raise EdxmlInvalid("organ_id_invalid", value=organ_id[:100])
    return code


def code_direction(organ_id: str) -> Literal["new", "old"] | None:
    """Which end names the top level: `H56.14` is new, `000.00.14.H56` old; None for neither."""
    if len(organ_id) > ORGAN_ID_LENGTH:
        return None
    return next((rule.direction for rule in ORGAN_ID_RULES if rule.pattern.fullmatch(organ_id)), None)


def suggest_other_code(organ_id: str) -> str | None:
    """What the code may be in the other notation: a proposal for a person, since only the directory knows."""
    groups = organ_id.split(".")
    match code_direction(organ_id):
        case "old":
            return ".".join(group for group in reversed(groups) if set(group) != {"0"})
        case "new" if len(groups) <= len(_OLD_WIDTHS):
            own = list(reversed(groups))
            filling = ["0" * width for width in _OLD_WIDTHS[: len(_OLD_WIDTHS) - len(own)]]
            return ".".join([*filling, *own])
        case _:
            return None


# `NNN.NN.NN.LNN`, the thirteen characters of QCVN 102:2016.
_OLD_WIDTHS = (3, 2, 2, 3)


def progress(codes: Iterable[str]) -> str | None:
    """How far a document has come, out of all statuses that arrived, in any order and any number of times.

    None while nothing tells of progress. Recalls and their answers are not progress: see `recall_answer`.

    Raises:
        EdxmlInvalid: `status_unknown`.
    """
    reached = [(step, code) for code in codes if (step := _status(code).progress) is not None]
    return max(reached)[1] if reached else None


def recall_answer(codes: Iterable[str]) -> Literal["13", "15", "16"] | None:
    """Where a recall or update stands: asked (13), agreed to (15), declined (16); None when nobody asked.

    Agreed stands above declined: what was given back is not there any more.
    """
    known = {_status(code).code for code in codes}
    answers: tuple[Literal["15", "16", "13"], ...] = ("15", "16", "13")
    return next((code for code in answers if code in known), None)


def _status(code: str) -> StatusCode:
    if code not in STATUS_CODES:
        raise EdxmlInvalid("status_unknown", value=code[:20])
    return STATUS_CODES[code]
