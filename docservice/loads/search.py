"""`docservice bench search`: what the page asks its service, over made-up documents, with rights, counts, highlights.

The index is the one the settings name: a folder of its own beside the made data, or on Elasticsearch an alias of its
own beside the service's. Files lie in memory: what is measured is search, not the disk.
"""

import os
import statistics
import sys
import threading
import time
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert

from docservice.bootstrap import Node, build
from docservice.core.ids import new_id
from docservice.core.work import SYSTEM, Actor
from docservice.documents import facts, storing, texts
from docservice.documents.models import Derivative, Document, DocumentReader, Stage, Urgency, Version
from docservice.documents.status import Status
from docservice.identity.models import Agency
from docservice.searching import finding
from docservice.settings import Settings
from search import Entry, Index
from search.sample import sample_entries, sample_queries

_BATCH, _WARM, _NEW = 2_000, 30, 10
# The person belongs to so many of the 130 groups of readers; each document is seen by two to six of them.
_TOKENS = frozenset(f"group:{number}" for number in range(12))
_PATIENCE_SECONDS = 20.0
_AGENCY: dict[str, Any] = {
    "name": "Cơ quan đo thử",
    "superior_lines": [],
    "issuer_lines": ["CƠ QUAN ĐO THỬ"],
    "abbreviation": "ĐT",
    "place": "Hoa Ban",
    "code": "bench",
    "kind": "department",
}


def bench_search(settings: Settings, *, count: int, queries: int = 500) -> int:
    """Index `count` made-up documents in bulk, ask `queries` as the page does, and wait for new ones to be found."""
    url = settings.search_url
    changes = {"database_url": "sqlite:doc.db", "storage_url": "memory:", "queue_url": "thread:"}
    if url.startswith("http"):
        changes["search_url"] = f"{url}-bench-{uuid4().hex[:8]}"
    with TemporaryDirectory(prefix="docservice-bench-") as folder:
        node = build(settings.model_copy(update={**changes, "data_dir": Path(folder)}))
        try:
            actor = _agency(node)
            entries = _documents(node, actor, count)
            out = sys.stdout
            out.write(f"index                {url.partition(':')[0]}, {count} documents\n")
            begun = time.monotonic()
            node.ports[Index].rebuild(entries)
            out.write(f"indexed in bulk      {count / (time.monotonic() - begun):.0f} documents/s{_load()}\n")
            del entries
            _ask(node, actor, count, queries)
            _wait_for_new(node, actor)
        finally:
            node.ports[Index].rebuild([])
            node.close()
    return 0


def _ask(node: Node, actor: Actor, count: int, queries: int) -> None:
    seconds: list[float] = []
    found = 0
    for query in sample_queries(queries + _WARM, of=count, readers=actor.tokens):
        begun = time.monotonic()
        with node.transactions.reading(actor) as reading:
            found += bool(finding.find(reading, [actor], finding.Search(query.text)).hits)
        seconds.append(time.monotonic() - begun)
    measured = sorted(seconds[_WARM:])
    p50, p95 = statistics.median(measured) * 1000, measured[int(len(measured) * 0.95)] * 1000
    sys.stdout.write(f"queries              {queries}, {found} of {queries + _WARM} found something\n")
    sys.stdout.write(f"p50, p95, longest    {p50:.1f} ms, {p95:.1f} ms, {measured[-1] * 1000:.0f} ms{_load()}\n")


def _wait_for_new(node: Node, actor: Actor) -> None:
    """From the commit that lets a new document be seen to the first search that shows it, with the runner beside."""
    runner = threading.Thread(target=node.runner.serve, daemon=True)
    runner.start()
    waits: list[float] = []
    for number in range(_NEW):
        word = f"dokiem{number}"
        with node.transactions.work(SYSTEM) as work:
            (entry,) = sample_entries(1, seed=number)
            row = _row(replace(entry, id=str(new_id()), title=word), actor, work.now)
            work.session.execute(insert(Document), [row])
            document = work.session.get_one(Document, row["id"])
            facts.grant(work, document, token="group:0", reason="bench")  # noqa: S106 - a reader's name
        begun = time.monotonic()
        while time.monotonic() - begun < _PATIENCE_SECONDS:
            with node.transactions.reading(actor) as reading:
                if finding.find(reading, [actor], finding.Search(word)).hits:
                    break
            time.sleep(0.02)
        waits.append(time.monotonic() - begun)
    node.runner.stop()
    runner.join(timeout=20)
    sys.stdout.write(f"new document found   {statistics.median(waits):.2f} s, at most {max(waits):.2f} s{_load()}\n")


def _agency(node: Node) -> Actor:
    with node.transactions.work(SYSTEM) as work:
        agency = Agency(**_AGENCY, id=new_id(), valid_from=work.today - timedelta(days=5000))
        work.session.add(agency)
        work.session.flush()
        return Actor(name="bench", agency_id=agency.id, tokens=_TOKENS)


def _documents(node: Node, actor: Actor, count: int) -> list[Entry]:
    """The rows and texts of made-up documents; gives their entries."""
    entries: list[Entry] = []
    made = (replace(entry, id=str(new_id())) for entry in sample_entries(count))
    while some := list(islice(made, _BATCH)):
        with node.transactions.work(SYSTEM) as work:
            now, session = work.now, work.session
            session.execute(insert(Document), [_row(entry, actor, now) for entry in some])
            session.execute(
                insert(DocumentReader),
                [{"token": token, "document_id": UUID(entry.id)} for entry in some for token in sorted(entry.readers)],
            )
            kept = [(entry, storing.put(work.ports, entry.body.encode()).key) for entry in some]
            files = {entry.id: sha256(entry.id.encode()).hexdigest() for entry in some}
            session.execute(
                insert(Version),
                [
                    {
                        "id": new_id(),
                        "document_id": UUID(entry.id),
                        "ordinal": 1,
                        "stage": Stage.SEALED,
                        "sha256": files[entry.id],
                        "made_at": now,
                    }
                    for entry in some
                ],
            )
            session.execute(
                insert(Derivative),
                [
                    {
                        "of_sha256": files[entry.id],
                        "recipe": texts.RECIPE,
                        "recipe_version": texts.RECIPE_VERSION,
                        "key": key,
                    }
                    for entry, key in kept
                ],
            )
        entries += some
    return entries


def _row(entry: Entry, actor: Actor, now: datetime) -> dict[str, Any]:
    return {
        "id": UUID(entry.id),
        "agency_id": actor.agency_id,
        "direction": entry.direction,
        "kind": entry.kind,
        "kind_name": entry.kind_name,
        "subject": entry.title,
        "urgency": Urgency.NORMAL,
        "revision": 1,
        "created_at": now,
        "receiver_codes": [],
        "notation": entry.number,
        "issued_on": entry.day,
        "origin_name": entry.issuer,
        "origin_notation": entry.number,
        "on_paper": False,
        "status": Status.RELEASED,
    }


def _load() -> str:
    """What else the machine was doing: a figure beside a busy one says less."""
    return f"   (load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores)"
