"""The file as it was signed, and which fields changed after that."""

import hashlib
import re

import pytest

from signing.errors import RevisionMissing, VerdictImpossible
from signing.request import Box, SignatureSlot, TextSlot
from signing.revisions import FieldChange, fields_changed_after, signed_revision
from signing.slots import prepare_slots
from tests.signing.builders import Signers, numbered, paper, prepared, sign_as, whole
from tests.signing.test_verdict import judge, rewritten, updated


def changes(pdf: bytes, field: str) -> dict[str, tuple[str, bool]]:
    return {change.name: (str(change.kind), change.allowed) for change in fields_changed_after(pdf, field)}


def test_the_cut_is_the_very_file_that_was_signed(people: Signers) -> None:
    signed = sign_as(prepared(), "leader", people)
    sealed = sign_as(numbered(signed), "agency", people)
    assert hashlib.sha256(signed_revision(sealed, "leader")).digest() == hashlib.sha256(signed).digest()
    assert signed_revision(sealed, "agency") == sealed
    assert [v.indication for v in judge(signed_revision(sealed, "leader"), people)] == ["TOTAL-PASSED"]


def test_what_was_left_open_may_change(people: Signers, sealed: bytes) -> None:
    assert changes(sealed, "leader") == {
        "number": ("text", True),
        "date": ("text", True),
        "agency": ("signature", True),
    }
    assert fields_changed_after(sealed, "agency") == ()


def test_a_filled_field_may_not_change_again(people: Signers, sealed: bytes) -> None:
    forged = rewritten(sealed, "number", value=True, picture=True)
    assert changes(forged, "agency") == {"number": ("text", False)}
    assert signed_revision(forged, "agency") == sealed


def test_a_signature_in_a_locked_field_is_not_allowed(people: Signers) -> None:
    pdf = prepare_slots(
        paper(),
        texts=(TextSlot("number", Box(0, 60, 740, 200, 20)),),
        signatures=(SignatureSlot("leader", None), SignatureSlot("agency", None)),
    )
    both = sign_as(sign_as(pdf, "leader", people), "agency", people)
    assert fields_changed_after(both, "leader") == (FieldChange("agency", "signature", allowed=False),)  # type: ignore[arg-type] # equal as text


def test_what_is_drawn_is_no_field(people: Signers, sealed: bytes) -> None:
    drawn = updated(sealed, "drawn")
    assert fields_changed_after(drawn, "agency") == ()
    assert signed_revision(drawn, "agency") == sealed


def test_a_field_nobody_signed_has_no_revision(people: Signers) -> None:
    for pdf, field in ((prepared(), "leader"), (whole(people), "other")):
        with pytest.raises(RevisionMissing) as raised:
            signed_revision(pdf, field)
        assert raised.value.code == "signature_missing"


@pytest.mark.parametrize("numbers", [b"99999999", b"00000001"])
def test_a_byte_range_that_names_nothing_is_refused(people: Signers, sealed: bytes, numbers: bytes) -> None:
    *_, last = re.finditer(rb"/ByteRange\s*\[\s*0\s+\d+\s+(\d+)", sealed)
    begin, end = last.span(1)
    wrong = sealed[:begin] + numbers[-(end - begin) :].rjust(end - begin, b"0") + sealed[end:]
    with pytest.raises(RevisionMissing) as raised:
        signed_revision(wrong, "agency")
    assert raised.value.code == "byte_range_wrong"


@pytest.mark.parametrize("pdf", [b"", b"x", b"%PDF-1.7\n%%EOF"])
def test_what_is_no_pdf_has_no_revision(pdf: bytes) -> None:
    with pytest.raises(VerdictImpossible):
        signed_revision(pdf, "leader")
    with pytest.raises(VerdictImpossible):
        fields_changed_after(pdf, "leader")
