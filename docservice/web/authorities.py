"""Who signs what, in which capacity and field of work: granted, passed on, revoked (Decree 30/2020, article 13)."""

from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Request, Response

from docservice.core.errors import DocError
from docservice.core.work import Reading
from docservice.documents import drafting
from docservice.documents.errors import FormValueWrong
from docservice.edge import InForm, InVisit, Visit, permit
from docservice.identity import authorities, fields, queries
from docservice.identity.authorities import KEEPERS, Entry, Standing
from docservice.identity.errors import AuthorityIncomplete
from docservice.identity.models import Capacity
from docservice.web import choices, shell
from docservice.web.acts import read_day
from docservice.web.labels import AUTHORITY_READERS
from docservice.web.people import own_agency
from templates.capacities import CAPACITIES
from templates.errors import FormInvalid

router = APIRouter(prefix="/authorities")
_READERS, _KEEPERS = tuple(sorted(AUTHORITY_READERS)), tuple(sorted(KEEPERS))
Text = Annotated[str, Form(max_length=300)]
Day = Annotated[str, Form(max_length=20)]


@router.get("", dependencies=[permit(*_READERS)])
def show(request: Request, visit: InVisit) -> Response:
    """Every authority of the agency; who holds one by order may pass it on, who keeps them grants and revokes."""
    return _page(request, visit)


@router.post("", dependencies=[permit(*_KEEPERS)])
def grant(
    request: Request,
    visit: InVisit,
    form: InForm,
    capacity: Text = "",
    collective: Text = "",
    head_title: Text = "",
    basis_document: Text = "",
    valid_from: Day = "",
    valid_to: Day = "",
) -> Response:
    """Enter what the head has decided; what is wrong is said on the page, with what was typed."""
    visit = visit.in_role(*_KEEPERS)
    try:
        with visit.work() as work:
            authorities.grant_authority(
                work,
                post_id=_post(work, visit, form.get("post_id")),
                capacity=_capacity(capacity),
                collective=collective.strip() or None,
                head_title=head_title.strip() or None,
                kinds=[str(code) for code in form.getlist("kinds") if code in choices.kinds_signed()],
                field_ids=[UUID(str(text)) for text in form.getlist("fields")],
                basis_document=basis_document,
                valid_from=read_day(valid_from) or work.today,
                valid_to=read_day(valid_to),
            )
    except (DocError, ValueError) as error:
        said = error if isinstance(error, DocError) else AuthorityIncomplete(reason="post")
        return _page(request, visit, error=said, shown={name: form.getlist(name) for name in form})
    return shell.go(request, "/authorities", notice="authority_granted")


@router.post("/{authority_id}/pass-on", dependencies=[permit(*_READERS)])
def pass_on(
    request: Request,
    visit: InVisit,
    authority_id: UUID,
    post_id: Annotated[UUID, Form()],
    basis_document: Text = "",
    valid_to: Day = "",
) -> Response:
    """Whoever signs by order lets a deputy of the own unit sign too, once."""
    visit = _holding(visit, authority_id)
    try:
        with visit.work() as work:
            authorities.pass_on(
                work,
                agency_id=own_agency(visit),
                authority_id=authority_id,
                post_id=post_id,
                basis_document=basis_document,
                valid_to=read_day(valid_to),
            )
    except DocError as error:
        return _page(request, visit, error=error)
    return shell.go(request, "/authorities", notice="authority_passed")


@router.post("/{authority_id}/revoke", dependencies=[permit(*_READERS)])
def revoke(request: Request, visit: InVisit, authority_id: UUID, reason: Text = "", last_day: Day = "") -> Response:
    """End an authority, at once or after a day; what was signed stays as it is."""
    visit = _holding(visit, authority_id)
    try:
        with visit.work() as work:
            authorities.revoke_authority(
                work,
                agency_id=own_agency(visit),
                authority_id=authority_id,
                reason=reason,
                last_day=read_day(last_day),
            )
    except DocError as error:
        return _page(request, visit, error=error)
    return shell.go(request, "/authorities", notice="authority_revoked")


@router.post("/fields", dependencies=[permit(*_KEEPERS)])
def open_field(
    request: Request, visit: InVisit, name: Annotated[str, Form(max_length=100)] = "", unit_id: Text = ""
) -> Response:
    """Name a field of work, and the unit that drafts in it."""
    visit = visit.in_role(*_KEEPERS)
    try:
        with visit.work() as work:
            units = {str(unit.id): unit.id for unit in queries.units(work, agency_id=own_agency(visit))}
            fields.open_field(work, agency_id=own_agency(visit), name=name, unit_id=units.get(unit_id))
    except DocError as error:
        return _page(request, visit, error=error)
    return shell.go(request, "/authorities", notice="saved")


@router.post("/fields/{field_id}/close", dependencies=[permit(*_KEEPERS)])
def close_field(request: Request, visit: InVisit, field_id: UUID) -> Response:
    """End a field of work: from now on no draft names it."""
    visit = visit.in_role(*_KEEPERS)
    with visit.work() as work:
        fields.close_field(
            work, agency_id=own_agency(visit), field_id=field_id, last_day=work.today - timedelta(days=1)
        )
    return shell.go(request, "/authorities", notice="saved")


def _holding(visit: Visit, authority_id: UUID) -> Visit:
    """As the post the authority belongs to or came from, else as one that keeps them all, else as any reader."""
    with visit.in_role(*_READERS).reading() as reading:
        found = authorities.get(reading, agency_id=own_agency(visit.in_role(*_READERS)), authority_id=authority_id)
        before = (
            authorities.get(reading, agency_id=own_agency(visit.in_role(*_READERS)), authority_id=found.passed_from_id)
            if found.passed_from_id
            else None
        )
    mine = {found.post_id, before.post_id if before else None}
    for hat in visit.who.hats:
        if hat.actor.post_id in mine or hat.actor.role in KEEPERS:
            return visit.as_hat(hat)
    return visit.in_role(*_READERS)


def _post(reading: Reading, visit: Visit, text: object) -> UUID:
    """A post of the own agency; raises `AuthorityIncomplete`."""
    found = {str(entry.post.id): entry.post.id for entry in queries.staff(reading, agency_id=own_agency(visit))}
    if text not in found:
        raise AuthorityIncomplete(reason="post")
    return found[str(text)]


def _capacity(text: str) -> Capacity:
    try:
        return Capacity(text)
    except ValueError as error:
        raise AuthorityIncomplete(reason="capacity_unknown") from error


def _lines(reading: Reading, entry: Entry) -> tuple[str, ...]:
    """The lines above the signature as they would stand today; none where nobody holds the post."""
    if entry.holder is None:
        return ()
    try:
        return drafting.lines_of(reading, entry.holder, entry.authority)
    except (FormValueWrong, FormInvalid):
        return ()


def _page(
    request: Request, visit: Visit, *, error: DocError | None = None, shown: dict[str, list[Any]] | None = None
) -> Response:
    visit = request.state.visit = visit.in_role(*_READERS)
    agency_id = own_agency(visit)
    mine = {hat.actor.post_id for hat in visit.who.hats}
    may_keep = visit.holds(KEEPERS)
    with visit.reading() as reading:
        rows = [(entry, _lines(reading, entry)) for entry in authorities.entries(reading, agency_id=agency_id)]
        beside = {
            entry.authority.id: authorities.deputies_beside(reading, entry.post)
            for entry, _ in rows
            if entry.standing is Standing.HOLDS
            and entry.passed_from is None
            and CAPACITIES[entry.authority.capacity].passed_on
            and (may_keep or entry.post.id in mine)
        }
        staff = [
            entry
            for entry in queries.staff(reading, agency_id=agency_id)
            if any(entry.post.role in capacity.posts for capacity in CAPACITIES.values())
        ]
        opened = fields.fields_of(reading, agency_id=agency_id)
        units = queries.units(reading, agency_id=agency_id)
        agency = queries.agency(reading, agency_id)
    return shell.page(
        request,
        "authorities.html",
        status=error.status if error else 200,
        held=[row for row in rows if row[0].standing in {Standing.HOLDS, Standing.NOT_YET}],
        ended=[row for row in rows if row[0].standing in {Standing.ENDED, Standing.REVOKED}],
        beside=beside,
        may_keep=may_keep,
        mine=mine,
        staff=staff,
        fields=opened,
        units=units,
        unit_names={unit.id: unit.name for unit in units},
        agency=agency,
        shown=shown or {},
        kind_names=choices.kinds_signed(),
        capacities=Capacity,
        error=error,
    )
