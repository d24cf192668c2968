"""Making the exact PDF/A that will be signed."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from uuid import UUID

from docservice.core.errors import Invalid, NotAllowed
from docservice.core.runner import JobRun, job
from docservice.core.sandbox import Sandbox
from docservice.core.sandbox_errors import SandboxFailed
from docservice.core.work import Reading
from docservice.documents import annexes, drafting, facts, joint, own_forms, previews, queries, signatories, storing
from docservice.documents.errors import SlotMissing
from docservice.documents.events import DocumentRendered
from docservice.documents.joint import AGENCY_FIELD, DATE_FIELD, LEADER_FIELD, NUMBER_FIELD
from docservice.documents.models import Document, Signatory, Stage, Version
from docservice.documents.status import Status, Verb
from docservice.identity import queries as identity
from signing.errors import SigningError
from signing.images import proportion
from signing.joint_files import joint_places, place_label
from signing.locks import JOINT, Order, left_open
from signing.request import Box, SignatureSlot, TextSlot
from signing.slots import prepare_slots
from templates.catalogue import ALL_KINDS, LEADER, SECRETARY
from templates.convert import Converter
from templates.draft import read_values
from templates.errors import ConverterUnavailable, TemplatesError
from templates.fonts import is_right_font
from templates.layout import (
    DATE_LINE,
    DATE_MARK,
    NUMBER_LINE,
    NUMBER_MARK,
    PARTNER_DATE_MARK,
    PARTNER_NUMBER_MARK,
    PARTNER_SIGNATURE_MARK,
    SECRETARY_MARK,
    SIGNATURE_MARK,
    SLIP_SIGNATURE_HEIGHT_MM,
    Place,
    Rectangle,
    SlotSize,
    line_box,
    seal_box,
    signatory_mark,
    signature_box,
)
from templates.office import DOCX
from templates.pages import entitled
from templates.read import fonts_in, places_in

SECRETARY_FIELD = SECRETARY
_SIDE_MARKS = {
    joint.DRAFTING: (NUMBER_MARK, DATE_MARK, SIGNATURE_MARK),
    joint.PARTNER: (PARTNER_NUMBER_MARK, PARTNER_DATE_MARK, PARTNER_SIGNATURE_MARK),
}
_SIGNER_MARKS = {LEADER: SIGNATURE_MARK, SECRETARY: SECRETARY_MARK}

# What a drafter can do about a file that did not become a PDF.
RENDER_FAILURES = {
    "place_missing": "Không thấy chỗ ghi số, ngày hoặc khối chữ ký trong tệp Word; xin bổ sung theo mẫu rồi trình lại.",
    "other_family": "Dòng số trong tệp không theo cách ghi của loại văn bản đã chọn (hành chính, quy phạm pháp luật, "
    "Đảng); xin chọn đúng loại hoặc sửa dòng số.",
    "tracked_changes": "Tệp Word còn thay đổi được theo dõi (Track Changes); xin chấp nhận hoặc từ chối hết.",
    "body_changed": "Nội dung đã thay đổi nên không đổi người ký được; xin trả lại để trình lại từ đầu.",
    "slot_missing": "Bản PDF thiếu chỗ ghi số, ngày hoặc chữ ký; xin xem lại mẫu.",
    "conversion_timeout": "Chuyển sang PDF quá lâu (quá 500 trang hoặc tệp bất thường); xin tách bớt thành phụ lục.",
    "document_unreadable": "Tệp Word bị hỏng hoặc phình quá lớn khi mở; xin mở bằng Word và lưu lại dạng .docx.",
    "partner_places_missing": "Tệp cơ quan kia gửi không còn chỗ trống để cơ quan mình ký, ghi số và đóng dấu, hoặc có "
    "thêm ô khác còn sửa được sau khi ký.",
    "partner_file_missing": "Không còn tệp mà cơ quan kia đã gửi; xin hủy dự thảo này và ký lại từ văn bản đến.",
    "conversion_failed": "Không chuyển được tệp Word sang PDF; xin mở tệp, lưu lại dạng .docx rồi tải lên lại.",
}


@job("documents.render")
def render(run: JobRun, *, document_id: UUID) -> None:
    """Fill the form, convert it, prepare the open fields; the result is the version that is checked and signed."""
    _render(run, document_id, signer_before=None)


@job("documents.replace_signer")
def replace_signer(run: JobRun, *, document_id: UUID, signer_before: UUID) -> None:
    """Make the version that another signer is to sign; `signer_before` keeps the post's place when there is none."""
    _render(run, document_id, signer_before=signer_before)


def _render(run: JobRun, document_id: UUID, *, signer_before: UUID | None) -> None:
    give_up = partial(_give_up, run, document_id, signer_before=signer_before)
    try:
        with run.reading() as reading:
            document = queries.get(reading, document_id)
            if document.status not in {Status.RENDERING, Status.CHANGING_SIGNER}:
                return
            before = queries.latest_version(reading, document_id)
            sheet = _sheet(reading, document) if document.side != joint.PARTNER else None
            named = signatories.named(reading, document_id)
            sent_by_partner = joint.source_of(reading, document)
            labels = _labels(reading, document) if document.side == joint.DRAFTING else {}
            shapes = _shapes(reading, document)
    except (NotAllowed, Invalid) as error:
        # The signer's post or authority may have ended since it was submitted: no later try would mend that.
        give_up(error.code, told=error.sentence())
        return
    if sent_by_partner is not None:
        _take_over(run, document_id, sent_by_partner, give_up)
        return
    if sheet is None:
        give_up("partner_file_missing")
        return
    try:
        source, body = sheet()
        converted = run.ports[Converter].convert(source, suffix="docx")
        titled = run.ports[Sandbox].run(entitled, converted, title=document.title)
        prepared = _prepare_slip(run, titled, named) if named else _prepare(run, titled, document, labels, shapes)
        remarks = _remarks(run, source, titled)
    except ConverterUnavailable:
        # Nothing is wrong with the document: the job waits and tries again.
        raise
    except (TemplatesError, SandboxFailed, SlotMissing) as error:
        give_up(error.code)
        return
    changing = document.status == Status.CHANGING_SIGNER
    if changing and (before is None or before.body_sha256 != body):
        # The checks were made on another body: they cannot stand, so neither can the change.
        give_up("body_changed")
        return
    kept_source, kept = storing.put(run.ports, source), storing.put(run.ports, prepared)
    with run.finish() as work:
        document = queries.get(work, document_id)
        facts.name_file(work, document.agency_id, sha256=kept_source.key, size=kept_source.size, media_type=DOCX)
        facts.add_version(
            work,
            document,
            stage=Stage.SUBMITTED,
            sha256=kept.key,
            size=kept.size,
            source_sha256=kept_source.key,
            body_sha256=body,
        )
        facts.add_step(work, document, Verb.RENDERED, sha256=kept.key, note=remarks)
        work.record(DocumentRendered(document.id))


def _remarks(run: JobRun, word: bytes, pdf: bytes) -> str | None:
    """What whoever checks and signs should know of the pages: what does not fit them, and letters of other fonts."""
    told = annexes.sentences((*annexes.misfits_of_word(run.ports, word), *annexes.misfits_of(run.ports, pdf)))
    strange = [font for font in run.ports[Sandbox].run(fonts_in, pdf) if not is_right_font(font)]
    if strange:
        told.append(f"Có chữ không phải Times New Roman: {', '.join(strange)}.")
    return " ".join(told) or None


def _sheet(reading: Reading, document: Document) -> Callable[[], tuple[bytes, str]]:
    """What makes the DOCX to convert, and the hash of its body: the filled form, or the drafter's own Word file."""
    if document.word_sha256 is None:
        block = drafting.signature_block(reading, document)
        sheet = own_forms.sheet_of(reading, document, values=document.form_values or {}, block=block)
        filling = reading.ports
        return lambda: (own_forms.fill_sheet(filling, sheet), own_forms.sheet_sha256(sheet))
    block = drafting.signature_block(reading, document)
    secretary = drafting.secretary_block(reading, document)
    ports, word_sha256, kind = reading.ports, document.word_sha256, ALL_KINDS[document.kind]

    def from_word() -> tuple[bytes, str]:
        # The file itself never changes, whoever signs: its hash stands for the body that was checked.
        word = storing.get(ports, word_sha256)
        return previews.word_to_sign(ports, word, block, kind=kind, secretary=secretary), word_sha256

    return from_word


def _labels(reading: Reading, document: Document) -> dict[str, str]:
    """Who is to sign for each side, written into their places: the other agency checks its own signer against it."""
    own = drafting.signature_block(reading, document)
    partner = read_values(document.kind, document.form_values or {}).partner
    labels = {f"{LEADER_FIELD}{joint.DRAFTING}": place_label(own.name, " ".join(own.lines))}
    if partner is not None:
        labels[f"{LEADER_FIELD}{joint.PARTNER}"] = place_label(partner.signer, partner.title)
    return labels


def _shapes(reading: Reading, document: Document) -> dict[str, float]:
    """Width to height of the pictures registered for those who are to sign here, by their field."""
    side = document.side or ""
    posts = {f"{LEADER_FIELD}{side}": document.signer_post_id, SECRETARY_FIELD: document.drafter_post_id}
    found = {}
    for field, post_id in posts.items():
        holder = identity.holder_of(reading, post_id) if post_id else None
        if holder is None or not identity.has_certificate(reading, person_id=holder.person.id):
            continue
        image = identity.certificate_of(reading, person_id=holder.person.id).image_sha256
        if image is not None:
            found[field] = proportion(storing.get(reading.ports, image))
    return found


def _prepare(
    run: JobRun, pdf: bytes, document: Document, labels: Mapping[str, str], shapes: Mapping[str, float]
) -> bytes:
    """Add the empty fields: number and date stay open for the clerk, the agency's signature locks everything."""
    places = run.ports[Sandbox].run(places_in, pdf)
    if document.side is not None:
        return _prepare_joint(pdf, places, labels, shapes)
    kind = ALL_KINDS[document.kind]
    lines = {NUMBER_FIELD: _line_slot(places, NUMBER_MARK, NUMBER_LINE)}
    if kind.has_date:
        lines[DATE_FIELD] = _line_slot(places, DATE_MARK, DATE_LINE)
    persons = {
        field: signature_box(_place(places, _SIGNER_MARKS[field]), proportion=shapes.get(field))
        for field in kind.signers
    }
    # Persons sign in any order, then come number and date, then the agency's seal.
    order: dict[str, tuple[str, ...]] = dict.fromkeys(kind.signers, ())
    order |= dict.fromkeys(lines, kind.signers) | {AGENCY_FIELD: tuple(lines)}
    boxes = {**persons, AGENCY_FIELD: seal_box(persons[LEADER])}
    return _with_slots(pdf, lines, boxes, order)


def _prepare_joint(
    pdf: bytes, places: Mapping[str, Place], labels: Mapping[str, str], shapes: Mapping[str, float]
) -> bytes:
    """Each side has its own number, date, signature and seal, in whatever order the sides come.

    Of the other side's picture nothing is known here: its place is of the usual size, with room for the seal to lie
    where that picture wants it.
    """
    lines, boxes = {}, {}
    for side, (number, date, signature) in _SIDE_MARKS.items():
        lines[f"{NUMBER_FIELD}{side}"] = _line_slot(places, number, NUMBER_LINE)
        lines[f"{DATE_FIELD}{side}"] = _line_slot(places, date, DATE_LINE)
        leader = f"{LEADER_FIELD}{side}"
        boxes[leader] = signature_box(_place(places, signature), proportion=shapes.get(leader))
        boxes[f"{AGENCY_FIELD}{side}"] = seal_box(boxes[leader], roomy=side == joint.PARTNER)
    return _with_slots(pdf, lines, boxes, JOINT, labels)


def _with_slots(
    pdf: bytes,
    lines: Mapping[str, Box],
    boxes: Mapping[str, Rectangle],
    order: Order,
    labels: Mapping[str, str] | None = None,
) -> bytes:
    opened, said = left_open(order), labels or {}
    return prepare_slots(
        pdf,
        texts=tuple(TextSlot(field, box) for field, box in lines.items()),
        signatures=[
            SignatureSlot(field, _box(box), leaves_open=opened[field], label=said.get(field))
            for field, box in boxes.items()
        ],
    )


def _prepare_slip(run: JobRun, pdf: bytes, named: Sequence[Signatory]) -> bytes:
    """Add an empty field for each person named; nothing is numbered, nothing sealed."""
    places = run.ports[Sandbox].run(places_in, pdf)
    opened = left_open(signatories.order_of(named))
    slots = []
    for row in named:
        place = _place(places, signatory_mark(row.ordinal))
        box = _box(signature_box(place, slot_mm=SLIP_SIGNATURE_HEIGHT_MM))
        slots.append(SignatureSlot(field := signatories.field_of(row), box, leaves_open=opened[field]))
    return prepare_slots(pdf, texts=(), signatures=slots)


def _place(places: Mapping[str, Place], mark: str) -> Place:
    if mark not in places:
        raise SlotMissing(mark=mark)
    return places[mark]


def _line_slot(places: Mapping[str, Place], mark: str, slot: SlotSize) -> Box:
    return _box(line_box(_place(places, mark), slot))


def _box(rectangle: Rectangle) -> Box:
    return Box(rectangle.page, rectangle.x, rectangle.y, rectangle.width, rectangle.height)


def _take_over(run: JobRun, document_id: UUID, signed: Version, give_up: Callable[[str], None]) -> None:
    """Side B signs the very bytes side A has sent, in the places left open for it, and no other place is open."""
    pdf = storing.get(run.ports, signed.sha256)
    try:
        found = run.ports[Sandbox].run(joint_places, pdf)
    except (SigningError, SandboxFailed):
        found = None
    if found is None or not joint.own_fields(joint.PARTNER) <= set(found.open_fields):
        give_up("partner_places_missing")
        return
    with run.finish() as work:
        document = queries.get(work, document_id)
        facts.add_version(
            work, document, stage=Stage.SUBMITTED, sha256=signed.sha256, size=len(pdf), body_sha256=signed.sha256
        )
        facts.add_step(work, document, Verb.RENDERED, sha256=signed.sha256)
        work.record(DocumentRendered(document.id))


def _give_up(
    run: JobRun, document_id: UUID, code: str, *, told: str | None = None, signer_before: UUID | None = None
) -> None:
    with run.finish() as work:
        document = queries.get(work, document_id)
        if signer_before is not None:
            # The pages there are name that post's holder.
            document.signer_post_id = signer_before
        facts.add_step(
            work,
            document,
            Verb.RENDER_FAILED,
            note=told or RENDER_FAILURES.get(code, f"Không tạo được bản PDF ({code})."),
        )
