"""Two people, or a person and what the other agency sends, act on one document at the same moment, on PostgreSQL.

The first keeps its transaction open until the second waits for it: the second decides by what the first has made, or is
refused in words. Nothing happens twice, and nothing is lost.
"""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Barrier, Event
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import column, func, select, table

from docservice.core.errors import DocError
from docservice.core.sandbox import Sandbox
from docservice.core.work import SYSTEM, Actor, Work
from docservice.demo import people
from docservice.documents import queries
from docservice.documents.errors import NotJoint, WrongState
from docservice.documents.models import Document
from docservice.signatures.models import Signing
from docservice.workflow import service as workflow
from scripts.local_servers import Postgres
from tests.node import Office, open_office
from tests.workflow.test_joint import cosigned
from tests.workflow.test_joint_first import REASON, with_partner
from tests.workflow.test_slips import slip

pytestmark = pytest.mark.servers
# How long anything here may take on a machine that does much else.
PATIENCE = 60.0


@pytest.fixture(scope="module")
def big_office(
    postgres_server: Postgres, tmp_path_factory: pytest.TempPathFactory, sandbox: Sandbox
) -> Iterator[Office]:
    folder: Path = tmp_path_factory.mktemp("at-once")
    with postgres_server.database() as url, open_office(folder, database_url=url, sandbox=sandbox) as opened:
        yield opened


@dataclass(frozen=True)
class Doing:
    """An act of somebody, by key, or of the system."""

    key: str | None
    verb: Callable[..., Any]
    arguments: dict[str, Any]

    def actor(self, office: Office) -> Actor:
        if self.key is None:
            return SYSTEM
        with office.reading() as reading:
            return people.actor(reading, self.key)


def overlapping(office: Office, first: Doing, second: Doing) -> tuple[DocError | None, DocError | None]:
    """What became of two acts, of which the first commits only once the second waits for it or is over."""
    acted = Event()
    actors = first.actor(office), second.actor(office)

    def lead() -> None:
        try:
            with office.node.transactions.work(actors[0]) as work:
                first.verb(work, **first.arguments)
                work.session.flush()
                acted.set()
                until(lambda: following.done() or is_waited_for(office))
                # Over before the first was, it has not seen what the first has made.
                assert not following.done()
        finally:
            acted.set()

    def follow() -> None:
        assert acted.wait(PATIENCE)
        with office.node.transactions.work(actors[1]) as work:
            second.verb(work, **second.arguments)

    with ThreadPoolExecutor(2) as pool:
        following = pool.submit(follow)
        leading = pool.submit(lead)
        return outcome(leading), outcome(following)


def outcome(act: "Future[None]") -> DocError | None:
    """The refusal, if there was one; any other error is none of those a person may meet."""
    error = act.exception(PATIENCE)
    if error is not None and not isinstance(error, DocError):
        raise error
    return error


def is_waited_for(office: Office) -> bool:
    with office.reading() as reading:
        here = column("datname") == func.current_database()
        waiting = select(func.count()).select_from(table("pg_stat_activity")).where(here)
        waiting = waiting.where(column("wait_event_type") == "Lock")
        return bool(reading.session.scalar(waiting))


def until(reached: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not reached():
        assert time.monotonic() < end
        time.sleep(0.01)


def at_once(office: Office, doings: list[Doing]) -> list[DocError | None]:
    """What became of acts that begin together, whoever comes first."""
    actors = [doing.actor(office) for doing in doings]
    together = Barrier(len(doings))

    def run(doing: Doing, actor: Actor) -> None:
        together.wait(PATIENCE)
        with office.node.transactions.work(actor) as work:
            doing.verb(work, **doing.arguments)

    with ThreadPoolExecutor(len(doings)) as pool:
        return [outcome(act) for act in [pool.submit(run, *pair) for pair in zip(doings, actors, strict=True)]]


def give_back(work: Work, *, document_id: UUID) -> None:
    """The sender calls it back: what its packet sets off at the other side."""
    workflow.give_back(work, queries.get(work, document_id), reason=REASON)


def newest(office: Office) -> UUID:
    """The department's newest registered arrival, waiting for its part."""
    with_partner(office)
    with office.reading("s.clerk") as reading:
        wanted = queries.visible_to(reading.actor).where(Document.direction == "incoming", Document.status != "done")
        found = reading.session.scalars(wanted.order_by(Document.id.desc())).first()
    assert found is not None
    office.act("s.clerk", workflow.register, document_id=found.id)
    office.act("s.clerk", workflow.present, document_id=found.id, proposal="Kính trình Giám đốc.")
    office.drain()
    return found.id


def doing(office: Office, name: str, arrival: UUID) -> Doing:
    signer = office.post("s.leader")
    return {
        "cosign": Doing("s.clerk", workflow.cosign, {"document_id": arrival, "signer_post_id": signer}),
        "decline": Doing("s.leader", workflow.decline, {"document_id": arrival, "reason": REASON}),
        "give back": Doing(None, give_back, {"document_id": arrival}),
    }[name]


def parts(office: Office, arrival: UUID) -> list[str]:
    """The statuses of whatever parts were begun of an arrival."""
    with office.reading() as reading:
        wanted = select(Document.status).where(Document.answers_id == arrival, Document.side == "B")
        return sorted(map(str, reading.session.scalars(wanted)))


def verbs(office: Office, document_id: UUID) -> list[str]:
    with office.reading() as reading:
        return [str(step.verb) for step in queries.steps(reading, document_id)]


@pytest.mark.parametrize(
    ("acts", "refusal", "status", "begun"),
    [
        (("cosign", "cosign"), NotJoint, "to_direct", ["approval"]),
        (("cosign", "decline"), NotJoint, "to_direct", ["approval"]),
        (("decline", "cosign"), NotJoint, "refused", []),
        (("decline", "decline"), WrongState, "refused", []),
        (("cosign", "give back"), None, "called_back", ["cancelled"]),
        (("give back", "cosign"), NotJoint, "called_back", []),
        (("decline", "give back"), None, "refused", []),
        (("give back", "decline"), WrongState, "called_back", []),
        (("give back", "give back"), None, "called_back", []),
    ],
)
def test_of_two_acts_on_a_joint_arrival_the_second_sees_the_first(
    big_office: Office, acts: tuple[str, str], refusal: type[DocError] | None, status: str, begun: list[str]
) -> None:
    arrival = newest(big_office)
    before = verbs(big_office, arrival)
    told = overlapping(big_office, *(doing(big_office, name, arrival) for name in acts))
    assert told[0] is None
    assert type(told[1]) is (refusal or type(None))
    big_office.drain()
    assert (big_office.status(arrival), parts(big_office, arrival)) == (status, begun)
    # One thing happened to it, or nothing: what was begun of it is a document of its own.
    ended = {"refused": ["decline"], "called_back": ["called_back"], "to_direct": []}[status]
    assert verbs(big_office, arrival)[len(before) :] == ended


@pytest.mark.parametrize("first", ["sign", "give back"])
def test_what_is_being_signed_is_given_back_or_signed_but_never_both(big_office: Office, first: str) -> None:
    arrival = newest(big_office)
    part = cosigned(big_office, big_office.document(arrival))
    shown = big_office.shown(part)
    signing = Doing("s.leader", workflow.approve_and_sign, {"document_id": part, "consented_sha256": shown})
    acts = (signing, doing(big_office, "give back", arrival))
    told = overlapping(big_office, *(acts if first == "sign" else acts[::-1]))
    big_office.drain()
    with big_office.reading() as reading:
        asked = reading.session.scalars(select(Signing).where(Signing.document_id == part)).all()
    if first == "sign":
        # The call comes too late, and is answered so.
        assert told == (None, None)
        assert (big_office.status(part), len(asked)) == ("to_number", 1)
        assert big_office.status(arrival) != "called_back"
    else:
        assert type(told[1]) is WrongState
        assert (big_office.status(part), big_office.status(arrival), len(asked)) == ("cancelled", "called_back", 0)


@pytest.mark.parametrize("first", ["release", "give back"])
def test_what_is_being_sent_back_is_not_given_back(big_office: Office, first: str) -> None:
    arrival = newest(big_office)
    part = cosigned(big_office, big_office.document(arrival))
    big_office.sign(part, by="s.leader")
    for verb in (workflow.number, workflow.seal):
        big_office.act("s.clerk", verb, document_id=part)
        big_office.drain()
    acts = (
        Doing("s.clerk", workflow.release, {"document_id": part}),
        doing(big_office, "give back", arrival),
    )
    assert overlapping(big_office, *(acts if first == "release" else acts[::-1])) == (None, None)
    big_office.drain()
    assert (big_office.status(part), big_office.status(arrival)) == ("released", "done")


def begin_anew(work: Work, *, part: UUID, arrival: UUID, signer: UUID) -> None:
    """The clerk gives the part up and begins another one."""
    workflow.discard(work, document_id=part)
    workflow.cosign(work, document_id=arrival, signer_post_id=signer)


def test_a_part_begun_anew_while_the_sender_calls_back_goes_with_the_arrival(big_office: Office) -> None:
    """The call waits for the part it found, which is given up meanwhile: it ends the one begun in its place."""
    arrival = newest(big_office)
    part = cosigned(big_office, big_office.document(arrival))
    big_office.act("s.clerk", workflow.withdraw, document_id=part)
    anew = {"part": part, "arrival": arrival, "signer": big_office.post("s.leader")}
    told = overlapping(big_office, Doing("s.clerk", begin_anew, anew), doing(big_office, "give back", arrival))
    assert told == (None, None)
    big_office.drain()
    assert (big_office.status(arrival), parts(big_office, arrival)) == ("called_back", ["cancelled", "cancelled"])
    assert verbs(big_office, part)[-1] == "discard"
    with big_office.reading() as reading:
        wanted = select(Document.id).where(Document.answers_id == arrival, Document.id != part)
        (other,) = reading.session.scalars(wanted)
    # What was still to be made of its pages finds that it is over.
    assert verbs(big_office, other)[-1] == "called_back"


def test_many_begin_the_same_part_at_once(big_office: Office) -> None:
    arrival = newest(big_office)
    told = at_once(big_office, [doing(big_office, "cosign", arrival)] * 4 + [doing(big_office, "decline", arrival)] * 2)
    big_office.drain()
    assert [error for error in told if error is None] == [None]
    assert {type(error) for error in told if error is not None} <= {NotJoint, WrongState}
    declined = big_office.status(arrival) == "refused"
    assert parts(big_office, arrival) == ([] if declined else ["approval"])
    assert verbs(big_office, arrival).count("decline") == declined


def test_one_of_two_signs_a_slip_first(big_office: Office) -> None:
    document_id = slip(big_office, "c.head", "c.leader", in_turn=False)
    shown = big_office.shown(document_id)
    signing = {"document_id": document_id, "consented_sha256": shown}
    acts = [Doing(key, workflow.sign_in_turn, signing) for key in ("c.head", "c.leader", "c.head")]
    told = overlapping(big_office, acts[0], acts[1])
    assert told[0] is None
    assert type(told[1]) is WrongState
    assert type(overlapping(big_office, acts[2], acts[1])[0]) is WrongState
    big_office.drain()
    assert verbs(big_office, document_id).count("signed_in_turn") == 1
    # Returned while the last one signs: one of the two, and the other is told.
    back = Doing("c.leader", workflow.return_document, {"document_id": document_id, "note": "Xin xem lại."})
    last = {"document_id": document_id, "consented_sha256": big_office.shown(document_id)}
    told = overlapping(big_office, back, Doing("c.leader", workflow.sign_in_turn, last))
    assert told[0] is None
    assert type(told[1]) is WrongState
    big_office.drain()
    assert big_office.status(document_id) == "draft"
