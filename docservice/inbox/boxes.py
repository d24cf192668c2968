"""What waits for whom: each role's boxes as one table, each box a query that begins at `visible_to`.

A box is a condition on documents and nothing more, so its count and its list can never disagree.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import aliased

from docservice.core.words import N_
from docservice.core.work import Actor
from docservice.documents.models import Assignment, Direction, Document, Share, Signatory
from docservice.documents.queries import visible_to
from docservice.documents.status import Status
from docservice.exchange.models import Parcel, Receipt, Way
from docservice.exchange.service import REFUSED
from docservice.identity.models import Role
from docservice.searching.saved import is_told

SOON = timedelta(days=3)

Condition = Callable[[Actor, date], ColumnElement[bool]]

_OPEN_ARRIVAL = (Status.TO_ASSIGN, Status.ASSIGNED, Status.IN_PROGRESS)
_UNDER_WAY = (
    Status.RENDERING,
    Status.CHECK_CONTENT,
    Status.CHECK_FORM,
    Status.TO_COUNTERSIGN,
    Status.COUNTERSIGNING,
    Status.ROUTING,
    Status.SIGNING_IN_TURN,
    Status.APPROVAL,
    Status.SIGNATURE,
    Status.CHANGING_SIGNER,
    Status.RETURNED,
    Status.SIGNING,
    Status.TO_NUMBER,
    Status.NUMBERING,
    Status.TO_SEAL,
    Status.SEALING,
    Status.TO_RELEASE,
    Status.WITH_PARTNER,
    Status.CALLING_BACK,
)


@dataclass(frozen=True)
class Box:
    """`waits` says that what lies here waits for the person: it is counted as work to do."""

    code: str
    name: str
    condition: Condition
    empty: str
    waits: bool = True

    def select(self, actor: Actor, today: date) -> Select[Document]:
        """The documents of this box that the actor may see."""
        return visible_to(actor).where(self.condition(actor, today))


def _waits_for(token: Callable[[Actor], str], *statuses: Status) -> Condition:
    return lambda actor, _: and_(Document.status.in_(statuses), Document.waiting_for == token(actor))


def _clerks(actor: Actor) -> str:
    return f"agency:{actor.agency_id}/clerks"


def _leaders(actor: Actor) -> str:
    return f"agency:{actor.agency_id}/leaders"


def _checkers(actor: Actor) -> str:
    return f"agency:{actor.agency_id}/checkers"


def _unit(actor: Actor) -> str:
    return f"unit:{actor.unit_id}"


def _post(actor: Actor) -> str:
    return f"post:{actor.post_id}"


def _assigned(share: Share, actor: Actor) -> ColumnElement[bool]:
    mine = Assignment.post_id == actor.post_id
    if share is not Share.LEAD and actor.unit_id is not None:
        mine = or_(mine, Assignment.unit_id == actor.unit_id)
    return exists(select(Assignment.id).where(Assignment.document_id == Document.id, Assignment.share == share, mine))


def _shared(share: Share) -> Condition:
    return lambda actor, _: and_(Document.status.in_(_OPEN_ARRIVAL), _assigned(share, actor))


def _due_soon(actor: Actor, today: date) -> ColumnElement[bool]:
    return and_(
        Document.status.in_((Status.ASSIGNED, Status.IN_PROGRESS)),
        Document.waiting_for == _post(actor),
        Document.due <= today + SOON,
    )


def _own_draft(actor: Actor, _today: date) -> ColumnElement[bool]:
    return and_(Document.status == Status.DRAFT, Document.drafter_post_id == actor.post_id)


def _own_under_way(actor: Actor, _today: date) -> ColumnElement[bool]:
    return and_(Document.status.in_(_UNDER_WAY), Document.drafter_post_id == actor.post_id)


def _sent_back(_actor: Actor, _today: date) -> ColumnElement[bool]:
    """Sent documents that a receiver refused (status 02), and that were not sent to it again since."""
    later = aliased(Parcel)
    sent_again = select(later.id).where(
        later.document_id == Parcel.document_id,
        later.way == Way.OUT,
        later.to_code == Parcel.to_code,
        later.id > Parcel.id,
    )
    refused = (
        select(Receipt.id)
        .join(Parcel, Parcel.id == Receipt.parcel_id)
        .where(Parcel.document_id == Document.id, Parcel.way == Way.OUT, Receipt.code == REFUSED, ~exists(sent_again))
    )
    return and_(Document.direction == Direction.OUTGOING, exists(refused))


def _is_awaited(actor: Actor) -> ColumnElement[bool]:
    """A routing slip that comes to this post now."""
    turn = (Signatory.document_id == Document.id, Signatory.post_id == actor.post_id, Signatory.awaited)
    return and_(Document.status == Status.ROUTING, exists(select(Signatory.ordinal).where(*turn)))


_READY_TO_RELEASE = (Status.TO_SEAL, Status.TO_RELEASE)

TO_REGISTER = Box(
    "to-register",
    N_("Chờ tiếp nhận"),
    _waits_for(_clerks, Status.TO_REGISTER),
    N_("Không có văn bản đến nào chờ tiếp nhận."),
)
TO_PRESENT = Box(
    "to-present",
    N_("Chờ trình"),
    _waits_for(_clerks, Status.TO_PRESENT),
    N_("Mọi văn bản đến đã được trình lãnh đạo."),
)
TO_NUMBER = Box(
    "to-number",
    N_("Chờ cấp số"),
    _waits_for(_clerks, Status.TO_NUMBER),
    N_("Không có văn bản nào chờ cấp số."),
)
TO_RELEASE = Box(
    "to-release",
    N_("Chờ phát hành"),
    _waits_for(_clerks, *_READY_TO_RELEASE),
    N_("Không có văn bản nào chờ ký số cơ quan hoặc phát hành."),
)
SENT_BACK = Box("sent-back", N_("Bị trả lại"), _sent_back, N_("Không có văn bản nào bị nơi nhận trả lại."))
TO_HANDLE = Box(
    "to-handle",
    N_("Chờ xử lý"),
    _waits_for(_post, Status.ASSIGNED, Status.IN_PROGRESS),
    N_("Không có văn bản nào chờ bạn xử lý."),
)
SUPPORT = Box("support", N_("Phối hợp"), _shared(Share.SUPPORT), N_("Không có văn bản nào cần phối hợp."), waits=False)
INFORMED = Box("informed", N_("Để biết"), _shared(Share.INFORMED), N_("Không có văn bản nào để biết."), waits=False)
DUE_SOON = Box("due-soon", N_("Sắp đến hạn"), _due_soon, N_("Không có việc nào đến hạn trong ba ngày tới."))
DRAFTS = Box(
    "drafts",
    N_("Dự thảo"),
    _own_draft,
    N_("Chưa có dự thảo nào. Bấm “Soạn văn bản” để bắt đầu."),
    waits=False,
)
UNDER_WAY = Box(
    "under-way",
    N_("Đang trình"),
    _own_under_way,
    N_("Không có văn bản nào của bạn đang trình."),
    waits=False,
)
TO_CHECK = Box(
    "to-check",
    N_("Chờ kiểm tra"),
    _waits_for(_unit, Status.CHECK_CONTENT, Status.RETURNED),
    N_("Không có dự thảo nào của đơn vị chờ kiểm tra."),
)
TO_ASSIGN = Box(
    "to-assign",
    N_("Chờ phân công"),
    _waits_for(_unit, Status.TO_ASSIGN),
    N_("Không có văn bản nào chờ phân công."),
)
TO_CHECK_FORM = Box(
    "to-check-form",
    N_("Chờ kiểm tra thể thức"),
    _waits_for(_checkers, Status.CHECK_FORM),
    N_("Không có dự thảo nào chờ kiểm tra thể thức."),
)
TO_DIRECT = Box(
    "to-direct",
    N_("Chờ cho ý kiến"),
    _waits_for(_leaders, Status.TO_DIRECT),
    N_("Không có văn bản đến nào chờ ý kiến."),
)
TO_SIGN = Box(
    "to-sign",
    N_("Chờ ký"),
    _waits_for(_post, Status.APPROVAL, Status.SIGNATURE),
    N_("Không có văn bản nào chờ ký."),
)
TO_COUNTERSIGN = Box(
    "to-countersign",
    N_("Phiếu trình, biên bản chờ ký"),
    lambda actor, today: or_(_waits_for(_post, Status.TO_COUNTERSIGN)(actor, today), _is_awaited(actor)),
    N_("Không có phiếu trình nào đến lượt bạn ký, không có biên bản nào chờ bạn ký với tư cách thư ký."),
)

NEWS = Box(
    "news",
    N_("Mới theo tìm kiếm đã lưu"),
    lambda actor, _: is_told(actor),
    N_("Không có văn bản mới khớp với tìm kiếm đã lưu. Ở trang Tra cứu, bấm “Lưu tìm kiếm này” để được báo."),
    waits=False,
)

_OWN_WORK = (TO_HANDLE, SUPPORT, INFORMED, DUE_SOON, DRAFTS, UNDER_WAY, TO_COUNTERSIGN, NEWS)

BOXES: dict[Role, tuple[Box, ...]] = {
    Role.CLERK: (TO_REGISTER, TO_PRESENT, TO_NUMBER, TO_RELEASE, SENT_BACK, DRAFTS, UNDER_WAY, TO_COUNTERSIGN, NEWS),
    Role.OFFICIAL: _OWN_WORK,
    Role.UNIT_HEAD: (TO_CHECK, TO_ASSIGN, TO_SIGN, *_OWN_WORK),
    Role.FORM_CHECKER: (TO_CHECK_FORM, TO_CHECK, TO_ASSIGN, TO_SIGN, *_OWN_WORK),
    Role.LEADER: (TO_DIRECT, TO_SIGN, DRAFTS, UNDER_WAY, TO_COUNTERSIGN, NEWS),
    Role.DEPUTY: (TO_DIRECT, TO_SIGN, DRAFTS, UNDER_WAY, TO_COUNTERSIGN, NEWS),
    Role.ARCHIVIST: (),
    Role.ADMINISTRATOR: (),
    Role.SECURITY_OFFICER: (),
}


def box_named(code: str) -> Box | None:
    """The box with this code, whoever has it."""
    return next((box for boxes in BOXES.values() for box in boxes if box.code == code), None)


def boxes_of(actor: Actor) -> tuple[Box, ...]:
    """The boxes of the post somebody acts as."""
    return BOXES[Role(actor.role)] if actor.role else ()
