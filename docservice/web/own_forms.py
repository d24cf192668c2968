"""The agency's own forms: a list with what is in use, uploads with what is wrong named by its place, a preview."""

from datetime import date
from typing import Annotated
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, File, Form, Request, Response, UploadFile

from docservice.core.errors import DocError, Invalid
from docservice.core.sandbox import Sandbox
from docservice.core.sandbox_errors import SandboxFailed
from docservice.core.words import N_
from docservice.documents import own_forms, pictures, previews, storing, uploads
from docservice.documents.uploads import UploadRefused
from docservice.edge import InVisit, Visit, permit
from docservice.web import shell
from docservice.web.acts import read_day
from docservice.web.labels import FORM_KEEPERS
from docservice.web.people import own_agency
from templates.catalogue import ALL_KINDS, OWN_FORM, issued_kinds, kind_on
from templates.errors import TemplatesError
from templates.families import FAMILIES, kind_names
from templates.form_files import form_bytes
from templates.forms import build_form
from templates.office import DOCX
from templates.own_forms import Examined, fill_form, sample
from templates.own_package import FormFault

router = APIRouter(prefix="/forms")
_KEEPERS = tuple(sorted(FORM_KEEPERS))
_MAY = permit(*_KEEPERS)
Name = Annotated[str, Form(max_length=200)]

# What is wrong in a form, by its code; the place and the words stand before and after.
FAULTS: dict[str, str] = {
    "macros": N_("có macro; xin lưu lại dạng .docx không có macro"),
    "external": N_("dẫn tới nội dung bên ngoài; xin gỡ liên kết"),
    "remote_template": N_("gắn với một tệp mẫu khác; xin bỏ mẫu đính kèm trong Word"),
    "object": N_("có đối tượng nhúng (OLE, điều khiển, tệp chèn); xin gỡ bỏ"),
    "field_fetches": N_("có trường của Word lấy nội dung từ nơi khác; xin gỡ bỏ"),
    "tag_unknown": N_("có thẻ không được dùng trong mẫu"),
    "tag_not_here": N_("có thẻ của mẫu trong thuộc tính tệp; xin xóa"),
    "syntax": N_("thẻ viết chưa đúng"),
    "statement_refused": N_("có lệnh không được dùng; mẫu chỉ có điều kiện và vòng lặp"),
    "loop_too_deep": N_("vòng lặp lồng quá sâu"),
    "loop_refused": N_("vòng lặp chỉ chạy trên một danh sách có tên"),
    "loop_unknown": N_("vòng lặp trên tên không phải là danh sách của mẫu này"),
    "name_taken": N_("tên của vòng lặp trùng với một mục của mẫu"),
    "name_unknown": N_("mục không có trong mẫu này; xin sửa tên hoặc khai báo ở các mục riêng"),
    "attribute_unknown": N_("mục không có phần này"),
    "needs_loop": N_("là danh sách nên phải dùng vòng lặp"),
    "filter_refused": N_("bộ lọc không được dùng"),
    "expression_refused": N_("biểu thức không được dùng"),
    "name_missing": N_("mẫu thiếu mục bắt buộc này"),
    "body_lost": N_("khi điền thử, mẫu làm mất phần nội dung này"),
    "head_missing": N_("mẫu thiếu dòng tiêu đề của họ văn bản này"),
    "other_family": N_("dòng số không đúng cách ghi của họ văn bản này (hành chính, quy phạm pháp luật, Đảng)"),
    "no_number": N_("mẫu thiếu dòng “Số: …/…”"),
    "no_date": N_("mẫu thiếu dòng địa danh, ngày tháng năm"),
    "no_signature": N_("mẫu thiếu khối chữ ký"),
    "no_secretary": N_("mẫu thiếu khối chữ ký của thư ký (dòng THƯ KÝ)"),
}


class FormNameMissing(Invalid):
    code = "form_name_missing"
    message = N_("Xin đặt tên cho mẫu.")


@router.get("", dependencies=[_MAY])
def show(request: Request, visit: InVisit) -> Response:
    """Every form of the agency, and a place to upload another."""
    return _page(request, visit)


@router.post("", dependencies=[_MAY])
def upload(
    request: Request,
    visit: InVisit,
    file: Annotated[UploadFile, File()],
    kind: Annotated[str, Form(max_length=20)],
    name: Name = "",
    declaration: Annotated[str, Form(max_length=8000)] = "",
) -> Response:
    """Examine a form; what is wrong is told place by place, and nothing is kept of a refused one."""
    visit = visit.in_role(*_KEEPERS)
    typed = {"kind": kind, "name": name, "declaration": declaration}
    data = file.file.read()
    file_name = uploads.safe_name(file.filename or "")
    try:
        if not name.strip() or kind not in issued_kinds():
            raise FormNameMissing
        examined = own_forms.examine(visit.node.ports, data=data, kind=kind, declaration=declaration)
    except (TemplatesError, SandboxFailed) as error:
        refused = UploadRefused(name=file_name, reason=error.code)
        return _page(request, visit, typed=typed, error=refused)
    except DocError as error:
        return _page(request, visit, typed=typed, error=error)
    if examined.faults:
        return _page(request, visit, typed=typed, examined=examined)
    stored = storing.put(visit.node.ports, data)
    with visit.work() as work:
        form = own_forms.add(
            work,
            agency_id=own_agency(visit),
            kind=kind,
            name=name.strip(),
            sha256=stored.key,
            size=stored.size,
            declaration=declaration.strip(),
        )
    return shell.go(request, f"/forms/{form.id}", notice="form_added")


@router.get("/start/{kind}", dependencies=[_MAY])
def start(kind: str) -> Response:
    """Our own form of a kind, to begin an own one with; for a kind of another family its heads and fields."""
    known = issued_kinds().get(kind)
    if known is None:
        raise own_forms.OwnFormUnknown
    if known.form == OWN_FORM:
        return _file(build_form(kind), f"mau-{kind}.docx")
    return _file(form_bytes(kind), f"mau-{known.form}.docx")


@router.get("/{form_id}", dependencies=[_MAY])
def preview(request: Request, visit: InVisit, form_id: UUID) -> Response:
    """How the form looks with sample values, and since when it is used."""
    visit = request.state.visit = visit.in_role(*_KEEPERS)
    with visit.reading() as reading:
        form = own_forms.get(reading, form_id)
        today = reading.today
    error: DocError | None = None
    drawn: list[str] = []
    ports = visit.node.ports
    try:
        draft, own = sample(ALL_KINDS[form.kind], form.fields)
        made = ports[Sandbox].run(fill_form, storing.get(ports, form.sha256), draft, own)
        seen = previews.preview(ports, made)
        drawn = [pictures.data_url(picture) for picture in seen.pictures]
    except (TemplatesError, SandboxFailed) as failed:
        error = UploadRefused(name=form.name, reason=failed.code)
    except DocError as failed:
        error = failed
    return shell.page(
        request,
        "own_form.html",
        form=form,
        kind=ALL_KINDS[form.kind],
        pictures=drawn,
        error=error,
        used=form.is_used_on(today),
    )


@router.get("/{form_id}/file", dependencies=[_MAY])
def download(visit: InVisit, form_id: UUID) -> Response:
    """The form's file as it was uploaded."""
    visit = visit.in_role(*_KEEPERS)
    with visit.reading() as reading:
        form = own_forms.get(reading, form_id)
    return _file(storing.get(visit.node.ports, form.sha256), f"{form.name}.docx")


@router.post("/{form_id}/use", dependencies=[_MAY])
def use(
    request: Request, visit: InVisit, form_id: UUID, valid_from: Annotated[str, Form(max_length=20)] = ""
) -> Response:
    """Use a form from a day on."""
    visit = visit.in_role(*_KEEPERS)
    with visit.work() as work:
        own_forms.use(work, form_id=form_id, valid_from=read_day(valid_from))
    return shell.go(request, f"/forms/{form_id}", notice="saved")


@router.post("/{form_id}/retire", dependencies=[_MAY])
def retire(
    request: Request, visit: InVisit, form_id: UUID, last_day: Annotated[str, Form(max_length=20)] = ""
) -> Response:
    """End a form's use."""
    visit = visit.in_role(*_KEEPERS)
    with visit.work() as work:
        own_forms.retire(work, form_id=form_id, last_day=read_day(last_day))
    return shell.go(request, f"/forms/{form_id}", notice="saved")


def _page(
    request: Request,
    visit: Visit,
    *,
    typed: dict[str, str] | None = None,
    error: DocError | None = None,
    examined: Examined | None = None,
) -> Response:
    visit = request.state.visit = visit.in_role(*_KEEPERS)
    with visit.reading() as reading:
        found = own_forms.forms(reading, agency_id=own_agency(visit))
        kinds = [kind for code in issued_kinds() if (kind := kind_on(code, reading.today)) is not None]
        today: date = reading.today
    faults: tuple[FormFault, ...] = examined.faults if examined else ()
    return shell.page(
        request,
        "own_forms.html",
        status=error.status if error else (422 if faults else 200),
        forms=found,
        kinds=kinds,
        kind_names=kind_names(),
        families=list(dict.fromkeys(FAMILIES[kind.family] for kind in kinds if not FAMILIES[kind.family].shipped)),
        typed=typed or {},
        faults=[(fault, FAULTS.get(fault.code, fault.code)) for fault in faults],
        error=error,
        day_now=today,
    )


def _file(data: bytes, name: str) -> Response:
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}",
        "Cache-Control": "private, no-store",
    }
    return Response(data, media_type=DOCX, headers=headers)
