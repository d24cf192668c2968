"""Every level the product makes, before the outside judges: the name, intact, and still PDF/A."""

from datetime import timedelta
from pathlib import Path

import pytest

from signing.archive import add_document_stamp, add_validation_data
from signing.request import Level, SignatureSlot
from signing.slots import prepare_slots
from signing.timestamps import LocalTimeStamps
from signing.trust import Anchor, Trust
from tests.judges import judge_pdfa, openssl_verify
from tests.judges.makers import paper
from tests.judges.test_product import HAND, SEAL, Office, office, stages, written

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
