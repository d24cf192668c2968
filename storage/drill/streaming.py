"""A large file through a store in a process of its own, which tells its speed and how far its memory grew.

python -m storage.drill.streaming URL BYTES [PASSWORD-FILE] [KEY-FILE]
"""

import io
import json
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from storage import add_master_key, open_master_keys, open_store, verify

_PATTERN = bytes(range(256)) * 4096 + b"!"


@dataclass(frozen=True)
class Streamed:
    """Megabytes (2**20) a second in and out, and by how many megabytes the peak of memory rose meanwhile."""

    put_speed: float
    get_speed: float
    growth: float


class Flowing(io.RawIOBase):
    """So many bytes that are made as they are read."""

    def __init__(self, size: int) -> None:
        self._left = size

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        given = min(len(_PATTERN) if size < 0 else size, self._left, len(_PATTERN))
        self._left -= given
        return _PATTERN[:given]


def stream(url: str, size: int, *, base: Path, password_file: Path | None = None, sealed: bool = False) -> Streamed:
    """Put and get a file of this size in a fresh process; raises `subprocess.CalledProcessError`."""
    key_file = base / "drill.key"
    if sealed and not key_file.exists():
        add_master_key(key_file)
    arguments = [url, str(size), str(base), str(password_file or ""), str(key_file) if sealed else ""]
    done = subprocess.run(
        [sys.executable, "-m", "storage.drill.streaming", *arguments],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        check=True,
    )
    return Streamed(**json.loads(done.stdout))


def main(url: str, size: int, base: Path, password_file: str, key_file: str) -> None:
    """What the process does; prints one line of JSON."""
    masters = open_master_keys(f"file:{key_file}", base=base) if key_file else None
    password = Path(password_file).read_text(encoding="utf-8") if password_file else None
    store = open_store(url, base=base, password=password, masters=masters)
    # Whatever is loaded at first use is there before the measure begins.
    verify(store, store.put(io.BytesIO(_PATTERN)).key)
    before, begun = _peak(), time.monotonic()
    key = store.put(Flowing(size)).key  # type: ignore[arg-type] # reads like a file
    between = time.monotonic()
    verify(store, key)
    ended = time.monotonic()
    store.delete(key)
    found = Streamed(_speed(size, between - begun), _speed(size, ended - between), _peak() - before)
    sys.stdout.write(json.dumps(found.__dict__) + "\n")


def _peak() -> float:
    """Megabytes; the system counts in kilobytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _speed(size: int, seconds: float) -> float:
    return size / 2**20 / max(seconds, 1e-6)


if __name__ == "__main__":
    _url, _size, _base, _password, _key = sys.argv[1:]
    main(_url, int(_size), Path(_base), _password, _key)
