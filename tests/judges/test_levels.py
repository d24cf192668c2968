"""Every level the product makes, before the outside judges: the name, intact, and still PDF/A."""

from contextlib import ExitStack
from datetime import timedelta, timezone
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from pkcs11 import KeyType

from signing import pdf as product
from signing.archive import add_document_stamp, add_validation_data
from signing.keys import KeyInMemory, SigningKey
from signing.locks import JOINT, MINUTES, Order, left_open, routing
from signing.request import Box, DrawnAppearance, Level, SignatureSlot, SignRequest, TextSlot, TextValue
from signing.slots import fill_texts, prepare_slots
from signing.timestamps import LocalTimeStamps
from signing.tokens import open_token
from signing.trust import Anchor, Trust
from signing.verdict import verify
from templates.read import first_page
from templates.text_block import annex_text, text_block, text_block_box
from tests.judges import judge_pdfa, openssl_verify
from tests.judges.makers import paper
from tests.judges.test_product import HAND, SEAL, Office, line, office, stages, written
from tests.signing.tokens import MODULE, PIN, Shelf

__all__ = ["office", "stages"]

pytestmark = [pytest.mark.judges, pytest.mark.slow, pytest.mark.timeout(600)]


def levels(office: Office) -> dict[str, bytes]:
    """One signature carried from level to level, with a second signer joining at the last."""
    at = office.now
    office.authority.refresh_crls(now=at + timedelta(minutes=5))
    trust = Trust(anchors=(Anchor(office.authority.anchor()),), crls=office.authority.crls())
    later = LocalTimeStamps(office.authority.stamping_key(), lambda: at)
    slots = [SignatureSlot("lanh-dao", HAND, leaves_open=("co-quan",)), SignatureSlot("co-quan", SEAL)]
    blank = prepare_slots(paper(), texts=[], signatures=slots)
    bare = office.sign(blank, "lanh-dao", key=office.leader, level=Level.B_B, colour="blue")
    stamped = office.sign(blank, "lanh-dao", key=office.leader, level=Level.B_T, colour="blue")
    lasting = add_validation_data(stamped, trust=trust, at=at)
    archived = add_document_stamp(lasting, timestamps=later)
    renewed = add_document_stamp(add_validation_data(archived, trust=trust, at=at), timestamps=later)
    both = office.sign(stamped, "co-quan", key=office.agency, level=Level.B_T, colour="red")
    stamped_later = add_document_stamp(bare, timestamps=later)
    lasting_later = add_validation_data(stamped_later, trust=trust, at=at)
    return {
        "B": bare,
        "T": stamped,
        "LT": lasting,
        "LTA": archived,
        "LTA-renewed": renewed,
        "T-later": stamped_later,
        "LT-later": lasting_later,
        "LTA-later": add_document_stamp(lasting_later, timestamps=later),
        "LTA-both": add_document_stamp(add_validation_data(both, trust=trust, at=at), timestamps=later),
    }


def test_dss_names_every_level_and_passes_it(office: Office, tmp_path: Path) -> None:
    files = levels(office)
    for name, report in zip(files, office.judged(tmp_path, **files), strict=True):
        for signature in report.signatures:
            assert signature.passed, (name, signature)
            # DSS names a level T by the signature's own stamp or by one over the file.
            assert signature.level == f"PAdES-BASELINE-{name.split('-')[0]}", name
            assert signature.changed("undefined") == (), name


def test_every_level_is_pdfa_and_openssl_agrees(office: Office, tmp_path: Path) -> None:
    files = levels(office)
    for name, report in zip(files, judge_pdfa(written(tmp_path, **files)), strict=True):
        assert report.compliant, (name, report)
    for name, pdf in files.items():
        assert openssl_verify(pdf, field="lanh-dao", anchors=[office.authority.anchor()]).valid, name


def in_memory(office: Office, private: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> KeyInMemory:
    public = private.public_key()
    made = office.authority.certify(public, common_name="Trần Thị Mẫu", organization="UBND xã Mẫu", now=office.now)
    return KeyInMemory(private, made, (office.authority.intermediate,))


def test_dss_passes_every_kind_of_key_at_every_level(office: Office, shelf: Shelf, tmp_path: Path) -> None:
    at = office.now
    office.authority.refresh_crls(now=at + timedelta(minutes=5))
    trust = Trust(anchors=(Anchor(office.authority.anchor()),), crls=office.authority.crls())
    blank = prepare_slots(paper(), texts=[], signatures=[SignatureSlot("lanh-dao", HAND)])
    # All of them first: a new token makes the library begin anew, and ends open sessions.
    kinds = {"token-rsa": KeyType.RSA, "token-p256": KeyType.EC}
    tokens = {name: shelf.add(f"DSS {name}", kind, office.authority, now=at) for name, kind in kinds.items()}
    with ExitStack() as opened:
        keys: dict[str, SigningKey] = {
            "rsa2048": in_memory(office, rsa.generate_private_key(65537, 2048)),
            "rsa3072": in_memory(office, rsa.generate_private_key(65537, 3072)),
            "p384": in_memory(office, ec.generate_private_key(ec.SECP384R1())),
        }
        for name, token in tokens.items():
            keys[name] = opened.enter_context(open_token(MODULE, serial=token.serial, pin=PIN))
        files = {}
        for name, key in keys.items():
            files[f"B_{name}"] = office.sign(blank, "lanh-dao", key=key, level=Level.B_B, colour="blue")
            stamped = office.sign(blank, "lanh-dao", key=key, level=Level.B_T, colour="blue")
            lasting = add_validation_data(stamped, trust=trust, at=at)
            later = LocalTimeStamps(office.authority.stamping_key(), lambda: at)
            files[f"T_{name}"], files[f"LT_{name}"] = stamped, lasting
            files[f"LTA_{name}"] = add_document_stamp(lasting, timestamps=later)
    for name, report in zip(files, office.judged(tmp_path, **files), strict=True):
        (signature,) = report.signatures
        assert signature.passed, (name, signature)
        assert signature.level == f"PAdES-BASELINE-{name.split('_')[0]}", name
        assert openssl_verify(files[name], field="lanh-dao", anchors=[office.authority.anchor()]).valid, name


TEXTS = ("number", "date")


def is_text(field: str) -> bool:
    return field.rstrip("AB") in TEXTS


def ordered(order: Order) -> list[list[str]]:
    """Every order of signatures that is allowed, the lines filled in as early as they may be, and as late."""
    found: list[list[str]] = []

    def go(done: list[str], *, early: bool) -> None:
        if early:
            open_lines = [field for field in order if is_text(field) and field not in done]
            done = [*done, *(line for line in open_lines if set(order[line]) <= set(done))]
        if len(done) == len(order):
            found.append(done)
        for field, befores in order.items():
            if is_text(field) or field in done:
                continue
            # Late, the date stands before the number.
            missing = [before for before in reversed(list(befores)) if before not in done]
            if all(is_text(before) and set(order[before]) <= set(done) for before in missing):
                go([*done, *missing, field], early=early)

    go([], early=True)
    go([], early=False)
    return [fields for number, fields in enumerate(found) if fields not in found[:number]]


def test_the_orders_that_are_tried_are_all_there_are() -> None:
    """Two agencies' leaders and seals can follow one another in six ways, four people on a slip in twenty-four."""
    slip, in_turn = routing((1, 1, 1, 1)), routing((1, 2, 2, 3))
    for order, count in ((MINUTES, 2), (JOINT, 6), (slip, 24), (in_turn, 2)):
        hands = {tuple(field for field in fields if not is_text(field)) for fields in ordered(order)}
        assert len(hands) == count


def slots_of(order: Order) -> bytes:
    """A paper with the slots of a form, side by side."""
    opened = left_open(order)
    texts, signatures = [], []
    for index, field in enumerate(order):
        box = Box(0, 40 + 130 * (index % 4), 500 - 90 * (index // 4), 120, 30)
        if is_text(field):
            texts.append(TextSlot(field, box))
        else:
            signatures.append(SignatureSlot(field, box, leaves_open=opened[field]))
    return prepare_slots(paper(), texts=texts, signatures=signatures)


@pytest.mark.parametrize("name", ["minutes", "joint", "routing", "in turn"])
def test_several_signers_in_any_order_pass_dss(office: Office, tmp_path: Path, name: str) -> None:
    slips = {"routing": routing((1, 1, 1, 1)), "in turn": routing((1, 2, 2, 3))}
    order = {"minutes": MINUTES, "joint": JOINT, **slips}[name]
    blank, files = slots_of(order), {}
    text = "Số: 15/BC-UBND"
    filled = TextValue(text, line(text, width=120, height=30))
    for number, fields in enumerate(ordered(order)):
        pdf = blank
        for field in fields:
            if is_text(field):
                pdf = fill_texts(pdf, {field: filled})
            else:
                key = office.agency if field.startswith("agency") else office.leader
                pdf = office.sign(pdf, field, key=key, level=Level.B_T, colour="blue")
        files[f"order{number}"] = pdf
    assert len(files) > 1
    trust = Trust(anchors=(Anchor(office.authority.anchor()),), crls=office.authority.crls())
    for (file, pdf), report in zip(files.items(), office.judged(tmp_path, **files), strict=True):
        for signature in report.signatures:
            assert signature.passed, (file, signature)
            assert signature.changed("undefined") == (), (file, signature.changed("undefined"))
        ours = verify(pdf, trust=trust, at=office.now).signatures
        assert {found.indication for found in ours} == {"TOTAL-PASSED"}, (file, ours)
    for file, archive in zip(files, judge_pdfa(written(tmp_path, **files)), strict=True):
        assert archive.compliant, (file, archive)


def test_an_annex_with_its_line_of_text_passes(office: Office, tmp_path: Path) -> None:
    face = first_page(paper())
    place = text_block_box(face)
    blank = prepare_slots(
        paper(), texts=(), signatures=[SignatureSlot("annex1", Box(0, place.x, place.y, place.width, place.height))]
    )
    text = annex_text("15/BC-UBND", office.now.astimezone(timezone(timedelta(hours=7))))
    request = SignRequest("annex1", Level.B_T, DrawnAppearance(text_block(text, face)))
    pdf = product.sign(blank, request, key=office.agency, timestamps=office.stamps, now=office.now)
    (report,) = office.judged(tmp_path, annex=pdf)
    assert all(signature.passed for signature in report.signatures)
    (archive,) = judge_pdfa(written(tmp_path, annex=pdf))
    assert archive.compliant, archive
