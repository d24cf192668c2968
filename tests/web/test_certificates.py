"""The administrator's page of keys: a certificate from files, its picture, and the device's next custodian."""

import io
import re
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from PIL import Image
from sqlalchemy import select

from docservice.core.errors import DocError
from docservice.demo import people
from docservice.doctor import examine_node
from docservice.identity.models import Certificate
from docservice.identity.queries import agency, certificate_of, device_kept_by
from docservice.signatures.stamps import AUTHORITY_FOLDER
from docservice.workflow import service as workflow
from signing.authority import DemoAuthority
from signing.images import Picture, cut_image
from templates.layout import SIGNATURE_PICTURE_MM
from templates.papers import seal_image, signature_image
from templates.read import text_of
from tests.node import Office
from tests.web.conftest import Enter, Visitor


def authority(office: Office) -> DemoAuthority:
    return DemoAuthority.open(office.node.settings.path(office.node.settings.keys_dir) / AUTHORITY_FOLDER)


def certified(office: Office, *, bits: int = 0, days: int = 365) -> bytes:
    """A certificate for a key that is elsewhere, PEM."""
    key = rsa.generate_private_key(65537, bits) if bits else ec.generate_private_key(ec.SECP256R1())
    made = authority(office).certify(
        key.public_key(), common_name="Lò Văn Giả Định", organization="UBND xã", now=office.clock.now(), days=days
    )
    return made.public_bytes(Encoding.PEM)


def between(office: Office) -> bytes:
    return authority(office).intermediate.public_bytes(Encoding.DER)


def register(admin: Visitor, files: list[bytes], *, person: str = "", image: bytes | None = None) -> int:
    uploads = [("files", (f"{number}.cer", data, "application/x-x509-ca-cert")) for number, data in enumerate(files)]
    if image is not None:
        uploads.append(("image", ("chu-ky.png", image, "image/png")))
    return admin.post("/certificates", {"person_id": person, "source": "agent"}, files=uploads).status_code


def person_id(office: Office, key: str) -> str:
    with office.reading() as reading:
        return str(people.actor(reading, key).person_id)


def test_a_registered_token_is_what_the_leader_signs_with_from_now_on(office: Office, enter: Enter) -> None:
    admin = enter("c.admin")
    leader = person_id(office, "c.leader")
    image = signature_image("Lò Văn Giả Định")
    assert register(admin, [certified(office), between(office)], person=leader, image=image) == 200
    with office.reading() as reading:
        found = certificate_of(reading, person_id=people.actor(reading, "c.leader").person_id)
    assert (found.source, (found.pem or "").count("BEGIN CERTIFICATE")) == ("agent", 2)
    page = admin.get("/certificates").text
    assert found.serial in page
    assert "Thiết bị trên máy của người ký" in page
    cut = cut_image(image, Picture.PERSON, box_mm=SIGNATURE_PICTURE_MM)
    assert admin.get(f"/certificates/{found.id}/image").content == cut
    assert admin.post(f"/certificates/{found.id}/retire").status_code == 200
    with office.reading() as reading:
        assert certificate_of(reading, person_id=people.actor(reading, "c.leader").person_id).source == "file"


def test_what_cannot_be_registered_is_said_and_nothing_is_kept(office: Office, enter: Enter) -> None:
    admin = enter("c.admin")
    leader = person_id(office, "c.leader")
    good = [certified(office), between(office)]
    stranger = DemoAuthority.create(office.node.settings.path(Path("elsewhere")), now=office.clock.now())
    foreign = stranger.certify(
        ec.generate_private_key(ec.SECP256R1()).public_key(),
        common_name="Người lạ", organization="Nơi khác", now=office.clock.now(),
    ).public_bytes(Encoding.PEM)  # fmt: skip
    before = count(office)
    for files, reason in (
        ([b"not a certificate"], "không đọc được tệp"),
        ([between(office)], "đúng một chứng thư số"),
        ([good[0], certified(office)], "đúng một chứng thư số"),
        ([good[0]], "không nối được tới gốc tin cậy"),
        ([foreign, stranger.intermediate.public_bytes(Encoding.DER)], "không nối được tới gốc tin cậy"),
        ([certified(office, bits=1024), between(office)], "độ dài khóa"),
    ):
        assert register(admin, files, person=leader) == 422
        uploads = [("files", ("a.cer", data, "application/octet-stream")) for data in files]
        assert reason in admin.post("/certificates", {"person_id": leader}, files=uploads).text
    assert count(office) == before
    assert register(admin, good, person=leader) == 200
    assert register(admin, good, person=leader) == 409


def count(office: Office) -> int:
    with office.reading() as reading:
        return len(list(reading.session.scalars(select(Certificate.id))))


def drawn(mode: str, size: tuple[int, int], colour: tuple[int, ...]) -> bytes:
    """A stroke across a clear picture, or a plain one in a mode without alpha."""
    image = Image.new(mode, size, colour if mode == "RGB" else (0, 0, 0, 0))
    if mode == "RGBA":
        image.paste(colour, (0, size[1] // 3, size[0], size[1] // 2))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize(
    ("image", "is_agency", "reason"),
    [
        (b"GIF89a", False, "phải là tệp PNG"),
        (drawn("RGB", (531, 283), (0, 0, 200)), False, "trong suốt"),
        (drawn("RGBA", (531, 283), (0, 0, 0, 0)), False, "không có nét nào"),
        (drawn("RGBA", (531, 283), (200, 0, 0, 255)), False, "màu xanh"),
        (drawn("RGBA", (53, 28), (0, 0, 200, 255)), False, "quá thô"),
        (drawn("RGBA", (531, 283), (200, 0, 0, 255)), True, "hai cạnh bằng nhau"),
        (signature_image("Lò Văn Giả Định"), True, "màu đỏ"),
        (seal_image("UBND XÃ SUỐI TRÚC"), False, "màu xanh"),
    ],
)
def test_pictures_are_checked(office: Office, enter: Enter, image: bytes, is_agency: bool, reason: str) -> None:  # noqa: FBT001 - a parameter of the case
    admin = enter("c.admin")
    uploads = [
        ("files", ("a.cer", certified(office), "application/octet-stream")),
        ("files", ("b.cer", between(office), "application/octet-stream")),
        ("image", ("i.png", image, "image/png")),
    ]
    owner = "" if is_agency else person_id(office, "c.leader")
    answer = admin.post("/certificates", {"person_id": owner}, files=uploads)
    assert answer.status_code == 422
    assert reason in answer.text


def test_the_device_changes_hands_by_permission_and_minutes(office: Office, enter: Enter) -> None:
    admin = enter("c.admin")
    stand_in = person_id(office, "c.official")
    tomorrow = office.clock.now() + timedelta(days=1)
    form = {
        "label": "Khóa mẫu của cơ quan", "person_id": stand_in, "permission": "Giấy ủy quyền số 05/GUQ-UBND",
        "reason": "Văn thư nghỉ phép", "valid_from": f"{tomorrow:%Y-%m-%d}",
    }  # fmt: skip
    record = admin.post("/certificates/custody/record", form)
    text = " ".join(" ".join(text_of(record.content)).split())
    assert "Bàn giao thiết bị lưu khóa bí mật" in text
    assert "05/GUQ-UBND" in text
    assert admin.post("/certificates/custody", form).status_code == 422
    assert admin.post("/certificates/custody", {**form, "minutes": "Biên bản số 02/BB-UBND"}).status_code == 200
    with office.reading("c.clerk") as reading:
        clerk, agency_id = reading.actor.person_id, reading.actor.agency_id
        assert agency_id is not None
        assert device_kept_by(reading, agency_id=agency_id, person_id=clerk)
    office.clock.move(timedelta(days=1))
    with office.reading() as reading:
        with pytest.raises(DocError, match="not_custodian"):
            device_kept_by(reading, agency_id=agency_id, person_id=clerk)
        assert device_kept_by(reading, agency_id=agency_id, person_id=people.actor(reading, "c.official").person_id)


def test_whoever_gave_the_device_away_seals_no_more(office: Office, enter: Enter) -> None:
    document_id = office.checked()
    office.sign(document_id)
    office.drain()
    office.act("c.clerk", workflow.number, document_id=document_id)
    office.drain()
    office.clock.move(timedelta(days=1))
    form = {
        "label": "Khóa mẫu của cơ quan", "person_id": person_id(office, "c.official"), "permission": "GUQ 05",
        "minutes": "BB 02", "valid_from": "",
    }  # fmt: skip
    assert enter("c.admin").post("/certificates/custody", form).status_code == 200
    with pytest.raises(DocError, match="not_custodian"):
        office.act("c.clerk", workflow.seal, document_id=document_id)


def test_the_agency_says_whether_release_waits_for_the_stamp(office: Office, enter: Enter) -> None:
    admin = enter("c.admin")

    def waits() -> bool:
        with office.reading("c.admin") as reading:
            assert reading.actor.agency_id is not None
            return agency(reading, reading.actor.agency_id).release_waits_for_stamp

    assert waits()
    admin.post("/certificates/policy")
    assert not waits()
    admin.post("/certificates/policy", {"waits": "yes"})
    assert waits()


def test_the_trust_settings_are_shown_with_their_files_and_generations(office: Office, enter: Enter) -> None:
    admin, folder = enter("c.admin"), office.node.settings.path(office.node.settings.trust_dir)
    root = authority(office).root.fingerprint(hashes.SHA256()).hex()
    page = admin.get("/operations/trust").text
    assert root in page
    assert f'<td>demo-root.pem</td><td class="code">{root}</td>' in page
    assert str(folder) in page
    assert "Chưa có trust.toml" in page
    assert "Quá hạn" not in page
    old = DemoAuthority.create(folder.parent / "old", now=office.clock.now())
    (folder / "older.crt").write_bytes(old.anchor())
    older = old.root.fingerprint(hashes.SHA256()).hex(":").upper()
    (folder / "trust.toml").write_text(
        f'[[anchor]]\nsha256 = "{root}"\nvalid_from = 2026-01-01\n'
        f'[[anchor]]\nsha256 = "{older}"\nvalid_to = 2020-12-31\n'
        '[[algorithm]]\nname = "sha1"\nleast_bits = 0\nlegal_basis = "Quy định cũ"\nvalid_to = 2015-12-31\n'
    )
    page = admin.get("/operations/trust").text
    for words in (
        "Theo trust.toml",
        "older.crt",
        "từ 01/01/2026",
        "đến 31/12/2020",
        "Chỉ cho văn bản cũ",
        "Quy định cũ",
    ):
        assert words in page
    office.clock.move(timedelta(days=40))
    assert "Quá hạn" in enter("c.admin").get("/operations/trust").text


def test_trust_settings_nobody_can_read_are_told_with_the_file_to_mend(office: Office, enter: Enter) -> None:
    admin, folder = enter("c.admin"), office.node.settings.path(office.node.settings.trust_dir)
    (folder / "trust.toml").write_text('[[anchor]]\nsha256 = "AB"\nvalid_form = 2026-01-01\n')
    assert "Không đọc được trust.toml: không có mục nào tên là valid_form" in admin.get("/operations/trust").text
    # The page of operations and the doctor say so too, and all the rest as before.
    page = admin.get("/operations").text
    assert "Không đọc được cấu hình gốc tin cậy" in page
    assert "Chứng thư sắp hết hạn" in page
    said = {(finding.port, finding.ok) for finding in examine_node(office.node, recount=True)}
    assert {("trust", False), ("journal", True)} <= said
    (folder / "trust.toml").write_text('[[anchor]]\nsha256 = "AB"\n')
    assert "nêu dấu vân tay ab mà không tệp nào" in admin.get("/operations/trust").text
    (folder / "trust.toml").unlink()
    assert "Không đọc được" not in admin.get("/operations").text


def test_nobody_but_the_administrator(enter: Enter) -> None:
    for key in ("c.clerk", "c.leader"):
        assert enter(key).get("/certificates").status_code == 403


def test_people_see_their_own_certificates_with_the_picture_and_nobody_elses(enter: Enter, office: Office) -> None:
    leader = enter("c.leader")
    page = leader.get("/account").text
    assert "Chứng thư số của tôi" in page
    (image,) = re.findall(r'src="(/account/certificates/[0-9a-f-]+/image)"', page)
    assert leader.get(image).headers["content-type"] == "image/png"
    other = enter("c.other")
    assert "Bạn chưa có chứng thư số" in other.get("/account").text
    assert other.get(image).status_code == 404
    assert "Chứng thư số của tôi" not in enter("c.admin").get("/account").text
