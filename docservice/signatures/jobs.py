"""Signing, and writing the number into the fields left open for it: read, compute, then one short `Work`."""

import logging
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID

from cryptography import x509

from docservice.core.lanes import document_lane
from docservice.core.runner import JobRun, job
from docservice.core.sandbox import Sandbox
from docservice.core.work import Reading, Work
from docservice.documents import facts, queries, signatories, storing
from docservice.documents.jobs import SECRETARY_FIELD
from docservice.documents.joint import DATE_FIELD, NUMBER_FIELD, PARTNER, field_of
from docservice.documents.models import Attachment, Document, Stage, Version
from docservice.documents.status import Verb
from docservice.identity import queries as identity
from docservice.identity.models import Certificate
from docservice.signatures import annexes, obstacles, stepwise
from docservice.signatures.appearances import appearance_of
from docservice.signatures.errors import StampUnavailable
from docservice.signatures.judging import FRESH, judge
from docservice.signatures.keys import KeySource
from docservice.signatures.models import Ending, Evidence, PreparedSigning, SignerRole, Signing
from docservice.signatures.queries import open_signings, unstamped
from docservice.signatures.stamps import StampSource
from docservice.signatures.stepwise import Chain, chain_of
from docservice.signatures.vgca import VGCA
from signing.archive import add_document_stamp
from signing.errors import GateRefused, TimeStampUnavailable
from signing.keys import largest_value, require_valid
from signing.looking import LookedOver, SigningPolicy, look_over
from signing.pdf import Prepared, finish, prepare
from signing.request import Level, SignRequest, TextValue
from signing.slots import fill_texts
from signing.timestamps import TimeStamps
from storage import StoredFile
from templates.catalogue import ALL_KINDS
from templates.families import number_form
from templates.layout import DATE_LINE, NUMBER_LINE, SlotSize
from templates.papers import line_picture
from templates.wording import number_line, place_date_line

log = logging.getLogger(__name__)

# The file that nobody signs any more: of a document, of a routing slip.
_COMPLETE = (Stage.SEALED, Stage.ROUTED)
# The source of keys that lie beside this service: the demo authority's only.
IN_FILE = "file"


@job("signatures.sign")
def sign(run: JobRun, *, signing_id: UUID) -> None:
    """Make the signature a person consented to, or prepare it for whoever holds the key; done before means done."""
    asked = _asked(run, signing_id)
    if asked is None:
        return
    if _is_over_broken(run, asked):
        return
    before = storing.get(run.ports, asked.shown_sha256)
    try:
        look = _look_over(run, before)
    except GateRefused as error:
        with run.finish() as work:
            stepwise.end_unfit(work, document_id=asked.document.id, code=error.code)
        return
    if asked.annex is not None:
        if look.signed:
            _leave_as_it_is(run, asked)
            return
        before, request = annexes.prepare_annex(run, before, field=asked.signing.field, notation=asked.notation)
    elif asked.document.copy_of_id is not None:
        before, request = annexes.prepare_copy(run, before, field=asked.signing.field, document=asked.document)
    else:
        appearance = appearance_of(run, asked.signing, asked.document, asked.certificate)
        # What was said is signed with the pages: before any signature nobody knows it, and no field waits for it.
        request = SignRequest(asked.signing.field, Level.B_T, appearance, reason=asked.signing.opinion)
    if asked.certificate.source == VGCA:
        # The tool puts in its own appearance and no reason; what it gets is the file with its empty field.
        whole = Prepared(before, b"", b"", 0, 0, Level.B_T)
        _keep_prepared(run, asked, whole)
        return
    if asked.certificate.source != IN_FILE:
        _prepare_elsewhere(run, asked, before, request)
        return
    key = run.ports[KeySource].open(asked.signing.certificate_id)
    require_valid(key, run.now)
    stamps = _stamps(run)
    prepared = prepare(
        before,
        request,
        certificate=key.certificate,
        chain=key.chain,
        signature_size=key.signature_size,
        token_size=stamps.token_size if stamps else 0,
        now=run.now,
    )
    value = key.sign(prepared.to_sign)
    _complete(run, asked, _finish(prepared, value, (key.certificate, key.chain), stamps), look)


@job("signatures.finish")
def finish_elsewhere(run: JobRun, *, signing_id: UUID) -> None:
    """Put a value that was made elsewhere into its file."""
    with run.reading() as reading:
        kept = reading.session.get(PreparedSigning, signing_id)
    asked = _asked(run, signing_id, prepared=True)
    if asked is None or kept is None or kept.value is None or _is_over_broken(run, asked):
        return
    prepared = Prepared(
        placeholder=storing.get(run.ports, kept.placeholder_sha256),
        to_sign=kept.to_sign,
        document_digest=kept.document_digest,
        reserved_start=kept.reserved_start,
        reserved_end=kept.reserved_end,
        level=Level.B_T,
    )
    look = _look_over(run, storing.get(run.ports, asked.shown_sha256))
    _complete(run, asked, _finish(prepared, kept.value, chain_of(asked.certificate), _stamps(run)), look)


@job("signatures.finish_whole")
def finish_whole(run: JobRun, *, signing_id: UUID) -> None:
    """Take over a file that a tool signed; it was examined when it came."""
    with run.reading() as reading:
        kept = reading.session.get(PreparedSigning, signing_id)
    asked = _asked(run, signing_id, prepared=True)
    if asked is None or kept is None or kept.value is None or _is_over_broken(run, asked):
        return
    signed = storing.get(run.ports, kept.value.hex())
    found = judge(run.transactions, sha256=kept.value.hex(), pdf=signed).facts["signatures"]
    is_stamped = any(s["field"] == asked.signing.field and s["level"] not in {None, "B-B"} for s in found)
    _complete(run, asked, (signed, is_stamped), _look_over(run, storing.get(run.ports, asked.shown_sha256)))


@dataclass(frozen=True)
class _Asked:
    signing: Signing
    document: Document
    version: Version
    certificate: Certificate
    annex: Attachment | None

    @property
    def shown_sha256(self) -> str:
        """The file that is signed: the version, or the annex."""
        return self.annex.sha256 if self.annex else self.version.sha256

    @property
    def notation(self) -> str:
        return self.document.notation or ""

    @property
    def is_first(self) -> bool:
        """Whether these pages were made here for their first signature; another agency's file may have some."""
        made_here = self.version.stage == Stage.SUBMITTED and self.document.side != PARTNER
        return made_here and self.version.verdict is None


def _asked(run: JobRun, signing_id: UUID, *, prepared: bool = False) -> _Asked | None:
    """What is to be signed; None when that is done, ended, or prepared already."""
    with run.reading() as reading:
        signing = reading.session.get_one(Signing, signing_id)
        waits = reading.session.get(PreparedSigning, signing_id)
        is_prepared = waits is not None and waits.prepared_at >= signing.asked_at
        if signing.finished_at or signing.ended_at or is_prepared is not prepared:
            return None
        return _Asked(
            signing,
            queries.get(reading, signing.document_id),
            reading.session.get_one(Version, signing.version_id),
            reading.session.get_one(Certificate, signing.certificate_id),
            reading.session.get_one(Attachment, signing.attachment_id) if signing.attachment_id else None,
        )


def _stamps(run: JobRun) -> TimeStamps | None:
    try:
        return run.ports[StampSource].current()
    except StampUnavailable:
        return None


def _finish(
    prepared: Prepared, value: bytes, certificates: tuple[x509.Certificate, Chain], stamps: TimeStamps | None
) -> tuple[bytes, bool]:
    """The signed file, and whether a time stamp is in it: when none could be had, one follows over the sealed file."""
    certificate, chain = certificates
    if stamps is not None:
        try:
            return finish(prepared, value, certificate=certificate, chain=chain, timestamps=stamps), True
        except TimeStampUnavailable as error:
            log.warning("signed without a time stamp: %s", error)
    return finish(prepared, value, certificate=certificate, chain=chain, timestamps=None), False


def _prepare_elsewhere(run: JobRun, asked: _Asked, pdf: bytes, request: SignRequest) -> None:
    certificate, chain = chain_of(asked.certificate)
    prepared = prepare(
        pdf, request, certificate=certificate, chain=chain, signature_size=largest_value(certificate), now=run.now
    )
    _keep_prepared(run, asked, prepared)


def _keep_prepared(run: JobRun, asked: _Asked, prepared: Prepared) -> None:
    stored = storing.put(run.ports, prepared.placeholder)
    with run.finish() as work:
        kept = work.session.get(PreparedSigning, asked.signing.id) or PreparedSigning(signing_id=asked.signing.id)
        kept.placeholder_sha256 = stored.key
        kept.to_sign, kept.document_digest = prepared.to_sign, prepared.document_digest
        kept.reserved_start, kept.reserved_end = prepared.reserved_start, prepared.reserved_end
        kept.prepared_at, kept.value, kept.signed_at = work.now, None, None
        work.session.add(kept)
        facts.name_file(
            work, asked.document.agency_id, sha256=stored.key, size=stored.size, media_type="application/pdf"
        )


def _look_over(run: JobRun, pdf: bytes) -> LookedOver:
    return run.ports[Sandbox].run(look_over, pdf, policy=run.ports[SigningPolicy])


def _complete(run: JobRun, asked: _Asked, made: tuple[bytes, bool], look: LookedOver) -> None:
    signed, is_stamped = made
    verdict = judge(run.transactions, sha256=sha256(signed).hexdigest(), pdf=signed).facts
    stored = storing.put(run.ports, signed, original=True)
    with run.finish() as work:
        document = queries.get(work, asked.document.id)
        signing = work.session.get_one(Signing, asked.signing.id)
        if asked.annex is not None:
            annexes.keep_sealed(work, document, asked.annex.id, stored)
        else:
            stage = _stage_after(work, document, signing)
            version = _add_version(work, document, asked.version, stage=stage, stored=stored, verdict=verdict)
            signing.made_version_id = version.id
        signing.finished_at = work.now
        signing.stamped_at = work.now if is_stamped else None
        work.session.add(
            Evidence(
                signing_id=signing.id,
                shown_sha256=signing.consent_sha256,
                signed_sha256=stored.key,
                certificate_id=signing.certificate_id,
                verdict=verdict,
                pages_sha256=look.pages_sha256,
                renderer=look.renderer,
                warnings=list(look.warnings),
                at=work.now,
            )
        )
        work.session.flush()
        if signing.role == SignerRole.AGENCY:
            _seal_when_all_is_signed(work, document)
            return
        facts.add_step(work, document, _verb_after(document, signing), signing=signing.id, sha256=stored.key)
        if facts.is_routed(document) and document.waiting_for is None:
            facts.add_step(work, document, Verb.ALL_SIGNED)
            _stamp_what_waits(work, document)


def _stage_after(work: Work, document: Document, signing: Signing) -> Stage:
    if signing.role == SignerRole.AGENCY:
        return Stage.SEALED
    if facts.is_routed(document):
        signed = signatories.signed_by(queries.steps(work, document.id))
        missing = [row for row in signatories.named(work, document.id) if row.post_id not in {*signed, signing.post_id}]
        return Stage.SIGNED if missing else Stage.ROUTED
    return Stage.COUNTERSIGNED if signing.field == SECRETARY_FIELD else Stage.SIGNED


def _verb_after(document: Document, signing: Signing) -> Verb:
    if facts.is_routed(document):
        return Verb.SIGNED_IN_TURN
    return Verb.COUNTERSIGNED if signing.field == SECRETARY_FIELD else Verb.SIGNED


def _add_version(
    work: Work, document: Document, before: Version, *, stage: Stage, stored: StoredFile, verdict: dict[str, Any]
) -> Version:
    return facts.add_version(
        work,
        document,
        stage=stage,
        sha256=stored.key,
        size=stored.size,
        source_sha256=before.source_sha256,
        body_sha256=before.body_sha256,
        verdict=verdict,
    )


def _seal_when_all_is_signed(work: Work, document: Document) -> None:
    """The document is sealed when it and every annex is; a time stamp that could not be had follows."""
    sealed = queries.latest_version(work, document.id, stage=Stage.SEALED)
    if sealed is None or open_signings(work, document.id):
        return
    facts.add_step(work, document, Verb.SEALED, sha256=sealed.sha256)
    _stamp_what_waits(work, document)


def _stamp_what_waits(work: Work, document: Document) -> None:
    if unstamped(work, document.id):
        work.later("signatures.stamp", lane=document_lane(document.id), document_id=document.id)


def _leave_as_it_is(run: JobRun, asked: _Asked) -> None:
    """An annex that is signed already keeps its signatures, which a further one might break."""
    with run.finish() as work:
        signing = work.session.get_one(Signing, asked.signing.id)
        signing.ended_at, signing.ended_as = work.now, Ending.NOT_NEEDED
        work.session.flush()
        work.note("annex_left", asked.document.id, attachment=signing.attachment_id)
        _seal_when_all_is_signed(work, queries.get(work, asked.document.id))


@job("signatures.stamp")
def stamp(run: JobRun, *, document_id: UUID) -> None:
    """Put a time stamp over a complete file whose signatures have none; nobody is asked for a PIN again."""
    with run.reading() as reading:
        if not unstamped(reading, document_id):
            return
        sealed, routed = (queries.latest_version(reading, document_id, stage=stage) for stage in _COMPLETE)
        version = sealed or routed
        if version is None:
            return
        waiting = {signing.attachment_id for signing in unstamped(reading, document_id)}
        of_annexes = [annex for annex in queries.attachments(reading, document_id) if annex.id in waiting]
    stored = {annex.id: _stamped(run, annex.sent_sha256) for annex in of_annexes}
    main = _stamped(run, version.sha256) if None in waiting else None
    verdict = judge(run.transactions, sha256=main.key).facts if main else {}
    with run.finish() as work:
        document = queries.get(work, document_id)
        if not queries.is_latest(work, version, stage=version.stage):
            # The other side's part came meanwhile: it is not buried under a stamped copy of the file before it.
            _stamp_what_waits(work, document)
            return
        if main is not None:
            _add_version(work, document, version, stage=version.stage, stored=main, verdict=verdict)
        for annex_id, kept in stored.items():
            annexes.keep_sealed(work, document, annex_id, kept)
        for signing in unstamped(work, document_id):
            signing.stamped_at = work.now
        work.note("time_stamp", document_id, annexes=len(stored))


def _stamped(run: JobRun, sha256: str) -> StoredFile:
    pdf = storing.get(run.ports, sha256)
    stamped = add_document_stamp(pdf, timestamps=run.ports[StampSource].current())
    return storing.put(run.ports, stamped, original=True)


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
    kind = ALL_KINDS[document.kind]
    line = number_line(number.notation, number_form(kind))
    lines = {field_of(document, NUMBER_FIELD): _text(line, NUMBER_LINE)}
    if kind.has_date:
        lines[field_of(document, DATE_FIELD)] = _text(place_date_line(place, number.given_on), DATE_LINE)
    return lines


def _text(value: str, slot: SlotSize) -> TextValue:
    return TextValue(value=value, picture=line_picture(value, slot))


def _is_over_broken(run: JobRun, asked: _Asked) -> bool:
    """Whether the signing was ended because of what is on the file already; asked again when a value comes back.

    What the morning's verdict said may be over by now; one found for the annex sealed just before is good.
    """
    by_person = asked.signing.role == SignerRole.PERSON
    if asked.document.copy_of_id is not None or (by_person and asked.is_first):
        return False
    found = obstacles.found_on(
        run.transactions,
        asked.version.sha256,
        since=run.now - FRESH,
        by_person=by_person,
        may_be_unsigned=asked.version.stage == Stage.SUBMITTED,
    )
    if found is None:
        return False
    with run.finish() as work:
        stepwise.end_broken(work, asked.signing, reason=f"{found.reason()} {found.remedy()}")
    return True
