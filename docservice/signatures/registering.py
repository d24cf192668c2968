"""Registering certificates whose keys are elsewhere, and the pictures their signatures show."""

from uuid import UUID

from docservice.core.errors import Invalid
from docservice.core.ids import new_id
from docservice.core.sandbox import Sandbox, SandboxFailed
from docservice.core.words import N_, say
from docservice.core.work import Ports, Work
from docservice.documents import facts, storing
from docservice.identity import service
from docservice.identity.models import Certificate
from docservice.signatures.keys import TrustSource
from signing.errors import SigningError
from signing.images import Picture, cut_image
from signing.registering import Registrable, registrable
from templates.layout import SEAL_MM, SIGNATURE_PICTURE_MM

REASONS = {
    "certificate_unreadable": N_("không đọc được tệp chứng thư số (cần tệp .cer, .crt hoặc .pem)"),
    "certificate_ambiguous": N_("các tệp phải có đúng một chứng thư số của người hoặc cơ quan ký"),
    "certificate_not_for_signing": N_("chứng thư số này không được cấp để ký"),
    "key_kind_unsupported": N_(
        "loại khóa hoặc độ dài khóa không được chấp nhận (cần RSA từ 2048 bit hoặc P-256, P-384)"
    ),
    "certificate_untrusted": N_("không nối được tới gốc tin cậy đã cấu hình; hãy tải kèm chứng thư số của nơi cấp"),
    "image_not_png": N_("hình ảnh phải là tệp PNG"),
    "image_too_large": N_("hình ảnh quá lớn"),
    "image_opaque": N_("nền của hình ảnh phải trong suốt"),
    "image_empty": N_("hình ảnh không có nét nào"),
    "image_colour": N_("hình ảnh chữ ký của người ký phải màu xanh, hình ảnh dấu của cơ quan phải màu đỏ"),
    "image_coarse": N_("hình ảnh quá thô: cần ít nhất 200 điểm mỗi inch ở kích thước thật"),
    "seal_not_square": N_("hình ảnh con dấu phải cắt sát vành, hai cạnh bằng nhau"),
}


class RegistrationRefused(Invalid):
    code = "registration_refused"
    message = N_("Không đăng ký được: {reason}.")

    def sentence(self, language: str = "vi") -> str:
        reason = str(self.details["reason"])
        return say(self.message, language, reason=say(REASONS.get(reason, reason), language))


def examine(
    ports: Ports, *, files: tuple[bytes, ...], image: bytes | None, kind: Picture
) -> tuple[Registrable, bytes | None]:
    """Look certificate files and a picture over, behind the fence; the picture comes back cut to what is drawn.

    Raises `RegistrationRefused`.
    """
    sandbox = ports[Sandbox]
    try:
        found = sandbox.run(registrable, files, ports[TrustSource].current())
        if image:
            box = SIGNATURE_PICTURE_MM if kind is Picture.PERSON else (SEAL_MM, SEAL_MM)
            image = sandbox.run(cut_image, image, kind, box_mm=box)
    except (SigningError, SandboxFailed) as error:
        raise RegistrationRefused(reason=error.code) from error
    return found, image or None


def register(
    work: Work,
    *,
    agency_id: UUID,
    found: Registrable,
    image: bytes | None,
    source: str,
    person_id: UUID | None,
) -> Certificate:
    """Register an examined certificate for a person of the agency, or for the agency itself without a person.

    Raises `CertificateKnown`.
    """
    image_sha256 = None
    if image is not None:
        stored = storing.put(work.ports, image)
        facts.name_file(work, agency_id, sha256=stored.key, size=stored.size, media_type="image/png")
        image_sha256 = stored.key
    return service.register_certificate(
        work,
        certificate_id=new_id(),
        issuer=found.issuer,
        serial=found.serial,
        public_key_sha256=found.public_key_sha256,
        valid_from=found.valid_from,
        valid_to=found.valid_to,
        person_id=person_id,
        agency_id=None if person_id else agency_id,
        image_sha256=image_sha256,
        source=source,
        pem=found.pem,
    )
