"""Keys for people who do not exist, by an authority nobody should trust: for demos only.

The authority's folder lies under the keys' folder; its root and revocation lists are put where the trust settings
look.
"""

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from secrets import token_hex
from uuid import UUID

from cryptography.hazmat.primitives.serialization import Encoding

from docservice.signatures.stamps import AUTHORITY_FOLDER
from signing.authority import DemoAuthority
from signing.keys import certificate_names, public_key_sha256
from templates.papers import seal_image, signature_image


@dataclass(frozen=True)
class IssuedKey:
    """What is registered of a key, and the picture its signatures show."""

    issuer: str
    serial: str
    public_key_sha256: str
    valid_from: datetime
    valid_to: datetime
    image: bytes


class DemoKeys:
    """Issues keys into the folder where `FolderKeys` finds them."""

    def __init__(self, folder: Path, authority: DemoAuthority, *, now: datetime) -> None:
        self._folder = folder
        self._authority = authority
        self._now = now

    @classmethod
    def open(cls, keys: Path, *, now: datetime) -> "DemoKeys":
        """Make the authority at the first start, open it later; its root and lists go to the trust folder."""
        authority = DemoAuthority.create(keys / AUTHORITY_FOLDER, now=now)
        authority.refresh_crls(now=now)
        trust = keys / "trust"
        trust.mkdir(mode=0o750, parents=True, exist_ok=True)
        _replace(trust / "demo-root.pem", authority.root.public_bytes(Encoding.PEM), 0o644)
        for name, der in zip(("demo-root.crl", "demo-intermediate.crl"), authority.crls(), strict=True):
            _replace(trust / name, der, 0o644)
        folder = keys / "pkcs12"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not (folder / "password").exists():
            _replace(folder / "password", token_hex(16).encode(), 0o600)
        return cls(folder, authority, now=now)

    def issue(self, certificate_id: UUID, *, name: str, organization: str, is_agency: bool) -> IssuedKey:
        """Certify a key for a fictional person or agency."""
        password = (self._folder / "password").read_bytes()
        issued = self._authority.issue(common_name=name, organization=organization, now=self._now, password=password)
        _replace(self._folder / f"{certificate_id}.p12", issued.pkcs12, 0o600)
        issuer, serial = certificate_names(issued.certificate)
        return IssuedKey(
            issuer=issuer,
            serial=serial,
            public_key_sha256=public_key_sha256(issued.certificate),
            valid_from=issued.certificate.not_valid_before_utc,
            valid_to=issued.certificate.not_valid_after_utc,
            image=seal_image(name) if is_agency else signature_image(name),
        )


def _replace(path: Path, data: bytes, mode: int) -> None:
    """Write aside and rename, so that nobody reads half a file."""
    temporary = path.with_name(f".{path.name}-{token_hex(8)}")
    descriptor = os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode)
    with os.fdopen(descriptor, "wb") as out:
        out.write(data)
    temporary.rename(path)
