"""What follows from a made document, as statements for the database itself: steps, readers, versions, registers."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from typing import Any

from sqlalchemy import Boolean, Column, Connection, Engine, Integer, MetaData, String, Table, Uuid, insert, text

from docservice.core.db import Instant
from docservice.documents.numbering import INCOMING, OUTGOING
from docservice.documents.status import Status, Verb, derive

_MADE = MetaData()
CAST = Table(
    "load_cast", _MADE, Column("agency_id", Uuid), Column("unit_id", Uuid, primary_key=True),
    *(Column(name, Uuid) for name in ("leader", "clerk", "checker", "head", "official")),
)  # fmt: skip
LETTER = Table(
    "load_letter", _MADE, Column("n", Integer, primary_key=True), Column("sha256", String), Column("size", Integer),
    Column("text_key", String),
)  # fmt: skip
DOCUMENT = Table(
    "load_document", _MADE, Column("n", Integer), Column("id", Uuid, primary_key=True), Column("agency_id", Uuid),
    Column("unit_id", Uuid), Column("incoming", Boolean), Column("kind", String), Column("kind_name", String),
    Column("subject", String), Column("at", Instant), Column("state", Integer),
)  # fmt: skip
_STATE = Table(
    "load_state", _MADE, Column("incoming", Boolean), Column("state", Integer), Column("status", String),
    Column("steps", Integer), Column("waits", String),
)  # fmt: skip
_STEP = Table(
    "load_step", _MADE, Column("incoming", Boolean), Column("ordinal", Integer), Column("verb", String),
    Column("who", String), Column("receiver", String),
)  # fmt: skip
_NUMBER = Table("load_number", _MADE, Column("id", Uuid, primary_key=True), Column("ordinal", Integer))

V = Verb
# Who does each step of a whole life, and to whom it goes.
_OUT = (
    (V.DRAFT, "official", ""), (V.SUBMIT, "official", ""), (V.RENDERED, "", ""), (V.CHECK_CONTENT, "head", ""),
    (V.CHECK_FORM, "checker", ""), (V.APPROVE_AND_SIGN, "leader", ""), (V.SIGNED, "", ""), (V.NUMBER, "clerk", ""),
    (V.NUMBER_WRITTEN, "", ""), (V.SEAL, "clerk", ""), (V.SEALED, "", ""), (V.RELEASE, "clerk", ""),
)  # fmt: skip
_IN = (
    (V.ARRIVE, "clerk", ""), (V.VERIFY, "clerk", ""), (V.REGISTER, "clerk", ""), (V.PRESENT, "clerk", ""),
    (V.DIRECT, "leader", "unit"), (V.ASSIGN, "head", "official"), (V.START, "official", ""),
    (V.COMPLETE, "official", ""),
)  # fmt: skip
# How many steps a document of each state has; -1 is the whole life.
_REACHED = {
    False: {-1: 12, 0: 1, 1: 3, 2: 4, 3: 5, 4: 7, 5: 9, 6: 11, 7: 5},
    True: {-1: 8, 0: 2, 1: 3, 2: 4, 3: 5, 4: 6, 5: 7, 6: 6, 7: 4},
}
_WAITS = {
    Status.DRAFT: "official", Status.CHECK_CONTENT: "unit", Status.CHECK_FORM: "checkers", Status.APPROVAL: "leader",
    Status.TO_NUMBER: "clerks", Status.TO_SEAL: "clerks", Status.TO_RELEASE: "clerks", Status.TO_REGISTER: "clerks",
    Status.TO_PRESENT: "clerks", Status.TO_DIRECT: "leaders", Status.TO_ASSIGN: "unit", Status.ASSIGNED: "official",
    Status.IN_PROGRESS: "official", Status.RELEASED: "", Status.DONE: "",
}  # fmt: skip


@contextmanager
def in_bulk(connection: Connection) -> Iterator[None]:
    """Make the tables the statements read, and let rows be written without a check of each; gone at the end."""
    _MADE.create_all(connection)
    if connection.dialect.name == "postgresql":
        for order in (
            "SET LOCAL session_replication_role = replica",
            "SET LOCAL work_mem = '256MB'",
            "SET LOCAL maintenance_work_mem = '512MB'",
            "ALTER TABLE document_reader DROP CONSTRAINT document_reader_pkey",
            "DROP INDEX ix_document_reader_document",
        ):
            connection.execute(text(order))
    for incoming, life in ((False, _OUT), (True, _IN)):
        connection.execute(
            insert(_STEP),
            [
                {"incoming": incoming, "ordinal": n, "verb": verb, "who": who, "receiver": receiver}
                for n, (verb, who, receiver) in enumerate(life, 1)
            ],
        )
        states = []
        for state, steps in _REACHED[incoming].items():
            status = derive(verb for verb, _, _ in life[:steps])
            states.append(
                {"incoming": incoming, "state": state, "status": status, "steps": steps, "waits": _WAITS[status]}
            )
        connection.execute(insert(_STATE), states)
    yield
    if connection.dialect.name == "postgresql":
        connection.execute(
            text("ALTER TABLE document_reader ADD CONSTRAINT document_reader_pkey PRIMARY KEY (token, document_id)")
        )
        connection.execute(text("CREATE INDEX ix_document_reader_document ON document_reader (document_id)"))
    _MADE.drop_all(connection)


def copy(connection: Connection, table: Table, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write many rows the fastest way the database has."""
    if connection.dialect.name == "postgresql":
        names = [column.name for column in table.columns]
        driver: Any = connection.connection.driver_connection
        with driver.cursor() as cursor, cursor.copy(f"COPY {table.name} ({', '.join(names)}) FROM STDIN") as out:
            for row in rows:
                out.write_row([row[name] for name in names])
        return
    waiting = iter(rows)
    while batch := list(islice(waiting, 10_000)):
        connection.execute(insert(table), batch)


def settle(engine: Engine) -> None:
    """Let the planner know what is there."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE" if engine.dialect.name == "postgresql" else "ANALYZE"))


def that_follow(connection: Connection) -> Iterator[tuple[str, str]]:
    """Each statement with the words for whoever waits."""
    made = _Following(is_postgresql=connection.dialect.name == "postgresql")
    yield from made.documents()
    yield from made.readers()
    yield from made.files()
    yield from made.registers()
    yield from made.parcels()


_MADE_OF = (
    "load_document d JOIN load_state s ON s.incoming = d.incoming AND s.state = d.state "
    "JOIN load_cast c ON c.unit_id = d.unit_id"
)
_WHO = " ".join(f"WHEN '{who}' THEN c.{who}" for who in ("official", "head", "checker", "leader", "clerk"))
_SERIES = f"CASE WHEN d.incoming THEN '{INCOMING}' ELSE '{OUTGOING}' END"
_SIGN = "CASE WHEN d.incoming THEN CAST(k.ordinal AS text) ELSE k.ordinal || '/' || d.kind || '-UBND' END"
_BOOK = (
    "load_document d JOIN load_number k ON k.id = d.id "
    f"JOIN register r ON r.agency_id = d.agency_id AND r.series = {_SERIES}"
)
# Who sees a document from how many steps on, as `documents.readers` says: incoming, steps, token.
_READERS = (
    (0, 1, "official"), (0, 1, "leader"), (0, 1, "unit"), (0, 4, "checkers"), (0, 4, "head"), (0, 5, "leaders"),
    (0, 5, "checker"), (0, 7, "clerks"), (0, 8, "clerk"), (0, 12, "all"), (1, 1, "clerks"), (1, 1, "clerk"),
    (1, 4, "leaders"), (1, 5, "leader"), (1, 5, "unit"), (1, 6, "head"), (1, 6, "official"),
)  # fmt: skip
_STAGES = (
    (1, 1, 1, "received"),
    (0, 3, 1, "submitted"),
    (0, 7, 2, "signed"),
    (0, 9, 3, "numbered"),
    (0, 11, 4, "sealed"),
)
_GROUPS = frozenset({"clerks", "leaders", "checkers", "all"})


class _Following:
    """The statements in one database's words."""

    def __init__(self, *, is_postgresql: bool) -> None:
        self._is_postgresql = is_postgresql
        self._yes, self._no = ("true", "false") if is_postgresql else ("1", "0")
        self._date = "CAST(d.at AS date)" if is_postgresql else "date(d.at)"
        self._day = "to_char(d.at, 'DD/MM/YYYY')" if is_postgresql else "strftime('%d/%m/%Y', d.at)"

    def documents(self) -> Iterator[tuple[str, str]]:
        yield (
            "numbers",
            """
            INSERT INTO load_number SELECT d.id, row_number() OVER (PARTITION BY d.agency_id, d.incoming ORDER BY d.n)
            FROM load_document d JOIN load_state s ON s.incoming = d.incoming AND s.state = d.state
            WHERE s.steps >= CASE WHEN d.incoming THEN 3 ELSE 8 END""",
        )
        waits = " ".join(
            f"WHEN '{kind}' THEN {self._token(kind)}" for kind in sorted({w for w in _WAITS.values() if w})
        )
        yield (
            "rows of documents",
            f"""
            INSERT INTO document (id, agency_id, direction, kind, kind_name, subject, urgency, revision, created_at,
              drafter_post_id, unit_id, signer_post_id, receiver_codes, notation, issued_on, on_paper, origin_name,
              origin_notation, due, status, waiting_for, waiting_since)
            SELECT d.id, d.agency_id, CASE WHEN d.incoming THEN 'incoming' ELSE 'outgoing' END, d.kind, d.kind_name,
              d.subject, 'normal', s.steps, d.at,
              CASE WHEN NOT d.incoming THEN c.official END, CASE WHEN NOT d.incoming THEN c.unit_id END,
              CASE WHEN NOT d.incoming THEN c.leader END, '[]', {_SIGN},
              CASE WHEN d.incoming OR s.steps >= 8 THEN {self._date} END,
              CASE WHEN d.incoming THEN {self._yes} ELSE {self._no} END,
              CASE WHEN d.incoming THEN 'Sở Giả Định' END,
              CASE WHEN d.incoming THEN d.n || '/' || d.kind || '-SGD' END,
              CASE WHEN s.waits <> '' AND d.n % 3 = 0 THEN {self._date} END, s.status, CASE s.waits {waits} END, d.at
            FROM {_MADE_OF} LEFT JOIN load_number k ON k.id = d.id""",
        )
        yield (
            "steps",
            f"""
            INSERT INTO step (id, document_id, ordinal, verb, post_id, actor, at, to_post_id, to_unit_id)
            SELECT {self._child("d.id", "p.ordinal")}, d.id, p.ordinal, p.verb, CASE p.who {_WHO} END,
              CASE WHEN p.who = '' THEN 'hệ thống' ELSE 'Người Giả Định' END, d.at,
              CASE WHEN p.receiver = 'official' THEN c.official END, CASE WHEN p.receiver = 'unit' THEN c.unit_id END
            FROM {_MADE_OF} JOIN load_step p ON p.incoming = d.incoming AND p.ordinal <= s.steps""",
        )

    def readers(self) -> Iterator[tuple[str, str]]:
        rules = ", ".join(f"({self._truth(incoming)}, {steps}, '{kind}')" for incoming, steps, kind in _READERS)
        kinds = sorted({kind for _, _, kind in _READERS})
        chosen = " ".join(f"WHEN '{kind}' THEN {self._token(kind)}" for kind in kinds)
        yield (
            "readers",
            f"""
            WITH rule (incoming, steps, kind) AS (VALUES {rules})
            INSERT INTO document_reader (token, document_id)
            SELECT CASE r.kind {chosen} END AS token, d.id AS document_id
            FROM {_MADE_OF} JOIN rule r ON r.incoming = d.incoming AND r.steps <= s.steps ORDER BY 1, 2""",
        )
        yield (
            "assignments",
            f"""
            INSERT INTO assignment (id, document_id, share, unit_id, post_id, at)
            SELECT {self._child("d.id", "512 + p.ordinal")}, d.id, 'lead',
              CASE WHEN p.receiver = 'unit' THEN c.unit_id END, CASE WHEN p.receiver = 'official' THEN c.official END,
              d.at
            FROM {_MADE_OF} JOIN load_step p ON p.incoming = d.incoming AND p.ordinal <= s.steps
            WHERE p.receiver <> ''""",
        )

    def files(self) -> Iterator[tuple[str, str]]:
        yield (
            "files",
            """
            INSERT INTO file (agency_id, sha256, size, media_type, pages, stored_at)
            SELECT a.agency_id, l.sha256, l.size, 'application/pdf', 1, a.at FROM load_letter l
            CROSS JOIN (SELECT agency_id, min(at) AS at FROM load_document GROUP BY agency_id) a""",
        )
        yield (
            "texts",
            """
            INSERT INTO derivative (of_sha256, recipe, recipe_version, key)
            SELECT sha256, 'text', 1, text_key FROM load_letter""",
        )
        rules = ", ".join(f"({self._truth(i)}, {steps}, {n}, '{stage}')" for i, steps, n, stage in _STAGES)
        yield (
            "versions",
            f"""
            WITH rule (incoming, steps, ordinal, stage) AS (VALUES {rules})
            INSERT INTO version (id, document_id, ordinal, stage, sha256, made_at)
            SELECT {self._child("d.id", "256 + r.ordinal")}, d.id, r.ordinal, r.stage, l.sha256, d.at
            FROM {_MADE_OF} JOIN rule r ON r.incoming = d.incoming AND r.steps <= s.steps
            JOIN load_letter l ON l.n = d.n % (SELECT max(n) + 1 FROM load_letter)""",
        )

    def registers(self) -> Iterator[tuple[str, str]]:
        of = "(array_agg(c.unit_id ORDER BY c.unit_id))[1]" if self._is_postgresql else "min(c.unit_id)"
        year = "extract(year FROM max(d.at))" if self._is_postgresql else "strftime('%Y', max(d.at))"
        yield (
            "registers",
            f"""
            INSERT INTO register (id, agency_id, series, year, opened_after, opened_on, last_ordinal, last_day)
            SELECT {self._child(of, "CASE WHEN d.incoming THEN 1 ELSE 2 END")}, d.agency_id, {_SERIES},
              CAST({year} AS integer), 0, {self._date.replace("d.at", "min(d.at)")}, max(k.ordinal),
              {self._date.replace("d.at", "max(d.at)")}
            FROM load_document d JOIN load_number k ON k.id = d.id JOIN load_cast c ON c.unit_id = d.unit_id
            GROUP BY d.agency_id, d.incoming""",
        )
        yield (
            "numbers given",
            f"""
            INSERT INTO number (id, register_id, ordinal, notation, document_id, given_on, given_at)
            SELECT {self._child("d.id", "1024")}, r.id, k.ordinal, {_SIGN}, d.id, {self._date}, d.at FROM {_BOOK}""",
        )
        line = (
            f"CASE WHEN d.incoming THEN {_line(self._day, incoming=True)} ELSE {_line(self._day, incoming=False)} END"
        )
        yield (
            "lines of registers",
            f"""
            INSERT INTO register_line (id, register_id, ordinal, columns, at)
            SELECT {self._child("d.id", "1025")}, r.id, k.ordinal,
              {f"CAST({line} AS json)" if self._is_postgresql else line}, d.at FROM {_BOOK}""",
        )

    def parcels(self) -> Iterator[tuple[str, str]]:
        yield (
            "parcels",
            f"""
            INSERT INTO parcel (id, agency_id, way, document_id, message_id, from_code, to_code, partner_name,
              created_at, carried_at)
            SELECT {self._child("d.id", "1026")}, d.agency_id, 'out', d.id, 'L99,' || d.n, 'L99', 'L99.0',
              'Sở Giả Định', d.at, d.at FROM {_MADE_OF} WHERE s.status = 'released'""",
        )
        yield (
            "receipts",
            f"""
            WITH said (code) AS (VALUES ('01'), ('03'))
            INSERT INTO receipt (id, parcel_id, code, description, at)
            SELECT {self._child("p.id", "1027 + CAST(said.code AS integer)")}, p.id, said.code, '', p.created_at
            FROM parcel p CROSS JOIN said""",
        )

    def _child(self, of: str, number: str) -> str:
        """An id of what belongs to a row: that row's own id with other last 48 bits."""
        if self._is_postgresql:
            return f"CAST(substr(CAST({of} AS text), 1, 24) || lpad(to_hex({number}), 12, '0') AS uuid)"
        return f"substr({of}, 1, 20) || printf('%012x', {number})"

    def _token(self, kind: str) -> str:
        if kind in _GROUPS:
            return f"'agency:' || {self._dashed('d.agency_id')} || '/{kind}'"
        if kind == "unit":
            return f"'unit:' || {self._dashed('c.unit_id')}"
        return f"'post:' || {self._dashed(f'c.{kind}')}"

    def _dashed(self, of: str) -> str:
        if self._is_postgresql:
            return f"CAST({of} AS text)"
        parts = ((1, 8), (9, 4), (13, 4), (17, 4), (21, 12))
        return " || '-' || ".join(f"substr({of}, {begin}, {length})" for begin, length in parts)

    def _truth(self, value: int) -> str:
        return self._yes if value else self._no


def _line(day: str, *, incoming: bool) -> str:
    if incoming:
        return (
            f"""'{{"Ngày đến": "' || {day} || '", "Số đến": "' || k.ordinal || '", "Tác giả": "Sở Giả Định", """
            """"Số, ký hiệu": "' || d.n || '/' || d.kind || '-SGD", """
            """"Tên loại và trích yếu": "' || d.kind_name || ' ' || d.subject || '"}'"""
        )
    return (
        f"""'{{"Số, ký hiệu": "' || k.ordinal || '/' || d.kind || '-UBND", "Ngày tháng văn bản": "' || {day} || '", """
        """"Tên loại và trích yếu": "' || d.kind_name || ' ' || d.subject || '", "Nơi nhận": "Sở Giả Định"}'"""
    )
