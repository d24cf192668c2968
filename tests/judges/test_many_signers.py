"""A routing slip and a contract as the product makes them, before the outside judges: their real pages and places."""

from pathlib import Path
from uuid import UUID

import pytest

from docservice.documents import queries, storing
from docservice.signatures.keys import TrustSource
from docservice.workflow import service as workflow
from templates.convert import Converter, OfficePool
from tests.judges import judge_pdfa, judge_signatures
from tests.node import Office, open_office
from tests.workflow.test_joint import CONTRACT, arrived, cosigned, sent
from tests.workflow.test_joint_first import came, finish, signed_there, with_partner
from tests.workflow.test_slips import sign, slip

pytestmark = [pytest.mark.judges, pytest.mark.slow, pytest.mark.office, pytest.mark.timeout(600)]

OTHER = "Bảo trì phần mềm của xã"


def newest(office: Office, document_id: UUID) -> bytes:
    with office.reading() as reading:
        return storing.get(reading.ports, queries.versions(reading, document_id)[-1].sha256)


def test_slips_and_contracts_pass_at_every_step(tmp_path: Path) -> None:
    pool = OfficePool()
    files: dict[str, bytes] = {}
    with open_office(tmp_path / "node", replace={Converter: pool}) as office:
        hands = ("c.leader", "c.official", "c.head")
        document_id = slip(office, *hands, in_turn=False)
        for key in reversed(hands):
            # What somebody says with it is part of the signature.
            sign(office, document_id, key, opinion="Đồng ý." if key == "c.head" else None)
            files[f"slip-{key}"] = newest(office, document_id)
        files["contract-A"] = newest(office, sent(office))
        part = cosigned(office, arrived(office))
        office.sign(part, by="s.leader")
        for verb in (workflow.number, workflow.seal):
            office.act("s.clerk", verb, document_id=part)
            office.drain()
        files["contract-AB"] = newest(office, part)
        # The other side first: its part alone, then both.
        other = with_partner(office, {**CONTRACT, "subject": OTHER})
        back = signed_there(office, arrived(office, OTHER))
        files["contract-B"] = newest(office, back)
        office.act("c.clerk", workflow.register, document_id=came(office, "c.clerk", other).id)
        office.act("c.leader", workflow.sign, document_id=other, consented_sha256=office.shown(other))
        office.drain()
        finish(office, "c.clerk", other)
        files["contract-BA"] = newest(office, other)
        trust = office.node.ports[TrustSource].current()
    pool.close()
    paths = []
    for name, pdf in files.items():
        paths.append(tmp_path / f"{name}.pdf")
        paths[-1].write_bytes(pdf)
    reports = judge_signatures(
        paths, anchors=[anchor.certificate for anchor in trust.anchors], crls=list(trust.crls), at=office.clock.now()
    )
    assert [len(report.signatures) for report in reports] == [1, 2, 3, 2, 4, 2, 4]
    for path, report in zip(paths, reports, strict=True):
        for signature in report.signatures:
            assert signature.passed, (path.name, signature)
            assert signature.level == "PAdES-BASELINE-T"
            assert signature.changed("undefined") == (), (path.name, signature)
    for path, archive in zip(paths, judge_pdfa(paths), strict=True):
        assert archive.compliant, (path.name, archive)
