"""What a page says of a joint document: how far its two sides have come, and what keeps an arrival out."""

from dataclasses import dataclass, replace

from docservice.core.errors import DocError
from docservice.core.words import N_
from docservice.core.work import Reading
from docservice.documents import drafting, joint, joint_signers, queries
from docservice.documents.models import Direction, Document
from docservice.documents.status import Status

# While whoever is to sign can still be another.
_TO_SIGN = frozenset({Status.CHECK_CONTENT, Status.CHECK_FORM, Status.APPROVAL, Status.SIGNATURE})

FIRST = N_("cơ quan mình soạn thảo; cơ quan mình ký trước, hoặc chuyển cơ quan kia ký trước")
WITH_PARTNER = N_("chờ cơ quan kia ký trước; nội dung đã khóa")
LAST = N_("cơ quan kia đã ký, đóng dấu; cơ quan mình ký sau")
SENT = N_("đã gửi, chờ cơ quan kia ký và gửi lại")
REFUSED = N_("cơ quan kia đã trả lại, không ký; lý do ở phần diễn biến")
WHOLE = N_("hai cơ quan đã ký")
OWN_PART_FIRST = N_("cơ quan mình ký trước, trên tệp cơ quan soạn thảo gửi")
OWN_PART_LAST = N_("cơ quan mình ký sau, trên tệp cơ quan kia đã ký")


@dataclass(frozen=True)
class JointState:
    """`sentence` tells how far it is; `printed` who is to sign here as the pages say; `fault` what is wrong with it.

    `remark` is what whoever signs here should weigh.
    """

    sentence: str | None
    printed: tuple[str, str] | None
    asks_first: bool
    fault: DocError | None
    remark: str | None = None


def joint_state(reading: Reading, document: Document, language: str = "vi") -> JointState | None:
    """The state of a joint document, own or arrived, its remark in this language; None for every other."""
    if document.direction == Direction.INCOMING:
        if joint.places_of(reading, document.id) is None:
            return None
        return JointState(
            None,
            joint_signers.printed_for(reading, document.id, joint.PARTNER),
            joint.asks_first(reading, document),
            # What is registered was the awaited file then; what was refused keeps nobody waiting.
            joint_signers.fault_of(reading, document) if document.status == Status.TO_REGISTER else None,
        )
    if document.side is None:
        return None
    printed = joint_signers.printed(reading, document)
    state = JointState(_sentence(reading, document), printed, asks_first=False, fault=None)
    if printed is None or document.status not in _TO_SIGN:
        return state
    try:
        block = drafting.signature_block(reading, document)
        remark = joint_signers.require_printed(printed, name=block.name, lines=block.lines, language=language)
    except DocError as error:
        return replace(state, fault=error)
    return replace(state, remark=remark)


def _sentence(reading: Reading, document: Document) -> str:
    if joint.was_refused(reading, document):
        return REFUSED
    is_released = document.status == Status.RELEASED
    if document.side == joint.PARTNER:
        arrival = queries.get(reading, document.answers_id) if document.answers_id else None
        first = arrival is not None and joint.asks_first(reading, arrival)
        if is_released and (not first or document.partner_signed_at is not None):
            return WHOLE
        return SENT if is_released else (OWN_PART_FIRST if first else OWN_PART_LAST)
    if document.partner_signed_at is not None:
        return WHOLE if is_released else LAST
    if document.status in {Status.WITH_PARTNER, Status.CALLING_BACK}:
        return WITH_PARTNER
    return SENT if is_released else FIRST
