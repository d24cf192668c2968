"""Signing, and writing the number into the fields left open for it: read, compute, then one short `Work`."""

from uuid import UUID

from docservice.core.runner import JobRun, job
from docservice.core.sandbox import Sandbox
from docservice.core.work import Reading
from docservice.documents import facts, queries, storing
from docservice.documents.jobs import DATE_FIELD, NUMBER_FIELD
from docservice.documents.models import Document, Stage, Version
from docservice.documents.status import Verb
from docservice.identity import queries as identity
from docservice.identity.models import Certificate
from docservice.signatures.errors import PersonHasNotSigned
from docservice.signatures.keys import KeySource, TrustSource
from docservice.signatures.models import Evidence, SignerRole, Signing
from docservice.signatures.stamps import StampSource
from docservice.signatures.verdicts import as_facts
from signing.pdf import sign as sign_pdf
from signing.request import Appearance, Level, SignRequest, TextValue
from signing.slots import fill_texts
from signing.verdict import verify
from templates.layout import DATE_LINE, NUMBER_LINE, SlotSize
from templates.papers import line_picture
from templates.wording import number_line, place_date_line


@job("signatures.sign")
def sign(run: JobRun, *, signing_id: UUID) -> None:
    """Make the signature a person consented to; done before means done."""
    with run.reading() as reading:
        signing = reading.session.get_one(Signing, signing_id)
        if signing.finished_at is not None:
            return
        document = queries.get(reading, signing.document_id)
        version = reading.session.get_one(Version, signing.version_id)
        certificate = reading.session.get_one(Certificate, signing.certificate_id)
    before = storing.get(run.ports, version.sha256)
    if signing.role == SignerRole.AGENCY:
        _refuse_broken(run, before)
    request = SignRequest(
        field=signing.field,
        level=Level.B_T,
        appearance=Appearance(storing.get(run.ports, certificate.image_sha256)) if certificate.image_sha256 else None,
        reason=None,
        location=None,
    )
    signed = sign_pdf(
        before,
        request,
        key=run.ports[KeySource].open(signing.certificate_id),
        timestamps=run.ports[StampSource].current(),
        now=run.now,
    )
    verdict = as_facts(run.ports[Sandbox].run(verify, signed, trust=run.ports[TrustSource].current(), at=run.now))
    stored = storing.put(run.ports, signed)
    with run.finish() as work:
        document = queries.get(work, document.id)
        signing = work.session.get_one(Signing, signing_id)
        is_seal = signing.role == SignerRole.AGENCY
        made = facts.add_version(
            work,
            document,
            stage=Stage.SEALED if is_seal else Stage.SIGNED,
            sha256=stored.key,
            size=stored.size,
            source_sha256=version.source_sha256,
            body_sha256=version.body_sha256,
            verdict=verdict,
        )
        signing.finished_at = work.now
        signing.made_version_id = made.id
        work.session.add(
            Evidence(
                signing_id=signing.id,
                shown_sha256=signing.consent_sha256,
                signed_sha256=stored.key,
                certificate_id=signing.certificate_id,
                verdict=verdict,
                at=work.now,
            )
        )
        facts.add_step(work, document, Verb.SEALED if is_seal else Verb.SIGNED, signing=signing.id, sha256=stored.key)


@job("signatures.write_number")
def write_number(run: JobRun, *, document_id: UUID) -> None:
    """Write number and date into the fields the person's signature left open (Decree 30/2020, article 15).

    The version this makes is the one a paper original for the wet stamp is printed from (article 18.5).
    """
    with run.reading() as reading:
        document = queries.get(reading, document_id)
        version = queries.latest_version(reading, document_id)
        if version is None or version.stage != Stage.SIGNED:
            return
        texts = _lines(reading, document)
    numbered = fill_texts(storing.get(run.ports, version.sha256), texts)
    stored = storing.put(run.ports, numbered)
    with run.finish() as work:
        document = queries.get(work, document_id)
        facts.add_version(
            work,
            document,
            stage=Stage.NUMBERED,
            sha256=stored.key,
            size=stored.size,
            source_sha256=version.source_sha256,
            body_sha256=version.body_sha256,
        )
        facts.add_step(work, document, Verb.NUMBER_WRITTEN, sha256=stored.key)


def _lines(reading: Reading, document: Document) -> dict[str, TextValue]:
    number = queries.number_of(reading, document.id)
    if number is None:
        raise ValueError("the number is given before it is written")
    place = identity.agency(reading, document.agency_id).place
    notation = number.notation.split("/", maxsplit=1)[1]
    return {
        NUMBER_FIELD: _text(number_line(number.ordinal, notation), NUMBER_LINE),
        DATE_FIELD: _text(place_date_line(place, number.given_on), DATE_LINE),
    }


def _text(value: str, slot: SlotSize) -> TextValue:
    return TextValue(value=value, picture=line_picture(value, slot))


def _refuse_broken(run: JobRun, pdf: bytes) -> None:
    """The agency never signs over a person's signature that does not hold (article 32)."""
    verdict = run.ports[Sandbox].run(verify, pdf, trust=run.ports[TrustSource].current(), at=run.now)
    if not verdict.signatures or any(s.indication != "TOTAL-PASSED" for s in verdict.signatures):
        raise PersonHasNotSigned
