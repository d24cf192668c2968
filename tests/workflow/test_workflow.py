"""The way of a document through the hands of people: who may do what, when, and what it leaves behind."""

from datetime import timedelta
from itertools import pairwise
from uuid import UUID

import pytest

from docservice.core import journal
from docservice.core.errors import NotAllowed
from docservice.core.ids import new_id
from docservice.core.work import Work
from docservice.demo import people
from docservice.documents import queries, storing
from docservice.documents.errors import DocumentNotFound, FormValueWrong, KindUnknown, RevisionMoved, WrongState
from docservice.documents.models import Stage
from docservice.documents.status import Verb
from docservice.identity import service as identity
from docservice.identity.errors import NoSigningAuthority, NotCustodian
from docservice.identity.models import Role
from docservice.identity.queries import actor_as
from docservice.signatures.errors import ConsentMoved
from docservice.signatures.keys import TrustSource
from docservice.workflow import service as workflow
from signing.verdict import verify
from tests.node import REPORT, Office
from tests.templates.samples import minutes_values
from tests.templates.test_word import typed


def verbs(office: Office, document_id: UUID) -> list[str]:
    with office.reading() as reading:
        return [str(step.verb) for step in queries.steps(reading, document_id)]


def test_a_report_goes_all_the_way(office: Office) -> None:
    document_id = office.released()
    assert verbs(office, document_id) == [
        "draft", "submit", "rendered", "check_content", "check_form", "approve_and_sign", "signed",
        "number", "number_written", "seal", "sealed", "release",
    ]  # fmt: skip
    with office.reading() as reading:
        versions = queries.versions(reading, document_id)
        assert [v.stage for v in versions] == [Stage.SUBMITTED, Stage.SIGNED, Stage.NUMBERED, Stage.SEALED]
        assert journal.verify_chain(reading.session).broken_at is None
    assert office.document(document_id).notation == "312/BC-UBND"


def test_each_version_extends_the_file_before_it(office: Office) -> None:
    document_id = office.released()
    with office.reading() as reading:
        files = [storing.get(reading.ports, v.sha256) for v in queries.versions(reading, document_id)]
    for earlier, later in pairwise(files):
        assert later.startswith(earlier)


@pytest.mark.parametrize(
    ("verb", "wrong"),
    [
        (workflow.check_content, ["c.official", "c.other", "c.leader", "c.clerk"]),
        (workflow.check_form, ["c.official", "c.head", "c.leader", "c.clerk"]),
        (workflow.approve, ["c.official", "c.head", "c.checker", "c.deputy", "c.clerk"]),
    ],
)
def test_nobody_does_anothers_act(office: Office, verb: object, wrong: list[str]) -> None:
    document_id = office.draft()
    office.act("c.official", workflow.submit, document_id=document_id)
    office.drain()
    if verb is not workflow.check_content:
        office.act("c.head", workflow.check_content, document_id=document_id)
    if verb is workflow.approve:
        office.act("c.checker", workflow.check_form, document_id=document_id)
    for key in wrong:
        with pytest.raises((NotAllowed, DocumentNotFound)):
            office.act(key, verb, document_id=document_id)  # type: ignore[arg-type] # one of the verbs above


def test_another_agencys_document_is_not_there(office: Office) -> None:
    document_id = office.released()
    for key in ("p.leader", "p.clerk", "p.official"):
        with pytest.raises(DocumentNotFound), office.reading(key) as reading:
            queries.get_visible(reading, document_id)
        with pytest.raises(DocumentNotFound):
            office.act(key, workflow.submit, document_id=document_id)
    with pytest.raises(DocumentNotFound):
        office.act("c.clerk", workflow.submit, document_id=new_id())


def test_a_draft_is_its_units_alone_until_it_is_released(office: Office) -> None:
    document_id = office.draft()
    for key, sees in (("c.head", True), ("c.other", False), ("c.clerk", False), ("c.checker", False)):
        with office.reading(key) as reading:
            found = [d.id for d in reading.session.scalars(queries.visible_to(reading.actor))]
        assert (document_id in found) is sees, key
    released = office.released(values={**REPORT, "subject": "Việc khác"})
    with office.reading("c.other") as reading:
        assert released in [d.id for d in reading.session.scalars(queries.visible_to(reading.actor))]


def test_the_order_of_acts_is_kept(office: Office) -> None:
    document_id = office.checked()
    with pytest.raises(WrongState) as refused:
        office.act("c.official", workflow.submit, document_id=document_id)
    assert "Chờ duyệt và ký số" in refused.value.sentence()
    with pytest.raises(DocumentNotFound):
        office.act("c.clerk", workflow.number, document_id=document_id)


def test_a_state_that_was_not_seen_is_not_acted_on(office: Office) -> None:
    document_id = office.draft()
    office.act("c.official", workflow.revise, document_id=document_id, values={**REPORT, "subject": "Tên mới"})
    with pytest.raises(RevisionMoved):
        office.act("c.official", workflow.submit, document_id=document_id, revision=1)
    office.act("c.official", workflow.submit, document_id=document_id, revision=2)


def test_returned_by_the_unit_head_it_is_the_drafters_again(office: Office) -> None:
    document_id = office.draft()
    office.act("c.official", workflow.submit, document_id=document_id)
    office.drain()
    office.act("c.head", workflow.return_document, document_id=document_id, note="Bổ sung số liệu")
    assert office.status(document_id) == "draft"
    office.act("c.official", workflow.revise, document_id=document_id, values=REPORT)
    office.act("c.official", workflow.submit, document_id=document_id)
    office.drain()
    assert office.status(document_id) == "check_content"


@pytest.mark.parametrize("by", ["c.checker", "c.leader"])
def test_returned_later_it_goes_through_the_unit_head(office: Office, by: str) -> None:
    document_id = office.draft()
    office.act("c.official", workflow.submit, document_id=document_id)
    office.drain()
    office.act("c.head", workflow.check_content, document_id=document_id)
    if by == "c.leader":
        office.act("c.checker", workflow.check_form, document_id=document_id)
    office.act(by, workflow.return_document, document_id=document_id, note="Sửa lại mục II")
    assert office.status(document_id) == "returned"
    with pytest.raises(NotAllowed):
        office.act("c.official", workflow.pass_back, document_id=document_id)
    office.act("c.head", workflow.pass_back, document_id=document_id)
    assert office.status(document_id) == "draft"


def test_a_role_the_agency_does_not_have_is_skipped_visibly(office: Office) -> None:
    document_id = office.draft(by="c.other")
    office.act("c.other", workflow.submit, document_id=document_id)
    office.drain()
    assert verbs(office, document_id)[-1] == "skip_check_content"
    with office.reading() as reading:
        assert queries.steps(reading, document_id)[-1].note == "Đơn vị soạn thảo không có trưởng đơn vị."
    assert office.status(document_id) == "check_form"


def test_changing_the_signer_keeps_the_checks(office: Office) -> None:
    document_id = office.checked()
    before = office.shown(document_id)
    office.act("c.leader", workflow.change_signer, document_id=document_id, signer_post_id=office.post("c.deputy"))
    office.drain()
    assert office.status(document_id) == "approval"
    assert verbs(office, document_id).count("check_content") == 1
    with office.reading() as reading:
        first, second = queries.versions(reading, document_id)
        assert first.body_sha256 == second.body_sha256
        assert first.source_sha256 != second.source_sha256
    with pytest.raises(ConsentMoved):
        office.act("c.deputy", workflow.approve_and_sign, document_id=document_id, consented_sha256="0" * 64)
    assert before != ""
    office.sign(document_id, by="c.deputy")
    assert office.status(document_id) == "to_number"


def test_approve_now_and_sign_later(office: Office) -> None:
    document_id = office.checked()
    office.act("c.leader", workflow.approve, document_id=document_id)
    assert office.status(document_id) == "signature"
    office.act("c.leader", workflow.sign, document_id=document_id, consented_sha256=office.shown(document_id))
    office.drain()
    assert office.status(document_id) == "to_number"


def test_only_todays_custodian_seals(office: Office) -> None:
    with office.reading() as reading:
        agency_id = people.actor(reading, "c.clerk").agency_id
    assert agency_id is not None
    second = office.act("c.clerk", _second_clerk, agency_id=agency_id)
    document_id = office.checked()
    office.sign(document_id)
    office.act("c.clerk", workflow.number, document_id=document_id)
    office.drain()
    with office.reading() as reading:
        stranger = actor_as(reading, person_id=second[0], post_id=second[1])
    with pytest.raises(NotCustodian), office.node.transactions.work(stranger) as work:
        workflow.seal(work, document_id=document_id)


def _second_clerk(work: Work, *, agency_id: UUID) -> tuple[UUID, UUID]:
    since = work.today - timedelta(days=30)
    person = identity.enter_person(work, full_name="Quàng Văn Thay")
    post = identity.create_post(work, agency_id=agency_id, title="Văn thư", role=Role.CLERK, valid_from=since)
    identity.appoint(work, post_id=post.id, person_id=person.id, valid_from=since)
    return person.id, post.id


def test_who_has_no_authority_is_no_signer(office: Office) -> None:
    with pytest.raises(NoSigningAuthority):
        office.draft(signer_post_id=office.post("c.official"))


def test_a_cancelled_number_stays_with_its_reason(office: Office) -> None:
    document_id = office.checked()
    office.sign(document_id)
    office.act("c.clerk", workflow.number, document_id=document_id)
    office.drain()
    office.act("c.clerk", workflow.cancel_number, document_id=document_id, reason="Không ban hành nữa")
    assert office.status(document_id) == "cancelled"
    with office.reading() as reading:
        number = queries.number_of(reading, document_id)
        assert number is not None
        assert (number.notation, number.reason) == ("312/BC-UBND", "Không ban hành nữa")
    assert office.document(office.released(values={**REPORT, "subject": "Việc sau"})).notation == "313/BC-UBND"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"subject": ""}, "subject"),
        ({"subject": "x" * 501}, "subject"),
        ({"subject": 7}, "subject"),
        ({"body": []}, "body"),
        ({"body": [{"paragraph": "a"}, {"paragraph": 3}]}, "body[1].paragraph"),
        ({"body": [{"table": {"columns": ["a", "b"], "rows": [["1"]]}}]}, "body[0].table.rows[0]"),
        ({"body": [{"heading": "a", "level": 9}]}, "body[0].level"),
        ({"recipients": "UBND"}, "recipients"),
        ({"archive": None}, "archive"),
        ({"bogus": 1}, "bogus"),
        ({"subject": "a\u0007b"}, "subject"),
    ],
)
def test_a_wrong_form_value_names_its_field(office: Office, change: dict[str, object], field: str) -> None:
    with pytest.raises(FormValueWrong) as refused:
        office.draft(values={**REPORT, **change})
    assert refused.value.details["field"] == field


def test_an_unknown_kind_is_refused(office: Office) -> None:
    with pytest.raises(KindUnknown):
        office.draft(kind="XX")


def test_every_document_says_who_it_waits_for_and_since_when(office: Office) -> None:
    document_id = office.checked()
    document = office.document(document_id)
    assert document.waiting_for == f"post:{office.post('c.leader')}"
    assert document.waiting_since is not None
    assert Verb.CHECK_FORM in verbs(office, document_id)


def test_minutes_are_signed_by_the_secretary_then_by_the_chair(office: Office) -> None:
    document_id = office.checked(kind="BB", values=minutes_values(), receiver_codes=[])
    assert office.status(document_id) == "to_countersign"
    assert office.document(document_id).waiting_for == f"post:{office.post('c.official')}"
    shown = office.shown(document_id)
    for verb in (workflow.approve_and_sign, workflow.countersign):
        with pytest.raises((NotAllowed, WrongState)):
            office.act("c.leader", verb, document_id=document_id, consented_sha256=shown)
    office.act("c.official", workflow.countersign, document_id=document_id, consented_sha256=shown)
    office.drain()
    assert office.status(document_id) == "approval"
    with pytest.raises(ConsentMoved):
        office.act("c.leader", workflow.approve_and_sign, document_id=document_id, consented_sha256=shown)
    office.sign(document_id)
    for act in (workflow.number, workflow.seal, workflow.release):
        office.act("c.clerk", act, document_id=document_id)
        office.drain()
    assert office.document(document_id).notation == "312/BB-UBND"
    with office.reading() as reading:
        stages = [v.stage for v in queries.versions(reading, document_id)]
        sealed = storing.get(reading.ports, queries.versions(reading, document_id)[-1].sha256)
    assert stages == ["submitted", "countersigned", "signed", "numbered", "sealed"]
    verdict = verify(sealed, trust=office.node.ports[TrustSource].current(), at=office.clock.now())
    assert [(s.field, s.indication) for s in verdict.signatures] == [
        ("secretary", "TOTAL-PASSED"), ("leader", "TOTAL-PASSED"), ("agency", "TOTAL-PASSED"),
    ]  # fmt: skip


def test_minutes_with_a_new_chair_are_signed_by_the_secretary_again(office: Office) -> None:
    document_id = office.checked(kind="BB", values=minutes_values(), receiver_codes=[])
    office.act("c.official", workflow.countersign, document_id=document_id, consented_sha256=office.shown(document_id))
    office.drain()
    deputy = office.post("c.deputy")
    office.act("c.leader", workflow.change_signer, document_id=document_id, signer_post_id=deputy)
    office.drain()
    assert office.status(document_id) == "to_countersign"


def test_who_was_to_sign_still_is_when_another_cannot_be_written_into_the_pages(office: Office) -> None:
    document_id = office.checked()
    before = office.shown(document_id)
    office.act("c.leader", workflow.change_signer, document_id=document_id, signer_post_id=office.post("c.deputy"))
    office.end_authority("c.deputy")
    office.drain()
    assert (office.status(document_id), office.shown(document_id)) == ("approval", before)
    assert office.document(document_id).signer_post_id == office.post("c.leader")
    office.sign(document_id)
    assert office.status(document_id) == "to_number"


def test_a_word_file_whose_number_was_cancelled_is_drafted_anew(office: Office) -> None:
    word = typed()
    stored = storing.put(office.node.ports, word)
    routing = workflow.Routing(office.post("c.leader"), (people.PROVINCE,))
    document_id = office.act(
        "c.official", workflow.draft_from_word, word_sha256=stored.key, word_size=len(word), kind="BC",
        values={"subject": "Kết quả trồng rừng", "recipients": ["UBND tỉnh Hoa Ban"], "archive": "VT"}, routing=routing,
    ).id  # fmt: skip
    table = storing.put(office.node.ports, b"name,area")
    for name in ("Bảng 1.csv", "Bảng 2.csv"):
        office.act(
            "c.official", workflow.attach,
            document_id=document_id, name=name, sha256=table.key, size=table.size, media_type="text/csv",
        )  # fmt: skip
    office.act("c.official", workflow.detach, document_id=document_id, ordinal=1)
    office.number(document_id)
    with pytest.raises(WrongState):
        office.act("c.official", workflow.draft_again, document_id=document_id)
    office.act("c.clerk", workflow.cancel_number, document_id=document_id, reason="Sai số liệu")
    with pytest.raises(WrongState):
        office.act("c.head", workflow.draft_again, document_id=document_id)
    again = office.act("c.official", workflow.draft_again, document_id=document_id)
    before = office.document(document_id)
    assert again.id != document_id
    assert (again.status, again.word_sha256, again.notation) == ("draft", stored.key, None)
    assert (again.form_values, again.signer_post_id) == (before.form_values, before.signer_post_id)
    with office.reading() as reading:
        taken = [(annex.ordinal, annex.name, annex.sha256) for annex in queries.attachments(reading, again.id)]
    assert taken == [(1, "Bảng 2.csv", table.key)]
    office.act("c.official", workflow.submit, document_id=again.id)
    office.drain()
    assert office.status(again.id) == "check_content"
