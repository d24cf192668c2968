"""The judges themselves judge: what they must pass they pass, what they must fail they fail, and they ask nobody."""

import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.judges import JudgeUnavailable, cut_signatures, judge_pdfa, judge_signatures, openssl_verify
from tests.judges.makers import authority, paper, sign

# The first start may have to build.
pytestmark = [pytest.mark.judges, pytest.mark.slow, pytest.mark.timeout(600)]


def written(folder: Path, **contents: bytes) -> list[Path]:
    for name, content in contents.items():
        (folder / f"{name}.pdf").write_bytes(content)
    return [folder / f"{name}.pdf" for name in contents]


def flipped(pdf: bytes, mark: bytes) -> bytes:
    """The same file with the last bit of one byte turned, right behind a mark."""
    at = pdf.index(mark) + len(mark)
    return pdf[:at] + bytes([pdf[at] ^ 1]) + pdf[at + 1 :]


def test_verapdf_passes_pdfa_and_names_what_a_plain_file_lacks(tmp_path: Path) -> None:
    good, plain, nothing = judge_pdfa(written(tmp_path, good=paper(), plain=paper("1.7"), nothing=b"no pdf"))

    assert (good.compliant, good.flavour, good.failures, good.unreadable) == (True, "2b", (), "")
    assert not plain.compliant
    assert {(failure.clause, failure.test) for failure in plain.failures} == {("6.6.4", 1)}
    assert not nothing.compliant
    assert nothing.unreadable


def test_verapdf_judges_by_the_flavour_asked_for(tmp_path: Path) -> None:
    (report,) = judge_pdfa(written(tmp_path, paper=paper()), flavour="1b")

    assert not report.compliant
    assert report.flavour == "1b"


def test_a_judge_that_breaks_off_is_an_error_and_no_verdict(tmp_path: Path) -> None:
    with pytest.raises(JudgeUnavailable, match="unknown flavour: 9z"):
        judge_pdfa(written(tmp_path, paper=paper()), flavour="9z")


def test_dss_passes_a_baseline_b_signature_and_fails_a_flipped_byte(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    ca = authority(now=now)
    signed = sign(paper(), signer=ca.signer, field="Lãnh đạo")
    files = written(tmp_path, signed=signed, broken=flipped(signed, b"stream\n"), unsigned=paper(), nothing=b"no pdf")
    good, broken, unsigned, nothing = judge_signatures(files, anchors=[ca.root], crls=[ca.crl])

    signature = good.of("Lãnh đạo")
    assert signature.passed, signature
    assert signature.level == "PAdES-BASELINE-B"
    assert signature.signed_by == "Nguyễn Văn Mẫu"
    assert signature.signing_time is not None
    assert abs(signature.signing_time - now) < timedelta(minutes=1)
    assert (signature.errors, signature.timestamps, signature.modifications) == ((), (), ())
    (bad,) = broken.signatures
    assert (bad.indication, bad.sub_indication) == ("TOTAL_FAILED", "HASH_FAILURE")
    assert unsigned.signatures == ()
    assert (unsigned.unreadable, nothing.signatures) == ("", ())
    assert nothing.unreadable


def test_dss_trusts_and_believes_only_what_it_was_given(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    ca, stranger = authority(now=now), authority(now=now)
    files = written(tmp_path, signed=sign(paper(), signer=ca.signer, field="a"))

    (untrusted,) = judge_signatures(files, anchors=[stranger.root], crls=[ca.crl])[0].signatures
    (unknown,) = judge_signatures(files, anchors=[ca.root], crls=[])[0].signatures
    (expired,) = judge_signatures(files, anchors=[ca.root], crls=[ca.crl], at=now + timedelta(days=90))[0].signatures
    assert (untrusted.indication, untrusted.sub_indication) == ("INDETERMINATE", "NO_CERTIFICATE_CHAIN_FOUND")
    assert (unknown.indication, unknown.sub_indication) == ("INDETERMINATE", "CERTIFICATE_CHAIN_GENERAL_FAILURE")
    assert not expired.passed


def test_dss_sees_a_revoked_signer(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    ca = authority(now=now, revoked=timedelta(days=1))
    files = written(tmp_path, signed=sign(paper(), signer=ca.signer, field="a"))

    (signature,) = judge_signatures(files, anchors=[ca.root], crls=[ca.crl])[0].signatures
    assert not signature.passed
    assert signature.sub_indication in {"REVOKED", "REVOKED_NO_POE"}


def test_dss_asks_nobody_though_the_certificate_names_addresses(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        address = f"http://127.0.0.1:{listening.getsockname()[1]}/x"
        ca = authority(now=datetime.now(UTC), asks=address)
        files = written(tmp_path, signed=sign(paper(), signer=ca.signer, field="a"))

        judge_signatures(files, anchors=[], crls=[])
        with pytest.raises(BlockingIOError):
            listening.accept()


def test_openssl_passes_both_of_two_signatures_and_fails_a_flipped_byte() -> None:
    ca = authority(now=datetime.now(UTC))
    once = sign(paper(), signer=ca.signer, field="first")
    twice = sign(once, signer=ca.signer, field="second")

    first, second = (openssl_verify(twice, field=name, anchors=[ca.root]) for name in ("first", "second"))
    assert (first.valid, first.covers_whole_file) == (True, False), first
    assert (second.valid, second.covers_whole_file) == (True, True), second
    assert [cut.field for cut in cut_signatures(twice)] == ["first", "second"]
    assert not openssl_verify(flipped(twice, b"stream\n"), field="first", anchors=[ca.root]).valid


def test_openssl_trusts_only_what_it_was_given_and_only_while_it_is_valid() -> None:
    now = datetime.now(UTC)
    ca, stranger = authority(now=now), authority(now=now)
    signed = sign(paper(), signer=ca.signer, field="a")

    assert not openssl_verify(signed, field="a", anchors=[stranger.root]).valid
    assert "expired" in openssl_verify(signed, field="a", anchors=[ca.root], at=now + timedelta(days=90)).detail


def test_a_signature_that_leaves_out_more_than_itself_is_no_signature() -> None:
    ca = authority(now=datetime.now(UTC))
    signed = sign(paper(), signer=ca.signer, field="a")
    (cut,) = cut_signatures(signed)
    opening = signed.lower().index(b"<" + cut.message.hex().encode()[:40])

    with pytest.raises(ValueError, match="does not leave out exactly"):
        cut_signatures(signed[:opening] + b" " + signed[opening + 1 :])
