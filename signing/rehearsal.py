"""One verdict on a file of our own, so that what Python and the libraries make once is made before it is needed."""

from pathlib import Path
from tempfile import TemporaryDirectory

from signing.bench import Bench
from signing.verdict import verify


def rehearse() -> None:
    """Sign and verify a small file; meant for a process that forks for every verdict."""
    with TemporaryDirectory(prefix="docservice-rehearsal-") as folder:
        bench = Bench(Path(folder) / "authority")
        (pdf,) = bench.make_files(1)
        verify(pdf, trust=bench.trust, at=bench.now)
