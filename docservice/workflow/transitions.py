"""Who may do what: one table instead of scattered ifs.

`documents.status.TRANSITIONS` says when an act is possible; this table says whose act it is. A role alone is
not enough: the drafter passes on the own draft only, the unit head checks the own unit's, the signer signs what
is addressed to the own post.
"""

from collections.abc import Callable
from dataclasses import dataclass

from docservice.core.work import Actor
from docservice.documents.joint import DRAFTING, PARTNER
from docservice.documents.models import Assignment, Document, Share
from docservice.documents.status import Status, Verb
from docservice.identity.models import Role

Tie = Callable[[Actor, Document, list[Assignment]], bool]


def anyone(_actor: Actor, _document: Document, _assignments: list[Assignment]) -> bool:
    """The role is enough."""
    return True


def drafter(actor: Actor, document: Document, _assignments: list[Assignment]) -> bool:
    """The post that drafted it."""
    return actor.post_id == document.drafter_post_id


def own_unit(actor: Actor, document: Document, _assignments: list[Assignment]) -> bool:
    """A post of the unit that drafted it."""
    return actor.unit_id is not None and actor.unit_id == document.unit_id


def drafted_here(tie: Tie) -> Tie:
    """Whatever the tie, only for a text that is the agency's own: what another agency has signed cannot be changed."""
    return lambda actor, document, assignments: document.side != PARTNER and tie(actor, document, assignments)


def signer(actor: Actor, document: Document, _assignments: list[Assignment]) -> bool:
    """The post that is to sign it."""
    return actor.post_id == document.signer_post_id


def before_partner(tie: Tie) -> Tie:
    """Whatever the tie, only until the other side of a joint document has signed the text."""
    return lambda actor, document, assignments: document.partner_signed_at is None and tie(actor, document, assignments)


def after_partner(_actor: Actor, document: Document, _assignments: list[Assignment]) -> bool:
    """What the other side has signed already: nobody here may change the text any more."""
    return document.partner_signed_at is not None


def joint_signer(actor: Actor, document: Document, _assignments: list[Assignment]) -> bool:
    """The post that is to sign it for the side that drafted it, while nobody has signed."""
    return document.side == DRAFTING and document.partner_signed_at is None and actor.post_id == document.signer_post_id


def last_signer(actor: Actor, document: Document, _assignments: list[Assignment]) -> bool:
    """The post that is to sign what the other side has signed already."""
    return document.partner_signed_at is not None and actor.post_id == document.signer_post_id


def lead_unit(actor: Actor, _document: Document, assignments: list[Assignment]) -> bool:
    """A post of the unit named to lead."""
    return actor.unit_id is not None and any(a.unit_id == actor.unit_id and a.share == Share.LEAD for a in assignments)


def handler(actor: Actor, _document: Document, assignments: list[Assignment]) -> bool:
    """The post it was assigned to as lead."""
    return any(a.post_id == actor.post_id and a.share == Share.LEAD for a in assignments)


def printed_copy(_actor: Actor, document: Document, _assignments: list[Assignment]) -> bool:
    """A copy on paper, which nobody but the clerk has in hand yet."""
    return document.copy_of_id is not None and document.on_paper


def no_copy(_actor: Actor, document: Document, _assignments: list[Assignment]) -> bool:
    """A document of its own: a paper original is printed of these only."""
    return document.copy_of_id is None


@dataclass(frozen=True)
class Act:
    """An act of a person: the roles that may do it, the tie to the document it takes, the step it belongs to.

    `statuses` empty means every status in which the act is possible at all.
    """

    roles: frozenset[Role]
    tie: Tie = anyone
    statuses: frozenset[Status] = frozenset()

    def open_to(self, actor: Actor, document: Document, assignments: list[Assignment]) -> bool:
        """Whether this actor may do it to this document now."""
        return (
            actor.role in self.roles
            and self.tie(actor, document, assignments)
            and (not self.statuses or document.status in self.statuses)
        )


_DRAFTERS = frozenset({Role.OFFICIAL, Role.UNIT_HEAD, Role.FORM_CHECKER, Role.CLERK, Role.DEPUTY, Role.LEADER})
_SIGNERS = frozenset({Role.LEADER, Role.DEPUTY, Role.UNIT_HEAD, Role.FORM_CHECKER})
# Whose signature a routing slip may want.
SIGNATORIES = _DRAFTERS
_HEADS = frozenset({Role.UNIT_HEAD, Role.FORM_CHECKER})
_CHECKERS = frozenset({Role.FORM_CHECKER})
_CLERKS = frozenset({Role.CLERK})
_LEADERS = frozenset({Role.LEADER, Role.DEPUTY})

ACTS: dict[Verb, tuple[Act, ...]] = {
    Verb.DRAFT: (Act(_DRAFTERS),),
    Verb.REVISE: (Act(_DRAFTERS, drafted_here(drafter)), Act(_DRAFTERS, drafted_here(own_unit))),
    Verb.SUBMIT: (Act(_DRAFTERS, drafter),),
    Verb.CHECK_CONTENT: (Act(_HEADS, own_unit),),
    Verb.CHECK_FORM: (Act(_CHECKERS),),
    Verb.COUNTERSIGN: (Act(_DRAFTERS, drafter),),
    # Only for whose turn it is.
    Verb.SIGN_IN_TURN: (Act(SIGNATORIES),),
    Verb.APPROVE: (Act(_SIGNERS, signer),),
    Verb.APPROVE_AND_SIGN: (Act(_SIGNERS, signer),),
    Verb.SIGN: (Act(_SIGNERS, signer),),
    Verb.CANCEL_SIGNING: (
        Act(_SIGNERS, signer, frozenset({Status.SIGNING})),
        Act(_DRAFTERS, drafter, frozenset({Status.COUNTERSIGNING})),
        # Only for whoever is signing: a routing slip has many hands.
        Act(_DRAFTERS, anyone, frozenset({Status.SIGNING_IN_TURN})),
        Act(_CLERKS, anyone, frozenset({Status.SEALING})),
    ),
    Verb.RETURN: (
        Act(_HEADS, own_unit, frozenset({Status.CHECK_CONTENT})),
        Act(_CHECKERS, anyone, frozenset({Status.CHECK_FORM})),
        Act(_SIGNERS, before_partner(signer), frozenset({Status.APPROVAL, Status.SIGNATURE})),
        Act(_DRAFTERS, anyone, frozenset({Status.ROUTING})),
        Act(_CLERKS, before_partner(anyone), frozenset({Status.TO_NUMBER})),
    ),
    Verb.PASS_BACK: (Act(_HEADS, own_unit),),
    Verb.WITHDRAW: (Act(_DRAFTERS, drafter),),
    Verb.DISCARD: (
        Act(_DRAFTERS, drafter, frozenset({Status.DRAFT})),
        Act(_SIGNERS, last_signer, frozenset({Status.SIGNATURE})),
        Act(_CLERKS, after_partner, frozenset({Status.TO_NUMBER})),
    ),
    Verb.SEND_TO_PARTNER: (Act(_SIGNERS, joint_signer),),
    Verb.CALL_BACK: (Act(_SIGNERS, signer), Act(_CLERKS)),
    # Only once it was asked back.
    Verb.STOP_WAITING: (Act(_SIGNERS, signer),),
    Verb.CHANGE_SIGNER: (Act(_SIGNERS, before_partner(signer)), Act(_CHECKERS, before_partner(anyone))),
    Verb.NUMBER: (Act(_CLERKS),),
    Verb.CANCEL_NUMBER: (
        Act(_CLERKS, anyone, frozenset({Status.TO_SEAL})),
        Act(_CLERKS, printed_copy, frozenset({Status.TO_RELEASE})),
    ),
    Verb.PRINT_ORIGINAL: (Act(_CLERKS, no_copy),),
    Verb.COPY: (Act(_CLERKS),),
    Verb.SEAL: (Act(_CLERKS),),
    Verb.RELEASE: (Act(_CLERKS),),
    Verb.REGISTER: (Act(_CLERKS),),
    Verb.REFUSE: (Act(_CLERKS),),
    Verb.PRESENT: (Act(_CLERKS),),
    Verb.DIRECT: (Act(_LEADERS),),
    Verb.ASSIGN: (Act(_HEADS, lead_unit),),
    Verb.START: (Act(_DRAFTERS, handler),),
    Verb.COMPLETE: (Act(_DRAFTERS, handler),),
    # Only of a joint file that waits for this agency.
    Verb.DECLINE: (Act(_CLERKS), Act(_LEADERS)),
}


def allowed(actor: Actor, verb: Verb, document: Document, assignments: list[Assignment]) -> bool:
    """Whether the actor may do this act to this document, whatever its state."""
    return any(act.open_to(actor, document, assignments) for act in ACTS[verb])


def may_break_lock(actor: Actor, document: Document) -> bool:
    """Whether the actor may take a draft back from whoever has it out in Word: the head of the unit that drafts it."""
    return actor.role in _HEADS and own_unit(actor, document, [])
