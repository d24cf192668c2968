"""A node full of documents, fast: rows in the product's own shapes, written in bulk past the services.

Only documents are made here one by one; what follows from them (steps, readers, versions, registers, parcels) is made
by the database itself from a few tables of its own (`load_*`), because a million documents have some thirty million
rows. Every status is one that its steps lead to and every reader one that its facts give: `doctor --recount` agrees.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection, func, insert, select, text

from docservice.bootstrap import Node
from docservice.core.errors import Conflict
from docservice.core.ids import new_id
from docservice.core.words import N_
from docservice.core.work import SYSTEM, Reading
from docservice.documents import storing
from docservice.documents.models import Document, DocumentReader
from docservice.identity.accounts import password_hasher
from docservice.identity.models import Account, Agency, Person, Post, Role, Tenure, TenureMode, Unit
from docservice.loads import statements
from docservice.loads.statements import CAST, DOCUMENT, LETTER
from docservice.loads.words import letter, subject_of
from search import Entry
from templates.catalogue import KINDS

AGENCIES, PEOPLE, LETTERS = 130, 200, 100
PASSWORD = "mat-khau-cua-may-do"  # noqa: S105 - of people who do not exist, on a node that is thrown away
CODE = "L99."
_BATCH = 5000
_ROLES = (
    (Role.LEADER, "Chủ tịch", 0),
    (Role.CLERK, "Văn thư", 1),
    (Role.FORM_CHECKER, "Chánh Văn phòng", 1),
    *((Role.UNIT_HEAD, "Trưởng phòng", unit) for unit in (2, 3, 4)),
    *((Role.OFFICIAL, "Chuyên viên", unit) for unit in (2, 3, 4)),
)
_KINDS = ("CV", "BC", "QĐ", "TB", "KH")


class NotOurs(Conflict):
    code = "bench_not_ours"
    message = N_("Cơ sở dữ liệu này có dữ liệu khác; máy đo chỉ chạy trên cơ sở dữ liệu trống hoặc của chính nó.")


@dataclass(frozen=True)
class Side:
    """One agency's posts and units, as the documents need them."""

    agency_id: UUID
    posts: dict[tuple[Role, int], UUID]
    units: dict[int, UUID]


def fill(node: Node, *, count: int, tell: Callable[[str], None]) -> int:
    """Bring the node to `count` documents; returns how many are there. Raises `NotOurs` on somebody's data."""
    with node.transactions.reading(SYSTEM) as reading:
        strangers = select(func.count()).select_from(Agency).where(~Agency.code.startswith(CODE))
        if reading.session.scalar(strangers):
            raise NotOurs
        there = reading.session.scalar(select(func.count()).select_from(Document)) or 0
        now = reading.now
    if there:
        tell(f"{there} documents are there already")
        return there
    letters = list(_letters(node, min(LETTERS, count)))
    with node.database.engine.begin() as connection, statements.in_bulk(connection):
        sides = list(_people(connection, now))
        connection.execute(insert(CAST), [row for side in sides for row in _cast(side)])
        connection.execute(insert(LETTER), letters)
        tell("documents")
        statements.copy(connection, DOCUMENT, _documents(sides, count, now))
        for words, statement in statements.that_follow(connection):
            tell(words)
            connection.execute(text(statement))
    tell("statistics")
    statements.settle(node.database.engine)
    return count


def entries(reading: Reading) -> Iterator[Entry]:
    """Every document as the index knows it; the subject is its text, for a million real texts would take hours."""
    last = UUID(int=0)
    while True:
        wanted = select(Document).where(Document.id > last).order_by(Document.id).limit(_BATCH)
        batch = reading.session.scalars(wanted).all()
        if not batch:
            return
        readers: dict[UUID, set[str]] = defaultdict(set)
        held = select(DocumentReader.document_id, DocumentReader.token)
        for document_id, token in reading.session.execute(
            held.where(DocumentReader.document_id.between(batch[0].id, batch[-1].id))
        ):
            readers[document_id].add(token)
        for document in batch:
            yield Entry(
                id=str(document.id),
                version=document.changes,
                number=document.origin_notation or document.notation or "",
                title=document.title,
                body=document.subject,
                readers=frozenset(readers[document.id]),
                kind=document.kind,
                kind_name=document.kind_name,
                issuer=document.origin_name or "UBND xã Giả Định",
                day=document.issued_on or document.created_at.date(),
                direction=document.direction,
            )
        last = batch[-1].id
        reading.session.expunge_all()


def _letters(node: Node, count: int) -> Iterator[dict[str, object]]:
    """The files all documents share, and their text, in the store."""
    for n in range(count):
        stored = storing.put(node.ports, letter(n))
        words = storing.put(node.ports, subject_of(n).encode())
        yield {"n": n, "sha256": stored.key, "size": stored.size, "text_key": words.key}


def _cast(side: Side) -> Iterator[dict[str, UUID]]:
    """A row for each unit that handles documents: who acts there."""
    for number in (2, 3, 4):
        yield {
            "agency_id": side.agency_id,
            "unit_id": side.units[number],
            "leader": side.posts[Role.LEADER, 0],
            "clerk": side.posts[Role.CLERK, 1],
            "checker": side.posts[Role.FORM_CHECKER, 1],
            "head": side.posts[Role.UNIT_HEAD, number],
            "official": side.posts[Role.OFFICIAL, number],
        }


def _people(connection: Connection, now: datetime) -> Iterator[Side]:
    """Agencies, their units and posts; the first `PEOPLE` people may sign in, all by one hash of one password."""
    day = datetime(2026, 1, 1, tzinfo=now.tzinfo).date()
    hashed = password_hasher().hash(PASSWORD)
    accounts = 0
    for n in range(AGENCIES):
        agency_id = new_id()
        name = f"UBND xã Giả Định {n + 1}"
        connection.execute(
            insert(Agency).values(
                id=agency_id, name=name, superior_lines=[], issuer_lines=["ỦY BAN NHÂN DÂN", name.upper()],
                abbreviation="UBND", place=f"Giả Định {n + 1}", code=f"{CODE}{n + 1}", kind="commune_committee",
                valid_from=day,
            )
        )  # fmt: skip
        units = {number: new_id() for number in (1, 2, 3, 4)}
        for number, unit_id in units.items():
            connection.execute(
                insert(Unit).values(
                    id=unit_id,
                    agency_id=agency_id,
                    name=f"Phòng số {number}",
                    abbreviation=f"P{number}",
                    valid_from=day,
                )
            )
        posts = {}
        for role, title, number in _ROLES:
            post_id, person_id = new_id(), new_id()
            posts[role, number] = post_id
            person = f"Người Giả Định {n + 1}.{len(posts)}"
            for row in (
                insert(Person).values(id=person_id, full_name=person),
                insert(Post).values(
                    id=post_id, agency_id=agency_id, unit_id=units.get(number), title=title, role=role, valid_from=day
                ),
                insert(Tenure).values(
                    id=new_id(), post_id=post_id, person_id=person_id, mode=TenureMode.REGULAR, valid_from=day
                ),
            ):
                connection.execute(row)
            # Two people of each agency until there are enough, the roles in turn.
            if accounts < PEOPLE and len(posts) - 1 in {(2 * n) % len(_ROLES), (2 * n + 1) % len(_ROLES)}:
                accounts += 1
                connection.execute(
                    insert(Account).values(
                        person_id=person_id, login=login_of(accounts - 1), password_hash=hashed, is_demo=False,
                        changed_at=now,
                    )
                )  # fmt: skip
        yield Side(agency_id, posts, units)


def login_of(n: int) -> str:
    """The name the n-th person signs in with."""
    return f"nguoi.{n}"


def _documents(sides: list[Side], count: int, now: datetime) -> Iterator[dict[str, object]]:
    """Half of them came in, half go out, spread over the year; three in a hundred are not finished."""
    year = datetime(now.year, 1, 1, tzinfo=now.tzinfo)
    step = (now - timedelta(minutes=5) - year) / count
    for n in range(count):
        side = sides[n % len(sides)]
        at = year + step * n
        turn = n // len(sides)
        incoming, number = turn % 2 == 0, 2 + turn % 3
        kind = _KINDS[turn % len(_KINDS)]
        # The newest are the ones still worked on, each at one of the statuses in turn.
        state = turn % 8 if turn % 100 >= 97 or count - n < 8 * len(sides) else -1
        yield {
            "n": n,
            "id": _timed_id(at, n),
            "agency_id": side.agency_id,
            "unit_id": side.units[number],
            "incoming": incoming,
            "kind": kind,
            "kind_name": KINDS[kind].name,
            "subject": subject_of(n),
            "at": at,
            "state": state,
        }


def _timed_id(at: datetime, n: int) -> UUID:
    """A UUID version 7 whose last 48 bits are free: what belongs to the document takes them for its own id."""
    milliseconds = int(at.timestamp() * 1000)
    return UUID(int=milliseconds << 80 | 7 << 76 | (n >> 14 & 0xFFF) << 64 | 2 << 62 | (n & 0x3FFF) << 48)
