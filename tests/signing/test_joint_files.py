"""A file two agencies sign is what was sent but for its places, and has no place too many."""

import io
from hashlib import sha256
from pathlib import Path

import pikepdf
import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from signing.errors import VerdictImpossible
from signing.joint_files import JointPlaces, joint_places, place_label
from signing.locks import JOINT, left_open
from signing.pdf import sign
from signing.request import Box, Level, SignatureSlot, SignRequest, TextSlot, TextValue
from signing.slots import fill_texts, prepare_slots
from tests.signing.builders import NOW, Signers, line, paper, signers

PLACES = {name: Box(0, 80 + 130 * (at % 4), 700 - 200 * (at // 4), 120, 16) for at, name in enumerate(JOINT)}


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Signers:
    return signers(tmp_path_factory.mktemp("authority"))


def prepared(*, more: tuple[str, ...] = (), locks: dict[str, tuple[str, ...]] | None = None) -> bytes:
    opened = {**left_open(JOINT), **(locks or {})}
    texts = [name for name in JOINT if name.startswith(("number", "date"))]
    return prepare_slots(
        paper(),
        texts=[TextSlot(name, PLACES[name]) for name in texts]
        + [TextSlot(name, Box(0, 80, 100, 120, 16)) for name in more],
        signatures=[
            SignatureSlot(
                name,
                PLACES[name],
                leaves_open=opened[name],
                label=place_label("Bế Văn Ước Lệ", "GIÁM ĐỐC") if name == "leaderB" else None,
            )
            for name in JOINT
            if name not in texts
        ],
    )


def signed(pdf: bytes, side: str, people: Signers) -> bytes:
    """One side's whole part."""
    leader, agency = SignRequest(f"leader{side}", Level.B_B), SignRequest(f"agency{side}", Level.B_B)
    by_leader = sign(pdf, leader, key=people.leader, timestamps=None, now=NOW)
    values = {f"{name}{side}": TextValue(name, line(name)) for name in ("number", "date")}
    return sign(fill_texts(by_leader, values), agency, key=people.agency, timestamps=None, now=NOW)


def sent(pdf: bytes) -> tuple[int, str]:
    return len(pdf), sha256(pdf).hexdigest()


def read(pdf: bytes, *known: bytes) -> JointPlaces | None:
    return joint_places(pdf, [sent(one) for one in known])


def with_note(pdf: bytes) -> bytes:
    """Something more drawn on the page by an appended update."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    page, _ = writer.find_page_for_modification(0)
    drawn = generic.StreamObject(stream_data=b"0 0 100 100 re f")
    page.get_object()["/Contents"] = generic.ArrayObject(
        [page.get_object().raw_get("/Contents"), writer.add_object(drawn)]
    )
    writer.update_container(page.get_object())
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def with_wrong_lock(pdf: bytes) -> bytes:
    """A place whose lock says nothing that a lock can say."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        next(field for field in document.Root.AcroForm.Fields if field.T == "leaderA").Lock = pikepdf.Dictionary()
        document.save(out)
    return out.getvalue()


def test_the_places_of_each_side_are_seen(people: Signers) -> None:
    pdf = prepared()
    places = read(pdf)
    assert places is not None
    assert set(places.open_fields) == set(JOINT)
    assert places.signers == {"B": ("Bế Văn Ước Lệ", "GIÁM ĐỐC")}
    assert places.continues is None
    first = read(signed(pdf, "B", people), pdf)
    assert first is not None
    assert set(first.open_fields) == {"leaderA", "numberA", "dateA", "agencyA"}
    assert first.continues == sent(pdf)[1]


@pytest.mark.parametrize("order", ["AB", "BA"])
def test_what_comes_back_is_what_was_sent(order: str, people: Signers) -> None:
    pdf = prepared()
    half = signed(pdf, order[0], people)
    whole = read(signed(half, order[1], people), pdf, half)
    assert whole is not None
    assert whole.open_fields == ()
    # The newest of what was sent.
    assert whole.continues == sent(half)[1]


def test_a_text_changed_before_the_first_signature_is_seen(people: Signers) -> None:
    pdf = prepared()
    places = read(signed(with_note(pdf), "B", people), pdf)
    assert places is not None
    assert places.continues is None


def test_another_file_is_not_what_was_sent(people: Signers) -> None:
    places = read(signed(prepared(), "B", people), paper("Hợp đồng khác"))
    assert places is not None
    assert places.continues is None


def test_a_place_too_many_or_another_lock_is_no_joint_file(people: Signers) -> None:
    # An amount somebody could write in after the other side has signed.
    assert read(prepared(more=("amount",))) is None
    wider = left_open(JOINT)["agencyB"] + ("numberB",)
    assert read(prepared(locks={"agencyB": wider})) is None
    # What locks the other side's places cannot be signed there.
    narrow = prepared(locks={"agencyA": ()})
    assert read(narrow) is None


def test_other_files_have_no_places() -> None:
    assert read(paper()) is None
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(prepared())) as document:
        document.save(out, encryption=pikepdf.Encryption(owner="a", user=""))
    assert read(out.getvalue()) is None
    with pytest.raises(VerdictImpossible):
        read(b"%PDF-1.7 nothing")


def test_the_label_is_read_however_it_is_written(tmp_path: Path) -> None:
    pdf = prepared()
    file = tmp_path / "again.pdf"
    with pikepdf.open(io.BytesIO(pdf)) as document:
        document.save(file)
    places = read(file.read_bytes())
    assert places is not None
    assert places.signers["B"][0] == "Bế Văn Ước Lệ"
