"""Being the only process that does something over a data folder, or over a place of backups."""

import fcntl
import os
from pathlib import Path


def hold(path: Path) -> int | None:
    """The descriptor that holds a lock file until it is closed or the process dies; None where another holds it."""
    descriptor = os.open(path, os.O_CREAT | os.O_RDWR, 0o640)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor
