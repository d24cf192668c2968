"""Signing on the phone, against a service of our own: each way it can end, and each step it can be killed at."""

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from docservice.core.errors import DocError, NotAllowed
from docservice.core.sandbox import Sandbox
from docservice.documents import queries
from docservice.signatures import phone
from docservice.signatures.errors import NothingToSign, SigningOver
from docservice.signatures.models import Ending
from docservice.signatures.remote import RemoteSigner
from docservice.signatures.remote_models import RemoteRequest
from docservice.workflow import service as workflow
from tests.node import Office, open_office
from tests.signatures.phones import (
    agreed,
    ask,
    ending,
    fact,
    give_phone,
    indications,
    shown,
    signer,
    wait_for,
    wait_until_ended,
)
from tests.signatures.test_stepwise import move_key
from tests.signing.remote import csc_server as vices
from tests.signing.remote.csc_server import Service, serving


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def address(service: Service) -> Iterator[str]:
    with serving(service) as found:
        yield found


@contextmanager
def opened(folder: Path, address: str, sandbox: Sandbox, **more: Any) -> Iterator[Office]:
    """A node over the folder with a signing service; opening it again is a restart."""
    made = signer(folder, address, **more)
    with open_office(folder, sandbox=sandbox, replace={RemoteSigner: made}) as office:
        yield office
    made.close()


@pytest.fixture
def office(seeded: Path, tmp_path: Path, sandbox: Sandbox, address: str) -> Iterator[Office]:
    shutil.copytree(seeded, tmp_path, dirs_exist_ok=True)
    with opened(tmp_path, address, sandbox) as found:
        yield found


def test_one_confirmation_for_three_documents(office: Office, service: Service) -> None:
    give_phone(office, service)
    documents = agreed(office, 3)
    (request,) = ask(office, documents)
    kept = wait_until_ended(office, request)
    assert (kept.ended_as, kept.items, kept.confirmation) == ("signed", ("signed",) * 3, None)
    assert [office.status(d) for d in documents] == ["to_number"] * 3
    assert [indications(office, d) for d in documents] == [["TOTAL-PASSED"]] * 3
    # The phone showed the page's own code, once.
    (said,) = service.phone.shown
    assert said.startswith(f"Mã đối chiếu {kept.code}: ký số 3 văn bản. ")
    assert [body["clientData"] for body in service.asked("credentials/authorize")] == [str(request)]


def test_it_waits_while_the_person_takes_time(office: Office, service: Service) -> None:
    give_phone(office, service)
    (document_id,) = agreed(office, 1)
    service.phone.answer = None
    (request,) = ask(office, [document_id])
    wait_for(office, lambda: shown(service) == 1)
    office.clock.move(timedelta(seconds=100))
    office.node.runner.drain()
    assert (fact(office, request).ended_as, office.status(document_id)) == (None, "signing")
    # Asking again while it waits is the same request.
    assert ask(office, [document_id]) == [request]
    service.phone.tap("yes")
    assert wait_until_ended(office, request).ended_as == "signed"
    assert (shown(service), office.status(document_id)) == (1, "to_number")


@pytest.mark.parametrize(
    ("answer", "ended_as", "how"), [("no", "refused", Ending.REFUSED), (None, "timed_out", Ending.TIMED_OUT)]
)
def test_refused_or_forgotten_it_waits_for_its_signer_and_can_be_asked_again(
    office: Office, service: Service, answer: str | None, ended_as: str, how: Ending
) -> None:
    give_phone(office, service)
    documents = agreed(office, 2)
    service.phone.answer = answer
    (request,) = ask(office, documents)
    if answer is None:
        wait_for(office, lambda: shown(service) == 1)
        office.clock.move(timedelta(minutes=5))
    kept = wait_until_ended(office, request)
    assert (kept.ended_as, len(kept.items), office.status(documents[0])) == (ended_as, 2, "signature")
    assert ending(office, documents[1]) == how
    with office.reading() as reading:
        assert (queries.steps(reading, documents[0])[-1].note or "") != ""

    service.phone.tap("yes")
    office.act("c.leader", workflow.sign, document_id=documents[0], consented_sha256=office.shown(documents[0]))
    office.drain()
    (again,) = ask(office, documents[:1])
    assert wait_until_ended(office, again).ended_as == "signed"
    assert (shown(service), office.status(documents[0])) == (2, "to_number")


def test_called_off_the_late_answer_finds_nobody(office: Office, service: Service) -> None:
    give_phone(office, service)
    documents = agreed(office, 2)
    service.phone.answer = None
    (request,) = ask(office, documents)
    wait_for(office, lambda: shown(service) == 1)
    office.act("c.leader", phone.cancel, request_id=request)
    office.node.ports[RemoteSigner].drop(str(request))
    assert [office.status(d) for d in documents] == ["signature"] * 2
    service.phone.tap("yes")
    assert wait_until_ended(office, request).ended_as == "cancelled"
    assert service.asked("signatures/signHash") == []
    with pytest.raises(SigningOver):
        office.act("c.leader", phone.cancel, request_id=request)


def test_a_document_called_off_alone_leaves_the_others(office: Office, service: Service) -> None:
    give_phone(office, service)
    first, second = agreed(office, 2)
    service.phone.answer = None
    (request,) = ask(office, [first, second])
    wait_for(office, lambda: shown(service) == 1)
    office.act("c.leader", workflow.cancel_signing, document_id=first)
    service.phone.tap("yes")
    kept = wait_until_ended(office, request)
    assert (kept.ended_as, kept.items) == ("signed", ("signing_over", "signed"))
    assert (office.status(first), office.status(second)) == ("signature", "to_number")
    (body,) = service.asked("signatures/signHash")
    assert len(body["hash"]) == 1


def test_all_documents_called_off_end_the_request(office: Office, service: Service) -> None:
    give_phone(office, service)
    (document_id,) = agreed(office, 1)
    service.phone.answer = None
    (request,) = ask(office, [document_id])
    wait_for(office, lambda: shown(service) == 1)
    office.act("c.leader", workflow.cancel_signing, document_id=document_id)
    assert wait_until_ended(office, request).ended_as == "cancelled"
    (unsent_document,) = agreed(office, 1)
    (unsent,) = ask(office, [unsent_document])
    office.act("c.leader", workflow.cancel_signing, document_id=unsent_document)
    assert wait_until_ended(office, unsent).ended_as == "cancelled"
    assert (fact(office, unsent).is_sent, shown(service)) == (False, 1)


def test_more_than_one_confirmation_covers_is_asked_one_after_the_other(office: Office, service: Service) -> None:
    give_phone(office, service, multisign=2)
    documents = agreed(office, 3)
    service.phone.answer = None
    first, second = ask(office, documents)
    wait_for(office, lambda: shown(service) == 1)
    office.clock.move(timedelta(seconds=20))
    office.node.runner.drain()
    assert (fact(office, second).is_sent, shown(service)) == (False, 1)
    assert fact(office, first).code != fact(office, second).code
    service.phone.tap("yes")
    wait_until_ended(office, second)
    assert (fact(office, first).items, fact(office, second).items) == (("signed", "signed"), ("signed",))
    assert (shown(service), {office.status(d) for d in documents}) == (2, {"to_number"})


@pytest.mark.parametrize(
    ("method", "vice", "problem"),
    [
        ("credentials/authorize", vices.dies, "remote_broken_off"),
        ("credentials/authorize", vices.dies_in_the_middle, "remote_broken_off"),
        ("credentials/authorize", vices.floods, "remote_answer_too_large"),
        ("credentials/authorize", vices.says(200, b"rubbish"), "remote_answer_unreadable"),
        ("credentials/authorize", vices.redirects_to("/csc/v1/info"), "remote_redirects"),
        ("credentials/authorize", vices.says(500, b""), "remote_busy"),
        ("credentials/info", vices.says(403, b""), "remote_locked_out"),
        ("signatures/signHash", vices.signs_something_else, "signature_value_wrong"),
        ("signatures/signHash", vices.says(200, {"signatures": []}), "signature_missing"),
        ("signatures/signHash", vices.says(200, {"signatures": ["AAAA"] * 9}), "remote_answer_wrong"),
        ("signatures/signHash", vices.redirects_to("http://elsewhere.invalid/"), "remote_redirects"),
        ("signatures/signHash", vices.signs_and_dies, "remote_confirmation_over"),
    ],
)
def test_a_service_that_misbehaves_signs_nothing(
    office: Office,
    service: Service,
    method: str,
    vice: Callable[[vices.Handler], vices.Answer | None],
    problem: str,
) -> None:
    give_phone(office, service)
    documents = agreed(office, 2)
    service.plan(method, vice)
    (request,) = ask(office, documents)
    kept = wait_until_ended(office, request)
    assert (kept.ended_as, kept.problem, kept.items) == ("failed", problem, (problem, problem))
    assert [(office.status(d), ending(office, d)) for d in documents] == [("signature", Ending.FAILED)] * 2
    assert shown(service) <= 1
    assert kept.confirmation is None


def test_too_few_signatures_are_each_documents_own_result(office: Office, service: Service) -> None:
    give_phone(office, service)
    documents = agreed(office, 3)
    service.plan("signatures/signHash", vices.signs_all_but_the_last)
    (request,) = ask(office, documents)
    kept = wait_until_ended(office, request)
    assert (kept.ended_as, kept.items) == ("signed", ("signed", "signed", "signature_missing"))
    assert [office.status(d) for d in documents] == ["to_number", "to_number", "signature"]


def test_a_key_that_was_replaced_at_the_service_is_not_used(office: Office, service: Service) -> None:
    give_phone(office, service)
    (document_id,) = agreed(office, 1)
    stranger = Service()
    give_phone(office, stranger_of(service, stranger), person="c.clerk")
    service.held["khoa-lanh-dao"] = stranger.held["khoa-lanh-dao"]
    (request,) = ask(office, [document_id])
    kept = wait_until_ended(office, request)
    assert (kept.problem, shown(service)) == ("remote_certificate_differs", 0)


def stranger_of(service: Service, stranger: Service) -> Service:
    """A second service whose keys are those the first will show: registering goes through the first."""
    stranger.held = service.held
    stranger.owners = service.owners
    return stranger


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"multisign": 1}, "remote_too_many"),
        ({"auth_mode": "explicit"}, "remote_credential_unusable"),
        ({"status": "disabled"}, "remote_credential_unusable"),
        ({"algorithms": ("1.2.3",)}, "remote_algorithm_unsupported"),
    ],
)
def test_a_key_that_changed_since_it_was_registered(
    office: Office, service: Service, changes: dict[str, Any], problem: str
) -> None:
    held = give_phone(office, service)
    documents = agreed(office, 2)
    for name, value in changes.items():
        setattr(held, name, value)
    (request,) = ask(office, documents)
    assert wait_until_ended(office, request).problem == problem


def test_a_service_away_when_signatures_are_fetched_is_asked_again(office: Office, service: Service) -> None:
    give_phone(office, service)
    (document_id,) = agreed(office, 1)
    service.plan("signatures/signHash", *[vices.says(503, b"")] * 3, vices.dies)
    (request,) = ask(office, [document_id])
    assert wait_until_ended(office, request).ended_as == "signed"
    assert (len(service.asked("signatures/signHash")), shown(service)) == (5, 1)


def test_a_confirmation_is_not_fetched_with_for_ever(office: Office, service: Service) -> None:
    give_phone(office, service)
    (document_id,) = agreed(office, 1)
    service.sad_seconds = 20
    service.plan("signatures/signHash", *[vices.says(503, b"")] * 100)
    (request,) = ask(office, [document_id])
    kept = wait_until_ended(office, request)
    assert (kept.ended_as, kept.problem, office.status(document_id)) == ("failed", "remote_busy", "signature")


def test_only_the_person_who_was_asked(office: Office, service: Service) -> None:
    give_phone(office, service)
    (document_id,) = agreed(office, 1)
    with pytest.raises(NotAllowed):
        ask(office, [document_id], by="c.clerk")
    service.phone.answer = None
    (request,) = ask(office, [document_id])
    with pytest.raises(NotAllowed):
        ask(office, [document_id], by="c.clerk")
    with pytest.raises(DocError, match="remote_request_not_found"):
        office.act("c.clerk", phone.cancel, request_id=request)
    with office.reading("c.clerk") as reading, pytest.raises(DocError, match="remote_request_not_found"):
        phone.seen(reading, request)


def test_nothing_to_ask_for(office: Office, service: Service) -> None:
    with pytest.raises(NothingToSign):
        ask(office, [])
    move_key(office)
    (document_id,) = agreed(office, 1)
    with pytest.raises(DocError, match="not_at_the_service"):
        ask(office, [document_id])
    with pytest.raises(SigningOver):
        ask(office, [office.checked()])


def test_the_code_is_the_same_on_both_screens_and_another_for_each_open_request(
    office: Office, service: Service
) -> None:
    give_phone(office, service, multisign=1)
    documents = agreed(office, 3)
    service.phone.answer = None
    requests = ask(office, documents)
    codes = [fact(office, request).code for request in requests]
    assert len(set(codes)) == 3
    wait_for(office, lambda: shown(service) == 1)
    assert f"Mã đối chiếu {codes[0]}:" in service.phone.shown[0]


def test_a_restart_before_anything_is_sent(
    seeded: Path, tmp_path: Path, sandbox: Sandbox, address: str, service: Service
) -> None:
    shutil.copytree(seeded, tmp_path, dirs_exist_ok=True)
    with opened(tmp_path, address, sandbox) as office:
        give_phone(office, service)
        (document_id,) = agreed(office, 1)
        (request,) = ask(office, [document_id])
    with opened(tmp_path, address, sandbox) as office:
        assert not fact(office, request).is_sent
        kept = wait_until_ended(office, request)
        assert (kept.ended_as, shown(service)) == ("signed", 1)


def test_a_restart_while_the_phone_waits_asks_nobody_twice(
    seeded: Path, tmp_path: Path, sandbox: Sandbox, address: str, service: Service
) -> None:
    shutil.copytree(seeded, tmp_path, dirs_exist_ok=True)
    with opened(tmp_path, address, sandbox) as office:
        give_phone(office, service)
        (document_id,) = agreed(office, 1)
        service.phone.answer = None
        (request,) = ask(office, [document_id])
        wait_for(office, lambda: shown(service) == 1)
    service.phone.tap("yes")
    with opened(tmp_path, address, sandbox) as office:
        office.clock.move(timedelta(minutes=2))
        office.node.runner.drain()
        assert fact(office, request).ended_as is None
        office.clock.move(timedelta(minutes=3))
        kept = wait_until_ended(office, request)
        assert (kept.ended_as, office.status(document_id), shown(service)) == ("timed_out", "signature", 1)


def test_where_the_service_knows_the_transaction_again_a_restart_loses_nothing(
    seeded: Path, tmp_path: Path, sandbox: Sandbox, address: str, service: Service
) -> None:
    shutil.copytree(seeded, tmp_path, dirs_exist_ok=True)
    service.resumes = True
    with opened(tmp_path, address, sandbox, resumes=True) as office:
        give_phone(office, service)
        (document_id,) = agreed(office, 1)
        service.phone.answer = None
        (request,) = ask(office, [document_id])
        wait_for(office, lambda: shown(service) == 1)
    with opened(tmp_path, address, sandbox, resumes=True) as office:
        wait_for(office, lambda: len(service.asked("credentials/authorize")) == 2)
        service.phone.tap("yes")
        kept = wait_until_ended(office, request)
        assert (kept.ended_as, office.status(document_id), shown(service)) == ("signed", "to_number", 1)


def test_where_transactions_are_known_again_a_broken_connection_is_not_the_end(
    seeded: Path, tmp_path: Path, sandbox: Sandbox, address: str, service: Service
) -> None:
    shutil.copytree(seeded, tmp_path, dirs_exist_ok=True)
    service.resumes = True
    with opened(tmp_path, address, sandbox, resumes=True) as office:
        give_phone(office, service)
        (document_id,) = agreed(office, 1)
        service.plan("credentials/authorize", vices.dies, vices.says(503, b""), vices.dies_in_the_middle)
        (request,) = ask(office, [document_id])
        assert wait_until_ended(office, request).ended_as == "signed"
        assert (len(service.asked("credentials/authorize")), shown(service)) == (4, 1)


def test_a_restart_between_the_confirmation_and_the_signatures(
    seeded: Path, tmp_path: Path, sandbox: Sandbox, address: str, service: Service
) -> None:
    shutil.copytree(seeded, tmp_path, dirs_exist_ok=True)
    with opened(tmp_path, address, sandbox) as office:
        give_phone(office, service)
        documents = agreed(office, 2)
        (request,) = ask(office, documents)
        service.plan("signatures/signHash", *[vices.says(503, b"")] * 2)
        wait_for(office, lambda: fact(office, request).confirmation is not None)
    with opened(tmp_path, address, sandbox) as office:
        assert wait_until_ended(office, request).items == ("signed", "signed")
        assert (shown(service), {office.status(d) for d in documents}) == (1, {"to_number"})


def test_without_a_service_nothing_is_asked(seeded: Path, tmp_path: Path, sandbox: Sandbox, service: Service) -> None:
    shutil.copytree(seeded, tmp_path, dirs_exist_ok=True)
    with serving(service) as address, opened(tmp_path, address, sandbox) as office:
        give_phone(office, service)
        (document_id,) = agreed(office, 1)
    with open_office(tmp_path, sandbox=sandbox) as office:
        (request,) = ask(office, [document_id])
        kept = wait_until_ended(office, request)
        assert (kept.problem, office.status(document_id)) == ("remote_unreachable", "signature")
        with office.reading() as reading:
            assert reading.session.scalars(select(RemoteRequest)).one().id == request
        with pytest.raises(DocError, match="remote_not_configured"):
            office.node.ports[RemoteSigner].describe()


def test_threads_end_with_their_node(
    seeded: Path, tmp_path: Path, sandbox: Sandbox, address: str, service: Service
) -> None:
    shutil.copytree(seeded, tmp_path, dirs_exist_ok=True)
    with opened(tmp_path, address, sandbox) as office:
        give_phone(office, service)
        (document_id,) = agreed(office, 1)
        service.phone.answer = None
        (request,) = ask(office, [document_id])
        wait_for(office, lambda: shown(service) == 1)
        waiting = [thread for thread in threading.enumerate() if thread.name.startswith("phone ")]
        assert len(waiting) == 1
        assert fact(office, request).ended_as is None
    waiting[0].join(5)
    assert not waiting[0].is_alive()
