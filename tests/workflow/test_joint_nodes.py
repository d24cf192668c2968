"""Joint documents between two nodes: the partner is chosen from the address book, either of them signs first."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from docservice.core.sandbox import Sandbox
from docservice.core.work import SYSTEM
from docservice.demo import people
from docservice.documents import queries
from docservice.documents.catalogue import AgencyElsewhere, Catalogue
from docservice.documents.models import Document
from docservice.exchange.carrier import Carrier, FolderCarrier
from docservice.signatures.keys import TrustSource
from docservice.web import choices
from docservice.workflow import service as workflow
from tests.node import Office, open_office
from tests.workflow.test_joint import CONTRACT, arrived, cosigned, file_of, judged

THERE = tuple(seed for seed in people.AGENCIES if seed.code == people.DEPARTMENT)
HERE = tuple(seed for seed in people.AGENCIES if seed.code != people.DEPARTMENT)
BOOK = Catalogue(
    agencies=(AgencyElsewhere(people.DEPARTMENT, "Sở Nội vụ tỉnh Hoa Ban", title="Giám đốc", signer="Bế Văn Ước Lệ"),)
)


@dataclass
class Pair:
    here: Office
    there: Office

    def drain(self) -> None:
        """Let both work until nothing is on its way any more."""
        for office in (self.here, self.there, self.here, self.there):
            # Each has a clock of its own; they go on together.
            now = max(self.here.clock.now(), self.there.clock.now())
            office.clock.move(now - office.clock.now() + timedelta(seconds=1))
            with office.node.transactions.work(SYSTEM) as work:
                work.later("exchange.collect_all")
            office.drain()

    def finish(self, office: Office, clerk: str, document_id: UUID) -> None:
        for verb in (workflow.number, workflow.seal, workflow.release):
            office.act(clerk, verb, document_id=document_id)
            office.drain()
        self.drain()


@pytest.fixture
def pair(tmp_path: Path, sandbox: Sandbox) -> Iterator[Pair]:
    mail = FolderCarrier(tmp_path / "mail")
    with (
        open_office(
            tmp_path / "here", sandbox=sandbox, agencies=HERE, replace={Carrier: mail, Catalogue: BOOK}
        ) as here,
        open_office(tmp_path / "there", sandbox=sandbox, agencies=THERE, replace={Carrier: mail}) as there,
    ):
        # Each believes the other's authority, as nodes of one country do.
        for one, other in (("here", "there"), ("there", "here")):
            for file in (tmp_path / one / "keys/trust").iterdir():
                if file.is_file() and not file.name.startswith("their-"):
                    shutil.copy(file, tmp_path / other / "keys/trust" / f"their-{file.name}")
        yield Pair(here, there)


def drafted(pair: Pair) -> UUID:
    """A contract with the partner as the address book offers it, approved by nobody yet."""
    with pair.here.reading("c.official") as reading:
        chosen = next(one for one in choices.partners(reading) if one.code == people.DEPARTMENT)
    partner = {"name": chosen.name, "title": chosen.title, "signer": chosen.signer}
    return pair.here.checked(kind="HĐ", values={**CONTRACT, "partner": partner}, receiver_codes=[chosen.code])


def answer_to(office: Office, key: str, own: UUID) -> Document:
    with office.reading(key) as reading:
        wanted = queries.visible_to(reading.actor).where(Document.direction == "incoming", Document.answers_id == own)
        return reading.session.scalars(wanted).one()


def test_the_drafting_side_signs_first(pair: Pair) -> None:
    own = drafted(pair)
    pair.here.sign(own)
    pair.finish(pair.here, "c.clerk", own)
    part = cosigned(pair.there, arrived(pair.there))
    pair.there.sign(part, by="s.leader")
    pair.finish(pair.there, "s.clerk", part)
    back = answer_to(pair.here, "c.clerk", own)
    pair.here.act("c.clerk", workflow.register, document_id=back.id)
    assert_whole(pair, own, part, ("leaderA", "agencyA", "leaderB", "agencyB"))


def test_the_partner_signs_first(pair: Pair) -> None:
    own = drafted(pair)
    pair.here.act("c.leader", workflow.send_to_partner, document_id=own)
    pair.drain()
    # Called back over there, changed by nobody, and sent again.
    pair.here.act("c.leader", workflow.call_back, document_id=own, reason="Gửi nhầm bản.")
    pair.drain()
    assert pair.here.status(own) == "approval"
    pair.here.act("c.leader", workflow.send_to_partner, document_id=own)
    pair.drain()
    with pair.there.reading("s.clerk") as reading:
        wanted = queries.visible_to(reading.actor).order_by(Document.id)
        first, second = reading.session.scalars(wanted).all()
    assert (first.status, second.status) == ("called_back", "to_register")
    pair.there.act("s.clerk", workflow.register, document_id=second.id)
    pair.there.act("s.clerk", workflow.present, document_id=second.id, proposal="Kính trình Giám đốc.")
    part = cosigned(pair.there, second)
    pair.there.sign(part, by="s.leader")
    pair.finish(pair.there, "s.clerk", part)
    pair.here.act("c.clerk", workflow.register, document_id=answer_to(pair.here, "c.clerk", own).id)
    pair.here.act("c.leader", workflow.sign, document_id=own, consented_sha256=pair.here.shown(own))
    pair.here.drain()
    pair.finish(pair.here, "c.clerk", own)
    pair.there.act("s.clerk", workflow.register, document_id=answer_to(pair.there, "s.clerk", part).id)
    assert_whole(pair, own, part, ("leaderB", "agencyB", "leaderA", "agencyA"))


def assert_whole(pair: Pair, own: UUID, part: UUID, order: tuple[str, ...]) -> None:
    """Both sides have the same file, and both find every signature in it good."""
    whole = file_of(pair.here, own)
    assert whole == file_of(pair.there, part)
    for office in (pair.here, pair.there):
        assert [(s.field, s.indication) for s in judged(office, whole).signatures] == [
            (field, "TOTAL-PASSED") for field in order
        ]
        assert len(office.node.ports[TrustSource].current().anchors) == 2
