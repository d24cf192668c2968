"""In which capacity somebody signs, checked on the day against posts, delegations and how far each reaches."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from docservice.documents.drafting import block_of
from docservice.identity import service
from docservice.identity.errors import AuthorityIncomplete, NoSigningAuthority
from docservice.identity.models import Capacity, SigningAuthority, Tenure, TenureMode
from templates.capacities import CAPACITIES
from tests.node import Office

TODAY = date(2026, 11, 23)
REGULATION = "Quy chế làm việc số 01/QC-UBND"


def grant(office: Office, key: str, capacity: Capacity, **more: Any) -> SigningAuthority:
    arguments: dict[str, Any] = {"basis_document": REGULATION, "valid_from": TODAY, "head_title": "Chủ tịch", **more}
    return office.act("c.admin", service.grant_authority, post_id=office.post(key), capacity=capacity, **arguments)


def lines(office: Office, key: str, kind: str = "BC") -> tuple[str, ...]:
    with office.reading() as reading:
        return block_of(reading, kind=kind, signer_post_id=office.post(key)).lines


def test_every_capacity_of_the_decree_is_data_with_its_basis() -> None:
    assert set(CAPACITIES) == set(Capacity)
    assert all("Điều 13" in capacity.legal_basis for capacity in CAPACITIES.values())


@pytest.mark.parametrize(
    ("capacity", "more", "reason"),
    [
        (Capacity.COLLECTIVE, {}, "collective"),
        (Capacity.DEPUTY, {"head_title": " "}, "head_title"),
        (Capacity.BY_ORDER, {"head_title": None}, "head_title"),
        (Capacity.DELEGATED, {"kinds": ["CV"]}, "ends"),
        (Capacity.DELEGATED, {"valid_to": TODAY}, "limited"),
        (Capacity.HEAD, {"basis_document": ""}, "basis"),
    ],
)
def test_an_authority_that_reaches_too_far_is_refused(
    office: Office, capacity: Capacity, more: dict[str, Any], reason: str
) -> None:
    with pytest.raises(AuthorityIncomplete) as caught:
        grant(office, "c.head", capacity, **more)
    assert caught.value.details["reason"] == reason


def test_by_order_is_passed_once_to_the_units_deputy_and_ends_with_what_it_came_from(office: Office) -> None:
    own = grant(office, "c.head", Capacity.BY_ORDER)
    assert lines(office, "c.head") == ("TL. CHỦ TỊCH", "TRƯỞNG PHÒNG")
    with pytest.raises(AuthorityIncomplete):
        grant(office, "c.other", Capacity.BY_ORDER, passed_from_id=own.id)
    passed = grant(office, "c.official", Capacity.BY_ORDER, passed_from_id=own.id)
    assert lines(office, "c.official") == ("TL. CHỦ TỊCH", "KT. TRƯỞNG PHÒNG", "CHUYÊN VIÊN")
    with pytest.raises(AuthorityIncomplete):
        grant(office, "c.head", Capacity.BY_ORDER, passed_from_id=passed.id)
    with office.node.transactions.work(actor(office)) as work:
        work.session.get_one(SigningAuthority, own.id).valid_to = TODAY - timedelta(days=1)
    with pytest.raises(NoSigningAuthority):
        lines(office, "c.official")


def test_a_delegation_holds_for_its_kinds_and_its_days(office: Office) -> None:
    grant(office, "c.head", Capacity.DELEGATED, kinds=["GM"], valid_to=TODAY)
    assert lines(office, "c.head", "GM") == ("TUQ. CHỦ TỊCH", "TRƯỞNG PHÒNG")
    with pytest.raises(NoSigningAuthority):
        lines(office, "c.head", "BC")
    office.clock.move(timedelta(days=1))
    with pytest.raises(NoSigningAuthority):
        lines(office, "c.head", "GM")


def test_an_acting_head_signs_with_q_and_who_is_in_charge_as_a_deputy(office: Office) -> None:
    put(office, "c.leader", TenureMode.ACTING)
    assert lines(office, "c.leader") == ("TM. ỦY BAN NHÂN DÂN", "Q. CHỦ TỊCH")
    # The deputy put in charge of the head's post.
    head_id, deputy_id = office.post("c.leader"), office.post("c.deputy")
    with office.node.transactions.work(actor(office)) as work:
        for tenure in work.session.scalars(select(Tenure).where(Tenure.post_id == head_id)):
            tenure.valid_to = TODAY - timedelta(days=1)
        deputy = work.session.scalars(select(Tenure).where(Tenure.post_id == deputy_id)).one()
        service.appoint(work, post_id=head_id, person_id=deputy.person_id, valid_from=TODAY, mode=TenureMode.IN_CHARGE)
    with office.reading() as reading:
        block = block_of(reading, kind="BC", signer_post_id=head_id)
    assert block.lines == ("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH")
    assert block.name == "Vàng Thị Thí Nghiệm"


def put(office: Office, key: str, mode: TenureMode) -> None:
    post_id = office.post(key)
    with office.node.transactions.work(actor(office)) as work:
        for tenure in work.session.scalars(select(Tenure).where(Tenure.post_id == post_id)):
            tenure.mode = mode


def actor(office: Office) -> Any:
    with office.reading("c.admin") as reading:
        return reading.actor
