"""What the signing tests share: one authority, one finished file."""

import pytest
from pkcs11 import KeyType

from tests.signing.builders import NOW, Signers, signers, whole
from tests.signing.tokens import Shelf, Token


@pytest.fixture(scope="session")
def people(tmp_path_factory: pytest.TempPathFactory) -> Signers:
    return signers(tmp_path_factory.mktemp("pki"))


@pytest.fixture(scope="session")
def sealed(people: Signers) -> bytes:
    """Signed by the leader, numbered, sealed by the agency."""
    return whole(people)


@pytest.fixture(scope="session")
def tokens(shelf: Shelf, people: Signers) -> dict[str, Token]:
    """Two tokens, one for each kind of key."""
    return {
        "RSA": shelf.add("Lãnh đạo RSA", KeyType.RSA, people.authority, now=NOW),
        "P-256": shelf.add("Lãnh đạo P-256", KeyType.EC, people.authority, now=NOW),
    }
