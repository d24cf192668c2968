"""What the signing tests share: one authority, one finished file."""

import pytest

from tests.signing.builders import Signers, signers, whole


@pytest.fixture(scope="session")
def people(tmp_path_factory: pytest.TempPathFactory) -> Signers:
    return signers(tmp_path_factory.mktemp("pki"))


@pytest.fixture(scope="session")
def sealed(people: Signers) -> bytes:
    """Signed by the leader, numbered, sealed by the agency."""
    return whole(people)
