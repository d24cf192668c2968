"""Signatures that stay provable: validation data, archive time stamps, renewals, and years that go by."""

import io
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from signing.archive import add_document_stamp, add_validation_data, archive
from signing.errors import ArchiveImpossible
from signing.pdf import sign
from signing.request import Level, SignRequest
from signing.trust import Anchor, Trust
from signing.verdict import FileVerdict, verify
from tests.signing.builders import NOW, Signers, paper, prepared, sign_as, signers, whole

DAY = timedelta(days=1)


def trusting(people: Signers, now: datetime) -> Trust:
    people.authority.refresh_crls(now=now)
    return Trust(anchors=(Anchor(people.authority.anchor()),), crls=people.authority.crls())


def judged(pdf: bytes, trust: Trust, at: datetime) -> FileVerdict:
    verdict = verify(pdf, trust=trust, at=at)
    assert {v.indication for v in (*verdict.signatures, *verdict.timestamps)} == {"TOTAL-PASSED"}, verdict
    return verdict


@pytest.fixture
def own(tmp_path: Path) -> Signers:
    return signers(tmp_path)


def test_each_level_is_named_and_what_was_signed_stays(own: Signers) -> None:
    sealed = whole(own)
    lasting = add_validation_data(sealed, trust=trusting(own, NOW + DAY), at=NOW + DAY)
    archived = add_document_stamp(lasting, timestamps=own.stamps(lambda: NOW + DAY))
    assert lasting.startswith(sealed)
    assert archived.startswith(lasting)
    trust = trusting(own, NOW + 2 * DAY)
    levels = [[s.level for s in judged(pdf, trust, NOW + 2 * DAY).signatures] for pdf in (sealed, lasting, archived)]
    assert levels == [["B-T"] * 2, ["B-LT"] * 2, ["B-LTA"] * 2]
    (stamp,) = judged(archived, trust, NOW + 2 * DAY).timestamps
    assert (stamp.signing_time, stamp.covers_whole_file) == (NOW + DAY, True)


def test_a_stamp_keeps_only_what_was_there_before_it(own: Signers) -> None:
    stamped = add_document_stamp(sign_as(prepared(), "leader", own), timestamps=own.stamps(lambda: NOW + DAY))
    trust = trusting(own, NOW + 2 * DAY)
    later = add_validation_data(stamped, trust=trust, at=NOW + 2 * DAY)
    assert [s.level for s in judged(later, trust, NOW + 2 * DAY).signatures] == ["B-LT"]
    kept = add_document_stamp(later, timestamps=own.stamps(lambda: NOW + 2 * DAY))
    assert [s.level for s in judged(kept, trust, NOW + 2 * DAY).signatures] == ["B-LTA"]


def test_a_signature_without_stamp_becomes_b_t_by_a_document_stamp(own: Signers) -> None:
    bare = sign(prepared(), SignRequest("leader", Level.B_B), key=own.leader, timestamps=None, now=NOW)
    stamped = add_document_stamp(bare, timestamps=own.stamps())
    (signature,) = judged(stamped, trusting(own, NOW + DAY), NOW + DAY).signatures
    assert (judged(bare, own.trust, NOW).signatures[0].level, signature.level) == ("B-B", "B-T")


def test_what_does_not_hold_is_not_archived(own: Signers) -> None:
    sealed = whole(own)
    broken = bytearray(sealed)
    broken[200] ^= 1
    for pdf in (paper(), bytes(broken)):
        with pytest.raises(ArchiveImpossible) as refused:
            add_validation_data(pdf, trust=own.trust, at=NOW)
        assert refused.value.code == "not_passed"


def test_a_list_older_than_the_signature_proves_nothing_yet(own: Signers) -> None:
    sealed = whole(own)
    with pytest.raises(ArchiveImpossible) as refused:
        add_validation_data(sealed, trust=own.trust, at=NOW, newer_than=NOW)
    assert refused.value.code == "revocation_too_old"
    later = NOW + DAY
    add_validation_data(sealed, trust=trusting(own, later), at=later, newer_than=NOW)


def test_the_data_in_the_file_proves_it_when_nothing_else_is_known(own: Signers) -> None:
    later = NOW + DAY
    lasting = add_validation_data(whole(own), trust=trusting(own, later), at=later)
    judged(lasting, Trust(anchors=(Anchor(own.authority.anchor()),)), later)


def test_a_signer_revoked_later_still_signed_then(own: Signers) -> None:
    sealed = whole(own)
    own.authority.revoke(own.leader.certificate.serial_number, now=NOW + DAY)
    judged(sealed, trusting(own, NOW + 2 * DAY), NOW + 2 * DAY)


def test_an_old_list_in_the_file_hides_no_revocation(own: Signers) -> None:
    old = trusting(own, NOW - 2 * DAY)
    own.authority.revoke(own.leader.certificate.serial_number, now=NOW - DAY)
    sealed = whole(own)
    lasting = add_validation_data(sealed, trust=old, at=NOW)
    leader, agency = verify(lasting, trust=trusting(own, NOW), at=NOW).signatures
    assert (leader.indication, leader.code) == ("INDETERMINATE", "revoked")
    assert agency.indication == "TOTAL-PASSED"


def test_renewed_in_time_a_file_holds_in_2044(tmp_path: Path) -> None:
    """Each authority lasts ten years; before one ends, a stamp of the next is put over the file."""
    people = signers(tmp_path / "first")
    anchors = [Anchor(people.authority.anchor())]
    now = NOW + DAY
    pdf = archive(whole(people), trust=trusting(people, now), timestamps=people.stamps(lambda: now), at=now)
    for number, year in enumerate((2035, 2043)):
        now = NOW.replace(year=year)
        before = trusting(people, now)
        people = signers(tmp_path / f"next-{number}", now=now)
        anchors.append(Anchor(people.authority.anchor()))
        trust = Trust(anchors=tuple(anchors), crls=(*before.crls, *people.authority.crls()))
        pdf = archive(pdf, trust=trust, timestamps=people.stamps(lambda at=now: at), at=now)  # type: ignore[misc]
    end = NOW.replace(year=2044)
    trust = Trust(anchors=tuple(anchors), crls=trusting(people, end).crls)
    verdict = judged(pdf, trust, end)
    assert [s.level for s in verdict.signatures] == ["B-LTA"] * 2
    assert len(verdict.timestamps) == 3


def test_not_renewed_a_file_is_undetermined_in_2044(own: Signers) -> None:
    now = NOW + DAY
    pdf = archive(whole(own), trust=trusting(own, now), timestamps=own.stamps(lambda: now), at=now)
    verdict = verify(pdf, trust=own.trust, at=NOW.replace(year=2044))
    assert {v.indication for v in (*verdict.signatures, *verdict.timestamps)} == {"INDETERMINATE"}


@pytest.mark.parametrize("junk", [b"junk", b"0\x80", b""])
def test_a_damaged_store_proves_nothing_and_raises_nothing(own: Signers, junk: bytes) -> None:
    later = NOW + DAY
    lasting = add_validation_data(whole(own), trust=trusting(own, later), at=later)
    writer = IncrementalPdfFileWriter(io.BytesIO(lasting))
    store = writer.root["/DSS"]
    broken = writer.add_object(generic.StreamObject(stream_data=junk))
    store[generic.pdf_name("/CRLs")] = generic.ArrayObject([broken])
    writer.update_container(store)
    out = io.BytesIO()
    writer.write(out)
    alone = Trust(anchors=(Anchor(own.authority.anchor()),))
    for trust, code in ((alone, "revocation_unknown"), (trusting(own, later), "valid")):
        assert {s.code for s in verify(out.getvalue(), trust=trust, at=later).signatures} == {code}


def test_a_second_signer_after_the_archive_stamp_is_no_change(own: Signers) -> None:
    first = sign_as(prepared(), "leader", own)
    stamped = add_document_stamp(first, timestamps=own.stamps())
    both = sign_as(stamped, "agency", own)
    judged(both, own.trust, NOW)
