"""Who signs a routing slip (phiếu trình): named by its drafter, one after another or in any order, without a seal."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, select

from docservice.core.work import Reading, Work
from docservice.documents.errors import SignatoriesWrong
from docservice.documents.models import Document, Signatory, Step
from docservice.documents.status import Status, Verb
from signing.locks import Order, routing

MOST = 12


@dataclass(frozen=True)
class Naming:
    """The posts whose signatures are wanted, as they stand on the page; `in_turn` when each waits for those before."""

    post_ids: tuple[UUID, ...]
    in_turn: bool = True


def name(work: Work, document: Document, naming: Naming) -> None:
    """Write down who is to sign, in place of whoever was named before; raises `SignatoriesWrong`."""
    posts = naming.post_ids
    if not posts:
        raise SignatoriesWrong(reason="signatories_missing")
    if len(posts) > MOST:
        raise SignatoriesWrong(reason="signatories_many", most=MOST)
    if len(set(posts)) != len(posts):
        raise SignatoriesWrong(reason="signatory_twice")
    work.session.execute(delete(Signatory).where(Signatory.document_id == document.id))
    work.session.expire_all()
    work.session.add_all(
        Signatory(document_id=document.id, ordinal=ordinal, post_id=post_id, turn=ordinal if naming.in_turn else 1)
        for ordinal, post_id in enumerate(posts, 1)
    )
    work.session.flush()


def named(reading: Reading, document_id: UUID) -> list[Signatory]:
    """Whoever is to sign, as they stand on the page; empty for what is no routing slip."""
    wanted = select(Signatory).where(Signatory.document_id == document_id).order_by(Signatory.ordinal)
    return list(reading.session.scalars(wanted))


def naming_of(reading: Reading, document_id: UUID) -> Naming:
    """What the drafter chose, as it is kept."""
    rows = named(reading, document_id)
    return Naming(tuple(row.post_id for row in rows), in_turn=len({row.turn for row in rows}) != 1)


def signed_by(steps: Sequence[Step]) -> dict[UUID, Step]:
    """The posts that have signed the pages that go round now, each with the step it did so in."""
    signed: dict[UUID, Step] = {}
    asked: Step | None = None
    for step in steps:
        if step.verb == Verb.ROUTE:
            signed = {}
        elif step.verb == Verb.SIGN_IN_TURN:
            asked = step
        elif step.verb == Verb.SIGNED_IN_TURN and asked is not None and asked.post_id is not None:
            signed[asked.post_id] = asked
    return signed


def awaited(rows: Sequence[Signatory], signed: Sequence[UUID]) -> list[Signatory]:
    """Whose turn it is."""
    missing = [row for row in rows if row.post_id not in signed]
    turn = min((row.turn for row in missing), default=0)
    return [row for row in missing if row.turn == turn]


def rewrite_awaited(work: Work, document: Document, steps: Sequence[Step]) -> str | None:
    """Keep whose turn it is beside the document; returns whom its lists name, the first of them."""
    rows = named(work, document.id)
    now = awaited(rows, tuple(signed_by(steps))) if document.status == Status.ROUTING else []
    for row in rows:
        row.awaited = row in now
    return f"post:{now[0].post_id}" if now else None


def field_of(signatory: Signatory) -> str:
    """The signature field of a person named."""
    return f"person{signatory.ordinal}"


def order_of(rows: Sequence[Signatory]) -> Order:
    """What must come before what: the locks follow from it."""
    return routing([row.turn for row in rows])
