"""`docservice bench load`: people of many agencies at work on a full node, at a rate that does not wait for answers.

Requests begin when their time has come, whatever became of those before (an open load), and a request's time counts
from when it should have begun: a server that stalls is not spared by a client that waits for it.
"""

import asyncio
import random
import statistics
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

import aiohttp
from sqlalchemy import select

from docservice.bootstrap import Node, build
from docservice.core.work import SYSTEM
from docservice.documents.models import Document
from docservice.documents.queries import visible_to
from docservice.edge import salted
from docservice.identity import accounts
from docservice.identity.models import Account, Role, SignInSession
from docservice.loads import filling
from docservice.loads.processes import cpu_seconds, jobs_done, pages
from docservice.loads.words import letter, query_of
from docservice.settings import Settings
from search import Index

MIX = {"list": 40, "open": 25, "search": 15, "download": 15, "sign-in": 5}
RATE, SECONDS, WARM_SECONDS = 20.0, 60, 20.0
# A million documents a year are one in seven seconds of office hours; here one comes in three.
INTAKE_SECONDS = 3.0
_OWN_PAGES = 8


@dataclass(frozen=True)
class Visitor:
    """Somebody signed in: what the browser keeps, and documents on their screen."""

    login: str
    cookie: str
    csrf: str
    role: str
    documents: tuple[UUID, ...]


@dataclass
class Times:
    """Seconds of each kind of request, and what went wrong."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: Counter[str] = field(default_factory=Counter)
    taken_in: int = 0

    @property
    def all(self) -> list[float]:
        return [one for some in self.seconds.values() for one in some]


@dataclass(frozen=True)
class Figures:
    """`mixed` with sign-ins and intake beside it, `reading` without both; `per_cpu_second` is of the latter."""

    documents: int
    mixed: Times
    reading: Times
    per_cpu_second: float


def bench_load(settings: Settings, *, count: int) -> int:
    """Fill the node of the settings (or a folder that is thrown away), then let 200 people loose on it."""
    if not settings.is_embedded:
        return _print(measure(settings, count=count, seconds=SECONDS, tell=_say))
    with TemporaryDirectory(prefix="docservice-bench-") as folder:
        own = settings.model_copy(update={"data_dir": Path(folder)})
        return _print(measure(own, count=count, seconds=SECONDS, tell=_say))


def measure(settings: Settings, *, count: int, seconds: float, tell: Callable[[str], None]) -> Figures:
    """Fill, index, sign in, drive. The web runs in two processes where the settings allow it."""
    node = build(settings)
    try:
        documents = filling.fill(node, count=count, tell=tell)
        _index(node, documents, tell)
        visitors = sign_in_everybody(node)
    finally:
        node.close()
    many = not settings.is_embedded
    with pages(settings, workers=2 if many else 1) as (address, process):
        with jobs_done(settings, concurrency=1):
            # Not measured: processes that have just begun, and a database that has read nothing yet.
            asyncio.run(_drive(address, visitors, MIX, min(seconds, WARM_SECONDS), intake=True))
            tell(f"driving {RATE:g} requests a second for {seconds:g} s, twice")
            mixed = asyncio.run(_drive(address, visitors, MIX, seconds, intake=True))
        calm = {kind: share for kind, share in MIX.items() if kind != "sign-in"}
        before = cpu_seconds(process)
        reading = asyncio.run(_drive(address, visitors, calm, seconds, intake=False))
        spent = cpu_seconds(process) - before
    return Figures(documents, mixed, reading, len(reading.all) / spent)


def _index(node: Node, documents: int, tell: Callable[[str], None]) -> None:
    """Bring every document into the index, in bulk, unless they are there."""
    if node.ports[Index].check().entries >= documents:
        return
    begun = time.monotonic()
    with node.transactions.reading(SYSTEM) as reading:
        node.ports[Index].rebuild(filling.entries(reading))
    spent = time.monotonic() - begun
    tell(f"indexed {documents / spent:.0f} documents a second")


def sign_in_everybody(node: Node) -> list[Visitor]:
    """Sessions for everybody, begun by the service itself, and the newest documents of each."""
    visitors = []
    with node.transactions.work(SYSTEM) as work:
        for account in work.session.scalars(select(Account).order_by(Account.login)).all():
            begun = accounts.begin_session(work, person_id=account.person_id)
            who = accounts.signed_in(work, token=begun.token)
            if who is None:
                continue
            csrf = work.session.get_one(SignInSession, who.token_sha256).csrf
            actor = who.hats[0].actor
            newest = visible_to(actor).with_only_columns(Document.id).order_by(Document.id.desc()).limit(40)
            seen = tuple(work.session.scalars(newest))
            visitors.append(Visitor(account.login, begun.token, csrf, actor.role or "", seen))
    return visitors


async def _drive(
    address: str, visitors: Sequence[Visitor], mix: dict[str, int], seconds: float, *, intake: bool
) -> Times:
    chance = random.Random(7)  # noqa: S311 - repeatable, not secret
    times = Times()
    clerks = [one for one in visitors if one.role == Role.CLERK]
    async with aiohttp.ClientSession(
        address, cookie_jar=aiohttp.DummyCookieJar(), connector=aiohttp.TCPConnector(limit=0)
    ) as client:
        begun, at = time.monotonic(), 0.0
        tasks = []
        taking = asyncio.create_task(_take_in(client, clerks, times)) if intake and clerks else None
        while (at := at + chance.expovariate(RATE)) < seconds:
            kind = chance.choices(list(mix), list(mix.values()))[0]
            visitor = chance.choice(visitors)
            await asyncio.sleep(max(0.0, begun + at - time.monotonic()))
            request = _request(kind, visitor, chance)
            tasks.append(asyncio.create_task(_ask(client, kind, request, due=begun + at, times=times)))
        await asyncio.gather(*tasks)
        if taking is not None:
            taking.cancel()
    return times


@dataclass(frozen=True)
class _Asked:
    path: str
    cookie: str = ""
    form: dict[str, str] | None = None


def _request(kind: str, visitor: Visitor, chance: random.Random) -> _Asked:
    document = chance.choice(visitor.documents) if visitor.documents else None
    if kind == "sign-in":
        return _Asked("/sign-in", form={"login": visitor.login, "password": filling.PASSWORD})
    if kind == "search":
        return _Asked(f"/search?q={query_of(chance)}", visitor.cookie)
    if kind == "open" and document is not None:
        return _Asked(f"/documents/{document}", visitor.cookie)
    if kind == "download" and document is not None:
        return _Asked(f"/documents/{document}/files/1?download", visitor.cookie)
    if visitor.role == Role.CLERK and chance.random() < 0.3:
        return _Asked(f"/registers?series={chance.choice(('incoming', 'outgoing'))}", visitor.cookie)
    return _Asked(f"/?sort={chance.choice(('work', 'newest', 'due'))}", visitor.cookie)


async def _ask(client: aiohttp.ClientSession, kind: str, asked: _Asked, *, due: float, times: Times) -> None:
    headers = {"Cookie": f"session={asked.cookie}", "Accept-Encoding": "gzip"} if asked.cookie else {}
    method = "GET" if asked.form is None else "POST"
    try:
        async with client.request(
            method, asked.path, data=asked.form, headers=headers, allow_redirects=False
        ) as answer:
            await answer.read()
            wanted = 303 if kind == "sign-in" else 200
            # A draft has no file yet.
            if answer.status != wanted and not (kind == "download" and answer.status == 404):
                times.errors[f"{kind} {answer.status}"] += 1
    except aiohttp.ClientError as error:
        times.errors[f"{kind} {type(error).__name__}"] += 1
    times.seconds[kind].append(time.monotonic() - due)


async def _take_in(client: aiohttp.ClientSession, clerks: Sequence[Visitor], times: Times) -> None:
    """A clerk enters a scan every few seconds, and a worker reads and indexes it."""
    n = int(time.time())
    while True:
        clerk = clerks[n % len(clerks)]
        scan = await asyncio.to_thread(letter, n)
        status = await enter_paper(client, clerk, n, scan)
        if status == 303:
            times.taken_in += 1
        else:
            times.errors[f"intake {status}"] += 1
        n += 1
        await asyncio.sleep(INTAKE_SECONDS)


async def enter_paper(client: aiohttp.ClientSession, clerk: Visitor, n: int, scan: bytes) -> int:
    """Send one scan through the page for papers; the status of the answer."""
    form = aiohttp.FormData()
    form.add_field("csrf", salted(clerk.csrf, str(n)))
    for name, value in (
        ("kind_name", "Công văn"),
        ("subject", f"Văn bản đến số {n}"),
        ("origin_name", "Sở Giả Định"),
        ("origin_notation", f"{n}/SGD"),
    ):
        form.add_field(name, value)
    form.add_field("file", scan, filename=f"{n}.pdf", content_type="application/pdf")
    headers = {"Cookie": f"session={clerk.cookie}"}
    # Its length has to be known beforehand: the pages refuse a body without one.
    body = form()
    async with client.post(
        "/arrivals/paper", data=body, headers={**headers, "Content-Length": str(body.size)}, allow_redirects=False
    ) as answer:
        await answer.read()
        return answer.status


def _print(figures: Figures) -> int:
    mixed, out = figures.mixed, sys.stdout
    out.write(f"documents            {figures.documents}\n")
    for kind, some in sorted(mixed.seconds.items()):
        out.write(f"{kind:10} {len(some):5} x  {_line(some)}\n")
    out.write(f"all        {len(mixed.all):5} x  {_line(mixed.all)}\n")
    out.write(f"errors               {dict(mixed.errors) or 'none'}\n")
    out.write(f"taken in meanwhile   {mixed.taken_in}\n")
    out.write(f"without sign-in      {_line(figures.reading.all)}, errors {dict(figures.reading.errors) or 'none'}\n")
    out.write(f"requests per CPU-s   {figures.per_cpu_second:.0f}, of the web processes and their children\n")
    return 0 if not mixed.errors and not figures.reading.errors else 1


def _line(seconds: Sequence[float]) -> str:
    if len(seconds) < 2:
        return "too few"
    marks = {"median": statistics.median(seconds), "p95": statistics.quantiles(seconds, n=20)[-1], "max": max(seconds)}
    return ", ".join(f"{name} {value * 1000:5.0f} ms" for name, value in marks.items())


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
