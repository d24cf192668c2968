"""No time stamp within reach: the leader signs all the same, and the stamp follows by itself."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from asn1crypto import cms
from cryptography.x509 import load_der_x509_crl
from sqlalchemy import select

from docservice.core.sandbox import Sandbox
from docservice.core.work import SYSTEM
from docservice.documents import facts, queries, storing
from docservice.documents.models import Stage
from docservice.documents.status import Verb
from docservice.identity.models import Agency
from docservice.operations.measures import measures
from docservice.signatures.errors import SignatureNotValid, StampAwaited, StampUnavailable
from docservice.signatures.judging import judge
from docservice.signatures.models import KeptVerdict, Preservation
from docservice.signatures.preserving import preserve_anew
from docservice.signatures.queries import records, unstamped
from docservice.signatures.stamps import DemoStamps, StampSource
from docservice.workflow import service as workflow
from signing.archive import add_document_stamp
from signing.authority import DemoAuthority
from signing.errors import TimeStampUnavailable
from signing.timestamps import TimeStamps
from tests.node import MORNING, Office, open_office
from tests.workflow.test_slips import slip


class Silent:
    """A service that does not answer."""

    token_size = 4096

    def stamp(self, digest: bytes) -> cms.ContentInfo:
        raise TimeStampUnavailable("time_stamp_unavailable", digest=digest.hex())


@dataclass
class Slow:
    """A service during whose work something else happens."""

    inner: TimeStamps
    meanwhile: Callable[[], None]

    @property
    def token_size(self) -> int:
        return self.inner.token_size

    def stamp(self, digest: bytes) -> cms.ContentInfo:
        self.meanwhile()
        return self.inner.stamp(digest)


@dataclass
class Switched:
    """The node's own stamps; `state` says whether they answer, are silent, or were never configured."""

    inner: StampSource
    state: str = "answers"
    meanwhile: Callable[[], None] | None = None

    def current(self) -> TimeStamps:
        if self.state == "missing":
            raise StampUnavailable
        happens, self.meanwhile = self.meanwhile, None
        if happens is not None:
            return Slow(self.inner.current(), happens)
        return Silent() if self.state == "silent" else self.inner.current()

    def check(self) -> tuple[str, ...]:
        return self.inner.check()


@dataclass(frozen=True)
class Place:
    office: Office
    stamps: Switched
    keys: Path


@pytest.fixture
def place(seeded: Path, tmp_path: Path, sandbox: Sandbox) -> Iterator[Place]:
    shutil.copytree(seeded, tmp_path, dirs_exist_ok=True)
    with open_office(tmp_path, sandbox=sandbox, replace={StampSource: Switched}) as office:
        stamps = office.node.ports[StampSource]
        assert isinstance(stamps, Switched)
        assert isinstance(stamps.inner, DemoStamps)
        yield Place(office, stamps, office.node.settings.path(office.node.settings.keys_dir))


def sealed(office: Office) -> UUID:
    document_id = office.checked()
    office.sign(document_id)
    for verb in (workflow.number, workflow.seal):
        office.act("c.clerk", verb, document_id=document_id)
        office.node.runner.drain()
    return document_id


def levels(office: Office, document_id: UUID) -> list[str]:
    with office.reading() as reading:
        version = queries.latest_version(reading, document_id)
    assert version is not None
    assert version.verdict is not None
    assert version.verdict["passed"]
    return [signature["level"] for signature in version.verdict["signatures"]]


@pytest.mark.parametrize("state", ["silent", "missing"])
def test_signed_without_a_stamp_release_waits_and_the_stamp_follows(place: Place, state: str) -> None:
    place.stamps.state = state
    document_id = sealed(place.office)
    assert levels(place.office, document_id) == ["B-B", "B-B"]
    with pytest.raises(StampAwaited):
        place.office.act("c.clerk", workflow.release, document_id=document_id)

    place.stamps.state = "answers"
    place.office.clock.move(timedelta(hours=2))
    place.office.drain()
    assert levels(place.office, document_id) == ["B-T", "B-T"]
    with place.office.reading() as reading:
        assert unstamped(reading, document_id) == []
        first, second = [v for v in queries.versions(reading, document_id) if v.stage == Stage.SEALED]
    assert first.sha256 != second.sha256
    place.office.act("c.clerk", workflow.release, document_id=document_id)


def test_an_agency_may_release_before_the_stamp(place: Place) -> None:
    place.stamps.state = "silent"
    document_id = sealed(place.office)
    agency_id = place.office.document(document_id).agency_id
    with place.office.node.transactions.work(SYSTEM) as work:
        work.session.get_one(Agency, agency_id).release_waits_for_stamp = False
    place.office.act("c.clerk", workflow.release, document_id=document_id)


def test_a_slip_gets_its_stamp_when_all_have_signed(place: Place) -> None:
    document_id = slip(place.office, "c.head", "c.leader")
    place.stamps.state = "silent"
    for key in ("c.head", "c.leader"):
        shown = place.office.shown(document_id)
        place.office.act(key, workflow.sign_in_turn, document_id=document_id, consented_sha256=shown)
        place.office.node.runner.drain()
    assert place.office.status(document_id) == "routed"
    place.stamps.state = "answers"
    place.office.clock.move(timedelta(hours=2))
    place.office.drain()
    with place.office.reading() as reading:
        assert unstamped(reading, document_id) == []
        assert queries.versions(reading, document_id)[-1].stage == Stage.ROUTED


def test_one_signature_with_a_stamp_and_one_without(place: Place) -> None:
    document_id = place.office.checked()
    place.office.sign(document_id)
    place.stamps.state = "silent"
    for verb in (workflow.number, workflow.seal):
        place.office.act("c.clerk", verb, document_id=document_id)
        place.office.node.runner.drain()
    assert levels(place.office, document_id) == ["B-T", "B-B"]
    with place.office.reading() as reading:
        assert [signing.field for signing in unstamped(reading, document_id)] == ["agency"]


def preserve(place: Place, *, after: timedelta) -> None:
    """Let time pass, with lists issued that day, and the night's round come by."""
    office = place.office
    office.clock.move(after)
    authority = DemoAuthority.open(place.keys / "authority")
    authority.refresh_crls(now=office.clock.now())
    trust = office.node.settings.path(office.node.settings.trust_dir)
    for number, crl in enumerate(authority.crls()):
        (trust / f"fresh-{number}.crl").write_bytes(crl)
    with office.node.transactions.work(SYSTEM) as work:
        work.later("signatures.preserve_due", merge_key="signatures.preserve_due")
    office.drain()


def test_a_sealed_file_is_preserved_after_the_next_lists_and_renewed_before_its_stamp_ends(place: Place) -> None:
    document_id = sealed(place.office)
    preserve(place, after=timedelta(hours=1))
    assert levels(place.office, document_id) == ["B-T", "B-T"]

    preserve(place, after=timedelta(days=2))
    assert levels(place.office, document_id) == ["B-LTA", "B-LTA"]
    with place.office.reading() as reading:
        kept = reading.session.get_one(Preservation, document_id)
        before = queries.versions(reading, document_id)
    assert (kept.problem, kept.renew_on > place.office.clock.now().date()) == (None, True)

    preserve(place, after=timedelta(days=1))
    with place.office.reading() as reading:
        assert len(queries.versions(reading, document_id)) == len(before)

    # A month before the ten years of the demo's time stamper are over.
    preserve(place, after=timedelta(days=3640 - 30))
    with place.office.reading() as reading:
        versions = queries.versions(reading, document_id)
    assert [v.stage for v in versions].count(Stage.PRESERVED) == 2
    assert len((versions[-1].verdict or {})["timestamps"]) == 2


def test_what_came_without_a_stamp_is_stamped_before_it_is_preserved(place: Place) -> None:
    place.stamps.state = "silent"
    document_id = sealed(place.office)
    with place.office.node.transactions.work(SYSTEM) as work:
        work.session.get_one(Agency, place.office.document(document_id).agency_id).release_waits_for_stamp = False
    place.office.act("c.clerk", workflow.release, document_id=document_id)
    place.office.node.runner.drain()
    arrived = place.office.arrived("p.clerk").id
    assert levels(place.office, arrived) == ["B-B", "B-B"]
    place.stamps.state = "answers"
    preserve(place, after=timedelta(days=2))
    with place.office.reading() as reading:
        verdict = queries.versions(reading, arrived)[-1].verdict
        kept = reading.session.get_one(Preservation, arrived)
    assert kept.problem is None
    assert levels(place.office, arrived) == ["B-LTA", "B-LTA"]
    assert len((verdict or {})["timestamps"]) == 2


def test_the_nightly_round_renews_a_file_that_holds_in_2044(place: Place, tmp_path: Path) -> None:
    """A time-stamp service lasts ten years; before the first one ends, a stamp of the next is put over the file."""
    office, trust = place.office, place.office.node.settings.path(place.office.node.settings.trust_dir)
    document_id = sealed(office)
    preserve(place, after=timedelta(days=2))
    office.clock.move(datetime(2035, 11, 23, 3, tzinfo=UTC) - office.clock.now())
    following = DemoAuthority.create(tmp_path / "following", now=office.clock.now())
    (trust / "following.pem").write_bytes(following.anchor())
    place.stamps.inner = DemoStamps(tmp_path / "following", clock=office.clock)
    with office.reading() as reading:
        renew_on = reading.session.get_one(Preservation, document_id).renew_on
    preserved = []
    for day in (renew_on - timedelta(days=1), renew_on, date(2044, 11, 23)):
        office.clock.move(datetime.combine(day, time(3), tzinfo=UTC) - office.clock.now())
        following.refresh_crls(now=office.clock.now())
        for number, crl in enumerate(following.crls()):
            (trust / f"following-{number}.crl").write_bytes(crl)
        preserve(place, after=timedelta(0))
        with office.reading() as reading:
            versions = queries.versions(reading, document_id)
            kept = reading.session.get_one(Preservation, document_id)
        preserved.append([version.stage for version in versions].count(Stage.PRESERVED))
    assert preserved == [1, 2, 2]
    assert (renew_on.year, kept.problem, kept.renew_on.year) == (2036, None, 2045)
    verdict = judge(office.node.transactions, sha256=versions[-1].sha256, since=office.clock.now()).facts
    assert office.clock.now().year == 2044
    assert [signature["level"] for signature in verdict["signatures"]] == ["B-LTA", "B-LTA"]
    stamps = [stamp["indication"] for stamp in verdict["timestamps"]]
    assert (verdict["passed"], stamps) == (True, ["TOTAL-PASSED", "TOTAL-PASSED"])


def test_what_cannot_be_preserved_says_why_and_is_tried_again(place: Place) -> None:
    document_id = sealed(place.office)
    place.office.clock.move(timedelta(days=2))
    with place.office.node.transactions.work(SYSTEM) as work:
        work.later("signatures.preserve_due")
    place.office.drain()
    with place.office.reading() as reading:
        kept = reading.session.get_one(Preservation, document_id)
    assert (kept.problem, kept.version_id) == ("revocation_too_old", None)
    preserve(place, after=timedelta(days=1))
    assert levels(place.office, document_id) == ["B-LTA", "B-LTA"]


def newer(place: Place, document_id: UUID) -> bytes:
    """The file as it may come back from a joint document's other side, whose part a time stamp stands for."""
    with place.office.reading() as reading:
        version = queries.latest_version(reading, document_id)
        assert version is not None
        pdf = storing.get(reading.ports, version.sha256)
    return add_document_stamp(pdf, timestamps=place.stamps.inner.current())


def comes(place: Place, document_id: UUID, pdf: bytes) -> None:
    """What `take_back` does with it."""
    with place.office.node.transactions.work(SYSTEM) as work:
        stored = storing.put(work.ports, pdf, original=True)
        document = queries.get(work, document_id)
        facts.add_version(work, document, stage=Stage.SEALED, sha256=stored.key, size=stored.size)
        preserve_anew(work, document_id)


def test_a_file_that_comes_while_the_stamp_is_fetched_is_stamped_itself(place: Place) -> None:
    place.stamps.state = "silent"
    document_id = sealed(place.office)
    whole = newer(place, document_id)
    place.stamps.state = "answers"
    place.stamps.meanwhile = lambda: comes(place, document_id, whole)
    place.office.clock.move(timedelta(hours=2))
    place.office.drain()
    with place.office.reading() as reading:
        assert unstamped(reading, document_id) == []
        last = queries.versions(reading, document_id)[-1]
        assert last.sha256 != sha256(whole).hexdigest()
        assert storing.get(reading.ports, last.sha256).startswith(whole)


def test_a_file_that_comes_while_the_one_before_is_preserved_stays_the_newest(place: Place) -> None:
    document_id = sealed(place.office)
    preserve(place, after=timedelta(days=2))
    whole = newer(place, document_id)
    office = place.office
    with office.node.transactions.work(SYSTEM) as work:
        preserve_anew(work, document_id)
    place.stamps.meanwhile = lambda: comes(place, document_id, whole)
    preserve(place, after=timedelta(hours=1))
    with office.reading() as reading:
        assert queries.versions(reading, document_id)[-1].sha256 == sha256(whole).hexdigest()
        assert reading.session.get_one(Preservation, document_id).renew_on == reading.today
    preserve(place, after=timedelta(hours=1))
    with office.reading() as reading:
        last = queries.versions(reading, document_id)[-1]
        assert last.stage == Stage.PRESERVED
        assert storing.get(reading.ports, last.sha256).startswith(whole)
        assert reading.session.get_one(Preservation, document_id).renew_on > reading.today


def test_what_held_in_the_morning_is_not_sealed_once_its_lists_have_run_out(place: Place) -> None:
    office = place.office
    lists = DemoAuthority.open(place.keys / "authority").crls()
    until = min(load_der_x509_crl(crl).next_update_utc or MORNING for crl in lists)
    office.clock.move(until - office.clock.now() - timedelta(minutes=30))
    document_id = office.checked()
    # Without a time stamp it is the present that counts.
    place.stamps.state = "silent"
    office.sign(document_id)
    office.act("c.clerk", workflow.number, document_id=document_id)
    office.drain()
    assert judge(office.node.transactions, sha256=office.shown(document_id)).facts["passed"]

    office.clock.move(timedelta(hours=1))
    office.act("c.clerk", workflow.seal, document_id=document_id)
    office.drain()
    assert office.status(document_id) == "to_seal"
    assert not judge(office.node.transactions, sha256=office.shown(document_id)).facts["passed"]


def test_verdicts_of_days_gone_by_are_not_kept(place: Place) -> None:
    sealed(place.office)
    recheck(place)
    with place.office.reading() as reading:
        assert reading.session.scalars(select(KeptVerdict)).all()
    place.office.clock.move(timedelta(days=1))
    recheck(place)
    with place.office.reading() as reading:
        assert reading.session.scalars(select(KeptVerdict)).all() == []


def recheck(place: Place) -> None:
    with place.office.node.transactions.work(SYSTEM) as work:
        work.later("signatures.recheck_due")
    place.office.drain()


def test_an_arrival_nobody_could_judge_is_judged_again_by_itself(place: Place) -> None:
    office = place.office
    trust = office.node.settings.path(office.node.settings.trust_dir)
    lists = {path: path.read_bytes() for path in trust.iterdir() if path.suffix == ".crl"}
    assert lists
    document_id = sealed(office)
    for path in lists:
        path.unlink()
    office.act("c.clerk", workflow.release, document_id=document_id)
    office.drain()
    arrived = office.arrived("p.clerk")
    assert {s["code"] for s in latest_verdict(office, arrived.id)["signatures"]} == {"revocation_unknown"}
    # A sentence worded otherwise, as by an older version, is no other verdict.
    with office.node.transactions.work(SYSTEM) as work:
        version = queries.latest_version(work, arrived.id)
        assert version is not None
        version.verdict = {**(version.verdict or {}), "reason": "Nói cách khác."}
    recheck(place)
    with office.reading() as reading:
        assert [step.verb for step in queries.steps(reading, arrived.id)].count(Verb.VERIFY) == 1
    with pytest.raises(SignatureNotValid):
        office.act("p.clerk", workflow.register, document_id=arrived.id)

    for path, data in lists.items():
        path.write_bytes(data)
    recheck(place)
    assert latest_verdict(office, arrived.id)["passed"]
    office.act("p.clerk", workflow.register, document_id=arrived.id)
    with office.reading() as reading:
        version = queries.latest_version(reading, arrived.id)
        assert version is not None
        kept = select(KeptVerdict.trust_version).where(KeptVerdict.sha256 == version.sha256)
        days = reading.session.scalars(kept).all()
        steps = [step.verb for step in queries.steps(reading, arrived.id)]
    assert len(days) == len(set(days)) == 2
    assert steps.count(Verb.VERIFY) == 2


def latest_verdict(office: Office, document_id: UUID) -> dict[str, Any]:
    with office.reading() as reading:
        version = queries.latest_version(reading, document_id)
    assert version is not None
    return version.verdict or {}


def test_a_signature_given_up_with_its_text_waits_for_no_stamp(place: Place) -> None:
    place.stamps.state = "silent"
    document_id = place.office.checked()
    place.office.sign(document_id)
    place.office.act("c.clerk", workflow.return_document, document_id=document_id, note="Sai phụ lục.")
    # Nothing waits from the moment it is given back: not on its page, nor for the operator.
    for act in (None, workflow.pass_back):
        if act is not None:
            place.office.act("c.head", act, document_id=document_id)
        with place.office.reading() as reading:
            assert unstamped(reading, document_id) == []
            found = {measure.code: measure.figure for measure in measures(reading)}
            assert [record.awaits_stamp for record in records(reading, document_id)] == [False]
        assert (found["signings_unstamped"], found["signings_unstamped_seconds"]) == (0, 0)

    place.stamps.state = "answers"
    place.office.act("c.official", workflow.submit, document_id=document_id)
    place.office.drain()
    place.office.act("c.head", workflow.check_content, document_id=document_id)
    place.office.act("c.checker", workflow.check_form, document_id=document_id)
    with place.office.reading() as reading:
        assert unstamped(reading, document_id) == []
    place.office.sign(document_id)
    for verb in (workflow.number, workflow.seal):
        place.office.act("c.clerk", verb, document_id=document_id)
        place.office.drain()
    assert levels(place.office, document_id) == ["B-T", "B-T"]
    place.office.act("c.clerk", workflow.release, document_id=document_id)
