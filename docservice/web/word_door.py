"""The Word door: what a dropped file says is read behind the fence and matched with the people and agencies here."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath
from typing import Any

from docservice.core.sandbox import Sandbox
from docservice.core.words import N_
from docservice.core.work import Ports, Reading
from docservice.documents import storing, uploads
from docservice.documents.models import Document
from docservice.documents.uploads import UploadRefused
from docservice.identity.errors import NoSigningAuthority
from docservice.web import choices
from docservice.workflow import service as workflow
from templates.catalogue import ALL_KINDS, issued_kinds, kind_on
from templates.errors import TemplatesError
from templates.families import numbered_as
from templates.office import DOCX
from templates.word import WordDraft, read_word

FAULTS = "faults"
# A letter is what a paper without a kind's name is (Decree 30/2020, article 7).
UNNAMED_KIND = "CV"

FAULT_SENTENCES: dict[str, str] = {
    "no_number_line": N_("Không thấy dòng “Số: …”; cần có để ghi số khi cấp."),
    "no_date_line": N_("Không thấy dòng địa danh, ngày tháng; cần có để ghi ngày khi cấp số."),
    "no_signature_place": N_("Không thấy khối chữ ký (quyền hạn, chức vụ, họ tên người ký)."),
    "no_recipients": N_("Không thấy “Nơi nhận”."),
    "tracked_changes": N_(
        "Tệp còn thay đổi được theo dõi (Track Changes); phải chấp nhận hoặc từ chối hết trước khi trình."
    ),
    "normative": N_(
        "Đây là văn bản quy phạm pháp luật (số có năm): soạn, đánh số và ban hành theo quy định riêng, "
        "không theo Mẫu 1.1, 1.2."
    ),
    "party": N_("Đây là văn bản của Đảng (số dạng 05-NQ/ĐU): thể thức và cách đánh số theo quy định của Đảng."),
    "other_family": N_("Dòng số là của nhóm văn bản khác, có cách đánh số riêng; chọn đúng loại văn bản."),
    "no_kind": N_("Không rõ tên loại văn bản; đang để là công văn."),
    "no_subject": N_("Không thấy trích yếu; đang lấy theo tên tệp."),
    "subject_kept": N_("Không thấy trích yếu trong tệp; giữ trích yếu của dự thảo."),
    "other_kind": N_("Tệp không cùng loại với dự thảo này; xem có đúng tệp không."),
}


@dataclass(frozen=True)
class ReadWord:
    """A Word file that lies in the store, with what was read from it."""

    sha256: str
    size: int
    kind: str
    values: dict[str, Any]
    signer_name: str


def read(ports: Ports, *, name: str, data: bytes, today: date) -> ReadWord:
    """Examine, read and store a dropped file, as one of a kind in force today; raises `UploadRefused`."""
    if uploads.examine(ports, name=name, data=data) != DOCX:
        raise UploadRefused(name=uploads.safe_name(name), reason="not_word")
    try:
        found = ports[Sandbox].run(read_word, data)
    except TemplatesError as error:
        raise UploadRefused(name=uploads.safe_name(name), reason=error.code) from error
    said, kind = _said(found), _kind_of(found, today)
    subject = found.subject or PurePath(uploads.safe_name(name)).stem
    stored = storing.put(ports, data)
    return ReadWord(
        sha256=stored.key,
        size=stored.size,
        kind=kind,
        values=said | {"subject": subject, FAULTS: _faults(found, kind)},
        signer_name=found.signer_name or "",
    )


def brought_back(found: ReadWord, document: Document) -> dict[str, Any]:
    """What is kept of a file that comes back into its draft: what it does not say stays as the draft has it."""
    kind, faults = ALL_KINDS[document.kind], set(found.values[FAULTS])
    if found.kind != kind.code:
        faults = faults - {"no_kind"} | {"other_kind"}
    if "no_subject" not in faults:
        return found.values | {FAULTS: sorted(faults)}
    faults = faults - {"no_subject"} | ({"subject_kept"} if kind.shows_subject else set())
    return found.values | {"subject": document.subject, FAULTS: sorted(faults)}


def read_again(ports: Ports, values: Mapping[str, Any], *, kind: str, old: bytes, new: bytes) -> dict[str, Any]:
    """What is kept of a file whose letters were mended here; raises `TemplatesError`, `SandboxFailed`.

    What still says what was read from the old file says what the new one does; what a person corrected stays.
    """
    before, after = (ports[Sandbox].run(read_word, data) for data in (old, new))
    was, now = _said(before), _said(after)
    kept = {name: now[name] if now.get(name) and value == was[name] else value for name, value in values.items()}
    # What was said of the file that was brought back is true of the mended one.
    stays = {"other_kind", "subject_kept"} & set(values.get(FAULTS, ()))
    gone = {"no_subject"} if "subject_kept" in stays or not ALL_KINDS[kind].shows_subject else set()
    return kept | {FAULTS: sorted({*_faults(after, kind), *stays} - gone)}


def _said(found: WordDraft) -> dict[str, Any]:
    return {
        "subject": found.subject,
        "addressees": list(found.addressees),
        "recipients": list(found.recipients),
        "archive": found.archive or "",
    }


def _faults(found: WordDraft, kind: str) -> list[str]:
    faults = {*found.faults, *(() if found.subject else ("no_subject",))}
    if found.family not in {"administrative", numbered_as(ALL_KINDS[kind])}:
        faults.add(found.family if found.family in FAULT_SENTENCES else "other_family")
    return sorted(faults)


def _kind_of(found: WordDraft, today: date) -> str:
    """The kind in force the file names, in the family its number tells where the catalogue has such kinds."""
    for code, kind in issued_kinds().items():
        is_told = found.family == numbered_as(kind) != "administrative"
        # A kind that has ended may stand beside the one of the same name that followed it.
        if is_told and kind.name.lower() == found.kind_name.lower() and kind_on(code, today) is not None:
            return code
    return found.kind or UNNAMED_KIND


def route(reading: Reading, found: ReadWord) -> workflow.Routing:
    """The signer and the receivers the file names, as far as they are known here; else the head of the agency."""
    field_id = choices.own_field(reading)
    signers = choices.signers_in(reading, kind=found.kind, field_id=field_id)
    if not signers:
        raise NoSigningAuthority(day=f"{reading.today:%d/%m/%Y}")
    named = [h for h in signers if _same(h.person.full_name, found.signer_name)]
    said = [str(entry) for entry in (*found.values["recipients"], *found.values["addressees"])]
    receivers = tuple(
        agency.code for agency in choices.receivers(reading) if any(_same(agency.name, entry) for entry in said)
    )
    return workflow.Routing((named or signers)[0].post.id, receivers, field_id=field_id)


def fault_sentences(codes: Iterable[str]) -> list[str]:
    """What the file lacks, in words; it never blocks sending to check."""
    return [FAULT_SENTENCES.get(code, code) for code in codes]


# What offices write short.
_SHORT: Mapping[str, str] = {"ủy ban nhân dân": "ubnd", "uỷ ban nhân dân": "ubnd", "hội đồng nhân dân": "hđnd"}


def _same(first: str, second: str) -> bool:
    return bool(first) and _plain(first) == _plain(second)


def _plain(text: str) -> str:
    folded = " ".join(unicodedata.normalize("NFC", text).lower().replace("để báo cáo", "").split()).strip(" -;.,()")
    for long, short in _SHORT.items():
        folded = folded.replace(long, short)
    return folded
