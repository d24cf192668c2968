"""Where keys and trust come from: two small ports over folders that lie apart from the data.

PKCS#12 files serve the demo authority only; a token or an HSM will stand behind the same `KeySource`.
"""

from pathlib import Path
from typing import Protocol
from uuid import UUID

from docservice.signatures.errors import KeyUnavailable
from signing.keys import SigningKey, open_pkcs12
from signing.trust import Trust, load_trust


class KeySource(Protocol):
    def open(self, certificate_id: UUID) -> SigningKey:
        """The key that belongs to a registered certificate; raises `KeyUnavailable`."""
        ...

    def check(self) -> tuple[str, ...]:
        """Warnings about this source, for `doctor`."""
        ...


class TrustSource(Protocol):
    @property
    def fetched(self) -> Path:
        """The folder for revocation lists that were fetched."""
        ...

    def current(self) -> Trust:
        """The anchors and revocation lists in force."""
        ...

    def check(self) -> tuple[str, ...]:
        """Warnings about these settings, for `doctor`."""
        ...


class FolderKeys:
    """PKCS#12 files named by certificate id, with one password file beside them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._opened: dict[UUID, SigningKey] = {}

    def open(self, certificate_id: UUID) -> SigningKey:
        if certificate_id not in self._opened:
            try:
                data = (self._folder / f"{certificate_id}.p12").read_bytes()
                password = (self._folder / "password").read_bytes()
            except OSError as error:
                raise KeyUnavailable from error
            self._opened[certificate_id] = open_pkcs12(data, password)
        return self._opened[certificate_id]

    def check(self) -> tuple[str, ...]:
        return ("Khóa ký nằm trong tệp PKCS#12: chỉ dùng cho dữ liệu mẫu.",)


class FolderTrust:
    """Anchors and CRLs as PEM or DER files in one folder, fetched lists below it; read again when a file changes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seen: tuple[tuple[str, int], ...] | None = None
        self._trust: Trust | None = None

    @property
    def fetched(self) -> Path:
        return self._folder / "fetched"

    def current(self) -> Trust:
        folders = [folder for folder in (self._folder, self.fetched) if folder.is_dir()]
        files = [path for folder in folders for path in folder.iterdir() if path.is_file()]
        seen = tuple(sorted((str(path), path.stat().st_mtime_ns) for path in files))
        if self._trust is None or seen != self._seen:
            self._trust = load_trust(*folders)
            self._seen = seen
        return self._trust

    def check(self) -> tuple[str, ...]:
        if not self._folder.is_dir() or not self.current().anchors:
            return ("Chưa cấu hình gốc tin cậy: mọi chữ ký sẽ là “Chưa xác định”.",)
        return ()
