"""`docservice setup`: a real, empty node with one agency, its administrator and its registers.

Of each register the last number used is asked, with its day and the system it was kept in, so that the first number
given here follows the last one given there. Nothing of the demo may be in the folder.
"""

import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from getpass import getpass

from docservice.bootstrap import Node, build
from docservice.core.errors import Conflict, Invalid
from docservice.core.words import N_
from docservice.core.work import SYSTEM, Work
from docservice.documents import numbering
from docservice.exchange.edxml import EdxmlInvalid
from docservice.exchange.edxml_codes import normalise_code
from docservice.identity import accounts, queries, service
from docservice.identity.models import Role
from docservice.settings import Settings
from docservice.signatures.stamps import AUTHORITY_FOLDER

Ask = Callable[[str, str], str]


class NotEmpty(Conflict):
    code = "node_not_empty"
    message = N_("Thư mục dữ liệu đã có cơ quan hoặc dữ liệu mẫu; hãy chọn DATA_DIR khác.")


class AnswerWrong(Invalid):
    code = "answer_wrong"
    message = N_("Câu trả lời cho “{question}” chưa đúng: {value}.")


@dataclass(frozen=True)
class LastNumber:
    """Where a register goes on from: 0 and no day when the year begins here."""

    series: str
    used: int
    on: date | None
    former_system: str | None


@dataclass(frozen=True)
class Plan:
    """What the questions gave."""

    name: str
    code: str
    abbreviation: str
    kind: str
    place: str
    superior_lines: tuple[str, ...]
    issuer_lines: tuple[str, ...]
    registers: tuple[LastNumber, ...]
    administrator: str
    login: str
    password: str


def run_setup(settings: Settings) -> int:
    """Ask at the terminal and make the node; raises `NotEmpty` before the first question."""
    node = build(settings)
    try:
        refuse_used(node)
        set_up(node, question(_at_terminal))
    finally:
        node.close()
    sys.stdout.write("Đã tạo hệ thống. Chạy `docservice serve` rồi đăng nhập bằng tài khoản quản trị.\n")
    sys.stdout.write("Còn phải đặt: TRUST_DIR (gốc tin cậy), TSA_URL (dấu thời gian), khóa ký của cơ quan.\n")
    return 0


def refuse_used(node: Node) -> None:
    """Raise `NotEmpty` where there is an agency, the demo authority, or a PKCS#12 key: these are for demos only."""
    keys = node.settings.path(node.settings.keys_dir)
    with node.transactions.reading(SYSTEM) as reading:
        if queries.agencies(reading) or (keys / AUTHORITY_FOLDER).exists() or (keys / "pkcs12").exists():
            raise NotEmpty


def question(ask: Ask) -> Plan:
    """Ask everything, in the order of a first day; raises `AnswerWrong` naming the question."""
    name = _needed(ask, "Tên cơ quan", "")
    code = _code(ask("Mã định danh (QĐ 20/2020/QĐ-TTg), ví dụ H99.71", ""))
    issuer = _needed(ask, "Dòng tên cơ quan ở đầu văn bản, cách nhau bằng |", name.upper())
    superior = ask("Dòng tên cơ quan chủ quản, cách nhau bằng |, bỏ trống nếu không có", "")
    return Plan(
        name=name,
        code=code,
        abbreviation=_needed(ask, "Chữ viết tắt trong ký hiệu", "UBND"),
        kind=_needed(ask, "Loại cơ quan", "commune_committee"),
        place=_needed(ask, "Địa danh ghi trên văn bản", ""),
        superior_lines=_lines(superior),
        issuer_lines=_lines(issuer),
        registers=tuple(_last_number(ask, series, words) for series, words in numbering.NAMES.items()),
        administrator=_needed(ask, "Họ và tên quản trị viên", ""),
        login=_needed(ask, "Tên đăng nhập của quản trị viên", "quantri"),
        password=ask("Mật khẩu của quản trị viên", ""),
    )


def set_up(node: Node, plan: Plan) -> None:
    """Make everything in one transaction, so that a set-up that is stopped leaves nothing."""
    refuse_used(node)
    with node.transactions.work(SYSTEM) as work:
        agency = service.found_agency(
            work,
            name=plan.name,
            code=plan.code,
            kind=plan.kind,
            abbreviation=plan.abbreviation,
            place=plan.place,
            issuer_lines=list(plan.issuer_lines),
            superior_lines=list(plan.superior_lines),
            valid_from=work.today,
        )
        for register in plan.registers:
            numbering.open_register(
                work,
                agency_id=agency.id,
                series=register.series,
                year=work.today.year,
                last_used=register.used,
                last_day=register.on,
                former_system=register.former_system,
            )
        _appoint(work, plan, agency_id=agency.id)


def _appoint(work: Work, plan: Plan, *, agency_id: object) -> None:
    agency = queries.agency_by_code(work, plan.code)
    if agency is None or agency.id != agency_id:
        raise LookupError(plan.code)
    person = service.enter_person(work, full_name=plan.administrator)
    post = service.create_post(
        work, agency_id=agency.id, title="Quản trị hệ thống", role=Role.ADMINISTRATOR, valid_from=work.today
    )
    service.appoint(work, post_id=post.id, person_id=person.id, valid_from=work.today)
    accounts.open_account(work, person_id=person.id, login=plan.login, password=plan.password)


def _last_number(ask: Ask, series: str, words: str) -> LastNumber:
    asked = f"Số cuối cùng đã dùng của sổ {words} năm nay (0 nếu chưa dùng)"
    used = re.sub(r"[.\s]", "", ask(asked, "0"))
    if not used.isdecimal():
        raise AnswerWrong(question=asked, value=used)
    if int(used) == 0:
        return LastNumber(series, 0, None, None)
    asked_day = f"Ngày của số đó ở sổ {words} (ngày/tháng/năm)"
    day = ask(asked_day, "")
    try:
        on = date(*(int(part) for part in reversed(day.split("/"))))
    except (ValueError, TypeError) as error:
        raise AnswerWrong(question=asked_day, value=day) from error
    return LastNumber(series, int(used), on, _needed(ask, f"Hệ thống giữ sổ {words} trước đây", "Sổ giấy"))


def _code(text: str) -> str:
    try:
        return normalise_code(text)
    except EdxmlInvalid as error:
        raise AnswerWrong(question="Mã định danh", value=text) from error


def _needed(ask: Ask, words: str, default: str) -> str:
    answer = ask(words, default).strip() or default
    if not answer:
        raise AnswerWrong(question=words, value="bỏ trống")
    return answer


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.split("|") if line.strip())


def _at_terminal(words: str, default: str) -> str:
    if words.startswith("Mật khẩu"):
        return getpass(f"{words}: ")
    shown = f" [{default}]" if default else ""
    return input(f"{words}{shown}: ").strip() or default
