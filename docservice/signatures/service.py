"""Asking for a signature: consent is recorded over the exact bytes, the signing itself is a job."""

from uuid import UUID

from sqlalchemy import select

from docservice.core.errors import NotAllowed
from docservice.core.ids import new_id
from docservice.core.lanes import document_lane
from docservice.core.work import Reading, Work
from docservice.documents import queries, signatories
from docservice.documents.errors import NotYourTurn
from docservice.documents.jobs import SECRETARY_FIELD
from docservice.documents.joint import AGENCY_FIELD, LEADER_FIELD, field_of
from docservice.documents.models import Attachment, Document, File, Stage, Version
from docservice.documents.uploads import PDF
from docservice.identity import queries as identity
from docservice.signatures.errors import ConsentMoved, PersonHasNotSigned
from docservice.signatures.models import SignerRole, Signing
from templates.catalogue import ALL_KINDS

ANNEX_FIELD = "annex"


def ask_person(work: Work, document: Document, *, consented_sha256: str) -> Signing:
    """The acting person signs this version, and only these bytes; raises `ConsentMoved`, `NoSigningAuthority`."""
    countersigned = SECRETARY_FIELD in ALL_KINDS[document.kind].signers
    version = _current(work, document, Stage.COUNTERSIGNED if countersigned else Stage.SUBMITTED)
    if version.sha256 != consented_sha256:
        raise ConsentMoved
    person_id, post_id = _person_and_post(work)
    identity.signing_authority(work, post_id=post_id, kind=document.kind, field_id=document.field_id)
    certificate = identity.certificate_of(work, person_id=person_id)
    field = field_of(document, LEADER_FIELD)
    return _ask(work, document, version, field=field, role=SignerRole.PERSON, certificate_id=certificate.id)


def ask_secretary(work: Work, document: Document, *, consented_sha256: str) -> Signing:
    """The acting person signs the minutes they wrote, before the chair (form 1.9); raises `ConsentMoved`."""
    version = _current(work, document, Stage.SUBMITTED)
    if version.sha256 != consented_sha256:
        raise ConsentMoved
    person_id, _ = _person_and_post(work)
    certificate = identity.certificate_of(work, person_id=person_id)
    return _ask(work, document, version, field=SECRETARY_FIELD, role=SignerRole.PERSON, certificate_id=certificate.id)


def ask_signatory(work: Work, document: Document, *, consented_sha256: str, opinion: str | None = None) -> Signing:
    """The acting person signs a routing slip in their place, when it is their turn, with an opinion or without.

    Raises `ConsentMoved`, `NotYourTurn`.
    """
    version = queries.latest_version(work, document.id)
    if version is None or version.sha256 != consented_sha256:
        raise ConsentMoved
    person_id, post_id = _person_and_post(work)
    place = next((row for row in signatories.named(work, document.id) if row.post_id == post_id and row.awaited), None)
    if place is None:
        raise NotYourTurn
    certificate = identity.certificate_of(work, person_id=person_id)
    return _ask(
        work,
        document,
        version,
        field=signatories.field_of(place),
        role=SignerRole.PERSON,
        certificate_id=certificate.id,
        opinion=opinion,
    )


def ask_agency(work: Work, document: Document) -> None:
    """The acting custodian seals the numbered version and each annex in a PDF of its own, in one act (article 32).

    Raises `NotCustodian`, and `PersonHasNotSigned` while the authorised person's signature is missing; whether
    that signature still holds is verified by the job before it seals. A copy the agency made has no other signature.
    """
    person_id, _ = _person_and_post(work)
    identity.device_kept_by(work, agency_id=document.agency_id, person_id=person_id)
    is_copy = document.copy_of_id is not None
    signed = finished_signing(work, document.id, role=SignerRole.PERSON)
    # Minutes have the secretary's signature before that of whoever is authorised.
    if not is_copy and (signed is None or signed.field != field_of(document, LEADER_FIELD)):
        raise PersonHasNotSigned
    version = queries.latest_version(work, document.id, stage=Stage.COPIED if is_copy else Stage.NUMBERED)
    if version is None:
        raise ConsentMoved
    certificate = identity.certificate_of(work, agency_id=document.agency_id)
    for annex in queries.attachments(work, document.id):
        kept = work.session.get_one(File, (document.agency_id, annex.sha256))
        if kept.media_type == PDF and annex.sealed_sha256 is None:
            _ask(
                work,
                document,
                version,
                field=f"{ANNEX_FIELD}{annex.ordinal}",
                role=SignerRole.AGENCY,
                certificate_id=certificate.id,
                annex=annex,
            )
    # Last, so that the document is sealed when everything is.
    if queries.latest_version(work, document.id, stage=Stage.SEALED) is None:
        field = field_of(document, AGENCY_FIELD)
        _ask(work, document, version, field=field, role=SignerRole.AGENCY, certificate_id=certificate.id)


def finished_signing(reading: Reading, document_id: UUID, *, role: SignerRole) -> Signing | None:
    """The newest finished signature of this role on the document."""
    return reading.session.scalars(
        select(Signing)
        .where(Signing.document_id == document_id, Signing.role == role, Signing.finished_at.is_not(None))
        .order_by(Signing.id.desc())
        .limit(1)
    ).one_or_none()


def _person_and_post(work: Work) -> tuple[UUID, UUID]:
    if work.actor.person_id is None or work.actor.post_id is None:
        raise NotAllowed
    return work.actor.person_id, work.actor.post_id


def _current(work: Work, document: Document, stage: Stage) -> Version:
    version = queries.latest_version(work, document.id)
    if version is None or version.stage != stage:
        raise ConsentMoved
    return version


def _ask(
    work: Work,
    document: Document,
    version: Version,
    *,
    field: str,
    role: SignerRole,
    certificate_id: UUID,
    annex: Attachment | None = None,
    opinion: str | None = None,
) -> Signing:
    person_id, post_id = _person_and_post(work)
    ended = select(Signing).where(
        Signing.version_id == version.id, Signing.field == field, Signing.ended_at.is_not(None)
    )
    signing = work.session.scalars(ended).one_or_none()
    if signing is None:
        signing = Signing(id=new_id(), document_id=document.id, version_id=version.id, field=field, role=role)
        work.session.add(signing)
    signing.post_id, signing.person_id, signing.certificate_id = post_id, person_id, certificate_id
    signing.attachment_id = annex.id if annex else None
    signing.consent_sha256, signing.asked_at = (annex or version).sha256, work.now
    signing.opinion = opinion
    signing.ended_at = signing.ended_as = None
    work.session.flush()
    work.note("consent", document.id, role=role, sha256=signing.consent_sha256, signing=signing.id)
    work.later("signatures.sign", lane=document_lane(document.id), signing_id=signing.id)
    return signing
