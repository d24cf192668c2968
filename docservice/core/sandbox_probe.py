"""What the sandbox says of itself from the inside, so that `doctor` reports what is true and not what was meant."""

import os
import socket
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Fence:
    """The view of a call: names of network interfaces that exist, what lies in the root folder, user and process."""

    interfaces: tuple[str, ...]
    root: tuple[str, ...]
    uid: int
    pid: int
    temp_files: int


def look_around() -> Fence:
    """Harmless: reads names only."""
    return Fence(
        interfaces=tuple(name for _, name in socket.if_nameindex()),
        root=tuple(sorted(entry.name for entry in Path("/").iterdir())),
        uid=os.getuid(),
        pid=os.getpid(),
        temp_files=len(list(Path.cwd().iterdir())),
    )
