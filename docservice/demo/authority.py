"""Keys for people who do not exist, by an authority nobody should trust: for demos only.

The authority's folder lies under the keys' folder; its root and revocation lists are put where the trust settings
look.
"""

from dataclasses import dataclass
from datetime import datetime

AUTHORITY_FOLDER = "authority"


@dataclass(frozen=True)
class IssuedKey:
    issuer: str
    serial: str
    public_key_sha256: str
    valid_from: datetime
    valid_to: datetime
    image: bytes
