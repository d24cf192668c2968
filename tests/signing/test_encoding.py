"""Messages whose length looks like none to the library below us are written and read as fast as others."""

from hashlib import sha256

import pytest
from asn1crypto import cms

from signing.message import read_message
from signing.signed_data import signed_attributes, signed_data
from tests.signing.builders import Signers

# By the library alone it takes half a minute to write such a message, and longer once it was read.
pytestmark = pytest.mark.timeout(20)

_LIKE_INDEFINITE = 0x80


def test_a_length_that_ends_like_an_indefinite_one_costs_nothing(people: Signers) -> None:
    leader, token = people.leader, people.stamps().stamp(sha256(b"value").digest())
    attributes = signed_attributes(leader.certificate, sha256(b"document").digest()).dump()

    def message(size: int) -> cms.ContentInfo:
        certificate, chain = leader.certificate, leader.chain
        return signed_data(attributes, bytes(size), certificate=certificate, chain=chain, token=token)

    def length(made: cms.ContentInfo) -> int:
        return len(made["content"].contents)

    more = (_LIKE_INDEFINITE - length(message(256))) % 256
    made = message(256 + more)
    assert length(made) % 256 == _LIKE_INDEFINITE
    written = made.dump()
    read = cms.ContentInfo.load(written)
    (signer,) = read["content"]["signer_infos"]
    for kind in ("signed_attrs", "unsigned_attrs"):
        assert signer[kind].native
    assert read.dump() == read.dump(force=True) == written
    # As a verdict reads it.
    assert read_message(written).token is not None
