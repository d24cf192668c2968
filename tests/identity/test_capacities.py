"""In which capacity somebody signs, checked on the day against posts, delegations and how far each reaches."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from docservice.core.errors import NotAllowed
from docservice.documents.drafting import block_of
from docservice.documents.models import Document
from docservice.identity import authorities, fields, service
from docservice.identity.authorities import Standing
from docservice.identity.errors import AuthorityIncomplete, AuthorityUnknown, FieldNotCovered, NoSigningAuthority
from docservice.identity.models import Capacity, Role, SigningAuthority, Tenure, TenureMode
from templates.capacities import CAPACITIES
from tests.node import Office

TODAY = date(2026, 11, 23)
REGULATION = "Quy chế làm việc số 01/QC-UBND"


def grant(office: Office, key: str, capacity: Capacity, **more: Any) -> SigningAuthority:
    arguments: dict[str, Any] = {"basis_document": REGULATION, "valid_from": TODAY, "head_title": "Chủ tịch", **more}
    return office.act("c.admin", authorities.grant_authority, post_id=office.post(key), capacity=capacity, **arguments)


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


def test_each_capacity_is_for_posts_of_its_own(office: Office) -> None:
    given = {"head_title": "Chủ tịch", "collective": "Ủy ban nhân dân", "kinds": ["GM"], "valid_to": TODAY}
    right = {
        Capacity.HEAD: {"c.leader"},
        Capacity.COLLECTIVE: {"c.leader"},
        Capacity.DEPUTY: {"c.deputy"},
        Capacity.BY_ORDER: {"c.head", "c.checker"},
        Capacity.DELEGATED: {"c.head", "c.checker"},
    }
    for capacity in Capacity:
        for key in ("c.leader", "c.deputy", "c.head", "c.checker", "c.official", "c.clerk"):
            if key in right[capacity]:
                assert grant(office, key, capacity, **given).post_id == office.post(key)
                continue
            with pytest.raises(AuthorityIncomplete) as caught:
                grant(office, key, capacity, **given)
            assert caught.value.details["reason"] == "post"


def unit_deputy(office: Office) -> UUID:
    """A deputy of the head's unit, who may not sign anything yet."""
    with office.reading("c.head") as reading:
        unit_id, agency_id = reading.actor.unit_id, reading.actor.agency_id
    assert agency_id is not None
    with office.node.transactions.work(actor(office)) as work:
        post = service.create_post(
            work,
            agency_id=agency_id,
            unit_id=unit_id,
            title="Phó Trưởng phòng",
            role=Role.UNIT_HEAD,
            valid_from=TODAY,
        )
        person = service.enter_person(work, full_name="Đèo Thị Giúp Việc")
        service.appoint(work, post_id=post.id, person_id=person.id, valid_from=TODAY)
        return post.id


def pass_on(office: Office, by: str, authority: SigningAuthority, post_id: UUID, **more: Any) -> SigningAuthority:
    with office.reading(by) as reading:
        agency_id = reading.actor.agency_id
    arguments = {"authority_id": authority.id, "post_id": post_id, "basis_document": REGULATION, **more}
    return office.act(by, authorities.pass_on, agency_id=agency_id, **arguments)


def test_by_order_is_passed_once_to_the_units_deputy_and_ends_with_what_it_came_from(office: Office) -> None:
    own = grant(office, "c.head", Capacity.BY_ORDER, kinds=["GM", "BC"], valid_to=TODAY + timedelta(days=30))
    assert lines(office, "c.head") == ("TL. CHỦ TỊCH", "TRƯỞNG PHÒNG")
    deputy_id = unit_deputy(office)
    for post_id in (office.post("c.other"), office.post("c.official"), office.post("c.head")):
        with pytest.raises(AuthorityIncomplete):
            pass_on(office, "c.head", own, post_id)
    with pytest.raises(NotAllowed):
        pass_on(office, "c.checker", own, deputy_id)
    passed = pass_on(office, "c.head", own, deputy_id, valid_to=TODAY + timedelta(days=60))
    assert (passed.kinds, passed.valid_to) == (["GM", "BC"], own.valid_to)
    assert block(office, deputy_id) == ("TL. CHỦ TỊCH", "KT. TRƯỞNG PHÒNG", "PHÓ TRƯỞNG PHÒNG")
    with pytest.raises(AuthorityIncomplete):
        pass_on(office, "c.admin", passed, office.post("c.head"))
    revoke(office, "c.admin", own)
    with pytest.raises(NoSigningAuthority):
        block(office, deputy_id)
    with pytest.raises(AuthorityUnknown):
        pass_on(office, "c.head", own, deputy_id)


def test_who_passed_it_on_takes_it_back_and_nobody_else_below_the_head(office: Office) -> None:
    own, deputy_id = grant(office, "c.head", Capacity.BY_ORDER), unit_deputy(office)
    passed = pass_on(office, "c.head", own, deputy_id)
    for key, what in (("c.checker", passed), ("c.head", own), ("c.official", passed)):
        with pytest.raises(NotAllowed):
            revoke(office, key, what)
    with pytest.raises(AuthorityIncomplete):
        revoke(office, "c.head", passed, reason=" ")
    revoke(office, "c.head", passed)
    with pytest.raises(NoSigningAuthority):
        block(office, deputy_id)
    assert lines(office, "c.head") == ("TL. CHỦ TỊCH", "TRƯỞNG PHÒNG")
    with pytest.raises(AuthorityUnknown):
        revoke(office, "c.head", passed)
    with office.reading("c.admin") as reading:
        assert reading.actor.agency_id is not None
        found = {e.authority.id: e.standing for e in authorities.entries(reading, agency_id=reading.actor.agency_id)}
    assert (found[own.id], found[passed.id]) == (Standing.HOLDS, Standing.REVOKED)


def test_ending_an_authority_never_lengthens_it(office: Office) -> None:
    own = grant(office, "c.head", Capacity.DELEGATED, kinds=["GM"], valid_to=TODAY)
    with office.reading("c.leader") as reading:
        agency_id = reading.actor.agency_id
    asked = {"agency_id": agency_id, "authority_id": own.id, "reason": "Nhầm", "last_day": TODAY + timedelta(days=99)}
    ended = office.act("c.leader", authorities.revoke_authority, **asked)
    assert ended.valid_to == TODAY


def revoke(office: Office, by: str, authority: SigningAuthority, *, reason: str = "Phân công lại") -> None:
    with office.reading(by) as reading:
        agency_id = reading.actor.agency_id
    office.act(by, authorities.revoke_authority, agency_id=agency_id, authority_id=authority.id, reason=reason)


def block(office: Office, post_id: UUID, kind: str = "BC", field_id: UUID | None = None) -> tuple[str, ...]:
    with office.reading() as reading:
        return block_of(reading, kind=kind, signer_post_id=post_id, field_id=field_id).lines


def test_a_deputy_signs_in_the_assigned_fields_of_work_only(office: Office) -> None:
    with office.reading("c.head") as reading:
        unit_id, agency_id = reading.actor.unit_id, reading.actor.agency_id
    culture, land = (
        office.act("c.admin", fields.open_field, agency_id=agency_id, name=name, unit_id=unit)
        for name, unit in (("Văn hóa - Xã hội", unit_id), ("Đất đai", None))
    )
    deputy_id = office.post("c.deputy")
    # The demo's deputy signs in every field; one who is assigned fields does not.
    assert block(office, deputy_id, field_id=land.id)[-1] == "PHÓ CHỦ TỊCH"
    with office.node.transactions.work(actor(office)) as work:
        for row in work.session.scalars(select(SigningAuthority).where(SigningAuthority.post_id == deputy_id)):
            row.valid_to = TODAY - timedelta(days=1)
    grant(office, "c.deputy", Capacity.DEPUTY, collective="Ủy ban nhân dân", field_ids=[culture.id])
    assert block(office, deputy_id, field_id=culture.id)[:2] == ("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH")
    for field_id in (land.id, None):
        with pytest.raises(FieldNotCovered):
            block(office, deputy_id, field_id=field_id)
    # The same on the way of a document: at its beginning, and on the day of signing.
    with pytest.raises(FieldNotCovered):
        office.draft(signer_post_id=deputy_id, field_id=land.id)
    document_id = office.checked(signer_post_id=deputy_id, field_id=culture.id)
    office.act("c.admin", fields.close_field, agency_id=agency_id, field_id=land.id, last_day=TODAY)
    with office.node.transactions.work(actor(office)) as work:
        work.session.get_one(Document, document_id).field_id = land.id
    with pytest.raises(FieldNotCovered):
        office.sign(document_id, by="c.deputy")


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
