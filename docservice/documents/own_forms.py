"""Forms an agency made itself: uploaded, examined behind the fence, in force from a day to a day."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, String, Text, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from docservice.core.db import Base
from docservice.core.errors import Conflict, Invalid, NotFound
from docservice.core.ids import new_id
from docservice.core.sandbox import Sandbox
from docservice.core.words import N_
from docservice.core.work import Ports, Reading, Work
from docservice.documents import drafting, facts, storing
from docservice.documents.errors import FormValueWrong
from docservice.documents.models import Document
from templates.catalogue import ALL_KINDS, OWN_FORM, kind_on
from templates.docx import fill
from templates.draft import OWN, Draft, SignatureBlock, body_sha256
from templates.errors import FormInvalid, FormRefused
from templates.office import DOCX
from templates.own_fields import OwnField, read_fields, read_own
from templates.own_forms import Examined, examine_form, fill_form


class OwnFormUnknown(NotFound):
    code = "own_form_unknown"
    message = N_("Không tìm thấy mẫu văn bản này.")


class OwnFormRetired(Conflict):
    code = "own_form_retired"
    message = N_("Mẫu “{name}” chưa hoặc không còn được dùng; xin chọn mẫu khác.")


class OwnFormNeeded(Conflict):
    code = "own_form_needed"
    message = N_("“{kind}” không có mẫu sẵn: xin soạn từ một mẫu do cơ quan tải lên ở trang Mẫu văn bản.")


class DeclarationUnclear(Invalid):
    code = "declaration_unclear"
    message = N_("Dòng {line} của các mục riêng chưa rõ: “{what}”. Ghi theo dạng: ten_muc: Nhãn (kiểu).")


class FieldNameTaken(Invalid):
    code = "field_name_taken"
    message = N_("Dòng {line} của các mục riêng: tên “{what}” đã được dùng; xin đặt tên khác.")


class AgencyForm(Base):
    """An agency's form of a kind; `declaration` are its own fields in lines (`templates.own_fields`)."""

    __tablename__ = "agency_form"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agency.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))
    declaration: Mapped[str] = mapped_column(Text)
    uploaded_at: Mapped[datetime]
    uploaded_by: Mapped[str] = mapped_column(String(200))
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]

    @property
    def fields(self) -> tuple[OwnField, ...]:
        """Its own fields."""
        return read_fields(self.declaration)

    def is_used_on(self, day: date) -> bool:
        """Whether a draft may be begun in it; a form just uploaded is used once somebody says from when."""
        return (
            self.valid_from is not None and self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)
        )


@dataclass(frozen=True)
class Sheet:
    """What becomes a Word file: a draft in our form of its kind, or in the agency's with values of its own fields."""

    draft: Draft
    form_sha256: str | None = None
    own: Mapping[str, Any] = field(default_factory=dict)


def examine(ports: Ports, *, data: bytes, kind: str, declaration: str) -> Examined:
    """Examine an upload behind the fence; raises `TemplatesError`, `SandboxFailed`, or for the declared fields."""
    return ports[Sandbox].run(examine_form, data, ALL_KINDS[kind], declared(declaration))


def declared(declaration: str) -> tuple[OwnField, ...]:
    """The declared fields; raises `DeclarationUnclear`, `FieldNameTaken`."""
    try:
        return read_fields(declaration)
    except FormRefused as error:
        wrong = FieldNameTaken if error.code == "name_taken" else DeclarationUnclear
        raise wrong(line=error.params["line"], what=error.params["what"]) from error


def add(work: Work, *, agency_id: UUID, kind: str, name: str, sha256: str, size: int, declaration: str) -> AgencyForm:
    """Enter a form that was examined and lies in the store; it is not used before `use`."""
    facts.name_file(work, agency_id, sha256=sha256, size=size, media_type=DOCX)
    form = AgencyForm(
        id=new_id(),
        agency_id=agency_id,
        kind=kind,
        name=name,
        sha256=sha256,
        declaration=declaration,
        uploaded_at=work.now,
        uploaded_by=work.actor.name,
    )
    work.session.add(form)
    work.session.flush()
    work.note("add_form", form.id, kind=kind, name=name, sha256=sha256)
    return form


def use(work: Work, *, form_id: UUID, valid_from: date | None = None) -> AgencyForm:
    """Put a form into use from a day, today by default; a retired one comes back the same way."""
    form = get(work, form_id)
    form.valid_from, form.valid_to = valid_from or work.today, None
    work.session.flush()
    work.note("use_form", form.id, valid_from=form.valid_from.isoformat())
    return form


def retire(work: Work, *, form_id: UUID, last_day: date | None = None) -> AgencyForm:
    """End a form's use after a day, yesterday by default; drafts begun in it keep it."""
    form = get(work, form_id)
    form.valid_to = last_day or work.today - timedelta(days=1)
    work.session.flush()
    work.note("retire_form", form.id, valid_to=form.valid_to.isoformat())
    return form


def get(reading: Reading, form_id: UUID) -> AgencyForm:
    """A form of the acting post's agency; raises `OwnFormUnknown`."""
    found = reading.session.get(AgencyForm, form_id)
    if found is None or found.agency_id != reading.actor.agency_id:
        raise OwnFormUnknown
    return found


def forms(reading: Reading, *, agency_id: UUID) -> Sequence[AgencyForm]:
    """Every form of an agency, the newest first."""
    wanted = select(AgencyForm).where(AgencyForm.agency_id == agency_id).order_by(AgencyForm.id.desc())
    return reading.session.scalars(wanted).all()


def forms_in_use(reading: Reading, *, agency_id: UUID) -> list[AgencyForm]:
    """The forms a draft may be begun in today, by name."""
    wanted = select(AgencyForm).where(
        AgencyForm.agency_id == agency_id,
        AgencyForm.valid_from <= reading.today,
        or_(AgencyForm.valid_to.is_(None), AgencyForm.valid_to >= reading.today),
    )
    found = reading.session.scalars(wanted.order_by(AgencyForm.name))
    return [form for form in found if kind_on(form.kind, reading.today) is not None]


def form_to_begin(reading: Reading, form_id: UUID | None, *, kind: str) -> AgencyForm | None:
    """The form a new draft of a kind is begun in; raises `OwnFormUnknown`, `OwnFormRetired`."""
    if form_id is None:
        return None
    form = get(reading, form_id)
    if form.kind != kind:
        raise OwnFormUnknown
    if not form.is_used_on(reading.today):
        raise OwnFormRetired(name=form.name)
    return form


def own_values(form: AgencyForm | None, values: Mapping[str, object]) -> dict[str, Any]:
    """The values of a form's own fields as it shows them; raises `FormValueWrong` naming the field."""
    if form is None:
        return {}
    given = values.get(OWN)
    try:
        return read_own(form.fields, given if isinstance(given, Mapping) else {})
    except FormInvalid as error:
        name = str(error.params["field"]).partition("[")[0]
        label = next((own.label for own in form.fields if own.name == name), name)
        raise FormValueWrong(field=label, reason=error.code) from error


def form_of(reading: Reading, document: Document) -> AgencyForm | None:
    """The agency's form a document was begun in, retired or not."""
    return reading.session.get(AgencyForm, document.agency_form_id) if document.agency_form_id else None


def sheet_of(reading: Reading, document: Document, *, values: Mapping[str, object], block: SignatureBlock) -> Sheet:
    """The sheet of a document with these values, in the form it was begun in."""
    draft = drafting.compose_with(
        reading,
        agency_id=document.agency_id,
        kind=document.kind,
        values=values,
        block=block,
        drafter=document.drafter_post_id,
        named=drafting.named_posts(reading, document),
    )
    return sheet(draft, form_of(reading, document), values)


def sheet(draft: Draft, form: AgencyForm | None, values: Mapping[str, object]) -> Sheet:
    """A draft in the agency's form, or in ours; raises `FormValueWrong`, `OwnFormNeeded`."""
    if form is None and draft.content.kind.form == OWN_FORM:
        raise OwnFormNeeded(kind=draft.content.kind.name)
    return Sheet(draft, form.sha256, own_values(form, values)) if form else Sheet(draft)


def fill_sheet(ports: Ports, sheet: Sheet) -> bytes:
    """The Word file; outside of any transaction. An agency's form is filled behind the fence."""
    if sheet.form_sha256 is None:
        return fill(sheet.draft)
    return ports[Sandbox].run(fill_form, storing.get(ports, sheet.form_sha256), sheet.draft, dict(sheet.own))


def sheet_sha256(sheet: Sheet) -> str:
    """Hash of everything the checks looked at: the draft without its signature block, the form, its own values."""
    if sheet.form_sha256 is None:
        return body_sha256(sheet.draft)
    said = json.dumps(sheet.own, ensure_ascii=False, sort_keys=True)
    return sha256(f"{body_sha256(sheet.draft)} {sheet.form_sha256} {said}".encode()).hexdigest()
