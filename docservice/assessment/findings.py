"""The self-assessment of one agency: the product's answers, and what this node and this agency have set up today."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version

from sqlalchemy import func, select

from docservice.assessment.item import Item, State
from docservice.assessment.items import SECTIONS
from docservice.core.clock import VIETNAM
from docservice.core.work import Reading
from docservice.documents.models import Register
from docservice.documents.numbering import NAMES
from docservice.identity import queries as identity
from docservice.identity.errors import NoCertificate
from docservice.identity.models import Agency, Custody, Device, Role
from docservice.operations.models import BackupRun
from docservice.records.models import CaseFile
from docservice.settings import Settings
from templates.assessment_paper import AssessedItem, AssessedSection, AssessedState, Assessment
from templates.wording import place_date_line


@dataclass(frozen=True)
class Found:
    """What was looked up for an item: whether it is set up, and the sentence for the paper."""

    is_set: bool
    text: str


Look = Callable[[Reading, Settings, Agency], Found]


def _registers(reading: Reading, _settings: Settings, agency: Agency) -> Found:
    year = reading.today.year
    wanted = select(Register.series).where(Register.agency_id == agency.id, Register.year == year)
    opened = set(reading.session.scalars(wanted))
    missing = [name for series, name in NAMES.items() if series not in opened]
    if missing:
        return Found(is_set=False, text=f"Năm {year} chưa mở sổ: {', '.join(missing)}.")
    return Found(is_set=True, text=f"Năm {year} đã mở đủ sổ văn bản đi, văn bản đến, bản sao.")


def _signing(reading: Reading, settings: Settings, agency: Agency) -> Found:
    try:
        certificate = identity.certificate_of(reading, agency_id=agency.id)
    except NoCertificate:
        return Found(is_set=False, text="Cơ quan chưa có chứng thư số còn hạn.")
    if certificate.source == "file" or settings.tsa_url == "demo:":
        return Found(is_set=False, text="Đang dùng khóa hoặc dấu thời gian mẫu: chữ ký không có giá trị pháp lý.")
    return Found(is_set=True, text=f"Chứng thư số của cơ quan còn hạn đến {certificate.valid_to:%d/%m/%Y}.")


def _custody(reading: Reading, _settings: Settings, agency: Agency) -> Found:
    kept = reading.session.scalar(
        select(func.count())
        .select_from(Custody)
        .join(Device, Device.id == Custody.device_id)
        .where(Device.agency_id == agency.id, identity.valid_on(Custody, reading.today))
    )
    if not kept:
        return Found(is_set=False, text="Chưa giao ai quản lý thiết bị lưu khóa bí mật (Điều 32).")
    return Found(is_set=True, text="Đã giao quản lý thiết bị lưu khóa bí mật của cơ quan.")


def _transport(_reading: Reading, settings: Settings, _agency: Agency) -> Found:
    if settings.public_url.startswith("https://"):
        return Found(is_set=True, text="Trang được mở qua https.")
    return Found(is_set=False, text="PUBLIC_URL chưa dùng https.")


def _people(reading: Reading, _settings: Settings, agency: Agency) -> Found:
    wanted = {Role.CLERK: "văn thư", Role.LEADER: "lãnh đạo", Role.ADMINISTRATOR: "quản trị"}
    missing = [
        name for role, name in wanted.items() if not identity.holders_in(reading, agency_id=agency.id, roles=(role,))
    ]
    count = len(identity.staff(reading, agency_id=agency.id))
    if missing:
        return Found(is_set=False, text=f"Chưa có người giữ vai trò: {', '.join(missing)}.")
    return Found(is_set=True, text=f"{count} người đang giữ chức vụ; quyền theo chức vụ và vai trò.")


def _archive(reading: Reading, _settings: Settings, agency: Agency) -> Found:
    if not identity.holders_in(reading, agency_id=agency.id, roles=(Role.ARCHIVIST,)):
        return Found(is_set=False, text="Chưa bố trí lưu trữ viên nhận hồ sơ nộp lưu.")
    accepted = select(func.count()).where(CaseFile.agency_id == agency.id, CaseFile.accepted_at.is_not(None))
    return Found(is_set=True, text=f"Lưu trữ cơ quan đã nhận {reading.session.scalar(accepted) or 0} hồ sơ.")


def _backups(reading: Reading, settings: Settings, _agency: Agency) -> Found:
    last = reading.session.scalar(
        select(func.max(BackupRun.finished_at)).where(BackupRun.problem.is_(None), BackupRun.snapshot.is_not(None))
    )
    if settings.backup_dir is None:
        return Found(is_set=False, text="Chưa đặt lịch sao lưu (BACKUP_DIR).")
    if last is None:
        return Found(is_set=False, text="Đã đặt lịch nhưng chưa có bản sao lưu nào trọn vẹn.")
    return Found(is_set=True, text=f"Bản sao lưu trọn vẹn gần nhất: {last.astimezone(VIETNAM):%d/%m/%Y %H:%M}.")


# What only the agency or its operator can set up, looked up on the day.
LOOKS: dict[str, Look] = {
    "I.2": _transport,
    "II.8": _signing,
    "II.4": _custody,
    "III.1.đ": _registers,
    "III.5.c": _archive,
    "III.5.g": _backups,
    "IV.1.b": _people,
}
_COUNTED: dict[AssessedState, str] = {
    "met": "đáp ứng", "partly": "đáp ứng một phần", "not": "chưa đáp ứng", "unset": "cần thiết lập",
}  # fmt: skip
_ENOUGH = (
    "Hệ thống đáp ứng Phụ lục VI; người đứng đầu được quyết định việc lưu bản gốc văn bản điện tử thay cho bản giấy "
    "(Điều 19)."
)
_NOT_ENOUGH = (
    "Hệ thống chưa đáp ứng đầy đủ Phụ lục VI; Văn thư tiếp tục tạo bản chính văn bản giấy có đóng dấu để lưu (Điều 19)."
)


def assess(reading: Reading, settings: Settings, agency: Agency) -> Assessment:
    """Judge each item for the agency today: the product's answer, made worse by what is not set up."""
    sections = tuple(
        AssessedSection(section.title, tuple(_judged(reading, settings, agency, item) for item in section.items))
        for section in SECTIONS
    )
    states = [item.state for section in sections for item in section.items]
    return Assessment(
        superior=tuple(agency.superior_lines),
        issuer=tuple(agency.issuer_lines),
        agency=agency.name,
        place_date=place_date_line(agency.place, reading.today),
        system=f"docservice {version('docservice')}",
        on=reading.today,
        counts=tuple((name, states.count(state)) for state, name in _COUNTED.items()),
        conclusion=_ENOUGH if set(states) == {"met"} else _NOT_ENOUGH,
        sections=sections,
    )


def _judged(reading: Reading, settings: Settings, agency: Agency, item: Item) -> AssessedItem:
    look = LOOKS.get(item.code)
    found = look(reading, settings, agency) if look else None
    state: AssessedState = item.state.value
    if found is not None and not found.is_set and item.state is not State.NOT:
        state = "unset"
    remarks = [item.missing] if item.missing else []
    if found is not None:
        remarks.append(found.text)
    return AssessedItem(item.code, item.text, state, " ".join(remarks))
