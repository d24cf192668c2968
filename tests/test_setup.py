"""A real node: empty but for its agency, its administrator, and registers that go on where others stopped."""

from pathlib import Path

import pytest
from sqlalchemy import select

from docservice.bootstrap import build
from docservice.core.work import SYSTEM
from docservice.demo import people
from docservice.documents.models import Document, Register
from docservice.identity import accounts
from docservice.identity.models import Role
from docservice.identity.queries import agencies, agency_by_code
from docservice.settings import Settings
from docservice.setup import AnswerWrong, NotEmpty, question, refuse_used, set_up
from tests.node import Office

ANSWERS = {
    "Tên cơ quan": "UBND xã Thử Nghiệm",
    "Mã định danh": "H98.12",
    "Địa danh": "Thử Nghiệm",
    "Số cuối cùng đã dùng của sổ văn bản đi": "1.245",
    "Ngày của số đó ở sổ văn bản đi": "20/11/2026",
    "Họ và tên quản trị viên": "Ngần Văn Vận Hành",
    "Mật khẩu": "mat-khau-quan-tri",
}


def ask(answers: dict[str, str]) -> object:
    def answer(words: str, default: str) -> str:
        return next((said for begin, said in answers.items() if words.startswith(begin)), default)

    return answer


def test_a_real_node_is_made(tmp_path: Path) -> None:
    node = build(Settings(data_dir=tmp_path))
    try:
        set_up(node, question(ask(ANSWERS)))  # type: ignore[arg-type] # the protocol is a function
        with node.transactions.reading(SYSTEM) as reading:
            agency = agency_by_code(reading, "H98.12")
            assert agency is not None
            assert agency.issuer_lines == ["UBND XÃ THỬ NGHIỆM"]
            registers = {r.series: r for r in reading.session.scalars(select(Register))}
            assert (registers["outgoing"].last_ordinal, registers["outgoing"].former_system) == (1245, "Sổ giấy")
            assert registers["incoming"].last_ordinal == 0
            assert reading.session.scalars(select(Document)).all() == []
            assert not accounts.has_demo_accounts(reading)
            person = accounts.right_password(reading, login="quantri", password="mat-khau-quan-tri")
            assert person is not None
        with node.transactions.work(SYSTEM) as work:
            session = accounts.begin_session(work, person_id=person)
        with node.transactions.reading(SYSTEM) as reading:
            who = accounts.signed_in(reading, token=session.token)
        assert who is not None
        assert [hat.actor.role for hat in who.hats] == [Role.ADMINISTRATOR]
        with pytest.raises(NotEmpty):
            refuse_used(node)
    finally:
        node.close()


@pytest.mark.parametrize(
    "wrong",
    [
        {"Tên cơ quan": ""},
        {"Mã định danh": "xã 12"},
        {"Số cuối cùng đã dùng của sổ văn bản đi": "nhiều"},
        {"Ngày của số đó ở sổ văn bản đi": "hôm qua"},
    ],
)
def test_a_wrong_answer_is_named_and_leaves_nothing(wrong: dict[str, str]) -> None:
    with pytest.raises(AnswerWrong):
        question(ask({**ANSWERS, **wrong}))  # type: ignore[arg-type] # as above


def test_demo_data_and_real_data_do_not_meet(office: Office) -> None:
    with pytest.raises(NotEmpty):
        refuse_used(office.node)
    with office.reading() as reading:
        assert people.COMMUNE in {agency.code for agency in agencies(reading)}


def test_a_short_password_leaves_no_half_node(tmp_path: Path) -> None:
    node = build(Settings(data_dir=tmp_path))
    try:
        with pytest.raises(Exception, match="password_too_short"):
            set_up(node, question(ask({**ANSWERS, "Mật khẩu": "ngan"})))  # type: ignore[arg-type] # as above
        with node.transactions.reading(SYSTEM) as reading:
            assert agencies(reading) == []
    finally:
        node.close()


def test_keys_in_files_are_for_demos_only(tmp_path: Path) -> None:
    (tmp_path / "keys/pkcs12").mkdir(parents=True)
    node = build(Settings(data_dir=tmp_path))
    try:
        with pytest.raises(NotEmpty):
            refuse_used(node)
    finally:
        node.close()
