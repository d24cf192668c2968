"""Keeping signatures provable: validation data, archive time stamps (PAdES B-LT, B-LTA; ETSI EN 319 142-1, 5.4, 5.5).

Both are incremental updates: what was signed stays byte for byte. Renewing is the same act again, with lists that
prove the newest stamp and a new stamp over everything, before the newest stamp's certificate ends.
"""

import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from asn1crypto import crl, ocsp
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.fields import InvisSigSettings, SigFieldSpec
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import DocumentTimestamp
from pyhanko.sign.validation.dss import DocumentSecurityStore

from signing.errors import ArchiveImpossible
from signing.material import answers_about
from signing.pdf import fill_gap
from signing.timestamps import TimeStamps
from signing.trust import Trust
from signing.verdict import chains_of

# Hexadecimal digits for a stamp with its certificates.
_STAMP_DIGITS = 20480


def add_validation_data(pdf: bytes, *, trust: Trust, at: datetime, newer_than: datetime | None = None) -> bytes:
    """Write the certificates, revocation lists and answers that prove the file's signatures into it (B-LT).

    Raises `ArchiveImpossible`: not_passed when a signature or stamp does not hold at `at`, revocation_too_old when a
    list that proves one was issued before `newer_than` (a list as old as the signature says nothing about it).
    """
    chains = chains_of(pdf, trust=trust, at=at)
    if not chains:
        raise ArchiveImpossible("not_passed")
    certificates = {link.sha256: link for chain in chains for link in chain}
    crls = [crl.CertificateList.load(der) for der in trust.crls]
    ocsps = [ocsp.OCSPResponse.load(der) for der in trust.ocsps]
    used_crls, used_ocsps = [], []
    for chain in chains:
        for link in chain[:-1]:
            lists = [c for c in crls if c.issuer.hashable == link.issuer.hashable]
            answers = [o for o in ocsps if answers_about(o, link)]
            if newer_than is not None and not _any_newer(lists, answers, newer_than):
                raise ArchiveImpossible("revocation_too_old", subject=link.subject.human_friendly)
            used_crls += lists
            used_ocsps += answers
    try:
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
        DocumentSecurityStore.supply_dss_in_writer(
            writer, None, certs=certificates.values(), crls=_once(used_crls), ocsps=_once(used_ocsps)
        )
    except PdfError as error:
        raise ArchiveImpossible("pdf_unreadable") from error
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@dataclass(frozen=True)
class PreparedStamp:
    """A file with room for a stamp: who makes it needs `digest` (SHA-256) only, and may be elsewhere."""

    placeholder: bytes
    digest: bytes
    reserved_start: int
    reserved_end: int


def prepare_document_stamp(pdf: bytes) -> PreparedStamp:
    """Make room for a time stamp over the whole file; raises `ArchiveImpossible`."""
    try:
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
        name = f"stamp-{uuid4().hex}"
        spec = SigFieldSpec(name, invis_sig_settings=InvisSigSettings(set_print_flag=True))
        embedding = PdfCMSEmbedder(new_field_spec=spec).write_cms(field_name=name, writer=writer)
        next(embedding)
        embedding.send(SigObjSetup(sig_placeholder=DocumentTimestamp(bytes_reserved=_STAMP_DIGITS)))
        prepared, output = embedding.send(SigIOSetup(md_algorithm="sha256"))
    except PdfError as error:
        raise ArchiveImpossible("pdf_unreadable") from error
    output.seek(0)
    return PreparedStamp(
        placeholder=output.read(),
        digest=prepared.document_digest,
        reserved_start=prepared.reserved_region_start,
        reserved_end=prepared.reserved_region_end,
    )


def finish_document_stamp(prepared: PreparedStamp, token: bytes) -> bytes:
    """Put the token (DER) into its place; raises `TimeStampUnavailable` when it does not fit."""
    return fill_gap(prepared.placeholder, (prepared.reserved_start, prepared.reserved_end), token)


def add_document_stamp(pdf: bytes, *, timestamps: TimeStamps) -> bytes:
    """Put a time stamp over the whole file (B-LTA when its validation data is in it, else B-T).

    Raises `TimeStampUnavailable`, `ArchiveImpossible`.
    """
    prepared = prepare_document_stamp(pdf)
    return finish_document_stamp(prepared, timestamps.stamp(prepared.digest).dump())


def archive(pdf: bytes, *, trust: Trust, timestamps: TimeStamps, at: datetime) -> bytes:
    """Make a file B-LTA, or renew one that is: validation data, then a stamp over all of it.

    Raises as `add_validation_data` and `add_document_stamp`.
    """
    return add_document_stamp(add_validation_data(pdf, trust=trust, at=at), timestamps=timestamps)


def _any_newer(
    lists: Iterable[crl.CertificateList], answers: Iterable[ocsp.OCSPResponse], newer_than: datetime
) -> bool:
    if any(listed["tbs_cert_list"]["this_update"].native >= newer_than for listed in lists):
        return True
    return any(o.basic_ocsp_response["tbs_response_data"]["produced_at"].native >= newer_than for o in answers)


def _once(things: Iterable[crl.CertificateList | ocsp.OCSPResponse]) -> list[crl.CertificateList | ocsp.OCSPResponse]:
    return list({thing.dump(): thing for thing in things}.values())
