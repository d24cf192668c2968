"""`docservice bench intake`: scans through the page for papers until each is stored, read, pictured and found."""

import asyncio
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import aiohttp
from sqlalchemy import func, or_, select

from docservice.bootstrap import Node, build
from docservice.core.outbox import Job
from docservice.core.sandbox import Sandbox
from docservice.core.work import SYSTEM
from docservice.documents import pictures, storing
from docservice.identity.models import Role
from docservice.loads import filling
from docservice.loads.load import Visitor, enter_paper, sign_in_everybody
from docservice.loads.processes import jobs_done, pages
from docservice.loads.words import letter
from docservice.searching.indexing import INDEX_JOB
from docservice.settings import Settings
from search import Entry, Index
from signing.gate import examine
from templates.read import first_look, secrecy_stamp_in, text_of

AT_ONCE, WARM = 3, 6
_PATIENCE = 900.0


@dataclass(frozen=True)
class Figures:
    """`seconds` from the first upload to the last job's end; `steps` are milliseconds, measured alone afterwards."""

    count: int
    uploaded: float
    seconds: float
    refused: int
    steps: dict[str, float]


def bench_intake(settings: Settings, *, count: int) -> int:
    """Take in `count` letters on the node of the settings, or in a folder that is thrown away."""
    if not settings.is_embedded:
        return _print(measure(settings, count=count, tell=_say))
    with TemporaryDirectory(prefix="docservice-bench-") as folder:
        return _print(measure(settings.model_copy(update={"data_dir": Path(folder)}), count=count, tell=_say))


def measure(settings: Settings, *, count: int, tell: Callable[[str], None]) -> Figures:
    """Fill the agencies only, start pages and worker, send the letters, wait for the last job."""
    node = build(settings)
    try:
        filling.fill(node, count=filling.AGENCIES, tell=lambda _: None)
        clerks = [one for one in sign_in_everybody(node) if one.role == Role.CLERK]
    finally:
        node.close()
    begun = int(datetime.now(UTC).timestamp())
    letters = [letter(begun + n) for n in range(count + WARM)]
    with pages(settings, workers=1) as (address, _process), jobs_done(settings, concurrency=2):
        uploaded, seconds, refused = _send(settings, address, clerks, letters, tell)
    return Figures(count, uploaded, seconds, refused, _steps(settings, begun))


def _send(
    settings: Settings, address: str, clerks: list[Visitor], letters: list[bytes], tell: Callable[[str], None]
) -> tuple[float, float, int]:
    watching = build(settings)
    try:
        asyncio.run(_upload(address, clerks, letters[:WARM]))
        _wait(watching)
        tell(f"sending {len(letters) - WARM} letters, {AT_ONCE} at a time")
        begun = time.monotonic()
        refused = asyncio.run(_upload(address, clerks, letters[WARM:]))
        uploaded = time.monotonic() - begun
        _wait(watching)
        return uploaded, time.monotonic() - begun, refused
    finally:
        watching.close()


async def _upload(address: str, clerks: list[Visitor], letters: list[bytes]) -> int:
    waiting = list(enumerate(letters))
    refused = 0
    async with aiohttp.ClientSession(address, cookie_jar=aiohttp.DummyCookieJar()) as client:

        async def send() -> None:
            nonlocal refused
            while waiting:
                n, scan = waiting.pop(0)
                refused += await enter_paper(client, clerks[n % len(clerks)], n, scan) != 303

        await asyncio.gather(*(send() for _ in range(AT_ONCE)))
    return refused


def _wait(node: Node) -> None:
    """Until every job that letters promise is done; the clock's own jobs do not count."""
    deadline = time.monotonic() + _PATIENCE
    open_jobs = select(func.count()).where(
        Job.done_at.is_(None), Job.parked_at.is_(None), or_(Job.name.startswith("documents."), Job.name == INDEX_JOB)
    )
    while time.monotonic() < deadline:
        with node.transactions.reading(SYSTEM) as reading:
            soon = reading.now + timedelta(minutes=1)
            if not reading.session.scalar(open_jobs.where(Job.run_at < soon)):
                return
        time.sleep(0.1)


def _steps(settings: Settings, seed: int) -> dict[str, float]:
    """What each step takes by itself, in milliseconds: the median of some letters nobody has seen."""
    node = build(settings)
    try:
        sandbox, ports = node.ports[Sandbox], node.ports
        samples = [letter(seed + 100_000 + n) for n in range(12)]

        def entry(n: int) -> Entry:
            return Entry(
                id=f"bench-{n}", version=1, number=str(n), title="", body=samples[n].hex()[:2000], kind="CV",
                readers=frozenset({"nobody"}), kind_name="", issuer="", day=None, direction="incoming",
            )  # fmt: skip

        acts: dict[str, Callable[[int], object]] = {
            "gate": lambda n: sandbox.run(examine, samples[n]),
            "secrecy stamp": lambda n: sandbox.run(secrecy_stamp_in, samples[n]),
            "store": lambda n: storing.put(ports, samples[n]),
            "text": lambda n: sandbox.run(text_of, samples[n]),
            "picture, pages": lambda n: sandbox.run(first_look, samples[n], dpi=pictures.DPI),
            "index": lambda n: ports[Index].put([entry(n)]),
        }
        found = {name: median(_timed(act, n) for n in range(len(samples))) * 1000 for name, act in acts.items()}
        ports[Index].remove([f"bench-{n}" for n in range(len(samples))])
        return found
    finally:
        node.close()


def _timed(act: Callable[[int], object], n: int) -> float:
    begun = time.perf_counter()
    act(n)
    return time.perf_counter() - begun


def _print(figures: Figures) -> int:
    out = sys.stdout
    out.write(f"letters              {figures.count}, refused {figures.refused}\n")
    out.write(f"uploaded             {figures.count / figures.uploaded:.1f} a second\n")
    out.write(f"ready to be found    {figures.count / figures.seconds:.1f} documents a second\n")
    whole = sum(figures.steps.values())
    for name, milliseconds in figures.steps.items():
        out.write(f"{milliseconds:8.1f} ms  {milliseconds / whole:4.0%}  {name}\n")
    return 1 if figures.refused else 0


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
