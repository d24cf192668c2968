"""What the product signs, before the outside judges: the leader, then number and date, then the agency's seal."""

from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
import typst
from PIL import Image, ImageDraw
from pyhanko.pdf_utils.generic import pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from signing import pdf as product
from signing.authority import DemoAuthority
from signing.keys import KeyInMemory, SigningKey, open_pkcs12
from signing.request import Appearance, Box, Level, SignatureSlot, SignRequest, TextSlot, TextValue
from signing.slots import fill_texts, prepare_slots
from signing.timestamps import LocalTimeStamps
from tests.judges import DssReport, DssSignature, judge_pdfa, judge_signatures, openssl_verify
from tests.judges.makers import paper

pytestmark = [pytest.mark.judges, pytest.mark.slow, pytest.mark.timeout(600)]

# The paper's bytes by the act that made them.
Stages = dict[str, bytes]

DAY = timedelta(days=1)
NUMBER = Box(page=0, x=80, y=700, width=140, height=16)
HAND = Box(page=0, x=340, y=300, width=120, height=60)
SEAL = Box(page=0, x=278, y=279, width=102, height=102)


class Office:
    """A leader's and an agency's key by one demo authority, both a day old."""

    def __init__(self, folder: Path) -> None:
        self.now = datetime.now(UTC)
        self.authority = DemoAuthority.create(folder, now=self.now - DAY)
        self.leader = self.key("Trần Thị Mẫu")
        self.agency = self.key("UBND xã Mẫu")
        self.stamps = LocalTimeStamps(self.authority.stamping_key(), lambda: self.now)

    def key(self, name: str) -> KeyInMemory:
        issued = self.authority.issue(common_name=name, organization="UBND xã Mẫu", now=self.now - DAY, password=b"mau")
        return open_pkcs12(issued.pkcs12, b"mau")

    def sign(self, pdf: bytes, field: str, *, key: SigningKey, level: Level, colour: str) -> bytes:
        request = SignRequest(field=field, level=level, appearance=Appearance(ring(colour)))
        return product.sign(pdf, request, key=key, timestamps=self.stamps, now=self.now)

    def judged(self, folder: Path, **contents: bytes) -> list[DssReport]:
        files = written(folder, **contents)
        return judge_signatures(files, anchors=[self.authority.anchor()], crls=self.authority.crls())


def ring(colour: str) -> bytes:
    image = Image.new("RGBA", (200, 200))
    ImageDraw.Draw(image).ellipse((10, 10, 190, 190), outline=colour, width=8)
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def line(text: str, *, width: float = NUMBER.width, height: float = NUMBER.height) -> bytes:
    source = f'#set page(width: {width}pt, height: {height}pt, margin: 0pt, fill: none)\n#text("{text}")'
    made = typst.compile(source.encode(), format="pdf", pdf_standards="a-2b")
    assert isinstance(made, bytes)
    return made


def written(folder: Path, **contents: bytes) -> list[Path]:
    for name, content in contents.items():
        (folder / f"{name}.pdf").write_bytes(content)
    return [folder / f"{name}.pdf" for name in contents]


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path / "authority")


@pytest.fixture
def stages(office: Office) -> Stages:
    """The paper after each act, up to the seal."""
    prepared = prepare_slots(
        paper(),
        texts=[TextSlot("so", NUMBER)],
        signatures=[SignatureSlot("lanh-dao", HAND, leaves_open=("so", "co-quan")), SignatureSlot("co-quan", SEAL)],
    )
    signed = office.sign(prepared, "lanh-dao", key=office.leader, level=Level.B_T, colour="blue")
    written_in = fill_texts(signed, {"so": TextValue("Số: 15/BC-UBND", line("Số: 15/BC-UBND"))})
    sealed = office.sign(written_in, "co-quan", key=office.agency, level=Level.B_T, colour="red")
    return {"prepared": prepared, "signed": signed, "numbered": written_in, "sealed": sealed}


def rewritten(pdf: bytes, text: str) -> bytes:
    """The number written anew in a locked field, which the product's own code refuses to do."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    (field,) = (entry.get_object() for entry in writer.root["/AcroForm"]["/Fields"] if entry.get_object()["/T"] == "so")
    field["/V"] = pdf_string(text)
    writer.update_container(field)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def assert_baseline_t(signature: DssSignature, by: str) -> None:
    assert signature.passed, signature
    assert (signature.level, signature.signed_by, signature.errors) == ("PAdES-BASELINE-T", by, ())
    (stamp,) = signature.timestamps
    assert (stamp.kind, stamp.intact, stamp.trusted) == ("SIGNATURE_TIMESTAMP", True, True)


def test_every_stage_is_pdfa(stages: Stages, tmp_path: Path) -> None:
    for report in judge_pdfa(written(tmp_path, **stages)):
        assert report.compliant, report


def test_both_signatures_are_baseline_t_and_nothing_unexplained_changed(
    stages: Stages, office: Office, tmp_path: Path
) -> None:
    signed, sealed = office.judged(tmp_path, signed=stages["signed"], sealed=stages["sealed"])

    assert_baseline_t(signed.of("lanh-dao"), "Trần Thị Mẫu")
    assert [signature.field for signature in sealed.signatures] == ["lanh-dao", "co-quan"]
    assert_baseline_t(sealed.of("lanh-dao"), "Trần Thị Mẫu")
    assert_baseline_t(sealed.of("co-quan"), "UBND xã Mẫu")
    assert sealed.of("lanh-dao").changed("undefined") == ()
    assert sealed.of("lanh-dao").changed("form"), "number, date and seal came after it"
    assert sealed.of("co-quan").modifications == ()


def test_openssl_agrees(stages: Stages, office: Office) -> None:
    anchors = [office.authority.anchor()]
    leader, agency = (openssl_verify(stages["sealed"], field=name, anchors=anchors) for name in ("lanh-dao", "co-quan"))

    assert (leader.valid, leader.covers_whole_file) == (True, False), leader
    assert (agency.valid, agency.covers_whole_file) == (True, True), agency


def test_a_number_rewritten_after_the_seal_shows(stages: Stages, office: Office, tmp_path: Path) -> None:
    (report,) = office.judged(tmp_path, forged=rewritten(stages["sealed"], "Số: 51/BC-UBND"))

    # DSS names the change and lets the seal pass by its default policy: refusing it is the product's own rule.
    seal = report.of("co-quan")
    assert [change.action for change in seal.changed("form")] == ["MODIFICATION", "MODIFICATION"]
    assert all(change.object.endswith("/V") for change in seal.changed("form"))
    # Beside it the forger's writer sets the day of the change, where the second is another one.
    assert all("/Metadata " in change.object for change in seal.changed("extension"))
    assert len(seal.modifications) == len(seal.changed("form")) + len(seal.changed("extension"))


def test_a_leader_whose_certificate_was_revoked_is_not_passed(stages: Stages, office: Office, tmp_path: Path) -> None:
    office.authority.revoke(office.leader.certificate.serial_number, now=office.now - timedelta(hours=1))
    (report,) = office.judged(tmp_path, sealed=stages["sealed"])

    leader = report.of("lanh-dao")
    assert not leader.passed
    assert "REVOKED" in str(leader.sub_indication)
    assert report.of("co-quan").passed


def test_level_b_carries_no_time_stamp(office: Office, tmp_path: Path) -> None:
    prepared = prepare_slots(paper(), texts=[], signatures=[SignatureSlot("lanh-dao", HAND)])
    signed = office.sign(prepared, "lanh-dao", key=office.leader, level=Level.B_B, colour="blue")
    (report,) = office.judged(tmp_path, signed=signed)

    signature = report.of("lanh-dao")
    assert (signature.passed, signature.level, signature.timestamps) == (True, "PAdES-BASELINE-B", ())
