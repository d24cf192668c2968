"""Every level the product makes, before the outside judges: the name, intact, and still PDF/A."""

from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from pkcs11 import KeyType

from signing.archive import add_document_stamp, add_validation_data
from signing.keys import KeyInMemory, SigningKey
from signing.request import Level, SignatureSlot
from signing.slots import prepare_slots
from signing.timestamps import LocalTimeStamps
from signing.tokens import open_token
from signing.trust import Anchor, Trust
from tests.judges import judge_pdfa, openssl_verify
from tests.judges.makers import paper
from tests.judges.test_product import HAND, SEAL, Office, office, stages, written
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
    return {
        "B": bare,
        "T": stamped,
        "LT": lasting,
        "LTA": archived,
        "LTA-renewed": renewed,
        "T-later": add_document_stamp(bare, timestamps=later),
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
