"""What a document's page shows, read with few statements: most of what a document may have about it it has not."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Uuid, bindparam, exists, select

from docservice.core import outbox
from docservice.core.lanes import document_lane
from docservice.core.outbox import Job
from docservice.core.work import Reading
from docservice.documents import copies, joint, queries
from docservice.documents.copies import Printing
from docservice.documents.draft_models import DraftVersion
from docservice.documents.models import (
    Answer,
    Assignment,
    Attachment,
    Direction,
    Document,
    File,
    JointFile,
    Signatory,
    Step,
    Version,
)
from docservice.documents.status import Verb
from docservice.exchange import queries as exchange
from docservice.exchange.models import Parcel
from docservice.exchange.queries import ParcelState
from docservice.identity import queries as identity
from docservice.records import queries as records
from docservice.records.models import CaseFile, CaseFileDocument
from docservice.signatures import stepwise
from docservice.signatures.models import Signing
from docservice.signatures.obstacles import Obstacle, kept_facts, newest_facts
from docservice.signatures.queries import is_elsewhere, key_at, unstamped
from docservice.web import choices
from docservice.web.acts import roles_of
from docservice.web.joint_shown import JointState, joint_state
from docservice.web.obstacles import obstacle_to
from docservice.web.together import Together, together_of
from docservice.workflow import service as workflow
from docservice.workflow.queries import SignatoryState, open_acts, signatories_of

_ID = bindparam("document_id", type_=Uuid())
_OF_VERSIONS = select(Version.id).where(Version.document_id == _ID)
# What there may be about a document, by name; what there is nothing of need not be asked for.
_ABOUT: dict[str, tuple[ColumnElement[bool], ...]] = {
    "assignments": (Assignment.document_id == _ID,),
    "attachments": (Attachment.document_id == _ID, Attachment.removed_at.is_(None)),
    "open_signings": (Signing.document_id == _ID, Signing.finished_at.is_(None), Signing.ended_at.is_(None)),
    "unstamped": (Signing.document_id == _ID, Signing.finished_at.is_not(None), Signing.stamped_at.is_(None)),
    "joint_files": (JointFile.version_id.in_(_OF_VERSIONS),),
    "parcels": (Parcel.document_id == _ID,),
    "answers": (Answer.outgoing_id == _ID,),
    "case_files": (CaseFileDocument.document_id == _ID,),
    "trouble": (Job.lane == bindparam("lane"), Job.done_at.is_(None), Job.last_error.is_not(None)),
    "printings": (Printing.document_id == _ID,),
    "copies": (Document.copy_of_id == _ID,),
    "drafts": (DraftVersion.document_id == _ID,),
    "signatories": (Signatory.document_id == _ID,),
    "own_part": (Document.answers_id == _ID, Document.side == joint.PARTNER),
}
_HAS = select(*(exists().where(*conditions).label(name) for name, conditions in _ABOUT.items()))


@dataclass(frozen=True)
class Opened:
    """Everything a document's page shows."""

    document: Document
    version: Version | None
    # How many the file has; None where nobody has counted.
    pages: int | None
    # Whether the actor opened this version today already.
    is_seen: bool
    acts: frozenset[Verb]
    steps: list[Step]
    versions: list[Version]
    attachments: list[tuple[Attachment, File]]
    assignments: list[tuple[Assignment, str]]
    parcels: list[ParcelState]
    answers: list[Answer]
    answered: Document | None
    case_files: list[CaseFile]
    waits_for: tuple[str, str]
    last_note: Step | None
    signer: tuple[str, str]
    receivers: list[str]
    trouble: Job | None
    unstamped: bool
    # Where the key is that an open signature waits for.
    key_at: str | None
    # The same, once everything is prepared and only the key's holder is waited for.
    key_awaited: str | None
    # Whether the actor is the one who has to use it now.
    is_asked: bool
    may_copy: bool
    may_draft_again: bool
    copies: list[Document]
    copied: Document | None
    printings: list[Printing]
    together: Together | None
    # Who signs a routing slip; empty for everything else.
    signatories: list[SignatoryState]
    # Of an arrived joint document, the agency's own part once it is begun.
    own_part: Document | None
    joint: JointState | None
    # Whether it is, or may be, an arrived file that two agencies sign.
    may_be_joint: bool
    # The newest verdict on the file (see `as_facts`), and what of it keeps the actor from signing.
    verdict: dict[str, Any] | None
    obstacle: Obstacle | None

    @property
    def note_shown(self) -> Step | None:
        """The last note, unless it says what the obstacle says; why else a signing ended is told beside it."""
        note = self.last_note
        if note is None or self.obstacle is None or note.verb != Verb.SIGNING_ENDED:
            return note
        return None if self.obstacle.reason() in (note.note or "") else note


def open_document(reading: Reading, document: Document, language: str) -> Opened:
    """Read what the page shows of a document that the actor may see."""
    lane = document_lane(document.id)
    has = reading.session.execute(_HAS, {"document_id": document.id, "lane": lane}).one()
    steps = queries.steps(reading, document.id)
    versions = queries.versions(reading, document.id)
    version = versions[-1] if versions else None
    pages, seen_on = queries.looked_at(reading, document, version) if version else (None, None)
    assignments = queries.assignments(reading, document.id) if has.assignments else []
    named = [f"post:{entry.post_id}" if entry.post_id else f"unit:{entry.unit_id}" for entry in assignments]
    signer = f"post:{document.signer_post_id}" if document.signer_post_id else None
    names = identity.names_of_tokens(reading, (*named, signer, document.waiting_for))
    noted = next((step for step in reversed(steps) if step.verb in _EXPLAINED), None)
    place = key_at(reading, document.id) if has.open_signings else None
    awaited = place if place and is_elsewhere(reading, document.id) else None
    may_be_joint = has.joint_files or bool(version and joint.sides_signed(version.verdict))
    acts = open_acts(reading, document, assignments, may_be_joint=may_be_joint)
    # An arrival is registered by the verdict kept with it.
    is_arrival = document.direction == Direction.INCOMING
    verdict = kept_facts(versions) if is_arrival else newest_facts(reading, versions)
    return Opened(
        document=document,
        version=version,
        pages=pages,
        is_seen=seen_on == reading.today,
        acts=acts,
        steps=steps,
        versions=versions,
        attachments=queries.attached_files(reading, document) if has.attachments else [],
        assignments=[
            (entry, ", ".join(filter(None, names[token]))) for entry, token in zip(assignments, named, strict=True)
        ],
        parcels=exchange.parcels_of(reading, document.id) if has.parcels else [],
        answers=queries.answers_to(reading, document.id) if has.answers else [],
        answered=queries.find_visible(reading, document.answers_id) if document.answers_id else None,
        case_files=records.case_files_of(reading, document.id) if has.case_files else [],
        waits_for=_waits_for(reading, document, names[document.waiting_for]),
        last_note=noted if noted and noted.note and _still_stands(noted, steps) else None,
        signer=names[signer],
        receivers=[choices.agency_name(reading, code) for code in document.receiver_codes],
        trouble=outbox.troubled(reading.session, lane) if has.trouble else None,
        unstamped=has.unstamped and bool(unstamped(reading, document.id)),
        key_at=place,
        key_awaited=awaited,
        is_asked=awaited is not None and stepwise.is_asked(reading, document.id),
        may_copy=reading.actor.role in roles_of(Verb.COPY) and bool(copies.allowed_forms(document)),
        may_draft_again=workflow.may_draft_again(reading.actor, document),
        copies=copies.copies_of(reading, document.id) if has.copies else [],
        copied=queries.find_visible(reading, document.copy_of_id) if document.copy_of_id else None,
        printings=copies.printings_of(reading, document.id) if has.printings else [],
        together=together_of(reading, document) if has.drafts else None,
        signatories=signatories_of(reading, document, steps) if has.signatories else [],
        own_part=joint.begun(reading, document.id) if has.own_part else None,
        joint=joint_state(reading, document, language) if has.joint_files or document.side else None,
        may_be_joint=may_be_joint,
        verdict=verdict,
        obstacle=obstacle_to(document, acts, versions, verdict),
    )


def _waits_for(reading: Reading, document: Document, name: tuple[str, str]) -> tuple[str, str]:
    kind, _, code = (document.waiting_for or "").partition(":")
    # An agency that need not be of this node.
    return (choices.agency_name(reading, code), "") if kind == "organ" else name


# Facts whose note tells the next person what to do.
_EXPLAINED = frozenset(
    {
        Verb.RETURN,
        Verb.PASS_BACK,
        Verb.RENDER_FAILED,
        Verb.WITHDRAW,
        Verb.PRESENT,
        Verb.DIRECT,
        Verb.SEND_TO_PARTNER,
        Verb.PARTNER_REFUSED,
        Verb.CALL_BACK,
        Verb.NOT_CALLED_BACK,
        Verb.STOP_WAITING,
        Verb.SIGNING_ENDED,
    }
)
_PASSED_BY = frozenset({Verb.REVISE})


def _still_stands(noted: Step, steps: list[Step]) -> bool:
    """A note is shown on top until somebody has acted on it."""
    later = [step for step in steps if step.ordinal > noted.ordinal]
    return all(step.verb in _PASSED_BY for step in later)
