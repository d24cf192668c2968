"""The administrator's page: units, posts and who holds them; a person gets an account with the first post."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request, Response

from docservice.core.errors import DocError, Invalid, NotAllowed
from docservice.core.words import N_
from docservice.core.work import Reading
from docservice.edge import InVisit, Visit, permit
from docservice.identity import accounts, authorities, queries, service
from docservice.identity.models import Capacity, Role, TenureMode
from docservice.web import choices, shell
from docservice.web.acts import read_day

router = APIRouter(prefix="/people")


class NameMissing(Invalid):
    code = "name_missing"
    message = N_("Xin nhập đủ họ tên, chức vụ và tên đăng nhập.")


class PostTitleMissing(Invalid):
    code = "post_title_missing"
    message = N_("Xin nhập tên chức vụ.")


@router.get("", dependencies=[permit(Role.ADMINISTRATOR)])
def show(request: Request, visit: InVisit) -> Response:
    """Everybody of the administrator's agency, by unit."""
    return _page(request, visit, shown={}, error=None)


@router.post("/units", dependencies=[permit(Role.ADMINISTRATOR)])
def open_unit(
    request: Request,
    visit: InVisit,
    name: Annotated[str, Form(max_length=200)] = "",
    abbreviation: Annotated[str, Form(max_length=20)] = "",
) -> Response:
    """Open a unit of the agency."""
    visit = visit.in_role(Role.ADMINISTRATOR)
    if not name.strip() or not abbreviation.strip():
        return _page(request, visit, shown={}, error=NameMissing())
    with visit.work() as work:
        service.open_unit(
            work,
            agency_id=own_agency(visit),
            name=name.strip(),
            abbreviation=abbreviation.strip(),
            valid_from=work.today,
        )
    return shell.go(request, "/people", notice="saved")


@router.post("", dependencies=[permit(Role.ADMINISTRATOR)])
def appoint(
    request: Request,
    visit: InVisit,
    role: Annotated[Role, Form()],
    full_name: Annotated[str, Form(max_length=100)] = "",
    title: Annotated[str, Form(max_length=100)] = "",
    login: Annotated[str, Form(max_length=100)] = "",
    password: Annotated[str, Form(max_length=200)] = "",
    unit_id: Annotated[str, Form()] = "",
    capacity: Annotated[str, Form()] = "",
    collective: Annotated[str, Form(max_length=100)] = "",
    head_title: Annotated[str, Form(max_length=100)] = "",
    basis_document: Annotated[str, Form(max_length=300)] = "",
    kinds: Annotated[list[str], Form()] = [],  # noqa: B006 - FastAPI copies it for each request
    valid_to: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    """Create a post with its holder, who may sign in from now on, and what the post may sign."""
    visit = visit.in_role(Role.ADMINISTRATOR)
    shown = {"full_name": full_name, "title": title, "login": login, "collective": collective, "head_title": head_title,
             "basis_document": basis_document, "valid_to": valid_to}  # fmt: skip
    try:
        if not all(text.strip() for text in (full_name, title, login)):
            raise NameMissing
        with visit.work() as work:
            unit = queries.unit(work, UUID(unit_id)) if unit_id else None
            if unit is not None and unit.agency_id != visit.actor.agency_id:
                raise NotAllowed
            person = service.enter_person(work, full_name=full_name.strip())
            post = service.create_post(
                work,
                agency_id=own_agency(visit),
                unit_id=unit.id if unit else None,
                title=title.strip(),
                role=role,
                valid_from=work.today,
            )
            service.appoint(work, post_id=post.id, person_id=person.id, valid_from=work.today)
            accounts.open_account(work, person_id=person.id, login=login, password=password)
            if capacity:
                authorities.grant_authority(
                    work,
                    post_id=post.id,
                    capacity=Capacity(capacity),
                    collective=collective.strip() or None,
                    head_title=head_title.strip() or None,
                    kinds=kinds,
                    basis_document=basis_document,
                    valid_from=work.today,
                    valid_to=read_day(valid_to),
                )
    except (DocError, ValueError) as error:
        return _page(request, visit, shown=shown, error=error if isinstance(error, DocError) else NameMissing())
    return shell.go(request, "/people", notice="saved")


@router.post("/tenures", dependencies=[permit(Role.ADMINISTRATOR)])
def give_vacant_post(
    request: Request,
    visit: InVisit,
    post_id: Annotated[UUID, Form()],
    person_id: Annotated[UUID, Form()],
    mode: Annotated[str, Form(max_length=20)] = TenureMode.REGULAR,
    valid_from: Annotated[str, Form(max_length=10)] = "",
    valid_to: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    """Put somebody of the agency into a post that nobody holds: for good, acting (Q.) or in charge."""
    visit = visit.in_role(Role.ADMINISTRATOR)
    try:
        with visit.work() as work:
            vacant = {post.id for post in queries.vacant_posts(work, agency_id=own_agency(visit))}
            if post_id not in vacant or not _is_of_staff(work, visit, person_id):
                raise NotAllowed
            service.appoint(
                work,
                post_id=post_id,
                person_id=person_id,
                mode=TenureMode(mode),
                valid_from=read_day(valid_from) or work.today,
                valid_to=read_day(valid_to),
            )
    except (DocError, ValueError) as error:
        return _page(request, visit, shown={}, error=error if isinstance(error, DocError) else NotAllowed())
    return shell.go(request, "/people", notice="saved")


@router.post("/further", dependencies=[permit(Role.ADMINISTRATOR)])
def give_further_post(
    request: Request,
    visit: InVisit,
    person_id: Annotated[UUID, Form()],
    role: Annotated[Role, Form()],
    title: Annotated[str, Form(max_length=100)] = "",
    unit_id: Annotated[str, Form()] = "",
    valid_from: Annotated[str, Form(max_length=10)] = "",
    valid_to: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    """Give somebody of the agency a further post beside the own one, as to whoever stands in for the clerk."""
    visit = visit.in_role(Role.ADMINISTRATOR)
    try:
        if not title.strip():
            raise PostTitleMissing
        with visit.work() as work:
            unit = queries.unit(work, UUID(unit_id)) if unit_id else None
            of_another = unit is not None and unit.agency_id != visit.actor.agency_id
            if of_another or not _is_of_staff(work, visit, person_id):
                raise NotAllowed
            since = read_day(valid_from) or work.today
            post = service.create_post(
                work,
                agency_id=own_agency(visit),
                unit_id=unit.id if unit else None,
                title=title.strip(),
                role=role,
                valid_from=since,
            )
            service.appoint(work, post_id=post.id, person_id=person_id, valid_from=since, valid_to=read_day(valid_to))
    except (DocError, ValueError) as error:
        return _page(request, visit, shown={}, error=error if isinstance(error, DocError) else NotAllowed())
    return shell.go(request, "/people", notice="saved")


@router.post("/tenures/{tenure_id}/end", dependencies=[permit(Role.ADMINISTRATOR)])
def end(request: Request, visit: InVisit, tenure_id: UUID) -> Response:
    """End a tenure with yesterday: from this moment the post's rights are gone for this person."""
    visit = visit.in_role(Role.ADMINISTRATOR)
    with visit.work() as work:
        service.end_tenure(
            work, agency_id=own_agency(visit), tenure_id=tenure_id, last_day=work.today - timedelta(days=1)
        )
    return shell.go(request, "/people", notice="saved")


def _page(request: Request, visit: Visit, *, shown: dict[str, str], error: DocError | None) -> Response:
    visit = request.state.visit = visit.in_role(Role.ADMINISTRATOR)
    with visit.reading() as reading:
        units = queries.units(reading, agency_id=own_agency(visit))
        staff = queries.staff(reading, agency_id=own_agency(visit))
        vacant = queries.vacant_posts(reading, agency_id=own_agency(visit))
    return shell.page(
        request,
        "people.html",
        status=error.status if error else 200,
        units=units,
        staff=staff,
        vacant=vacant,
        unit_names={unit.id: unit.name for unit in units},
        shown=shown,
        error=error,
        capacities=Capacity,
        kinds=choices.kinds_signed(),
    )


def own_agency(visit: Visit) -> UUID:
    """The agency somebody acts for; raises `NotAllowed` for whoever acts for none."""
    if visit.actor.agency_id is None:
        raise NotAllowed
    return visit.actor.agency_id


def _is_of_staff(reading: Reading, visit: Visit, person_id: UUID) -> bool:
    """Whether the person holds a post of the visitor's agency."""
    return any(entry.person.id == person_id for entry in queries.staff(reading, agency_id=own_agency(visit)))
