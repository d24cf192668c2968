"""PAdES signatures: prepare, sign (here or elsewhere), finish. One path for every kind of key.

`prepare` fixes the document's digest and the signed attributes; whoever holds the key signs these; `finish` checks
the returned value against the certificate before it is embedded. `sign` is the three in one go.
"""

import io
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any

from cryptography import x509
from PIL import Image
from pyhanko.pdf_utils.content import PdfContent
from pyhanko.pdf_utils.images import PdfImage
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import (
    AxisAlignment,
    BoxConstraints,
    InnerScaling,
    Margins,
    Positioning,
    SimpleBoxLayoutRule,
)
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import SigSeedSubFilter, enumerate_sig_fields
from pyhanko.sign.signers import ExternalSigner, PdfSignatureMetadata, PdfSigner
from pyhanko.sign.signers.pdf_signer import PdfSigningSession
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator.registry import SimpleCertificateStore

from signing.errors import AlreadySigned, BadSignatureValue, KeyUnusable, SlotWrong, TimeStampUnavailable
from signing.keys import SigningKey, as_asn1, require_valid, verify_value
from signing.request import Appearance, DrawnAppearance, Level, SignRequest
from signing.signed_data import reserved_digits, signed_attributes, signed_data
from signing.timestamps import UNKNOWN_TOKEN_SIZE, TimeStamps
from signing.waiting import finished


@dataclass(frozen=True)
class Prepared:
    """What must be kept between preparing and finishing; `to_sign` is the DER of the signed attributes."""

    placeholder: bytes
    to_sign: bytes
    document_digest: bytes
    reserved_start: int
    reserved_end: int
    level: Level


def sign(pdf: bytes, request: SignRequest, *, key: SigningKey, timestamps: TimeStamps | None, now: datetime) -> bytes:
    """Sign into an existing empty field; the given bytes stay a prefix of the result.

    Raises `AlreadySigned`, `SlotWrong`, `KeyUnusable`, `TimeStampUnavailable`.
    """
    require_valid(key, now)
    if request.level is Level.B_T and timestamps is None:
        raise TimeStampUnavailable("time_stamp_unavailable")
    prepared = prepare(
        pdf,
        request,
        certificate=key.certificate,
        chain=key.chain,
        signature_size=key.signature_size,
        token_size=timestamps.token_size if timestamps else 0,
        now=now,
    )
    value = key.sign(prepared.to_sign)
    return finish(prepared, value, certificate=key.certificate, chain=key.chain, timestamps=timestamps)


def prepare(
    pdf: bytes,
    request: SignRequest,
    *,
    certificate: x509.Certificate,
    chain: tuple[x509.Certificate, ...],
    signature_size: int,
    now: datetime,
    token_size: int = UNKNOWN_TOKEN_SIZE,
) -> Prepared:
    """Write the placeholder and compute what has to be signed; sizes are upper bounds in bytes.

    `now` is the time of signing that the file claims (/M).
    """
    # The signer only tells pyHanko the kind of signature; the message is made when the value is there.
    signer = ExternalSigner(as_asn1(certificate), SimpleCertificateStore(), signature_value=signature_size)
    metadata = PdfSignatureMetadata(
        field_name=request.field,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        reason=request.reason,
        location=request.location,
    )
    token = token_size if request.level is Level.B_T else 0
    reserved = reserved_digits(certificate, chain, value=signature_size, token=token)
    try:
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
        _require_empty_field(writer, request.field)
        style = _style(request.appearance)
        pdf_signer = SignerAt(metadata, signer=signer, stamp_style=style)
        pdf_signer.now = now
        digest, _, output = finished(
            pdf_signer.async_digest_doc_for_signing(writer, existing_fields_only=True, bytes_reserved=reserved)
        )
    except PdfError as error:
        raise SlotWrong("pdf_unreadable") from error
    attributes = signed_attributes(certificate, digest.document_digest)
    output.seek(0)
    return Prepared(
        placeholder=output.read(),
        to_sign=attributes.dump(),
        document_digest=digest.document_digest,
        reserved_start=digest.reserved_region_start,
        reserved_end=digest.reserved_region_end,
        level=request.level,
    )


class SignerAt(PdfSigner):
    """The library's, which asks the machine what time it is: this one says what it is told (`now`)."""

    now: datetime

    def init_signing_session(self, *args: Any, **options: Any) -> PdfSigningSession:
        session = super().init_signing_session(*args, **options)
        session.system_time = self.now
        return session


def finish(
    prepared: Prepared,
    value: bytes,
    *,
    certificate: x509.Certificate,
    chain: tuple[x509.Certificate, ...],
    timestamps: TimeStamps | None,
) -> bytes:
    """Embed a signature value, after checking that it belongs to the certificate.

    Without `timestamps` the result is B-B whatever was prepared: a document time stamp may follow later. Raises
    `BadSignatureValue`, `TimeStampUnavailable`.
    """
    if not verify_value(certificate, prepared.to_sign, value):
        raise BadSignatureValue("signature_value_wrong")
    token = timestamps.stamp(sha256(value).digest()) if timestamps and prepared.level is Level.B_T else None
    message = signed_data(prepared.to_sign, value, certificate=certificate, chain=chain, token=token)
    return fill_gap(prepared.placeholder, (prepared.reserved_start, prepared.reserved_end), message.dump())


def fill_gap(placeholder: bytes, gap: tuple[int, int], message: bytes) -> bytes:
    """Write a message as hexadecimal text into the gap kept for it; `TimeStampUnavailable` when it does not fit.

    Only the time stamp's size is not known beforehand.
    """
    begin, end = gap
    room = end - begin - 2
    digits = message.hex()
    if len(digits) > room:
        raise TimeStampUnavailable("time_stamp_too_large", size=len(message))
    whole = memoryview(placeholder)
    return b"".join((whole[:begin], b"<%s>" % digits.ljust(room, "0").encode(), whole[end:]))


def _require_empty_field(writer: IncrementalPdfFileWriter, name: str) -> None:
    for field, value, _ in enumerate_sig_fields(writer):
        if field == name:
            if value is not None:
                raise AlreadySigned("field_signed", field=name)
            return
    raise SlotWrong("slot_unknown", field=name)


class _DrawnPage(PdfContent):
    """The one page of a drawing, as the appearance of a signature."""

    def __init__(self, page: bytes) -> None:
        self._page = page
        super().__init__()

    def render(self) -> bytes:
        form = self._ensure_writer.import_page_as_xobject(PdfFileReader(io.BytesIO(self._page)))
        left, bottom, right, top = (float(side) for side in form.get_object()["/BBox"])
        self.box = BoxConstraints(width=abs(right - left), height=abs(top - bottom))
        self.resources.xobject["/Drawn"] = form
        return b"/Drawn Do"


@dataclass(frozen=True)
class _Along(SimpleBoxLayoutRule):
    """The same rule, with the spare width shared out as `along` says."""

    along: float = 0.5

    def fit(self, container_box: BoxConstraints, inner_nat_width: int, inner_nat_height: int) -> Positioning:
        found = super().fit(container_box, inner_nat_width, inner_nat_height)
        spare = container_box.width - inner_nat_width * found.x_scale
        # Rounded: what is left of equal widths would be written with an exponent, which a PDF has not.
        return replace(found, x_pos=round(self.along * spare, 4))  # type: ignore[arg-type] # fractions of a point are fine


def _style(appearance: Appearance | DrawnAppearance | None) -> StaticStampStyle:
    """The picture is as large as the field lets it be: without these settings it is pale and framed."""
    background: PdfContent | None = None
    if isinstance(appearance, DrawnAppearance):
        background = _DrawnPage(appearance.page)
    elif appearance is not None:
        background = PdfImage(_image(appearance.png))
    return StaticStampStyle(
        background=background,
        background_opacity=1.0,
        border_width=0,
        background_layout=_Along(
            x_align=AxisAlignment.ALIGN_MID,
            y_align=AxisAlignment.ALIGN_MID,
            margins=Margins(0, 0, 0, 0),
            inner_content_scaling=InnerScaling.STRETCH_TO_FIT,
            along=appearance.along if isinstance(appearance, Appearance) else 0.5,
        ),
    )


@lru_cache(maxsize=16)
def _image(png: bytes) -> Image.Image:
    try:
        image = Image.open(io.BytesIO(png), formats=["PNG"])
        image.load()
    except (OSError, ValueError) as error:
        raise KeyUnusable("appearance_unreadable") from error
    return image
