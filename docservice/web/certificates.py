"""The agency's keys: registered certificates with their pictures, and who keeps the seal's device (article 32)."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, File, Form, Request, Response, UploadFile

from docservice.core.errors import DocError, NotFound
from docservice.documents import storing
from docservice.edge import InVisit, Visit, permit
from docservice.identity import custody, queries, service
from docservice.identity.models import Role
from docservice.signatures import registering
from docservice.signatures.remote import REMOTE, RemoteSigner
from docservice.web import shell
from docservice.web.acts import read_day
from docservice.web.labels import KEY_SOURCES
from docservice.web.people import own_agency
from signing.images import Picture
from templates.hand_over import HandOver, hand_over_record
from templates.layout import SEAL_MM, SIGNATURE_PICTURE_MM

router = APIRouter(prefix="/certificates")
_ADMINISTRATOR = permit(Role.ADMINISTRATOR)
Text = Annotated[str, Form(max_length=300)]


@router.get("", dependencies=[_ADMINISTRATOR])
def show(request: Request, visit: InVisit) -> Response:
    """What is registered, and who keeps the device today."""
    return _page(request, visit, error=None)


@router.post("", dependencies=[_ADMINISTRATOR])
def register(
    request: Request,
    visit: InVisit,
    files: Annotated[list[UploadFile], File()] = [],  # noqa: B006 - FastAPI copies it
    image: Annotated[UploadFile | None, File()] = None,
    person_id: Annotated[str, Form(max_length=40)] = "",
    source: Annotated[str, Form(max_length=40)] = "agent",
) -> Response:
    """Register a certificate of a person, or of the agency itself when nobody is named."""
    visit = visit.in_role(Role.ADMINISTRATOR)
    try:
        owner = _person(visit, person_id)
        found, picture = registering.examine(
            visit.node.ports,
            files=tuple(file.file.read() for file in files),
            image=image.file.read() if image else None,
            kind=Picture.PERSON if owner else Picture.AGENCY,
        )
        with visit.work() as work:
            registering.register(
                work,
                agency_id=own_agency(visit),
                found=found,
                image=picture,
                source=source if source in KEY_SOURCES and source != REMOTE else "agent",
                person_id=owner,
            )
    except DocError as error:
        return _page(request, visit, error=error)
    return shell.go(request, "/certificates", notice="saved")


@router.post("/{certificate_id}/retire", dependencies=[_ADMINISTRATOR])
def retire(request: Request, visit: InVisit, certificate_id: UUID) -> Response:
    """Stop signing with a certificate; what it signed stays as it is."""
    visit = visit.in_role(Role.ADMINISTRATOR)
    with visit.work() as work:
        service.retire_certificate(work, agency_id=own_agency(visit), certificate_id=certificate_id)
    return shell.go(request, "/certificates", notice="saved")


@router.get("/{certificate_id}/image", dependencies=[_ADMINISTRATOR])
def image(visit: InVisit, certificate_id: UUID) -> Response:
    """The picture that the signatures of a certificate show."""
    visit = visit.in_role(Role.ADMINISTRATOR)
    with visit.reading() as reading:
        owned = queries.certificates(reading, agency_id=own_agency(visit))
    found = next((entry.certificate for entry in owned if entry.certificate.id == certificate_id), None)
    if found is None or found.image_sha256 is None:
        raise NotFound
    return Response(storing.get(visit.node.ports, found.image_sha256), media_type="image/png")


@router.post("/custody", dependencies=[_ADMINISTRATOR])
def hand_over(
    request: Request,
    visit: InVisit,
    person_id: Annotated[UUID, Form()],
    label: Text = "",
    permission: Text = "",
    minutes: Text = "",
    valid_from: Annotated[str, Form(max_length=20)] = "",
) -> Response:
    """Enter a hand-over: from its day on only the receiver seals."""
    visit = visit.in_role(Role.ADMINISTRATOR)
    try:
        with visit.work() as work:
            custody.hand_over(
                work,
                agency_id=own_agency(visit),
                label=label,
                person_id=person_id,
                permission=permission,
                minutes=minutes,
                valid_from=read_day(valid_from) or work.today,
            )
    except DocError as error:
        return _page(request, visit, error=error)
    return shell.go(request, "/certificates", notice="saved")


@router.post("/custody/record", dependencies=[_ADMINISTRATOR])
def record(
    visit: InVisit,
    person_id: Annotated[UUID, Form()],
    label: Text = "",
    permission: Text = "",
    reason: Text = "",
    valid_from: Annotated[str, Form(max_length=20)] = "",
) -> Response:
    """The record of the hand-over, drafted from the same form, to be signed by the three."""
    visit = visit.in_role(Role.ADMINISTRATOR)
    with visit.reading() as reading:
        agency = queries.agency(reading, own_agency(visit))
        staff = queries.staff(reading, agency_id=agency.id)
        day = read_day(valid_from) or reading.today
        now = _keeper(custody.keepings(reading, agency_id=agency.id), label, day)
    receiver = next((f"{e.person.full_name}, {e.post.title}" for e in staff if e.person.id == person_id), "")
    pdf = hand_over_record(
        HandOver(
            agency=agency.name,
            place=agency.place,
            day=day,
            device=label.strip(),
            giver=now,
            receiver=receiver,
            permission=permission.strip(),
            reason=reason.strip(),
        )
    )
    headers = {"Content-Disposition": 'attachment; filename="bien-ban-ban-giao.pdf"'}
    return Response(pdf, media_type="application/pdf", headers=headers)


@router.post("/policy", dependencies=[_ADMINISTRATOR])
def set_policy(request: Request, visit: InVisit, waits: Annotated[str, Form(max_length=10)] = "") -> Response:
    """Whether what is signed without a time stamp waits for it before release."""
    visit = visit.in_role(Role.ADMINISTRATOR)
    with visit.work() as work:
        service.set_release_policy(work, agency_id=own_agency(visit), waits_for_stamp=waits == "yes")
    return shell.go(request, "/certificates", notice="saved")


def _keeper(keepings: list[custody.Keeping], label: str, day: date) -> str:
    """The name of whoever keeps the device until that day."""
    for keeping in keepings:
        is_open = keeping.custody.valid_to is None or keeping.custody.valid_to >= day
        if keeping.device.label == label.strip() and is_open:
            return keeping.person.full_name
    return ""


def _person(visit: Visit, person_id: str) -> UUID | None:
    """Somebody of the own agency; nobody means the agency itself. Raises `NotFound`."""
    if not person_id:
        return None
    with visit.reading() as reading:
        people = {
            str(entry.person.id): entry.person.id for entry in queries.staff(reading, agency_id=own_agency(visit))
        }
    if person_id not in people:
        raise NotFound
    return people[person_id]


def _page(request: Request, visit: Visit, *, error: DocError | None) -> Response:
    visit = request.state.visit = visit.in_role(Role.ADMINISTRATOR)
    with visit.reading() as reading:
        agency_id = own_agency(visit)
        owned = queries.certificates(reading, agency_id=agency_id)
        staff = queries.staff(reading, agency_id=agency_id)
        keepings = custody.keepings(reading, agency_id=agency_id)
        waits = queries.agency(reading, agency_id).release_waits_for_stamp
        now, today = reading.now, reading.today
    return shell.page(
        request,
        "certificates.html",
        status=error.status if error else 200,
        owned=owned,
        staff=list({entry.person.id: entry for entry in staff}.values()),
        keepings=keepings,
        clerks={entry.person.id for entry in staff if entry.post.role == Role.CLERK},
        waits=waits,
        sizes={"person": SIGNATURE_PICTURE_MM, "agency": (SEAL_MM, SEAL_MM)},
        has_remote=visit.node.ports[RemoteSigner].is_configured,
        now=now,
        today=today,
        error=error,
    )
