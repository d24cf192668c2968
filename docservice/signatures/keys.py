"""Where keys and trust come from: two small ports over folders that lie apart from the data.

PKCS#12 files serve the demo authority only; a token or an HSM will stand behind the same `KeySource`.
"""

import stat
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Protocol, TypeVar
from uuid import UUID

from docservice.signatures.errors import KeyUnavailable
from signing.errors import TrustUnreadable
from signing.keys import SigningKey, open_pkcs12
from signing.trust import Trust, files_of, load_trust


class KeySource(Protocol):
    def open(self, certificate_id: UUID) -> SigningKey:
        """The key that belongs to a registered certificate; raises `KeyUnavailable`."""
        ...

    def check(self) -> tuple[str, ...]:
        """Warnings about this source, for `doctor`."""
        ...


class TrustSource(Protocol):
    @property
    def folder(self) -> Path:
        """Where the operator's files are."""
        ...

    @property
    def fetched(self) -> Path:
        """The folder for revocation lists that were fetched."""
        ...

    def current(self) -> Trust:
        """The anchors and revocation lists in force; raises `TrustUnreadable`."""
        ...

    def names(self) -> dict[bytes, str]:
        """The name of the file each certificate and list in force stands in; raises `TrustUnreadable`."""
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


_Seen = tuple[tuple[str, int], ...]
_Found = TypeVar("_Found")
_TRIES = 20


def _look_into(folders: Sequence[Path]) -> _Seen:
    """Names and times of the files; those begun (.name) are nobody's yet, those gone meanwhile nobody's any more."""
    seen = []
    for folder in folders:
        try:
            for path in folder.iterdir():
                with suppress(FileNotFoundError):
                    found = path.stat()
                    if stat.S_ISREG(found.st_mode) and not path.name.startswith("."):
                        seen.append((str(path), found.st_mtime_ns))
        except OSError as error:
            raise TrustUnreadable("trust_unreadable", file=folder.name) from error
    return tuple(sorted(seen))


class FolderTrust:
    """Anchors and CRLs as PEM or DER files in one folder, fetched lists below it; read again when a file changes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._kept: tuple[_Seen, Trust] | None = None

    @property
    def fetched(self) -> Path:
        return self.folder / "fetched"

    def current(self) -> Trust:
        """What the files say now, read again where one was put in or taken out meanwhile; raises `TrustUnreadable`."""
        kept = self._kept
        if kept is None or kept[0] != _look_into(self._folders()):
            # What was replaced since the look has another time by the next one.
            kept = self._kept = self._read(load_trust)
        return kept[1]

    def names(self) -> dict[bytes, str]:
        return self._read(files_of)[1]

    def _folders(self) -> list[Path]:
        try:
            return [folder for folder in (self.folder, self.fetched) if folder.is_dir()]
        except OSError as error:
            raise TrustUnreadable("trust_unreadable", file=self.folder.name) from error

    def _read(self, read: Callable[..., _Found]) -> tuple[_Seen, _Found]:
        """What the files say and how they lay before, read again where one was put in or taken out meanwhile."""
        for tries_left in reversed(range(_TRIES)):
            folders = self._folders()
            seen = _look_into(folders)
            try:
                return seen, read(*folders)
            except TrustUnreadable:
                if not tries_left or _look_into(folders) == seen:
                    raise
        raise AssertionError("the last try returns or raises")

    def check(self) -> tuple[str, ...]:
        if not self.current().anchors:
            return ("Chưa cấu hình gốc tin cậy: mọi chữ ký sẽ là “Chưa xác định”.",)
        return ()
