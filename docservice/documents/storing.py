"""Moving bytes between the store and the facts: the file first, the row second."""

import io
from collections.abc import Iterator
from contextlib import contextmanager

from docservice.core.work import Ports
from docservice.documents.errors import FileBroken, FilesUnavailable, FilesUnlocked
from storage import LockMissing, NotStored, Store, StoreDamaged, StoredFile, StoreUnavailable


def put(ports: Ports, data: bytes, *, original: bool = False) -> StoredFile:
    """Store the bytes under their hash; storing them twice is harmless.

    An `original` was signed here or received: the place itself refuses to forget it, where its address says so.

    Raises:
        FilesUnavailable: the store does not answer; `FilesUnlocked`: it was asked in vain to retain originals.
    """
    with _translated():
        return ports[Store].put(io.BytesIO(data), original=original)


def get(ports: Ports, sha256: str) -> bytes:
    """The bytes of a file, whole; for files that are worked on in memory.

    Raises:
        FilesUnavailable: the store does not answer.
        FileBroken: it is lost, or is not what its name says.
    """
    with _translated(), ports[Store].open(sha256) as source:
        return source.read()


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except LockMissing as error:
        raise FilesUnlocked(place=str(error.params["place"])) from error
    except StoreUnavailable as error:
        raise FilesUnavailable from error
    except (NotStored, StoreDamaged) as error:
        raise FileBroken from error
