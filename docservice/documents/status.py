"""A document's status is a function of its facts: one table says what a fact does to a status.

The kept copy in `document.status` is this function's result, so a list never disagrees with the timeline.
"""

from collections.abc import Iterable
from enum import StrEnum


class Status(StrEnum):
    # Outgoing
    DRAFT = "draft"
    RENDERING = "rendering"
    CHECK_CONTENT = "check_content"
    CHECK_FORM = "check_form"
    TO_COUNTERSIGN = "to_countersign"
    COUNTERSIGNING = "countersigning"
    APPROVAL = "approval"
    SIGNATURE = "signature"
    CHANGING_SIGNER = "changing_signer"
    RETURNED = "returned"
    SIGNING = "signing"
    TO_NUMBER = "to_number"
    NUMBERING = "numbering"
    TO_SEAL = "to_seal"
    SEALING = "sealing"
    TO_RELEASE = "to_release"
    RELEASED = "released"
    CANCELLED = "cancelled"
    # A joint document whose other side signs first
    WITH_PARTNER = "with_partner"
    CALLING_BACK = "calling_back"
    COPYING = "copying"
    # What goes from hand to hand inside the agency
    ROUTING = "routing"
    SIGNING_IN_TURN = "signing_in_turn"
    ROUTED = "routed"
    # Incoming
    ARRIVED = "arrived"
    TO_REGISTER = "to_register"
    TO_PRESENT = "to_present"
    TO_DIRECT = "to_direct"
    TO_ASSIGN = "to_assign"
    ASSIGNED = "assigned"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    REFUSED = "refused"
    CALLED_BACK = "called_back"


class Verb(StrEnum):
    DRAFT = "draft"
    REVISE = "revise"
    SUBMIT = "submit"
    RENDERED = "rendered"
    RENDER_FAILED = "render_failed"
    CHECK_CONTENT = "check_content"
    SKIP_CHECK_CONTENT = "skip_check_content"
    CHECK_FORM = "check_form"
    SKIP_CHECK_FORM = "skip_check_form"
    ASK_SECRETARY = "ask_secretary"
    COUNTERSIGN = "countersign"
    COUNTERSIGNED = "countersigned"
    ROUTE = "route"
    SIGN_IN_TURN = "sign_in_turn"
    SIGNED_IN_TURN = "signed_in_turn"
    ALL_SIGNED = "all_signed"
    APPROVE = "approve"
    APPROVE_AND_SIGN = "approve_and_sign"
    SIGN = "sign"
    SIGNED = "signed"
    CANCEL_SIGNING = "cancel_signing"
    SIGNING_ENDED = "signing_ended"
    SEND_TO_PARTNER = "send_to_partner"
    PARTNER_SIGNED = "partner_signed"
    PARTNER_REFUSED = "partner_refused"
    CALL_BACK = "call_back"
    CALLED_BACK = "called_back"
    NOT_CALLED_BACK = "not_called_back"
    STOP_WAITING = "stop_waiting"
    CHANGE_SIGNER = "change_signer"
    RETURN = "return"
    WITHDRAW = "withdraw"
    DISCARD = "discard"
    PASS_BACK = "pass_back"  # noqa: S105 - a verb: the unit head passes the draft back to its drafter
    NUMBER = "number"
    NUMBER_WRITTEN = "number_written"
    SEAL = "seal"
    SEALED = "sealed"
    RELEASE = "release"
    CANCEL_NUMBER = "cancel_number"
    PRINT_ORIGINAL = "print_original"
    COPY = "copy"
    COPY_READY = "copy_ready"
    COPY_PRINTED = "copy_printed"
    COPY_FAILED = "copy_failed"
    ARRIVE = "arrive"
    VERIFY = "verify"
    REGISTER = "register"
    REFUSE = "refuse"
    PRESENT = "present"
    DIRECT = "direct"
    ASSIGN = "assign"
    START = "start"
    COMPLETE = "complete"
    DECLINE = "decline"
    JOIN = "join"


S, V = Status, Verb

# (status before, what happened) -> status after. None stands for "no document yet".
TRANSITIONS: dict[tuple[Status | None, Verb], Status] = {
    (None, V.DRAFT): S.DRAFT,
    (S.DRAFT, V.REVISE): S.DRAFT,
    (S.DRAFT, V.SUBMIT): S.RENDERING,
    (S.RENDERING, V.RENDERED): S.CHECK_CONTENT,
    (S.RENDERING, V.RENDER_FAILED): S.DRAFT,
    (S.CHECK_CONTENT, V.CHECK_CONTENT): S.CHECK_FORM,
    (S.CHECK_CONTENT, V.SKIP_CHECK_CONTENT): S.CHECK_FORM,
    (S.CHECK_CONTENT, V.RETURN): S.DRAFT,
    (S.CHECK_FORM, V.CHECK_FORM): S.APPROVAL,
    (S.CHECK_FORM, V.SKIP_CHECK_FORM): S.APPROVAL,
    (S.CHECK_FORM, V.RETURN): S.RETURNED,
    # Minutes: the secretary signs before the chair (form 1.9).
    (S.APPROVAL, V.ASK_SECRETARY): S.TO_COUNTERSIGN,
    (S.TO_COUNTERSIGN, V.COUNTERSIGN): S.COUNTERSIGNING,
    (S.TO_COUNTERSIGN, V.WITHDRAW): S.DRAFT,
    (S.COUNTERSIGNING, V.COUNTERSIGNED): S.APPROVAL,
    (S.COUNTERSIGNING, V.CANCEL_SIGNING): S.TO_COUNTERSIGN,
    (S.COUNTERSIGNING, V.SIGNING_ENDED): S.TO_COUNTERSIGN,
    # A routing slip: everybody its draft names signs, and nothing follows.
    (S.CHECK_CONTENT, V.ROUTE): S.ROUTING,
    (S.ROUTING, V.SIGN_IN_TURN): S.SIGNING_IN_TURN,
    (S.SIGNING_IN_TURN, V.SIGNED_IN_TURN): S.ROUTING,
    (S.SIGNING_IN_TURN, V.CANCEL_SIGNING): S.ROUTING,
    (S.SIGNING_IN_TURN, V.SIGNING_ENDED): S.ROUTING,
    (S.ROUTING, V.RETURN): S.DRAFT,
    (S.ROUTING, V.WITHDRAW): S.DRAFT,
    (S.ROUTING, V.ALL_SIGNED): S.ROUTED,
    (S.APPROVAL, V.APPROVE): S.SIGNATURE,
    (S.APPROVAL, V.APPROVE_AND_SIGN): S.SIGNING,
    (S.APPROVAL, V.RETURN): S.RETURNED,
    (S.APPROVAL, V.CHANGE_SIGNER): S.CHANGING_SIGNER,
    (S.SIGNATURE, V.SIGN): S.SIGNING,
    (S.SIGNATURE, V.RETURN): S.RETURNED,
    (S.SIGNATURE, V.CHANGE_SIGNER): S.CHANGING_SIGNER,
    (S.CHANGING_SIGNER, V.RENDERED): S.APPROVAL,
    (S.CHANGING_SIGNER, V.RENDER_FAILED): S.APPROVAL,
    # A joint document may be signed by the other side first: until it comes back nobody changes it here.
    (S.APPROVAL, V.SEND_TO_PARTNER): S.WITH_PARTNER,
    (S.SIGNATURE, V.SEND_TO_PARTNER): S.WITH_PARTNER,
    (S.WITH_PARTNER, V.PARTNER_SIGNED): S.SIGNATURE,
    (S.WITH_PARTNER, V.PARTNER_REFUSED): S.APPROVAL,
    (S.WITH_PARTNER, V.CALL_BACK): S.CALLING_BACK,
    (S.CALLING_BACK, V.CALLED_BACK): S.APPROVAL,
    (S.CALLING_BACK, V.NOT_CALLED_BACK): S.WITH_PARTNER,
    # Whom the call never reached, or who never sends what was signed, keeps nobody for ever.
    (S.CALLING_BACK, V.STOP_WAITING): S.APPROVAL,
    (S.WITH_PARTNER, V.STOP_WAITING): S.APPROVAL,
    # What was signed over there before the call came counts.
    (S.CALLING_BACK, V.PARTNER_SIGNED): S.SIGNATURE,
    (S.CALLING_BACK, V.PARTNER_REFUSED): S.APPROVAL,
    (S.SIGNATURE, V.DISCARD): S.CANCELLED,
    # The side that signed first has the whole file when the other one sends it back, or reads why it will not.
    (S.RELEASED, V.PARTNER_SIGNED): S.RELEASED,
    (S.RELEASED, V.PARTNER_REFUSED): S.RELEASED,
    (S.RETURNED, V.PASS_BACK): S.DRAFT,
    # Until the leader has acted the drafter may take the draft back, and give up what is only a draft.
    (S.CHECK_CONTENT, V.WITHDRAW): S.DRAFT,
    (S.CHECK_FORM, V.WITHDRAW): S.DRAFT,
    (S.APPROVAL, V.WITHDRAW): S.DRAFT,
    (S.DRAFT, V.DISCARD): S.CANCELLED,
    (S.SIGNING, V.SIGNED): S.TO_NUMBER,
    # Signing elsewhere can be called off, refused or forgotten: then it waits for its signer again.
    (S.SIGNING, V.CANCEL_SIGNING): S.SIGNATURE,
    (S.SIGNING, V.SIGNING_ENDED): S.SIGNATURE,
    (S.SEALING, V.CANCEL_SIGNING): S.TO_SEAL,
    (S.SEALING, V.SIGNING_ENDED): S.TO_SEAL,
    (S.TO_NUMBER, V.NUMBER): S.NUMBERING,
    # Until it has a number the clerk may return what cannot be sealed; signed by two agencies, it is given up.
    (S.TO_NUMBER, V.RETURN): S.RETURNED,
    (S.TO_NUMBER, V.DISCARD): S.CANCELLED,
    (S.NUMBERING, V.NUMBER_WRITTEN): S.TO_SEAL,
    (S.TO_SEAL, V.SEAL): S.SEALING,
    (S.TO_SEAL, V.CANCEL_NUMBER): S.CANCELLED,
    (S.SEALING, V.SEALED): S.TO_RELEASE,
    (S.TO_RELEASE, V.RELEASE): S.RELEASED,
    # A paper original for the wet stamp changes nothing about the document (article 18.5).
    (S.TO_SEAL, V.PRINT_ORIGINAL): S.TO_SEAL,
    (S.TO_RELEASE, V.PRINT_ORIGINAL): S.TO_RELEASE,
    (S.RELEASED, V.PRINT_ORIGINAL): S.RELEASED,
    # A copy: numbered at once, then sealed when electronic; what is printed is signed and stamped by hand.
    (None, V.COPY): S.COPYING,
    (S.COPYING, V.COPY_READY): S.TO_SEAL,
    (S.COPYING, V.COPY_PRINTED): S.TO_RELEASE,
    (S.COPYING, V.COPY_FAILED): S.CANCELLED,
    (S.TO_RELEASE, V.CANCEL_NUMBER): S.CANCELLED,
    (None, V.ARRIVE): S.ARRIVED,
    (S.ARRIVED, V.VERIFY): S.TO_REGISTER,
    (S.TO_REGISTER, V.VERIFY): S.TO_REGISTER,
    (S.TO_REGISTER, V.REGISTER): S.TO_PRESENT,
    (S.TO_REGISTER, V.REFUSE): S.REFUSED,
    (S.TO_PRESENT, V.PRESENT): S.TO_DIRECT,
    (S.TO_DIRECT, V.DIRECT): S.TO_ASSIGN,
    (S.TO_ASSIGN, V.ASSIGN): S.ASSIGNED,
    (S.ASSIGNED, V.START): S.IN_PROGRESS,
    (S.IN_PROGRESS, V.COMPLETE): S.DONE,
}

# An arrived joint file that waits for the own agency: what ends the waiting.
_WITH_US = (S.TO_PRESENT, S.TO_DIRECT, S.TO_ASSIGN, S.ASSIGNED, S.IN_PROGRESS)
TRANSITIONS |= {(status, V.DECLINE): S.REFUSED for status in _WITH_US}
# It became part of an own document, or was signed and sent back.
TRANSITIONS |= {(status, V.JOIN): S.DONE for status in _WITH_US}
TRANSITIONS |= {(status, V.CALLED_BACK): S.CALLED_BACK for status in (S.TO_REGISTER, *_WITH_US, S.DONE)}
# Until somebody has signed, and where what was signed is given up. The own part of what is called back goes with it.
UNSIGNED = (
    S.DRAFT,
    S.RENDERING,
    S.CHECK_CONTENT,
    S.CHECK_FORM,
    S.APPROVAL,
    S.SIGNATURE,
    S.CHANGING_SIGNER,
    S.RETURNED,
)
TRANSITIONS |= {(status, V.CALLED_BACK): S.CANCELLED for status in UNSIGNED}


def after(status: Status | None, verb: Verb) -> Status | None:
    """The status a fact leads to; None when the fact is impossible in this status."""
    return TRANSITIONS.get((status, verb))


def derive(verbs: Iterable[Verb]) -> Status:
    """Fold the facts in their order; raises ValueError on facts no document can have."""
    status: Status | None = None
    for verb in verbs:
        following = after(status, verb)
        if following is None:
            raise ValueError(f"{verb} cannot follow {status}")
        status = following
    if status is None:
        raise ValueError("a document without facts")
    return status
